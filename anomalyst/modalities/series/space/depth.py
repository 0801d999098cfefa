"""Which noise level tells synthetic faults best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.choose import MIN_ROWS, TRY_ROWS, Judge, choose_on
from anomalyst.modalities.series.space.profile import ScaledNormals, log_scores
from anomalyst.modalities.series.space.scores import Pieces
from anomalyst.modalities.series.space.surprise import Level

DEPTHS = (0.5, 0.25, 1.0, 2.0)  # the default first

Raw = Callable[[Tensor, float], Tensor]  # a scaled series (C, G), noise level → scores of its rows (C + 1, G)


def choose_depth(
    normals: ScaledNormals, held: Pieces, raw: Raw, *, columns: tuple[str, ...], length: int, seed: int
) -> Choice:
    """The noise level whose reconstruction best tells synthetic faults from held-out normals."""
    start, stop = max(held, key=lambda piece: piece[1] - piece[0])
    if stop - start < MIN_ROWS:
        words = f"the default, as {stop - start} held-out rows are too few to try others on"
        return Choice(f"depth {DEPTHS[0]:g}", {}, words)
    values = normals.series[:, start : min(stop, start + TRY_ROWS)].T.double().numpy()
    calm = SeriesSample(values, columns, np.arange(len(values), dtype=np.float64), name="held-out rows")

    def at(depth: float) -> Judge:
        def of(sample: SeriesSample) -> Tensor:
            return raw(torch.from_numpy(sample.values.T.copy()).float(), depth)

        def rows(samples: Sequence[SeriesSample]) -> list[NDArray[np.float64]]:
            level = Level.fit(log_scores(of(calm)[None]), length)
            return [normals.profile(of(sample)[None], level, length).rows for sample in samples]

        return rows

    return choose_on(calm, {f"depth {d:g}": at(d) for d in DEPTHS}, seed)
