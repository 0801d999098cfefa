"""Where a finding of a clip lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Finding, Model, Region

VideoKind = Literal[
    "fast motion", "unusual direction", "motion out of place", "unusual size", "unusual motion", "unusual appearance",
]  # fmt: skip
MOST_BOXES = 400  # of a track


class TimedBox(Model):
    """A box at a step: x in [x0, x1), y in [y0, y1), in pixels of a frame."""

    step: int
    x0: int
    y0: int
    x1: int
    y1: int


class VideoRegion(Region):
    """Steps [start, stop), the step at which it is most abnormal, and a box that moves: one each time it does, rising;
    of a long finding evenly spaced ones."""

    kind: Literal["video"] = "video"
    start: int
    stop: int
    peak: int
    track: tuple[TimedBox, ...]

    def box(self, step: int) -> TimedBox:
        """The box at a step, or the nearest one."""
        return min(self.track, key=lambda box: abs(box.step - step))


def clip_region(finding: Finding) -> VideoRegion:
    """Where a clip's finding lies."""
    if not isinstance(finding.region, VideoRegion):
        raise TypeError(f"a clip's finding needs a VideoRegion, got {finding.region!r}")
    return finding.region
