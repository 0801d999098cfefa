"""Training a neural denoiser: one call for a CPU, a GPU, or many processes started by `accelerate launch`.

The loss is λ(σ) ‖D(x₀ + σn; σ) − x₀‖² (Karras et al. 2022, arXiv 2206.00364, Eq. 2 and 5), σ drawn stratified. Every
random number of a step comes from the seed and the step's own number, so that a resumed training repeats what an
uninterrupted one would have done, and many processes together do what one would.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.sampling.noises import DRAWS
from anomalyst.detectors.training import resume
from anomalyst.detectors.training.draws import HeldOut, batch_index, denoising_losses, random_source, stratified
from anomalyst.detectors.training.loop import Pace, Run, Task
from anomalyst.detectors.training.precision import Precision, matrix_products
from anomalyst.detectors.training.settings import BUDGETS, Augment, History, Training
from anomalyst.detectors.training.trimming import Trimming
from anomalyst.errors import InputError

if TYPE_CHECKING:
    from accelerate import Accelerator

__all__ = ["Augment", "History", "OnStep", "Training", "train"]

WARM_UP = 50  # steps until the learning rate is at its full height
HELD_OUT_CHUNK = 64  # at least so many at once: small batches would take longer to judge than to train
TRIM_FROM = 0.25  # of all steps: before, losses say more of the network than of the samples


def train(
    denoiser: NeuralDenoiser,
    data: Tensor,
    held_out: Tensor,
    settings: Training | None = None,
    *,
    augment: Augment | None = None,
    folder: Path | None = None,
    on_step: OnStep | None = None,
) -> History:
    """Train in place. `data` (N, C, *axes), `held_out` (M, C, *axes; M may be 0: then nothing stops early).

    `augment` changes a batch, drawing from the generator only. With `folder`, a checkpoint is kept there and gone on
    from; after a kill or Ctrl-C call again with the same arguments. `on_step(done, of, loss)` follows the steps. The
    denoiser ends with the averaged weights of the best held-out loss, in eval mode, on the CPU.
    """
    from accelerate import Accelerator  # slow to import

    _check(denoiser, data, held_out)
    accelerator = Accelerator(mixed_precision="no")
    task = Denoising(denoiser, data.float(), held_out.float(), settings or Training(), augment, accelerator)
    history = Run(task, accelerator, folder).go(on_step)
    denoiser.eval().requires_grad_(True).to("cpu")
    history.excluded = task.trimming.excluded
    return history


class Denoising(Task):
    """A denoiser that learns samples, the hardest of them left out."""

    def __init__(
        self,
        denoiser: NeuralDenoiser,
        data: Tensor,
        held_out: Tensor,
        settings: Training,
        augment: Augment | None,
        accelerator: Accelerator,
    ) -> None:
        usual_steps, usual_batch = BUDGETS[denoiser.settings.kind]
        steps, batch = settings.steps or usual_steps, settings.batch or usual_batch
        super().__init__(_pace(settings, steps), accelerator)
        self.denoiser = denoiser.to(self.device)
        self.data, self.held_out, self.augment = data, held_out, augment
        self.settings, self.batch = replace(settings, steps=steps, batch=batch), self.even(batch)
        self.draw = DRAWS[settings.noise]
        self.fixed = HeldOut(denoiser, held_out, max(self.batch, HELD_OUT_CHUNK), self.draw)
        on_gpu = self.device.type == "cuda"
        self.precision: Precision = settings.precision if on_gpu or settings.precision != "auto" else "float32"
        self.trimming = Trimming.start(len(data))

    def forward(self, step: int) -> Tensor:
        """The mean loss of the samples that are not left out; what it tells of hidden anomalies is noted."""
        device, mine = self.device, self.mine
        index, u, clean, noise = self._drawn(step)
        sigma, kept = self.denoiser.sigma_quantile(u), self.trimming.kept[index]
        with matrix_products(self.precision, device):
            share = (part[mine].to(device) for part in (clean, noise, sigma))
            losses = denoising_losses(self.denoiser, self.denoiser, *share)
        if self.settings.trim:
            self._see(index, u, losses.detach())
        # Gradients are averaged over processes: the factor makes that the mean over all kept samples.
        counted = (losses * kept[mine].to(device)).sum()
        loss: Tensor = counted * self.processes / kept.sum().clamp_min(1)
        return loss

    def held_out_loss(self) -> float | None:
        """The mean loss of the held-out samples, under noise that was drawn once."""
        return self.fixed.loss(self.denoiser, self.device) if len(self.held_out) else None

    def look(self, step: int) -> None:
        """Choose the samples to leave out."""
        if self.settings.trim and step >= TRIM_FROM * self.pace.steps:
            self.trimming.choose(self.settings.trim)

    def fingerprint(self) -> str:
        """Of network, settings and data."""
        described = {name: value for name, value in asdict(self.settings).items() if name != "time_limit"}
        return resume.fingerprint([self.denoiser.config(), described], self.data, self.held_out)

    def kept(self) -> dict[str, Tensor]:
        """How hard the samples are."""
        return self.trimming.tensors()

    def restore(self, kept: dict[str, Tensor]) -> None:
        self.trimming = Trimming(**kept)

    def _drawn(self, step: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """A step's sample positions, noise quantiles, clean samples and noise, of all processes together."""
        generator = random_source("cpu", self.settings.seed, "step", step)
        index = batch_index(len(self.data), self.batch, self.settings.seed, step)
        u = stratified(self.batch, generator)
        clean = self.data[index]
        if self.augment is not None:
            clean = self.augment(clean, generator)
        return index, u, clean, self.draw(tuple(clean.shape), generator)

    def _see(self, index: Tensor, u: Tensor, losses: Tensor) -> None:
        from accelerate.utils import gather

        gathered: Tensor = gather(losses)
        # Process after process → the order of the batch, which was dealt out like cards.
        self.trimming.see(index, u, gathered.reshape(self.processes, -1).mT.reshape(-1).cpu().float())


def _pace(settings: Training, steps: int) -> Pace:
    return Pace(
        steps=steps,
        until=steps,
        every=max(1, steps // settings.evaluations),
        warm_up=WARM_UP,
        learning_rate=settings.learning_rate,
        ema=settings.ema,
        clip=settings.clip,
        patience=settings.patience,
        time_limit=settings.time_limit,
    )


def _check(denoiser: NeuralDenoiser, data: Tensor, held_out: Tensor) -> None:
    for name, tensor in (("training", data), ("held-out", held_out)):
        if tuple(tensor.shape[1:]) != denoiser.shape:
            raise InputError(
                f"got {name} data of shape {tuple(tensor.shape)}; this denoiser takes (N, *{denoiser.shape})."
            )
        if not bool(tensor.isfinite().all()):
            raise InputError(f"the {name} data has values that are not finite; fill or leave out those samples.")
    if len(data) == 0:
        raise InputError("got no training data; at least one sample is needed.")
