"""Where a finding of a table lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Finding, Region

TableKind = Literal["outlying value", "unusual value", "unseen category", "unusual category", "missing data"]
MOST_ROWS = 1_000  # that a region names; its mask holds all


class TableRegion(Region):
    """Rows, counted from 0, that are abnormal for the same reason, the most abnormal first, and the columns to blame,
    largest share first. `count`: how many rows there are; of very many only the first are named."""

    kind: Literal["table"] = "table"
    rows: tuple[int, ...]
    count: int
    columns: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The columns to blame."""
        return self.columns

    def meets(self, first: int, last: int) -> bool | None:
        """Whether it holds one of these rows, counted from 1; None where only another part of its rows is named."""
        named = any(first <= row + 1 <= last for row in self.rows)
        return None if not named and self.count > len(self.rows) else named


def row_region(finding: Finding) -> TableRegion:
    """Where a table's finding lies."""
    if not isinstance(finding.region, TableRegion):
        raise TypeError(f"a table's finding needs a TableRegion, got {finding.region!r}")
    return finding.region
