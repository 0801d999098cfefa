"""VUS-PR (Paparrizos et al., VLDB 2022) as TSB-AD computes it, in O(window × length) rather than × thresholds.

Equal to `TSB_AD.evaluation.basic_metrics.generate_curve(label, score, window)[-1]` up to rounding (checked by
`python -m benchmarks.vus` in an environment that has TSB-AD): with scores sorted once, true positives at every
threshold are one cumulative sum of the softened labels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import argrelextrema

from anomalyst.modalities.series.runs import runs

THRESHOLDS = 250
Ranges = list[tuple[int, int]]


def label_ranges(label: NDArray[np.int64]) -> Ranges:
    """[first, last] of each run of ones."""
    return [(first, stop - 1) for first, stop in runs(label.astype(bool))]


def sliding_window(values: NDArray[np.float64]) -> int:
    """TSB-AD's period rule: lag of the highest local maximum of the autocorrelation, 125 where there is none."""
    head = values[:20_000] - np.mean(values[:20_000])
    size = 1 << (2 * len(head) - 1).bit_length()
    spectrum = np.fft.rfft(head, size)
    lags = np.fft.irfft(spectrum * spectrum.conj(), size)[: min(401, len(head))]
    correlation = (lags / lags[0])[3:] if lags[0] > 0 else np.zeros(1)
    peaks = argrelextrema(correlation, np.greater)[0]
    if not len(peaks):
        return 125
    best = int(peaks[np.argmax(correlation[peaks])])
    return 125 if best < 3 or best > 300 else best + 3


def _soften(label: NDArray[np.int64], ranges: Ranges, window: int) -> NDArray[np.float64]:
    soft = label.astype(np.float64)
    for first, last in ranges:
        after = np.arange(last + 1, min(last + window // 2 + 1, len(soft)))
        soft[after] += np.sqrt(1 - (after - last) / window)
        before = np.arange(max(first - window // 2, 0), first)
        soft[before] += np.sqrt(1 - (first - before) / window)
    return np.minimum(soft, 1.0)


def _merged(ranges: Ranges, half: int, length: int) -> Ranges:
    wide = [(max(a - half, 0), min(b + half, length - 1)) for a, b in ranges]
    merged = [wide[0]]
    for (_, last), (start, stop) in zip(ranges[:-1], wide[1:], strict=True):
        if last + half < start:
            merged.append((start, stop))
        else:
            merged[-1] = (merged[-1][0], stop)
    return merged


def vus_pr(label: NDArray[np.int64], score: NDArray[np.float64], window: int) -> float:
    """Volume under the precision-recall surface over buffer widths 0…window; label and score of shape (T,)."""
    ranges = label_ranges(label)
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    thresholds = ordered[np.linspace(0, len(score) - 1, THRESHOLDS).astype(int)]
    predicted = np.searchsorted(-ordered, -thresholds, side="right")
    true = int(label.sum())
    outside = label == 0
    areas = []
    for width in range(window + 1):
        soft = _soften(label, ranges, width)
        hits = np.cumsum(soft[order])[predicted - 1]
        extra = np.cumsum((soft * outside)[order])[predicted - 1]
        positives = (true + true + extra) / 2
        peaks = np.array([score[a : b + 1].max() for a, b in _merged(ranges, width // 2, len(score))])
        existence = (peaks[None] >= thresholds[:, None]).mean(1)
        recall = np.minimum(hits / positives, 1) * existence
        areas.append(float(np.sum(np.diff(recall, prepend=0.0) * hits / predicted)))
    return float(np.mean(areas))


def _check() -> None:
    from TSB_AD.evaluation.basic_metrics import generate_curve

    rng = np.random.default_rng(0)
    for trial in range(4):
        label = np.zeros(1500, dtype=np.int64)
        for start in rng.integers(0, 1400, 3):
            label[start : start + int(rng.integers(1, 60))] = 1
        score = np.round(rng.normal(size=1500) + label, 1 + trial % 2)
        print(generate_curve(label, score, 40)[-1], vus_pr(label, score, 40))


if __name__ == "__main__":
    _check()
