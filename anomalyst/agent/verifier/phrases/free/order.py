"""What is told before or after something else, or as more than it: channels of one finding, or two findings."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.amounts import TIMES, Amount
from anomalyst.agent.verifier.phrases.free.about import About
from anomalyst.agent.verifier.phrases.free.fragments import COMPARED, Fragment
from anomalyst.agent.verifier.phrases.free.tokens import Token
from anomalyst.agent.verifier.phrases.ranks import length, moment, the, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.names import key


def follows(fragment: Fragment, about: About) -> bool:
    """Whether a part joined by "before" or "after" comes in that order to the part before it."""
    joint = fragment.joint
    if fragment.has("heal"):
        return joint is None or not joint.is_("before")
    if about.told.healed and joint is not None and joint.is_("before"):
        return True  # "once mended, …"
    if joint is not None and joint.is_(*COMPARED) and (fragment.names or fragment.regions):
        return _compared(fragment, about, joint)
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


_SCALES: dict[str, tuple[FactKind, int]] = {
    "longer": ("duration", 1), "shorter": ("duration", -1), "as long": ("duration", 0), "stronger": ("peak_ratio", 1),
    "weaker": ("peak_ratio", -1), "larger": ("area", 1), "smaller": ("area", -1),
}  # fmt: skip


def _compared(fragment: Fragment, about: About, joint: Token) -> bool:
    """ "R1 lasted 20 minutes longer than R3", "red fell more than blue"."""
    one, other = about.told.regions, about.regions
    if one == other and fragment.names and len(about.told.channels) == 1:
        return _differs_more(about, 1 if joint.is_("more") else -1 if joint.is_("less") else 0)
    scale = next((_SCALES[word] for word in _SCALES if joint.is_(word)), None)
    if scale is None or len(one) != 1 or len(other) != 1 or one == other:
        return False
    kind, sign = scale
    facts = [the(about.evidence, region, kind) for region in (one[0], other[0])]
    sizes = [length(f) if f is not None and seconds(f.unit) else value_of(f) if f is not None else None for f in facts]
    if None in sizes or not sizes[1]:
        return False
    first, second = float(sizes[0] or 0), float(sizes[1])
    if fragment.gap is None:
        return (first - second) * sign > 0
    if fragment.gap.unit == TIMES:
        return sign >= 0 and kind == "duration" and fragment.gap.is_(first / second)
    unit = seconds(fragment.gap.unit)
    return unit is not None and (first - second) * sign > 0 and fragment.gap.is_(abs(first - second) / unit)


def _differs_more(about: About, sign: int) -> bool:
    gaps = {key(f.qualifier): abs(value_of(f) or 0) for f in about.facts("difference")}
    mine = gaps.get(key(about.told.channels[0]))
    others = [gaps.get(key(channel)) for channel in about.channels]
    units = {f.unit for f in about.facts("difference")}
    alike = mine is not None and None not in others and len(units) == 1
    return alike and all((float(mine or 0) - float(other or 0)) * sign > 0 for other in others)


def _lags(gap: Amount, about: About) -> bool:
    facts = [f for f in about.facts("lag") if float(f.value) > 0]
    return len(facts) == 1 and gap.states(float(facts[0].value), facts[0].unit)


def _apart(gap: Amount, one: str, other: str, about: About) -> bool:
    """Whether two findings begin so far apart, or the later one so long after the end of the other."""
    unit = seconds(gap.unit)
    kinds: tuple[FactKind, ...] = ("start", "end")
    times = {(r, k): moment(f) for r in (one, other) for k in kinds if (f := the(about.evidence, r, k)) is not None}
    if unit is None or len(times) < 4 or None in times.values():
        return False
    first, last = sorted((one, other), key=lambda region: float(times[region, "start"] or 0))
    begins = float(times[last, "start"] or 0)
    return any(gap.is_((begins - float(times[first, kind] or 0)) / unit) for kind in kinds)


_ENDS: tuple[FactKind, ...] = ("start", "end")
_AT_ONCE = frozenset({"when", "while", "as", "whilst", "just as", "once"})


def _overlap(about: About) -> bool:
    """Whether what is told of at once is of one finding, or of findings that are there at one time."""
    one, other = about.told.regions, about.regions
    if not one or not other or one == other:
        return True
    spans = [[the(about.evidence, region, kind) for kind in _ENDS] for region in (*one, *other)]
    ends = [[moment(f) for f in span if f is not None] for span in spans]
    if any(len(span) < 2 or None in span for span in ends):
        return False
    return max(float(span[0] or 0) for span in ends) <= min(float(span[1] or 0) for span in ends)


def _led(about: About, sign: int) -> bool:
    """Of one finding: the channel that moved first is the one that is told to."""
    first = about.facts("moved_first")
    leader = about.told.channels if sign > 0 else about.channels
    other = about.channels if sign > 0 else about.told.channels
    return (
        bool(first)
        and len(leader) == len(other) == 1
        and leader != other
        and key(str(first[0].value)) == key(leader[0])
    )
