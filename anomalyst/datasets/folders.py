"""What the readers share: finding files, and opening NPZ archives without pickle and within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import MAX_TABLE_BYTES, check_size, display_name, existing, list_folder, shown

MAX_UNPACKED_BYTES = 4 * MAX_TABLE_BYTES


def files_of(source: str | Path, suffix: str, what: str) -> list[Path]:
    """The files with `suffix` of a folder, or the one file named; InputError if there is none."""
    path = existing(Path(source).expanduser())
    if path.is_file():
        return [path]
    files = [f for f in list_folder(path) if f.suffix.lower() == suffix]
    if not files:
        raise InputError(f"the folder {shown(path)} holds no {suffix} files; name the folder of {what}.")
    return files


def arrays_of(path: Path, needed: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """All arrays of an NPZ file, `needed` ones among them; never unpickles; unpacked size is checked first."""
    check_size(path, MAX_TABLE_BYTES, "cut it into parts")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise InputError(f"{shown(path)} unpacks to {unpacked:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read.")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: np.asarray(stored[name]) for name in stored.files}
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        reason = display_name(error, 80)
        raise InputError(f"{shown(path)} is no readable NPZ file ({reason}); save it with np.savez.") from None
    except ValueError as error:
        reason = display_name(error, 80)
        raise InputError(
            f"{shown(path)} holds pickled objects or damaged arrays ({reason}), which are not read; save plain number "
            "arrays with np.savez."
        ) from None
    missing = [name for name in needed if name not in arrays]
    if missing:
        raise InputError(f"{shown(path)} lacks the arrays {missing!r}; it has {sorted(arrays)[:10]!r}.")
    return arrays


def categories_of(source: str | Path) -> Iterator[Path]:
    """The folders directly in a folder, in order, hidden ones and links left out."""
    path = existing(Path(source).expanduser())
    if not path.is_dir():
        raise InputError(f"{shown(path)} is a file; name a folder.")
    yield from sorted(p for p in path.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith("."))
