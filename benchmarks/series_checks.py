"""Two checks beyond accuracy: is the right channel blamed, and do false alarms keep to the stated level?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.series.findings import series_regions
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.blame import blamed, channel_shares
from benchmarks.series_data import Case
from benchmarks.shared_training import share_training
from benchmarks.vus import label_ranges

DEFAULT = "series-density"
MOST_FINDINGS = 64
DETECTED = 0.01  # an anomaly counts as detected where a row of it has a smaller p-value
LEVELS = (0.01, 0.05, 0.1)
CHUNKS = 12  # normals are cut into this many stretches, every third of which is held out
MIN_CHUNK = 64
SERIES_PER_SET = 20
MAX_NORMAL = 24_000
Scores = NDArray[np.float64]
Sampler = Callable[[Scores], SeriesSample]


@dataclass(frozen=True)
class Told:
    """What is named for one labelled anomaly: whether it was found, and whether the first-named channel is a cause."""

    found: bool
    ours: bool = False
    largest_z: bool = False


def reasons(cases: list[Case], as_sample: Sampler) -> tuple[list[dict[str, Any]], str]:
    """Per set with named causes: share of detected anomalies whose first-named channel is a labelled cause, by the
    explanation's own formula (`modalities.series.blame.channel_shares`) and by the largest |z| of the same rows.

    An anomaly is detected in two ways: a row of it has p < DETECTED (then its rows from the first to the last such one
    are asked), or a finding overlaps it (then the finding's rows are, as an explanation would)."""
    rows: list[dict[str, Any]] = []
    for case in cases:
        if case.causes is None or case.train is None:
            continue
        sample = as_sample(case.test)
        score_map = detector_class("series-density")(samples=2).fit([as_sample(case.train)]).score(sample)
        findings = series_regions(sample, score_map, alpha=1.0, fdr=0.05, most=MOST_FINDINGS).findings
        regions = [f.region for f in findings if f.significant and isinstance(f.region, SeriesRegion)]
        spread = case.train.std(0)
        z = np.abs(case.test - case.train.mean(0)) / np.where(spread > 0, spread, 1.0)
        for first, last in label_ranges(case.label):
            causes = np.asarray(case.causes[first : last + 1].any(0))
            if not causes.any():
                continue
            hot = first + np.flatnonzero(score_map.p_values[first : last + 1] < DETECTED)
            by_rows = _told(score_map, z, causes, (int(hot[0]), int(hot[-1]) + 1) if hot.size else None)
            over = [(r.start, r.stop) for r in regions if r.start <= last and r.stop > first]
            by_finding = _told(score_map, z, causes, over[0] if over else None)
            rows.append({"set": case.dataset, "case": case.name, "start": first, "chance": float(causes.mean()),
                         "rows": vars(by_rows), "findings": vars(by_finding)})  # fmt: skip
    return rows, _reasons_table(rows)


def _told(score_map: ScoreMap, z: Scores, causes: NDArray[np.bool_], span: tuple[int, int] | None) -> Told:
    """What is named for the rows of `span`, against the labelled causes (C,)."""
    if span is None:
        return Told(False)
    named = blamed(channel_shares(score_map, *span))
    largest = int(np.argmax(z[slice(*span)].max(0)))
    return Told(True, bool(named) and bool(causes[named[0]]), bool(causes[largest]))


def _reasons_table(rows: list[dict[str, Any]]) -> str:
    lines = ["| set | anomalies | detected by | detected | right, ours | right, largest abs. z | by chance |"]
    lines.append("|---" * 7 + "|")
    for dataset in dict.fromkeys(r["set"] for r in rows):
        own = [r for r in rows if r["set"] == dataset]
        for way in ("rows", "findings"):
            seen = [r for r in own if r[way]["found"]]
            right = " | ".join(f"{sum(r[way][k] for r in seen)} of {len(seen)}" for k in ("ours", "largest_z"))
            chance = np.mean([r["chance"] for r in own])
            lines.append(f"| {dataset} | {len(own)} | {way} | {len(seen)} | {right} | {chance:.2f} |")
    return "\n".join(lines)


def normal_part(case: Case) -> Scores:
    """The train part, or the longest run without a labelled row; at most MAX_NORMAL rows of it."""
    if case.train is not None:
        return case.train[:MAX_NORMAL]
    first, last = max(label_ranges(1 - case.label), key=lambda r: r[1] - r[0])
    return case.test[first : last + 1][:MAX_NORMAL]


def calibration(
    cases: list[Case], as_sample: Sampler, names: Sequence[str] = (DEFAULT,), networks: Path | None = None
) -> tuple[list[dict[str, Any]], str]:
    """False alarms of each detector and set on held-out stretches of the normals: every third stretch is scored, the
    others are learned."""
    rows: list[dict[str, Any]] = []
    taken: dict[str, int] = {}
    for case in cases:
        stretches = np.array_split(normal_part(case), CHUNKS)
        if len(stretches[0]) < MIN_CHUNK or taken.get(case.dataset, 0) >= SERIES_PER_SET:
            continue
        taken[case.dataset] = taken.get(case.dataset, 0) + 1
        learned = [np.concatenate(stretches[:1]), *(np.concatenate(stretches[i : i + 2]) for i in range(2, CHUNKS, 3))]
        for name in names:
            detector = detector_class(name)()
            share_training(detector, networks, f"stretches_of_{case.dataset}_{case.name}")
            detector.fit([as_sample(part) for part in learned])
            held = [detector.score(as_sample(part)).sample_p for part in stretches[1::3]]
            rows += [{"detector": name, "set": case.dataset, "case": case.name, "p": p} for p in held]
    return rows, _calibration_table(rows)


def _calibration_table(rows: list[dict[str, Any]]) -> str:
    lines = ["| detector | set | held-out stretches | " + " | ".join(f"α = {a} (limit)" for a in LEVELS) + " |"]
    lines.append("|---" * (3 + len(LEVELS)) + "|")
    for name, dataset in dict.fromkeys((r["detector"], r["set"]) for r in rows):
        p_values = np.array([r["p"] for r in rows if (r["detector"], r["set"]) == (name, dataset)])
        cells = []
        for level in LEVELS:
            limit = binom.ppf(0.975, len(p_values), level) / len(p_values)
            cells.append(f"{np.mean(p_values <= level):.3f} ({limit:.3f})")
        lines.append(f"| {name} | {dataset} | {len(p_values)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
