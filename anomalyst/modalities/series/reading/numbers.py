"""Cells to numbers, each column in its own style: thousands, decimal commas, signs, units, words for none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.modalities.files import display_name
from anomalyst.modalities.unit_names import known_unit

Mark = Literal[",", ".", ""]

MOST_WORDS = 0.1  # a column with a larger share of cells that are no numbers is one of words
_MISSING = frozenset({
    "-", "--", "---", "–", "—", ".", "?", "*", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "#na", "#div/0!",
    "#value!", "#ref!", "#name?", "#num!", "#null!", "unavailable", "unknown", "missing", "undefined", "invalid",
})  # fmt: skip
_ON = {"on": "off", "true": "false", "yes": "no", "open": "closed", "ein": "aus", "ja": "nein", "high": "low"}
_ON |= {"y": "n", "t": "f", "running": "stopped", "active": "inactive", "enabled": "disabled", "up": "down"}
_BLANKS = "\u00a0\u202f\u2009\u2007"
_CELL = re.compile(
    r"^'?\s*(?P<minus>\()?\s*(?P<before>[€$£¥])?\s*(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
    r"(?P<unit>[^\d\s()][^()]{0,11}?)?\s*(?P<end>\))?$"
)


@dataclass(frozen=True)
class Cells:
    """A column as numbers. `values`: float64 (time,), NaN where missing, or None if its cells are words; `bad`: the
    first row whose cell is no number, -1 if none; `unit`: what stands behind each number; the rest is what was done."""

    values: NDArray[np.float64] | None
    bad: int = -1
    unit: str = ""
    comma: bool = False
    thousands: bool = False
    switch: str = ""
    odd: str = ""
    infinite: int = 0


@dataclass(frozen=True)
class Marks:
    """What "," and "." are in a column. `decimal`: the decimal mark where that is clear, else ""."""

    decimal: Mark = ""
    thousands: Mark = ""
    doubtful: Mark = ""


def is_number_column(column: pd.Series[Any]) -> bool:
    """Whether a column holds real numbers or booleans."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)


def file_decimal(columns: list[pd.Series[Any]]) -> Mark:
    """The decimal mark that the columns of a file show without doubt, "" if none does, or if they do not agree."""
    found = {marks_of(_joined(cells.dropna())).decimal for cells in columns if not is_number_column(cells)} - {""}
    mark: Mark = "," if found == {","} else "." if found == {"."} else ""
    return mark


def read_cells(cells: pd.Series[Any], decimal: Mark, comma: bool) -> Cells:
    """A column's numbers. `decimal`: the file's decimal mark where known; `comma`: a comma in doubt is one."""
    if pd.api.types.is_timedelta64_dtype(cells):
        return Cells(_finite(cells.dt.total_seconds().to_numpy(dtype=np.float64))[0], unit="s")
    if pd.api.types.is_datetime64_any_dtype(cells):
        return Cells(None, bad=0)
    if is_number_column(cells):
        values, infinite = _finite(cells.to_numpy(dtype=np.float64, na_value=np.nan))
        return Cells(values, infinite=infinite)
    present = np.flatnonzero(cells.notna().to_numpy())
    joined = _joined(cells.iloc[present])
    marks = marks_of(joined)
    mark = marks.decimal or (_settled(joined, marks, decimal, comma) if marks.doubtful else decimal)
    split = marks.thousands or (marks.doubtful if marks.doubtful and marks.doubtful != mark else "")
    plain = joined.replace(split, "") if split else joined
    plain = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", plain)
    plain = plain.replace(",", ".") if mark == "," else plain
    read = _numbers(plain.split("\n") if len(present) else [], present, len(cells))
    thousands = bool(split) or len(plain) < len(joined)
    return _with(read, comma="," in joined and mark == ",", thousands=thousands and read.values is not None)


