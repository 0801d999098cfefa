"""What a normal verdict is worth: planted faults, levels at which no alarm is possible, and how both are told."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from anomalyst import Anomalyst, Explanation
from anomalyst.agent.cli.render import explanation_view
from anomalyst.agent.page.answer.card import alpha_panel, answer_card
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import audit_run
from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, ScoreMap
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.judged.stretches import StretchCalibration, of_many
from anomalyst.samples import Sample
from anomalyst.tools.measure import no_alarm_possible, normals_needed
from anomalyst.tools.planted import PLANTED, TIMES, Trials
from tests.helpers.detectors import ImageDensity
from tests.helpers.run_records import image_record, pair_record, series_record

TICK = "m7 12.5"  # of the drawing that says that all is well


def image(seed: int, side: int = 64) -> ImageSample:
    rng = np.random.default_rng(seed)
    pixels = 0.5 + 0.02 * rng.standard_normal((side, side, 1))
    return ImageSample(np.clip(pixels, 0, 1).astype(np.float32).repeat(3, axis=2), name=f"{seed}.png", grey=True)


def series(seed: int, rows: int = 400) -> SeriesSample:
    rng = np.random.default_rng(seed)
    values = np.stack([np.sin(np.arange(rows) / 8) + 0.1 * rng.standard_normal(rows), np.full(rows, 3.0)], axis=1)
    return SeriesSample(values, ("a", "still"), np.arange(float(rows)))


class Alarming:
    """A detector that alarms at some of the samples it gets, by their number."""

    def __init__(self, *alarms: int) -> None:
        self.alarms, self.got, self.usual_ = alarms, [0], {}

    def without_witnesses(self) -> Alarming:
        return self

    def score(self, sample: Sample) -> ScoreMap:
        self.got[0] += 1
        return replace(image_record(32).score_map, sample_p=0.01 if self.got[0] in self.alarms else 0.5)


class AlarmingFrom:
    """A detector that alarms at changes of at least so much, of a series that is known."""

    def __init__(self, least: float, known: SeriesSample) -> None:
        self.least, self.known, self.got = least, known, [0]

    def without_witnesses(self) -> AlarmingFrom:
        return self

    def score(self, sample: SeriesSample) -> ScoreMap:
        self.got[0] += 1
        high = np.abs(sample.values - self.known.values).max() >= self.least
        return replace(series_record(32).score_map, sample_p=0.01 if high else 0.5)


def seen(detector: Any, sample: Sample, **options: Any) -> str:
    return str(Trials(detector, sample, 0.05, 0).facts(sizes=False, **options)[0][1])


def sizes(least: float, sample: SeriesSample, **options: Any) -> dict[str, tuple[float, str, str]]:
    detector = AlarmingFrom(least, sample)
    rows = Trials(detector, sample, 0.05, 0).facts(**options)  # type: ignore[arg-type]
    assert detector.got[0] <= 6
    return {
        kind: (float(value), unit, name) for kind, value, unit, name in rows if kind not in ("seen_faults", "planted_p")
    }


def with_fault(sample: Sample, number: int) -> Sample | None:
    return modality(sample.modality).faulty(sample, number, 5)


def test_planted_faults_that_alarm_are_counted() -> None:
    assert seen(Alarming(1, 3, 4), image(0)) == "3 of 4"
    assert seen(Alarming(2), series(0)) == "1 of 2"
    assert seen(Alarming(1, 2), image(0), most=2) == "2 of 2"
    assert seen(Alarming(1), image(0), most=10**6) == "1 of 4"  # a recorded number bounds no work
    assert seen(Alarming(1), image(0), seconds=0.0) == "0 of 0"
    assert seen(Alarming(1), pair_record().sample) == "0 of 0"


@pytest.mark.parametrize("sample", [image(0), image(0, side=900), series(0)], ids=["image", "large image", "series"])
def test_every_fault_changes_a_small_part_and_is_the_same_again(sample: ImageSample | SeriesSample) -> None:
    for number in range(PLANTED if isinstance(sample, ImageSample) else 2):
        one, again = with_fault(sample, number), with_fault(sample, number)
        before, after = (s.pixels if isinstance(s, ImageSample) else s.values for s in (sample, one))  # type: ignore[union-attr]
        assert after.shape == before.shape and after.dtype == before.dtype
        changed = np.abs(after - before).max(axis=-1) > 0.01
        assert 0 < changed.mean() < 0.3
        assert np.array_equal(after, again.pixels if isinstance(again, ImageSample) else again.values)  # type: ignore[union-attr]


@pytest.mark.parametrize("least", [0.6, 1.0, 3.0])
def test_the_smallest_fault_that_alarms_is_told_in_the_channels_unit(least: float) -> None:
    sample = replace(series(0), units=("°C", ""))
    got = sizes(least, sample)
    for kind in ("spike", "shift"):
        (high, *told), (low, *same) = got[f"{kind}_seen"], got[f"{kind}_unseen"]
        assert low < least <= high == pytest.approx(2 * low, rel=0.01)
        assert told == same == ["°C", "a"]
    assert got["spike_rows"][:2] == (4, "rows") and got["shift_rows"][:2] == (48, "rows")


def test_where_every_size_is_seen_or_none_only_one_end_is_told() -> None:
    assert {kind for kind in sizes(0.0, series(0)) if "unseen" in kind} == set()
    assert {kind for kind in sizes(1e9, series(0)) if kind.endswith("_seen")} == set()
    largest, usual = sizes(1e9, series(0))["shift_unseen"][0], sizes(4.0, series(0))["shift_unseen"][0]
    assert min(abs(largest / usual - times) for times in TIMES) < 0.1


def test_sizes_are_left_out_where_time_or_size_forbids() -> None:
    assert sizes(1.0, series(0), sizes=False) == {} == sizes(1.0, series(0), seconds=0.0)
    long = series(0, rows=1_000_001)
    assert modality("series").faulty(long, 0, 1) is not None and modality("series").faulty(long, 0, 1, 2.0) is None


def test_a_normal_series_says_how_small_an_anomaly_would_have_been_seen(tmp_path: Path) -> None:
    plain = [replace(series(n), units=("ms", "")) for n in range(3)]
    explanation = Anomalyst().explain(plain[0], plain[1:], detector="series-density", out=tmp_path / "run")
    said = [c for c in explanation.claims if c.claim.text.startswith("A planted")]
    assert explanation.verdict == "normal" and len(said) == 2
    assert all(
        re.match(r'A planted (spike|level shift) of [\d.]+ ms over \d+ rows in "a" ', c.claim.text) for c in said
    )
    assert all(c.verdict.outcome == "supported" for c in explanation.claims)
    assert audit_run(tmp_path / "run").passed


def test_nothing_is_planted_where_nothing_moves() -> None:
    still = series(0)
    still.values[:] = 3.0
    assert with_fault(still, 0) is None and with_fault(series(0, rows=6), 0) is None


@pytest.mark.parametrize(
    ("scores", "smallest"),
    [
        ([1.0], 1 / 2),
        ([1.0, 2.0, 3.0], 1 / 4),  # one excess is too few for a tail
        ([1.0, 2.0, 3.0, 4.5], 1 / 500),
        ([2.0] * 30, 1 / 31),  # normals that are all alike have no tail
    ],
)
def test_the_smallest_p_value_is_what_the_highest_score_gets(scores: list[float], smallest: float) -> None:
    fitted = Conformal.fit(scores)
    assert fitted.smallest == pytest.approx(smallest) == pytest.approx(fitted.sample_p(1e30))


def test_a_series_as_long_as_many_stretches_can_show_less() -> None:
    made = StretchCalibration(Conformal.fit([1.0, 2.0]), Conformal.fit([1.0, 2.0, 3.0]), 100)
    assert made.smallest_p(100) == pytest.approx(1 / 4) == pytest.approx(made.whole_p(1e30, 100))
    assert made.smallest_p(300) == pytest.approx(made.whole_p(1e30, 300)) and made.smallest_p(300) > 1 / 2


@pytest.mark.parametrize(("alpha", "needed"), [(0.05, 19), (0.001, 999), (0.07, 14), (0.5, 1)])
@pytest.mark.parametrize("times", [1, 3.5])
def test_so_many_normals_are_needed_and_not_one_less(alpha: float, needed: int, times: float) -> None:
    got = normals_needed(alpha, Calibration("split-conformal", 3, 3, of_many(1 / 4, times)))
    assert of_many(1 / (got + 1), times) <= alpha * (1 + 1e-9) < of_many(1 / got, times)
    assert got == needed or times > 1
    assert not no_alarm_possible(alpha, Calibration("split-conformal", got, 3, of_many(1 / (got + 1), times)))


def explained(normals: int, out: Path) -> Explanation:
    return Anomalyst().explain(image(99), [image(n) for n in range(normals)], detector="image-density", out=out)


@pytest.fixture(scope="module")
def cannot_tell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("few") / "run"
    explained(3, out)
    return out


def test_with_too_few_normals_the_first_sentence_says_so(cannot_tell: Path) -> None:
    explanation = read_run(cannot_tell).explanation
    assert explanation.summary.startswith("Cannot tell whether the image is normal: with 3 normal images")
    assert "it takes at least 19 normal images" in explanation.summary
    assert explanation.verdict == "cannot tell" and explanation.confidence == "low"
    assert not explanation.evidence.about("sample", "seen_faults")  # which no fault could have changed
    assert audit_run(cannot_tell).passed


def test_nothing_calm_is_shown_where_no_alarm_was_possible(cannot_tell: Path) -> None:
    record = read_run(cannot_tell)
    report = (cannot_tell / "report.html").read_text(encoding="utf-8")
    for shown in (report, answer_card(record, "r"), alpha_panel(record, 0.01)):
        assert "Cannot tell" in shown and "Nothing abnormal" not in shown and TICK not in shown
        assert not re.search(r'class="(?:an-)?banner normal', shown)
    terminal = Console(record=True, width=100, force_terminal=True, color_system="standard", file=StringIO())
    terminal.print(explanation_view(record.explanation))
    text = terminal.export_text(styles=True)
    assert "cannot tell" in text and ": normal" not in text


def test_a_normal_image_is_kept_only_where_a_fault_would_have_been_seen(tmp_path: Path) -> None:
    explanation = explained(24, tmp_path / "run")
    evidence = explanation.evidence
    (fact,) = evidence.about("sample", "seen_faults")
    many = str(fact.value) in ("3 of 4", "4 of 4")
    advice = " ".join(c.claim.text for c in explanation.next_actions)
    assert ("Keep the image" in advice) == (many and explanation.confidence != "low")
    assert any(fact.id in c.claim.cites for c in explanation.claims)
    assert audit_run(tmp_path / "run").passed
    detector = ImageDensity(witnesses=("reconstruction", "imputation")).fit([image(n) for n in range(24)])
    rows = Trials(detector, image(99), 0.05, 0).facts()
    assert rows[0] == ("seen_faults", fact.value, "", "") and [row[0] for row in rows].count("planted_p") == 4
    assert {row[0] for row in rows} >= {"stain_seen", "stain_area"}


def test_a_calm_report_is_as_before() -> None:
    record = series_record(300)
    calm = record.explanation.evidence.model_copy(update={"verdict": "normal", "findings": ()})
    shown = answer_card(replace(record, explanation=record.explanation.model_copy(update={"evidence": calm})), "r")
    assert TICK in shown and "Nothing abnormal found" in shown
