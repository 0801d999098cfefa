"""Frames of a file or a folder, one at a time, small, the right way up, each with its time.

Only containers that are known by their first bytes are opened, through a file object, so that nothing in a file can
lead to another file or to the network.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from anomalyst.errors import InputError
from anomalyst.modalities.files import IMAGE_SUFFIXES, first_bytes, list_folder, natural_key, shown
from anomalyst.modalities.video.reading.reduce import Pixels, working_size
from anomalyst.modalities.video.sample import STEP
from anomalyst.stopping import check_stop

MOST_PIXELS = 40_000_000  # of a frame
MOST_FRAMES = 4_000_000  # of a clip: what comes after them is left out
LEAST_MOVING = 8  # frames of a GIF from which on it is a clip
GIF, EBML = (b"GIF87a", b"GIF89a"), b"\x1aE\xdf\xa3"
_STILL = re.compile(rb"....ftyp(?:avif|avis|heic|heix|hevc|mif1|msf1)", re.DOTALL)
_NUMBERED = re.compile(r"(.*?)(\d+)$")


@dataclass
class Source:
    """Where frames come from. `notes`: what reading changed; they grow while frames are read."""

    size: tuple[int, int]
    frames: Iterator[tuple[float, float, Any]]  # seconds, seconds that a frame lasts, what `small` makes pixels of
    notes: list[str] = field(default_factory=list)
    turn: int = 0  # quarters that a frame is turned by against the clock

    @property
    def shown(self) -> tuple[int, int]:
        """(width, height) of a frame the right way up."""
        return self.size[::-1] if self.turn % 2 else self.size


def container(path: Path) -> str | None:
    """The name of the container that a file is by its first bytes; None for any other."""
    start = first_bytes(path)
    if start[4:8] == b"ftyp" and not _STILL.match(start):
        return "mp4"
    if start[:4] == b"RIFF" and start[8:11] == b"AVI":
        return "avi"
    if start.startswith(EBML):
        return "matroska"
    return "gif" if start.startswith(GIF) else None


def moves(path: Path) -> bool:
    """Whether a GIF has frames enough to be a clip."""
    try:
        with Image.open(path) as picture:
            picture.seek(LEAST_MOVING - 1)
        return True
    except (OSError, EOFError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


@contextmanager
def opened(path: Path, form: str) -> Iterator[Source]:
    """A file's frames. InputError where it is damaged, too large, or holds no video."""
    import av

    with path.open("rb") as file:
        try:
            held = av.open(file, format=form, metadata_errors="replace")
        except (av.error.FFmpegError, ValueError) as error:
            raise InputError(
                f"{shown(path)} cannot be opened as a video ({_why(error)}); it is damaged or cut off: export or copy "
                "it again."
            ) from None
        with held:
            yield _of_container(held, path)


def _of_container(held: Any, path: Path) -> Source:
    if not held.streams.video:
        raise InputError(f"{shown(path)} holds no video stream, only {_others(held)}; give a file with pictures.")
    stream = held.streams.video[0]
    size = stream.codec_context.width, stream.codec_context.height
    _check_size(size, path)
    notes = ["it holds several video streams; the first was read"] if len(held.streams.video) > 1 else []
    source = Source(size, iter(()), notes)
    source.frames = _decoded(held, stream, source, path)
    return source


def _others(held: Any) -> str:
    return ", ".join(sorted({str(stream.type) for stream in held.streams})) or "nothing"


def _check_size(size: tuple[int, int], path: Path) -> None:
    if not min(size) > 0:
        raise InputError(f"{shown(path)} does not say how large its frames are; it is damaged: export it again.")
    if size[0] * size[1] > MOST_PIXELS:
        raise InputError(
            f"{shown(path)} has frames of {size[0]} × {size[1]} pixels; at most {MOST_PIXELS:,} pixels are read: "
            "export it smaller."
        )


def _decoded(held: Any, stream: Any, source: Source, path: Path) -> Iterator[tuple[float, float, Any]]:
    """Frames with times that rise, from 0 on."""
    import av

    lasts = float(1 / stream.average_rate) if stream.average_rate else 1 / 25
    first, last, number, dropped = None, -1.0, 0, 0
    try:
        for number, frame in enumerate(held.decode(stream), 1):
            check_stop()
            _check_size((frame.width, frame.height), path)
            time = last + lasts if frame.time is None else float(frame.time)
            first = time if first is None else first
            if time - first <= last:
                dropped += 1
                continue
            last = time - first
            source.turn = round(int(getattr(frame, "rotation", 0) or 0) / 90) % 4
            yield last, lasts, frame
            if number >= MOST_FRAMES:
                source.notes.append(f"only its first {MOST_FRAMES:,} frames were read")
                break
    except av.error.FFmpegError as error:
        if not number:
            raise InputError(
                f"{shown(path)}: no frame of it can be decoded ({_why(error)}); export it again."
            ) from None
        source.notes.append(f"it is damaged or cut off after {number:,} frames; what came before was read")
    if dropped:
        source.notes.append(f"{dropped:,} frames whose times do not rise were left out")


def _why(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)[:100]


def small(frame: Any, source: Source) -> Pixels:
    """A frame in the size that it is looked at, the right way up: (rows, columns, 3)."""
    width, height = working_size(*source.size)
    if isinstance(frame, Image.Image):
        return np.asarray(frame.convert("RGB").resize((width, height), Image.Resampling.BOX), dtype=np.uint8)
    made = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(made, source.turn))


def numbered(folder: Path) -> list[Path]:
    """The frames of a folder in the order of their numbers: pictures whose names differ in a last number alone; none
    where there are others."""
    files = [file for file in list_folder(folder) if file.suffix.lower() in IMAGE_SUFFIXES]
    found = [_NUMBERED.fullmatch(file.stem) for file in files]
    names = {(match[1], file.suffix.lower()) for match, file in zip(found, files, strict=True) if match}
    return sorted(files, key=natural_key) if len(names) == 1 and all(found) else []


def of_folder(files: Sequence[Path]) -> Source:
    """Frames of a folder, which carry no clock: one every STEP seconds."""
    size = _opened(files[0]).size
    source = Source(size, iter(()))
    source.notes.append(
        f"its numbered frames were read as one clip; as they carry no times, {round(1 / STEP)} are taken as a second"
    )
    source.frames = _pictures(files, size)
    return source


def _pictures(files: Sequence[Path], size: tuple[int, int]) -> Iterator[tuple[float, float, Any]]:
    for number, file in enumerate(files[:MOST_FRAMES]):
        check_stop()
        picture = _opened(file)
        if picture.size != size:
            raise InputError(
                f"{shown(file)} has {picture.size[0]} × {picture.size[1]} pixels and the frames before it "
                f"{size[0]} × {size[1]}; frames of one clip are all of one size."
            )
        yield number * STEP, STEP, picture


def _opened(file: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                _check_size(picture.size, file)
                return ImageOps.exif_transpose(picture.convert("RGB"))
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{shown(file)} cannot be read as a frame ({error}); export it again.") from None
