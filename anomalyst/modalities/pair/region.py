"""Where a finding of an image with its text lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Region

PairKind = Literal["unsupported words", "unrelated text"]  # fmt: skip


class PairRegion(Region):
    """Characters [start, stop) of the text, and the box in the image that speaks against them, half open, pixels."""

    kind: Literal["pair"] = "pair"
    start: int
    stop: int
    x0: int
    y0: int
    x1: int
    y1: int
