"""What role a time, a day or a part of the day has by the words beside it, and whether it is the fact of that role."""

from __future__ import annotations

from datetime import datetime, timedelta

from anomalyst.agent.verifier.phrases.checks.sides import clock
from anomalyst.agent.verifier.phrases.checks.times import is_at, slack, span_of, step
from anomalyst.agent.verifier.phrases.entities.calendar import When
from anomalyst.agent.verifier.phrases.free.about import About
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.numbers import Quantity, agrees_in_time, parse_stamp

Facts = list[Fact]
_NEXT_TO = frozenset("ndw")
_TIMES = frozenset("dw")
_SOON = timedelta(hours=1)  # "by three": at or shortly before it
_FAR = timedelta(hours=12)  # a side of a time says something of what is no further from it


def role(fragment: Fragment, at: int) -> str:
    """Of what a time is: of the start, the end or the peak; "" where no word tells."""
    left = fragment.left(at, _NEXT_TO)
    words = [t for t in left if not t.is_("neutral", "near", "c", "r", "before", "after", "finding")]
    right = [t for t in fragment.right(at, _NEXT_TO) if not t.is_("neutral", "c", "r")]
    if any(token.is_("peak") for token in fragment.tokens):
        return "peak_at"
    for token in [*words, *right]:
        if token.is_("end") or (token in left and token.is_("until")):
            return "end"
        if token.is_("begin", "lag") or (token in left and token.is_("from")):
            return "start"
        if token in left and token.is_("to", "and") and any(t.letter in _TIMES for t in fragment.tokens[:at]):
            return "end"
        if token.is_("between"):
            return "start"
    return ""


def _stamps(about: About, *kinds: FactKind) -> list[tuple[Fact, datetime]]:
    found = [(f, parse_stamp(str(f.value))) for f in about.facts(*kinds) if isinstance(f.value, str)]
    return [(f, at) for f, at in found if at is not None]


def time_told(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The facts that a time or a date states; None where it states none."""
    time: Quantity = fragment.tokens[at].meaning
    if about.whole and not about.regions:
        return _of_whole(time, about)
    told = role(fragment, at)
    side = next((t for t in fragment.left(at, _NEXT_TO) if not t.is_("neutral", "near")), None)
    if side is not None and side.is_("before", "after") and time.clock:
        return _beside(time, about, side.is_("after"), told)
    kinds: tuple[FactKind, ...] = {"start": ("start",), "end": ("end",), "peak_at": ("peak_at",)}.get(  # type: ignore[assignment]
        told, ("start",) if time.bound in ("before", "after") else ("start", "peak_at")
    )
    if fragment.next_to(fragment.left(at, _NEXT_TO), "still") or (fragment.has("still") and not told):
        return _within(time, about)
    if not time.clock:
        kinds = ("start",) if told != "end" else ("end",)
    if side is not None and side.is_("by") and not told:
        kinds = ("end", "peak_at")
    if side is not None and side.is_("by") and told == "end":
        return _beside(time, about, False, "end", strict=False)
    hits: Facts = []
    for region in about.regions:
        own = [(f, s) for f, s in _stamps(about, *kinds) if f.subject == region]
        fits = [f for f, s in own if _fits(time, s, about, f.kind == "end")]
        if not fits:
            return None
        hits += fits[:1]
    return hits or None


def _within(time: Quantity, about: About) -> Facts | None:
    """ "Still there at two": neither before it begins nor after it is over."""
    whole = span_of(about.evidence)
    starts, ends = _stamps(about, "start"), _stamps(about, "end")
    for (_, start), (_, end) in zip(starts, ends, strict=False):
        at = clock(time, end, whole[0]) if whole is not None else None
        if at is None or not start <= at <= end:
            return None
    return [f for f, _ in ends] or None


def _fits(time: Quantity, stamp: datetime, about: About, is_end: bool) -> bool:
    whole = span_of(about.evidence)
    width = step(about.evidence, whole[1] - whole[0]) if is_end and whole is not None else timedelta(0)
    if not time.clock:
        return agrees_in_time(time, stamp.isoformat())
    return any(is_at(time, s.isoformat(), slack(about.evidence)) for s in {stamp, stamp + width})


def _of_whole(time: Quantity, about: About) -> Facts | None:
    whole = span_of(about.evidence)
    return [whole[2]] if whole is not None and any(agrees_in_time(time, w.isoformat()) for w in whole[:2]) else None


def _beside(time: Quantity, about: About, after: bool, told: str, strict: bool = True) -> Facts | None:
    """ "Before noon", "past midnight", "by three in the afternoon"."""
    whole = span_of(about.evidence)
    kind: FactKind = told or ("start" if after else "end")  # type: ignore[assignment]
    hits = []
    for fact, stamp in _stamps(about, kind):
        at = clock(time, stamp, whole[0]) if whole is not None else None
        gap = None if at is None else stamp - at if after else at - stamp
        if (
            gap is None
            or not timedelta(0) <= gap <= (_FAR if strict else _SOON)
            or (gap == timedelta(0) and strict and not after)
        ):
            return None
        hits.append(fact)
    return hits or None


def day_told(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The facts that a day or a part of it states: of where each finding begins, or of its end."""
    when: When = fragment.tokens[at].meaning
    told = role(fragment, at)
    if fragment.next_to(fragment.left(at, _NEXT_TO), "before", "after"):
        return None
    if about.whole and not about.regions:
        whole = span_of(about.evidence)
        return [whole[2]] if whole is not None and when.holds(whole[0]) and when.holds(whole[1]) else None
    found = _stamps(about, {"end": "end", "peak_at": "peak_at"}.get(told, "start"))  # type: ignore[arg-type]
    return [f for f, _ in found] if found and all(when.holds(stamp) for _, stamp in found) else None
