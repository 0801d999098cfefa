"""Readers of the public series data sets, one common form: what may be learned from, what is scored, what is true.

Protocol, the same for every method: where a set ships a train part (SMAP/MSL, SMD, ASD, UCR) or a fault-free start
(SKAB: the first 400 rows, its authors' rule), `train` holds it; NAB's first 15 % (its probation period) is given as
context but not evaluated, and MBA has no train part at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PROBATION = 0.15
SKAB_START = 400
MBA_CAP = 40_000


@dataclass(frozen=True)
class Case:
    """One labelled series. `train` (rows, C) or None; `test` (T, C); `label` (T,) of 0/1; evaluated from `start` on.

    `causes`: (T, C) of 0/1 where the data set names the channels that caused an anomaly.
    """

    dataset: str
    name: str
    train: NDArray[np.float64] | None
    test: NDArray[np.float64]
    label: NDArray[np.int64]
    start: int = 0
    causes: NDArray[np.int64] | None = None


def _column(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64).reshape(len(values), -1)


def _npz(dataset: str, path: Path) -> Case:
    with np.load(path) as z:
        causes = z["label_dims"].astype(np.int64) if "label_dims" in z.files else None
        label = z["label"].astype(np.int64)
        return Case(dataset, path.stem, _column(z["train"]), _column(z["test"]), label, 0, causes)


def _mba(dataset: str, path: Path) -> Case:
    with np.load(path) as z:
        label = z["label"].astype(np.int64)[:MBA_CAP]
        return Case(dataset, path.stem, None, _column(z["values"][:MBA_CAP]), label)


def _skab(dataset: str, path: Path) -> Case:
    frame = pd.read_csv(path, sep=";").drop(columns=["datetime", "changepoint"])
    label = frame.pop("anomaly").to_numpy(dtype=np.int64)
    values = frame.to_numpy(dtype=np.float64)
    name = f"{path.parent.name}-{path.stem}"
    return Case(dataset, name, values[:SKAB_START], values[SKAB_START:], label[SKAB_START:])


def _nab(dataset: str, path: Path) -> Case:
    root = path.parent.parent.parent
    frame = pd.read_csv(path, parse_dates=["timestamp"])
    windows = json.loads((root / "labels" / "combined_windows.json").read_text())
    label = np.zeros(len(frame), dtype=np.int64)
    for first, last in windows[f"{path.parent.name}/{path.name}"]:
        inside = (frame["timestamp"] >= pd.Timestamp(first)) & (frame["timestamp"] <= pd.Timestamp(last))
        label[inside.to_numpy()] = 1
    start = int(PROBATION * len(frame))
    return Case(dataset, path.stem, None, _column(frame["value"].to_numpy(dtype=np.float64)), label, start)


_SETS: dict[str, tuple[str, Callable[[str, Path], Case]]] = {
    "nab": ("nab/data/*/*.csv", _nab),
    "smap_msl": ("smap_msl/*.npz", _npz),
    "smd": ("smd/*.npz", _npz),
    "asd": ("asd/*.npz", _npz),
    "skab": ("skab/[vo]*/*.csv", _skab),
    "ucr": ("ucr/*.npz", _npz),
    "mba": ("mba_ecg/*.npz", _mba),
}
SETS = tuple(_SETS)


def read_set(data: Path, dataset: str, limit: int | None = None) -> Iterator[Case]:
    """The labelled series of a set in order of name; with `limit`, every k-th so that at most `limit` remain."""
    pattern, read = _SETS[dataset]
    paths = sorted((data / "timeseries").glob(pattern))
    step = 1 if limit is None else -(-len(paths) // limit)
    for path in islice(paths, 0, None, step):
        case = read(dataset, path)
        if 0 < case.label[case.start :].sum() < len(case.label) - case.start:
            yield case
