"""Facts in the words of the report: labels, values with units and bounds, the healing test, the calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.units import p_value, unit_behind
from anomalyst.evidence.wording import p_limit

_NAMED: dict[str, str] = {
    "sample_p": "p-value of the whole sample",
    "alpha": "alarm level α",
    "false_alarms": "what this level allows at most on normal data",
    "p_extrapolated": "p-value read from a fitted tail",
    "calibration_normals": "normal samples behind the p-value",
    "doubt": "what keeps a sample without an alarm from being called normal",
    "unlike_normals": "in what the sample is unlike its normals",
    "p_bound": "smallest p-value of a sample that is told",
    "region_p_bound": "smallest p-value of an element that is told",
    "smallest_p": "smallest p-value that a sample can get here",
    "normals_needed": "normal samples needed to show the alarm level",
    "seen_faults": "planted faults of usual size that raise the alarm",
    "planted_p": "p-value with a planted fault, by its number",
    "stain_seen": "contrast of the faintest planted stain that raises the alarm",
    "stain_unseen": "contrast of the strongest planted stain that passes unnoticed",
    "stain_area": "share of the image under the planted stain",
    "spike_seen": "smallest planted spike that raises the alarm",
    "spike_unseen": "largest planted spike that passes unnoticed",
    "spike_rows": "length of the planted spikes",
    "shift_seen": "smallest planted level shift that raises the alarm",
    "shift_unseen": "largest planted level shift that passes unnoticed",
    "shift_rows": "length of the planted level shifts",
    "fdr": "false-discovery rate of the findings",
    "finding_count": "number of findings",
    "missing_share": "missing values",
    "synthetic_auroc": "AUROC on synthetic anomalies",
    "choice_reason": "why this detector",
    "budget": "time budget",
    "estimated_time": "time that the run was expected to take",
    "within_budget": "suitable detectors expected to keep the time budget",
    "run_time": "time that the run took, up to the healing test",
    "over_budget": "time over the budget",
    "anomaly_kind": "kind of anomaly",
    "peak_p": "smallest p-value",
    "peak_ratio": "peak score, as a multiple of the normal 95 % quantile",
    "channel_share": "share of the score",
    "top_channel": "channel most to blame",
    "moved_first": "channel that moved first",
    "lag": "how much later a channel moved",
    "first_healed_p": "p-value of the sample after healing the first channel alone",
    "rule_agreement": "score rules or detectors that agree",
    "rule_p": "smallest p-value by rule or detector",
    "information": "information shared by image and text",
    "information_error": "error of the information, ±",
    "nearest_caption": "text of a similar matching pair, by rank",
    "fitting_words": "words that would fit instead",
    "unknown_words": "words not learned, not judged",
    "field": "field of work, as given",
    "own_cause": "possible cause, from the file of causes given",
    "own_step": "next step, from the file of causes given",
    "healed_p": "p-value of the sample after healing the region",
    "healed_region_p": "smallest p-value in the region after healing",
    "random_healed_p": "p-value of the sample after healing a random region",
    "do_test": "test by healing",
}
LABELS: dict[str, str] = {kind: _NAMED.get(kind, kind.replace("_", " ")) for kind in get_args(FactKind)}

_METHODS = {
    "split-conformal": "split-conformal: scores are ranked among those of held-out normal samples",
    "cross-conformal": "cross-conformal: with few normal samples, each is held out in turn and ranked by the others",
    "self-calibrated": "self-calibrated: no normal data was given, so the sample is compared with the rest of itself",
}


@dataclass(frozen=True)
class HealingRow:
    """What healing a region did to the alarm. Facts are None where they were not measured."""

    subject: str
    before: float
    healed: Fact | None
    region: Fact | None
    random: Fact | None
    result: Fact | None


@dataclass(frozen=True)
class CalibrationWords:
    """How p-values were made: the method in words and the numbers behind it."""

    method: str
    normals: int
    elements: int
    smallest: float
    extrapolated: bool


def show_p(p: float) -> str:
    """A p-value for people: two significant digits, as in the facts."""
    return f"{p:.2g}"


def show_whole_p(p: float, evidence: Evidence) -> str:
    """The p-value of a whole sample, or what the normals show it to be less than: "0.02", "< 0.04"."""
    return _show_p(p, evidence, "sample_p")


def show_region_p(p: float, evidence: Evidence) -> str:
    """Likewise the p-value of elements of a sample."""
    return _show_p(p, evidence, "peak_p")


def _show_p(p: float, evidence: Evidence, kind: FactKind) -> str:
    limit = p_limit(evidence, kind, p_value(p))
    if limit is not None:
        return f"< {show_number(limit.value)}"
    on_its_side = p_value(p, evidence.alpha)
    return show_p(p) if p_value(p) == on_its_side else f"{on_its_side:g}"


def show_equals(text: str) -> str:
    """A p-value that is shown, behind a p: "= 0.02", "< 0.04"."""
    return text if text.startswith("<") else f"= {text}"


def show_value(fact: Fact, evidence: Evidence | None = None) -> str:
    """A fact's value with its unit and, where known, its bounds; a p-value below what the normals of `evidence` show as
    less than that."""
    if evidence is not None and isinstance(fact.value, float):
        limit = p_limit(evidence, fact.kind, fact.value)
        if limit is not None:
            return f"< {show_number(limit.value)}"
    text = show_number(fact.value)
    unit = unit_behind(fact.value, fact.unit) if fact.kind == "false_alarms" else fact.unit  # the others as ever
    text += f" {unit}" if unit else ""
    if fact.low is None or fact.high is None:
        return text
    return f"{text} ({show_number(fact.low)} to {show_number(fact.high)})"


def show_number(value: bool | int | float | str) -> str:
    """A value as people write it: yes/no, thousands separated, no more digits than stored."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if value and abs(value) < 1e-4:
        return f"{value:.3g}"
    return f"{value:,.10g}".replace("-", "−")


def healing_rows(evidence: Evidence) -> list[HealingRow]:
    """The healing tests that were run, the whole sample's first."""
    subjects = ["sample", *(finding.id for finding in evidence.findings)]
    kinds: tuple[FactKind, ...] = ("healed_p", "healed_region_p", "random_healed_p", "do_test")
    rows = []
    for subject in subjects:
        facts = [next(iter(evidence.about(subject, kind)), None) for kind in kinds]
        if any(facts):
            rows.append(HealingRow(subject, evidence.sample_p, *facts))
    return rows


def calibration_words(score_map: ScoreMap) -> CalibrationWords:
    """How the p-values of this run were made."""
    made = score_map.calibration
    smallest = 1 / (made.normals + 1)
    return CalibrationWords(_METHODS[made.method], made.normals, made.elements, smallest, score_map.extrapolated)
