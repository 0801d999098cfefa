"""What a clause says besides numbers: direction, kind, place, channel, confidence, agreement, tests, verdict.

Each line of `lexicon/statements.txt` names a check and gives a pattern. What a pattern has read is taken out of the
clause, and the words left at the end must be in the closed vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from anomalyst.agent.verifier import readings as read
from anomalyst.agent.verifier import trust
from anomalyst.agent.verifier.clauses import DIRECTION_DOWN, DIRECTION_UP, Clause
from anomalyst.agent.verifier.lexicon import expand, table
from anomalyst.agent.verifier.scope import Report, Scope, describe_all
from anomalyst.agent.verifier.verdict import read_all_regions, read_found, read_verdict
from anomalyst.evidence.names import key

Check = Callable[[re.Match[str], Clause, Scope, Report], None]


def _says(what: str) -> Check:
    return lambda m, c, s, r: read_verdict(m.group().strip(), s, r, what)


CHECKS: dict[str, Check] = {
    "overrule": _says("overrule"),
    "normal": _says("normal"),
    "anomalous": _says("anomalous"),
    "deviates": _says("anomalous"),
    "none": _says("none"),
    "significant": lambda m, c, s, r: trust.read_significance(c, s, r, True),
    "not-significant": lambda m, c, s, r: trust.read_significance(c, s, r, False),
    "extrapolated": lambda m, c, s, r: trust.read_extrapolated(s, r, True),
    "not-extrapolated": lambda m, c, s, r: trust.read_extrapolated(s, r, False),
    "cannot-tell": lambda m, c, s, r: trust.read_cannot_tell(m, s, r),
    "close": lambda m, c, s, r: trust.read_close(m, s, r),
    "lowest-shown": lambda m, c, s, r: trust.read_lowest_shown(m, s, r),
    "alone": lambda m, c, s, r: trust.read_alone(m, s, r),
    "untried": lambda m, c, s, r: trust.read_untried(m, s, r),
    "unnoticed": lambda m, c, s, r: trust.read_unnoticed(s, r, True),
    "noticed": lambda m, c, s, r: trust.read_unnoticed(s, r, False),
    "none-extreme": lambda m, c, s, r: trust.read_none_extreme(s, r),
    "none-missing": lambda m, c, s, r: trust.read_none_missing(s, r),
    "test-passed": lambda m, c, s, r: trust.read_healing_test(c, s, r, "passed"),
    "test-failed": lambda m, c, s, r: trust.read_healing_test(c, s, r, "failed"),
    "alarm-goes": lambda m, c, s, r: trust.read_alarm(c, s, r, True),
    "alarm-stays": lambda m, c, s, r: trust.read_alarm(c, s, r, False),
    "rules-agree": lambda m, c, s, r: trust.read_agreement(m, c, s, r, True),
    "rules-differ": lambda m, c, s, r: trust.read_agreement(m, c, s, r, False),
    "p-alpha": trust.read_p_against_alpha,
    "within-budget": lambda m, c, s, r: trust.read_budget(m, c, s, r, True),
    "over-budget": lambda m, c, s, r: trust.read_budget(m, c, s, r, False),
    "inside": lambda m, c, s, r: read.read_band(c, s, r, True),
    "outside": lambda m, c, s, r: read.read_band(c, s, r, False),
    "confidence": lambda m, c, s, r: trust.read_confidence(m, c, s, r),
    "few": lambda m, c, s, r: trust.read_few(s, r),
    "located": lambda m, c, s, r: read.read_located(s, r),
    "top-channel": read.read_top_channel,
    "moved-first": read.read_moved_first,
    "moved-together": read.read_moved_together,
    "peak": lambda m, c, s, r: read.read_peak(s, r),
    "place": read.read_place,
    "kind": read.read_kind,
    "shape": read.read_shape,
    "heading": read.read_heading,
    "fitting": read.read_fitting,
    "unfitting": read.read_unfitting,
    "lacking": read.read_lacking,
    "supports": lambda m, c, s, r: read.read_support(m, c, s, r, True),
    "speaks-against": lambda m, c, s, r: read.read_support(m, c, s, r, False),
    "direction": read.read_direction,
    "all-regions": lambda m, c, s, r: read_all_regions(c, s, r),
    "found": lambda m, c, s, r: read_found(s, r),
    "neutral": lambda m, c, s, r: None,
}


@cache
def sections() -> dict[str, tuple[tuple[re.Pattern[str], Check], ...]]:
    """The patterns of each section with their checks, in the file's order."""
    lines, macros = table("statements.txt")
    macros["DIRECTION"] = "|".join(DIRECTION_UP + DIRECTION_DOWN)
    found: dict[str, list[tuple[re.Pattern[str], Check]]] = {}
    current = ""
    for line in lines:
        name, _, pattern = line.partition(" ")
        if line.startswith("["):
            current = line.strip("[]")
        else:
            found.setdefault(current, []).append((re.compile(expand(pattern, macros)), CHECKS[name]))
    return {section: tuple(readers) for section, readers in found.items()}


