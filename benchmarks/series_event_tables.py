"""Tables of what was found of labelled events (`series_events`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.series_events import Row

RATES = (1, 2, 4, 8, 16)  # false events per 10,000 calm rows
OWN_LINES = ("contamination", "mean + k sd", "discords")  # that peers draw at one place only
POINTS = {"median + k MAD": (5, 8), "k × highest normal": (1.25,)}


def recall(rows: Sequence[Row]) -> float:
    """Share of the labelled events found."""
    return sum(r.outcome.found for r in rows) / max(1, sum(r.outcome.events for r in rows))


def precision(rows: Sequence[Row]) -> float:
    """Share of what was said that overlaps a label; NaN where nothing was said."""
    said = sum(r.outcome.said for r in rows)
    return sum(r.outcome.true for r in rows) / said if said else float("nan")


def false_rate(rows: Sequence[Row]) -> float:
    """False events per 10,000 calm rows."""
    return 1e4 * sum(r.outcome.false for r in rows) / max(1, sum(r.outcome.calm for r in rows))


def per_day(rows: Sequence[Row]) -> float:
    """False events per day of calm rows, of the series with a clock; NaN without."""
    clocked = [(r.outcome, r.per_day) for r in rows if r.per_day]
    days = sum(o.calm / rate for o, rate in clocked)
    return sum(o.false for o, _ in clocked) / days if days else float("nan")


def by_set(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of each set."""
    return [[r for r in rows if r.dataset == name] for name in dict.fromkeys(r.dataset for r in rows)]


def mean(values: Sequence[float]) -> float:
    """The mean of what is a number."""
    known = [v for v in values if not np.isnan(v)]
    return float(np.mean(known)) if known else float("nan")


def numbers(rows: Sequence[Row]) -> str:
    """The cells of a table's row: recall and precision as means over sets, rates pooled."""
    sets = by_set(rows)
    errors = [abs(e) for r in rows for e in r.outcome.errors]
    true = np.mean([r.outcome.true > 0 for r in rows])
    found, events = sum(r.outcome.found for r in rows), sum(r.outcome.events for r in rows)
    cells = [
        f"{found} of {events}",
        *(f"{value:.2f}" for value in (mean([recall(s) for s in sets]), mean([precision(s) for s in sets]))),
        f"{mean([false_rate(s) for s in sets]):.1f}",
        f"{per_day(rows):.2f}",
        f"{np.mean([r.alarm for r in rows]):.2f}",
        f"{true:.2f}",
        f"{np.median(errors):.0f}" if errors else "–",
    ]
    return " | ".join(cells)


COLUMNS = (
    "events",
    "recall",
    "precision",
    "false / 10,000",
    "false / day",
    "alarms",
    "true finding",
    "first-row error",
)
Key = tuple[str, str, str, float]  # way, method, rule, value


def table(heads: Sequence[str], lines: Sequence[str]) -> str:
    """Markdown."""
    return "\n".join(["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *(f"| {line} |" for line in lines)])


def grouped(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Rows by way, method, rule and value."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault((row.way, row.method, row.rule, row.value), []).append(row)
    return groups


def summary_table(rows: Sequence[Row], own: str, alpha: float) -> str:
    """Each rule at its stated place: recall, precision and false / 10,000 are means over sets."""
    lines = []
    for (way, method, rule, value), group in grouped(rows).items():
        if rule in OWN_LINES or value in POINTS.get(rule, (alpha,)):
            lines.append(f"{way} | {method} | {rule}, {value:g} | {numbers(group)}")
    return table(("way", "scores", "rule", *COLUMNS), sorted(lines, key=lambda line: (line[:7], own not in line)))


def set_table(rows: Sequence[Row], own: str, alpha: float) -> str:
    """Our findings at the default, each set apart."""
    mine = [r for r in rows if (r.method, r.rule, r.value) == (own, "findings", alpha)]
    lines = []
    for way in dict.fromkeys(r.way for r in mine):
        for group in by_set([r for r in mine if r.way == way]):
            lines.append(f"{way} | {group[0].dataset} | {len(group)} | {numbers(group)}")
    return table(("way", "set", "series", *COLUMNS), lines)


def curve_table(rows: Sequence[Row]) -> str:
    """The highest recall of each rule at no more than so many false events per 10,000 calm rows; means over sets."""
    points: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for (way, method, rule, _), group in grouped(r for r in rows if r.rule not in OWN_LINES).items():
        sets = by_set(group)
        point = mean([false_rate(s) for s in sets]), mean([recall(s) for s in sets])
        points.setdefault((way, method, rule), []).append(point)
    lines = []
    for (way, method, rule), curve in points.items():
        cells = [max((r for f, r in curve if f <= rate), default=0.0) for rate in RATES]
        lines.append(" | ".join([way, method, rule, *(f"{cell:.2f}" for cell in cells)]))
    return table(("way", "scores", "rule", *(f"recall at {rate}" for rate in RATES)), lines)


def calm_table(rows: Sequence[Row], alpha: float) -> str:
    """False events on held-out normals of each rule at its stated place."""
    lines = []
    for (way, method, rule, value), group in grouped(rows).items():
        if rule in (*OWN_LINES, "findings") or value in POINTS.get(rule, (alpha,)):
            alarms = np.mean([r.alarm for r in group])
            rate = mean([false_rate(s) for s in by_set(group)])
            cells = f"{len(group)} | {alarms:.3f} | {rate:.2f} | {per_day(group):.2f}"
            lines.append(f"{way} | {method} | {rule}, {value:g} | {cells}")
    return table(("way", "scores", "rule", "series", "alarms", "false / 10,000", "false / day"), lines)
