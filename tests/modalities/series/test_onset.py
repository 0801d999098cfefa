"""Who moved first: planted cascades are told in their order, with their lags, and proved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import detector_class
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.findings import FoundRegions
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.kinds.stretch import Stretch
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.onset import onset
from anomalyst.modalities.series.shown.words import finding_sentences
from anomalyst.tools.healing import healing_test
from anomalyst.tools.measure import build_evidence
from anomalyst.tools.workbench import Workbench

NAMES = ("cpu_percent", "memory_percent", "latency_ms", "fan_rpm")


def calm(rows: int, seed: int) -> SeriesSample:
    rng = np.random.default_rng(seed)
    index = np.datetime64("2024-03-04T00:00:00", "s") + 60 * np.arange(rows)
    return SeriesSample(10.0 + rng.normal(size=(rows, 4)), NAMES, index)


def cascade(seed: int, order: tuple[int, ...], lags: tuple[int, ...], height: float = 8.0) -> SeriesSample:
    sample = calm(900, seed)
    for channel, lag in zip(order, lags, strict=True):
        sample.values[500 + lag : 560, channel] += height
    return sample


@pytest.fixture(scope="module")
def detector() -> Detector:
    return detector_class("series-density")(samples=6).fit([calm(3000, 99)])


def told(detector: Detector, sample: SeriesSample) -> tuple[Evidence, ScoreMap, FoundRegions]:
    score_map = detector.score(sample)
    found = modality("series").locate(sample, score_map, 0.05, 0.05)
    return build_evidence(sample, score_map, found, alpha=0.05, fdr=0.05), score_map, found


def order_of(evidence: Evidence) -> tuple[list[object], dict[str, object]]:
    first = [f.value for f in evidence.about("R1", "moved_first")]
    return first, {f.qualifier: (f.value, f.unit) for f in evidence.about("R1", "lag")}


@pytest.mark.parametrize("seed", range(4))
def test_a_cascade_is_told_in_its_order(detector: Detector, seed: int) -> None:
    order = tuple(int(c) for c in np.random.default_rng(seed).permutation(4)[:3])
    evidence, *_ = told(detector, cascade(seed, order, (0, 5, 12)))
    first, lags = order_of(evidence)
    assert first == [NAMES[order[0]]]
    assert lags == {NAMES[order[1]]: (5.0, "min"), NAMES[order[2]]: (12.0, "min")}


def claims(evidence: Evidence) -> list[Claim]:
    """What is said of the first finding."""
    return [said.claim(evidence) for said in finding_sentences(evidence, "R1")]


def test_its_sentence_is_proved_and_others_are_not(detector: Detector) -> None:
    evidence, *_ = told(detector, cascade(1, (0, 1, 2), (0, 5, 12)))
    said = [c for c in claims(evidence) if "first" in c.text]
    assert [c.text for c in said] == [
        "In R1, cpu_percent moved first; memory_percent followed 5 min later; latency_ms followed 12 min later."
    ]
    assert verify_claim(said[0], evidence).reasons == ()
    for false in (
        "In R1, memory_percent moved first.",
        "In R1, cpu_percent moved first; memory_percent followed 12 min later.",
        "In R1, latency_ms moved 12 min later than memory_percent.",
        "In R1, cpu_percent followed 5 min later.",
        "In R1, memory_percent and latency_ms moved at the same time.",
        "The first channel to move in R1 was latency_ms.",
    ):
        claim = Claim(text=false, cites=said[0].cites, kind="observation")
        assert verify_claim(claim, evidence).outcome != "supported", false
        assert verify_text(false, evidence)[0].verdict.outcome != "supported", false
    assert verify_text("The first channel to move in R1 was cpu_percent.", evidence)[0].verdict.outcome == "supported"


def test_a_tie_is_told_as_one(detector: Detector) -> None:
    evidence, _, found = told(detector, cascade(2, (0, 1, 2), (0, 0, 9)))
    first, lags = order_of(evidence)
    assert not first and lags == {"cpu_percent": (0.0, "s"), "memory_percent": (0.0, "s"), "latency_ms": (9.0, "min")}
    said = next(c for c in claims(evidence) if "same time" in c.text)
    assert said.text.endswith("moved at the same time; latency_ms followed 9 min later.")
    assert verify_claim(said, evidence).reasons == ()


def test_of_one_channel_nothing_is_said(detector: Detector) -> None:
    evidence, *_ = told(detector, cascade(3, (1,), (0,)))
    assert order_of(evidence) == ([], {})


def test_without_times_lags_are_rows(detector: Detector) -> None:
    sample = replace(cascade(1, (3, 1), (0, 7)), index=np.arange(900, dtype=float))
    assert order_of(told(detector, sample)[0]) == (["fan_rpm"], {"memory_percent": (7, "rows")})


def test_the_first_channel_is_healed_alone(detector: Detector) -> None:
    sample = cascade(1, (0, 1), (0, 20))
    evidence, score_map, found = told(detector, sample)
    test = healing_test(detector, sample, score_map, found, alpha=0.05, alone=True)
    name, p = test.first["R1"]
    assert name == "cpu_percent" and p <= 0.05 < test.healed_p  # memory_percent alone still raises the alarm
    assert ("first_healed_p", pytest.approx(p, rel=0.1), "", "cpu_percent") in test.rows()["R1"]
    bench = Workbench(evidence=evidence)
    for subject, rows in test.rows().items():
        bench.add_facts(subject, rows)
    evidence = bench.need_evidence()
    said = next(c for c in claims(evidence) if "alone" in c.text)
    assert said.text.startswith("When cpu_percent alone is healed in R1, p becomes") and "stays" in said.text
    assert verify_claim(said, evidence).reasons == ()
    for text in (said.text.replace("stays", "goes"), said.text.replace("cpu_percent", "memory_percent")):
        assert verify_claim(said.model_copy(update={"text": text}), evidence).outcome != "supported", text
    assert not healing_test(detector, sample, score_map, found, alpha=0.05).first


def test_an_isolated_row_is_no_move_and_the_first_row_tells_nothing() -> None:
    observed = np.zeros(100)
    observed[40], observed[50:70] = 30.0, 30.0
    observed += 0.1 * np.random.default_rng(0).normal(size=100)
    normal = np.ones(100, dtype=bool)
    normal[38:70] = False
    draws = np.zeros((4, 32))
    assert onset(Stretch(observed, np.zeros(100), 38, 70, normal), draws) == 50
    always = Stretch(observed % 1 + 30, np.zeros(100), 0, 100, np.ones(100, dtype=bool))
    assert onset(always, np.zeros((4, 100))) is None
