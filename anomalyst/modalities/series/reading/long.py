"""Long tables, a row for each reading of each sensor, to wide ones: one channel a sensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, some_names
from anomalyst.modalities.rows.tables import check_cells
from anomalyst.modalities.series.reading.columns import plain
from anomalyst.modalities.series.reading.numbers import is_number_column

MOST_SENSORS = 2000
_KEYS = frozenset({
    "sensor", "sensor_id", "sensorid", "sensor_name", "tag", "tagname", "tag_name", "metric", "metric_name", "channel",
    "channel_id", "channel_name", "variable", "signal", "parameter", "series", "series_id", "name", "id", "item",
    "item_id", "device", "device_id", "entity_id", "point", "point_id", "field", "_field", "measurement",
    "_measurement", "measure", "quantity", "kpi", "kpi_id", "unique_id", "node", "host", "machine", "machine_id",
    "station", "station_id", "attribute",
})  # fmt: skip
_READINGS = frozenset(["value", "_value", "reading", "val", "wert", "y", "state", "measurement_value"])
_REPEATED = 0.5  # of the rows of a long table so many share their stamp with another


def key_column(frame: pd.DataFrame, measured: list[str], stamps: pd.Series[Any]) -> str | None:
    """The column that names the sensor of each row, if the table is long: its stamps repeat, but not for one sensor.

    Where the other column is named as a reading, the stamps need not repeat.
    """
    rows = len(frame)
    keys = [c for c in measured if _may_be_key(frame[c], plain(c))]
    if len(keys) != 1 or len(measured) < 2 or rows < 4:
        return None
    (key,) = keys
    named = plain(key) in _KEYS and len(measured) == 2 and plain(next(c for c in measured if c != key)) in _READINGS
    if not named and float(stamps.duplicated(keep=False).mean()) < _REPEATED:
        return None
    pairs = pd.DataFrame({"key": frame[key].to_numpy(), "stamp": stamps.to_numpy()})
    alone = not bool(pairs.duplicated().mean() > 0.01)
    return key if alone or named else None


def _may_be_key(cells: pd.Series[Any], name: str) -> bool:
    """Whether a column names sensors: words, or whole numbers under a name for sensors; two of them at least."""
    words = not is_number_column(cells) and not pd.api.types.is_datetime64_any_dtype(cells)
    if not words and not (name in _KEYS and cells.dtype.kind in "iu"):
        return False
    first = cells.dropna().head(20)
    if words and (pd.to_numeric(first.astype(str), errors="coerce").notna().any() and name not in _KEYS):
        return False
    count = int(cells.astype(str).nunique()) if words else int(cells.nunique())
    return not cells.isna().any() and 2 <= count <= max(2, len(cells) // 2)


def widened(frame: pd.DataFrame, key: str, stamps: list[str], others: list[str], name: str) -> tuple[pd.DataFrame, str]:
    """(a row for each time, with one column for each sensor and reading; what was done). Sensors in their order."""
    sensors = list(dict.fromkeys(frame[key].tolist()))
    if len(sensors) > MOST_SENSORS:
        raise InputError(
            f"{name}: the column {display_name(key)!r} names {len(sensors):,} sensors; at most "
            f"{MOST_SENSORS:,} are read."
        )
    sensors = sorted(sensors) if is_number_column(frame[key]) else sensors
    times = frame[stamps].drop_duplicates()
    check_cells(len(times), len(sensors) * len(others), name)
    place = frame[stamps].groupby(stamps, sort=False, dropna=False).ngroup().to_numpy()
    nth = frame.groupby([*stamps, key], sort=False, dropna=False).cumcount().to_numpy()
    layers = int(nth.max()) + 1 if len(nth) else 1
    columns: dict[str, pd.Series[Any]] = {}
    at = {sensor: np.flatnonzero((frame[key] == sensor).to_numpy()) for sensor in sensors}
    for other in others:
        for sensor in sensors:
            rows = at[sensor]
            cells = pd.Series(frame[other].to_numpy()[rows], index=place[rows] * layers + nth[rows])
            columns[_channel(sensor, key, other, len(others) == 1)] = cells
    wide = pd.DataFrame(columns)
    wide = wide.reindex(sorted(wide.index))
    dated = times.iloc[wide.index.to_numpy() // layers].reset_index(drop=True)
    shown = some_names([str(sensor) for sensor in sensors], 3)
    note = f"each row names its sensor in {display_name(key)!r}; each of the {len(sensors)} became a channel ({shown})"
    return pd.concat([dated, wide.reset_index(drop=True)], axis=1), note


def _channel(sensor: object, key: str, other: str, only: bool) -> str:
    """A channel's name: the sensor's, a number with what it numbers, beside several readings with the reading's."""
    word = str(sensor).strip() if isinstance(sensor, str) else f"{key} {sensor}"
    return word if only else f"{other} {word}"
