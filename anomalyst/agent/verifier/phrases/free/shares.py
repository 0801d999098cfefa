"""Channels of one finding against each other: shares, the most and the least, which moved first."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.evidence.names import key

_ALIKE = 0.1  # of a share, by which another may differ and be equal to it


def lag(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The channel moved after the one that moved first."""
    facts = about.of_channels("lag") if about.channels else []
    return facts if facts and all(float(f.value) > 0 for f in facts) else None


def together(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("lag")
    return facts if len(facts) > 1 and len({f.value for f in facts}) == 1 else None


def most(sign: int) -> Check:
    """The channel that differs the most, or the least, of all of the finding."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if len(about.channels) != 1 or len(about.regions) != 1:
            return None
        shares = (fragment.has("share") or about.told.shares) and about.facts("channel_share")
        facts = shares or [f for f in about.facts("difference") if f.qualifier != "brightness"]
        if len(facts) < 2 or len({f.unit for f in facts}) > 1:
            return None
        ranked = sorted(facts, key=lambda f: -sign * abs(float(f.value)))
        if abs(float(ranked[0].value)) == abs(float(ranked[1].value)) or key(ranked[0].qualifier) != key(
            about.channels[0]
        ):
            return None
        return ranked[:1]

    return check


def equal_shares(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.of_channels("channel_share") if len(about.channels) > 1 else about.facts("channel_share")
    shares = [float(f.value) for f in facts]
    return facts if len(shares) > 1 and max(shares) - min(shares) <= _ALIKE * max(shares) else None


def carries(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A channel carries the finding: it is to blame, or what share it has is told."""
    shares = about.of_channels("channel_share")
    tops = about.facts("top_channel")
    told = any(t.letter == "n" or t.is_("most", "equal", "least") for t in fragment.tokens)
    if told:
        return shares or None
    if not about.channels:
        return None  # that there are shares says nothing
    return tops if tops and {key(str(f.value)) for f in tops} == {key(c) for c in about.channels} else None
