"""Scores of normal rows as if they had been held out, from their scale too.

The scale of each column is learned from all normal rows. A row that was among them lies a little nearer to the others
than a new one will: by one part in n of a squared distance, which is much where distances are sums over hundreds of
columns, and hardly differ. So where rows are few, those of each fold are judged on the scale that the others give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.contract import Rule
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.space.encode import Encoder
from anomalyst.modalities.table.space.rows import RowBank

FOLDS = 20
FEW = 2_000  # rows; of more, one in n is nothing


def held_out(table: TableSample, bank: RowBank, rules: Sequence[Rule], seed: int) -> list[NDArray[np.float64]]:
    """Scores (n,) by each rule of the rows of a table that are all stored in a bank, in its order."""
    count = len(table.values)
    if count > FEW:
        return [found.double().numpy() for found in bank.scores(rules, bank.vectors, held_out=True)]
    scores = [np.empty(count) for _ in rules]
    order = np.random.default_rng(seed).permutation(count)
    for fold in np.array_split(order, min(FOLDS, count)):
        others = replace(table, values=np.delete(table.values, fold, axis=0))
        encoder = Encoder.fit(others)
        vectors = torch.from_numpy(encoder.vectors(table))
        there = replace(bank, vectors=vectors, owner=torch.from_numpy(encoder.owner))
        for kept, found in zip(scores, there.of_its_own(rules, torch.from_numpy(fold)), strict=True):
            kept[fold] = found.double().numpy()
    return scores
