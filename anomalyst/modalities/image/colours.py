"""What a colour is called, in a closed set of plain words, from its mean red, green and blue."""

from __future__ import annotations

import colorsys

from anomalyst.evidence.facts import Evidence, FactKind

COLOURS = ("red", "green", "blue")
BLACK, WHITE, GREY = 0.15, 0.85, 0.2  # value below and above which, and saturation below which, no hue is seen
DARK = 0.6  # value below which orange is brown
HUES = (
    (15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (255, "blue"), (320, "purple"), (345, "pink"),
    (360, "red"),
)  # fmt: skip
"""Degrees of hue up to which a colour has its name."""
NAMES = ("black", "grey", "white", "brown", *dict.fromkeys(name for _, name in HUES))


def colour_name(red: float, green: float, blue: float) -> str:
    """The name of a colour whose parts lie in [0, 1]."""
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < BLACK:
        return "black"
    if saturation < GREY:
        return "white" if value > WHITE else "grey"
    name = next(name for limit, name in HUES if 360 * hue <= limit)
    return "brown" if name == "orange" and value < DARK else name


def appearance(evidence: Evidence, region: str, kind: FactKind) -> str:
    """The name of the colour that was `observed` or `expected` in a finding; "" where it is not known."""
    parts = {fact.qualifier: float(fact.value) / 100 for fact in evidence.about(region, kind)}
    if not all(colour in parts for colour in COLOURS):
        return ""
    return colour_name(*(min(1.0, max(0.0, parts[colour])) for colour in COLOURS))
