"""What a question sets: the alarm level, the detector, in which language, how long and for whom the answer is told."""

from __future__ import annotations

import re

from anomalyst.agent.answering.asked import ANOTHER
from anomalyst.agent.answering.lexicon import LANGUAGES, Words
from anomalyst.detectors.registry import detector_names
from anomalyst.detectors.registry import detector_of as method_on
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.manner import Audience, Length
from anomalyst.evidence.wording import one

STRICTER, LOOSER = (0.01, 0.001, 0.0001), (0.1, 0.2)
_NUMBER = r"(\d*[.,]?\d+(?:e-?\d+)?)"


def level_of(text: str, words: Words, evidence: Evidence) -> float | None:
    """Another alarm level, as a share or in percent; None where none is named, or none that could be one."""
    percent = rf"(\s*(?:{words.table['percent']}))?"
    found = re.search(rf"{words.table['level']}\W{{0,3}}(?:\w+\W{{1,3}}){{0,2}}?{_NUMBER}{percent}", text)
    if found is None and words.holds("change", text):
        found = re.search(rf"(?<![\d.,]){_NUMBER}(\s*(?:{words.table['percent']}))", text)
    if found is not None:
        value = float(found[1].replace(",", ".")) / (100 if found[2] else 1)
        return value if 0 < value < 1 else None
    if words.holds("looser", text):  # first, as it may be called "less strict"
        return next((level for level in LOOSER if level > evidence.alpha), None)
    if words.holds("stricter", text):
        return next((level for level in STRICTER if level < evidence.alpha), None)
    return None


def detector_of(text: str, words: Words, evidence: Evidence) -> str:
    """A detector that is to be asked besides: its name, "another" for any, "" for none."""
    used, orders = one(evidence, "choice", "detector"), words.holds("run", text)
    if orders or words.holds("detector", text):
        named = [name for name in _named(text, evidence) if used is None or name != used.value]
        if named:
            return max(named, key=len)
    return ANOTHER if words.holds("second", text) else ""


def _named(text: str, evidence: Evidence) -> list[str]:
    """The detectors that are named, in full or by their method."""
    known = detector_names(evidence.modality)
    whole = [name for name in known if re.search(rf"\b{re.escape(name)}\b", text)]
    methods = (method_on(word, evidence.modality) for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text))
    return whole or [name for name in methods if name in known]


def language_wanted(text: str, words: Words) -> str | None:
    """The language that is asked for."""
    return next((language for language in words.which("languages", text) if language in LANGUAGES), None)


def length_wanted(text: str, words: Words) -> Length | None:
    """How long the answer is to be."""
    return "short" if words.holds("short", text) else "full" if words.holds("full", text) else None


def audience_wanted(text: str, words: Words) -> Audience | None:
    """For whom it is."""
    return "plain" if words.holds("plain", text) else "expert" if words.holds("expert", text) else None
