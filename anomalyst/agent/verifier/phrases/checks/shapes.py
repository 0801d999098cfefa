"""The box around a finding in a picture: from where to where, how wide, how tall; and what its outline is like."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched
from anomalyst.agent.verifier.readings import shape_said
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key

_BOX = re.compile(r"x (\d+)[–-](\d+), y (\d+)[–-](\d+)")
_PIXELS = ("", "pixels")


def _box(said: Matched) -> tuple[tuple[int, int, int, int], Fact] | None:
    fact = next(iter(said.facts("box")), None)
    found = _BOX.fullmatch(str(fact.value)) if fact is not None else None
    if found is None or fact is None:
        return None
    left, right, top, bottom = (int(part) for part in found.groups())
    return (left, right, top, bottom), fact


def _sizes(box: tuple[int, int, int, int]) -> tuple[float, float]:
    """Width and height in pixels."""
    return box[1] - box[0] + 1.0, box[3] - box[2] + 1.0


def box_edges(said: Matched) -> Judged:
    """ "from 10 to 36 across", "from 29 to 45 downwards"."""
    found = _box(said)
    if found is None or any(a.unit not in _PIXELS for a in said.amounts):
        return UNKNOWN
    edges = found[0][:2] if said.group("across") else found[0][2:]
    return Judged([a.value for a in said.amounts] == list(edges), (found[1],))


def box_all(said: Matched) -> Judged:
    """ "a box from x 10 to 36 and y 29 to 45"."""
    found = _box(said)
    if found is None or any(a.unit not in _PIXELS for a in said.amounts):
        return UNKNOWN
    return Judged([a.value for a in said.amounts] == list(found[0]), (found[1],))


def box_is(said: Matched) -> Judged:
    """ "its box is x 12–40, y 30–66": as it is printed."""
    facts = said.facts("box")
    told = [str(said.where.meaning(mark)) for mark in re.findall(r"«t\d+»", said.text)]
    hits = [f for f in facts if key(str(f.value)) == key(told[-1])]
    return Judged(True, tuple(hits)) if hits else UNKNOWN


def box_shape(said: Matched) -> Judged:
    """ "wider than tall", "three times as tall as wide"."""
    found = _box(said)
    if found is None:
        return UNKNOWN
    wide, tall = _sizes(found[0])
    ratio = wide / tall if said.group("wide") else tall / wide
    if not said.amounts:
        return said.judged(ratio > 1, found[1])
    amount = said.amounts[0]
    holds = amount.unit == "times" and (amount.is_(ratio) or amount.is_(_outer(found[0], said)))
    return Judged(holds, (found[1],), () if holds else (amount,))


def _outer(box: tuple[int, int, int, int], said: Matched) -> float:
    """The ratio by edge minus edge, as people count."""
    wide, tall = max(box[1] - box[0], 1), max(box[3] - box[2], 1)
    return wide / tall if said.group("wide") else tall / wide


def box_size(said: Matched) -> Judged:
    """ "96 pixels wide", "74 pixels tall": with or without the last one."""
    found = _box(said)
    if found is None or said.amounts[0].unit not in _PIXELS:
        return UNKNOWN
    size = _sizes(found[0])[0 if said.group("wide") else 1]
    holds = said.amounts[0].is_(size) or said.amounts[0].is_(size - 1)
    return Judged(holds, (found[1],), () if holds else (said.amounts[0],))


def shape(said: Matched) -> Judged:
    """ "R1 is scratch-like", "it is small and round"."""
    facts = said.facts("shape")
    told = shape_said(said.text)
    return said.judged(all(f.value == told for f in facts), *facts[:1]) if facts else UNKNOWN


CHECKS = {
    "shape": shape,
    "box-edges": box_edges,
    "box-all": box_all,
    "box-is": box_is,
    "box-shape": box_shape,
    "box-size": box_size,
}
