"""Pairs of an image and a text: from a table with image paths and texts, or a folder with a .txt beside each image;
other layouts are in `layouts.py`.

Paths in a table are looked up in the table's own folder (or one below it), and nowhere outside of it. A row that cannot
be used does not end the others.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    IMAGE_SUFFIXES,
    check_size,
    display_name,
    existing,
    file_kind,
    left_out_notes,
    list_folder,
    listing,
    shown,
)
from anomalyst.modalities.image.reading.camera import onto
from anomalyst.modalities.image.reading.reader import read_image
from anomalyst.modalities.pair.layouts import (
    BESIDE,
    COCO,
    Images,
    coco_rows,
    each_text,
    images_root,
    is_token_file,
    table_in,
    token_rows,
)
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.rows.layout import sniff_separator
from anomalyst.modalities.rows.tables import read_table, read_text
from anomalyst.stopping import check_stop

IMAGE_COLUMNS = (
    "image",
    "image_path",
    "image_file",
    "path",
    "file",
    "filename",
    "file_name",
    "photo",
    "picture",
    "image_id",
)
TEXT_COLUMNS = ("text", "caption", "title", "note", "description", "sentence", "finding", "report")
MAX_TEXT_BYTES = 100_000
_NUMBERS = re.compile(r"\s*(?:\d+(?:\s+-?[\d.]+(?:e-?\d+)?){4,}\s*)+")  # lines of a class and at least four numbers
_FORMS = "a table with a column of images (image, image_path, …) and one of texts (text, caption, title, …)"


def is_pair_source(path: Path) -> bool:
    """Whether a file or a folder holds pairs: a .jsonl or a table with both columns, images with .txt files."""
    if path.is_dir():
        table = table_in(path)
        return bool(_texts_beside(list_folder(path))) or (table is not None and is_pair_source(table))
    if path.suffix.lower() == ".jsonl":
        return not _names_no_pair(path)
    if COCO.fullmatch(path.name):
        return True
    if path.suffix.lower() not in (".csv", ".tsv", ".parquet", ".pq", ".txt"):
        return False
    if file_kind(path) == "text":
        head = _first_line(path).lower()
        if is_token_file(head):
            return True
        names = [n.strip(' "\r\n\ufeff') for n in head.replace(";", ",").replace("\t", ",").split(",")]
    else:
        names = [str(n).lower() for n in _columns_of_parquet(path)]
    return bool(set(names) & set(IMAGE_COLUMNS)) and bool(set(names) & set(TEXT_COLUMNS))


def read_pairs(path: Path) -> Iterator[PairSample]:
    """The pairs of a table (CSV, TSV, JSONL, Parquet) or a folder, one at a time; InputError at the first bad one."""
    for pair in every_pair(path):
        if isinstance(pair, InputError):
            raise pair
        yield pair


def every_pair(path: Path) -> Iterator[PairSample | InputError]:
    """As `read_pairs`; in the place of a pair that cannot be used, why."""
    where = existing(path)
    if where.is_dir():
        table = table_in(where)
        if table is None or _texts_beside(list_folder(where)):
            yield from _from_folder(where)
            return
        where = table
    count, images = 0, Images(images_root(where))
    for count, row in enumerate(_rows(where), start=1):
        each: list[Row] = [row] if isinstance(row, InputError) else [*each_text(row, TEXT_COLUMNS)]
        for number, one in enumerate(each, start=1):
            place = f"row {count}" + (f", text {number}" if len(each) > 1 else "")
            try:
                pair = _pair_of_row(images, one)
                yield replace(pair, name=f"{pair.name} ({place})")
            except InputError as error:
                yield InputError(f"{place} of {shown(where)}: {error}")
    if not count:
        raise InputError(f"{shown(where)} has no row; give {_FORMS}.")


def pair_notes(path: Path) -> tuple[str, ...]:
    """What a folder of pairs holds besides them, as a note."""
    if not path.is_dir() or (table_in(path) and not _texts_beside(list_folder(path))):
        return ()
    found = listing(path)
    used = {file for pair in _texts_beside(found.files) for file in pair}
    images = [f.name for f in found.files if f not in used and f.suffix.lower() in IMAGE_SUFFIXES]
    others = [f.name for f in found.files if f not in used and f.suffix.lower() not in IMAGE_SUFFIXES]
    unpaired = {"image without a .txt": images, "other file": others}
    return left_out_notes(path, found.left_out | {kind: names for kind, names in unpaired.items() if names})


def pair_of(image: Path, text: str) -> PairSample:
    """An image file and its text."""
    check_stop()
    sample = onto(read_image(image), None)  # texts are about what can be seen: no scale of a camera is known
    return PairSample(sample, text, name=sample.name, notes=sample.notes)


Row = dict[str, Any] | InputError  # what the columns hold, or why the row cannot be read


def _rows(path: Path) -> Iterator[Row]:
    """The rows of a table, their columns in lower case. InputError if the table as a whole cannot be read."""
    if path.suffix.lower() == ".jsonl":
        yield from _json_rows(path)
    elif path.suffix.lower() == ".json":
        yield from coco_rows(path)
    elif path.suffix.lower() == ".txt" and is_token_file(_first_line(path)):
        yield from token_rows(read_text(path))
    elif file_kind(path) == "text":
        yield from _text_rows(path)
    else:
        frame = read_table(path).frame
        frame.columns = [str(name).strip().lower() for name in frame.columns]
        _check_columns(list(frame.columns), path)
        yield from ({str(name): cell for name, cell in row.items()} for row in frame.to_dict(orient="records"))


def _text_rows(path: Path) -> Iterator[Row]:
    """Rows of CSV or TSV. Every cell is words: "None", "NA" and "null" too."""
    text = read_text(path)
    lines = [line for line in text[:100_000].splitlines() if line.strip()]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_separator(lines[:20]), skipinitialspace=True)
    names: list[str] = []
    last = text.count("\n") + (not text.endswith("\n"))
    while True:
        before = table.line_num
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield InputError(f"it is no regular row ({error}); put text that holds quotes or separators in quotes.")
            continue
        if not "".join(cells).strip() and len(cells) < 2:
            continue
        if names:
            unclosed = before + 1 < table.line_num >= last and text.count('"') % 2 == 1
            yield _row_of(cells, names, unclosed)
        else:
            names = [cell.strip().lower() for cell in cells]
            _check_columns(names, path)


def _row_of(cells: list[str], names: list[str], unclosed: bool) -> Row:
    """One row of text by its columns."""
    if unclosed:
        return InputError(
            "a quotation mark is opened and never closed, so that all rows after it belong to it; close it."
        )
    if len(cells) > len(names):
        return InputError(f"it has {len(cells)} cells for {len(names)} columns; put text that holds commas in quotes.")
    return dict(zip(names, cells, strict=False))


def _json_rows(path: Path) -> Iterator[Row]:
    """Rows of JSON lines."""
    for line in filter(str.strip, read_text(path).split("\n")):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield InputError(f"it cannot be read as JSON lines ({display_name(error, 100)}); give one object a line.")
            continue
        if isinstance(row, dict):
            yield {str(name).strip().lower(): cell for name, cell in row.items()}
        else:
            yield InputError("it cannot be read as JSON lines (it is no object); give one object a line.")


def _pair_of_row(images: Images, row: Row) -> PairSample:
    """The pair that a row of a table names."""
    if isinstance(row, InputError):
        raise row
    image, text = (_cell(row, names) for names in (IMAGE_COLUMNS, TEXT_COLUMNS))
    if not image.strip():
        raise InputError("it names no image; give one, or leave the row out.")
    file = images.find(image)
    if file is None:
        raise InputError(
            f"there is no image {display_name(image)!r} in the table's folder (nor in one below it), or several; paths "
            "are relative to the table and may not lead out of its folder."
        )
    return pair_of(file, text)


def _cell(row: dict[str, Any], names: tuple[str, ...]) -> str:
    """The words in the first column of these names, "" where there are none."""
    value = row[_column(list(row), names)]
    if value is None or value != value:  # NaN, as Parquet and pandas have it, is not equal to itself
        return ""
    if not isinstance(value, str | int | float):
        raise InputError(f"it holds a {type(value).__name__} where words are wanted; give one text a row.")
    return str(value)


def _check_columns(names: list[str], path: Path) -> None:
    """InputError if a table lacks a column of images or one of texts."""
    try:
        _column(names, IMAGE_COLUMNS), _column(names, TEXT_COLUMNS)
    except InputError as error:
        raise InputError(f"{shown(path)}: {error}") from None


def _column(names: list[str], wanted: tuple[str, ...]) -> str:
    found = next((name for name in wanted if name in names), None)
    if found is None:
        raise InputError(f"it has the columns {', '.join(repr(display_name(n)) for n in names[:8])}; give {_FORMS}.")
    return found


def _hint(folder: Path) -> str:
    """What else a folder holds that may be meant."""
    below = [path.name for path in sorted(folder.iterdir()) if path.is_dir() and is_pair_source(path)]
    if below:
        return f", but its sub-folder {below[0]!r} does"
    packed = any(path.suffix.lower() == ".tar" for path in list_folder(folder))
    return ", but an archive: unpack it with `tar -xf` and give that folder" if packed else ""


def _texts_beside(files: list[Path]) -> list[tuple[Path, Path]]:
    """Each image among the files with the .txt of its name."""
    texts = {f.stem: f for f in files if f.suffix.lower() in BESIDE}
    return [(f, texts[f.stem]) for f in files if f.suffix.lower() in IMAGE_SUFFIXES and f.stem in texts]


def _from_folder(folder: Path) -> Iterator[PairSample | InputError]:
    found = _texts_beside(list_folder(folder))
    if not found:
        raise InputError(
            f"the folder {shown(folder)} holds no image with a .txt of the same name{_hint(folder)}; give such a "
            f"folder, or {_FORMS}."
        )
    for image, text in found:
        try:
            yield pair_of(image, _words_of(text))
        except InputError as error:
            yield error


def _words_of(path: Path) -> str:
    """The text of a .txt file."""
    check_size(path, MAX_TEXT_BYTES, "shorten the text")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{shown(path)} is not UTF-8 text; save it as UTF-8.") from None
    if _NUMBERS.fullmatch(text):
        raise InputError(
            f"{shown(path)} holds numbers, as boxes of YOLO do, and no words; give .txt files that hold texts."
        )
    return text


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline(10_000)


def _names_no_pair(path: Path) -> bool:
    """Whether the first line of a file of JSON lines is an object that names neither an image nor a text."""
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.readline(MAX_TEXT_BYTES)
    try:
        row = json.loads(head)
    except (ValueError, RecursionError):
        return False
    names = {str(name).strip().lower() for name in row} if isinstance(row, dict) else set(IMAGE_COLUMNS)
    return not names & {*IMAGE_COLUMNS, *TEXT_COLUMNS}


def _columns_of_parquet(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, ValueError):
        return []
