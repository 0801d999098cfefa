"""What a fitted detector's thresholds rest on: the scores of its calibration's normals, read from its folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import read_saved
from anomalyst.detectors.registry import detector_class

LEVELS = (0.1, 0.05, 0.01)
HALVINGS = 60
# Where `Conformal.state` stands in a detector's: of whole samples, of stretches of one, in a fusion by member.
_PLACES = re.compile(r"(?:(?P<member>[\w-]+)\.)?(?:whole(?:\.(?P<rule>[\w-]+))?|(?P<parts>[\w-]+)\.stretches)\.head")


@dataclass(frozen=True)
class Judge:
    """What turns one score into a p-value. `name`: of the score rule, or of the detector of a fusion; `length`: rows of
    a stretch, None where whole samples are judged."""

    name: str
    conformal: Conformal
    length: int | None

    @property
    def unit(self) -> str:
        """What one score belongs to."""
        return "sample" if self.length is None else f"stretch of {self.length} rows"


@dataclass(frozen=True)
class Threshold:
    """At alarm level `alpha` whatever scores `score` or more raises an alarm; None: no score does. `above`: of the
    normals behind it, those that score as much; `observed`: whether so few normals can show this level, else it was
    read from a fitted tail."""

    alpha: float
    score: float | None
    above: int
    observed: bool


def judges(folder: Path) -> list[Judge]:
    """The judges of a saved detector, the one that gives the verdict first; none if it was fitted without normals."""
    head, arrays = read_saved(folder)
    own = detector_class(str(head["detector"])).card.family
    found: list[Judge] = []
    for key in arrays:
        place = _PLACES.fullmatch(key)
        if place is None:
            continue
        prefix = key.removesuffix(".head")
        of_stretch = prefix.removesuffix(".stretches") + ".length"
        length = int(arrays[of_stretch][0]) if place["parts"] else None
        name = place["member"] or place["rule"] or place["parts"] or own
        found.append(Judge(name, Conformal.from_state(arrays, prefix), length))
    return sorted(found, key=lambda judge: judge.name != own)


def threshold(conformal: Conformal, alpha: float) -> Threshold:
    """The lowest score at which the p-value falls to `alpha`."""
    low, high = float(conformal.kept[0]), float(conformal.kept[-1])
    observed = alpha * (conformal.count + 1) >= 1
    spread = max(high - low, 1e-9)
    high += spread * 1e-9
    for _ in range(HALVINGS):  # far enough out, if any score is
        if conformal.sample_p(high) <= alpha:
            break
        high += spread
        spread *= 2
    else:
        return Threshold(alpha, None, 0, observed)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if conformal.sample_p(middle) <= alpha else (middle, high)
    place = int(np.searchsorted(conformal.kept, high, side="left"))
    above = int(np.concatenate([[conformal.count], conformal.above])[place])
    return Threshold(alpha, high, above, observed)
