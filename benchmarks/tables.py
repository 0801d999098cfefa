"""Tables: accuracy, false alarms, right columns and counterfactuals of the table detectors beside their peers.

    python -m benchmarks.tables --data ../shared/data [--half dev|test|all] [--seeds 0,1,2,3,4] [--sets NAME,…]
                                [--detectors table-density,…] [--parts accuracy,columns] [--out FILE]

All methods get the same rows (`table_data`: semi-supervised, half of the normal rows are learned from). AUROC and AUPRC
are means over seeds; false alarms are shares of held-out normal rows whose p-value is at most ALPHA, and of tables of
TABLE such rows. For the columns, held-out normal rows are made abnormal by hand in one to three columns, and it is seen
which are named, and whether the row is normal with what the detector puts in their place.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.metrics import average_precision_score, roc_auc_score

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from anomalyst.evidence.findings import simes
from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.modalities.table.scores import blamed, table_scores
from anomalyst.modalities.table.tried.planted import spread_of
from benchmarks.table_data import TableCase, table_sets
from benchmarks.table_peers import PEERS

ALPHA, TABLE = 0.05, 100
CHANGED_ROWS, SIZE = 20, (6.0, 10.0)  # rows made abnormal, by how many spreads
SURE = 0.99  # of what binomial chance allows


@dataclass(frozen=True)
class Row:
    """What one method did on one set with one seed. `alarms`, `tables`: false alarms, of rows and of tables, NaN where
    a method tells no p-values."""

    method: str
    name: str
    half: str
    seed: int
    auroc: float
    auprc: float
    seconds: float
    alarms: float = float("nan")
    tables: float = float("nan")
    normals: int = 0


@dataclass(frozen=True)
class Columns:
    """Of rows changed in `count` columns: `rows` of them, `alarmed`; of these with a changed one named `first`, with
    `only` changed ones named, with all changed ones at the head of all columns by their share (`ranked`), `healed`."""

    name: str
    half: str
    seed: int
    count: int
    rows: int
    alarmed: int
    first: int
    only: int
    ranked: int
    healed: int


def main() -> None:
    """Run what was asked for, and print it."""
    asked = _arguments()
    rows: list[Row] = []
    columns: list[Columns] = []
    for found in table_sets(asked.data, asked.half):
        if asked.sets and found.name not in asked.sets:
            continue
        for seed in asked.seeds:
            case = found.split(seed)
            if "accuracy" in asked.parts:
                rows += accuracy(case, found.name, found.half, seed, asked.detectors)
            if "columns" in asked.parts:
                columns += right_columns(case, found.name, found.half, seed, asked.detectors[0])
        sys.stderr.write(f"{found.name}\n")
        if asked.out:
            told = {"rows": [asdict(row) for row in rows], "columns": [asdict(one) for one in columns]}
            asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join([*_means(rows), "", *_each(rows), "", *_named(columns)]) + "\n")


def accuracy(case: TableCase, name: str, half: str, seed: int, detectors: Sequence[str]) -> Iterator[Row]:
    """Every method on one case."""
    for called in detectors:
        start = time.monotonic()
        detector = fitted(called, case.learned, seed).without_witnesses()
        said = detector.score(as_table(case.judged))
        took = time.monotonic() - start
        normal = said.p_values[~case.labels]
        tables = [simes(part) <= ALPHA for part in _parts(normal)]
        yield Row(
            called, name, half, seed, *_areas(case, said.scores), took,
            float((normal <= ALPHA).mean()), float(np.mean(tables)) if tables else float("nan"), len(normal),
        )  # fmt: skip
    for called, peer in PEERS.items():
        start = time.monotonic()
        scores = peer(case, seed)
        yield Row(called, name, half, seed, *_areas(case, scores), time.monotonic() - start)


def _parts(p_values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """P-values in tables of TABLE rows."""
    return [p_values[start : start + TABLE] for start in range(0, len(p_values) - TABLE + 1, TABLE)]


def _areas(case: TableCase, scores: NDArray[np.floating]) -> tuple[float, float]:
    told = np.nan_to_num(scores.astype(np.float64), nan=0.0, posinf=1e30)
    return float(roc_auc_score(case.labels, told)), float(average_precision_score(case.labels, told))


def fitted(name: str, learned: NDArray[np.float64], seed: int) -> Detector:
    """A detector that has learned."""
    return detector_class(name)(seed=seed).fit([as_table(learned)])


def as_table(values: NDArray[np.float64]) -> TableSample:
    """Numbers as a table."""
    return TableSample(values, tuple(Column(f"c{number}") for number in range(values.shape[1])))


def right_columns(case: TableCase, name: str, half: str, seed: int, called: str) -> Iterator[Columns]:
    """Rows made abnormal in one, two and three columns."""
    rng = np.random.default_rng(seed)
    moving = [k for k in range(case.learned.shape[1]) if spread_of(case.learned[:, k]) > 0]
    detector = fitted(called, case.learned, seed)
    normal = case.judged[~case.labels]
    p = detector.without_witnesses().score(as_table(normal)).p_values
    calm = np.flatnonzero(p > 2 * ALPHA)
    for count in (1, 2, 3):
        if len(moving) > count and len(calm):
            rows = normal[rng.permutation(calm)[:CHANGED_ROWS]]
            changed = [rng.choice(moving, size=count, replace=False) for _ in rows]
            yield _judged(detector, _moved(rows, changed, case.learned, rng), changed, (name, half, seed))


def _moved(
    rows: NDArray[np.float64],
    changed: Sequence[NDArray[np.int64]],
    learned: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Rows with some values moved by several spreads of their column."""
    values = rows.copy()
    for row, columns in enumerate(changed):
        for column in columns:
            size = rng.uniform(*SIZE) * rng.choice([-1, 1])
            values[row, column] += size * spread_of(learned[:, column])
    return values


