"""Findings against each other: which comes first, lasts longest, is the most abnormal."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both
from anomalyst.agent.verifier.phrases.ranks import moment, nth, ranked, scales, the
from anomalyst.evidence.facts import Fact, FactKind

_NTH = {"": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}


def longest(said: Matched) -> Judged:
    """ "R2 is the longest", "the second longest"."""
    place = _NTH.get(said.group("nth").strip("- "), 0)
    totals = [a.value for a in said.amounts]
    if any(total != len(said.findings) for total in totals):
        return Judged(False) if totals else UNKNOWN
    found = nth(said.evidence, _asked(said), place)
    if found is None or said.about.region is None:
        return UNKNOWN
    return said.judged(found[0] == said.about.region, *found[1])


def _asked(said: Matched) -> str:
    """The words that say by what is ranked: "the lowest peak score" asks for the weakest."""
    which = said.group("which")
    if "score" in said.text and which.startswith(("small", "low", "weak", "least")):
        return "weak"
    return said.text if "score" in said.text or "p-value" in said.text else which


def longest_is(said: Matched) -> Judged:
    """ "the longest is R2"."""
    found = nth(said.evidence, "p-value" if " p" in said.text else said.group("which"))
    if found is None or any(a.value != len(said.findings) for a in said.amounts):
        return UNKNOWN
    return Judged(found[0] == said.others[-1], found[1]) if said.others else UNKNOWN


def compare(said: Matched) -> Judged:
    """ "R3 lasts longer than R1", "than all others"."""
    mine, others = (
        said.about.region,
        said.others or [r for r in said.findings if r != said.about.region and not said.names],
    )
    if mine is None or mine in others or not others:
        return UNKNOWN
    told: list[bool] = []
    facts: list[Fact] = []
    words = said.text if "score" in said.text or "p-value" in said.text else said.group("rel")
    for scale in scales(words):
        order = ranked(said.evidence, scale)
        if order is None:
            continue
        values = {region: value for value, region, _ in order}
        if any(values[mine] == values[r] for r in others if r in values):
            return UNKNOWN
        told.append(all(values[mine] > values[r] for r in others if r in values))
        facts += [fact for _, region, fact in order if region in (mine, *others)]
    if len(set(told)) != 1 or any(r not in said.findings for r in others):
        return UNKNOWN
    return said.judged(told[0] if "lower p" not in said.text else None, *facts)


_ENDS = ("end", "stop", "finish")


def order(said: Matched) -> Judged:
    """ "R1 began before R2", "R4 was over before R2 began"."""
    mine = said.about.region
    verb, rel = said.group("which"), said.group("rel")
    before = rel in ("before", "earlier than", "ahead of", "prior to", "precedes", "preceded", "preceding")
    tail = said.text[said.text.rfind("»") + 1 :].strip()
    my_kind: FactKind = "end" if verb.startswith(_ENDS) else "peak_at" if verb.startswith("peak") else "start"
    kind: FactKind = my_kind
    if tail.startswith(("start", "began", "beg")):
        kind = "start"
    elif tail.startswith(("end", "was over", "is over", "stop", "finish")):
        kind = "end"
    facts = [the(said.evidence, mine, my_kind), *(the(said.evidence, r, kind) for r in said.others)]
    moments = [moment(f) if f is not None else None for f in facts]
    told = {isinstance(f.value, str) for f in facts if f is not None}
    if mine in said.others or len(facts) < 2 or len(told) > 1 or any(m is None for m in moments):
        return UNKNOWN
    own, theirs = float(moments[0] or 0), [float(m or 0) for m in moments[1:]]
    if own in theirs:
        return UNKNOWN
    holds = all(own < other for other in theirs) if before else all(own > other for other in theirs)
    judged = said.judged(holds, *(f for f in facts if f is not None))
    return both(judged, *(said.moves(r) for r in said.others))


def overlap(said: Matched) -> Judged:
    """ "R1 and R2 do not overlap"."""
    pair = (
        said.regions if len(said.regions) == 2 else [*([said.about.region] if said.about.region else []), *said.regions]
    )
    if len(pair) != 2 or len(re.findall("«r", said.text)) > len(said.regions):
        return UNKNOWN
    facts = [the(said.evidence, region, kind) for region in pair for kind in ("start", "end")]
    moments = [moment(f) if f is not None else None for f in facts]
    if any(m is None for m in moments):
        return UNKNOWN
    a, b, c, d = (float(m or 0) for m in moments)
    return said.judged(a <= d and c <= b, *(f for f in facts if f is not None))


CHECKS = {
    "longest": longest, "longest-is": longest_is, "compare": compare, "order": order, "overlap": overlap,
}  # fmt: skip
