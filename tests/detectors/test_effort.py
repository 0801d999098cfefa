"""Tiers cost what they say, "few" is what it always was, and trimming finds the anomalies hidden among normals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anomalyst.detectors.contract import read_saved
from anomalyst.detectors.denoisers import bank as image_bank
from anomalyst.detectors.effort import IMAGE_EFFORTS, image_effort, least_suspect, trimmed_count
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space import scores as series_scores
from anomalyst.modalities.series.space.trim import trimmed
from tests.helpers.detectors import ImageDensity, ImageFusion, SeriesDensity, SeriesFusion
from tests.helpers.fault_data import image


def series(seed: int, faults: tuple[int, ...] = (), rows: int = 1200) -> SeriesSample:
    """Two noisy sines; each fault lifts the second for 30 rows."""
    rng = np.random.default_rng(seed)
    time = np.arange(float(rows))
    values = np.stack([np.sin(time / 6), np.cos(time / 6)], 1) + 0.1 * rng.normal(size=(rows, 2))
    for start in faults:
        values[start : start + 30, 1] += 4
    return SeriesSample(values, ("a", "b"), time, name=f"series {seed}")


def counted(module: Any, name: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> int:
    """How many distances a function of a module measures during an act."""
    made: list[int] = []
    plain = getattr(module, name)

    def counting(*given: Any) -> Any:
        found = plain(*given)
        made.append(found.numel())
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, name, counting)
        act()
    return sum(made)


def test_each_tier_of_images_measures_several_times_as_many_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for tier in ("one", "few", "full"):
        detector = ImageDensity(size=96, neighbours="aligned", steps=tier).fit([image(i) for i in range(4)])
        costs.append(counted(image_bank, "apart", monkeypatch, lambda d=detector: d.score(image(9))))  # type: ignore[misc]
    assert costs[0] * 5 < costs[1] and costs[1] * 2 < costs[2]


def test_each_tier_of_series_measures_several_times_as_many_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for tier in ("one", "few", "full"):
        detector = SeriesDensity(lengths=(32,), bank_size=200, steps=tier).fit([series(0)])  # type: ignore[arg-type]
        costs.append(counted(series_scores, "squared_to", monkeypatch, lambda d=detector: d.score(series(9))))  # type: ignore[misc]
    assert costs[0] * 3 < costs[1] and costs[1] * 3 < costs[2]


def test_detectors_of_before_the_tiers_load_and_score_alike(tmp_path: Path) -> None:
    detector = ImageDensity(size=96, neighbours="aligned").fit([image(i) for i in range(4)])
    detector.save_pretrained(tmp_path)
    head, state = read_saved(tmp_path)
    old = head["config"] | {"steps": 4}
    del old["trim"]
    state = {key: value for key, value in state.items() if not key.endswith(".radius")}
    again = ImageDensity(**old)
    again.load_state(state)
    np.testing.assert_array_equal(again.score(image(9)).scores, detector.score(image(9)).scores)
    assert again.config()["steps"] == 4 and image_effort(4) == IMAGE_EFFORTS["few"]


def test_a_saved_tier_is_loaded_with_its_places(tmp_path: Path) -> None:
    detector = ImageDensity(size=96, neighbours="aligned", steps="full").fit([image(i) for i in range(4)])
    detector.save_pretrained(tmp_path)
    again = load_detector(tmp_path)
    np.testing.assert_allclose(again.score(image(9)).scores, detector.score(image(9)).scores, rtol=1e-5)


@pytest.mark.parametrize("kind", [ImageFusion, SeriesFusion])
def test_a_fusion_gives_tier_and_trim_to_its_members(kind: Any) -> None:
    fused = kind(steps="one", trim=0.1)
    members = [fused._new(name).config() for name in fused.members]
    assert [(m["steps"], m["trim"]) for m in members] == [("one", 0.1)] * 2


@pytest.mark.parametrize("kind", [ImageDensity, SeriesDensity, ImageFusion, SeriesFusion])
def test_bad_tiers_and_shares_are_refused(kind: Any) -> None:
    for options in ({"steps": "many"}, {"steps": 0}, {"trim": 0.5}, {"trim": -0.1}):
        with pytest.raises(InputError, match="got (steps|trim)"):
            kind(**options)


def test_what_is_left_out() -> None:
    assert [trimmed_count(n, 0.1) for n in (1, 2, 3, 4, 20, 100)] == [0, 0, 1, 1, 2, 10]
    assert trimmed_count(100, 0) == 0
    assert least_suspect([1, 9, 2, 8, 3], 0.4) == [0, 2, 4]
    assert least_suspect([1.0, 2.0], 0.4) == [0, 1]


def test_the_hidden_image_is_left_out_and_its_fault_stays_an_anomaly() -> None:
    normals = [image(i, fault=i in (3, 7)) for i in range(14)]
    told: list[tuple[int, int]] = []
    robust = ImageDensity(size=96, trim=0.15)
    robust.on_step = lambda done, total: told.append((done, total))
    robust.fit(normals)
    assert len(robust.space.canvas_.normals) == 12
    bright = robust.space.canvas_.normals[:, 32:43, 62:73].astype(float).mean((1, 2, 3))
    assert bright.max() < 200
    assert told[-1][0] == told[-1][1]
    plain = ImageDensity(size=96).fit(normals)
    assert robust.score(image(99, fault=True)).sample_p < plain.score(image(99, fault=True)).sample_p


def test_the_hidden_faults_are_cut_out_of_the_series(monkeypatch: pytest.MonkeyPatch) -> None:
    left = trimmed([series(0, (300, 900)), series(1)], 0.1, "density", (32,), False)
    assert sum(len(p.values) for p in left) == 2400 - round(0.1 * 2 * 37) * 32
    assert max(p.values[:, 1].max() for p in left) < 3
    assert all((np.diff(p.index) == 1).all() for p in left)
    robust = SeriesDensity(trim=0.1, lengths=(32,)).fit([series(0, (300, 900)), series(1)])
    monkeypatch.setattr("anomalyst.modalities.series.space.untrained.odd_blocks", lambda *_: [])
    plain = SeriesDensity(lengths=(32,)).fit([series(0, (300, 900)), series(1)])
    sample = series(2, (500,))
    assert robust.score(sample).sample_p < plain.score(sample).sample_p
