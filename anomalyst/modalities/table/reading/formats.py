"""Table files that only rows come in: Excel and Feather; sizes checked first, nothing executed."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pandas as pd

from anomalyst.errors import InputError
from anomalyst.modalities.files import MAX_TABLE_BYTES, check_size, display_name, first_bytes, shown
from anomalyst.modalities.rows.tables import Table, check_cells, read_table

_SMALLER = "cut it into parts, or drop columns"
_EXCEL_PART = "xl/workbook.xml"


def special(path: Path) -> str:
    """ "excel" or "feather" by the content of a file, "" for another."""
    start = first_bytes(path)
    if start.startswith(b"ARROW1"):
        return "feather"
    return "excel" if start.startswith(b"PK\x03\x04") and _is_excel(path) else ""


def read_rows(path: Path) -> Table:
    """Read a table file of any of the kinds there are."""
    kind = special(path)
    if not kind:
        return read_table(path)
    check_size(path, MAX_TABLE_BYTES, _SMALLER)
    return _excel(path) if kind == "excel" else _feather(path)


def _is_excel(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return _EXCEL_PART in packed.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _excel(path: Path) -> Table:
    """The first sheet of a workbook."""
    if importlib.util.find_spec("openpyxl") is None:
        raise InputError(
            f"{shown(path)} is an Excel workbook, which needs the package openpyxl; install it with "
            "`pip install openpyxl`, or save the sheet as CSV."
        )
    with zipfile.ZipFile(path) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > 4 * MAX_TABLE_BYTES:
        raise InputError(f"{shown(path)} unpacks to {unpacked:,} bytes; that is too much: {_SMALLER}.")
    try:
        sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    except (ValueError, KeyError, OSError, TypeError, zipfile.BadZipFile) as error:
        reason = display_name(error, 100)
        raise InputError(f"{shown(path)} is a damaged workbook ({reason}); save it again.") from None
    name, frame = next(iter(sheets.items()))
    check_cells(len(frame), max(1, frame.shape[1]), shown(path))
    others = f"; {len(sheets) - 1} more were left out" if len(sheets) > 1 else ""
    return Table(frame, path.name, notes=(f"the sheet {display_name(name)!r} was read{others}",) if others else ())


def _feather(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.ipc

    try:
        with pa.memory_map(str(path)) as source, pyarrow.ipc.open_file(source) as file:
            rows = sum(file.get_batch(number).num_rows for number in range(file.num_record_batches))
            check_cells(rows, max(1, len(file.schema)), shown(path))
            frame = file.read_all().to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = display_name(error, 100)
        raise InputError(f"{shown(path)} is a damaged Feather file ({reason}); write it again.") from None
    return Table(frame, path.name)
