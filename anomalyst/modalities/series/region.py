"""Where a finding of a series lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Finding, Region

SeriesKind = Literal[
    "spike", "dip", "level shift", "drift", "flat line", "change of period", "noisy stretch", "quiet stretch",
    "missing data", "gap", "lost coupling", "wrong hour", "unusual pattern",
]  # fmt: skip


class SeriesRegion(Region):
    """Rows [start, stop) and the channels to blame, largest share first."""

    kind: Literal["series"] = "series"
    start: int
    stop: int
    channels: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The channels to blame."""
        return self.channels

    def meets(self, first: int, last: int) -> bool:
        """Whether it holds one of these rows, counted from 0."""
        return self.start <= last and first < self.stop


def row_region(finding: Finding) -> SeriesRegion:
    """Where a series' finding lies."""
    if not isinstance(finding.region, SeriesRegion):
        raise TypeError(f"a series' finding needs a SeriesRegion, got {finding.region!r}")
    return finding.region
