"""A row as a vector: each column on a scale of its own, learned from normal rows, so that no column outweighs another.

A number x becomes 2 asinh(z / 2) of z = (x − mean) / deviation: z near the middle, its logarithm in the tails, so that
one wild value of a heavy tail neither hides the others nor counts without bound, and what lies beyond everything seen
still lies further out. (Ranks in its place lose accuracy: docs/benchmarks.md.) A word of a category is a corner of a
simplex whose corners lie as far apart as two random numbers of a column do; one that no normal row has lies further
off, and so does a missing value where normal rows have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.table.sample import Column, TableSample

Floats = NDArray[np.float64]
KNEE = 2.0  # deviations, where a number's scale bends
ROUNDING = 1e-12  # of a number's mean, which its spread must exceed
UNSEEN = 5.0  # deviations from all normal rows of what none of them holds, at least
LEAST_SPREAD = 0.05  # of a category's or an indicator's variance, below which it is not made larger
MOST_WORDS = 64  # of a category that have a corner of their own; rarer ones share one
FURTHEST = 1e12  # deviations: more is not told apart


class Coder(Protocol):
    """One column."""

    @property
    def width(self) -> int:
        """How many coordinates it takes."""
        ...

    def vectors(self, values: Floats, levels: Sequence[str]) -> Floats:
        """Values (N,) as coordinates (N, width); `levels`: the words that they count, of a category."""
        ...

    def unseen(self, values: Floats, levels: Sequence[str]) -> NDArray[np.bool_]:
        """Which values (N,) are words that no normal row holds."""
        ...

    def state(self) -> dict[str, Any]:
        """What it learned, as JSON values and arrays."""
        ...


@dataclass(frozen=True)
class NumberCoder:
    """`mean`, `spread`: of normal values, the spread 0 where they are all alike; `missing`: where a missing value lies
    on an axis of its own, on which 0 is one that is there."""

    mean: float
    spread: float
    missing: float

    width: int = 2

    @classmethod
    def fit(cls, values: Floats) -> NumberCoder:
        """From normal values (N,), NaN where missing."""
        held = values[np.isfinite(values)]
        absent = indicator(1 - held.size / max(1, values.size))
        if not held.size:
            return cls(0.0, 0.0, absent)
        power = 2.0 ** np.ceil(np.log2(max(float(np.abs(held).max()), 1e-300)))  # squares of the largest overflow
        mean, spread = float((held / power).mean() * power), float((held / power).std() * power)
        alike = held.min() == held.max() or not spread > abs(mean) * ROUNDING
        return cls(float(held[0]) if alike else mean, 0.0 if alike else spread, absent)

    def vectors(self, values: Floats, levels: Sequence[str] = ()) -> Floats:
        """Values (N,) as heights, and whether they are there."""
        there = np.isfinite(values)
        off = np.where(there, values, self.mean) - self.mean
        if self.spread:
            heights = KNEE * np.arcsinh(np.clip(off / self.spread, -FURTHEST, FURTHEST) / KNEE)
        else:  # no other value was ever seen: how far off another one is, only its own size tells
            size = np.abs(off) / max(abs(self.mean), 1e-12)
            heights = np.sign(off) * (UNSEEN + np.log1p(np.minimum(size, FURTHEST)))
        return np.column_stack([heights, np.where(there, 0.0, self.missing)])

    def unseen(self, values: Floats, levels: Sequence[str]) -> NDArray[np.bool_]:
        """None is a word."""
        return np.zeros(len(values), dtype=bool)

    def state(self) -> dict[str, Any]:
        """What it learned."""
        return {"head": np.array([self.mean, self.spread, self.missing])}


@dataclass(frozen=True)
class WordCoder:
    """`words`: those that have a corner each, most frequent first; `rare`: others that normal rows hold; `weight`: how
    far a corner is from the middle; `missing`: as of a number."""

    words: tuple[str, ...]
    rare: tuple[str, ...]
    weight: float
    missing: float

    @property
    def width(self) -> int:
        """A coordinate for each word, one for all rare ones, one for unseen ones, one for missing ones."""
        return len(self.words) + 3

    @classmethod
    def fit(cls, values: Floats, levels: Sequence[str]) -> WordCoder:
        """From normal places (N,) among the words `levels`, NaN where missing."""
        held = values[np.isfinite(values)].astype(np.int64)
        counts = np.bincount(held, minlength=len(levels))
        order = [int(k) for k in np.argsort(-counts, kind="stable") if counts[k]]
        shares = counts[order] / max(1, held.size)
        apart = float(1 - (shares**2).sum())  # how often two normal rows differ
        words = tuple(levels[k] for k in order[:MOST_WORDS])
        rare = tuple(levels[k] for k in order[MOST_WORDS:])
        return cls(words, rare, 1 / np.sqrt(max(apart, LEAST_SPREAD)), indicator(1 - held.size / max(1, values.size)))

    def vectors(self, values: Floats, levels: Sequence[str]) -> Floats:
        """Places (N,) among `levels` as corners."""
        places = {word: place for place, word in enumerate(self.words)}
        places |= dict.fromkeys(self.rare, len(self.words))
        of_level = np.array([places.get(word, len(self.words) + 1) for word in levels] + [len(self.words) + 2])
        corner = of_level[np.where(np.isfinite(values), values, len(levels)).astype(np.int64)]
        heights = np.full(self.width, self.weight)
        heights[-2:] = max(UNSEEN, self.weight), self.missing
        found: Floats = np.zeros((len(values), self.width))
        found[np.arange(len(values)), corner] = heights[corner]
        return found

    def unseen(self, values: Floats, levels: Sequence[str]) -> NDArray[np.bool_]:
        """Which words are new."""
        known = {*self.words, *self.rare}
        new = np.array([*(word not in known for word in levels), False])
        return np.asarray(new[np.where(np.isfinite(values), values, len(levels)).astype(np.int64)])

    def state(self) -> dict[str, Any]:
        """What it learned."""
        return {"words": list(self.words), "rare": list(self.rare), "head": np.array([self.weight, self.missing])}


def indicator(share: float) -> float:
    """How far off a property lies that a share of normal rows has: as of a column of variance 1."""
    variance = share * (1 - share)
    return UNSEEN if variance <= 0 else min(UNSEEN, 1 / float(np.sqrt(max(variance, LEAST_SPREAD))))


@dataclass(frozen=True)
class Encoder:
    """All columns. `names`, `kinds`: of the columns, in their order."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    coders: tuple[Coder, ...]

    @classmethod
    def fit(cls, table: TableSample) -> Encoder:
        """From normal rows."""
        coders = tuple(_fitted(column, table.values[:, place]) for place, column in enumerate(table.columns))
        return cls(table.names, tuple(column.kind for column in table.columns), coders)

    @property
    def owner(self) -> NDArray[np.int64]:
        """Of each coordinate (d,) the number of its column."""
        return np.repeat(np.arange(len(self.coders)), [coder.width for coder in self.coders])

    def vectors(self, table: TableSample) -> NDArray[np.float32]:
        """Rows as vectors (N, d)."""
        parts = [
            coder.vectors(table.values[:, place], column.levels)
            for place, (coder, column) in enumerate(zip(self.coders, table.columns, strict=True))
        ]
        return np.concatenate(parts, axis=1).astype(np.float32)

    def unseen(self, table: TableSample, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which cells of some rows (K, columns) hold words that no normal row holds."""
        each = zip(self.coders, table.columns, strict=True)
        return np.column_stack([coder.unseen(table.values[rows, k], c.levels) for k, (coder, c) in enumerate(each)])


def _fitted(column: Column, values: Floats) -> Coder:
    if column.kind == "category":
        return WordCoder.fit(values, column.levels)
    return NumberCoder.fit(values)
