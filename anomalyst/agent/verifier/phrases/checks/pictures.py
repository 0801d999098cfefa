"""A finding against the edges of its picture, and how large that is."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched

_SIZE = re.compile(r"(\d+) × (\d+) pixels")
_BOX = re.compile(r"x (\d+)[–-](\d+), y (\d+)[–-](\d+)")


def at_edge(said: Matched) -> Judged:
    """ "Reaches down to the lower edge of the picture"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    box = next(iter(said.facts("box")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    edges = _BOX.match(str(box.value)) if box is not None else None
    if size is None or box is None or told is None or edges is None:
        return UNKNOWN
    left, right, top, bottom = (int(edge) for edge in edges.groups())
    there = {"left": left == 0, "upper": top == 0, "top": top == 0,
             "right": right >= int(told[1]) - 1, "lower": bottom >= int(told[2]) - 1}  # fmt: skip
    return Judged(there.get({"bottom": "lower"}.get(said.group("side"), said.group("side"))), (size, box))


def full_width(said: Matched) -> Judged:
    """ "Across the whole width of the picture"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    box = next(iter(said.facts("box")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    edges = _BOX.match(str(box.value)) if box is not None else None
    if size is None or box is None or told is None or edges is None:
        return UNKNOWN
    return Judged(int(edges[1]) == 0 and int(edges[2]) >= int(told[1]) - 1, (size, box))


def picture_size(said: Matched) -> Judged:
    """ "300 pixels wide and as many tall"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    if size is None or told is None or any(a.unit not in ("", "pixels") for a in said.amounts):
        return UNKNOWN
    values = [a.value for a in said.amounts]
    return Judged((values * 2)[:2] == [float(told[1]), float(told[2])], (size,))


CHECKS = {
    "at-edge": at_edge,
    "full-width": full_width,
    "picture-size": picture_size,
}
