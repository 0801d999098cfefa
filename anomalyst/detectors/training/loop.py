"""The training loop: steps, the average of the weights, held-out loss, early stop, checkpoints."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.sampling.noises import DRAWS
from anomalyst.detectors.training import resume
from anomalyst.detectors.training.draws import HeldOut, batch_index, denoising_losses, random_source, stratified
from anomalyst.detectors.training.settings import Augment, History, Training
from anomalyst.detectors.training.trimming import Trimming
from anomalyst.errors import ModelError

if TYPE_CHECKING:
    from accelerate import Accelerator

WARM_UP = 50  # steps until the learning rate is at its full height
HELD_OUT_CHUNK = 64  # at least so many at once: small batches would take longer to judge than to train
TRIM_FROM = 0.25  # of all steps: before, losses say more of the network than of the samples


class Run:
    """One training: weights, their average, optimiser, and where it stands."""

    def __init__(
        self,
        denoiser: NeuralDenoiser,
        data: Tensor,
        held_out: Tensor,
        settings: Training,
        augment: Augment | None,
        accelerator: Accelerator,
    ) -> None:
        assert settings.steps is not None and settings.batch is not None
        world = accelerator.num_processes
        self.steps, self.batch = settings.steps, world * math.ceil(settings.batch / world)
        self.denoiser, self.data, self.held_out, self.settings = denoiser, data, held_out, settings
        self.augment, self.accelerator = augment, accelerator
        self.draw = DRAWS[settings.noise]
        self.fixed = HeldOut(denoiser, held_out, max(self.batch, HELD_OUT_CHUNK), self.draw)
        self.model = accelerator.prepare_model(denoiser.train())
        self.average = copy.deepcopy(denoiser).eval().requires_grad_(False)
        self.best = _copied(self.average.state_dict())
        self.optimizer = torch.optim.AdamW(denoiser.parameters(), lr=settings.learning_rate)
        self.bfloat16 = settings.precision == "bfloat16" or (
            settings.precision == "auto" and accelerator.device.type == "cuda" and torch.cuda.is_bf16_supported()
        )
        self.trimming = Trimming.start(len(data))
        self.history, self.step, self.digest = History(), 0, ""
        self.folder: Path | None = None
        self.recent: list[Tensor] = []
        self.began = time.monotonic()

    def go(self, on_step: OnStep | None) -> History:
        """Train to the end, whichever comes first."""
        history, every = self.history, max(1, self.steps // self.settings.evaluations)
        while history.stopped is None:
            elapsed = self._elapsed()
            limit = self.settings.time_limit
            if self.step >= self.steps:
                history.stopped = "steps"
            elif limit is not None and elapsed >= limit:
                history.stopped = "time"
            else:
                self._advance(max(self.step / self.steps, elapsed / limit if limit else 0.0))
                if on_step is not None and self.accelerator.is_main_process:
                    on_step(self.step, self.steps, history.latest)
            if self.recent and (history.stopped or self.step % every == 0):
                self._evaluate()
                self._write()
        self.denoiser.load_state_dict(self.best)
        self.denoiser.eval().requires_grad_(True).to("cpu")
        history.excluded = self.trimming.excluded
        return history

    def _advance(self, progress: float) -> None:
        """One step of the optimiser and of the average. `progress`, 0 to 1, lowers the learning rate along a cosine."""
        settings, accelerator = self.settings, self.accelerator
        index, u, clean, noise = self._draw()
        mine = slice(accelerator.process_index, None, accelerator.num_processes)
        sigma = self.denoiser.sigma_quantile(u)
        kept = self.trimming.kept[index]
        with torch.autocast(accelerator.device.type, torch.bfloat16, enabled=self.bfloat16):
            device = accelerator.device
            losses = denoising_losses(
                self.model, self.denoiser, clean[mine].to(device), noise[mine].to(device), sigma[mine].to(device)
            )
        # Gradients are averaged over processes: the factor makes that the mean over all kept samples.
        loss = (losses * kept[mine].to(device)).sum() * accelerator.num_processes / kept.sum().clamp_min(1)
        accelerator.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), settings.clip)
        for group in self.optimizer.param_groups:
            warm = min(1.0, (self.step + 1) / WARM_UP)
            group["lr"] = (
                settings.learning_rate * warm * (0.01 + 0.99 * math.cos(0.5 * math.pi * min(progress, 1.0)) ** 2)
            )
        self.optimizer.step()
        self.optimizer.zero_grad()
        decay = min(settings.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.denoiser.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)
        if settings.trim:
            self._see(index, u, losses.detach())
        self.recent.append(loss.detach())
        self.step += 1

    def _draw(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """This step's sample positions, noise quantiles, clean samples and noise, of all processes together."""
        generator = random_source("cpu", self.settings.seed, "step", self.step)
        index = batch_index(len(self.data), self.batch, self.settings.seed, self.step)
        u = stratified(self.batch, generator)
        clean = self.data[index]
        if self.augment is not None:
            clean = self.augment(clean, generator)
        return index, u, clean, self.draw(tuple(clean.shape), generator)

    def _see(self, index: Tensor, u: Tensor, losses: Tensor) -> None:
        gathered: Tensor = self.accelerator.gather(losses)
        # Process after process → the order of the batch, which was dealt out like cards.
        world = self.accelerator.num_processes
        self.trimming.see(index, u, gathered.reshape(world, -1).mT.reshape(-1).cpu().float())

    def _evaluate(self) -> None:
        """Held-out loss of the average, the best weights, patience, and the choice of trimmed samples."""
        history, settings = self.history, self.settings
        history.steps.append(self.step)
        history.losses.append(float(torch.stack(self.recent).mean()))
        self.recent = []
        history.seconds = self._elapsed()
        if settings.trim and self.step >= TRIM_FROM * self.steps:
            self.trimming.choose(settings.trim)
        judged = history.losses[-1]
        if len(self.held_out):
            judged = self._agreed(self.fixed.loss(self.average, self.accelerator.device))
            history.held_out_losses.append(judged)
        if not math.isfinite(judged):
            raise ModelError(
                f"training diverged at step {self.step}; lower learning_rate ({settings.learning_rate!r})."
            )
        if not len(self.held_out) or judged <= min(history.held_out_losses):
            history.best_step, self.best = self.step, _copied(self.average.state_dict())
        elif settings.patience is not None and history.stopped is None:
            since = len(history.steps) - 1 - history.steps.index(history.best_step)
            history.stopped = "patience" if since >= settings.patience else None

    def _elapsed(self) -> float:
        """Seconds of training so far, those before an interruption included; the same on every process."""
        return self._agreed(time.monotonic() - self.began)

    def _agreed(self, value: float) -> float:
        """The first process's value, on every process."""
        if self.accelerator.num_processes == 1:
            return value
        from accelerate.utils import broadcast

        shared: Tensor = broadcast(torch.tensor([value], dtype=torch.float32, device=self.accelerator.device))
        return float(shared)

    def keep_in(self, folder: Path) -> None:
        """Write checkpoints into `folder`, and go on from the one that is there."""
        described = {k: v for k, v in asdict(self.settings).items() if k != "time_limit"}
        self.digest = resume.fingerprint([self.denoiser.config(), described], self.data, self.held_out)
        self.folder = folder
        found = resume.read(folder, self.digest)
        if found is None:
            return
        tensors, head = found
        self._restore(tensors, head)

    def _write(self) -> None:
        if self.folder is not None and self.accelerator.is_main_process:
            head = {"digest": self.digest, "step": self.step, "history": asdict(self.history)}
            resume.write(self.folder, self._tensors(), head)

    def _tensors(self) -> dict[str, Tensor]:
        weights = {"now": self.denoiser.state_dict(), "mean": self.average.state_dict(), "best": self.best}
        moments = {
            name: {str(i): state[name] for i, state in enumerate(self._moments())} for name in ("exp_avg", "exp_avg_sq")
        }
        parts: dict[str, dict[str, Tensor]] = {**weights, **moments, "trim": self.trimming.tensors()}
        return {f"{part}/{name}": value for part, named in parts.items() for name, value in named.items()}

    def _moments(self) -> list[dict[str, Any]]:
        return [self.optimizer.state[parameter] for parameter in self.denoiser.parameters()]

    def _restore(self, tensors: dict[str, Tensor], head: dict[str, Any]) -> None:
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = value
        self.denoiser.load_state_dict(parts["now"])
        self.average.load_state_dict(parts["mean"])
        self.best = parts["best"]
        self.trimming = Trimming(**parts["trim"])
        self.step = int(head["step"])
        for i, parameter in enumerate(self.denoiser.parameters()):
            moments = {name: parts[name][str(i)].to(parameter.device) for name in ("exp_avg", "exp_avg_sq")}
            self.optimizer.state[parameter] = {"step": torch.tensor(float(self.step)), **moments}
        self.history = History(**head["history"])
        self.began -= self.history.seconds
        if self.history.stopped == "time":  # a longer limit lets it go on
            self.history.stopped = None


def _copied(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone() for name, value in state.items()}
