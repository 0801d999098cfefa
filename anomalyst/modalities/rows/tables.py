"""Table files (CSV, TSV, JSON, Parquet, NPY) to data frames: sizes checked first, nothing executed, no pickle."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
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
from anomalyst.modalities.rows.decoding import decoded
from anomalyst.modalities.rows.layout import Layout, layout_of, looks_like_date
from anomalyst.modalities.rows.records import frame_of_json, looks_like_json

if TYPE_CHECKING:
    import pandas as pd

MAX_CELLS = 50_000_000
MANY_COLUMNS = 64  # a table of numbers seldom has more
_COMMA = re.compile(r"\d,\d")
_SMALLER = "cut the series in time, or drop columns"


@dataclass(frozen=True)
class Table:
    """A data frame as read, before its columns are understood. `decimal_comma`: a comma in doubt is a decimal one;
    `units`: of the columns for which a row of the file gives one."""

    frame: pd.DataFrame
    name: str
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)


def default_columns(count: int) -> tuple[str, ...]:
    """Names for columns that have none."""
    return ("value",) if count == 1 else tuple(f"channel_{i}" for i in range(1, count + 1))


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
    import pandas as pd  # loading it takes long: not before there is a table

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
    """A text table; its encoding, separator and header are found out."""
    text, guessed = decoded(path)
    if not text.strip():
        raise InputError(f"{shown(path)} holds no data, only blanks; give a file with data.")
    if looks_like_json(text):
        frame = frame_of_json(text, shown(path))
        check_cells(len(frame), max(1, frame.shape[1]), shown(path))
        return Table(frame, path.name, notes=guessed)
    layout = layout_of(text)
    names = [name for name in layout.names if name]
    twice = next((n for n in names if names.count(n) > 1), "") if layout.header and len(names) < 10_000 else ""
    if twice:
        raise InputError(f"{shown(path)}: the column {display_name(twice)!r} occurs twice; rename one of them.")
    check_cells(layout.text.count("\n"), len(layout.names), shown(path))
    frame = _parse(layout, path)
    notes = (*guessed, *layout.notes)
    if not layout.header:
        frame.columns = list(default_columns(frame.shape[1]))
        notes = (*notes, "the file has no header line; its columns were named here")
    return Table(frame, path.name, layout.separator != ",", notes, layout.units)


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


def _parse(layout: Layout, path: Path) -> pd.DataFrame:
    """Text to a frame; a row with more cells than the header is an error.

    Where decimal commas or thousands may stand in words, other columns of fractions are kept as words too: 1.234 beside
    20,1 is 1234.
    """
    import pandas as pd  # loading it takes long: not before there is a table

    frame = _parsed(layout, path)
    fractions = [i for i in range(frame.shape[1]) if frame.iloc[:, i].dtype.kind == "f"]
    words = [i for i in range(frame.shape[1]) if frame.iloc[:, i].dtype.kind not in "biuf"]
    if not fractions or not any(_commas(frame.iloc[:, i]) for i in words):
        return frame
    texts = _parsed(layout, path, as_words=fractions)
    columns = [texts.iloc[:, i] if i in set(fractions) else frame.iloc[:, i] for i in range(frame.shape[1])]
    return pd.concat(columns, axis=1)


def _commas(cells: pd.Series[Any]) -> bool:
    """Whether numbers with commas stand in a column, other than dates."""
    first = cells.dropna().head(1)
    if len(first) and looks_like_date(first.iloc[0]):
        return False
    return any(isinstance(cell, str) and _COMMA.search(cell) is not None for cell in cells.tolist())


def _parsed(layout: Layout, path: Path, as_words: Sequence[int] = ()) -> pd.DataFrame:
    import pandas as pd  # loading it takes long: not before there is a table

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(layout.text),
                sep=layout.separator,
                header=0 if layout.header else None,
                index_col=False,
                low_memory=False,
                skipinitialspace=True,
                dtype=dict.fromkeys(as_words, str) if as_words else None,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError) as error:
        reason = display_name(str(error).removeprefix("Error tokenizing data. C error: "), 120)
        raise InputError(
            f"{shown(path)} is not a regular table ({reason}); give every row as many cells as the header, "
            "separated by comma, semicolon, tab or |."
        ) from None
