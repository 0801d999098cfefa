"""Facts: kinds of anomaly on synthetic examples of each, places, printed values, safe names, confidence words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.units import MAX_NAME, compared, rounded
from anomalyst.modalities.image.found.kinds import image_kind
from anomalyst.modalities.image.places import IMAGE_PLACES, image_place
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.kinds.kind import series_kind
from anomalyst.modalities.series.kinds.stretch import Stretch
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.series.shown.blame import blamed, blamed_by, by_score
from anomalyst.modalities.series.shown.places import SERIES_PLACES, series_place
from anomalyst.modalities.series.units import channel_names, duration, moment
from anomalyst.tools.measure import build_evidence, confidence

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
    "noisy stretch": _variance,
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


def test_a_calmer_stretch_is_a_quiet_one() -> None:
    rng = np.random.default_rng(0)
    observed = rng.standard_normal(ROWS)
    observed[START:STOP] *= 0.2
    assert _kind(observed, np.zeros(ROWS)) == "quiet stretch"


@pytest.mark.parametrize(("rows", "spike"), [(5, True), (6, False)])
def test_a_spike_is_a_few_rows_long_however_long_the_series(rows: int, spike: bool) -> None:
    rng = np.random.default_rng(0)
    observed, normal = rng.standard_normal(20_000), np.ones(20_000, dtype=bool)
    normal[9_000:9_020] = False
    observed[9_005 : 9_005 + rows] += 30
    kind = series_kind(Stretch(observed, np.zeros(20_000), 9_000, 9_020, normal))
    assert (kind == "spike") == spike


def test_a_flat_line_is_one_also_where_the_finding_lies_on_a_part_of_it() -> None:
    rng = np.random.default_rng(0)
    observed, normal = rng.standard_normal(ROWS), np.ones(ROWS, dtype=bool)
    observed[START:STOP] = 0.3
    middle = (START + STOP) // 2
    normal[middle - 5 : middle + 5] = False
    assert series_kind(Stretch(observed, np.zeros(ROWS), middle - 5, middle + 5, normal)) == "flat line"


def test_noise_on_an_oscillation_is_no_change_of_its_period() -> None:
    rng = np.random.default_rng(0)
    expected = np.sin(2 * np.pi * np.arange(ROWS) / 20)
    right = 0
    for _ in range(20):
        observed = expected + 0.05 * rng.standard_normal(ROWS)
        observed[START:STOP] += 1.5 * rng.standard_normal(STOP - START)
        right += _kind(observed, expected) == "noisy stretch"
    assert right >= 18


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


@pytest.mark.parametrize("kind", ["brighter", "darker", "colour shift", "texture change", "extra part", "missing part"])
def test_image_kinds_are_told_apart(kind: str) -> None:
    right = sum(image_kind(*_image_case(kind, seed), _disc()) == kind for seed in range(20))
    assert right >= 18


# --- place words -----------------------------------------------------------------------------------------------------


def test_every_cell_has_its_word() -> None:
    words = [image_place(_disc(5, (y, x))) for y in (16, 48, 80) for x in (16, 48, 80)]
    assert tuple(words) == IMAGE_PLACES[:9]
    assert image_place(np.ones((4, 4), dtype=bool)) == "most of the image"


def test_series_places() -> None:
    words = [series_place(start, start + 10, 1000) for start in (0, 200, 500, 700, 990)]
    assert words == ["at the start", "early", "in the middle", "late", "at the end"]
    assert series_place(100, 800, 1000) == "over most of the series"


@given(start=st.integers(0, 99), length=st.integers(1, 100))
def test_series_place_is_always_a_known_word(start: int, length: int) -> None:
    assert series_place(start, min(100, start + length), 100) in SERIES_PLACES


# --- printed values --------------------------------------------------------------------------------------------------

finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(observed=finite, expected=finite)
def test_the_difference_is_that_of_the_printed_values(observed: float, expected: float) -> None:
    seen, normal, difference, places = compared(observed, expected)
    assert difference == round(seen - normal, places)
    assert abs(seen - observed) <= 5e-3 * max(abs(observed), abs(expected))


def test_rounding_keeps_what_a_small_difference_needs() -> None:
    assert compared(1013.27, 1012.84)[:3] == (1013.27, 1012.84, 0.43)
    assert compared(187.23, 42.1)[:3] == (187.0, 42.0, 145.0)
    assert (rounded(0.0012345), rounded(123456.0), rounded(0.0)) == (0.00123, 123000.0, 0.0)


def _series(columns: tuple[str, ...], index: NDArray[np.generic] | None = None, rows: int = 20) -> SeriesSample:
    times = np.datetime64("2024-03-01T14:05:30", "ns") + np.arange(rows) * np.timedelta64(10, "s")
    return SeriesSample(np.zeros((rows, len(columns))), columns, times if index is None else index)


def test_column_names_are_safe_bounded_and_unique() -> None:
    names = channel_names(_series(("cpu\x1b[31m\nIgnore", "x" * 500, "", "a\u200b", "a", "a")))
    assert names[0] == "cpu [31m Ignore" and names[2:] == ("column 3", "a", "a (5)", "a (6)")
    assert len(names[1]) == MAX_NAME


def test_times_are_printed_as_finely_as_they_step() -> None:
    assert moment(_series(("a",)), 1) == ("2024-03-01 14:05:40", "")
    days = np.datetime64("2024-03-01", "ns") + np.arange(20) * np.timedelta64(1, "D")
    assert moment(_series(("a",), days), 2) == ("2024-03-03", "")
    milli = np.datetime64("2024-03-01", "ns") + np.arange(20) * np.timedelta64(40, "ms")
    assert moment(_series(("a",), milli), 1) == ("2024-03-01 00:00:00.040", "")
    assert moment(_series(("a",), np.arange(20.0)), 7) == (7, "row")


def test_durations_count_every_row_of_the_interval() -> None:
    assert duration(_series(("a",)), 2, 5) == (30.0, "s")
    assert duration(_series(("a",), rows=200), 0, 90) == (15.0, "min")
    assert duration(_series(("a",), rows=2000), 0, 900) == (2.5, "h")
    assert duration(_series(("a",), np.arange(20.0)), 2, 5) == (3, "rows")


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.001, "very high"), (0.01, "high"), (0.05, "moderate"), (0.1, "low"), (0.25, "moderate"), (0.26, "high")],
)
def test_confidence_words(p: float, word: str) -> None:
    assert confidence(p, 0.05, Calibration("split-conformal", 60, 60)) == word
    assert confidence(p, 0.05, Calibration("self-calibrated", 0, 60)) == ("moderate" if p <= 0.05 else "low")


def test_few_normals_that_could_not_show_more_make_no_sure_verdict() -> None:
    assert confidence(0.5, 0.05, Calibration("cross-conformal", 1, 60)) == "low"  # the least p of one normal
    assert confidence(0.26, 0.05, Calibration("cross-conformal", 3, 60)) == "high"  # one of them is as abnormal
    assert confidence(0.25, 0.05, Calibration("cross-conformal", 3, 60)) == "low"


# --- evidence --------------------------------------------------------------------------------------------------------

COLUMNS = ("cpu", "latency", "disk")


def _series_case(sample_p: float = 0.0004) -> tuple[SeriesSample, ScoreMap]:
    """Three channels of small noise; latency is 187 ms for rows 120…139, where 42 ms is expected; disk rises a bit."""
    rng = np.random.default_rng(0)
    rows = 200
    times = np.datetime64("2024-03-01T14:00:00", "ns") + np.arange(rows) * np.timedelta64(30, "s")
    expected = np.tile([20.0, 42.0, 5.0], (rows, 1))
    values = expected + 0.1 * rng.standard_normal((rows, 3))
    values[120:140, 1] += 145
    values[120:140, 2] += 1
    values[:20, 0] = np.nan
    channel_scores = np.nan_to_num(np.abs(values - expected)) / np.array([0.1, 10, 0.1])
    channel_scores[120:140] = [0.2, 7.0, 2.8]
    scores = channel_scores.sum(axis=1)
    p_values = np.where(scores > 8, 1e-7, 0.4)
    rules = {
        "density": RuleScore(scores.astype(np.float32), p_values.astype(np.float32), 10.0, sample_p),
        "imputation": RuleScore(scores.astype(np.float32), np.full(rows, 0.3, np.float32), 1.0, 0.3),
    }
    draws = expected[None] + np.linspace(-2, 2, 21)[:, None, None]
    score_map = ScoreMap(
        "series", scores.astype(np.float32), p_values.astype(np.float32), 10.0, sample_p, True,
        expected.astype(np.float32), draws.astype(np.float32), Calibration("split-conformal", 40, 9000),
        rules, SeriesScores(channel_scores.astype(np.float32)),
    )  # fmt: skip
    return SeriesSample(values, COLUMNS, times, ("%", "ms", "%"), "server"), score_map


def _evidence(sample: SeriesSample | ImageSample, score_map: ScoreMap) -> Evidence:
    found = modality(sample.modality).locate(sample, score_map, 0.05, 0.05)
    rows = [("detector", "series-density", "", ""), ("synthetic_auroc", 0.97, "", "series-density")]
    return build_evidence(sample, score_map, found, alpha=0.05, fdr=0.05, detector_facts=rows)  # type: ignore[arg-type]


def _values(evidence: Evidence, subject: str) -> dict[tuple[str, str], tuple[object, str]]:
    return {(f.kind, f.qualifier): (f.value, f.unit) for f in evidence.facts if f.subject == subject}


def test_series_evidence_says_all_there_is() -> None:
    evidence = _evidence(*_series_case())
    assert [f.id for f in evidence.facts] == [f"F{n}" for n in range(1, len(evidence.facts) + 1)]
    whole = _values(evidence, "sample")
    assert whole["verdict", ""] == ("anomalous", "") and whole["confidence", ""] == ("very high", "")
    assert whole["sample_size", ""] == ("200 rows × 3 channels", "")
    assert whole["time_span", ""] == ("2024-03-01 14:00:00 to 2024-03-01 15:39:30", "")
    assert whole["missing_share", ""] == (3.33, "%") and whole["finding_count", ""] == (1, "")
    assert whole["p_extrapolated", ""] == (True, "") and whole["calibration_normals", ""] == (40, "")
    one = _values(evidence, "R1")
    assert one["start", ""] == ("2024-03-01 15:00:00", "") and one["end", ""] == ("2024-03-01 15:09:30", "")
    assert one["duration", ""] == (10.0, "min") and one["place", ""] == ("late", "")
    assert one["top_channel", ""] == ("latency", "") and one["anomaly_kind", "latency"] == ("level shift", "")
    assert one["channel_share", "latency"] == (70.0, "%") and one["channel_share", "disk"] == (28.0, "%")
    assert ("channel_share", "cpu") not in one
    assert one["observed", "latency"] == (187.0, "ms") and one["expected", "latency"] == (42.0, "ms")
    assert one["difference", "latency"] == (145.0, "ms") and one["direction", "latency"] == ("above", "")
    assert one["rule_agreement", ""] == ("1 of 2", "") and one["rule_p", "imputation"] == (0.3, "")
    (expected,) = [f for f in evidence.about("R1", "expected") if f.qualifier == "latency"]
    assert (expected.low, expected.high) == (40.0, 44.0)
    assert evidence.findings[0].region.model_dump()["channels"] == ("latency", "disk")
    assert _values(evidence, "choice")["synthetic_auroc", "series-density"] == (0.97, "")
    assert evidence == Evidence.model_validate_json(evidence.model_dump_json())


@pytest.mark.parametrize("unit", ["%", "% RH", "percent", "pct"])
def test_a_difference_of_percentages_is_in_percentage_points(unit: str) -> None:
    sample, score_map = _series_case()
    facts = _values(_evidence(replace(sample, units=("ms", unit, "ms")), score_map), "R1")
    assert facts["observed", "latency"] == (187.0, unit) and facts["expected", "latency"] == (42.0, unit)
    assert facts["difference", "latency"] == (145.0, "percentage points")


def test_a_normal_verdict_leaves_only_facts_of_the_sample() -> None:
    evidence = _evidence(*_series_case(sample_p=0.3))
    assert evidence.verdict == "normal" and not evidence.findings
    assert {f.subject for f in evidence.facts} == {"sample", "choice"}


def test_missing_values_are_told_without_an_observed_value() -> None:
    sample, score_map = _series_case()
    sample.values[118:142, 1] = np.nan
    one = _values(_evidence(sample, score_map), "R1")
    assert one["anomaly_kind", "latency"] == ("missing data", "") and one["expected", "latency"] == (42.0, "ms")
    assert not {("observed", "latency"), ("difference", "latency"), ("direction", "latency")} & one.keys()


def test_image_evidence_says_all_there_is() -> None:
    seen, expected = _image_case("darker", 3)
    disc = _disc(14, (20, 70))
    seen = expected.copy()
    seen[disc] *= 0.5
    scores = np.where(disc, 9.0, 1.0)
    scores[20, 72] = 9.5
    score_map = ScoreMap(
        "image", scores.astype(np.float32), np.where(disc, 1e-8, 0.5).astype(np.float32), 9.5, 0.004, False,
        expected.astype(np.float32), expected[None].astype(np.float32).repeat(3, 0),
        Calibration("cross-conformal", 12, 10**6),
    )  # fmt: skip
    evidence = _evidence(ImageSample(seen.astype(np.float32), "plate"), score_map)
    one = _values(evidence, "R1")
    assert one["place", ""] == ("upper right", "") and one["anomaly_kind", ""] == ("darker", "")
    assert one["box", ""] == ("x 56–85, y 6–35", "") and one["area", ""] == (rounded(100 * disc.mean()), "%")
    assert one["peak_at", ""] == ("(72, 20)", "") and one["direction", ""] == ("darker", "")
    assert one["peak_ratio", ""] == (1.9, "")  # 9.5 over the middle of 1 and 9
    observed, normal = one["observed", "brightness"][0], one["expected", "brightness"][0]
    assert isinstance(observed, float) and isinstance(normal, float) and observed == pytest.approx(normal / 2, rel=0.02)
    assert one["difference", "brightness"] == (round(observed - normal, 6), "percentage points")
    assert ("observed", "red") in one
    assert _values(evidence, "sample")["confidence", ""] == ("high", "")


def test_the_fewest_channels_that_carry_the_bulk_are_named() -> None:
    assert blamed(np.array([0.1, 0.6, 0.2, 0.1])) == [1, 2]
    assert blamed(np.full(10, 0.1)) == [0, 1, 2, 3, 4]
    assert blamed(np.zeros(3)) == []


def test_every_finding_s_first_channel_comes_before_the_others() -> None:
    sample, score_map = _series_case()
    findings = [
        Finding(id=f"R{n}", region=SeriesRegion(start=0, stop=9, channels=named), peak_p=0.01, peak_score=1.0)
        for n, named in enumerate([("latency", "disk"), ("cpu", "latency"), ("gone",)], start=1)
    ]
    assert blamed_by(sample, findings) == [COLUMNS.index(name) for name in ("latency", "cpu", "disk")]
    assert blamed_by(sample, findings, each=1) == [COLUMNS.index(name) for name in ("latency", "cpu")]
    assert COLUMNS[by_score(sample, score_map)[0]] == "latency"
    assert by_score(sample, replace(score_map, detail=None)) == by_score(sample, None) == [0, 1, 2]
