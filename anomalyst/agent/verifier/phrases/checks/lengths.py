"""How long findings last against bounds, what lies between two moves, and a colour that alone stays as expected."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.checks.compared import COLOURS, HARDLY
from anomalyst.agent.verifier.phrases.checks.sides import recovered
from anomalyst.agent.verifier.phrases.checks.times import duration
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key


def recovered_after(said: Matched) -> Judged:
    """ "It took the flue temperature 33 minutes to return to normal"."""
    return both(duration(said), recovered(said))


def lag_between(said: Matched) -> Judged:
    """ "Five minutes passed between the fall of the saturation and the rise of the heart rate"."""
    own = said.evidence.about(said.about.region or "")
    leads = [f for f in own if f.kind == "moved_first"]
    first, other = (key(name) for name in said.names)
    lags = [f for f in own if f.kind == "lag" and key(f.qualifier) == other]
    gaps = {key(f.qualifier): f for f in own if f.kind == "difference"}
    if not leads or not lags or first not in gaps or other not in gaps:
        return UNKNOWN
    ways = [
        (value_of(gaps[name]) or 0.0) * (1 if said.group(part) else -1) > 0
        for name, part in ((first, "up"), (other, "up2"))
    ]
    led = Judged(key(str(leads[0].value)) == first, (leads[0],))
    return both(states(said, said.amounts[0], lags), led, Judged(all(ways), (gaps[first], gaps[other])))


def _lengths(said: Matched) -> tuple[list[float], tuple[Fact, ...]]:
    """How long the finding lasts, in the unit of the first amount that has one."""
    facts = said.facts("duration")
    unit = next((seconds(amount.unit) for amount in said.amounts if amount.unit), None)
    found = [one / unit for f in facts if unit and (one := length(f)) is not None]
    return found, tuple(facts)


def duration_beyond(said: Matched) -> Judged:
    """ "Lasted longer than 90 seconds"."""
    lengths, facts = _lengths(said)
    edge = said.amounts[0].value
    if not lengths or edge is None or said.amounts[0].near not in ("", ">", "<"):
        return UNKNOWN
    return Judged(all(one < edge if said.group("less") else one > edge for one in lengths), facts)


def duration_between(said: Matched) -> Judged:
    """ "Lasted between 40 and 90 seconds"."""
    lengths, facts = _lengths(said)
    low, high = (amount.value for amount in said.amounts)
    if not lengths or low is None or high is None or not low < high:
        return UNKNOWN
    return Judged(all(low <= one <= high for one in lengths), facts)


def hardly_only(said: Matched) -> Judged:
    """ "Of the three colours only green is as expected"."""
    facts = said.evidence.about(said.about.region or "")
    gaps = {f.qualifier: f for f in facts if f.kind == "difference" and f.qualifier in COLOURS}
    normal = {f.qualifier: value_of(f) or 0.0 for f in facts if f.kind == "expected"}
    if len(gaps) != len(COLOURS) or any(amount.value != len(COLOURS) for amount in said.amounts):
        return UNKNOWN
    still = {n: abs(value_of(f) or 0.0) <= HARDLY * abs(normal.get(n, 0.0)) for n, f in gaps.items()}
    holds = all(one == (key(name) == key(said.names[-1])) for name, one in still.items())
    return Judged(holds, tuple(gaps.values()))


def way_only(said: Matched) -> Judged:
    """ "Of the three colours only blue lies below its expected value"."""
    facts = said.evidence.about(said.about.region or "")
    gaps = {f.qualifier: f for f in facts if f.kind == "difference" and f.qualifier in COLOURS}
    if len(gaps) != len(COLOURS) or any(amount.value != len(COLOURS) for amount in said.amounts):
        return UNKNOWN
    holds = all(((value_of(f) or 0.0) * said.way > 0) == (key(name) == key(said.names[-1])) for name, f in gaps.items())
    return Judged(holds, tuple(gaps.values()))


CHECKS = {
    "recovered-after": recovered_after, "lag-between": lag_between, "duration-beyond": duration_beyond,
    "duration-between": duration_between, "hardly-only": hardly_only, "way-only": way_only,
}  # fmt: skip
