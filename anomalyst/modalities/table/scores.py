"""What a score map of a table holds besides its rows: which columns are to blame, and what is usual in their place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class TableScores:
    """`cells` (rows, columns): the share of each column in a row's score, summing to 1; `told` (K,): the rows that were
    looked at one by one, the worst first; of these `changed` (K, columns): which columns make the row normal once they
    are replaced; `usual` (K, U, columns): values of the normal rows that are most like it in the other columns, NaN
    where there are fewer; `unseen` (K, columns): words that no normal row holds."""

    cells: NDArray[np.float32]
    told: NDArray[np.int64]
    changed: NDArray[np.bool_]
    usual: NDArray[np.float64]
    unseen: NDArray[np.bool_]

    def place(self, row: int) -> int | None:
        """Where a row stands among those that were looked at; None where it was not."""
        found = np.flatnonzero(self.told == row)
        return int(found[0]) if found.size else None


def table_scores(score_map: ScoreMap) -> TableScores | None:
    """What the map holds of columns; None where its detector does not tell."""
    return score_map.detail if isinstance(score_map.detail, TableScores) else None


def blamed(score_map: ScoreMap, row: int) -> list[int]:
    """The columns to blame for a row, largest share first: those that make it normal once replaced, else the one with
    the largest share."""
    detail = table_scores(score_map)
    if detail is None:
        return []
    shares, place = detail.cells[row], detail.place(row)
    changed = np.flatnonzero(detail.changed[place]) if place is not None else np.empty(0, dtype=np.int64)
    found = changed if changed.size else np.array([int(np.argmax(shares))])
    return [int(column) for column in found[np.argsort(-shares[found], kind="stable")]]
