"""Hidden anomalies in normal series: the blocks of time that the others explain worst are cut out before learning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.effort import least_suspect
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.grid import MIN_ROWS, to_grid
from anomalyst.modalities.series.space.model import LENGTHS, learn
from anomalyst.modalities.series.space.scores import Store

BANK = 500  # windows stored per length, only to find what is cut out


def trimmed(
    normals: Sequence[SeriesSample], share: float, rule: Rule, lengths: Sequence[int] | None, timed: bool
) -> list[SeriesSample]:
    """What is left of normal series, as stretches, once the `share` of their blocks with the highest score is cut out.

    A block is as long as the longest window and scored by windows clear of it; its highest row counts.
    """
    grids = [to_grid(sample) for sample in normals]
    model = learn(grids, lengths or LENGTHS, Store(BANK), changes=False)
    _, found = model.held_out(rule, timed)
    blocks = [b for piece in model.pieces for b in _blocks(piece, model.longest)]
    kept = least_suspect([float(found.rows[a:b].max()) for a, b in blocks], share)
    clean = np.zeros(len(found.rows), dtype=bool)
    for k in kept:
        clean[slice(*blocks[k])] = True
    parts = []
    for sample, grid, (start, _) in zip(normals, grids, model.pieces, strict=True):
        rows = clean[start + grid.rows]
        for a, b in runs(rows):
            parts.append(sample.part(a, b))
    return [p for p in parts if len(p.values) >= MIN_ROWS and np.isfinite(p.values).any()]


def _blocks(piece: tuple[int, int], length: int) -> list[tuple[int, int]]:
    """A piece in blocks of `length` steps, the last one longer, so that every block holds a whole window."""
    start, stop = piece
    edges = [*(start + length * k for k in range(max(1, (stop - start) // length))), stop]
    return list(zip(edges[:-1], edges[1:], strict=True))
