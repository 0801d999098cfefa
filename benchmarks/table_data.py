"""Tables with labels: the ADBench sets, split as they are judged semi-supervised.

Half of the normal rows are learned from; the others and all anomalies are judged. Of large sets at most MOST rows are
learned from and as many judged, drawn at random, no fewer than FEWEST anomalies among them. Sets belong to a half by
the hash of their name: what was chosen was chosen on "dev", and "test" was looked at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HALVES = ("dev", "test")
MOST, FEWEST = 5_000, 30


@dataclass(frozen=True)
class TableSet:
    """One data set by its file."""

    path: Path

    @property
    def name(self) -> str:
        """Its name, as "38_thyroid"."""
        return self.path.stem

    @property
    def half(self) -> str:
        """Where it belongs."""
        told = f"{self.path.parent.name}/{self.path.name}".encode()
        return HALVES[int(hashlib.sha256(told).hexdigest(), 16) % 2]

    def split(self, seed: int) -> TableCase:
        """What is learned from and what is judged."""
        with np.load(self.path, allow_pickle=False) as held:
            values, labels = held["X"].astype(np.float64), held["y"].ravel() > 0
        rng = np.random.default_rng(seed)
        normal, odd = np.flatnonzero(~labels), np.flatnonzero(labels)
        rng.shuffle(normal)
        learned, judged = normal[: len(normal) // 2][:MOST], np.concatenate([normal[len(normal) // 2 :], odd])
        if len(judged) > MOST:
            kept = max(FEWEST, round(MOST * len(odd) / len(judged)))
            some = rng.permutation(odd)[:kept]
            judged = np.concatenate([normal[len(normal) // 2 :][: MOST - len(some)], some])
        return TableCase(values[learned], values[judged], labels[judged])


@dataclass(frozen=True)
class TableCase:
    """Normal rows `learned` (n, C), rows `judged` (m, C), which of these are abnormal: `labels` (m,)."""

    learned: NDArray[np.float64]
    judged: NDArray[np.float64]
    labels: NDArray[np.bool_]


def table_sets(data: Path, half: str = "all") -> Iterator[TableSet]:
    """All sets of a folder, or one half of them."""
    for path in sorted((data / "tabular").glob("*/*.npz")):
        found = TableSet(path)
        if half in ("all", found.half):
            yield found
