"""Choosing options on synthetic anomalies: every candidate learns from the earlier normals and judges the later ones,
into which faults of every kind were put.

No labelled anomaly is needed, and none of the choice is made on the data that is judged later. The first candidate is
the default: another must be ahead of it by more than MARGIN, since synthetic faults are not the real ones.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.magnitudes import powers
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.synthetic import make_faulty

MIN_ROWS = 600  # normals needed to try anything
LEARN_ROWS = 4_000
TRY_ROWS = 2_000
TRY_CHANNELS = 12  # of many, evenly spread: how long windows should be is a matter of time
KINDS = ("spike", "level shift", "drift", "flat line", "noisy stretch", "change of period")
FAULT_LENGTHS = (12, 48, 192)  # shorter than most windows, as long, longer
MARGIN = 0.05
BESIDE = 32  # rows beside a fault that are not judged: any window that reaches it rises there

# Scores the rows of some series; a candidate first learns from another one.
Judge = Callable[[Sequence[SeriesSample]], Sequence[NDArray[np.floating]]]
Candidate = Callable[[SeriesSample, Sequence[SeriesSample]], Sequence[NDArray[np.floating]]]


def choose(normals: Sequence[SeriesSample], candidates: Mapping[str, Candidate], seed: int) -> Choice:
    """The candidate with the best area under ROC over rows, the first one unless another is clearly better."""
    default = next(iter(candidates))
    longest = max(normals, key=lambda s: len(s.values))
    longest = replace(longest, values=np.ldexp(longest.values, -powers(longest.values)))
    rows = len(longest.values)
    moves = (
        np.nanmax(longest.values, axis=0, initial=-np.inf) > np.nanmin(longest.values, axis=0, initial=np.inf)
    ).any()
    if rows < MIN_ROWS or not moves:
        return Choice(default, {}, f"the default, as {rows} rows of normal data are too few to try others on")
    longest = _some_channels(longest)
    cut = rows - min(TRY_ROWS, rows // 3)
    learned, held = longest.part(max(0, cut - LEARN_ROWS), cut), longest.part(cut, rows)
    return choose_on(held, {name: partial(candidate, learned) for name, candidate in candidates.items()}, seed)


def choose_on(held: SeriesSample, judges: Mapping[str, Judge], seed: int) -> Choice:
    """The same of judges that have learned already, on faults put into normal rows that they have not seen."""
    default = next(iter(judges))
    damaged = [make_faulty(held, KINDS, length, seed * 1_000 + length) for length in FAULT_LENGTHS]
    auroc = {}
    for name, judge in judges.items():
        scores = judge([sample for sample, _ in damaged])
        areas = [_area(labels, s) for s, (_, labels) in zip(scores, damaged, strict=True)]
        auroc[name] = round(float(np.mean(areas)), 4)
    best = max(auroc, key=lambda name: auroc[name])
    count = len(KINDS) * len(FAULT_LENGTHS)
    if auroc[best] <= auroc[default] + MARGIN:
        return Choice(default, auroc, f"no other option was clearly better on {count} synthetic anomalies")
    return Choice(best, auroc, f"highest area under ROC on {count} synthetic anomalies put into held-out normal rows")


def _area(labels: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Area under ROC of the fault's rows against those clear of it, or all others where none is clear."""
    clear = np.convolve(labels, np.ones(2 * BESIDE + 1), mode="same") == 0
    judged = labels | clear if clear.any() else np.ones(len(labels), dtype=bool)
    return float(roc_auc_score(labels[judged], scores[judged]))


def _some_channels(sample: SeriesSample) -> SeriesSample:
    """The sample with at most TRY_CHANNELS of the channels that move."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # channels without any value
        moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
    if len(moving) <= TRY_CHANNELS:
        return sample
    kept = moving[np.linspace(0, len(moving) - 1, TRY_CHANNELS).astype(int)]
    return replace(
        sample,
        values=sample.values[:, kept],
        columns=tuple(sample.columns[c] for c in kept),
        units=tuple(sample.units[c] for c in kept),
    )
