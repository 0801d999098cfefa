"""Why a row is abnormal: the fewest columns whose replacement makes it normal, and what each has to do with its score.

Of the closed-form density the information of a column is exact: distances of rows are sums over columns, so the score
of a row without one is that of the same formula over sums that lack it.

    C ← the column without which the score is lowest, given those taken before
    x̂ ← x with C as in the normal row that is nearest in all other columns
    until p(x̂) is normal, or MOST are taken
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.empirical import soft_distance
from anomalyst.modalities.table.space.rows import NEAR, RowBank
from anomalyst.stopping import check_stop

MOST = 5  # columns taken for one row
USUAL = 32  # normal rows that show what is usual in their place
WORK = 2_000_000_000  # coordinates compared for all rows of a table that are looked at one by one
MOST_ROWS = 200


@dataclass(frozen=True)
class Blame:
    """`changed` (C,): the columns that make the row normal; `source`: the stored row that they are taken from; `shares`
    (C,): of the score, summing to 1; `usual` (U,): the stored rows most like it in the other columns; `healed`: whether
    it is normal with them."""

    changed: NDArray[np.bool_]
    source: int
    shares: NDArray[np.float64]
    usual: NDArray[np.int64]
    healed: bool


def looked_at(count: int, bank: RowBank) -> int:
    """How many rows of `count` can be looked at one by one."""
    return min(count, MOST_ROWS, max(8, WORK // bank.vectors.numel()))


def blame(bank: RowBank, query: Tensor, is_normal: Callable[[float], bool], most: int = MOST) -> Blame:
    """Of one row (d,). `is_normal`: whether a score of density is."""
    check_stop()
    parts = _parts(bank, query)
    order: list[int] = []
    drops, left = np.empty(0), parts.sum(1)
    found: Blame | None = None
    for number in range(min(most, parts.shape[1])):
        without = _scores(bank, left[:, None] - parts)
        drops = drops if number else float(_scores(bank, left[:, None])[0]) - without.double().numpy()
        without[order] = torch.inf
        order.append(int(without.argmin()))
        left = (left - parts[:, order[-1]]).clamp_min(0)
        if found is None or not found.healed:
            found = _replaced(bank, query, order, left, is_normal)
    assert found is not None
    return replace(found, shares=_shares(drops, order))


def _replaced(
    bank: RowBank, query: Tensor, taken: Sequence[int], left: Tensor, is_normal: Callable[[float], bool]
) -> Blame:
    """The row with the columns that were taken as in the nearest normal row, by the squared distances `left` (M,)."""
    source, columns = int(left.argmin()), int(bank.owner[-1]) + 1
    swapped = torch.isin(bank.owner, torch.tensor(taken))
    healed = torch.where(swapped, bank.vectors[source], query)
    changed = np.isin(np.arange(columns), taken)
    usual = left.topk(min(USUAL, len(left)), largest=False).indices.numpy()
    score = float(bank.scores(("density",), healed[None])[0][0])
    return Blame(changed, source, np.zeros(columns), usual, is_normal(score))


def _parts(bank: RowBank, query: Tensor) -> Tensor:
    """Squared distances to all stored rows, column by column: (M, C)."""
    squares = (bank.vectors - query).square_()
    if len(bank.owner) == int(bank.owner[-1]) + 1:
        return squares
    sums = squares.new_zeros((len(squares), int(bank.owner[-1]) + 1))
    return sums.index_add_(1, bank.owner, squares)


def _scores(bank: RowBank, squared: Tensor) -> Tensor:
    """The density's score by squared distances (M, C) to all stored rows, of each of C: (C,)."""
    near = squared.T.clamp_min(0).topk(min(NEAR, len(squared)), largest=False).values
    return torch.stack([soft_distance(near, s) for s in bank.sigmas.tolist()]).mean(0)


def _shares(drops: NDArray[np.float64], order: Sequence[int]) -> NDArray[np.float64]:
    """By how much the score falls without each column alone (C,), as shares. A column may hide behind another, so that
    the score falls only without both: those in `order` count no less than any behind them."""
    shares = np.maximum(drops, 0)
    least = 0.0
    for column in [*set(range(len(drops))) - set(order), *reversed(order)]:
        behind = least if column in order else 0.0
        shares[column] = max(shares[column], behind)
        least = max(least, float(shares[column]))
    total = shares.sum()
    return np.asarray(shares / total) if total > 0 else np.full(len(drops), 1 / len(drops))