def marks_of(joined: str) -> Marks:
    """What "," and "." are, by the cells alone (one a line)."""
    dot, comma = "." in joined, "," in joined
    if not (dot or comma):
        return Marks()
    if dot and comma:
        if re.search(r"\d\.\d{3}(?:\.\d{3})*,\d", joined):
            return Marks(",", ".")
        if re.search(r"\d,\d{3}(?:,\d{3})*\.\d", joined):
            return Marks(".", ",")
    loose = {mark: _loose(joined, mark) for mark, there in ((",", comma), (".", dot)) if there}
    if len(loose) == 2:
        if loose[","] and not loose["."]:
            return Marks(",", ".")
        return Marks(".", ",") if loose["."] and not loose[","] else Marks()
    mark: Mark = "," if comma else "."
    if re.search(rf"\d{re.escape(mark)}\d{{3}}{re.escape(mark)}\d{{3}}(?!\d)", joined):
        return Marks("", mark)
    return Marks(mark) if loose[mark] else Marks(doubtful=mark)


def _loose(joined: str, mark: str) -> bool:
    """Whether a mark stands where none of thousands may: not before exactly three digits, or behind none or a 0."""
    sign = re.escape(mark)
    return bool(re.search(rf"{sign}(?!\d{{3}}(?!\d))\d|(?<!\d)0{sign}\d|(?<!\d){sign}\d|\d{{4}}{sign}\d", joined))


def _settled(joined: str, marks: Marks, decimal: Mark, comma: bool) -> Mark:
    """The decimal mark of a column like 1.234 or 1,234, which its own cells leave in doubt: as elsewhere in the file;
    else a dot is one, and a comma is one where the comma does not part the cells, unless whole numbers below 1000
    stand beside."""
    if decimal:
        return decimal
    if marks.doubtful == ".":
        return "."
    lines = joined.split("\n")
    whole = [line for line in lines if line.strip().lstrip("+-").isdigit()]
    return "," if comma and not whole else "."


def _joined(cells: pd.Series[Any]) -> str:
    """Cells as text, one a line, with plain minus signs, blanks and apostrophes."""
    texts = [cell if isinstance(cell, str) else str(cell) for cell in cells.tolist()]
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):
        joined = "\n".join(" ".join(text.split("\n")) for text in texts)
    if joined.isascii():
        return joined
    for char in _BLANKS:
        joined = joined.replace(char, " ")
    return joined.replace("\u2212", "-").replace("\u2019", "'")


def _numbers(texts: list[str], rows: NDArray[np.intp], count: int) -> Cells:
    """Texts in plain style as numbers at their rows."""
    values = np.full(count, np.nan)
    found = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=np.float64).copy()
    left = np.flatnonzero(np.isnan(found))
    if len(left) == len(texts) and (switch := _switch(texts)):
        values[rows] = [text.strip().lower() == switch for text in texts]
        return Cells(values, switch=switch)
    units: Counter[str] = Counter()
    words: dict[str, int] = {}
    bad: list[int] = []
    for at in left:
        text = texts[at].strip()
        cell = _CELL.match(text)
        unit = known_unit(cell["unit"] or cell["before"] or "") if cell else ""
        if cell and bool(cell["minus"]) == bool(cell["end"]) and (unit or not (cell["unit"] or cell["before"])):
            found[at] = float(cell["number"]) * (-1 if cell["minus"] else 1)
            units[unit] += 1
        elif text and text.lower() not in ("nan",):
            words[text] = words.get(text, 0) + 1
            if text.lower() not in _MISSING:
                bad.append(int(at))
    named = [unit for unit in units if unit]
    if len(bad) > MOST_WORDS * len(texts) or len(named) > 1 or (len(bad) == len(texts) and texts):
        return Cells(None, bad=int(rows[bad[0] if bad else left[0]]))
    values[rows], infinite = _finite(found)
    odd = f"{sum(words.values())} (such as {display_name(next(iter(words)), 40)!r})" if words else ""
    return Cells(values, unit=named[0] if named else "", odd=odd, infinite=infinite)


def _switch(texts: list[str]) -> str:
    """The word for 1 in a column of two opposite words, such as on and off; "" if it holds others."""
    words = {text.strip().lower() for text in set(texts)}
    return next((on for on, off in _ON.items() if words and words <= {on, off}), "")


def _finite(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """(values with NaN for infinite ones, how many these were)."""
    infinite = np.isinf(values)
    if not infinite.any():
        return values, 0
    return np.where(infinite, np.nan, values), int(infinite.sum())


def _with(cells: Cells, comma: bool, thousands: bool) -> Cells:
    return Cells(
        cells.values, cells.bad, cells.unit, comma and cells.values is not None, thousands, cells.switch, cells.odd,
        cells.infinite,
    )  # fmt: skip
