"""Layouts that captions come in besides a plain table: which file of a folder is the table, rows of lists of captions.

Tables: metadata.csv, .jsonl or .parquet (Hugging Face imagefolder), captions.txt (Flickr8k), *.token.txt (Flickr8k,
"name#number", a tab, the caption), captions*.json in annotations/ (COCO). Texts beside images: .txt or .caption.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anomalyst.errors import InputError
from anomalyst.modalities.files import IMAGE_SUFFIXES, list_folder, shown
from anomalyst.modalities.rows.tables import read_text

BESIDE = (".txt", ".caption")  # a text beside its image
TABLES = re.compile(r"(metadata\.(csv|tsv|jsonl|parquet)|captions?\.(csv|tsv|txt|jsonl)|.*\.token\.txt)", re.IGNORECASE)
COCO = re.compile(r"captions.*\.json", re.IGNORECASE)
ANNOTATIONS = "annotations"
MOST_FOLDERS = 50  # beside a table that are looked into for its images
_TOKEN = re.compile(r"(?P<image>[^\t]*\.[A-Za-z]{3,4})#\d+\t(?P<text>.*)")


def table_in(folder: Path) -> Path | None:
    """The file of a folder that says which text each image has; None where there is none, or several."""
    found = [file for file in list_folder(folder) if TABLES.fullmatch(file.name)]
    notes = folder / ANNOTATIONS
    if not found and notes.is_dir() and not notes.is_symlink():
        found = [file for file in list_folder(notes) if COCO.fullmatch(file.name)]
    return found[0] if len(found) == 1 else None


def images_root(table: Path) -> Path:
    """The folder in or below which a table's images lie."""
    return table.parent.parent if table.parent.name.lower() == ANNOTATIONS else table.parent


def is_token_file(head: str) -> bool:
    """Whether a text's first line is an image with a number, a tab, and a caption."""
    return bool(_TOKEN.fullmatch(head.rstrip("\r\n")))


def token_rows(text: str) -> Iterator[dict[str, Any] | InputError]:
    """The rows of a token file."""
    for line in filter(str.strip, text.splitlines()):
        found = _TOKEN.fullmatch(line)
        yield found.groupdict() if found else InputError("it is no image with '#' and a number, a tab, and a caption.")


def coco_rows(path: Path) -> Iterator[dict[str, Any] | InputError]:
    """A row for each annotation of COCO's JSON. InputError if it is none with captions."""
    try:
        told = json.loads(read_text(path))
        names = {image["id"]: image["file_name"] for image in told["images"]}
        annotations = list(told["annotations"])
    except (ValueError, RecursionError, TypeError, KeyError):
        raise InputError(
            f"{shown(path)} is no JSON of COCO with 'images' and 'annotations'; give that, or a table of images and "
            "texts (.csv, .jsonl)."
        ) from None
    if not any(isinstance(one, dict) and "caption" in one for one in annotations):
        raise InputError(f"{shown(path)} holds no captions, but other annotations; give captions_….json.")
    for one in annotations:
        try:
            yield {"image": names[one["image_id"]], "text": one["caption"]}
        except (KeyError, TypeError):
            yield InputError("it names no image of the file's list, or holds no caption.")


def each_text(row: dict[str, Any], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The row; of one that holds a list of texts, a row for each, and of an empty list one without any."""
    column = next((name for name in columns if name in row), None)
    if column is None or not isinstance(row[column], list):
        return [row]
    return [row | {column: text} for text in row[column] or [""]]


class Images:
    """The image files that a table may name: in its folder, or in a folder directly below that."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._named: dict[str, list[Path]] | None = None

    def find(self, name: str) -> Path | None:
        """The file of this name; else the only one whose name is the same but for case, folder or a missing ending."""
        name = name.replace("\\", "/")
        for base in (self.root, self.root / "images"):
            try:
                path = (base / name).resolve()
                if self.root.resolve() in path.parents and path.is_file():
                    return path
            except (OSError, ValueError):
                continue
        if ".." in name.split("/"):
            return None
        found = self._names().get(name.rpartition("/")[2].casefold(), [])
        return found[0] if len(found) == 1 else None

    def _names(self) -> dict[str, list[Path]]:
        if self._named is None:
            self._named = {}
            folders = [p for p in sorted(self.root.iterdir()) if p.is_dir() and not p.is_symlink()][:MOST_FOLDERS]
            for file in (file for folder in (self.root, *folders) for file in list_folder(folder)):
                if file.suffix.lower() in IMAGE_SUFFIXES:
                    for key in {file.name.casefold(), file.stem.casefold()}:
                        self._named.setdefault(key, []).append(file)
        return self._named
