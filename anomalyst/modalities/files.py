"""Files and folders as users name them: what a file really is (by its content), its size, safe names, listings."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from anomalyst.errors import InputError

FileKind = Literal["picture", "parquet", "npy", "text", "other"]

MAX_NAME = 80
MAX_IMAGE_BYTES = 300_000_000
MAX_TABLE_BYTES = 500_000_000
MAX_FOLDER_FILES = 100_000
SNIFFED_BYTES = 8192
MAX_LINK = 300  # bytes of a link that was copied as text

IMAGE_SUFFIXES = frozenset({
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".gif", ".jp2", ".j2k",
    ".jpx", ".avif", ".heic", ".heif", ".jxl", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".tga", ".pcx", ".sgi", ".ras",
    ".qoi", ".psd", ".dds", ".ico", ".icns", ".fits",
})  # fmt: skip
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".parquet", ".pq", ".npy", ".gz"})
IMAGE_TYPES = "PNG, JPEG, BMP, TIFF or WebP"
TABLE_TYPES = "CSV, TSV, Parquet or NPY"

_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_OTHER_IMAGES = re.compile(
    rb"GIF8[79]a|\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51|....ftyp(avif|avis|heic|heix|hevc|mif1|msf1)|qoif|8BPS|DDS "
    rb"|icns|\x00\x00\x00\x0cJXL |\xff\x0a|\x01\xda[\x00\x01][\x01\x02]|\x0a[\x00-\x05]\x01[\x01\x02\x04\x08]"
    rb"|\x59\xa6\x6a\x95|\x00\x00\x01\x00[\x01-\x40]\x00|SIMPLE  = {20}T|P[1-6]\s(\s*#[^\n]*\n)*\s*\d+\s+\d+\s"
    rb"|P[fF]\s+\d+\s+\d+\s+-?[\d.]+\s",
    re.DOTALL,
)
_NAMES_A_FILE = re.compile(rb"[^\s,;]*/[^\s,;/]+")
_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_TEXT_STARTS = (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")  # gzip and UTF-16: `decoding` makes text of them
_KNOWN_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive (NPZ and XLSX are ZIP too): unpack it or save the table as CSV"),
    (b"%PDF", "a PDF: export the page as PNG or the table as CSV"),
    (b"%!PS", "PostScript: export it as PNG"),
    (b"\xc5\xd0\xd3\xc6", "PostScript: export it as PNG"),
    (b"\x89HDF", "an HDF5 file: save its array as TIFF or NPY, or its table as CSV"),
    (b"MATLAB", "a MATLAB file: save its array as NPY or its table as CSV"),
    (b"FUJIFILM", "a camera's raw photograph: develop it and save it as 16-bit TIFF"),
)


def display_name(text: object, limit: int = MAX_NAME) -> str:
    """A name from outside as safe text: one line, no control or invisible characters, at most `limit` long."""
    raw = str(text)[: 16 * limit]
    printable = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in raw)
    name = " ".join(printable.split())
    return name if len(name) <= limit else name[: limit - 1] + "…"


def some_names(names: Sequence[str], most: int = 8) -> str:
    """Names for a message, not too many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(display_name(name)) for name in names[:most]) + more


def as_path(source: str | Path) -> Path:
    """What a user named, as a path; InputError if it is empty."""
    if not str(source).strip():
        raise InputError("got an empty path; give the path of a file or a folder.")
    return Path(source).expanduser()


def shown(path: Path) -> str:
    """The path's name, safe and quoted, for messages."""
    return repr(display_name(path.name or str(path)))


def is_no_table(source: object) -> bool:
    """Whether a source is a folder, or a file with the name of a picture: no table, which can be told without loading
    what reads tables."""
    return isinstance(source, Path) and (source.suffix.lower() in IMAGE_SUFFIXES or source.is_dir())


