"""How small an anomaly would have been seen: sizes of faults planted in a normal sample, and what came of them."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.quantities import fits
from anomalyst.agent.verifier.scope import Report, Scope, judge, missing
from anomalyst.evidence.facts import FactKind

_KINDS: dict[str, tuple[FactKind, FactKind, FactKind]] = {
    "spike": ("spike_seen", "spike_unseen", "spike_rows"),
    "level shift": ("shift_seen", "shift_unseen", "shift_rows"),
    "stain": ("stain_seen", "stain_unseen", "stain_area"),
}
_SAID = re.compile(
    r"\b(?:an? )?(?:planted )?(?P<kind>spike|level shift|stain) of (?P<size>«n\d+»)(?P<more> or more)?"
    r"(?: (?:over|for|lasting) (?P<rows>«n\d+»)(?: of the image)?)?(?: (?:planted )?(?:in|of) «c\d+»)?"
    r" (?:(?P<seen>(?:would have )?raised (?:the|an) alarm|(?:was|would have been) (?:seen|noticed|found|detected))"
    r"|(?P<unseen>(?:would have )?passed un(?:noticed|seen|detected)))\b"
)


_ROWS = re.compile(r"(?<=\bnothing unusual )(?:was found )?in («n\d+»)(?: of («n\d+») channels)?(?!\w)")


def read_sizes(clause: Clause, scope: Scope, report: Report) -> None:
    """ "A spike of 4 ms in latency_ms would have raised the alarm": the smallest that did; "would have passed
    unnoticed": the largest that did not. Other sizes were not tried, or prove less."""
    for match in list(_SAID.finditer(clause.text)):
        seen, unseen, rows = _KINDS[match["kind"]]
        kind = seen if match["seen"] else unseen
        channel = clause.name_at(match.start("size"), scope.channel)
        scoped = scope.at(channel)
        _judge(match["size"], kind, clause, scoped, report)
        if match["more"]:
            report.fails("unverifiable", "'or more': one was planted, at one place; name its size alone")
        if match["rows"]:
            _judge(match["rows"], rows, clause, scoped, report)
        clause.take(*match.span())
    for match in list(_ROWS.finditer(clause.text)):
        _judge_extent(match, clause, scope, report)
        clause.take(*match.span())


def _judge_extent(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "Nothing unusual in 1,000 rows of 7 channels": as many as the size of the sample says."""
    facts = scope.find("sample_size")
    rows, channels = clause.quantity(match[1]), clause.quantity(match[2]) if match[2] else None
    if not facts:
        return missing(scope, report, match.group(), "sample_size")
    sizes = [float(n.replace(",", "")) for n in re.findall(r"[\d,]+", str(facts[0].value))]
    right = rows.unit == "rows" and [rows.value] == sizes[:1] and (channels is None or [channels.value] == sizes[1:2])
    return judge(report, match.group(), facts, right)


def _judge(mark: str, kind: FactKind, clause: Clause, scope: Scope, report: Report) -> None:
    quantity, facts = clause.quantity(mark), scope.find(kind)
    if facts and scope.channel is None and any(fact.qualifier for fact in facts):
        report.fails("unverifiable", f"{quantity.text}: say which channel it was planted in", *facts)
    elif facts:
        judge(report, quantity.text, facts, any(fits(quantity, fact, "") for fact in facts))
    else:
        missing(scope, report, quantity.text, kind)
