"""Counters are read as what they rise by; normals and inputs of other steps are averaged to the wider one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from anomalyst.errors import InputError
from anomalyst.modalities.reading import load_sample, read_normals
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.reading.rates import clock, resampled
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.tools.workbench import Workbench
from tests.helpers.places import SHARED


def counted(
    rows: int, seed: int, start: float = 1e6, reset: int | None = None, name: str = "hits_total"
) -> pd.DataFrame:
    steps = np.random.default_rng(seed).poisson(3000, rows).astype(float)
    values = start + np.cumsum(steps)
    if reset is not None:
        values[reset:] -= values[reset] - 50
    return pd.DataFrame({"time": pd.date_range("2024-03-04", periods=rows, freq="min"), name: values})


def wave(rows: int, freq: str, seed: int = 0) -> pd.DataFrame:
    times = pd.date_range("2024-03-04", periods=rows, freq=freq)
    phase = 2 * np.pi * (times - times[0]).total_seconds() / 86400
    return pd.DataFrame({"time": times, "v": 5 + np.sin(phase) + np.random.default_rng(seed).normal(0, 0.02, rows)})


def opened(sample: pd.DataFrame, normal: pd.DataFrame) -> Workbench:
    bench = Workbench()
    bench.open(sample, normal)
    return bench


def series(of: pd.DataFrame) -> SeriesSample:
    sample = load_sample(of)
    assert isinstance(sample, SeriesSample)
    return sample


@pytest.mark.parametrize("name", ["hits_total", "http.requests.count", "Counter A", "energy cumulative"])
def test_a_named_counter_is_read_as_what_it_rises_by(name: str) -> None:
    sample = series(counted(200, 0, name=name, reset=120))
    rises = sample.values[:, 0]
    assert (
        sample.counters == (name,) and np.isnan(rises[[0, 120]]).all() and np.isfinite(np.delete(rises, [0, 120])).all()
    )
    assert 2500 < np.nanmin(rises) <= np.nanmax(rises) < 3500
    assert "was reset once, at 2024-03-04 02:00:00" in "; ".join(sample.notes)


@pytest.mark.parametrize(
    "values",
    [
        20 + np.random.default_rng(0).normal(size=200),  # a gauge under the name of a counter
        np.full(200, 8e9),  # constant
        np.linspace(100, 0, 200),  # falls
        np.arange(200.0) - 50,  # negative
    ],
)
def test_what_does_not_count_up_is_no_counter(values: np.ndarray) -> None:
    assert series(pd.DataFrame({"mem_total": values})).counters == ()


def test_a_counter_over_missing_rows_rises_by_their_mean() -> None:
    frame = counted(100, 0)
    frame.loc[40:44, "hits_total"] = np.nan
    rises = series(frame).values[:, 0]
    assert np.isnan(rises[40:45]).all() and 2500 < rises[45] < 3500


def test_an_unnamed_channel_is_a_counter_only_where_it_counts_up_in_all() -> None:
    both = opened(counted(300, 1, 9e6, reset=100, name="v"), counted(800, 2, name="v"))
    assert isinstance(both.sample, SeriesSample) and both.sample.counters == ("v",)
    assert all(isinstance(normal, SeriesSample) and normal.counters == ("v",) for normal in both.normals)
    flat = counted(800, 2, name="v").assign(v=lambda f: 1e6 + np.random.default_rng(0).normal(0, 10, 800))
    one = opened(counted(300, 1, name="v"), flat)
    assert isinstance(one.sample, SeriesSample) and one.sample.counters == ()


def test_a_counter_that_stands_still_is_still_one_beside_its_normals() -> None:
    stuck = counted(300, 1).assign(hits_total=5e6)
    bench = opened(stuck, counted(800, 2))
    assert isinstance(bench.sample, SeriesSample) and bench.sample.counters == ("hits_total",)
    assert np.nanmax(bench.sample.values) == 0


def test_a_reset_is_no_alarm_and_is_told() -> None:
    bench = opened(counted(900, 1, 9e6, reset=400), counted(2500, 2))
    bench.fit("series-density")
    bench.score()
    assert bench.score_map is not None and bench.score_map.sample_p > 0.05
    assert any("was reset once, at 2024-03-04 06:40:00" in note for note in bench.notes)


@pytest.mark.parametrize(("own", "normal", "rows"), [("h", "10min", (300, 300)), ("10min", "h", (50, 600))])
def test_the_finer_one_is_averaged_to_the_wider_step(own: str, normal: str, rows: tuple[int, int]) -> None:
    bench = opened(wave(300, own, 1), wave(rows[1] if normal == "h" else 1800, normal, 2))
    (only,) = bench.normals
    assert isinstance(bench.sample, SeriesSample) and isinstance(only, SeriesSample)
    assert clock(bench.sample) == clock(only) == 3600
    assert len(bench.sample.values) == rows[0] and any("10 min" in n and "1 h" in n for n in bench.notes)


def test_steps_that_do_not_fit_are_refused_with_both() -> None:
    with pytest.raises(InputError, match="7 min apart.*10 min.*neither step is a whole multiple"):
        opened(wave(300, "10min"), wave(900, "7min"))


def test_too_few_rows_after_averaging_are_refused() -> None:
    with pytest.raises(InputError, match="only 2 rows remain of 60"):
        opened(wave(300, "h"), wave(60, "2min"))


def test_like_steps_and_irregular_clocks_stay_as_they_are() -> None:
    assert len(opened(wave(300, "10min"), wave(900, "10min")).normals[0].values) == 900  # type: ignore[attr-defined]
    odd = wave(900, "min").assign(
        time=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(np.random.default_rng(0).exponential(9, 900)), "s")
    )
    assert len(opened(wave(300, "10min"), odd).normals[0].values) == 900  # type: ignore[attr-defined]


def test_cells_that_lack_values_are_missing_and_counters_are_summed() -> None:
    values = np.stack([np.arange(60.0), np.ones(60)], 1)
    values[13, 0] = np.nan
    sample = SeriesSample(values, ("v", "n"), np.arange(60.0), counters=("n",))
    wide = resampled(sample, 3.0, sample)
    assert wide.shape == (20, 2) and np.isnan(wide.values[4, 0]) and (wide.values[:, 1] == 3).all()
    np.testing.assert_allclose(np.delete(wide.values[:, 0], 4), np.delete(np.arange(20) * 3 + 1.0, 4))
    np.testing.assert_array_equal(wide.index, np.arange(20) * 3.0)


def test_normals_alone_keep_their_steps() -> None:
    read = read_normals([wave(900, "min"), wave(900, "h")], "series")
    assert [len(normal.values) for normal in read.samples] == [900, 900]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("case", "normal", "test"),
    [("11-rate", "normal_10min", "test_60min"), ("18-counter", "normal", "test_reset")],
)
def test_the_shared_cases_raise_no_alarm(case: str, normal: str, test: str) -> None:
    folder = SHARED / "cases/series" / case
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; set ANOMALYST_SHARED to the folder that holds cases/series")
    bench = Workbench()
    bench.open(folder / f"{test}.csv", folder / f"{normal}.csv")
    bench.fit("series-density")
    bench.score()
    assert bench.score_map is not None and bench.score_map.sample_p > 0.05
    assert modality("series").locate(bench.need_sample(), bench.score_map, 0.05, 0.05).findings == ()
