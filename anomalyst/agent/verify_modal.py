"""Hypotheses and recommendations: what may be, and what to do next. Neither may state, overrule or smuggle anything."""

from __future__ import annotations

import re

from anomalyst.agent.verify_clauses import Clause
from anomalyst.agent.verify_scope import Report, Scope

HEDGE = re.compile(r"\b(?:may|might|could|possible|possibly|perhaps)\b")
LIKELY = re.compile(
    r"\b(?:likely|probably|probable|presumably|certainly|surely|definitely|obviously|clearly|undoubtedly|must have|"
    r"doubtless|evidently|apparently|plausibly|almost certain)\b"
)
_ASSERTS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|do|causes?|caused|led|leads|results?|resulted|shows?|showed|means|meant|"
    r"proves?|proved|confirms?|confirmed|indicates?|happened|occurred|failed|broke|stems|stemmed|comes|came|will|points?|suggests?)\b"
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
    "check inspect examine look compare review verify confirm measure repeat collect add test investigate watch monitor "
    "rerun run keep consider plot zoom ask note record retake save calibrate recalibrate provide gather visit open read "
    "trace track then first next".split()
)


def check_hypothesis(clause: Clause, report: Report) -> bool:
    """Whether the clause is worded as possible; if not, it may still be a supported observation beside the hypothesis."""
    text = clause.whole
    if LIKELY.search(text):
        word = LIKELY.search(text)
        report.fails(
            "unverifiable",
            f"{word.group() if word else ''!r} claims a likelihood nobody measured: say may, might or could",
        )
        return True
    hedge = HEDGE.search(text)
    if hedge is None:
        return False
    for verb in _ASSERTS.finditer(text):
        nearby = HEDGE.search(text[verb.end() : verb.end() + 18])
        hedged = HEDGE.search(text[: verb.start()]) or (
            nearby and verb.group() in ("is", "are", "was", "were", "has", "have", "had")
        )
        if not hedged:
            report.fails(
                "unverifiable",
                f"{verb.group()!r} asserts before anything is marked as possible: say may, might or could first",
            )
            return True
    if re.search(r"\band\b", text[hedge.end() :]) and _ASSERTS.search(
        text[text.rfind(" and ", hedge.end()) + 1 :] if " and " in text[hedge.end() :] else ""
    ):
        report.fails("unverifiable", "the part after 'and' asserts something: mark it as possible or leave it out")
    report.statements += 1
    return True


def check_advice(clause: Clause, report: Report, first: bool) -> None:
    """A recommendation begins with a verb of advice or says should, consider, worth, …; it denies nothing."""
    words = re.findall(r"[a-z-]+", clause.whole)
    if first and not (
        _ADVICE.search(clause.whole) or (words and words[0] in _IMPERATIVE) or _CONDITION.match(clause.whole.strip())
    ):
        report.fails(
            "unverifiable", "a recommendation begins with an action such as check, inspect, compare, or says 'should'"
        )
        return
    report.statements += 1
    caution = _CAUTION.search(clause.text)
    if caution:
        clause.take(*caution.span())
    negation = _NEGATION.search(clause.text)
    if negation:
        report.fails("unverifiable", f"{negation.group()!r}: a recommendation denies nothing; say what to do")


def known_findings(scope: Scope) -> bool:
    """Whether there is anything to explain."""
    return bool(scope.evidence.findings) or scope.anomalous
