"""The benchmarks' changes of test inputs and training data do what their names say, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample
from benchmarks import changes as c
from benchmarks.series_data import Case
from benchmarks.shared_training import share_training
from tests.helpers.detectors import SeriesDDIM, SeriesScore


def picture() -> np.ndarray:
    """A grey texture (32, 32, 3) with values from 0.3 to 0.7."""
    grey = np.random.default_rng(0).uniform(0.3, 0.7, (32, 32, 1)).astype(np.float32)
    return np.repeat(grey, 3, 2)


def rows() -> c.Rows:
    values = np.random.default_rng(0).normal(size=(200, 2)) * [1.0, 10.0]
    label = np.zeros(200, np.int64)
    label[50:61] = 1
    return c.Rows(values, label, np.arange(200.0))


def case() -> Case:
    label = np.zeros(100, np.int64)
    for start in (10, 30, 60):
        label[start : start + 5] = 1
    test = np.arange(200.0).reshape(100, 2)
    return Case("set", "case", np.zeros((80, 2)), test, label, 4, np.ones((100, 2), np.int64))


@pytest.mark.parametrize("change", list(c.IMAGE_CHANGES))
def test_every_image_change_is_repeatable_and_stays_an_image(change: str) -> None:
    sample = ImageSample(picture(), "x", True)
    once, again, other = (c.changed_image(sample, change, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(once.pixels, again.pixels)
    side = 32 * {"half the size": 0.5, "double the size": 2}.get(change, 1)
    assert once.pixels.shape == (side, side, 3) and once.pixels.dtype == np.float32
    assert once.pixels.min() >= 0 and once.pixels.max() <= 1
    assert np.array_equal(once.pixels, sample.pixels) == (change == "none")
    assert np.array_equal(once.pixels, other.pixels) == (not change.startswith("noise"))
    assert np.ptp(once.pixels, axis=2).max() < 0.02  # grey stays grey


def test_image_changes_are_of_the_stated_size() -> None:
    x = picture()
    moved = c.noise(np.full((200, 200, 3), 0.5, np.float32), 15, np.random.default_rng(0)) - 0.5
    assert 255 * moved.std() == pytest.approx(15, rel=0.02)
    assert np.abs(c.jpeg(x, 20) - x).mean() > np.abs(c.jpeg(x, 50) - x).mean() > 0
    assert c.blur(x, 2).std() < c.blur(x, 1).std() < x.std()
    np.testing.assert_allclose(c.brightness(x, 1.25), 1.25 * x, rtol=1e-6)


@pytest.mark.parametrize("change", list(c.SERIES_CHANGES))
def test_every_series_change_is_repeatable_and_keeps_labels_at_their_rows(change: str) -> None:
    before, spread = rows(), rows().values.std(0)
    once, again = (c.SERIES_CHANGES[change](before, spread, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(once.values, again.values)
    assert len(once.values) == len(once.label) == len(once.index) and (np.diff(once.index) > 0).all()
    if "rate" not in change:
        np.testing.assert_array_equal(once.label, before.label[once.index.astype(int)])
    changed = not np.array_equal(once.values, before.values)
    assert changed == (change != "none")


def test_series_changes_are_of_the_stated_size() -> None:
    before, spread = rows(), rows().values.std(0)
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(
        (c.added_noise(before, spread, 0.3, rng).values - before.values).std(0), 0.3 * spread, rtol=0.2
    )
    few = c.dropped(before, 0.3, rng)
    assert len(few.values) == 140
    np.testing.assert_array_equal(few.values, before.values[few.index.astype(int)])
    half = c.halved(before)
    np.testing.assert_allclose(half.values[3], before.values[6:8].mean(0))
    assert half.label.sum() == 6  # rows 50–60 lie in the pairs 25–30


def test_hidden_ones_replace_normals_and_are_never_among_the_others() -> None:
    spare, rest = c.set_aside(list(range(20)), 6, 1)
    assert sorted([*spare, *rest]) == list(range(20)) and rest == sorted(rest) and len(spare) == 6
    assert c.set_aside(list(range(20)), 6, 1)[0] == spare != c.set_aside(list(range(20)), 6, 2)[0]
    mixed = c.hidden_among(["good"] * 60, [f"bad {k}" for k in spare], 0.05)
    assert len(mixed) == 60 and mixed[-3:] == [f"bad {k}" for k in spare[:3]] and mixed.count("good") == 57
    assert c.hidden_among([1, 2], [], 0.0) == [1, 2]
    with pytest.raises(ValueError, match="are to be hidden"):
        c.hidden_among([1] * 60, [0], 0.1)


def test_what_is_hidden_in_a_series_is_not_tested_on() -> None:
    donors, rest = c.donors_and_rest(case())
    assert len(donors) == 1
    np.testing.assert_array_equal(donors[0], case().test[10:15])
    np.testing.assert_array_equal(rest.test, case().test[15:])
    assert rest.label.sum() == 10 and rest.start == 0 and rest.causes is not None and len(rest.causes) == 85
    single = case()
    single.label[15:] = 0
    with pytest.raises(ValueError, match="two are needed"):
        c.donors_and_rest(single)


def test_splicing_overwrites_the_stated_share_with_rows_of_donors() -> None:
    train, donors = np.zeros((800, 2)), [np.full((30, 2), 7.0), np.full((4, 2), 9.0)]
    out = c.spliced(train, donors[:1], 0.1, 16, 0)
    assert (out == 7).all(1).sum() == 80 and not train.any()
    np.testing.assert_array_equal(out, c.spliced(train, donors[:1], 0.1, 16, 0))
    short = c.spliced(train, donors, 0.1, 16, 0)
    assert set(np.unique(short)) <= {0.0, 7.0, 9.0}  # a donor shorter than a piece is not repeated
    np.testing.assert_array_equal(c.spliced(train, donors, 0.0, 16, 0), train)


def test_a_network_is_trained_once_and_answers_as_if_each_had_trained_its_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    time = np.arange(600.0)
    sample = SeriesSample(np.sin(time / 6)[:, None] + 0.1 * rng.normal(size=(600, 1)), ("a",), time)
    detectors = [SeriesDDIM(train_steps=3), SeriesScore(train_steps=3)]
    spared = [share_training(detector, tmp_path, "sine") for detector in detectors]
    shared = [detector.fit([sample]).score(sample).scores for detector in detectors]
    assert [len(seconds) for seconds in spared] == [0, 1] and spared[1][0] > 0
    np.testing.assert_allclose(shared[1], SeriesScore(train_steps=3).fit([sample]).score(sample).scores, rtol=1e-5)
    assert len(list(tmp_path.iterdir())) == 1
    assert share_training(SeriesScore(), None, "sine") == []


def test_tables_take_ratios_to_the_first_detector_of_the_same_data_and_means_over_data() -> None:
    from benchmarks.efficiency import ratios, table

    seconds = {("a", "image-density"): 2.0, ("a", "image-x"): 4.0, ("b", "image-density"): 1.0, ("b", "image-x"): 4.0}
    rows = [
        {"on": on, "detector": name, "tier": "few", "seconds": taken, "auroc": 0.5, "localised": 0.25}
        for (on, name), taken in seconds.items()
    ]
    assert [r["ratio"] for r in ratios(rows)] == [1, 2, 1, 4]
    assert "| image-x | – | – | – | 3 | 0.5 | 0.25 | – | – | – |" in table(ratios(rows))
