"""How surprising a clip is: the highest place of each step, smoothed over the past, against held-out normal clips.

Each view of a step (how it moves, how it looks) is one reading: the logarithm of its highest place over the normal 95 %
level, the mean of the last AVERAGED steps. How readings become p-values, and the highest of a clip its own, is told in
`series/space/judged/alarm.py`: by the heights of events, runs of steps above a level, in normals that were held out. So
ten clips of fifteen seconds can tell what is rarer than one clip in ten; how far that is read from the fitted tail is
said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from anomalyst.detectors.calibration.conformal import P_FLOOR, Conformal
from anomalyst.detectors.contract import CalibrationMethod, RuleScore
from anomalyst.modalities.series.space.judged.alarm import EventCalibration
from anomalyst.modalities.video.space.encode import past_mean

Floats = NDArray[np.float64]

AVERAGED = 8  # steps, up to the one that is judged
APART = 20  # steps between two events
LEVEL = 0.95  # quantile of steps
LEAST = 1e-6


def around(cells: Floats) -> Floats:
    """A place is a cell and those around it, as what matters is larger than one: the mean of (…, rows, columns)."""
    size = (0,) * (cells.ndim - 2) + (3, 3)
    return np.asarray(uniform_filter(cells, size=size))


def steps_of(cells: Floats) -> Floats:
    """The highest place of each step (T,), as the mean of the last steps, of (T, rows, columns). What comes later does
    not count."""
    highest = around(cells).reshape(len(cells), -1).max(1)
    return np.asarray(past_mean(highest, AVERAGED))


@dataclass(frozen=True)
class ClipYardstick:
    """`level` (V,): the normal 95 % level of each view's steps; `events`: calibrates steps; `cells`: single cells, by
    their size in these levels; `method`: how normals were held out; `held_out`: scores of whole normals by number."""

    level: Floats
    events: EventCalibration
    cells: Conformal
    method: CalibrationMethod = "cross-conformal"
    held_out: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def fit(cls, clips: Sequence[Floats], method: CalibrationMethod) -> ClipYardstick:
        """From the scores (V, T, rows, columns) of held-out normal clips."""
        steps = [np.stack([steps_of(view) for view in clip]) for clip in clips]
        together = np.concatenate(steps, axis=1)
        level = np.maximum(np.quantile(together, LEVEL, axis=1), LEAST)
        stops = np.cumsum([found.shape[1] for found in steps])
        pieces = [(int(stop - found.shape[1]), int(stop)) for stop, found in zip(stops, steps, strict=True)]
        sizes = np.log(np.maximum(together, LEAST * level[:, None]) / level[:, None])
        events = EventCalibration.fit(sizes, pieces, APART)
        cells = Conformal.fit(np.concatenate([largest(around(clip), level).ravel() for clip in clips]))
        surprise = events.tails.surprise(sizes)
        held = {number: float(surprise[a:b].max()) for number, (a, b) in enumerate(pieces)}
        return cls(level, events, cells, method, held)

    @classmethod
    def alone(cls, clip: Floats) -> ClipYardstick:
        """From the scores (V, T, rows, columns) of a clip by itself, whose calmer steps are taken as normal."""
        steps = np.stack([steps_of(view) for view in clip])
        level = np.maximum(np.quantile(steps, LEVEL, axis=1), LEAST)
        sizes = np.log(np.maximum(steps, LEAST * level[:, None]) / level[:, None])
        calm = np.quantile(steps.max(0), 0.75) >= steps.max(0)
        return cls(level, EventCalibration.of_bulk(sizes, APART), Conformal.fit(largest(around(clip[:, calm]), level)),
                   "self-calibrated")  # fmt: skip

    def surprise(self, clip: Floats) -> Floats:
        """−ln p of each step (T,), by what was seen up to it."""
        steps = np.stack([steps_of(view) for view in clip])
        return self.events.tails.surprise(np.log(np.maximum(steps, LEAST) / self.level[:, None]))

    def opinion(self, clip: Floats) -> RuleScore:
        """What a rule says of a clip by the scores (V, T, rows, columns) of its cells."""
        sizes, surprise = largest(around(clip), self.level), self.surprise(clip)
        p = np.clip(self.cells.p_values(sizes), P_FLOOR, 1.0)
        highest = float(surprise.max())
        whole = self.events.whole_p(highest, len(surprise))
        return RuleScore(sizes.astype(np.float32), p.astype(np.float32), highest, whole)

    def shown(self, steps: int) -> float:
        """The smallest p-value of a clip of so many steps that the normals show without a fitted tail."""
        return float(-np.expm1(-steps / max(1, self.events.behind)))

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        own = {f"clip.{rule}.level": self.level, f"clip.{rule}.split": np.array([self.method == "split-conformal"])}
        return own | self.events.state(f"clip.{rule}") | self.cells.state(f"clip.{rule}.cells")

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], rule: str) -> ClipYardstick:
        """Restore what `state` gave."""
        head = f"clip.{rule}"
        events, cells = EventCalibration.from_state(state, head), Conformal.from_state(state, f"{head}.cells")
        split = bool(state[f"{head}.split"][0])
        return cls(state[f"{head}.level"], events, cells, "split-conformal" if split else "cross-conformal")


def largest(clip: Floats, level: Floats) -> Floats:
    """The size of each cell (T, rows, columns): the highest of its views, in the levels of their steps."""
    return np.asarray((clip / level[:, None, None, None]).max(0))
