"""Public time-series formats: NAB, SMAP/MSL, SMD, ASD, UCR, MBA, SKAB, KPI, and any table with a label column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.datasets.folders import arrays_of, categories_of, files_of
from anomalyst.datasets.labelled import Event, LabelledSeries
from anomalyst.errors import InputError
from anomalyst.modalities.files import check_size, display_name, existing, shown
from anomalyst.modalities.rows.tables import default_columns, read_table
from anomalyst.modalities.series.reading.reader import ReadSeries, read_series, series_of_table
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample

SKAB_TRAIN_ROWS = 400
MAX_LABEL_BYTES = 20_000_000


def events_of(labels: NDArray[np.bool_]) -> tuple[Event, ...]:
    """The runs of true labels as events."""
    return tuple(Event(start, stop) for start, stop in runs(labels))


def read_nab(folder: str | Path) -> Iterator[LabelledSeries]:
    """NAB: a folder with data/<group>/*.csv and labels/combined_windows.json (inclusive windows of time).

    There is no train part; NAB gives no score for the first 15 % of each series.
    """
    root = existing(Path(folder).expanduser())
    labels = root / "labels" / "combined_windows.json"
    if not labels.is_file():
        raise InputError(f"{shown(root)} holds no labels/combined_windows.json; name NAB's root folder.")
    check_size(labels, MAX_LABEL_BYTES, "it should be small")
    try:
        windows: dict[str, list[list[str]]] = json.loads(labels.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{shown(labels)} is no readable JSON ({display_name(error)}); copy it again.") from None
    for group in categories_of(root / "data"):
        for path in files_of(group, ".csv", "NAB's series"):
            key = f"{group.name}/{path.name}"
            if key in windows:
                yield _nab_series(path, group.name, windows[key])


def _nab_series(path: Path, group: str, windows: list[list[str]]) -> LabelledSeries:
    """One series with the windows set in its labels."""
    sample = read_series(path).sample
    marked = np.zeros(len(sample.values), dtype=np.bool_)
    for start, end in windows:
        marked |= (sample.index >= np.datetime64(start)) & (sample.index <= np.datetime64(end))
    return LabelledSeries(display_name(path.stem), None, sample, marked, group=group, events=events_of(marked))


def read_smap_msl(source: str | Path) -> Iterator[LabelledSeries]:
    """SMAP and MSL: NPZ files train, test, label. `group` is "SMAP" or "MSL"; channel_1 is the telemetry, the
    others are commands."""
    yield from _read_npz(source, "SMAP/MSL")


def read_smd(source: str | Path) -> Iterator[LabelledSeries]:
    """SMD: NPZ files train, test, label, label_dims (the channels named as causes)."""
    yield from _read_npz(source, "SMD")


def read_asd(source: str | Path) -> Iterator[LabelledSeries]:
    """ASD: NPZ files train, test, label, label_dims (the channels named as causes)."""
    yield from _read_npz(source, "ASD")


def read_ucr(source: str | Path) -> Iterator[LabelledSeries]:
    """UCR anomaly archive: NPZ files train, test, label, one channel, exactly one anomaly."""
    yield from _read_npz(source, "UCR")


def read_mba(source: str | Path) -> Iterator[LabelledSeries]:
    """MBA (electrocardiograms): NPZ files values, label; no train part."""
    yield from _read_npz(source, "MBA")


def _read_npz(source: str | Path, what: str) -> Iterator[LabelledSeries]:
    """The series of a folder of NPZ files with the keys train?, test or values, label, label_dims?."""
    for path in files_of(source, ".npz", f"{what}'s NPZ files"):
        arrays = arrays_of(path, ("label",))
        name = display_name(path.stem)
        test = _plain_series(arrays.get("test", arrays.get("values")), name, path)
        train = _plain_series(arrays["train"], f"{name} (train)", path) if "train" in arrays else None
        labels = np.asarray(arrays["label"].reshape(-1) != 0)
        dims = np.asarray(arrays["label_dims"] != 0) if "label_dims" in arrays else None
        group = name.partition("_")[0] if what == "SMAP/MSL" else what
        yield LabelledSeries(name, train, test, labels, dims, group, events_of(labels))


def _plain_series(array: NDArray[Any] | None, name: str, path: Path) -> SeriesSample:
    """An array of shape (time,) or (time, channels) without names or times."""
    if array is None or array.ndim not in (1, 2) or array.dtype.kind not in "biuf":
        raise InputError(f"{shown(path)} holds no array 'test' or 'values' of shape (time, channels); check the file.")
    values = array.reshape(len(array), -1).astype(np.float64)
    index = np.arange(len(values), dtype=np.float64)
    return SeriesSample(values, default_columns(values.shape[1]), index, name=name)


def read_skab(folder: str | Path, train_rows: int = SKAB_TRAIN_ROWS) -> Iterator[LabelledSeries]:
    """SKAB: folders of CSV files separated by ";" with the columns anomaly and changepoint.

    As in its own protocol the first `train_rows` rows of each file are the train part. The file without anomalies
    (no label column) is left out. `group` is the folder's name.
    """
    for group in categories_of(folder):
        for path in files_of(group, ".csv", "SKAB's experiments"):
            read = read_series(path)
            if "anomaly" in read.labels:
                name = display_name(f"{group.name}/{path.stem}")
                yield _split_series(name, group.name, read.sample, read.labels["anomaly"], train_rows)


def _split_series(
    name: str, group: str, sample: SeriesSample, labels: NDArray[np.bool_], train_rows: int
) -> LabelledSeries:
    """A series whose first rows are the train part."""
    if not 2 <= train_rows <= len(sample.values) - 2:
        raise InputError(f"{name!r}: got train_rows={train_rows!r} for {len(sample.values)} rows; leave two rows each.")
    train = replace(sample.part(0, train_rows), name=f"{name} (train)")
    test = replace(sample.part(train_rows, len(sample.values)), name=name)
    marked = labels[train_rows:]
    return LabelledSeries(name, train, test, marked, group=group, events=events_of(marked))


def read_kpi(source: str | Path) -> Iterator[LabelledSeries]:
    """KPI (AIOps challenge 2018): CSV with timestamp, value, label and "KPI ID"; one series per id, no train part."""
    for path in files_of(source, ".csv", "the KPI files"):
        table = read_table(path)
        if "KPI ID" not in table.frame.columns:
            raise InputError(f"{shown(path)} has no column 'KPI ID'; name a KPI file, or use read_labelled_csv.")
        for key, rows in table.frame.groupby("KPI ID", sort=False):
            part = replace(table, frame=pd.DataFrame(rows.drop(columns="KPI ID")), name=str(key))
            yield _labelled(series_of_table(part), "label", path, "KPI")


def read_labelled_csv(source: str | Path, label: str | None = None) -> Iterator[LabelledSeries]:
    """Any table of a folder (or one file) with a column of labels; no train part.

    `label`: its name; without it, a column named label, labels, anomaly or is_anomaly.
    """
    for path in files_of(source, ".csv", "the CSV files"):
        extra = frozenset() if label is None else frozenset({label})
        yield _labelled(series_of_table(read_table(path), extra), label, path, "")


def _labelled(read: ReadSeries, label: str | None, path: Path, group: str) -> LabelledSeries:
    """The series with the labels of the column `label`, or of the first that is not a change point."""
    names = [n for n in read.labels if (n == label if label else n.strip().lower() != "changepoint")]
    if not names:
        wanted = f"column {label!r}" if label else "label column"
        raise InputError(f"{shown(path)} has no {wanted}; name the column that holds the labels.")
    marked = read.labels[names[0]]
    return LabelledSeries(read.sample.name, None, read.sample, marked, group=group, events=events_of(marked))
