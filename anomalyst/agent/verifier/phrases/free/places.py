"""Where a finding lies, in its picture or its recording, and what these are called."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.checks.pictures import spans_picture
from anomalyst.agent.verifier.phrases.checks.times import span_of
from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.readings import place_key
from anomalyst.modalities.registry import modality

_PLACES = {"low down": "lower", "high up": "upper", "heart": "centre", "leftmost": "left", "rightmost": "right"}


def place(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Every word of the place is one of its place."""
    words = [_PLACES.get(t.text, t.text) for t in fragment.tokens if t.is_("place", "middle")] + list(about.told.places)
    said = place_key(" ".join(words))
    facts = about.facts("place")
    if not said or not facts or len(facts) != len(about.regions):
        return None
    cornered = any("corner" in t.text for t in fragment.tokens if t.is_("place"))
    for fact in facts:
        actual = place_key(str(fact.value))
        centred = said & {"centre", "middle"} and actual != said
        if (
            not said <= actual
            or (centred and len(actual) > len(said))
            or (cornered and not (actual & {"upper", "lower"} and actual & {"left", "right"}))
        ):
            return None
    return facts


def series_place(word: str) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if word == "middle" and about.facts("box"):
            return place(fragment, at, about)
        facts = about.facts("place")
        return facts if facts and all(str(f.value).removeprefix("in the ") == word for f in facts) else None

    return check


def until_end(start: bool) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        whole = span_of(about.evidence)
        facts = about.facts("start" if start else "end")
        edge = None if whole is None else whole[0] if start else whole[1]
        return (
            facts
            if edge is not None and facts and all(str(f.value)[:16] == edge.isoformat(" ")[:16] for f in facts)
            else None
        )

    return check


def sample(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The sample, by a word for such things: a recording is no picture."""
    token = fragment.tokens[at]
    if token.is_("any sample"):
        return []
    own = "picture" if modality(about.evidence.modality).told.places == "plane" else "series"
    return [] if token.is_(own) else None


def long(length: float) -> Check:
    """ "The fortnight", of a recording of about that length."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        whole = span_of(about.evidence)
        days = (whole[1] - whole[0]).total_seconds() / 86400 if whole is not None else 0.0
        return [] if abs(days - length) <= 0.15 * length else None

    return check


def wide(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("box")
    return facts if facts and spans_picture(about.evidence, facts[0], fragment.tokens[at].is_("full width")) else None


def extent(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Forty pixels tall": of what has a box, and told in numbers or as all of the picture's."""
    told = any(a.unit for a in fragment.amounts.values()) or fragment.has("full width", "full height", "picture")
    return [] if about.facts("box") and told else None


def shaped(upright: bool) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = about.facts("box")
        found = [re.fullmatch(r"x (\d+)–(\d+), y (\d+)–(\d+)", str(f.value)) for f in facts]
        sizes = [(int(m[2]) - int(m[1]), int(m[4]) - int(m[3])) for m in found if m]
        return (
            facts
            if sizes and all((high > 1.5 * wide) if upright else (wide > 1.5 * high) for wide, high in sizes)
            else None
        )

    return check
