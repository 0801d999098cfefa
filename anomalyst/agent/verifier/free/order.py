"""What is told before or after something else: of one finding its channels, of two which begins first."""

from __future__ import annotations

from anomalyst.agent.verifier.free.about import About
from anomalyst.agent.verifier.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.ranks import moment, the
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.names import key


def follows(fragment: Fragment, about: About) -> bool:
    """Whether a part joined by "before" or "after" comes in that order to the part before it."""
    joint = fragment.joint
    if fragment.has("heal"):
        return True  # "once mended, …"
    if joint is None or not joint.is_("before", "after"):
        return joint is None or joint.text not in _AT_ONCE or _overlap(about)
    earlier, later = about.told.regions, about.regions
    if len(earlier) != 1 or len(later) != 1:
        return False
    sign = 1 if joint.is_("before") else -1
    if fragment.has("end") and not fragment.has("begin"):
        return False  # only beginnings are in order
    if earlier == later:
        return _led(about, sign) and (fragment.gap is None or _lags(fragment.gap, about))
    if fragment.gap is not None and not _apart(fragment.gap, earlier[0], later[0], about):
        return False
    ends = [the(about.evidence, region, "start") for region in (earlier[0], later[0])]
    moments = [moment(f) for f in ends if f is not None]
    if len(moments) < len(ends) or None in moments:
        return False
    return (float(moments[1] or 0) - float(moments[0] or 0)) * sign > 0


def _lags(gap: Amount, about: About) -> bool:
    facts = [f for f in about.facts("lag") if float(f.value) > 0]
    return len(facts) == 1 and gap.states(float(facts[0].value), facts[0].unit)


def _apart(gap: Amount, one: str, other: str, about: About) -> bool:
    """Whether two findings begin so far apart, or the later one so long after the end of the other."""
    unit = seconds(gap.unit)
    kinds = ("start", "end")
    times = {(r, k): moment(f) for r in (one, other) for k in kinds if (f := the(about.evidence, r, k)) is not None}
    if unit is None or len(times) < 4 or None in times.values():
        return False
    first, last = sorted((one, other), key=lambda region: float(times[region, "start"] or 0))
    begins = float(times[last, "start"] or 0)
    return any(gap.is_((begins - float(times[first, kind] or 0)) / unit) for kind in kinds)


_AT_ONCE = frozenset({"when", "while", "as", "whilst", "just as", "once"})


def _overlap(about: About) -> bool:
    """Whether what is told of at once is of one finding, or of findings that are there at one time."""
    one, other = about.told.regions, about.regions
    if not one or not other or one == other:
        return True
    spans = [[the(about.evidence, region, kind) for kind in ("start", "end")] for region in (*one, *other)]
    ends = [[moment(f) for f in span if f is not None] for span in spans]
    if any(len(span) < 2 or None in span for span in ends):
        return False
    return max(float(span[0] or 0) for span in ends) <= min(float(span[1] or 0) for span in ends)


def _led(about: About, sign: int) -> bool:
    """Of one finding: the channel that moved first is the one that is told to."""
    first = about.facts("moved_first")
    leader = about.told.channels if sign > 0 else about.channels
    other = about.channels if sign > 0 else about.told.channels
    return bool(first) and len(leader) == len(other) == 1 and leader != other and key(str(first[0].value)) == key(leader[0])
