"""Facts: kinds of anomaly on synthetic examples of each, places, printed values, safe names, confidence words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from anomalyst.detectors.base import Calibration, RuleScore, ScoreMap
from anomalyst.samples import ImageSample, SeriesSample
from anomalyst.tools.evidence import Evidence
from anomalyst.tools.facts import build_evidence, confidence
from anomalyst.tools.findings import find_regions
from anomalyst.tools.image_kinds import image_kind
from anomalyst.tools.places import IMAGE_PLACES, PLACES, image_place, series_place
from anomalyst.tools.series_facts import blamed
from anomalyst.tools.series_kinds import Stretch, series_kind
from anomalyst.tools.units import MAX_NAME, channel_names, compared, duration, moment, rounded

Values = NDArray[np.float64]
ROWS, START, STOP = 600, 300, 380


# --- kinds of anomaly of a series ------------------------------------------------------------------------------------


def _spike(x: Values, size: float, rng: np.random.Generator) -> None:
    at = rng.integers(START + 2, STOP - 4)
    x[at : at + rng.integers(1, 4)] += 10 * size


def _dip(x: Values, size: float, rng: np.random.Generator) -> None:
    _spike(x, -size, rng)


def _level_shift(x: Values, size: float, rng: np.random.Generator) -> None:
    x[START + rng.integers(0, 10) : STOP - rng.integers(0, 10)] += rng.choice([-1, 1]) * 5 * size


def _drift(x: Values, size: float, rng: np.random.Generator) -> None:
    x[START:STOP] += rng.choice([-1, 1]) * 10 * size * np.linspace(0, 1, STOP - START)


def _flat(x: Values, size: float, rng: np.random.Generator) -> None:
    first = START + rng.integers(0, 10)
    x[first:STOP] = x[first]


def _variance(x: Values, size: float, rng: np.random.Generator) -> None:
    x[START:STOP] += 3 * size * rng.standard_normal(STOP - START)


def _missing(x: Values, size: float, rng: np.random.Generator) -> None:
    x[START + 3 : STOP - 5] = np.nan


SERIES_CASES: dict[str, Callable[[Values, float, np.random.Generator], None]] = {
    "spike": _spike,
    "dip": _dip,
    "level shift": _level_shift,
    "drift": _drift,
    "flat line": _flat,
    "change of variance": _variance,
    "missing data": _missing,
}


def _kind(observed: Values, expected: Values) -> str:
    normal = np.ones(ROWS, dtype=bool)
    normal[START:STOP] = False
    return series_kind(Stretch(observed, expected, START, STOP, normal))


@pytest.mark.parametrize("noise", [0.05, 0.3, 2.0])
@pytest.mark.parametrize("period", [0.0, 40.0])
@pytest.mark.parametrize("kind", SERIES_CASES)
def test_series_kinds_are_told_apart(kind: str, period: float, noise: float) -> None:
    right = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        wave = np.sin(2 * np.pi * np.arange(ROWS) / period) if period else np.zeros(ROWS)
        expected = 50 + 2 * noise * wave
        observed = expected + noise * rng.standard_normal(ROWS)
        SERIES_CASES[kind](observed, noise, rng)
        right += _kind(observed, expected) == kind
    assert right >= 18


@pytest.mark.parametrize("factor", [0.5, 1.6, 2.5])
@pytest.mark.parametrize("noise", [0.02, 0.2])
def test_change_of_period_is_recognised(factor: float, noise: float) -> None:
    right = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        steps = np.ones(ROWS)
        steps[START:STOP] = factor
        expected = np.sin(2 * np.pi * np.arange(ROWS) / 20)
        observed = np.sin(2 * np.pi * np.cumsum(steps) / 20) + noise * rng.standard_normal(ROWS)
        right += _kind(observed, expected) == "change of period"
    assert right >= 18


def test_a_calmer_stretch_is_a_change_of_variance() -> None:
    rng = np.random.default_rng(0)
    observed = rng.standard_normal(ROWS)
    observed[START:STOP] *= 0.2
    assert _kind(observed, np.zeros(ROWS)) == "change of variance"


def test_a_channel_that_always_rests_is_not_called_flat() -> None:
    observed = np.zeros(ROWS)
    observed[::90] = 1.0
    expected = np.zeros(ROWS)
    observed[START:STOP] = 0.0
    assert _kind(observed, expected) != "flat line"


# --- kinds of anomaly of an image ------------------------------------------------------------------------------------


def _texture(rng: np.random.Generator, contrast: float = 0.04) -> NDArray[np.float64]:
    grain = rng.standard_normal((96, 96, 1)) * contrast
    return np.clip(np.array([0.5, 0.45, 0.4]) + grain, 0, 1)


def _disc(radius: float = 14, centre: tuple[int, int] = (48, 48)) -> NDArray[np.bool_]:
    y, x = np.mgrid[:96, :96]
    return np.hypot(y - centre[0], x - centre[1]) <= radius


def _image_case(kind: str, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(observed, expected) of an anomaly in the disc."""
    rng = np.random.default_rng(seed)
    expected, seen, disc = _texture(rng), _texture(rng), _disc()
    if kind == "brighter":
        seen[disc] *= 1.4
    elif kind == "darker":
        seen[disc] *= 0.6
    elif kind == "colour shift":
        seen[disc] *= np.array([1.35, 0.9, 0.75])
    elif kind == "texture change":
        seen[disc] += rng.standard_normal((int(disc.sum()), 1)) * 0.1
    elif kind == "extra part":
        seen[disc] = np.array([0.2, 0.5, 0.8]) + rng.standard_normal((int(disc.sum()), 1)) * 0.1
    elif kind == "missing part":
        expected[disc] = np.array([0.9, 0.9, 0.9])
    return np.clip(seen, 0, 1), expected


@pytest.mark.parametrize(
    "kind", ["brighter", "darker", "colour shift", "texture change", "extra part", "missing part"]
)
def test_image_kinds_are_told_apart(kind: str) -> None:
    right = sum(image_kind(*_image_case(kind, seed), _disc()) == kind for seed in range(20))
    assert right >= 18