def _judged(
    detector: Detector,
    values: NDArray[np.float64],
    changed: Sequence[NDArray[np.int64]],
    told: tuple[str, str, int],
) -> Columns:
    said = detector.score(as_table(values))
    healed = detector.without_witnesses().score(as_table(np.asarray(said.expected))).p_values
    alarmed = np.flatnonzero(said.p_values <= ALPHA)
    detail, first, only, ranked = table_scores(said), 0, 0, 0
    assert detail is not None
    for row in alarmed:
        named, true = blamed(said, int(row)), set(changed[row].tolist())
        first += named[0] in true
        only += set(named) <= true
        ranked += set(np.argsort(-detail.cells[row], kind="stable")[: len(true)].tolist()) == true
    ends = int((healed[alarmed] > ALPHA).sum())
    return Columns(*told, len(changed[0]), len(values), len(alarmed), first, only, ranked, ends)


def _means(rows: Sequence[Row]) -> Iterator[str]:
    """A line a method: means over sets, by half."""
    methods = list(dict.fromkeys(row.method for row in rows))
    halves = [half for half in ("dev", "test") if any(row.half == half for row in rows)]
    if not rows:
        return
    yield "| method |" + "".join(f" AUROC {h} | AUPRC {h} |" for h in (*halves, "all")) + " seconds | alarms | tables |"
    yield "|---|" + "---:|" * (2 * len(halves) + 5)
    for method in methods:
        own = [row for row in rows if row.method == method]
        cells = []
        for half in (*halves, "all"):
            some = [row for row in own if half in ("all", row.half)]
            cells += [f"{_mean_of(some, 'auroc'):.4f}", f"{_mean_of(some, 'auprc'):.4f}"]
        alarms, tables = _mean_of(own, "alarms"), _mean_of(own, "tables")
        more = [
            f"{_mean_of(own, 'seconds'):.2f}",
            *("–" if np.isnan(x) else f"{100 * x:.1f} %" for x in (alarms, tables)),
        ]
        yield f"| {method} | " + " | ".join([*cells, *more]) + " |"
    yield from _binomial(rows)


def _binomial(rows: Sequence[Row]) -> Iterator[str]:
    """On how many sets false alarms are what chance allows."""
    for method in dict.fromkeys(row.method for row in rows if not np.isnan(row.alarms)):
        own = [row for row in rows if row.method == method]
        within = [row.alarms * row.normals <= binom.ppf(SURE, row.normals, ALPHA) for row in own]
        yield f"\n{method}: false alarms at most what chance allows in {sum(within)} of {len(within)} splits."


def _mean_of(rows: Sequence[Row], what: str) -> float:
    """The mean over sets of the mean over seeds."""
    by: Mapping[str, list[float]] = defaultdict(list)
    for row in rows:
        by[row.name].append(float(getattr(row, what)))
    means = [float(np.nanmean(values)) for values in by.values() if not np.isnan(values).all()]
    return float(np.mean(means)) if means else float("nan")


def _each(rows: Sequence[Row]) -> Iterator[str]:
    """A line a set: AUROC and AUPRC of every method."""
    if not rows:
        return
    methods = list(dict.fromkeys(row.method for row in rows))
    yield "| set | half | " + " | ".join(methods) + " |"
    yield "|---|---|" + "---:|" * len(methods)
    for name in dict.fromkeys(row.name for row in rows):
        own = [row for row in rows if row.name == name]
        cells = []
        for method in methods:
            some = [row for row in own if row.method == method]
            cells.append(f"{_mean_of(some, 'auroc'):.3f} / {_mean_of(some, 'auprc'):.3f}")
        yield f"| {name} | {own[0].half} | " + " | ".join(cells) + " |"


def _named(columns: Sequence[Columns]) -> Iterator[str]:
    """Whether the changed columns are named, and whether counterfactuals heal."""
    if not columns:
        return
    heads = ("columns changed", "rows", "raised the alarm", "a changed one named first", "only changed ones named")
    yield f"| {' | '.join((*heads, 'changed ones have the largest shares', 'healed'))} |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for count in (1, 2, 3):
        own = [one for one in columns if one.count == count]
        rows, alarmed = sum(one.rows for one in own), max(1, sum(one.alarmed for one in own))
        shares = [sum(getattr(one, what) for one in own) / alarmed for what in ("first", "only", "ranked", "healed")]
        yield (
            f"| {count} | {rows} | {100 * alarmed / max(1, rows):.1f} % | "
            + " | ".join(f"{100 * share:.1f} %" for share in shares)
            + " |"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.tables")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("dev", "test", "all"), default="all")
    parser.add_argument("--seeds", type=lambda text: [int(part) for part in text.split(",")], default=[0, 1, 2, 3, 4])
    parser.add_argument("--sets", type=lambda text: text.split(","), default=[])
    parser.add_argument("--detectors", type=lambda text: text.split(","), default=["table-density"])
    parser.add_argument("--parts", type=lambda text: text.split(","), default=["accuracy", "columns"])
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
