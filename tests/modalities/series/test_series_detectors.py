"""Series detectors: they find faults, name the channel, heal, keep to their false-alarm rate, and refuse bad input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.contract import RULES, Detector, ScoreMap
from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.errors import InputError
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.space.grid import running_sums, to_grid, windows
from anomalyst.modalities.series.space.judged.stretches import OwnStretches, of_many
from anomalyst.modalities.series.space.pictured.expected import heal
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.tried.synthetic import make_anomaly
from tests.helpers.detectors import SeriesDensity
from tests.helpers.places import SHARED

NAMES = [f"series-{rule}" for rule in RULES]
FAULT = (700, 745)


def plant(rows: int = 1500, seed: int = 0) -> SeriesSample:
    """Two noisy periodic channels, one of pure noise, one that never moves."""
    rng = np.random.default_rng(seed)
    t = np.arange(rows) + rng.integers(0, 50)
    values = np.stack([10 + 3 * np.sin(2 * np.pi * t / 50), np.cos(2 * np.pi * t / 50), 0 * t, 0 * t + 5.0], 1)
    values[:, :3] += 0.2 * rng.normal(size=(rows, 3))
    return SeriesSample(values, ("flow", "level", "noise", "valve"), np.arange(rows, dtype=float))


def faulty(kind: str = "flat line", channel: int = 0, seed: int = 1) -> SeriesSample:
    return make_anomaly(kind, plant(seed=seed), FAULT, [channel], seed)[0]


@pytest.fixture(scope="module")
def fitted() -> dict[str, Detector]:
    return {name: detector_class(name)(samples=6).fit([plant(4000, 9)]) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_raises_an_alarm_on_a_level_shift(fitted: dict[str, Detector], name: str) -> None:
    assert fitted[name].score(faulty("level shift")).sample_p < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_finds_the_rows_and_the_channel(fitted: dict[str, Detector], name: str) -> None:
    found = fitted[name].score(faulty("level shift"))
    labels = np.zeros(1500, dtype=bool)
    labels[slice(*FAULT)] = True
    assert abs(int(found.scores.argmax()) - 722) < 60
    assert np.median(found.scores[labels]) > np.quantile(found.scores[~labels], 0.95)
    assert channel_scores(found) is not None and channel_scores(found).min() >= 0
    assert channel_scores(found)[labels].sum(0).argmax() == 0
    assert fitted[name].score(plant(seed=2)).sample_p > 0.05


@pytest.mark.parametrize("name", NAMES)
def test_expected_is_normal_in_own_units(fitted: dict[str, Detector], name: str) -> None:
    sample, clean = faulty("level shift"), plant(seed=1)
    found = fitted[name].score(sample)
    rows = slice(*FAULT)
    assert found.expected.shape == sample.values.shape and found.samples.shape == (6, *sample.values.shape)
    error = np.abs(found.expected[rows, 0] - clean.values[rows, 0]).mean()
    assert error < 0.2 * np.abs(sample.values[rows, 0] - clean.values[rows, 0]).mean()
    assert np.abs(found.expected[:600] - sample.values[:600]).mean() < 0.25
    assert 0.05 < found.samples[:, rows, 0].std(0).mean() < 1.0


@pytest.mark.parametrize("kind", ["flat line", "level shift", "drift", "noisy stretch", "change of period"])
def test_healing_ends_the_alarm(fitted: dict[str, Detector], kind: str) -> None:
    detector, sample = fitted["series-density"], faulty(kind)
    healed = heal(detector.healer, sample, FAULT[0] - 2, FAULT[1] + 2)
    assert detector.score(sample).sample_p < 0.05 < detector.score(healed).sample_p
    assert np.array_equal(healed.values[: FAULT[0] - 2], sample.values[: FAULT[0] - 2])


def test_healing_one_channel_leaves_the_others(fitted: dict[str, Detector]) -> None:
    sample = faulty()
    healed = heal(fitted["series-density"].healer, sample, 690, 750, ["flow"])
    assert np.array_equal(healed.values[:, 1:], sample.values[:, 1:])
    assert not np.array_equal(healed.values[:, 0], sample.values[:, 0])
    with pytest.raises(InputError, match="'flaw'"):
        heal(fitted["series-density"].healer, sample, 690, 750, ["flaw"])
    with pytest.raises(InputError, match="750 to 690"):
        heal(fitted["series-density"].healer, sample, 750, 690)


@pytest.mark.parametrize("name", NAMES)
def test_without_normals_the_series_judges_itself(name: str) -> None:
    detector = detector_class(name)().fit([])
    found = detector.score(faulty("level shift"))
    assert found.calibration.method == "self-calibrated" and found.extrapolated
    assert abs(int(found.scores.argmax()) - 722) < 60
    assert found.sample_p < detector.score(plant(seed=1)).sample_p


@pytest.mark.parametrize("rows", [400, 700])
def test_a_short_series_without_normals_shows_its_fault(rows: int) -> None:
    def judged(seed: int, fault: float) -> ScoreMap:
        noise = 0.1 * np.random.default_rng(seed).normal(size=(rows, 2))
        values = np.stack([np.sin(np.arange(rows) / 8), np.cos(np.arange(rows) / 8)], 1) + noise
        values[rows // 2 : rows // 2 + 10, 0] += fault
        return detector_class("series-density")().fit([]).score(SeriesSample(values, ("a", "b"), np.arange(rows)))

    for seed in range(3):
        found = judged(seed, 3.0)
        assert found.sample_p < 0.01 and abs(int(found.scores.argmax()) - rows // 2 - 5) < 20
        assert judged(seed, 0.0).sample_p > 0.05


@pytest.mark.parametrize("name", NAMES)
def test_saved_and_loaded_it_scores_alike(fitted: dict[str, Detector], name: str, tmp_path: Path) -> None:
    detector = fitted[name]
    detector.save_pretrained(tmp_path)
    loaded = load_detector(tmp_path)
    first, second = detector.score(faulty()), loaded.score(faulty())
    assert np.array_equal(first.scores, second.scores) and np.array_equal(first.samples, second.samples)
    assert first.sample_p == second.sample_p and loaded.config() == detector.config()
    assert loaded.choice_ == detector.choice_


def test_a_copy_with_a_fault_is_judged_as_if_the_series_had_not_been_asked_before(fitted: dict[str, Detector]) -> None:
    density, asked = fitted["series-density"], faulty("noisy stretch", seed=3)
    fresh = detector_class("series-density")(samples=6).fit([plant(4000, 9)]).score(asked)
    density.score(plant(seed=3))
    scales = density.space._model().scales  # type: ignore[attr-defined]
    before = [scale.known["density", False].series for scale in scales]
    again = density.score(asked)
    assert all(scale.known["density", False].series is series for scale, series in zip(scales, before, strict=True))
    np.testing.assert_allclose(again.scores, fresh.scores, rtol=1e-4, atol=1e-5)
    assert again.sample_p == pytest.approx(fresh.sample_p, rel=1e-4)


@pytest.mark.parametrize("alone", [False, True])
def test_where_only_the_verdict_counts_it_is_the_same(fitted: dict[str, Detector], alone: bool) -> None:
    detector = detector_class("series-density")().fit([]) if alone else fitted["series-density"]
    sample = faulty("level shift")
    assert detector.without_witnesses().score(sample).sample_p == detector.score(sample).sample_p


def test_witnesses_give_calibrated_opinions() -> None:
    detector = SeriesDensity(witnesses=("imputation", "reconstruction"), samples=2).fit([plant(3000, 4)])
    found = detector.score(faulty("level shift"))
    assert list(found.rules) == ["density", "imputation", "reconstruction"]
    assert all(rule.p_values[700:745].min() < 0.01 for rule in found.rules.values())
    assert np.array_equal(found.rules["density"].scores, found.scores)


def test_diffusion_time_is_another_density() -> None:
    plain = SeriesDensity(lengths=[32], samples=1).fit([plant(3000, 4)]).score(faulty("level shift"))
    timed = SeriesDensity(lengths=[32], samples=1, diffusion_time=True).fit([plant(3000, 4)])
    found = timed.score(faulty("level shift"))
    assert not np.array_equal(plain.scores, found.scores)
    assert abs(int(found.scores.argmax()) - 722) < 40


def test_a_channel_that_never_moved_and_now_moves_is_blamed(fitted: dict[str, Detector]) -> None:
    sample = plant(300, seed=3)
    sample.values[100:130, 3] = 6.0
    found = fitted["series-density"].score(sample)
    assert channel_scores(found) is not None
    assert channel_scores(found)[100:130].sum(0).argmax() == 3 and found.sample_p < 0.05


def test_a_first_move_is_the_one_finding_and_its_surprise_is_bounded(fitted: dict[str, Detector]) -> None:
    sample = plant(1500, seed=3)
    assert fitted["series-density"].score(sample).sample_p > 0.05
    sample.values[300:330, 3] = 6.0
    found = fitted["series-density"].score(sample)
    (finding,) = modality("series").locate(sample, found, alpha=0.05, fdr=0.05).findings
    assert (finding.region.start, finding.region.stop, finding.region.channels) == (300, 330, ("valve",))
    # Nothing like it in 31 stretches of normals: no channel is more surprising than this (`judged/moves.py`).
    assert channel_scores(found)[:, 3].max() <= 2 * np.log(4000 / 128 + 2) + np.log(128) + 1e-4


def test_gaps_jitter_and_missing_values_are_accepted(fitted: dict[str, Detector]) -> None:
    sample = plant(seed=3)
    rng = np.random.default_rng(0)
    index = np.arange(1500) + rng.uniform(-0.2, 0.2, 1500)
    index[800:] += 5000
    values = sample.values.copy()
    values[rng.random(values.shape) < 0.02] = np.nan
    found = fitted["series-density"].score(replace(sample, values=values, index=index))
    assert found.scores.shape == (1500,) and np.isfinite(found.scores).all() and np.isfinite(found.expected).all()
    stamps = np.datetime64("2026-01-01", "ns") + (index * 1e9).astype("timedelta64[ns]")
    timed = fitted["series-density"].score(replace(sample, values=values, index=stamps))
    assert np.allclose(timed.scores, found.scores, atol=1e-2)


def test_the_grid_keeps_rows_and_marks_what_is_missing() -> None:
    values = np.arange(40.0)[:, None]
    values[10:13] = np.nan
    index = np.concatenate([np.arange(20.0), np.arange(20.0) + 25])
    grid = to_grid(SeriesSample(values, ("a",), index))
    assert grid.values.shape == (45, 1) and np.isfinite(grid.values).all()
    assert np.allclose(grid.values[grid.rows[[0, 9, 20, 39]], 0], [0, 9, 20, 39])
    assert not grid.observed[10:13].any() and not grid.observed[20:25].all() and grid.observed[:10].all()


def test_long_windows_are_averaged() -> None:
    series = torch.arange(200.0)[None]
    cut = windows(running_sums(series), torch.tensor([0, 10]), 64)
    assert cut.shape == (1, 2, 32) and torch.allclose(cut[0, 1, :2], torch.tensor([10.5, 12.5]))


@pytest.mark.parametrize("rows", [30, 60])
def test_short_series_work(rows: int) -> None:
    learned = SeriesDensity().fit([plant(300, 1)]).score(plant(rows, 2))
    alone = SeriesDensity().fit([]).score(plant(rows, 2))
    assert learned.scores.shape == alone.scores.shape == (rows,)
    assert np.isfinite(learned.scores).all() and np.isfinite(alone.scores).all()


def test_bad_input_is_named(fitted: dict[str, Detector]) -> None:
    detector, sample = fitted["series-density"], plant()
    with pytest.raises(InputError, match="at least 16"):
        detector.score(plant(5))
    with pytest.raises(InputError, match="missing \\['valve'\\], not expected \\['tap'\\]"):
        detector.score(replace(sample, columns=("flow", "level", "noise", "tap")))
    with pytest.raises(InputError, match="rise strictly"):
        detector.score(replace(sample, index=np.zeros(1500)))
    with pytest.raises(InputError, match="no finite value"):
        detector.score(replace(sample, values=np.full_like(sample.values, np.nan)))
    with pytest.raises(InputError, match="witnesses"):
        SeriesDensity(witnesses=("guess",))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least one window length"):
        SeriesDensity(lengths=[])
    with pytest.raises(InputError, match="bank_size 2"):
        SeriesDensity(bank_size=2)


def test_false_alarms_keep_to_their_level(fitted: dict[str, Detector]) -> None:
    detector = fitted["series-density"]
    p_values = np.array([detector.score(plant(500, 100 + seed)).sample_p for seed in range(60)])
    assert (p_values <= 0.01).sum() <= 3 and (p_values <= 0.1).sum() <= 12


def test_alone_it_rarely_calls_noise_abnormal() -> None:
    detector = SeriesDensity(samples=1).fit([])
    rng = np.random.default_rng(0)
    noise = [SeriesSample(rng.normal(size=(600, 1)), ("x",), np.arange(600.0)) for _ in range(40)]
    p_values = np.array([detector.score(sample).sample_p for sample in noise])
    assert (p_values <= 0.05).sum() <= 6


def test_own_stretches_are_monotone_and_marked() -> None:
    judge = OwnStretches.fit(np.random.default_rng(0).normal(size=1000), 50)
    asked = np.linspace(-3, 9, 100)
    p = judge.opinion(Profile(asked[None], lambda: (torch.zeros(1, 100), asked))).p_values
    assert (np.diff(p) <= 0).all() and p[0] > 0.99 and p[-1] < 1e-3
    assert judge.is_extrapolated(1.0) and of_many(0.01, 10) == pytest.approx(1 - 0.99**10)


def test_several_normals_are_learned_and_the_largest_block_is_bounded() -> None:
    found = SeriesDensity(samples=1).fit([plant(400, s) for s in range(6)]).score(faulty("level shift"))
    assert found.sample_p < 0.05 and found.calibration.elements == 2400


@pytest.mark.slow
def test_a_long_series_takes_seconds() -> None:
    values = np.sin(np.arange(230_000) / 30)[:, None] + 0.1 * np.random.default_rng(0).normal(size=(230_000, 1))
    found = SeriesDensity().fit([]).score(SeriesSample(values, ("x",), np.arange(230_000.0)))
    assert found.scores.shape == (230_000,) and found.expected.shape == (230_000, 1)


@pytest.mark.external
def test_server_metrics_are_judged_better_than_by_chance() -> None:
    shared = SHARED
    path = shared / "data" / "timeseries" / "asd" / "omi-5.npz"
    if not path.exists():
        pytest.skip(f"{path} is absent; set ANOMALYST_SHARED to the folder that holds data/timeseries")
    with np.load(path) as data:
        train, test, label = (data[k].astype(float) for k in ("train", "test", "label"))
    columns = tuple(f"c{i}" for i in range(train.shape[1]))
    detector = SeriesDensity(samples=1).fit([SeriesSample(train, columns, np.arange(len(train), dtype=float))])
    scores = detector.score(SeriesSample(test, columns, np.arange(len(test), dtype=float))).scores
    assert roc_auc_score(label, scores) > 0.8
    assert np.median(scores[label == 1]) > np.quantile(scores[label == 0], 0.9)
