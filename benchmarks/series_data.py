"""Readers of the public series data sets, one common form: what may be learned from, what is scored, what is true.

Protocol, the same for every method: where a set ships a train part (SMAP/MSL, SMD, ASD, UCR) or a fault-free start
(SKAB: the first 400 rows, its authors' rule), `train` holds it; NAB's first 15 % (its probation period) is given as
context but not evaluated, and MBA has no train part at all.

Two halves: "dev" is what our defaults were chosen on, "test" what nobody looked at before they were: the other half of
SMAP/MSL and SMD, the next rows of MBA's recordings, and whatever lies in a second folder of the same layout.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PROBATION = 0.15
SKAB_START = 400
KPI_ROWS_A_DAY = 288.0
ROWS_A_DAY = {"smd": 1440.0, "asd": 288.0}  # one and five minutes a row, as their authors say
MBA_ROWS = 40_000
HALVED = ("smap_msl", "smd")  # in order of name the first, third, … series are "dev"
HALVES = ("dev", "test", "all")


@dataclass(frozen=True)
class Case:
    """One labelled series. `train` (rows, C) or None; `test` (T, C); `label` (T,) of 0/1; evaluated from `start` on.

    `causes`: (T, C) of 0/1 where the data set names the channels that caused an anomaly; `per_day`: rows of a day,
    where the set has a clock.
    """

    dataset: str
    name: str
    train: NDArray[np.float64] | None
    test: NDArray[np.float64]
    label: NDArray[np.int64]
    start: int = 0
    causes: NDArray[np.int64] | None = None
    per_day: float | None = None


def _column(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64).reshape(len(values), -1)


def _npz(dataset: str, path: Path) -> Case:
    with np.load(path) as z:
        causes = z["label_dims"].astype(np.int64) if "label_dims" in z.files else None
        label = z["label"].astype(np.int64)
        per_day = ROWS_A_DAY.get(dataset)
        return Case(dataset, path.stem, _column(z["train"]), _column(z["test"]), label, 0, causes, per_day)


def _mba(dataset: str, path: Path) -> Case:
    with np.load(path) as z:
        return Case(dataset, path.stem, None, _column(z["values"]), z["label"].astype(np.int64))


def _skab(dataset: str, path: Path) -> Case:
    frame = pd.read_csv(path, sep=";", parse_dates=["datetime"]).drop(columns="changepoint")
    per_day = _rows_a_day(frame.pop("datetime"))
    label = frame.pop("anomaly").to_numpy(dtype=np.int64)
    values = frame.to_numpy(dtype=np.float64)
    name = f"{path.parent.name}-{path.stem}"
    return Case(dataset, name, values[:SKAB_START], values[SKAB_START:], label[SKAB_START:], per_day=per_day)


def _nab(dataset: str, path: Path) -> Case:
    root = path.parent.parent.parent
    frame = pd.read_csv(path, parse_dates=["timestamp"])
    windows = json.loads((root / "labels" / "combined_windows.json").read_text())
    label = np.zeros(len(frame), dtype=np.int64)
    for first, last in windows[f"{path.parent.name}/{path.name}"]:
        inside = (frame["timestamp"] >= pd.Timestamp(first)) & (frame["timestamp"] <= pd.Timestamp(last))
        label[inside.to_numpy()] = 1
    start, values = int(PROBATION * len(frame)), _column(frame["value"].to_numpy(dtype=np.float64))
    return Case(dataset, path.stem, None, values, label, start, per_day=_rows_a_day(frame["timestamp"]))


def _kpi(dataset: str, path: Path) -> Case:
    frame = pd.read_csv(path)
    values, label = _column(frame["value"].to_numpy(dtype=np.float64)), frame["label"].to_numpy(dtype=np.int64)
    return Case(dataset, path.stem, None, values, label, per_day=KPI_ROWS_A_DAY)


def _rows_a_day(times: pd.Series[pd.Timestamp]) -> float:
    return float(pd.Timedelta(days=1) / times.diff().median())


_SETS: dict[str, tuple[str, Callable[[str, Path], Case]]] = {
    "nab": ("nab/data/*/*.csv", _nab),
    "smap_msl": ("smap_msl/*.npz", _npz),
    "smd": ("smd/*.npz", _npz),
    "asd": ("asd/*.npz", _npz),
    "skab": ("skab/[vo]*/*.csv", _skab),
    "ucr": ("ucr/*.npz", _npz),
    "mba": ("mba_ecg/*.npz", _mba),
    "kpi": ("kpi/*.csv", _kpi),
}
SETS = tuple(name for name in _SETS if name != "kpi")  # whose scores are compared; KPI has 13 labelled rows only
EVENT_SETS = tuple(_SETS)


def read_set(data: Path, dataset: str, half: str = "dev", more: Path | None = None) -> Iterator[Case]:
    """The labelled series of a set's half in order of name, then those of the folder `more` (none is "dev")."""
    pattern, read = _SETS[dataset]
    for place, path in enumerate(sorted((data / "timeseries").glob(pattern))):
        case = read(dataset, path)
        if dataset == "mba":
            yield from _usable(_rows(case, half))
        elif half == "all" or (half == "dev") == (dataset not in HALVED or place % 2 == 0):
            yield from _usable(case)
    if more is not None and half != "dev":
        for path in sorted((more / "timeseries").glob(pattern)):
            yield from _usable(read(dataset, path))


def _rows(case: Case, half: str) -> Case:
    """A long recording's first MBA_ROWS rows, the next ones, or both."""
    first, last = {"dev": (0, 1), "test": (1, 2), "all": (0, 2)}[half]
    rows = slice(first * MBA_ROWS, last * MBA_ROWS)
    return replace(case, test=case.test[rows], label=case.label[rows])


def _usable(case: Case) -> Iterator[Case]:
    """The case, if it has rows of both labels."""
    if 0 < case.label[case.start :].sum() < len(case.label) - case.start:
        yield case
