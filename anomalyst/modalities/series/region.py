"""Where a finding of a series lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Region

SeriesKind = Literal[
    "spike", "dip", "level shift", "drift", "flat line", "change of period", "change of variance",
    "missing data", "unusual pattern",
]  # fmt: skip


class SeriesRegion(Region):
    """Rows [start, stop) and the channels to blame, largest share first."""

    kind: Literal["series"] = "series"
    start: int
    stop: int
    channels: tuple[str, ...] = ()