def overruling(text: str) -> str | None:
    """The words that wave an anomaly away, however politely, if there are any."""
    hits = (pattern.search(text) for pattern, _ in sections()["overrule"])
    return next((hit.group() for hit in hits if hit), None)


def read_statements(clause: Clause, scope: Scope, report: Report, *names: str) -> None:
    """Apply sections in order; each match is checked once and taken out of the clause."""
    for name in names:
        for pattern, check in sections()[name]:
            for match in list(pattern.finditer(clause.text)):
                check(match, clause, scope, report)
                clause.take(match.start(), match.end())


_IN_BRACKETS = re.compile(r"«r\d+» \($")


_OF_CHOICE = re.compile(r"\boptions?\b|\bsettings?\b", re.I)


def read_names(clause: Clause, scope: Scope, report: Report) -> None:
    """Each name in the clause must be in a cited fact about its subject."""
    for match in list(re.finditer(r"«c\d+»", clause.text)):
        name = clause.marked.meaning(match.group())
        cited = [f for f in scope.cited if key(name) in (key(f.qualifier), key(str(f.value)))]
        about = [f for f in cited if not f.subject.startswith("R") or not scope.regions or f.subject in scope.regions]
        if _IN_BRACKETS.search(clause.whole[: match.start()]):  # "R2 (memory_mb)": one of the channels of R2
            about = [f for f in about if f.subject in scope.regions]
        if about:
            report.support.extend(f.id for f in about[:1])
            taken = any(f.kind == "detector_option" and key(str(f.value)) == key(name) for f in about)
            report.statements += taken and _OF_CHOICE.search(clause.whole) is not None
        else:
            where = " and ".join(scope.regions) or "the sample"
            report.fails("unverifiable", f"no cited fact about {where} names {name!r}", *cited[:2])
        clause.take(match.start(), match.end())


def read_texts(clause: Clause, scope: Scope, report: Report) -> None:
    """Each text quoted from the data must be the value of a cited fact about the subject, or the sample's name."""
    for match in list(re.finditer(r"«t\d+»", clause.text)):
        text = clause.marked.meaning(match.group())
        same = [f for f in scope.cited if isinstance(f.value, str) and key(f.value) == key(text)]
        about = [f for f in same if not f.subject.startswith("R") or f.subject in scope.regions]
        known = [f for f in scope.evidence.facts if str(f.value) == text]
        if about and scope.anomalous and (words := overruling(key(text))):
            report.fails(
                "contradicted", f"the quoted {words!r} overrules the calibrated verdict; it is not to be quoted", *about
            )
        elif about:
            report.holds(about[0])
        elif key(text) != key(scope.evidence.sample_name):
            reason = f"{text!r} is not in a cited fact about the subject; {describe_all(known)}"
            report.fails("unverifiable", reason, *known)
        clause.take(match.start(), match.end())
