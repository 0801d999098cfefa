"""From a question to what it asks for, by rules and tables: a pure function, the same for the same words.

The text is a person's, and data: nothing of it but numbers, times and names that the evidence holds is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from anomalyst.agent.answering.asked import NO_QUESTIONS, Asked, Intent, Window
from anomalyst.agent.answering.lexicon import LANGUAGES, Words, language_of, words_of
from anomalyst.agent.answering.parameters import (
    audience_wanted,
    detector_of,
    language_wanted,
    length_wanted,
    level_of,
)
from anomalyst.agent.answering.references import Meant, meant
from anomalyst.agent.answering.times import window_of
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.text import normalise

LONGEST = 1000  # characters that are read
FEW = 6  # words of a question that only says how to tell it
OF_A_FINDING: frozenset[str] = frozenset(
    {"what", "kind", "when", "where", "duration", "value", "channel", "why", "normal", "cause", "action", "heal",
     "first_moved"}
)  # fmt: skip
"""What is asked of what was spoken of before, where a question names nothing."""
OPEN: frozenset[str] = frozenset({"what", "verdict", "summary", "where", "list", "rank", "count", "unknown"})
"""What may be meant by a question that names a time, a place or a kind."""


def understand(question: str, evidence: Evidence, before: Asked | None = None, language: str = "en") -> Asked:
    """What a question asks for. `before`: the question before it in the conversation; `language`: of the answer, where
    neither the question nor the conversation tells."""
    text = normalise(question[:LONGEST]).lower()
    own = language_of(text) or (before.language if before else language)
    words = words_of(own if own in LANGUAGES else "en")
    manner = _manner(text, words, before, own if language_of(text) else None, language)
    window = window_of(text, words, evidence)
    whom = meant(text, words, evidence, window)
    parameters: dict[str, Any] = {
        "level": level_of(text, words, evidence),
        "detector": detector_of(text, words, evidence),
    }
    names_nothing = not whom.given and window is None and not any(parameters.values())
    if names_nothing and (again := _told_otherwise(text, words, before, manner)) is not None:
        return again
    intent = _intent(text, words, evidence, whom, window, parameters)
    findings = whom.findings
    if not whom.given and window is None and intent in OF_A_FINDING and before is not None:
        findings = before.findings
    return Asked(
        intent=intent,
        findings=findings,
        unknown=whom.unknown,
        names=whom.names,
        strange=whom.strange,
        kind=whom.kind,
        place=whom.place,
        rank=whom.rank,
        by=next(iter(words.which("by", text)), None),
        window=window,
        **parameters,
        **manner,
    )


def _manner(text: str, words: Words, before: Asked | None, told: str | None, fallback: str) -> dict[str, Any]:
    """How the answer is told: in the language that is asked for, once and for all, else in that of the question."""
    wanted = language_wanted(text, words)
    kept = before.language if before is not None and before.fixed else None
    language = wanted or kept or told or (before.language if before is not None else fallback)
    return {
        "language": language,
        "fixed": bool(wanted or kept),
        "length": length_wanted(text, words),
        "audience": audience_wanted(text, words),
    }


def _told_otherwise(text: str, words: Words, before: Asked | None, manner: dict[str, Any]) -> Asked | None:
    """The question before, told otherwise, or a summary, where only the manner is asked for; None where more is."""
    asks = [intent for intent in words.intents(text) if intent not in ("what", "summary")]
    says_how = language_wanted(text, words) or manner["length"] or manner["audience"]
    if not says_how or asks or len(text.split()) > FEW:
        return None
    again = before if before is not None and before.intent not in NO_QUESTIONS else Asked(intent="summary")
    said = {name: value for name, value in manner.items() if value is not None}
    return again.model_copy(update=said)


def _intent(
    text: str, words: Words, evidence: Evidence, whom: Meant, window: Window | None, parameters: dict[str, Any]
) -> Intent:
    if parameters["detector"]:
        return "second"
    if parameters["level"] is not None:
        return "level"
    if window is not None and words.holds("part", text):
        return "part"
    several = len(whom.findings) > 1 and bool(words.which("by", text)) and whom.rank is None
    likely: list[str] = ["compare"] if several and not whom.names else []
    likely += [intent for intent in words.intents(text) if _fits(intent, whom, evidence)]
    intent = likely[0] if likely else "what" if whom.given or window is not None else "unknown"
    if whom.rank is not None and intent in OPEN | {"channel"}:
        intent = "rank"
    if window is not None and intent in OPEN | {"why_not", "when"}:
        return "at"
    described = bool(whom.place or whom.kind) and intent in OPEN - {"count"}
    named = whom.given and whom.rank is None and intent in ("verdict", "unknown", "list", "summary")
    return "what" if described or named else cast(Intent, intent)


_GUARDS: dict[str, Callable[[Meant, Evidence], bool]] = {
    "compare": lambda whom, evidence: len(_compared(whom, evidence)) > 1 or not (whom.given and whom.findings),
    "rank": lambda whom, evidence: whom.rank is not None,
    "match": lambda whom, evidence: any(fact.kind in ("information", "words") for fact in evidence.facts),
    "idle": lambda whom, evidence: not whom.findings,
    "unmeasured": lambda whom, evidence: not whom.names,
    "greeting": lambda whom, evidence: not whom.given,
    "thanks": lambda whom, evidence: not whom.given,
}


def _fits(intent: str, whom: Meant, evidence: Evidence) -> bool:
    """Whether what a pattern suggests can be meant, with what the question refers to."""
    guard = _GUARDS.get(intent)
    return guard is None or guard(whom, evidence)


def _compared(whom: Meant, evidence: Evidence) -> tuple[str, ...]:
    return whom.findings if whom.given else tuple(finding.id for finding in evidence.findings)


def is_question(asked: Asked) -> bool:
    """Whether something is asked that statements can answer."""
    return asked.intent not in NO_QUESTIONS


def in_short(question: str) -> str:
    """A question as a step shows it."""
    return re.sub(r"\s+", " ", question)[:80]
