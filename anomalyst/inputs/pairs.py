"""Pairs of an image and a text: from a table with image paths and texts, or a folder with a .txt beside each image.

Paths in a table are looked up in the table's own folder (or its images/), and nowhere outside of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from anomalyst.errors import InputError
from anomalyst.inputs.files import IMAGE_SUFFIXES, MAX_TABLE_BYTES, check_size, existing, file_kind, list_folder, shown
from anomalyst.inputs.images import read_image
from anomalyst.inputs.tables import read_table
from anomalyst.samples import PairSample
from anomalyst.stopping import check_stop

IMAGE_COLUMNS = ("image", "image_path", "image_file", "path", "file", "filename", "file_name", "photo", "picture")
TEXT_COLUMNS = ("text", "caption", "title", "note", "description", "sentence", "finding", "report")
MAX_TEXT_BYTES = 100_000
_FORMS = "a table with a column of images (image, image_path, …) and one of texts (text, caption, title, …)"


def is_pair_source(path: Path) -> bool:
    """Whether a file or a folder holds pairs: a .jsonl or a table with both columns, images with .txt files."""
    if path.is_dir():
        return bool(_texts_beside(path))
    if path.suffix.lower() == ".jsonl":
        return True
    if path.suffix.lower() not in (".csv", ".tsv", ".parquet", ".pq"):
        return False
    if file_kind(path) == "text":
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.readline(10_000).lower()
        names = [n.strip(' "\r\n\ufeff') for n in head.replace(";", ",").replace("\t", ",").split(",")]
    else:
        names = [str(n).lower() for n in _columns_of_parquet(path)]
    return bool(set(names) & set(IMAGE_COLUMNS)) and bool(set(names) & set(TEXT_COLUMNS))


def read_pairs(path: Path) -> Iterator[PairSample]:
    """The pairs of a table (CSV, TSV, JSONL, Parquet) or a folder, one at a time."""
    where = existing(path)
    if where.is_dir():
        yield from _from_folder(where)
        return
    frame = _frame(where)
    images, texts = _column(frame, IMAGE_COLUMNS, where), _column(frame, TEXT_COLUMNS, where)
    if not len(frame):
        raise InputError(f"{shown(where)} has no row; give {_FORMS}.")
    for number, (image, text) in enumerate(zip(frame[images], frame[texts], strict=True), start=1):
        if pd.isna(image):
            raise InputError(f"row {number} of {shown(where)} names no image; give one, or leave the row out.")
        yield pair_of(_inside(where.parent, str(image), number), str(text) if pd.notna(text) else "", number)


def pair_of(image: Path, text: str, row: int | None = None) -> PairSample:
    """An image file and its text."""
    check_stop()
    sample = read_image(image)
    name = sample.name if row is None else f"{sample.name} (row {row})"
    return PairSample(sample, text, name=name, notes=sample.notes)


def _frame(path: Path) -> pd.DataFrame:
    if path.suffix.lower() != ".jsonl":
        return read_table(path).frame
    check_size(path, MAX_TABLE_BYTES, "split it into parts")
    rows = []
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f"line {number} is no object")
                rows.append(row)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{shown(path)} cannot be read as JSON lines ({error}); give one object a line.") from None
    return pd.DataFrame(rows)


def _column(frame: pd.DataFrame, names: tuple[str, ...], path: Path) -> str:
    by_name = {str(column).lower(): str(column) for column in frame.columns}
    for name in names:
        if name in by_name:
            return by_name[name]
    raise InputError(f"{shown(path)} has the columns {', '.join(map(repr, list(by_name)[:8]))}; give {_FORMS}.")


def _inside(folder: Path, name: str, row: int) -> Path:
    """The image file of a row: inside the table's folder, in images/ if it is not directly there."""
    root = folder.resolve()
    for base in (folder, folder / "images"):
        try:
            path = (base / name).resolve()
            if root in path.parents and path.is_file():
                return path
        except (OSError, ValueError):
            continue
    raise InputError(
        f"row {row}: there is no image {name[:80]!r} in the table's folder (nor in its images/); paths are relative to "
        "the table and may not lead out of its folder."
    )


def _texts_beside(folder: Path) -> list[tuple[Path, Path]]:
    files = list_folder(folder)
    texts = {f.stem: f for f in files if f.suffix.lower() == ".txt"}
    return [(f, texts[f.stem]) for f in files if f.suffix.lower() in IMAGE_SUFFIXES and f.stem in texts]


def _from_folder(folder: Path) -> Iterator[PairSample]:
    found = _texts_beside(folder)
    if not found:
        raise InputError(
            f"the folder {shown(folder)} holds no image with a .txt of the same name; give such a folder, or {_FORMS}."
        )
    for image, text in found:
        check_size(text, MAX_TEXT_BYTES, "shorten the text")
        try:
            words = text.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{shown(text)} is not UTF-8 text; save it as UTF-8.") from None
        yield pair_of(image, words)


def _columns_of_parquet(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, ValueError):
        return []
