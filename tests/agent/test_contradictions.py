"""One evidence, no contradiction: what is said of a sample agrees with itself, at any p, level and calibration."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anomalyst import Anomalyst
from anomalyst.agent.page.answer.card import answer_card
from anomalyst.agent.publishing import summarise, with_unsaid
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.report.render import render_report
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.agent.writer.headline import headline_size
from anomalyst.agent.writer.write import write_claims
from anomalyst.detectors.contract import Calibration, ScoreMap
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.findings import at_level
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import decided, doubts, told
from anomalyst.tools.measure import build_evidence
from tests.helpers.run_records import image_record, series_record
from tests.helpers.writing import every_claim

SEEDS = range(8)
pytestmark = pytest.mark.xdist_group("contradictions")  # whose runs are made once
ALPHAS = (0.5, 0.05, 0.01, 0.001)
MEASURED = [image_record(64), series_record(300)]


def calibration(rng: np.random.Generator) -> Calibration:
    """As detectors make them: of few and of many normals, with a fitted tail and without one, of none."""
    normals = int(rng.integers(0, 2_000))
    if normals == 0 or rng.random() < 0.2:
        return Calibration("self-calibrated", 0, 400, 1e-12, 0.01)
    shown = 1 / (normals + 1)
    return Calibration("cross-conformal", normals, 100 * normals, shown / rng.choice([1, 100]), shown)


def measured(seed: int) -> tuple[RunRecord, Evidence]:
    """A record of a random p-value, often beside the alarm level, and its evidence with random tests."""
    rng = np.random.default_rng(seed)
    record, alpha, made = MEASURED[seed % 2], float(rng.choice(ALPHAS)), calibration(rng)
    near = alpha * float(rng.choice([0.999, 1.001, 1.0, 1.5, 3, 7, 0.1, 1e-3, 1e-9]))
    p = float(np.clip(near, made.smallest, 1.0))
    score_map: ScoreMap = replace(record.score_map, sample_p=p, calibration=made, extrapolated=p < made.supported)
    found = at_level(modality(record.sample.modality).locate(record.sample, score_map, alpha, 0.05), alpha)
    choice: list[tuple[FactKind, str, str, str]] = [("detector", "image-density", "", "")]
    evidence = build_evidence(record.sample, score_map, found, alpha=alpha, fdr=0.05, detector_facts=choice)
    evidence = decided(evidence.model_copy(update={"facts": (*evidence.facts, *outcomes(evidence, rng))}))
    explanation = record.explanation.model_copy(
        update={"evidence": evidence, "verdict": evidence.verdict, "p_value": p}
    )
    explanation = explanation.model_copy(update={"summary": "", "claims": ()})
    return replace(record, explanation=explanation, score_map=score_map, masks=dict(found.masks)), evidence


def outcomes(evidence: Evidence, rng: np.random.Generator) -> list[Fact]:
    """A healing test of findings; planted faults where there are none, or none planted."""
    if evidence.findings:
        passed = bool(rng.random() < 0.5)
        rows = [("healed_p", 0.9 if passed else evidence.sample_p), ("do_test", "passed" if passed else "failed")]
    else:
        rows = [] if rng.random() < 0.2 else [("seen_faults", f"{rng.integers(0, 3)} of 2")]
    start = len(evidence.facts) + 1
    made = [{"id": f"F{start + n}", "subject": "sample", "kind": k, "value": v} for n, (k, v) in enumerate(rows)]
    return [Fact.model_validate(row) for row in made]


def of(evidence: Evidence, kind: FactKind) -> Fact | None:
    return next(iter(evidence.about("sample", kind)), None)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_verdict_is_what_its_facts_make_of_it(seed: int) -> None:
    _, evidence = measured(seed)
    verdict, sure, doubt = (of(evidence, kind) for kind in ("verdict", "confidence", "doubt"))
    assert verdict is not None and sure is not None and doubt is not None and decided(evidence) == evidence
    assert (evidence.verdict == "anomalous") == (evidence.sample_p <= evidence.alpha) == bool(evidence.findings)
    assert verdict.value == evidence.verdict and evidence.cannot_tell == bool(told(evidence))
    if evidence.verdict == "normal":
        seen = of(evidence, "seen_faults")
        assert sure.value != "low" and seen is not None and not str(seen.value).startswith("0 ")
        assert not list(doubts(evidence)) and evidence.sample_p > 2 * evidence.alpha


@pytest.mark.parametrize("seed", SEEDS)
def test_p_values_stand_on_the_side_of_the_level_that_the_verdict_is_on(seed: int) -> None:
    _, evidence = measured(seed)
    for fact in evidence.about("sample", "sample_p"):
        assert (float(fact.value) <= evidence.alpha) == (evidence.verdict == "anomalous")
    for finding in evidence.findings:
        assert not finding.significant or finding.peak_p <= evidence.alpha


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_is_proved_and_no_p_value_is_smaller_than_the_normals_show(seed: int) -> None:
    record, evidence = measured(seed)
    for claim in every_claim(evidence):
        verdict = verify_claim(claim, evidence)
        assert verdict.outcome == "supported", (claim.text, verdict.reasons)
    if evidence.cannot_tell:
        first, *_ = (claim for claim in write_claims(evidence))
        assert first.text.startswith("Cannot tell whether")
        assert [claim for claim in write_claims(evidence) if claim.kind == "recommendation"]
    whole, elements = of(evidence, "p_bound"), of(evidence, "region_p_bound")
    assert whole is not None and elements is not None
    least = min(float(whole.value), float(elements.value))
    texts = [claim.text for claim in write_claims(evidence)]
    shown = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>|data:[^\"]*", "", render_report(record) + answer_card(record, "r")
    )
    said = re.findall(r"(?:\bp(?:-value)?(?: is| of| becomes)?|p [=<]) (\d[\d.e-]*)", " ".join([*texts, shown]))
    assert all(float(p.rstrip(".")) >= least for p in said)
    if evidence.sample_p < float(whole.value) / 2:
        assert f"{evidence.sample_p:.2g}" not in " ".join(texts)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_failed_healing_test_lowers_the_confidence_and_is_summed_up(seed: int) -> None:
    _, evidence = measured(seed)
    outcome = of(evidence, "do_test")
    if outcome is None:
        return
    failed, passed = (
        decided(evidence.model_copy(update={"facts": tuple(_as(fact, outcome, word) for fact in evidence.facts)}))
        for word in ("failed", "passed")
    )
    levels = ["low", "moderate", "high", "very high"]
    low, high = (levels.index(str(of_.value)) for e in (failed, passed) if (of_ := of(e, "confidence")) is not None)
    assert low == high - 1
    checked = with_unsaid([], failed, ENGLISH_SPEECH)
    summary = summarise(checked, failed, headline=headline_size(checked))
    assert any(
        c.claim.text in summary for c in checked if c.claim.statement and c.claim.statement.message == "test-failed"
    )


def _as(fact: Fact, outcome: Fact, word: str) -> Fact:
    return fact.model_copy(update={"value": word}) if fact.id == outcome.id else fact


def image(seed: int) -> ImageSample:
    rng = np.random.default_rng(seed)
    pixels = 0.5 + 0.02 * rng.standard_normal((64, 64, 1))
    return ImageSample(np.clip(pixels, 0, 1).astype(np.float32).repeat(3, axis=2), f"{seed}.png", True)


def spotted(seed: int) -> ImageSample:
    """A grey image with eight white squares."""
    sample = image(seed)
    for n in range(8):
        row, column = 6 + 16 * (n // 2), 12 + 30 * (n % 2)
        sample.pixels[row : row + 5, column : column + 5] = 1.0
    return sample


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A normal image and one with eight spots, explained by one detector at the usual level."""
    out = tmp_path_factory.mktemp("runs")
    normals, found = [image(n) for n in range(24)], {}
    for name, sample in (("normal", image(99)), ("spotted", spotted(98))):
        Anomalyst().explain(sample, normals, detector="image-density", out=out / name)
        found[name] = out / name
    return found


def test_every_outlined_finding_is_described(runs: dict[str, Path]) -> None:
    explanation = read_run(runs["spotted"]).explanation
    evidence = explanation.evidence
    assert len(evidence.findings) > 4
    for finding in evidence.findings:
        mine = [c.claim.statement for c in explanation.claims if re.search(rf"\b{finding.id}\b", c.claim.text)]
        predicates = {statement.predicate for statement in mine if statement is not None}
        assert {"where", "kind"} <= predicates, mine


@pytest.mark.parametrize("name", ["normal", "spotted"])
@pytest.mark.parametrize("alpha", [0.9, 0.02, 0.0002])
def test_another_level_gives_what_a_run_at_it_gives(runs: dict[str, Path], name: str, alpha: float) -> None:
    record = read_run(runs[name])
    again = reassess(record, alpha, runs[name]).explanation
    fresh = Anomalyst(alpha=alpha).explain(record.sample, detector=str(runs[name] / "detector"))
    assert (again.verdict, again.confidence) == (fresh.verdict, fresh.confidence)
    assert again.evidence.findings == fresh.evidence.findings
    assert told(again.evidence) == told(fresh.evidence) and again.summary == fresh.summary
