"""Facts: everything an explanation may say about a sample, measured once, each with an id."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.evidence.findings import FoundRegions, simes
from anomalyst.evidence.units import P_DIGITS, Measure, Value, clean_name, cut, decimals, p_value
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample
from anomalyst.tools.doubts import CONFIDENCES, HIGH, NONE, VERY_HIGH
from anomalyst.tools.planted import seen_enough

NORMAL_LOW, NORMAL_MODERATE = 2, 5  # a normal verdict is only that sure when p is at most this multiple of alpha
ROUNDING = 1e-9


def build_evidence(
    sample: Sample,
    score_map: ScoreMap,
    found: FoundRegions,
    *,
    alpha: float,
    fdr: float,
    detector_facts: Sequence[tuple[FactKind, Value, str, str]] = (),
    usual: Mapping[str, Any] = MappingProxyType({}),
) -> Evidence:
    """All facts of one scored sample, in a fixed order: sample, then findings R1…, then the choice of detector.

    `found`: what the kind of data located with the same `alpha` and `fdr`. `detector_facts`: (kind, value, unit,
    qualifier) rows about the choice; `usual`: what the detector knows of its normals.
    """
    measures = [*_sample_facts(sample, score_map, found.findings, alpha, fdr)]
    measures += modality(sample.modality).unlike(sample, usual)
    for finding in found.findings:
        measures += _finding_facts(sample, score_map, found, finding, alpha, fdr)
    measures += [Measure("choice", *row) for row in detector_facts]
    return Evidence(
        modality=sample.modality,
        sample_name=clean_name(sample.name) or sample.modality,
        verdict=_verdict(score_map.sample_p, alpha),
        sample_p=score_map.sample_p,
        alpha=alpha,
        findings=found.findings,
        facts=tuple(_fact(number, measure) for number, measure in enumerate(measures, start=1)),
    )


def confidence(p: float, alpha: float, calibration: Calibration) -> str:
    """How sure the verdict is, in words: "very high", "high", "moderate" or "low".

    Anomalous: very high for p ≤ α/50, high for p ≤ α/5, else moderate. Normal: low for p ≤ 2α, moderate for
    p ≤ 5α, else high; low too where the sample is more abnormal than every normal, which are just too few to show more
    (p ≤ 1 / (n + 1)), or where these could show no p ≤ α at all. A sample that was compared with itself only, which
    misses much and alarms too often ("Without normals" in docs/benchmarks.md): moderate if anomalous, low if normal.
    """
    if calibration.method == "self-calibrated":
        return "moderate" if p <= alpha else "low"
    if p <= alpha:
        return "very high" if p <= alpha * VERY_HIGH else "high" if p <= alpha * HIGH else "moderate"
    if p <= NORMAL_LOW * alpha or p <= 1 / (calibration.normals + 1) or no_alarm_possible(alpha, calibration):
        return "low"
    return "moderate" if p <= NORMAL_MODERATE * alpha else "high"


def no_alarm_possible(alpha: float, calibration: Calibration) -> bool:
    """Whether no sample could have raised an alarm: the smallest p-value there is lies above the alarm level."""
    return calibration.smallest > alpha * (1 + ROUNDING)


def above_all_normals(p: float, calibration: Calibration) -> bool:
    """Whether a sample is more abnormal than every normal, so that it is these that are too few to show more."""
    return calibration.method != "self-calibrated" and p <= 1 / (calibration.normals + 1)


def normals_needed(alpha: float, calibration: Calibration) -> int:
    """How many normals show a p-value of `alpha` without a fitted tail: n with 1 − (1 − 1 / (n + 1))^k ≤ alpha, for a
    sample as long as k of the normal stretches (images and pairs: k = 1)."""
    alone = math.log1p(-1 / (calibration.normals + 1))
    times = max(1.0, math.log1p(-calibration.smallest) / alone) if calibration.smallest < 1 else 1.0
    return math.ceil(-1 / math.expm1(math.log1p(-alpha) / times) - ROUNDING) - 1


def tested(evidence: Evidence) -> Evidence:
    """The evidence after its tests: where the sample failed the healing test, the confidence is a level lower; where
    planted faults passed unnoticed, it is the lowest."""
    failed = any(fact.value == "failed" for fact in evidence.about("sample", "do_test"))
    lower = len(CONFIDENCES) if seen_enough(evidence) is False else int(failed)
    facts = (_weaker(f, lower) if (f.subject, f.kind) == ("sample", "confidence") else f for f in evidence.facts)
    return evidence.model_copy(update={"facts": tuple(facts)})


def _weaker(sure: Fact, levels: int) -> Fact:
    level = CONFIDENCES.index(str(sure.value))
    return sure.model_copy(update={"value": CONFIDENCES[max(0, level - levels)]})


def _fact(number: int, measure: Measure) -> Fact:
    return Fact(id=f"F{number}", **vars(measure))


def _verdict(p: float, alpha: float) -> Literal["anomalous", "normal"]:
    return "anomalous" if p <= alpha else "normal"


def _sample_facts(
    sample: Sample, score_map: ScoreMap, findings: Sequence[Finding], alpha: float, fdr: float
) -> Iterator[Measure]:
    yield Measure("sample", "verdict", _verdict(score_map.sample_p, alpha))
    yield Measure("sample", "sample_p", p_value(score_map.sample_p, alpha))
    yield Measure("sample", "alpha", alpha)
    yield Measure("sample", "confidence", confidence(score_map.sample_p, alpha, score_map.calibration))
    yield Measure("sample", "doubt", NONE)
    yield from _bounds(score_map.calibration, alpha)
    yield Measure("sample", "p_extrapolated", bool(score_map.extrapolated))
    yield Measure("sample", "calibration_method", score_map.calibration.method)
    yield Measure("sample", "calibration_normals", int(score_map.calibration.normals))
    few = no_alarm_possible(alpha, score_map.calibration)
    if few:
        yield Measure("sample", "smallest_p", p_value(score_map.calibration.smallest))
    if few or (score_map.sample_p > alpha and above_all_normals(score_map.sample_p, score_map.calibration)):
        yield Measure("sample", "normals_needed", normals_needed(alpha, score_map.calibration))
    yield Measure("sample", "fdr", fdr)
    yield Measure("sample", "finding_count", sum(finding.significant for finding in findings))
    yield from modality(sample.modality).sample_facts(sample, score_map)
    yield from modality(sample.modality).alarm_facts(sample, score_map, alpha)


def _bounds(made: Calibration, alpha: float) -> Iterator[Measure]:
    """The smallest p-values that are told, of the sample and of its elements: what the normals show, or the alarm level
    where they show less, as an alarm is trusted to the fitted tail."""
    if made.supported:
        yield Measure("sample", "p_bound", min(_no_less(made.supported), alpha))
    if made.elements:
        yield Measure("sample", "region_p_bound", min(_no_less(1 / (made.elements + 1)), alpha))


def _no_less(p: float) -> float:
    """`p` to P_DIGITS significant digits, rounded up."""
    places = decimals(p, P_DIGITS)
    return cut(math.ceil(cut(p * 10.0**places, 6)) / 10.0**places, places)


def _finding_facts(
    sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding, alpha: float, fdr: float
) -> Iterator[Measure]:
    yield Measure(finding.id, "peak_p", p_value(finding.peak_p, alpha))
    yield from modality(sample.modality).finding_facts(sample, score_map, found, finding)
    yield from _rule_facts(score_map.rules, finding.id, found.masks[finding.id], fdr)


def _rule_facts(rules: Mapping[str, RuleScore], subject: str, mask: NDArray[np.bool_], fdr: float) -> Iterator[Measure]:
    """How many score rules (of a fusion: detectors) flag the region: those whose Simes p-value over its elements is at
    most `fdr`. (The smallest p-value itself, which is told too, would be small by chance in any large region.)"""
    if not rules:
        return
    agreeing = sum(simes(rule.p_values[mask]) <= fdr for rule in rules.values())
    yield Measure(subject, "rule_agreement", f"{agreeing} of {len(rules)}")
    for name, rule in rules.items():
        yield Measure(subject, "rule_p", p_value(float(np.nanmin(rule.p_values[mask]))), qualifier=name)
