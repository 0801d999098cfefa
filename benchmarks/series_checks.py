"""Two checks beyond accuracy: is the right channel blamed, and do false alarms keep to the stated level?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from anomalyst.detectors.series import SeriesDensity
from anomalyst.samples import SeriesSample
from benchmarks.series_data import Case
from benchmarks.vus import label_ranges

DETECTED = 0.01  # an anomaly counts as detected where a row of it has a smaller p-value
LEVELS = (0.01, 0.05, 0.1)
CHUNKS = 12  # normals are cut into this many stretches, every third of which is held out
MIN_CHUNK = 64
SERIES_PER_SET = 20
MAX_NORMAL = 24_000
Scores = NDArray[np.float64]
Sampler = Callable[[Scores], SeriesSample]


def reasons(cases: list[Case], as_sample: Sampler) -> tuple[list[dict[str, Any]], str]:
    """Per set with named causes: share of detected anomalies whose first-named channel is a labelled cause, by our
    channel scores and by the largest |z| on the same rows."""
    rows: list[dict[str, Any]] = []
    for case in cases:
        if case.causes is None or case.train is None:
            continue
        found = SeriesDensity().fit([as_sample(case.train)]).score(as_sample(case.test))
        spread = case.train.std(0)
        z = np.abs(case.test - case.train.mean(0)) / np.where(spread > 0, spread, 1.0)
        assert found.channel_scores is not None
        for first, last in label_ranges(case.label):
            here = slice(first, last + 1)
            causes = case.causes[here].any(0)
            hot = found.p_values[here] < DETECTED
            if not causes.any():
                continue
            blamed = int(np.argmax(found.channel_scores[here][hot].sum(0))) if hot.any() else -1
            largest = int(np.argmax(z[here][hot].max(0))) if hot.any() else -1
            rows.append({"set": case.dataset, "case": case.name, "start": first, "detected": bool(hot.any()),
                         "ours": bool(causes[blamed]), "z": bool(causes[largest]),
                         "chance": float(causes.mean())})  # fmt: skip
    lines = ["| set | anomalies | detected | right channel, ours | right channel, largest abs. z | by chance |"]
    lines.append("|---" * 6 + "|")
    for dataset in dict.fromkeys(r["set"] for r in rows):
        own = [r for r in rows if r["set"] == dataset]
        seen = [r for r in own if r["detected"]]
        shares = " | ".join(f"{np.mean([r[k] for r in seen]):.3f}" for k in ("ours", "z", "chance"))
        lines.append(f"| {dataset} | {len(own)} | {len(seen)} | {shares} |")
    return rows, "\n".join(lines)


def normal_part(case: Case) -> Scores:
    """The train part, or the longest run without a labelled row; at most MAX_NORMAL rows of it."""
    if case.train is not None:
        return case.train[:MAX_NORMAL]
    first, last = max(label_ranges(1 - case.label), key=lambda r: r[1] - r[0])
    return case.test[first : last + 1][:MAX_NORMAL]


def calibration(cases: list[Case], as_sample: Sampler) -> tuple[list[dict[str, Any]], str]:
    """False alarms per set on held-out stretches of the normals: every third stretch is scored, the others learned."""
    rows: list[dict[str, Any]] = []
    taken: dict[str, int] = {}
    for case in cases:
        stretches = np.array_split(normal_part(case), CHUNKS)
        if len(stretches[0]) < MIN_CHUNK or taken.get(case.dataset, 0) >= SERIES_PER_SET:
            continue
        taken[case.dataset] = taken.get(case.dataset, 0) + 1
        learned = [np.concatenate(stretches[:1]), *(np.concatenate(stretches[i : i + 2]) for i in range(2, CHUNKS, 3))]
        detector = SeriesDensity(samples=1).fit([as_sample(part) for part in learned])
        for held in stretches[1::3]:
            p = detector.score(as_sample(held)).sample_p
            rows.append({"set": case.dataset, "case": case.name, "p": p})
    lines = ["| set | held-out stretches | " + " | ".join(f"α = {a} (limit)" for a in LEVELS) + " |"]
    lines.append("|---" * (2 + len(LEVELS)) + "|")
    for dataset in dict.fromkeys(r["set"] for r in rows):
        p_values = np.array([r["p"] for r in rows if r["set"] == dataset])
        cells = []
        for level in LEVELS:
            limit = binom.ppf(0.975, len(p_values), level) / len(p_values)
            cells.append(f"{np.mean(p_values <= level):.3f} ({limit:.3f})")
        lines.append(f"| {dataset} | {len(p_values)} | " + " | ".join(cells) + " |")
    return rows, "\n".join(lines)
