"""The training loop, whatever is learned: steps, the average of the weights, held-out loss, early stop, checkpoints."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.training import resume
from anomalyst.detectors.training.settings import History
from anomalyst.errors import ModelError

if TYPE_CHECKING:
    from accelerate import Accelerator

OnReport = Callable[[int, float, float], None]
MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Pace:
    """How fast and how far.

    The learning rate rises over `warm_up` steps, then falls along a cosine, to `least` of its height, towards `steps`
    or `time_limit` (seconds, those before an interruption included), whichever is nearer. `until`: the step to stop at.
    `every`: steps between evaluations, at each of which a checkpoint is written; `patience`: stop after so many without
    a better held-out loss (None: never). `ema`: decay of the average of the weights (0: the newest alone). `clip`:
    largest gradient norm. `weight_decay`: of all weights.
    """

    steps: int
    until: int
    every: int
    warm_up: int
    learning_rate: float
    ema: float
    clip: float
    patience: int | None = None
    time_limit: float | None = None
    least: float = 0.01
    weight_decay: float = 0.01


class Task(nn.Module, ABC):
    """What is learned: the parameters within that require gradients, by the loss that `forward` gives.

    A task places itself on its device. Of a batch each process sees its share, `mine`; batches are `even`.
    """

    device: torch.device
    fused: ClassVar[bool | None] = None  # which of torch's optimisers: they round differently
    judged_first: ClassVar[bool] = False  # whether the weights before the first step may be the ones to keep

    def __init__(self, pace: Pace, accelerator: Accelerator) -> None:
        super().__init__()
        # Not the accelerator itself, which holds what it has prepared: in a circle, data would be freed late.
        self.pace, self.device, self.processes = pace, accelerator.device, int(accelerator.num_processes)
        self.mine = slice(accelerator.process_index, None, self.processes)

    @abstractmethod
    def forward(self, step: int) -> Tensor:
        """The loss of this process's share of a step, drawn from the seed and the step's number alone: scalar. Its mean
        over the processes is the loss of the step."""

    def held_out_loss(self) -> float | None:
        """The loss of data that are not learned from, with the weights as they are, or None."""
        return None

    def fingerprint(self) -> str:
        """What a checkpoint must have been begun with, to go on from it."""
        raise NotImplementedError(f"{type(self).__name__} keeps no checkpoint; train it without a folder.")

    def groups(self) -> list[tuple[list[nn.Parameter], float]]:
        """What is learned, in groups, each with its share of the learning rate."""
        return [([p for p in self.parameters() if p.requires_grad], 1.0)]

    def begin(self) -> None:
        """What comes before the first step."""

    def look(self, step: int) -> None:
        """What comes before each evaluation."""

    def kept(self) -> dict[str, Tensor]:
        """What a checkpoint holds besides weights."""
        return {}

    def restore(self, kept: dict[str, Tensor]) -> None:
        """Take back what `kept` gave."""

    def even(self, count: int) -> int:
        """`count`, or a little more: as much for each process."""
        return self.processes * math.ceil(count / self.processes)


class Run:
    """One training: a task, the average of its weights, the best of these, the optimiser, and where it stands.

    With `folder` checkpoints are written there, and it goes on from the one that is there.
    """

    def __init__(self, task: Task, accelerator: Accelerator, folder: Path | None = None) -> None:
        self.task, self.accelerator = task.train(), accelerator
        self.learned = {name: value for name, value in task.named_parameters() if value.requires_grad}
        self.average, self.best = list[Tensor](), list[Tensor]()
        groups = [{"params": own, "share": share} for own, share in task.groups() if own]
        rate, decay = task.pace.learning_rate, task.pace.weight_decay
        self.optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=decay, fused=task.fused)
        self.history, self.step, self.began = History(), 0, 0.0
        self.recent: list[Tensor] = []
        self.folder, self.digest = folder, "" if folder is None else task.fingerprint()
        found = None if folder is None else resume.read(folder, self.digest)
        if found is not None:
            self._restore(*found)

    def go(self, on_step: OnStep | None = None, on_report: OnReport | None = None) -> History:
        """Train to the end, whichever comes first; the task is left with the best weights.

        `on_step(done, of, loss)` follows the steps, `on_report(step, training loss, seconds)` the evaluations.
        """
        history, pace, first = self.history, self.task.pace, self.accelerator.is_main_process
        self.began = time.monotonic() - history.seconds
        if self.step == 0:
            self._begin()
        # Where there are many processes, this gives all of them the first one's weights.
        model = self.accelerator.prepare_model(self.task, device_placement=False)
        while history.stopped is None:
            elapsed = self._elapsed()
            if self.step >= pace.until:
                history.stopped = "steps"
            elif pace.time_limit is not None and elapsed >= pace.time_limit:
                history.stopped = "time"
            else:
                self._advance(model, max(self.step / pace.steps, elapsed / pace.time_limit if pace.time_limit else 0.0))
                if on_step is not None and first:
                    on_step(self.step, pace.steps, history.latest)
            if self.recent and (history.stopped or self.step % pace.every == 0):
                self._evaluate()
                self._write()
                if on_report is not None and first:
                    on_report(self.step, history.losses[-1], history.seconds)
        self._put(self.best)
        return history

    def _begin(self) -> None:
        self.task.begin()
        self.average, self.best = (_copied(self.learned.values()) for _ in range(2))
        loss = self._held_out_loss() if self.task.judged_first else None
        if loss is not None:
            self.history.held_out_losses.append(loss)

    def _advance(self, model: nn.Module, done: float) -> None:
        """One step of the optimiser and of the average. `done`, 0 to 1, lowers the learning rate along a cosine."""
        pace = self.task.pace
        loss: Tensor = model(self.step)
        self.accelerator.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.learned.values(), pace.clip)
        warm = min(1.0, (self.step + 1) / pace.warm_up)
        rate = warm * (pace.least + (1 - pace.least) * math.cos(0.5 * math.pi * min(done, 1.0)) ** 2)
        for group in self.optimizer.param_groups:
            group["lr"] = pace.learning_rate * rate * group["share"]
        self.optimizer.step()
        self.optimizer.zero_grad()
        decay = min(pace.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, list(self.learned.values()), 1 - decay)
        self.recent.append(loss.detach())
        self.step += 1

    def _evaluate(self) -> None:
        """Held-out loss of the average, the best weights, and patience."""
        history, pace = self.history, self.task.pace
        history.steps.append(self.step)
        history.losses.append(self._agreed(float(torch.stack(self.recent).mean())))
        self.recent = []
        history.seconds = self._elapsed()
        self.task.look(self.step)
        held = self._held_out_loss()
        judged = history.losses[-1] if held is None else held
        if not (math.isfinite(history.losses[-1]) and math.isfinite(judged)):
            raise ModelError(f"training diverged at step {self.step}; lower learning_rate ({pace.learning_rate!r}).")
        if held is not None:
            history.held_out_losses.append(held)
        if held is None or held <= min(history.held_out_losses):
            history.best_step, self.best = self.step, _copied(self.average)
        elif pace.patience is not None and history.stopped is None:
            since = sum(step > history.best_step for step in history.steps)
            history.stopped = "patience" if since >= pace.patience else None

    def _held_out_loss(self) -> float | None:
        """That of the average."""
        with self._averaged():
            loss = self.task.held_out_loss()
        return None if loss is None else self._agreed(loss)

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """The task with the average of its weights, for a while."""
        now = _copied(self.learned.values())
        self._put(self.average)
        self.task.eval()
        yield
        self._put(now)
        self.task.train()

    @torch.no_grad()
    def _put(self, weights: Iterable[Tensor]) -> None:
        for value, other in zip(self.learned.values(), weights, strict=True):
            value.copy_(other)

    def _elapsed(self) -> float:
        """Seconds of training so far, those before an interruption included; the same on every process."""
        return self._agreed(time.monotonic() - self.began)

    def _agreed(self, value: float) -> float:
        """The mean over the processes, on every one of them."""
        if self.accelerator.num_processes == 1:
            return value
        own = torch.tensor([value], dtype=torch.float32, device=self.accelerator.device)
        shared: Tensor = self.accelerator.reduce(own, "mean")
        return float(shared)

    def _write(self) -> None:
        if self.folder is not None and self.accelerator.is_main_process:
            head = {"digest": self.digest, "step": self.step, "history": asdict(self.history)}
            resume.write(self.folder, self._tensors(), head)

    def _tensors(self) -> dict[str, Tensor]:
        average, best = (dict(zip(self.learned, weights, strict=True)) for weights in (self.average, self.best))
        parts: dict[str, dict[str, Tensor]] = {"now": dict(self.learned), "mean": average, "best": best}
        for moment in MOMENTS:
            parts[moment] = {name: self.optimizer.state[value][moment] for name, value in self.learned.items()}
        parts["task"] = self.task.kept()
        return {f"{part}/{name}": value for part, named in parts.items() for name, value in named.items()}

    @torch.no_grad()
    def _restore(self, tensors: dict[str, Tensor], head: dict[str, Any]) -> None:
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = value
        # In the layout of the weights, which the fused optimiser takes for granted.
        now, self.average, self.best, *moments = (
            [torch.empty_like(value).copy_(parts[part][name]) for name, value in self.learned.items()]
            for part in ("now", "mean", "best", *MOMENTS)
        )
        self._put(now)
        self.step = int(head["step"])
        for value, *own in zip(self.learned.values(), *moments, strict=True):
            step = torch.tensor(float(self.step), device=value.device if self.task.fused else "cpu")
            self.optimizer.state[value] = {"step": step, **dict(zip(MOMENTS, own, strict=True))}
        self.task.restore(parts.get("task", {}))
        self.history = History(**head["history"])
        if self.history.stopped != "patience":  # a later end lets it go on
            self.history.stopped = None


def _copied(weights: Iterable[Tensor]) -> list[Tensor]:
    return [weight.detach().clone() for weight in weights]
