"""Small words that bind others: they are licensed where they stand before what they bind."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.amounts import Said, is_expected
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.rates import rate_told
from anomalyst.agent.verifier.phrases.free.tokens import Token

_ENDING = frozenset({"was", "is", "were", "are", "been", "be", "all", "already"})


def next_token(fragment: Fragment, at: int, *over: str) -> Token | None:
    """The next token that says anything."""
    return next((t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near", *over)), None)


def before(*letters_and_concepts: str) -> Check:
    """A small word that must stand before what it binds: "until 14:05", "by 3 %"."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        following = next_token(fragment, at, "at", "before", "after")
        return [] if following is not None and following.is_(*letters_and_concepts) else None

    return check


def by(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "By the end", of what lasts till then; never "by the start", which nothing tells."""
    following = next_token(fragment, at)
    return None if following is not None and following.is_("begin", "end", "middle", "early", "late", "final") else []


def side(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Before noon", "after 30 seconds", never "before 30 seconds" or "before evening"."""
    following = next_token(fragment, at)
    if following is None or following.is_("w"):
        return None
    return None if following.letter == "n" and fragment.tokens[at].is_("before") else []


def in_time(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Beginning and end are of what has a time: a picture has none."""
    if fragment.tokens[at].text == "over" and fragment.has("heal"):
        return []
    over = fragment.tokens[at].text == "over" and (not at or fragment.tokens[at - 1].text not in _ENDING)
    return None if over or about.facts("box") else []


def near(fragment: Fragment, at: int, about: About) -> Facts | None:
    """How near a number, a time or a number of things is meant; it bounds what follows."""
    following = next((t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near", "at")), None)
    place = next((n for n in range(at + 1, len(fragment.tokens)) if fragment.tokens[n] is following), -1)
    if (
        fragment.tokens[at].is_("high", "low")
        and place in fragment.amounts
        and is_expected(Said(fragment, place, about))
    ):
        return None  # "below the 71 MB that were expected" is a side
    if fragment.tokens[at].text in ("about", "around") and (following is None or not following.letter):
        return []
    return (
        []
        if following is not None
        and (following.letter in "ndw" and following.letter or following.is_("equal", "once", "one"))
        else None
    )


def moment(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "At that hour", never "for hours"."""
    if fragment.has("false alarm"):
        return rate_told(fragment, about.evidence)
    before = fragment.tokens[at - 1].text if at else ""
    return [] if before in ("the", "that", "this", "same", "very", "which", "what") else None


def long_lasting(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Forty seconds long", "one long silence": of what lasts; of a place it is a shape."""
    return None if about.facts("box") else []


def than(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Than expected"; what is more so than another finding is told by `order` only."""
    following = next_token(fragment, at)
    other = following is not None and following.is_("finding", "findings", "r", "c", "other", "kind")
    placed = following is not None and following.is_("one") and fragment.has("place")
    return None if other or placed else []
