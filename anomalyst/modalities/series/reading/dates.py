"""Day and month told apart: by days over 12, by which order gives steady steps, by the other files of a set."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.modalities.series.sample import DateOrder, SeriesSample

_YEAR_LAST = re.compile(r"^\s*\d{1,2}([/.\-])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"^\s*\d{4}([/.\-])\d{1,2}\1\d{1,2}(?!\d)")
_PARTS = re.compile(
    r"^\s*(?P<one>\d{1,4})(?P<sign>[/.\-])\d{1,2}(?P=sign)(?P<three>\d{1,4})"
    r"(?:(?P<between>[T ,_]+)\d{1,2}(?P<minutes>:\d{2})(?P<seconds>:\d{2})?(?:(?P<mark>[.,])\d{1,9})?"
    r"(?:(?P<gap> ?)(?P<half>[AaPp][Mm]))?(?:(?P<space> ?)(?P<zone>Z|[+-]\d{2}:?\d{2}))?)?\s*$"
)
_IRREGULAR = 0.5  # a step that differs from the usual one by more than this share of it
_SHORTER = 0.5  # an order whose steps sum to less than this share of the other's is right
_FORMS = {
    "day-first": "day/month/year",
    "month-first": "month/day/year",
    "year-month-day": "year-month-day",
    "year-day-month": "year-day-month",
}


@dataclass(frozen=True)
class Dates:
    """Dates as read: times in UTC, NaT where a cell is none; in which order; the reason, "" where nothing was to be
    decided; `guessed`: nothing decided it."""

    times: pd.Series[Any]
    order: DateOrder = ""
    reason: str = ""
    guessed: bool = False


def in_doubt(first: str) -> bool:
    """Whether dates that begin as the first cell does could be read in two orders."""
    found = _YEAR_FIRST.match(first)
    return bool(_YEAR_LAST.match(first)) or (found is not None and found.group(1) != "-")


def read_dates(cells: pd.Series[Any], first: str) -> Dates:
    """Dates in the order that fits them; the first cell shows their form."""
    year_first = bool(_YEAR_FIRST.match(first))
    orders: tuple[DateOrder, DateOrder] = ("year-month-day", "year-day-month") if year_first else (
        ("day-first", "month-first") if _dotted(first) else ("month-first", "day-first")
    )  # fmt: skip
    usual, other = (_in_order(cells, first, order) for order in orders)
    bad = int(usual.isna().sum()), int(other.isna().sum())
    if bad[0] != bad[1]:
        chosen = int(bad[1] < bad[0])
        return Dates((usual, other)[chosen], orders[chosen], f"{orders[1 - chosen]} fits fewer of them")
    if bad[0] or usual.equals(other):
        return Dates(usual)
    steadier = _steadier(_ticks(usual), _ticks(other))
    if steadier is not None:
        return Dates((usual, other)[steadier], orders[steadier], "only so do they follow one another in steady steps")
    if year_first:
        return Dates(usual)
    return Dates(usual, orders[0], guessed=True)


def date_note(dates: Dates, label: str) -> str:
    """In which order the dates were read and why, "" if there was no doubt."""
    if not dates.order or dates.order == "year-month-day":
        return ""
    return order_note(label, dates.order, dates.reason, dates.guessed)


def order_note(label: str, order: DateOrder, reason: str, guessed: bool) -> str:
    """The words of `date_note`."""
    said = f"dates in {label!r} were read {order}"
    if guessed:
        return f"{said}, as {_FORMS[order]}; write year-month-day if that is wrong"
    return f"{said}, as {_FORMS[order]}; {reason}" if reason.startswith("only") else f"{said}; {reason}"


def agreed(samples: Sequence[SeriesSample], others: Sequence[SeriesSample] = ()) -> list[SeriesSample]:
    """The samples, the dates of those that were guessed read in the order that the rest of them and `others` show."""
    known = {sample.dates for sample in (*samples, *others) if sample.dates and not sample.dates_guessed}
    if len(known) != 1:
        return list(samples)
    (order,) = known
    return [_settled(sample, order) if sample.dates_guessed else sample for sample in samples]


def _settled(sample: SeriesSample, order: DateOrder) -> SeriesSample:
    """A sample whose dates were guessed, in the order of its set."""
    notes, values, index = list(sample.notes), sample.values, sample.index
    guess = next((n for n in notes if n.startswith("dates in ") and f"were read {sample.dates}" in n), "")
    if sample.dates != order:
        index = _swapped(index)
        rows = np.argsort(index, kind="stable")
        index, values = index[rows], values[rows]
    if guess:
        label = guess.removeprefix("dates in ").partition(" were read ")[0]
        notes[notes.index(guess)] = f"dates in {label} were read {order}, as those of the other files"
    return replace(sample, values=values, index=index, dates=order, dates_guessed=False, notes=tuple(notes))


def _swapped(index: NDArray[np.generic]) -> NDArray[np.generic]:
    """Stamps with day and month exchanged; all days are at most 12."""
    times = pd.DatetimeIndex(index)
    days = pd.to_datetime(pd.DataFrame({"year": times.year, "month": times.day, "day": times.month}))
    return np.asarray(days.to_numpy() + (times - times.normalize()).to_numpy(), dtype="datetime64[ns]")


def _dotted(first: str) -> bool:
    """Whether a date has dots, which nobody writes month-first."""
    found = _YEAR_LAST.match(first)
    return found is not None and found.group(1) == "."


def _in_order(cells: pd.Series[Any], first: str, order: DateOrder) -> pd.Series[Any]:
    """Times in UTC, NaT where a cell is none, by the form of the first cell with its day and month in an order; cells
    that have less or more of a time of day, as midnights of spreadsheets do, are read too."""
    date, clock = _forms(first, order)
    times = _strict(cells, date + clock)
    for other in ("", " %H:%M", " %H:%M:%S"):
        left = times.isna()
        if other != clock and left.any() and _strict(cells[left].head(1), date + other).notna().all():
            times = times.where(~left, _strict(cells.where(left), date + other))
    return times


def _strict(cells: pd.Series[Any], form: str) -> pd.Series[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            times = pd.to_datetime(cells, utc=True, errors="coerce", format=form)
        except (ValueError, TypeError, OverflowError):
            return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns, UTC]")
    return times


def _forms(first: str, order: DateOrder) -> tuple[str, str]:
    """The formats of the first cell's date, in an order, and of its time of day."""
    found = _PARTS.match(first)
    if found is None:
        return "%x", ""
    sign = found["sign"]
    year = "%Y" if len(found["one"]) == 4 or len(found["three"]) == 4 else "%y"
    parts = {"year-month-day": (year, "%m", "%d"), "year-day-month": (year, "%d", "%m")}
    date = sign.join(parts.get(order) or (("%d", "%m", year) if order == "day-first" else ("%m", "%d", year)))
    if not found["minutes"]:
        return date, ""
    half = found["half"] is not None
    clock = found["between"] + ("%I" if half else "%H") + ":%M"
    clock += (":%S" if found["seconds"] else "") + (found["mark"] + "%f" if found["mark"] else "")
    clock += (found["gap"] or "") + "%p" if half else ""
    return date, clock + (f"{found['space']}%z" if found["zone"] else "")


def _ticks(times: pd.Series[Any]) -> NDArray[np.float64]:
    stamps = np.asarray(times.dt.tz_localize(None).to_numpy(), dtype="datetime64[ns]")
    return np.asarray(stamps.astype(np.int64), dtype=np.float64)


def _steadier(one: NDArray[np.float64], other: NDArray[np.float64]) -> int | None:
    """Which of two readings of the same stamps goes in steadier steps; None if they are alike."""
    steps = [diff[diff != 0] for diff in (np.diff(one), np.diff(other))]
    if min(len(diff) for diff in steps) < 2:
        return None
    odd = [_irregular(diff) for diff in steps]
    if odd[0] != odd[1] and min(odd) <= 0.1 * max(len(diff) for diff in steps):
        return int(odd[1] < odd[0])
    length = [float(np.abs(diff).sum()) for diff in steps]
    if min(odd) and min(length) < _SHORTER * max(length):
        return int(length[1] < length[0])
    return None


def _irregular(steps: NDArray[np.float64]) -> int:
    usual = float(np.median(steps))
    return int((np.abs(steps - usual) > _IRREGULAR * abs(usual)).sum())
