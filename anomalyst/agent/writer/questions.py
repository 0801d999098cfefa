"""What a question asks for, by keywords: the topics whose sentences answer it, in the order they should be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech

_TRUST = ("verdict", "confidence", "test", "agreement", "strength", "calibration")
_SURE = ("verdict", "confidence", "calibration", "count")
_WHAT = ("what", "value", "where", "when")
_WHY = ("verdict", "what", "value", "channel", "agreement", "strength", "test")
_THING = (
    r"(?:(?:the|an?|so|really|actually|all) )*(?:it|this|that|these|those|there|here|happening|going on|different|odd|"
    r"strange|unusual|special|r\d+|findings?|regions?|fault|defect|deviation|difference|issue|matter|change|event|"
    r"values?|peak|result|answer|summary|shown|seen|found|measured)\b"
)
"""What "what is …" may ask for: of other things nothing is known."""
_INTENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"false (?:alarm|positive)|real\b|trust|believe|reliable|noise|by chance|mistake", _TRUST),
    (r"\bsure\b|certain|confiden|p-?value|probab|significan|calibrat", _SURE),
    (r"what (?:would|should|does|is) (?:be )?normal|normal (?:look|be|would|value)|expect", ("value",)),
    (r"should (?:it|they|the \w+) (?:be|look|have)|should have been", ("value",)),
    (r"what (?:should|can|must|do|shall) (?:i|we|you|one)\b|next step|recommend|advice|advise|action", ("action",)),
    (r"\bfix\b|to do\b", ("action",)),
    (r"\bcauses?\b|caused|root|reason for the anomal|explain why|hypothes|due to", ("cause",)),
    (r"\bwhen\b|\bstart|begin|began|\btime\b|how long|duration|last(?:s|ed)?\b|until", ("when", "where")),
    (r"\bwhere\b|locat|place|position|which (?:part|region|area)", ("where", "when")),
    (r"channel|column|sensor|variable|feature|signal|metric", ("channel", "value")),
    (r"detector|method|algorithm|model|rules?\b|agree", ("choice", "agreement")),
    (r"heal|counterfactual|do-?test|what if|replace", ("test",)),
    (r"how (?:big|large|much|strong|severe|bad|far)|size|magnitude|sever", ("value", "where", "strength")),
    (r"what (?:kind|type)|\bkind\b|\btype\b|what (?:happened|went)|describe", _WHAT),
    (rf"what(?:'s|’s|s| is| was| are| were) {_THING}", _WHAT),
    (r"how many|count|number of", ("count",)),
    (r"\bwhy\b|how come|how do you know|evidence|proof|prove|justif", _WHY),
    (r"normal\?|anomal|abnormal|\bok\b|wrong|fine|verdict|problem", ("verdict", "count", "what")),
)


def not_understood(speech: Speech = ENGLISH_SPEECH) -> str:
    """Said instead of an answer. It is no claim: it says nothing of the sample, and nothing of what was asked."""
    return speech.text("not-understood")


def topics_of(question: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Topics that answer the question; none if it is empty or not understood. `names`: of channels, or words of a text:
    a question that holds one asks what is the matter with it."""
    low = question.lower()
    found = next((topics for pattern, topics in _INTENTS if re.search(pattern, low)), ())
    return found or (_WHAT if any(_holds(low, name.lower()) for name in names) else ())


def is_understood(question: str, evidence: Evidence) -> bool:
    """Whether something was asked that the built-in writer can answer; also where nothing was asked."""
    return not question.strip() or bool(topics_of(question, names_in(evidence)))


def names_in(evidence: Evidence) -> set[str]:
    """The channels of a series, or words of a text, that the findings name."""
    names = {name for finding in evidence.findings for name in finding.region.names()}
    return names | {str(fact.value) for fact in evidence.facts if fact.kind in ("top_channel", "words")}


def _holds(text: str, name: str) -> bool:
    return len(name) > 2 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
