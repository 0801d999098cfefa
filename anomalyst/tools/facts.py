"""Facts: everything an explanation may say about a sample, measured once, each with an id."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.base import Calibration, RuleScore, ScoreMap
from anomalyst.samples import ImageSample, PairSample, Sample, SeriesSample
from anomalyst.tools.evidence import Evidence, Fact, FactKind, Finding, ImageRegion, PairRegion, SeriesRegion
from anomalyst.tools.findings import FoundRegions, simes
from anomalyst.tools.image_facts import image_facts
from anomalyst.tools.pair_facts import pair_facts, pair_sample_facts
from anomalyst.tools.planted import seen_enough
from anomalyst.tools.series_facts import series_facts, with_channels
from anomalyst.tools.units import Measure, Value, clean_name, moment, p_value, rounded

CONFIDENCES = ("low", "moderate", "high", "very high")
VERY_HIGH, HIGH = 1 / 50, 1 / 5  # an alarm is that sure when p is at most this share of alpha
NORMAL_LOW, NORMAL_MODERATE = 2, 5  # a normal verdict is only that sure when p is at most this multiple of alpha
NORMAL_QUANTILE = 0.95
ROUNDING = 1e-9


def build_evidence(
    sample: Sample,
    score_map: ScoreMap,
    found: FoundRegions,
    *,
    alpha: float,
    fdr: float,
    detector_facts: Sequence[tuple[FactKind, Value, str, str]] = (),
) -> Evidence:
    """All facts of one scored sample, in a fixed order: sample, then findings R1…, then the choice of detector.

    `found` comes from `find_regions` with the same `alpha` and `fdr`; the channels of a series' findings are named
    here. `detector_facts`: (kind, value, unit, qualifier) rows about the choice.
    """
    findings = found.findings
    if isinstance(sample, SeriesSample):
        findings = tuple(with_channels(finding, sample, score_map) for finding in findings)
    measures = [*_sample_facts(sample, score_map, findings, alpha, fdr)]
    for finding in findings:
        measures += _finding_facts(sample, score_map, found, finding, fdr)
    measures += [Measure("choice", *row) for row in detector_facts]
    return Evidence(
        modality=sample.modality,
        sample_name=clean_name(sample.name) or sample.modality,
        verdict=_verdict(score_map.sample_p, alpha),
        sample_p=score_map.sample_p,
        alpha=alpha,
        findings=findings,
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
    yield Measure("sample", "sample_p", p_value(score_map.sample_p))
    yield Measure("sample", "alpha", alpha)
    yield Measure("sample", "confidence", confidence(score_map.sample_p, alpha, score_map.calibration))
    yield Measure("sample", "p_extrapolated", bool(score_map.extrapolated))
    yield Measure("sample", "calibration_method", score_map.calibration.method)
    yield Measure("sample", "calibration_normals", int(score_map.calibration.normals))
    if no_alarm_possible(alpha, score_map.calibration):
        yield Measure("sample", "smallest_p", p_value(score_map.calibration.smallest))
        yield Measure("sample", "normals_needed", normals_needed(alpha, score_map.calibration))
    yield Measure("sample", "fdr", fdr)
    yield Measure("sample", "finding_count", sum(finding.significant for finding in findings))
    first, second = sample.shape
    if isinstance(sample, PairSample):
        if score_map.pair is not None:
            yield from pair_sample_facts(sample, score_map.pair)
        return
    if isinstance(sample, ImageSample):
        yield Measure("sample", "sample_size", f"{second:,} × {first:,} pixels")
        return
    channels = "channel" if second == 1 else "channels"
    yield Measure("sample", "sample_size", f"{first:,} rows × {second:,} {channels}")
    yield Measure("sample", "missing_share", rounded(100 * float(np.isnan(sample.values).mean())), "%")
    if sample.has_times:
        yield Measure("sample", "time_span", f"{moment(sample, 0)[0]} to {moment(sample, first - 1)[0]}")


def _finding_facts(
    sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding, fdr: float
) -> Iterator[Measure]:
    mask = found.masks[finding.id]
    region = finding.region
    yield Measure(finding.id, "peak_p", p_value(finding.peak_p))
    if isinstance(sample, PairSample):
        if isinstance(region, PairRegion) and score_map.pair is not None:
            yield from pair_facts(sample, score_map.pair, finding, region, mask)
        return
    ratio = _peak_ratio(score_map, finding.peak_score)
    if ratio is not None:
        yield Measure(finding.id, "peak_ratio", rounded(ratio))
    if isinstance(sample, SeriesSample) and isinstance(region, SeriesRegion):
        normal = ~found.union(mask.shape)
        yield from series_facts(sample, score_map, finding, region, normal if normal.any() else ~normal)
    elif isinstance(sample, ImageSample) and isinstance(region, ImageRegion):
        yield from image_facts(sample, score_map, finding, region, mask)
    yield from _rule_facts(score_map.rules, finding.id, mask, fdr)


def _rule_facts(rules: Mapping[str, RuleScore], subject: str, mask: NDArray[np.bool_], fdr: float) -> Iterator[Measure]:
    """How many score rules (of a fusion: detectors) flag the region: those whose Simes p-value over its elements is at
    most `fdr`. (The smallest p-value itself, which is told too, would be small by chance in any large region.)"""
    if not rules:
        return
    agreeing = sum(simes(rule.p_values[mask]) <= fdr for rule in rules.values())
    yield Measure(subject, "rule_agreement", f"{agreeing} of {len(rules)}")
    for name, rule in rules.items():
        yield Measure(subject, "rule_p", p_value(float(np.nanmin(rule.p_values[mask]))), qualifier=name)


def _peak_ratio(score_map: ScoreMap, peak: float) -> float | None:
    """`peak` as a multiple of the normal 95 % quantile: the score at which the element p-value falls to 0.05, read
    off this map. None where the map never crosses it or scores there are not positive (then a ratio means nothing)."""
    usual = score_map.p_values > 1 - NORMAL_QUANTILE
    below, beyond = score_map.scores[usual], score_map.scores[score_map.p_values <= 1 - NORMAL_QUANTILE]
    if not below.size or not beyond.size:
        return None
    quantile = (float(np.nanmax(below)) + float(np.nanmin(beyond))) / 2
    return peak / quantile if quantile > 0 else None
