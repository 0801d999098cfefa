"""Table files (CSV, TSV, Parquet, NPY) to data frames: sizes checked first, nothing executed, no pickle."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    MAX_TABLE_BYTES,
    TABLE_TYPES,
    check_size,
    display_name,
    file_kind,
    refuse_kind,
    shown,
)

SEPARATORS = (",", ";", "\t")
MAX_CELLS = 50_000_000
MANY_COLUMNS = 64  # a table of numbers seldom has more
_SMALLER = "cut the series in time, or drop columns"
_DATE_LIKE = re.compile(r"^\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}T\d|\d{1,2}:\d{2}|\d{4}-\d{2}|\d{1,2} [A-Za-z]{3})")


@dataclass(frozen=True)
class Table:
    """A data frame as read, before its columns are understood. `decimal_comma`: numbers may be written 1,5."""

    frame: pd.DataFrame
    name: str
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()


def default_columns(count: int) -> tuple[str, ...]:
    """Names for columns that have none."""
    return ("value",) if count == 1 else tuple(f"channel_{i}" for i in range(1, count + 1))


def looks_like_date(cell: object) -> bool:
    """Whether a cell is text that begins like a date or a time of day."""
    return isinstance(cell, str) and bool(_DATE_LIKE.match(cell))


def check_cells(rows: int, columns: int, name: str) -> None:
    """Refuse more than MAX_CELLS values."""
    if rows * columns > MAX_CELLS:
        raise InputError(
            f"{name}: got {rows:,} rows × {columns:,} columns; at most {MAX_CELLS:,} values are read: {_SMALLER}."
        )


def read_table(path: Path) -> Table:
    """Read a table file, told by content."""
    check_size(path, MAX_TABLE_BYTES, _SMALLER)
    kind = file_kind(path)
    if kind == "parquet":
        return _read_parquet(path)
    if kind == "npy":
        return table_of_array(read_npy(path), path.name)
    if kind == "text":
        return _read_text(path)
    raise refuse_kind(path, f"a series ({TABLE_TYPES})")


def read_npy(path: Path) -> NDArray[Any]:
    """The array of an NPY file; never unpickles."""
    return np.array(opened_npy(path))


def opened_npy(path: Path) -> NDArray[Any]:
    """The array of an NPY file, its shape and type read, its values still on the disk; never unpickles."""
    check_size(path, MAX_TABLE_BYTES, "cut it into parts")
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        return array
    except (ValueError, OSError, EOFError, SyntaxError, TypeError) as error:
        reason = display_name(error, 120)
        raise InputError(
            f"{shown(path)} cannot be read as an NPY array of numbers ({reason}); save it with np.save(path, array), "
            "numbers only: pickled objects are not read."
        ) from None


def may_be_picture(array: NDArray[Any]) -> bool:
    """Whether an array of two axes may be a grey picture as well as a table: it holds bytes, or has many columns."""
    return array.ndim == 2 and (array.dtype in (np.uint8, np.uint16, np.bool_) or array.shape[1] > MANY_COLUMNS)


def table_of_array(array: NDArray[Any], name: str) -> Table:
    """An array of shape (time,) or (time, channels) as a table."""
    label = repr(display_name(name))
    if array.ndim not in (1, 2):
        raise InputError(
            f"{label}: got an array of shape {array.shape!r}; a series has shape (time,) or (time, channels)."
        )
    if array.dtype.kind not in "biuf":
        raise InputError(f"{label}: got values of type {str(array.dtype)!r}; a series holds real numbers.")
    columns = array[:, None] if array.ndim == 1 else array
    check_cells(len(columns), columns.shape[1], label)
    return Table(pd.DataFrame(columns, columns=list(default_columns(columns.shape[1]))), name)


def _read_parquet(path: Path) -> Table:
    """A Parquet table; its declared size is checked before its columns are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            facts = file.metadata
            check_cells(facts.num_rows, max(1, facts.num_columns), shown(path))
            unpacked = sum(facts.row_group(i).total_byte_size for i in range(facts.num_row_groups))
            if unpacked > 4 * MAX_TABLE_BYTES:
                raise InputError(f"{shown(path)} unpacks to {unpacked:,} bytes; that is too much: {_SMALLER}.")
            frame: pd.DataFrame = file.read().to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = display_name(error, 100)
        raise InputError(f"{shown(path)} is a damaged Parquet file ({reason}); write it again.") from None
    return Table(frame, path.name)


def _read_text(path: Path) -> Table:
    """A CSV or TSV file in UTF-8; separator and missing header are found out."""
    text = read_text(path)
    lines = [line for line in text[:100_000].splitlines() if line.strip()]
    if not lines:
        raise InputError(f"{shown(path)} holds no data, only blanks; give a file with data.")
    separator = sniff_separator(lines[:20])
    names = _fields(lines[0], separator)
    header = not _no_header(names, separator)
    twice = next((n for n in names if n and names.count(n) > 1), "") if header and len(names) < 10_000 else ""
    if twice:
        raise InputError(f"{shown(path)}: the column {display_name(twice)!r} occurs twice; rename one of them.")
    check_cells(text.count("\n"), len(names), shown(path))
    frame = _parse(text, path, separator, header)
    notes = () if header else ("the file has no header line; its columns were named here",)
    if not header:
        frame.columns = pd.Index(default_columns(frame.shape[1]))
    return Table(frame, path.name, decimal_comma=separator != ",", notes=notes)


def read_text(path: Path) -> str:
    """The file's text; InputError that names the first byte that is not UTF-8."""
    check_size(path, MAX_TABLE_BYTES, _SMALLER)
    try:
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise InputError(
            f"{shown(path)} is not UTF-8: byte 0x{byte:02x} at position {error.start}; save it as UTF-8, e.g. "
            "`iconv -f latin1 -t utf-8 in.csv > out.csv`."
        ) from None
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read ({error.strerror}); check the file.") from None


def sniff_separator(lines: list[str]) -> str:
    """The separator, among comma, semicolon and tab: in the first line, and as often in the most other lines."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    first = {s: bare[0].count(s) for s in SEPARATORS}

    def rank(separator: str) -> tuple[bool, float, int]:
        agreeing = sum(line.count(separator) == first[separator] for line in bare) / len(bare)
        return first[separator] > 0, agreeing, first[separator] if separator == "," else 1000 + first[separator]

    return max(SEPARATORS, key=rank) if any(first.values()) else ","


def _fields(line: str, separator: str) -> list[str]:
    """The cells of one line."""
    bare = re.sub(r'"[^"]*"', lambda found: found.group().replace(separator, " "), line)
    return [cell.strip().strip('"') for cell in bare.split(separator)]


def _no_header(cells: list[str], separator: str) -> bool:
    """Whether every cell is a number or a date, as in a file without header."""
    filled = [cell.replace(",", ".") if separator != "," else cell for cell in cells if cell]
    numbers = [cell for cell in filled if _is_number(cell)]
    return bool(numbers) and all(_is_number(cell) or looks_like_date(cell) for cell in filled)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _parse(text: str, path: Path, separator: str, header: bool) -> pd.DataFrame:
    """Text to a frame; a row with more cells than the header is an error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text),
                sep=separator,
                header=0 if header else None,
                index_col=False,
                low_memory=False,
                skipinitialspace=True,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError) as error:
        reason = display_name(str(error).removeprefix("Error tokenizing data. C error: "), 120)
        raise InputError(
            f"{shown(path)} is not a regular table ({reason}); give every row as many cells as the header, "
            "separated by comma, semicolon or tab."
        ) from None
