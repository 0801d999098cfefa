"""What each detector was measured to take and to reach: the numbers that a choice under a time budget rests on.

Seconds are of one thread of one core of the machine of docs/benchmarks.md; another machine takes other times, so an
estimate is good to a factor of about two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCORINGS = 3
"""Scorings in one `explain`: the sample, the sample healed, and healed at random (`tools/healing.py`: two, whatever the
number of findings). Writing and checking sentences takes well under a second beside them."""
BACKBONE = 1.6  # of an image fit without one: 18 s against 11 s for 20 normals, 35 s against 23 s for 40
LEAST_TRAINING = 0.1  # of the usual training, below which a network has learned nothing
# Of the training time where there is a GPU: "On a GPU" in docs/benchmarks.md. Networks on series are too small for it.
GPU_TRAINING = {"image": 0.35, "series": 0.9, "pair": 0.1}


@dataclass(frozen=True)
class Measured:
    """One detector's numbers. A unit of data is a normal image, or 1000 values (rows × channels) of a series.

    `fit`, `fit_each`: seconds to fit, without training a network, at all and for each unit of at most `most` (all, if
    None); `train`: seconds of training, which a GPU shortens; `score`, `score_each`: seconds to score one sample, at
    all and for each unit of it; `least`: fewest normal images, or rows of normal series, it needs to be of use;
    `accuracy`: mean image AUROC or VUS-PR on the public excerpts, None where not measured on all of them.
    """

    fit: float
    fit_each: float
    score: float
    score_each: float = 0.0
    train: float = 0.0
    least: int = 1
    most: int | None = None
    accuracy: float | None = None


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


def _image(fit_each: float, score: float, accuracy: float | None = None) -> Measured:
    """Closed form on images; each normal is scored by the others to calibrate, which is most of the fit."""
    return Measured(0.5, fit_each, score, most=1000, accuracy=accuracy)


def _learned_image(score: float, accuracy: float | None = None) -> Measured:
    """A network on images: 400 steps, whatever the number of normals; of those at most 400 are read."""
    return Measured(1.0, 0.1, score, train=56.0, least=30, most=400, accuracy=accuracy)


def _learned_series(score_each: float, accuracy: float | None = None) -> Measured:
    """A network on series: 1500 steps, whatever the number of rows."""
    return Measured(0.3, 0.03, 0.3, score_each, train=50.0, least=1000, accuracy=accuracy)


# Seconds: CPU time of `build_detector(name, None, 0)`, so with all score rules, on bundled images and telemetry.
# Accuracy to two digits: excerpts of this size tell no more, and of equals the quickest is chosen.
# On images: mean image AUROC of seven categories in "Learned detectors" of docs/benchmarks.md, where all stand beside
# each other (`python -m benchmarks.images … --limit 20 --size 128`).
# On series: mean VUS-PR of one series each of seven sets, there too (`python -m benchmarks.series … --limit 1`).
# On pairs: mean AUROC over the kinds of mismatch of fashion in "Text-image pairs".
MEASURED: dict[str, Measured] = {
    "image-density": _image(0.5, 0.5, 0.86),
    "image-reconstruction": _image(0.5, 0.5, 0.86),
    "image-imputation": _image(0.5, 0.5, 0.86),
    "image-fusion": _image(0.55, 0.7, 0.86),
    "image-ddpm": _learned_image(0.5, 0.78),
    "image-ddim": _learned_image(0.5, 0.79),
    "image-sde": _learned_image(0.5, 0.78),
    "image-conditioned": _learned_image(0.5, 0.76),
    "image-one-step": _learned_image(0.5, 0.81),
    "image-masked": _learned_image(0.5, 0.77),
    "image-flow": _learned_image(0.7, 0.80),
    "image-score": _learned_image(0.5, 0.83),
    "image-inversion": _learned_image(0.5, 0.83),
    "image-simplex": _learned_image(0.5, 0.79),
    "image-time": Measured(1.0, 0.1, 0.5, train=25.0, least=30, most=400, accuracy=0.80),
    "pair-information": Measured(1.0, 0.3, 2.0, train=3000.0, least=1000, most=200),
    "pair-embedding": Measured(2.0, 0.08, 0.3, most=20_000, least=30, accuracy=0.817),
    "series-density": Measured(0.5, 0.06, 0.3, 0.07, accuracy=0.70),
    "series-reconstruction": Measured(0.5, 0.07, 0.3, 0.07, accuracy=0.55),
    "series-imputation": Measured(0.5, 0.1, 0.3, 0.08, accuracy=0.48),
    "series-fusion": Measured(0.5, 0.1, 0.3, 0.07, accuracy=0.65),
    "series-ddpm": _learned_series(0.07, 0.39),
    "series-ddim": _learned_series(0.07, 0.43),
    "series-sde": _learned_series(0.07, 0.39),
    "series-one-step": _learned_series(0.07, 0.38),
    "series-imdiffusion": _learned_series(0.08, 0.34),
    "series-flow": _learned_series(0.15, 0.43),
    "series-score": _learned_series(0.07, 0.37),
    "series-inversion": _learned_series(0.08, 0.31),
    "series-time": Measured(0.3, 0.03, 0.3, 0.05, train=13.0, least=1000, accuracy=0.47),
}


def estimate(name: str, profile: Mapping[str, Any], gpu: bool) -> Estimate:
    """Seconds that the detector `name` will take on data of this profile (`Workbench.profile`).

    Read from it: "normals" (their number), "backbone" (whether images are compared by one), of series "rows" and
    "normal_rows" of "channels". Without normals a series is compared with itself: nothing is fitted.
    "scorings": how often a sample will be scored, as in `explain` where not given.
    """
    seen = MEASURED[name]
    learned, scored = _units(profile)
    units = learned if seen.most is None else min(learned, seen.most)
    rest = (seen.fit + seen.fit_each * units) * (BACKBONE if profile.get("backbone") else 1.0)
    train = seen.train * (GPU_TRAINING[name.partition("-")[0]] if gpu else 1.0)
    score = seen.score + seen.score_each * scored
    if not profile["normals"]:
        rest = train = 0.0
    return Estimate(rest + train, train, score, int(profile.get("scorings", SCORINGS)))


def enough_normals(name: str, profile: Mapping[str, Any]) -> bool:
    """Whether the normals are as many as the detector needs to be of use."""
    kind = "normal_rows" if "rows" in profile else "normals"
    return not profile.get("normals") or int(profile.get(kind, 0)) >= MEASURED[name].least


def training_limit(name: str, profile: Mapping[str, Any], gpu: bool, seconds: float) -> float | None:
    """Seconds that training may take so that the rest of `explain` still keeps to `seconds`, but LEAST_TRAINING of the
    usual at least; None where nothing is trained."""
    planned = estimate(name, profile, gpu)
    if not planned.train:
        return None
    return max(LEAST_TRAINING * planned.train, seconds - (planned.run - planned.train))


def _units(profile: Mapping[str, Any]) -> tuple[float, float]:
    """Units of data to learn from, and to score."""
    if "rows" not in profile:
        return float(profile["normals"]), 1.0
    width = len(profile["channels"])
    return profile["normal_rows"] * width / 1000, profile["rows"] * width / 1000
