"""What is expected of a series, or of a long part of one, whose level no normal has: the normals', not its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.signal import lfilter

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import off_level
from anomalyst.modalities.series.space.pictured.canvas import Normals, impute
from anomalyst.modalities.series.storage import kept, restored
from anomalyst.tools.healing import healing_test

ROWS, DAY = 900, 144
LEARNED: dict[str, Detector] = {}


def course(rows: int, seed: int, kind: str = "daily") -> SeriesSample:
    """A channel with a daily cycle, an autoregressive one, or noise; and one of noise beside it."""
    rng = np.random.default_rng(seed)
    t, noise = np.arange(rows) + rng.integers(0, DAY), rng.normal(size=(rows, 2))
    if kind == "daily":
        first = 20 + 3 * np.sin(2 * np.pi * t / DAY) + 0.2 * noise[:, 0]
    elif kind == "slow":
        first = 20 + lfilter([0.3], [1, -0.95], noise[:, 0])
    else:
        first = 20 + noise[:, 0]
    return SeriesSample(np.stack([first, 5 + noise[:, 1]], 1), ("heat", "load"), np.arange(rows, dtype=float))


def moved(sample: SeriesSample, by: NDArray[np.float64] | float, rows: slice = slice(None)) -> SeriesSample:
    values = sample.values.copy()
    values[rows, 0] += by
    return replace(sample, values=values)


def learned(kind: str) -> Detector:
    if kind not in LEARNED:
        LEARNED[kind] = detector_class("series-density")(samples=6).fit([course(3000, 9, kind)])
    return LEARNED[kind]


@pytest.mark.parametrize("kind", ["daily", "slow", "noise"])
@pytest.mark.parametrize(("height", "rows"), [(5, (0, ROWS)), (-5, (0, ROWS)), (5, (400, ROWS)), (-5, (300, 620))])
def test_a_long_offset_is_one_level_shift_against_the_normals(kind: str, height: float, rows: tuple[int, int]) -> None:
    detector, series = learned(kind), modality("series")
    sample = moved(course(ROWS, 3, kind), height, slice(*rows))
    score_map = detector.score(sample)
    found = series.locate(sample, score_map, 0.05, 0.05)
    region = found.findings[0].region
    assert (len(found.findings), region.start, region.stop, region.channels) == (1, *rows, ("heat",))
    facts = {m.kind: m for m in series.finding_facts(sample, score_map, found, found.findings[0])}
    assert facts["anomaly_kind"].value == "level shift"
    tolerance = 1.0 if kind == "slow" else 0.3
    assert float(facts["difference"].value) == pytest.approx(height, abs=tolerance)
    assert healing_test(detector, sample, score_map, found, alpha=0.05).alarm_gone


def test_the_phase_of_a_cycle_is_kept() -> None:
    calm = course(ROWS, 3)
    expected = learned("daily").score(moved(calm, 6.0)).expected[:, 0]
    assert np.corrcoef(expected, calm.values[:, 0])[0, 1] > 0.97
    assert abs(expected - calm.values[:, 0]).mean() < 0.5


def test_a_drift_out_of_all_that_is_normal_is_one_finding() -> None:
    sample = moved(course(ROWS, 3), np.linspace(0, 9, ROWS))
    score_map = learned("daily").score(sample)
    found = modality("series").locate(sample, score_map, 0.05, 0.05)
    assert len(found.findings) == 1
    kinds = [m.value for m in modality("series").finding_facts(sample, score_map, found, found.findings[0])]
    assert "drift" in kinds


@pytest.mark.parametrize("kind", ["daily", "slow", "noise"])
def test_what_is_normal_or_short_is_compared_with_its_surroundings(kind: str) -> None:
    calm = course(ROWS, 5, kind)
    assert not off_level(learned(kind).score(calm)).any()
    peak = moved(moved(calm, 0.5), 15.0, slice(400, 404))  # a spike in a series that lies a little high
    assert not off_level(learned(kind).score(peak)).any()


def test_alone_nothing_is_known_of_levels() -> None:
    assert not off_level(detector_class("series-density")().score(moved(course(ROWS, 3), 5.0, slice(450, ROWS)))).any()


def test_where_the_level_is_off_is_recorded() -> None:
    sample = moved(course(ROWS, 3), 5.0, slice(400, ROWS))
    score_map = learned("daily").score(sample)
    about, arrays = kept(sample, score_map)
    _, detail = restored({**about, "name": "", "notes": ()}, arrays)
    off = off_level(replace(score_map, detail=detail))
    assert off[400:, 0].all() and not off[:400].any() and not off[:, 1].any()
    assert "off_level" not in kept(sample, learned("daily").score(course(ROWS, 5)))[1]


def test_more_steps_than_the_normals_are_long_are_filled_by_parts() -> None:
    normals = torch.from_numpy(course(300, 1).values.T.copy()).float()
    series = torch.from_numpy(course(ROWS, 2).values.T.copy()).float()
    mean, drawn = impute(
        series, Normals(normals, [(0, 300)], fade=32), (100, 800), 32, 3, torch.Generator().manual_seed(0)
    )
    assert mean.shape == (2, 700) and drawn.shape == (3, 2, 700)
    assert torch.isfinite(drawn).all() and float((mean[0] - 20).abs().max()) < 5
