"""Hypotheses and recommendations: what may be, and what to do next. Neither may state, overrule or smuggle anything."""

from __future__ import annotations

import re

from anomalyst.agent.verify_clauses import Clause
from anomalyst.agent.verify_scope import Report

HEDGE = re.compile(r"\b(?:may|might|could|possible|possibly|perhaps)\b")
LIKELY = re.compile(
    r"\b(?:likely|probably|probable|presumably|certainly|surely|definitely|obviously|clearly|undoubtedly|must have|"
    r"doubtless|evidently|apparently|plausibly|almost certain)\b"
)
_ASSERTS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|do|causes?|caused|led|leads|results?|resulted|shows?|showed|means|meant|"
    r"proves?|proved|confirms?|confirmed|indicates?|happened|occurred|failed|broke|stems|stemmed|comes|came|will|"
    r"points?|suggests?)\b"
)
_BEING = frozenset({"is", "are", "was", "were", "has", "have", "had"})
NEAR = 18  # characters after "is" within which "possibly" still marks it
_PART = re.compile(
    r",(?= (?:the|it|this|that|these|they|there|we|he|she|«r\d+») )|\band (?=(?:the|it|this|there|they|we|«r\d+») )"
)
_CONDITION = re.compile(r"\b(?:if|whether|unless|until)\b")
_ADVICE = re.compile(
    r"\b(?:should|please|consider|worth|recommend(?:ed|s)?|advis(?:e|ed|able)|suggest|next step|need(?:s|ed)?|must)\b"
)
_NEGATION = re.compile(r"\b(?:not|no|never|none|nothing|nobody|without|neither|nor|cannot)\b|n't\b")
_CAUTION = re.compile(
    r"\b(?:do|should|must) not (?:ignore|discard|dismiss|rely|trust|act|use)\b|\bwithout (?:checking|inspecting)\b"
)
_IMPERATIVE = frozenset(
    [
        "check",
        "inspect",
        "examine",
        "look",
        "compare",
        "review",
        "verify",
        "confirm",
        "measure",
        "repeat",
        "collect",
        "add",
        "test",
        "investigate",
        "watch",
        "monitor",
        "rerun",
        "run",
        "keep",
        "consider",
        "plot",
        "zoom",
        "ask",
        "note",
        "record",
        "retake",
        "save",
        "calibrate",
        "recalibrate",
        "provide",
        "gather",
        "visit",
        "open",
        "read",
        "trace",
        "track",
        "then",
        "first",
        "next",
    ]
)


def check_hypothesis(clause: Clause, report: Report) -> bool:
    """Whether the clause is worded as possible; if not, it may still be a supported observation beside one that is."""
    if likely := LIKELY.search(clause.whole):
        reason = f"{likely.group()!r} claims a likelihood that nobody measured: say may, might or could"
        report.fails("unverifiable", reason)
        return True
    if not HEDGE.search(clause.whole):
        return False
    report.statements += 1
    for part in _PART.split(clause.whole):
        if asserted := _asserted(part):
            report.fails("unverifiable", f"{asserted!r} is not marked as possible: say may, might or could before it")
    return True


def _asserted(part: str) -> str | None:
    """What a part of a hypothesis states as a fact: a part without a hedge, or a verb before any."""
    if not HEDGE.search(part):
        return part.strip()
    for verb in _ASSERTS.finditer(part):
        soon = verb.group() in _BEING and HEDGE.search(part[verb.end() : verb.end() + NEAR])
        own = part[: verb.start()].rsplit(",", 1)[-1].rsplit(" and ", 1)[-1]
        if not (HEDGE.search(own) or soon):
            return verb.group()
    return None


def check_advice(clause: Clause, report: Report, first: bool) -> None:
    """A recommendation begins with a verb of advice or says should, consider, worth, …; it denies nothing."""
    text = clause.whole.strip()
    words = re.findall(r"[a-z-]+", text)
    caution = _CAUTION.search(clause.text)
    advises = _ADVICE.search(text) or (words and words[0] in _IMPERATIVE) or _CONDITION.match(text) or caution
    if first and not advises:
        reason = "a recommendation begins with an action such as check, inspect or compare, or says 'should'"
        return report.fails("unverifiable", reason)
    report.statements += 1
    if caution:
        clause.take(*caution.span())
    if negation := _NEGATION.search(clause.text):
        report.fails("unverifiable", f"{negation.group()!r}: a recommendation denies nothing; say what to do")
    return None


def is_advice(sentence: str) -> bool:
    """Whether an uncited sentence reads as a recommendation."""
    words = re.findall(r"[a-z-]+", sentence.lower().removeprefix("please "))
    return bool(_ADVICE.search(sentence.lower())) or (bool(words) and words[0] in _IMPERATIVE)
