"""Why a row is abnormal: the fewest columns whose replacement makes it normal, and what each has to do with its score.

Of the closed-form density the information of a column is exact: distances of rows are sums over columns, so the score
of a row without one is that of the same formula over sums that lack it.

    C ← the column without which the score is lowest, given those taken before
    x̂ ← x with C as in the normal row that is nearest in all other columns
    until p(x̂) is normal, or MOST are taken
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    columns = parts.shape[1]
    taken: list[int] = []
    left, first = parts.sum(1), None
    while len(taken) < min(most, columns):
        without = _scores(bank, left[:, None] - parts)
        first = without if first is None else first
        without[taken] = torch.inf
        taken.append(int(without.argmin()))
        left = (left - parts[:, taken[-1]]).clamp_min(0)
        source = int(left.argmin())
        if healed := is_normal(_healed(bank, query, taken, source)):
            break
    changed = np.zeros(columns, dtype=bool)
    changed[taken] = True
    usual = left.topk(min(USUAL, len(left)), largest=False).indices.numpy()
    whole = float(_scores(bank, parts.sum(1)[:, None])[0])
    assert first is not None
    return Blame(changed, source, _shares(whole - first.double().numpy(), taken), usual, healed)


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


def _healed(bank: RowBank, query: Tensor, taken: list[int], source: int) -> float:
    """The score of the row with what was taken as in the stored row `source`."""
    replaced = torch.isin(bank.owner, torch.tensor(taken))
    healed = torch.where(replaced, bank.vectors[source], query)
    return float(bank.scores(("density",), healed[None])[0][0])


def _shares(drops: NDArray[np.float64], taken: list[int]) -> NDArray[np.float64]:
    """By how much the score falls without each column alone, as shares. A column that hides behind another, so that
    neither alone makes it fall, counts as much as the least of those that were taken."""
    drops = np.maximum(drops, 0)
    drops[taken] = np.maximum(drops[taken], np.sort(drops)[-len(taken)])
    total = drops.sum()
    if total > 0:
        return np.asarray(drops / total)
    shares = np.zeros(len(drops))
    shares[taken] = 1 / len(taken)
    return shares
