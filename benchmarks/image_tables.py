"""The tables of the image benchmark, from the rows of every method on every category."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.image_alarms import ALPHAS
from benchmarks.image_data import NOISY

Results = dict[str, dict[str, dict[str, Any]]]  # category → method → row
Means = dict[str, dict[str, float]]  # method → column

SCORES = ("image_auroc", "pixel_auroc", "aupro", "hit_rate", "outline_iou", "seg_f1")
RATES = tuple(f"{what}_at_{alpha}" for alpha in ALPHAS for what in ("detected", "alarms"))
COSTS = ("fit_s", "score_s", "work_s", "peak_mb")
BY_CATEGORY = (*SCORES, "detected_at_0.05", "alarms_at_0.05")


def mean_rows(results: Results, counts: Callable[[str], bool] | None = None) -> Means:
    """Mean over the categories that count of each method; by default all but those whose labels are noisy."""
    counts = counts or (lambda name: not name.startswith(NOISY))
    sums: dict[str, dict[str, list[float]]] = {}
    for name, rows in results.items():
        for method, row in rows.items():
            for key, value in row.items():
                if isinstance(value, float) and counts(name):
                    sums.setdefault(method, {}).setdefault(key, []).append(value)
    return {m: {k: float(np.nanmean(v)) for k, v in row.items()} for m, row in sums.items()}


def markdown(results: Results, left_out: list[str]) -> str:
    """Means of every method (over all categories, and where some are left out over these and over the others), then
    each score by category, then false alarms of the first method."""
    means = mean_rows(results)
    lines = _means("mean", means, (*SCORES, *COSTS)) + _means("mean", means, RATES)
    if left_out:
        for title, counts in (("left out", left_out.__contains__), ("the others", lambda n: n not in left_out)):
            lines += _means(title, mean_rows(results, counts), (*SCORES, *RATES))
    for key in BY_CATEGORY:
        lines += ["", f"| {key} | " + " | ".join(means) + " |", "|---" * (len(means) + 1) + "|"]
        lines += [
            f"| {name} | " + " | ".join(cell(rows.get(m, {}).get(key)) for m in means) + " |"
            for name, rows in results.items()
        ]
    return "\n".join([*lines, "", *_alarm_table(results)])


def _means(title: str, means: Means, keys: tuple[str, ...]) -> list[str]:
    lines = ["", f"| {title} | " + " | ".join(keys) + " |", "|---" * (len(keys) + 1) + "|"]
    return lines + [f"| {m} | " + " | ".join(cell(row.get(k)) for k in keys) + " |" for m, row in means.items()]


def _alarm_table(results: Results) -> list[str]:
    head = " | ".join(f"α = {a}" for a in ALPHAS)
    lines = [
        f"| false alarms on test/good (95 % interval at α) | {head} | detected at 0.05 "
        "| of these, outline meets mask | IoU | neighbours |"
    ]
    lines.append("|---" * (len(ALPHAS) + 5) + "|")
    for name, rows in results.items():
        row = next((r for r in rows.values() if "false_alarms" in r), None)
        if row is not None:
            lines.append(f"| {name} | {_alarm_cells(row)} |")
    return lines


def _alarm_cells(row: Mapping[str, Any]) -> str:
    alarms = [row["false_alarms"][str(a)] for a in ALPHAS]
    cells = [f"{a['alarms']} of {a['of']} ({a['interval'][0]}–{a['interval'][1]})" for a in alarms]
    outline = [cell(row.get(key)) for key in ("outline_hits", "outline_iou")]
    return " | ".join([*cells, f"{row['detected_at_0.05']:.2f}", *outline, row.get("neighbours", "–")])


def cell(value: float | None) -> str:
    """A number as short as it can be told apart."""
    return "" if value is None else f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"
