"""What each detector was measured to take and to reach: the numbers that a choice under a time budget rests on.

The numbers are data (`data/measured.json`, written by `python -m benchmarks.costs`, with date and machine). Seconds are
of one thread of one core of the machine of docs/benchmarks.md; another machine takes other times, so an estimate is
good to a factor of about two. What no command measured, such as a plugin's detector, has no estimate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from anomalyst.detectors.registry import offer_of

SCORINGS = 3
"""Scorings in one `explain`: the sample, the sample healed, and healed at random (`tools/healing.py`: two, whatever the
number of findings). Writing and checking sentences takes well under a second beside them."""
LEAST_TRAINING = 0.1  # of the usual training, below which a network has learned nothing
FILE = Path(__file__).parents[1] / "data" / "measured.json"


@dataclass(frozen=True)
class Measured:
    """One detector's numbers. A unit of data is what its kind of data says (`Offer.amount`): a normal image, or 1000
    values (rows × channels) of a series.

    `fit`, `fit_each`: seconds to fit, without training a network, at all and for each unit of at most `most` (all, if
    None); `train`: seconds of training, which a GPU shortens; `score`, `score_each`: seconds to score one sample, at
    all and for each unit of it; `least`: fewest normals, or rows of normal series, it needs to be of use; `accuracy`:
    mean image AUROC or VUS-PR on the public excerpts, None where not measured on all of them; `date`, `machine`: of
    the measurement.
    """

    fit: float
    fit_each: float
    score: float
    score_each: float = 0.0
    train: float = 0.0
    least: int = 1
    most: int | None = None
    accuracy: float | None = None
    date: str = ""
    machine: str = ""


@dataclass(frozen=True)
class Numbers:
    """All that was measured. `detectors`: by name; `training_on_gpu`: of the training time where there is a GPU, by
    kind of data ("On a GPU" in docs/benchmarks.md; networks on series are too small for it); `backbone`: times the fit
    of an image without one."""

    detectors: Mapping[str, Measured]
    training_on_gpu: Mapping[str, float]
    backbone: float


@dataclass(frozen=True)
class Estimate:
    """Seconds that a detector will take: to fit, of which training, and to score one sample, `scorings` times."""

    fit: float
    train: float
    score: float
    scorings: int

    @property
    def run(self) -> float:
        """Seconds of all that is to do."""
        return self.fit + self.scorings * self.score


@cache
def numbers() -> Numbers:
    """All that was measured, read once."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored["detectors"] = {name: Measured(**seen) for name, seen in stored["detectors"].items()}
    return Numbers(**stored)


def measured(name: str) -> Measured | None:
    """The numbers of the detector `name`; None where it was not measured."""
    return numbers().detectors.get(name)


def accuracy(name: str) -> float | None:
    """The measured accuracy of the detector `name`; None where it was not measured."""
    seen = measured(name)
    return None if seen is None else seen.accuracy


def estimate(name: str, profile: Mapping[str, Any], gpu: bool) -> Estimate | None:
    """Seconds that the detector `name` will take on data of this profile (`Workbench.profile`); None where it was not
    measured.

    Read from it: "normals" (their number), "backbone" (whether images are compared by one), and what the kind of data
    counts as its amount. Without normals a sample is compared with itself: nothing is fitted. "scorings": how often a
    sample will be scored, as in `explain` where not given.
    """
    seen = measured(name)
    if seen is None:
        return None
    offer = offer_of(name)
    learned, scored = offer.amount.units(profile)
    units = learned if seen.most is None else min(learned, seen.most)
    rest = (seen.fit + seen.fit_each * units) * (numbers().backbone if profile.get("backbone") else 1.0)
    train = seen.train * (numbers().training_on_gpu.get(offer.name, 1.0) if gpu else 1.0)
    score = seen.score + seen.score_each * scored
    if not profile["normals"]:
        rest = train = 0.0
    return Estimate(rest + train, train, score, int(profile.get("scorings", SCORINGS)))


def enough_normals(name: str, profile: Mapping[str, Any]) -> bool:
    """Whether the normals are as many as the detector needs to be of use; of one not measured nothing is known."""
    seen = measured(name)
    if seen is None or not profile.get("normals"):
        return True
    return int(profile.get(offer_of(name).amount.normals, 0)) >= seen.least


def training_limit(name: str, profile: Mapping[str, Any], gpu: bool, seconds: float) -> float | None:
    """Seconds that training may take so that the rest of `explain` still keeps to `seconds`, but LEAST_TRAINING of the
    usual at least; None where nothing is trained, or nothing was measured."""
    planned = estimate(name, profile, gpu)
    if planned is None or not planned.train:
        return None
    return max(LEAST_TRAINING * planned.train, seconds - (planned.run - planned.train))
