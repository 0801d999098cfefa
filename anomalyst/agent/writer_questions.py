"""What a question asks for, by keywords: the topics whose sentences answer it, in the order they should be read."""

from __future__ import annotations

import re

_TRUST = ("verdict", "confidence", "test", "agreement", "strength", "calibration")
_SURE = ("verdict", "confidence", "calibration", "count")
_WHAT = ("what", "value", "where", "when")
_WHY = ("verdict", "what", "value", "channel", "agreement", "strength", "test")
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
    (r"what (?:kind|type)|\bkind\b|\btype\b|what (?:is|was|happened|went)|describe", _WHAT),
    (r"how many|count|number of", ("count",)),
    (r"\bwhy\b|how come|how do you know|evidence|proof|prove|justif", _WHY),
    (r"normal\?|anomal|abnormal|\bok\b|wrong|fine|verdict|problem", ("verdict", "count", "what")),
)


def topics_of(question: str) -> tuple[str, ...]:
    """Topics that answer the question; none if it is empty or not understood."""
    low = question.lower()
    return next((topics for pattern, topics in _INTENTS if re.search(pattern, low)), ())
