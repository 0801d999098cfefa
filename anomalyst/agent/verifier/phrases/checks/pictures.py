"""A finding against the edges of its picture, and how large that is."""

from __future__ import annotations

import re
from typing import NamedTuple

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched
from anomalyst.evidence.facts import Evidence, Fact

_SIZE = re.compile(r"(\d+) × (\d+) pixels")
_NEARLY = 0.9  # of the width of a picture
_BOX = re.compile(r"x (\d+)[–-](\d+), y (\d+)[–-](\d+)")


class _Framed(NamedTuple):
    """A finding in its picture: (width, height), (left, right, top, bottom), and the facts that say so."""

    size: tuple[int, ...]
    box: tuple[int, ...]
    facts: tuple[Fact, Fact]


def _framed(said: Matched) -> _Framed | None:
    return _frame(said.evidence, next(iter(said.facts("box")), None))


def spans_picture(evidence: Evidence, box: Fact, wide: bool) -> bool:
    """Whether a finding reaches over nearly the whole width, or height, of its picture."""
    framed = _frame(evidence, box)
    if framed is None:
        return False
    (width, height), (left, right, top, bottom) = framed.size, framed.box
    return (right - left >= _NEARLY * width) if wide else (bottom - top >= _NEARLY * height)


def _frame(evidence: Evidence, box: Fact | None) -> _Framed | None:
    """None where either is not known."""
    size = next(iter(evidence.about("sample", "sample_size")), None)
    if size is None or box is None:
        return None
    told, edges = _SIZE.match(str(size.value)), _BOX.match(str(box.value))
    if told is None or edges is None:
        return None
    return _Framed(tuple(map(int, told.groups())), tuple(map(int, edges.groups())), (size, box))


def at_edge(said: Matched) -> Judged:
    """ "Reaches down to the lower edge of the picture"."""
    framed = _framed(said)
    if framed is None:
        return UNKNOWN
    (width, height), (left, right, top, bottom) = framed.size, framed.box
    lower = bottom >= height - 1
    there = {"left": left == 0, "upper": top == 0, "top": top == 0, "right": right >= width - 1,
             "lower": lower, "bottom": lower}  # fmt: skip
    return Judged(there.get(said.group("side")), framed.facts)


def full_width(said: Matched) -> Judged:
    """ "Across the whole width of the picture"."""
    framed = _framed(said)
    if framed is None:
        return UNKNOWN
    return Judged(framed.box[0] == 0 and framed.box[1] >= framed.size[0] - 1, framed.facts)


def picture_size(said: Matched) -> Judged:
    """ "300 pixels wide and as many tall"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    if size is None or told is None or any(a.unit not in ("", "pixels") for a in said.amounts):
        return UNKNOWN
    values = [a.value for a in said.amounts]
    return Judged((values * 2)[:2] == [float(told[1]), float(told[2])], (size,))


def tone(said: Matched) -> Judged:
    """ "the dark patch": the only finding there is, and it is darker."""
    facts = said.facts("direction")
    words = {"brighter": 1, "darker": -1}
    if len(said.findings) != 1 or not facts or str(facts[0].value) not in words:
        return UNKNOWN
    return Judged(words[str(facts[0].value)] == said.way, (facts[0],))


CHECKS = {
    "tone": tone,
    "at-edge": at_edge,
    "full-width": full_width,
    "picture-size": picture_size,
}
