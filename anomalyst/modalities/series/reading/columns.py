"""What column names say: time, label, unit; and safe display names."""

from __future__ import annotations

import re

from anomalyst.modalities.files import display_name

TIME_NAMES = frozenset(
    {
        "time",
        "timestamp",
        "timestamps",
        "date",
        "datetime",
        "date_time",
        "time_stamp",
        "ts",
        "epoch",
        "unix_time",
        "unixtime",
        "utc",
    }
)
# Columns of these names are labels: they are left out of the values, and read by `anomalyst.datasets`.
LABEL_NAMES = frozenset({"label", "labels", "anomaly", "is_anomaly", "changepoint"})

# Last word of a snake_case name → unit.
_UNIT_WORDS = {
    **{word: word for word in ("ns", "us", "ms", "s", "min", "h", "rpm", "ppm", "psi", "lux", "bar", "mbar", "mm")},
    **{word: word for word in ("cm", "km", "kg", "mg", "ml", "bytes", "rad", "deg", "bpm")},
    **{"sec": "s", "secs": "s", "seconds": "s", "minutes": "min", "hours": "h", "percent": "%", "pct": "%"},
    **{"kb": "kB", "mb": "MB", "gb": "GB", "tb": "TB", "kib": "KiB", "mib": "MiB", "gib": "GiB"},
    **{"hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz", "db": "dB"},
    **{"v": "V", "mv": "mV", "kv": "kV", "a": "A", "ma": "mA", "w": "W", "kw": "kW", "kwh": "kWh"},
    **{"pa": "Pa", "hpa": "hPa", "kpa": "kPa", "mpa": "MPa", "c": "°C", "celsius": "°C", "degc": "°C"},
}
_RATES = {"s": "s", "sec": "s", "second": "s", "min": "min", "minute": "min", "h": "h", "hour": "h", "day": "day"}
_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]]{1,16}?)\s*[)\]]\s*$")


def unit_of(name: str) -> str:
    """The unit that a column name states, "" if none.

    `temp (°C)` and `p [bar]` give what stands in brackets; `latency_ms`, `cpu_percent`, `disk_kb_s` and
    `requests_per_s` give ms, %, kB/s and requests/s.
    """
    bracketed = _BRACKETED.search(name)
    if bracketed:
        return display_name(bracketed.group(1), 16)
    words = [word for word in name.strip().lower().split("_") if word]
    if len(words) < 2:
        return ""
    if len(words) >= 3 and words[-2] == "per" and words[-1] in _RATES:
        return f"{_UNIT_WORDS.get(words[-3], words[-3])}/{_RATES[words[-1]]}"
    if len(words) >= 3 and words[-1] in ("s", "min", "h") and words[-2] in ("b", "bytes", "kb", "mb", "gb", "m", "l"):
        return f"{_UNIT_WORDS.get(words[-2], words[-2])}/{words[-1]}"
    return _UNIT_WORDS.get(words[-1], "")


def plain(name: object) -> str:
    """A column name for comparing: lower case, words joined by "_"."""
    return re.sub(r"[\s\-]+", "_", str(name).strip().lower())


def is_time_name(name: object) -> bool:
    """Whether a column of this name holds the time."""
    return plain(name) in TIME_NAMES


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
