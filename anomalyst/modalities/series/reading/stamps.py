"""Numbers as times: Unix time by its size, stamps written as digits (20240414), days of spreadsheets, years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

UNITS = {10**9: "seconds", 10**6: "milliseconds", 10**3: "microseconds", 1: "nanoseconds"}
# Unix time by its size: from 1973 on in seconds, and the same in ms, µs and ns.
_EPOCHS = ((1e8, 1e10, 10**9), (1e11, 1e13, 10**6), (1e14, 1e16, 10**3), (1e17, 9.2e18, 1))
# The same where nothing but the values speaks for a time: 2000 to 2040.
_LIKELY = tuple((9.46e8 * 10**k, 2.21e9 * 10**k) for k in (0, 3, 6, 9))
_DIGITS = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SHOWN = {8: "20240131", 10: "2024013123", 12: "202401312359", 14: "20240131235959"}
_YEARS = (1900, 2100)
_SHEET_DAYS = (32_874, 73_050)  # 1990 to 2099, days since the end of 1899
_MATLAB_DAYS = (726_834, 767_010)  # the same, days since year 0
_STEADY = 0.8


@dataclass(frozen=True)
class Read:
    """Stamps (time,) as datetime64[ns], and how the numbers were read."""

    index: NDArray[np.generic]
    how: str


def as_digits(values: NDArray[np.float64]) -> Read | None:
    """Numbers that are all dates written as digits, from days (8) to seconds (14); else None."""
    if not _whole(values):
        return None
    count = len(str(int(values[0])))
    form = _DIGITS.get(count)
    years = values / 10.0 ** (count - 4)
    if form is None or not (_YEARS[0] <= years.min() and years.max() < _YEARS[1] + 1):
        return None
    text = pd.Series(values).astype("int64").astype(str)
    with_zeros = f"{form}%M" if count == 10 else form
    times = pd.to_datetime(text + "00" if count == 10 else text, format=with_zeros, errors="coerce")
    if times.isna().any():
        return None
    return Read(_nanoseconds(times), f"{'days' if count == 8 else 'times'} written {_SHOWN[count]}")


def as_months(values: NDArray[np.float64]) -> Read | None:
    """Numbers that are all months written 202401; else None."""
    if not _whole(values) or not (_YEARS[0] * 100 < values.min() and values.max() < (_YEARS[1] + 1) * 100):
        return None
    times = pd.to_datetime(pd.Series(values).astype("int64").astype(str) + "01", format="%Y%m%d", errors="coerce")
    return None if times.isna().any() else Read(_nanoseconds(times), "months written 202401")


def as_years(values: NDArray[np.float64]) -> Read | None:
    """Numbers that are all years; else None."""
    if not _whole(values) or not (values.min() >= 1678 and values.max() <= 2261):
        return None
    times = pd.to_datetime(pd.Series(values).astype("int64").astype(str) + "0101", format="%Y%m%d")
    return Read(_nanoseconds(times), "years")


def as_sheet_days(values: NDArray[np.float64]) -> Read | None:
    """Numbers that are all days as spreadsheets count them, 1990 to 2099; else None."""
    return _days(values, _SHEET_DAYS, "1899-12-30", "days as spreadsheets count them, from 1899-12-30 on")


def as_matlab_days(values: NDArray[np.float64]) -> Read | None:
    """Numbers that are all days as MATLAB counts them, 1990 to 2099, parts of days among them; else None."""
    if _whole(values):
        return None
    low, high = (day - 719_529 for day in _MATLAB_DAYS)
    return _days(values - 719_529.0, (low, high), "1970-01-01", "days as MATLAB counts them")


def as_epoch(values: NDArray[np.float64], exact: NDArray[np.int64] | None = None) -> Read | None:
    """Numbers that are all Unix times by their size, each in its own unit; else None. `exact`: the same as integers."""
    if not len(values) or not (values.min() >= 0):
        return None
    scale = np.zeros(len(values), dtype=np.int64)
    for low, high, nanoseconds in _EPOCHS:
        scale[(values >= low) & (values < high)] = nanoseconds
    if not scale.all():
        return None
    whole = exact * scale if exact is not None else np.rint(values * scale).astype(np.int64)
    units = [unit for nanoseconds, unit in UNITS.items() if (scale == nanoseconds).any()]
    return Read(whole.astype("datetime64[ns]"), f"Unix time in {' and '.join(units)}, by their size")


def surely_times(values: NDArray[np.float64], hinted: bool) -> bool:
    """Whether numbers alone show that they are times: in one range of Unix time, or dates in digits, never falling,
    and, unless the name hints at time (`hinted`), mostly one step apart, as no counter is."""
    if len(values) < 3 or not np.isfinite(values).all() or bool((np.diff(values) < 0).any()):
        return False
    epoch = any(low <= values[0] and values[-1] < high for low, high in _LIKELY)
    digits = not epoch and values[0] >= 1e11 and as_digits(values) is not None
    if not epoch and not digits:
        return False
    steps = np.diff(values)
    steps = steps[steps > 0]
    if not len(steps):
        return False
    return hinted or digits or float((np.abs(steps - np.median(steps)) <= 1e-6 * np.median(steps)).mean()) >= _STEADY


def _days(values: NDArray[np.float64], bounds: tuple[float, ...], origin: str, how: str) -> Read | None:
    if not len(values) or not (bounds[0] <= values.min() and values.max() < bounds[1]):
        return None
    milliseconds = np.rint(values * 86_400_000).astype(np.int64)
    # Days as fractions carry a rounding of up to half a second where they were cut to six places.
    seconds = np.rint(milliseconds / 1000).astype(np.int64) * 1000
    near = np.where(np.abs(milliseconds - seconds) < 100, seconds, milliseconds)
    return Read((np.datetime64(origin, "ms") + near).astype("datetime64[ns]"), how)


def _whole(values: NDArray[np.float64]) -> bool:
    return bool(len(values)) and bool((values == np.floor(values)).all()) and bool((values > 0).all())


def _nanoseconds(times: pd.Series[pd.Timestamp]) -> NDArray[np.generic]:
    return np.asarray(times.to_numpy(), dtype="datetime64[ns]")
