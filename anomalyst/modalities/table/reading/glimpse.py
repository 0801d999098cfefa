"""A first look at a file of rows and columns: whether anything in it tells an order."""

from __future__ import annotations

import gzip
import io
import warnings
import zlib
from pathlib import Path
from typing import Any

import pandas as pd

from anomalyst.modalities.rows.decoding import GZIP
from anomalyst.modalities.rows.layout import layout_of
from anomalyst.modalities.rows.records import looks_like_json
from anomalyst.modalities.series.reading.columns import is_label_name
from anomalyst.modalities.series.reading.numbers import is_number_column, read_cells
from anomalyst.modalities.series.reading.timecolumns import find_time

LOOKED_AT = 65_536  # bytes
LEAST_ROWS = 12  # from which on words that come again tell something
MOST_ROWS = 2_000
AGAIN = 0.5  # different words of a column of categories, at most, as a share of its cells
LONG = 40  # characters of a word on average, from which on it is text


def glimpsed(path: Path, kind: str) -> pd.DataFrame | None:
    """The first rows of a file; None where they cannot be read so quickly."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return _of_parquet(path) if kind == "parquet" else _of_text(path)
    except (OSError, ValueError, EOFError, zlib.error, pd.errors.ParserError, pd.errors.ParserWarning):
        return None


def has_no_order(frame: pd.DataFrame) -> bool:
    """Whether rows are judged as they are: no column holds times, and one holds words that come again."""
    if len(frame) < LEAST_ROWS or frame.shape[1] < 2 or not isinstance(frame.columns, pd.Index):
        return False
    if isinstance(frame.columns, pd.MultiIndex) or isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        return False
    some = frame.head(MOST_ROWS).copy(deep=False)
    some.columns = pd.Index([str(column) for column in some.columns], dtype=object)
    if some.columns.has_duplicates or find_time(some).names:
        return False
    return any(_comes_again(some[name]) for name in some.columns if not is_label_name(name))


def _comes_again(cells: pd.Series[Any]) -> bool:
    """Whether a column holds words of which several rows have the same."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return True
    if is_number_column(cells) or cells.isna().all() or not all(isinstance(c, str) for c in cells.dropna().head(50)):
        return False
    if read_cells(cells, "", False).values is not None:
        return False
    words = cells.dropna().astype(str)
    different = words.nunique()
    return 1 < different <= AGAIN * len(words) and float(words.head(200).str.len().mean()) < LONG


def _of_text(path: Path) -> pd.DataFrame | None:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    with gzip.open(path) if packed else path.open("rb") as source:
        start = source.read(LOOKED_AT)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    text = text.removeprefix("\ufeff")
    if len(start) == LOOKED_AT:
        text = text[: text.rfind("\n") + 1]
    if not text.strip():
        return None
    if looks_like_json(text):
        lines = [line for line in text.split("\n") if line.strip()]
        return pd.read_json(io.StringIO("\n".join(lines)), lines=True) if lines[0].rstrip().endswith("}") else None
    layout = layout_of(text)
    if not layout.header:
        return None
    return pd.read_csv(io.StringIO(layout.text), sep=layout.separator, index_col=False, skipinitialspace=True)


def _of_parquet(path: Path) -> pd.DataFrame | None:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        part = next(file.iter_batches(batch_size=MOST_ROWS), None)
    frame: pd.DataFrame | None = None if part is None else part.to_pandas()
    return frame