def natural_key(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Sort key that counts: part2 comes before part10."""
    pieces = re.findall(r"[0-9]{1,18}|[^0-9]+", path.name)
    return tuple((0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p.lower()) for p in pieces)


def existing(path: Path) -> Path:
    """`path` if it is there and is a file or a folder that may be read; else InputError."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise InputError(f"{str(path)[:300]!r} does not exist; give the path of a file or a folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{str(path)[:300]!r} cannot be opened ({reason}); give a readable path.") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(f"{shown(path)} is neither a file nor a folder; give a regular file or a folder.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{shown(path)} may not be read by you; change its permissions or name a copy.")
    return path


def check_size(path: Path, limit: int, advice: str) -> None:
    """Refuse an empty file, or one of more than `limit` bytes, before anything is read."""
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{shown(path)} is empty (0 bytes); give a file with data.")
    if size > limit:
        raise InputError(f"{shown(path)} has {size:,} bytes; at most {limit:,} are read: {advice}.")


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(SNIFFED_BYTES)
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read ({error.strerror}); check the file.") from None


def file_kind(path: Path) -> FileKind:
    """What a file is by its first bytes; its name plays no part. An empty file counts as text."""
    start = first_bytes(path)
    if start.startswith(_IMAGE_STARTS) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP") or _is_bmp(start):
        return "picture"
    if _OTHER_IMAGES.match(start):
        return "picture"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"\x93NUMPY"):
        return "npy"
    if start.startswith(_TEXT_STARTS):
        return "text"
    if b"\x00" in start or any(start.startswith(magic) for magic, _ in _KNOWN_OTHERS):
        return "other"
    return "text"


def _is_bmp(start: bytes) -> bool:
    """Whether the bytes begin a BMP: "BM" alone also begins words, so the header's length is looked at too."""
    return start[:2] == b"BM" and int.from_bytes(start[14:18], "little") in _BMP_HEADER_SIZES


def refuse_kind(path: Path, wanted: str) -> InputError:
    """The error for a file whose content is not what is wanted."""
    start = first_bytes(path)
    hint = next((text for magic, text in _KNOWN_OTHERS if start.startswith(magic)), "")
    if start[257:262] == b"ustar":
        hint = "a tar archive: unpack it (`tar -xf`) and give the folder"
    if start.startswith(b"version https://git-lfs"):
        hint = "only a pointer of Git LFS: fetch the file itself with `git lfs pull`"
    if len(start) <= MAX_LINK and _NAMES_A_FILE.fullmatch(start):
        hint = "only the name of another file, as of a link that was copied as text: copy that file itself"
    if start[128:132] == b"DICM":
        hint = "a DICOM picture: save its pixels as 16-bit TIFF or NPY"
    kind = file_kind(path)
    got = {"picture": "an image", "parquet": "a Parquet table", "npy": "an NPY array", "text": "plain text"}.get(kind)
    return InputError(f"{shown(path)}: its content is {hint or got or 'of an unknown kind'}; give {wanted}.")


@dataclass(frozen=True)
class Listing:
    """What a folder holds. `files`: in natural order; `left_out`: names of what is not looked at, by what it is."""

    files: list[Path]
    left_out: dict[str, list[str]] = field(default_factory=dict)


def list_folder(folder: Path) -> list[Path]:
    """The regular files directly in a folder in natural order; hidden files and links out of it are left out."""
    return listing(folder).files


def listing(folder: Path) -> Listing:
    """The files of `list_folder`, and what else is there; of hidden files nothing is said."""
    root = folder.resolve()
    found = Listing([])
    try:
        entries = sorted(folder.iterdir(), key=natural_key)
    except OSError as error:
        raise InputError(f"the folder {shown(folder)} cannot be listed ({error.strerror}); check it.") from None
    for path in entries:
        if path.name.startswith("."):
            continue
        if unread := _unread(path, root):
            found.left_out.setdefault(unread, []).append(path.name)
            continue
        found.files.append(path)
        if len(found.files) > MAX_FOLDER_FILES:
            raise InputError(
                f"the folder {shown(folder)} holds more than {MAX_FOLDER_FILES:,} files; split it into smaller folders."
            )
    return found


def _unread(path: Path, root: Path) -> str:
    """What an entry of a folder is that is not looked at, "" for a file that is."""
    if path.is_symlink() and root not in path.resolve().parents:
        return "link out of the folder"
    if path.is_file():
        return ""
    return "sub-folder" if path.is_dir() else "broken link" if path.is_symlink() else "special file"


def content_of(path: Path) -> str:
    """What a file of a folder is by its content; "other" too for one that may not be read, which is left out with
    these."""
    try:
        return file_kind(path)
    except InputError:
        return "other"


def left_out_notes(folder: Path, left_out: dict[str, list[str]]) -> tuple[str, ...]:
    """What was left out of a folder, as one note; none if nothing was."""
    parts = [f"{_counted(len(names), kind)} ({some_names(names, 3)})" for kind, names in left_out.items()]
    return (f"folder {shown(folder)}: left out {', '.join(parts)}",) if parts else ()


def _counted(count: int, kind: str) -> str:
    noun, _, rest = kind.partition(" o")
    several = f"{noun}s o{rest}" if rest else f"{kind}s"
    return f"{count} {kind if count == 1 else several}"
