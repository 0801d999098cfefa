"""Values against the range of what is expected, and what is expected told first."""

from __future__ import annotations

from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.evidence.names import key


def normal_seen(said: Matched) -> Judged:
    """ "Should have been 5 %, not 75 %"."""
    one, two = said.amounts
    return both(states(said, one, said.facts("expected")), states(said, two, said.facts("observed")))


def expected_none(said: Matched) -> Judged:
    """ "… which is normally idle": nothing is expected, of the channel that is named."""
    facts = said.facts("expected")
    if said.names:
        named = key(said.names[-1])
        facts = [f for f in said.evidence.facts if f.kind == "expected" and key(f.qualifier) == named]
    return Judged(all(f.value == 0 for f in facts), tuple(facts)) if len(facts) == 1 else UNKNOWN


def beyond_edge(said: Matched) -> Judged:
    """ "the upper end of the normal range, 26,400, was exceeded"."""
    seen = said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if not seen or not normal:
        return UNKNOWN
    edge = float((normal[0].high if said.way > 0 else normal[0].low) or 0)
    told = [amount.states(edge, normal[0].unit) for amount in said.amounts]
    gap = (float(seen[0].value) - edge) * said.way
    return Judged(all(told) and gap > 0, (seen[0], normal[0]))


def edge_beyond(said: Matched) -> Judged:
    """ "Above the top of its normal range, which is 19.3 °C"."""
    if (said.way > 0) != ("upper" in said.text):
        return UNKNOWN
    return beyond_edge(said)


def beyond_band(said: Matched) -> Judged:
    """ "Exceeded its usual 36.8 to 36.84 °C"."""
    seen = said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if not seen or len(normal) != 1:
        return UNKNOWN
    low, high = said.amounts[-2:]
    ends = float(normal[0].low or 0), float(normal[0].high or 0)
    low = low if low.unit else replace(low, quantity=low.quantity.with_unit(high.unit))
    named = low.states(ends[0], normal[0].unit) and high.states(ends[1], normal[0].unit)
    value = float(seen[0].value)
    return Judged(named and (value > ends[1] if said.way > 0 else value < ends[0]), (seen[0], normal[0]))


def direction_slight(said: Matched) -> Judged:
    """ "Slightly darker": that way, but within what is normal."""
    gaps, seen = said.facts("difference"), said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if len(gaps) != 1 or len(seen) != 1 or len(normal) != 1:
        return UNKNOWN
    inside = float(normal[0].low or 0) <= float(seen[0].value) <= float(normal[0].high or 0)
    return Judged(inside and float(gaps[0].value) * said.way > 0, (gaps[0], seen[0], normal[0]))


def band_edge(said: Matched) -> Judged:
    """ "nothing above 19.3 would have been normal"."""
    amount = said.amounts[0]
    bare_ = Amount(amount.quantity, "", amount.borrowed)
    facts = [f for f in said.facts("expected") if f.low is not None and f.high is not None]
    edges = [(f, float((f.high if said.way > 0 else f.low) or 0)) for f in facts]
    hits = [f for f, edge_ in edges if bare_.states(edge_, f.unit if amount.unit or amount.borrowed else "")]
    return Judged(bool(hits), tuple(hits or facts[:1])) if facts else UNKNOWN


CHECKS = {
    "band-edge": band_edge,
    "normal-seen": normal_seen,
    "expected-none": expected_none,
    "edge-beyond": edge_beyond,
    "beyond-band": beyond_band,
    "direction-slight": direction_slight,
    "beyond-edge": beyond_edge,
}
