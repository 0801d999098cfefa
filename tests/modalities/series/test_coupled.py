"""Channels that come apart while each stays in its range: seen, told, and healed together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.coupled import NOISE, coupling
from anomalyst.modalities.series.space.pictured.expected import heal

NONE = torch.zeros(2, 1, dtype=torch.bool)


def slow(rows: int, seed: int) -> np.ndarray:
    """A slow random course of unit spread."""
    noise = np.random.default_rng(seed).normal(size=rows + 200)
    found = np.convolve(noise, np.exp(-np.arange(100) / 10), mode="valid")[:rows]
    return np.asarray(found / found.std())


def pair(rows: int, seed: int, apart: tuple[int, int] = (0, 0)) -> SeriesSample:
    """An inlet and its outlet, which goes its own way in rows [start, stop)."""
    inlet = slow(rows, seed)
    outlet = 0.8 * inlet + 0.03 * np.random.default_rng(seed + 1).normal(size=rows)
    outlet[slice(*apart)] = 0.8 * slow(rows, seed + 2)[slice(*apart)]
    return SeriesSample(10 + 3 * np.stack([inlet, outlet], 1), ("inlet", "outlet"), np.arange(float(rows)))


def scaled(rows: int, seed: int) -> torch.Tensor:
    values = pair(rows, seed).values.T
    return torch.from_numpy((values - values.mean(1, keepdims=True)) / values.std(1, keepdims=True)).float()


def test_the_residual_is_what_the_others_do_not_say() -> None:
    series = scaled(2_000, 1)
    found = coupling(series, NONE)
    assert found is not None
    correlation = float(torch.corrcoef(series)[0, 1])
    wanted = series[1] - correlation / (1 + NOISE**2) * series[0]
    assert torch.allclose(found[0].residual(series)[1].float(), wanted, atol=1e-3)


def test_channels_that_do_not_go_together_have_no_such_reading() -> None:
    assert coupling(torch.randn(2, 2_000, generator=torch.Generator().manual_seed(0)), NONE) is None
    assert coupling(scaled(2_000, 1), ~NONE) is None  # switches
    assert coupling(scaled(15, 1), NONE) is None  # too few rows
    assert coupling(scaled(2_000, 1)[:1], NONE[:1]) is None


@pytest.fixture(scope="module")
def fitted() -> object:
    return detector_class("series-density")().fit([pair(3_000, 10)])


@pytest.mark.parametrize("seed", [20, 30])
def test_channels_that_come_apart_are_found_named_and_healed(fitted: object, seed: int) -> None:
    sample = pair(1_500, seed, (700, 850))
    score_map = fitted.score(sample)  # type: ignore[attr-defined]
    kind = modality("series")
    found = kind.locate(sample, score_map, 0.05, 0.05)
    region = found.findings[0].region
    assert score_map.sample_p < 1e-3 and abs(region.start - 700) < 8 and abs(region.stop - 850) < 8
    assert set(region.channels) == {"inlet", "outlet"}
    facts = list(kind.finding_facts(sample, score_map, found, found.findings[0]))
    assert {str(f.value) for f in facts if f.kind == "anomaly_kind"} == {"lost coupling"}
    healed = heal(fitted.healer, sample, region.start, region.stop)  # type: ignore[attr-defined]
    assert fitted.score(healed).sample_p > 0.05  # type: ignore[attr-defined]
    one = heal(fitted.healer, sample, region.start, region.stop, ["outlet"])  # type: ignore[attr-defined]
    assert np.array_equal(one.values[:, 0], sample.values[:, 0])
    assert fitted.score(one).sample_p > 0.05  # type: ignore[attr-defined]


def test_coupled_channels_that_hold_are_normal(fitted: object) -> None:
    assert fitted.score(pair(1_500, 40)).sample_p > 0.05  # type: ignore[attr-defined]


def test_a_spike_in_one_of_them_is_a_spike(fitted: object) -> None:
    sample = pair(1_500, 50)
    values = sample.values.copy()
    values[900, 1] += 40
    sample = replace(sample, values=values)
    score_map = fitted.score(sample)  # type: ignore[attr-defined]
    kind = modality("series")
    found = kind.locate(sample, score_map, 0.05, 0.05)
    facts = list(kind.finding_facts(sample, score_map, found, found.findings[0]))
    assert "spike" in {str(f.value) for f in facts if f.kind == "anomaly_kind"}
