"""What column names say: time, label; and safe display names."""

from __future__ import annotations

import re

from anomalyst.modalities.files import display_name

TIME_NAMES = frozenset({
    "time", "timestamp", "timestamps", "date", "datetime", "date_time", "time_stamp", "ts", "epoch", "unix_time",
    "unixtime", "utc",
})  # fmt: skip
# Columns of these names are labels: they are left out of the values, and read by `anomalyst.datasets`.
LABEL_NAMES = frozenset({"label", "labels", "anomaly", "is_anomaly", "changepoint"})

_HINTS = frozenset({
    "time", "times", "timestamp", "stamp", "ts", "epoch", "unix", "date", "datetime", "zeit", "zeitstempel", "datum",
    "utc", "created", "updated", "changed", "measured", "recorded", "logged", "received", "at", "when", "heure",
    "fecha", "hora", "t", "index",
})  # fmt: skip


def plain(name: object) -> str:
    """A column name for comparing: lower case, words joined by "_"."""
    return re.sub(r"[\s\-]+", "_", str(name).strip().lower())


def _time_word(name: object) -> str:
    """A name for comparing with TIME_NAMES: `@timestamp`, `_time`, `Time (s)` and `Date/Time` without their marks."""
    bare = re.sub(r"[(\[][^()\[\]]*[)\]]\s*$", "", str(name))
    return plain(re.sub(r"[@#/._]+", " ", bare))


def is_time_name(name: object) -> bool:
    """Whether a column of this name holds the time."""
    return _time_word(name) in TIME_NAMES


def hints_at_time(name: object) -> bool:
    """Whether a word of a column's name speaks of time, such as `created_at`."""
    return bool(set(_time_word(name).split("_")) & _HINTS)


def is_label_name(name: object) -> bool:
    """Whether a column of this name holds labels."""
    return plain(name) in LABEL_NAMES


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Safe, unique display names in the given order; an empty or a taken name gets its number."""
    taken: list[str] = []
    for number, raw in enumerate(names, start=1):
        name = display_name(raw) or f"column {number}"
        taken.append(f"{name} ({number})" if name in taken else name)
    return tuple(taken)
