"""The training loop by itself, with a task of a few lines: what it does for every task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from anomalyst.detectors.training.loop import Pace, Run, Task
from anomalyst.errors import ModelError

PACE = Pace(steps=40, until=40, every=10, warm_up=5, learning_rate=0.1, ema=0.5, clip=1.0, patience=2, time_limit=None)


def accelerator() -> Accelerator:
    return Accelerator(mixed_precision="no")


class Point(Task):
    """Two numbers drawn to `goal`, and judged by how far the first is from `best`."""

    judged_first = True

    def __init__(self, pace: Pace = PACE, goal: float = 3.0, best: float | None = 3.0) -> None:
        super().__init__(pace, accelerator())
        self.first, self.second = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.fixed = nn.Parameter(torch.zeros(1), requires_grad=False)
        self.goal, self.best = goal, best

    def forward(self, step: int) -> Tensor:
        jitter = 0.01 * torch.randn(1, generator=torch.Generator().manual_seed(step))
        return ((self.first - self.goal + jitter).square() + (self.second - self.goal).square() + self.fixed).sum()

    def held_out_loss(self) -> float | None:
        assert not self.training
        return None if self.best is None else float((self.first.detach() - self.best).square())

    def fingerprint(self) -> str:
        return f"{self.goal}"

    def groups(self) -> list[tuple[list[nn.Parameter], float]]:
        return [([self.first], 1.0), ([self.second], 0.1)]


def learned(task: Point, **options: Any) -> tuple[float, float]:
    Run(task, accelerator()).go(**options)
    return task.first.item(), task.second.item()


def test_each_group_learns_at_its_share_of_the_rate_and_what_is_fixed_stays() -> None:
    task = Point()
    first, second = learned(task)
    assert 1.5 < first < 3.2 and 0.08 < second / first < 0.12
    assert task.fixed.item() == 0


def test_what_it_starts_from_is_kept_where_learning_makes_it_worse() -> None:
    task = Point(best=-1.0)
    run = Run(task, accelerator())
    history = run.go()
    assert (history.best_step, history.stopped, history.steps) == (0, "patience", [10, 20])
    assert task.first.item() == 0 and history.held_out_losses[0] == 1.0
    unjudged = Point(best=-1.0)
    unjudged.judged_first = False  # type: ignore[misc]
    assert learned(unjudged)[0] > 0.1


def test_without_held_out_data_the_last_average_is_kept() -> None:
    task = Point(best=None)
    history = Run(task, accelerator()).go()
    assert (history.best_step, history.stopped, history.held_out_losses) == (40, "steps", [])


@pytest.mark.parametrize("best", [3.0, None])
def test_stopped_and_gone_on_it_ends_as_if_it_had_not(best: float | None, tmp_path: Path) -> None:
    straight = learned(Point(best=best))
    seen: list[int] = []
    for until in (15, 33, 40, 40):
        task = Point(replace(PACE, until=until), best=best)
        run = Run(task, accelerator(), tmp_path)
        history = run.go(lambda step, of, loss: seen.append(step))
        assert (history.stopped, run.step) == ("steps", until)
    assert seen == list(range(1, 41))
    if best is None:
        assert (task.first.item(), task.second.item()) == straight
    else:  # the weights at steps 15 and 33 were judged, too
        assert task.first.item() == pytest.approx(straight[0], abs=0.05)


def test_the_average_is_judged_and_the_training_goes_on_from_where_it_was() -> None:
    """The average lags behind: a training that went on from it would be slower."""
    often, seldom = Point(replace(PACE, every=1, ema=0.9), best=None), Point(replace(PACE, ema=0.9), best=None)
    assert learned(often) == learned(seldom)


def test_a_loss_that_is_no_number_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"diverged at step 10; lower learning_rate \(0.1\)"):
        learned(Point(goal=float("inf")))


def test_reports_come_after_each_evaluation() -> None:
    told: list[tuple[int, float]] = []
    learned(Point(replace(PACE, until=25), best=None), on_report=lambda step, loss, _: told.append((step, loss)))
    assert [step for step, _ in told] == [10, 20, 25]
    assert told[0][1] > told[1][1] > told[2][1]
