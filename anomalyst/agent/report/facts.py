"""Facts in the words of the report: labels, values with units and bounds, the healing test, the calibration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import stamped
from anomalyst.evidence.units import p_value, unit_behind
from anomalyst.evidence.wording import p_limit
from anomalyst.modalities.registry import modality

_WORDS: Mapping[FactKind, str] = {
    "verdict": "outcome",
    "confidence": "confidence",
    "calibration_method": "calibration-method",
    "field": "field",
    "detector_option": "setting",
    "place": "place",
    "anomaly_kind": "anomaly",
    "shape": "form",
    "direction": "way",
    "do_test": "result",
}  # kinds whose values are words of a closed set, by the group of its messages
_SHARES: frozenset[FactKind] = frozenset({"seen_faults", "within_budget", "rule_agreement", "normals_as_extreme"})
_TIMES: frozenset[FactKind] = frozenset({"start", "end", "peak_at", "time_span"})
_QUALITIES: frozenset[FactKind] = frozenset({"observed", "expected", "difference"})


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
    """How p-values were made: the method and the numbers behind it."""

    method: str
    normals: int
    elements: int
    smallest: float
    extrapolated: bool


def show_label(kind: FactKind, speech: Speech = ENGLISH_SPEECH) -> str:
    """What a kind of fact is called in tables."""
    return speech.text(f"label-{slug(kind)}")


def show_qualifier(fact: Fact, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> str:
    """What tells a fact from others of its kind: names that code gives in words, names from the data as they are."""
    if fact.kind == "rule_p":
        return speech.term("rule", fact.qualifier)
    if fact.kind == "synthetic_auroc":
        return speech.term("setting", fact.qualifier)
    is_quality = fact.kind in _QUALITIES and fact.qualifier in modality(evidence.modality).told.qualities
    return speech.term("quality-bare", fact.qualifier) if is_quality else fact.qualifier


def show_p(p: float, speech: Speech = ENGLISH_SPEECH) -> str:
    """A p-value for people: two significant digits, as in the facts."""
    return speech.local(f"{p:.2g}")


def show_whole_p(p: float, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> str:
    """The p-value of a whole sample, or what the normals show it to be less than: "0.02", "< 0.04"."""
    return _show_p(p, evidence, "sample_p", speech)


def show_region_p(p: float, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> str:
    """Likewise the p-value of elements of a sample."""
    return _show_p(p, evidence, "peak_p", speech)


def _show_p(p: float, evidence: Evidence, kind: FactKind, speech: Speech) -> str:
    limit = p_limit(evidence, kind, p_value(p))
    if limit is not None:
        return f"< {show_number(limit.value, speech)}"
    on_its_side = p_value(p, evidence.alpha)
    return show_p(p, speech) if p_value(p) == on_its_side else speech.local(f"{on_its_side:g}")


def show_equals(text: str) -> str:
    """A p-value that is shown, behind a p: "= 0.02", "< 0.04"."""
    return text if text.startswith("<") else f"= {text}"


def show_value(fact: Fact, evidence: Evidence | None = None, speech: Speech = ENGLISH_SPEECH) -> str:
    """A fact's value with its unit and, where known, its bounds; a p-value below what the normals of `evidence` show as
    less than that."""
    if evidence is not None and isinstance(fact.value, float):
        limit = p_limit(evidence, fact.kind, fact.value)
        if limit is not None:
            return f"< {show_number(limit.value, speech)}"
    text = _show_text(fact.kind, fact.value, speech) if isinstance(fact.value, str) else show_number(fact.value, speech)
    text += f" {show_unit(fact, speech)}" if fact.unit else ""
    if fact.low is None or fact.high is None:
        return text
    low, high = (show_number(bound, speech) for bound in (fact.low, fact.high))
    return speech.text("value-bounded", {"value": text, "low": low, "high": high})


def show_unit(fact: Fact, speech: Speech = ENGLISH_SPEECH) -> str:
    """The unit of a fact as it stands behind its value."""
    counted = fact.kind == "false_alarms" or speech != ENGLISH_SPEECH  # else as ever: audits compare older reports
    return speech.term("unit", unit_behind(fact.value, fact.unit) if counted else fact.unit)


def show_number(value: bool | int | float | str, speech: Speech = ENGLISH_SPEECH) -> str:
    """A value as people write it: yes/no, thousands separated, no more digits than stored."""
    if isinstance(value, bool):
        return speech.text("value-yes" if value else "value-no")
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return speech.local(f"{value:,}".replace("-", "−"))
    if value and abs(value) < 1e-4:
        return speech.local(f"{value:.3g}")
    return speech.local(f"{value:,.10g}".replace("-", "−"))


def _show_text(kind: FactKind, text: str, speech: Speech) -> str:
    """A fact's text: in words of the language where code made it of a closed set, else as it is."""
    if kind in _WORDS:
        return speech.term(_WORDS[kind], text)
    if kind == "doubt":
        return ", ".join(speech.term("doubt", doubt) for doubt in text.split(", "))
    if kind == "sample_size":
        return _show_size(text, speech)
    if kind in _SHARES and (share := re.fullmatch(r"(\S+) of (\S+)", text)):
        return speech.text("share", {"some": share[1], "all": share[2]})
    if kind in _TIMES:
        return _show_times(text, speech)
    return text


def _show_size(text: str, speech: Speech) -> str:
    """How large a sample is: "1,560 rows × 7 channels"."""
    counted = re.sub(r"\d[\d,]*", lambda count: speech.local(count[0]), text)
    return re.sub(r"[a-z]+", lambda word: speech.term("extent-of", word[0]), counted)


def _show_times(text: str, speech: Speech) -> str:
    """A time stamp, or two with "to" between them."""
    first, to, last = (stamped(part, speech) for part in text.partition(" to "))
    return speech.text("value-from-to", {"from": first, "to": last}) if to else first


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
    return CalibrationWords(made.method, made.normals, made.elements, smallest, score_map.extrapolated)
