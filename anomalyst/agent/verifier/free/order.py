"""What is told before or after something else: of one finding its channels, of two which begins first."""

from __future__ import annotations

from anomalyst.agent.verifier.free.about import About
from anomalyst.agent.verifier.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.ranks import moment, the
from anomalyst.evidence.names import key


def follows(fragment: Fragment, about: About) -> bool:
    """Whether a part joined by "before" or "after" comes in that order to the part before it."""
    joint = fragment.joint
    if joint is None or not joint.is_("before", "after"):
        return True
    earlier, later = about.told.regions, about.regions
    if len(earlier) != 1 or len(later) != 1:
        return False
    sign = 1 if joint.is_("before") else -1
    if earlier == later:
        return _led(about, sign)
    ends = [the(about.evidence, region, "start") for region in (earlier[0], later[0])]
    moments = [moment(f) for f in ends if f is not None]
    if len(moments) < len(ends) or None in moments:
        return False
    return (float(moments[1] or 0) - float(moments[0] or 0)) * sign > 0


def _led(about: About, sign: int) -> bool:
    """Of one finding: the channel that moved first is the one that is told to."""
    first = about.facts("moved_first")
    leader = about.told.channels if sign > 0 else about.channels
    other = about.channels if sign > 0 else about.told.channels
    return bool(first) and len(leader) == len(other) == 1 and leader != other and key(str(first[0].value)) == key(leader[0])
