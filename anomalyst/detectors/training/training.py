"""Training a neural denoiser: one call for a CPU, a GPU, or many processes started by `accelerate launch`.

The loss is λ(σ) ‖D(x₀ + σn; σ) − x₀‖² (Karras et al. 2022, arXiv 2206.00364, Eq. 2 and 5), σ drawn stratified. Every
random number of a step comes from the seed and the step's own number, so that a resumed training repeats what an
uninterrupted one would have done, and many processes together do what one would.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.training.loop import Run
from anomalyst.detectors.training.settings import BUDGETS, Augment, History, Training
from anomalyst.errors import InputError

__all__ = ["Augment", "History", "OnStep", "Training", "train"]


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
    steps, batch = BUDGETS[denoiser.settings.kind]
    settings = settings or Training()
    settings = replace(settings, steps=settings.steps or steps, batch=settings.batch or batch)
    run = Run(denoiser, data.float(), held_out.float(), settings, augment, Accelerator(mixed_precision="no"))
    if folder is not None:
        run.keep_in(folder)
    return run.go(on_step)


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
