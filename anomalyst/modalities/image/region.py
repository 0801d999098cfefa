"""Where a finding of an image lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Region

ImageKind = Literal["brighter", "darker", "colour shift", "texture change", "missing part", "extra part"]  # fmt: skip


class ImageRegion(Region):
    """Box in pixels, half open: x in [x0, x1), y in [y0, y1); the mask itself is kept with the arrays."""

    kind: Literal["image"] = "image"
    x0: int
    y0: int
    x1: int
    y1: int
