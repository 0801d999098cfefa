"""Above or below what is expected, by how much, and inside or outside of it: of each channel that is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from anomalyst.agent.verifier.phrases.free.about import LACKING, SAID, About, Check, Facts
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.outcomes import p_told, text_fact
from anomalyst.agent.verifier.phrases.free.shares import equal_shares
from anomalyst.agent.verifier.phrases.free.small import next_token
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.names import key
from anomalyst.modalities.unit_names import unit_of

_STILL = ("flat line", *LACKING)


_SLIGHT = 0.1  # of what is expected, up to which a difference is slight


_MARKED = 0.05  # likewise, from which on it is more than slight


_MEASURES = {"pressure": ("bar", "mbar", "hPa", "kPa", "Pa", "MPa", "mmHg", "psi"), "temperature": ("°C", "°F", "K"),
             "heat": ("°C", "°F", "K"), "warmth": ("°C", "°F", "K"), "speed": ("rpm", "m/s", "km/h"),
             "power": ("W", "kW", "MW"),
             "flow": ("l/min", "l/h", "m³/h", "l/s"), "voltage": ("V", "mV", "kV"), "tension": ("V", "kV")}  # fmt: skip


def way(way: int, moves: bool) -> Check:
    """It lies, or moved, to that side of what is expected."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if fragment.has("p") and fragment.has("alarm level"):
            return p_told(fragment, at, about)
        if _is_expectation(fragment, at) or (moves and not _says_what(fragment, about)):
            return None
        ways = about.ways()
        if ways and all(one == way for one, _ in ways):
            still = moves and any(f.value in _STILL for f in about.kinds())
            return None if still else [f for _, f in ways]
        said = [] if ways or about.channels else about.facts("direction")
        return said if said and all(SAID.get(str(f.value)) == way for f in said) else None

    return check


def _is_expectation(fragment: Fragment, at: int) -> bool:
    """ "The expected value is lower", "expected to stay high": of what is expected, not of what was seen."""
    for token in reversed(fragment.tokens[:at]):
        if token.is_("expected"):
            return True
        if not token.is_("neutral", "values", "last", "near", "to"):
            return False
    return False


def _says_what(fragment: Fragment, about: About) -> bool:
    """Whether what moves is a channel: "the server crashed" and "the anomaly grows" say nothing of one."""
    named = about.channels or about.told.channels or fragment.has("quantity", "expected")
    return bool(
        named
        or fragment.amounts
        or any(r for r in fragment.regions)
        or not fragment.has("series", "picture", "any sample", "finding")
    )


def tone(way: int) -> Check:
    """Darker or brighter, of a place in a picture."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = [] if about.channels else about.facts("direction")
        return (
            facts
            if facts and all(SAID.get(str(f.value)) == way and f.value in ("brighter", "darker") for f in facts)
            else None
        )

    return check


def slight(fragment: Fragment, at: int, about: About) -> Facts | None:
    if about.told.shares and fragment.has("most", "least"):
        return equal_shares(fragment, at, replace(about, channels=()))
    pairs = zip(about.of_channels("difference"), about.of_channels("expected"), strict=False)
    return _all_gaps(pairs, lambda share: share <= _SLIGHT)


def marked(fragment: Fragment, at: int, about: About) -> Facts | None:
    pairs = zip(about.of_channels("difference"), about.of_channels("expected"), strict=False)
    return _all_gaps(pairs, lambda share: share >= _MARKED)


def _all_gaps(pairs: object, good: Callable[[float], bool]) -> Facts | None:
    found: Facts = []
    for gap, normal in pairs:  # type: ignore[attr-defined]
        size = abs(value_of(normal) or 0.0)
        share = abs(float(gap.value)) / size if size else float("inf")
        if not good(share):
            return None
        found.append(gap)
    return found or None


def expected(fragment: Fragment, at: int, about: About) -> Facts | None:
    """What is expected is spoken of beside a number, a side, or what lies apart."""
    if fragment.has("heal"):
        return []
    beside = ("n", "up", "down", "high", "low", "off", "outside", "marked", "slight")
    return [] if about.of_channels("expected") and fragment.has(*beside) else None


def outside(fragment: Fragment, at: int, about: About) -> Facts | None:
    for seen, normal in zip(about.of_channels("observed"), about.of_channels("expected"), strict=False):
        low, high = (normal.value if end is None else end for end in (normal.low, normal.high))
        if float(low) <= float(seen.value) <= float(high):
            return None
    return about.of_channels("observed") or None if fragment.has("expected", "range") else None


def left_behind(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Healing leaves a recording that passes"."""
    return [] if about.told.healed else None


def named(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A channel that is named must have a part in the findings."""
    name = str(fragment.tokens[at].meaning)
    if about.facts("words", "fitting_words"):
        return text_fact(fragment, at, about)
    if any(key(name) == key(c) for c in about.channels):
        return [] if about.takes_part(name) else None
    return None


def quantity(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "The pressure", of channels measured in its unit; any quantity where there is only one channel."""
    units = {f.unit for f in about.of_channels("observed")}
    units |= {unit_of(channel) for channel in about.channels}
    alone = len({f.qualifier for f in about.evidence.facts if f.kind == "observed"}) == 1
    if fragment.tokens[at].text not in _MEASURES and (about.told.channels or about.told.named or about.channels):
        return []
    measured = units and units <= set(_MEASURES.get(fragment.tokens[at].text, ()))
    return [] if measured or (alone and fragment.tokens[at].text not in _MEASURES) else None


def gap(fragment: Fragment, at: int, about: About) -> Facts | None:
    apart = any(a.unit and seconds(a.unit) is None for a in fragment.amounts.values())
    return [] if apart or fragment.has("range", "slight") else None


def as_low(fragment: Fragment, at: int, about: About) -> Facts | None:
    following = next_token(fragment, at)
    return way(-1, False)(fragment, at, about) if following is not None and following.letter == "n" else None


def as_high(fragment: Fragment, at: int, about: About) -> Facts | None:
    following = next_token(fragment, at)
    return way(1, False)(fragment, at, about) if following is not None and following.letter == "n" else []


def inside(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Inside the normal range; of anything else it states nothing."""
    if not fragment.has("range", "expected"):
        return []
    pairs = list(zip(about.of_channels("observed"), about.of_channels("expected"), strict=False))
    ends = [(s, n.value if n.low is None else n.low, n.value if n.high is None else n.high) for s, n in pairs]
    return (
        [s for s, _, _ in ends] or None if all(float(lo) <= float(s.value) <= float(hi) for s, lo, hi in ends) else None
    )


def none_expected(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.of_channels("expected")
    return facts if facts and all(float(f.value) == 0 for f in facts) else None
