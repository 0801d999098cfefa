"""Facts in the words of the report: labels, values with units and bounds, the healing test, the calibration."""

from __future__ import annotations

from dataclasses import dataclass

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.declared import FACTS
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.units import p_value, unit_behind
from anomalyst.evidence.wording import p_limit

LABELS: dict[str, str] = {kind: told.label for kind, told in FACTS.items()}

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
