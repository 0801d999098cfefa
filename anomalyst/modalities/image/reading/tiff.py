"""TIFFs finer than 8 bits, as they are stored: any number of bits, signed, floats, planes. What Pillow reads without
loss is left to it."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import shown
from anomalyst.modalities.image.reading.values import Stored, of_channels

WHITE_IS_ZERO, GREY, RGB = 0, 1, 2
RAW = (32803, 34892)  # the mosaic of a sensor
DNG = 50706
ORIENTATION = 274
UNPACKED = {1: 0, 8: zlib.DEFLATED, 32946: zlib.DEFLATED, 32773: 0}  # compressions that are undone without plugins
REDUCED = 1  # bit of a page that is a smaller copy


def read_tiff(path: Path, most_pixels: int) -> Stored | None:
    """The first page of a TIFF, None where Pillow reads it as well. InputError for what is no picture."""
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages.first
            _refuse_raw(path, page)
            if not _deep(page) or page.imagewidth * page.imagelength > most_pixels:
                return None
            values = _values(path, page)
            if values is None:
                return None
            kept = [p for p in file.pages if not _tag(p, 254) & REDUCED]
            return _stored(path, page, values, max(1, len(kept)))
    except (tifffile.TiffFileError, NotImplementedError, ImportError):
        return None


def _deep(page: Any) -> bool:
    """Whether a page holds more than Pillow would keep of it."""
    samples = page.samplesperpixel
    fine = page.dtype is not None and (page.dtype.itemsize > 1 or page.dtype.kind == "i")
    return page.photometric in (WHITE_IS_ZERO, GREY, RGB) and (fine or samples > 4 or samples == 2)


def _tag(page: Any, number: int) -> int:
    tag = page.tags.get(number)
    return int(tag.value) if tag is not None and isinstance(tag.value, int) else 0


def _refuse_raw(path: Path, page: Any) -> None:
    if page.photometric in RAW or DNG in page.tags or path.suffix.lower() in (".nef", ".cr2", ".arw", ".dng"):
        raise InputError(
            f"{shown(path)} is a camera's raw photograph, not yet a picture; develop it and save it as 16-bit TIFF."
        )


def _values(path: Path, page: Any) -> NDArray[Any] | None:
    """(height, width, channels), None where the compression is left to Pillow."""
    shape = (page.imagelength, page.imagewidth, page.samplesperpixel)
    if page.imagedepth > 1:
        raise InputError(f"{shown(path)} is a block of {page.imagedepth} slices; save each slice as a picture.")
    if page.compression not in UNPACKED:
        return None
    if page.bitspersample % 8:
        return _packed(page, shape) if page.compression == 1 and not page.is_tiled else None
    if UNPACKED[page.compression] and not _bounded(path, page, int(np.prod(shape)) * page.dtype.itemsize):
        raise InputError(f"{shown(path)} unpacks to more than a picture of its size holds; save it again.")
    try:
        values = np.asarray(page.asarray())
    except (ValueError, zlib.error, TypeError, IndexError) as error:
        raise InputError(f"{shown(path)} is a damaged or cut-off image ({error}); save or copy it again.") from None
    if values.ndim == 3 and page.planarconfig == 2:
        values = np.moveaxis(values, 0, -1)
    return values.reshape(shape)


def _bounded(path: Path, page: Any, size: int) -> bool:
    """Whether no strip or tile of a page unpacks to more than the whole of it (and the padding of its tiles)."""
    most = size + 4 * page.tilewidth * page.tilelength * page.dtype.itemsize * page.samplesperpixel + 4096
    with path.open("rb") as file:
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
            file.seek(offset)
            unpacking = zlib.decompressobj()
            try:
                unpacking.decompress(file.read(count), most)
            except zlib.error:
                return True  # told where it is read
            if unpacking.unconsumed_tail:
                return False
    return True


def _packed(page: Any, shape: tuple[int, int, int]) -> NDArray[np.uint16] | None:
    """Whole numbers of 9 to 15 bits, one after the other; each row begins with a byte."""
    bits, row = int(page.bitspersample), shape[1] * shape[2]
    if page.planarconfig == 2 or bits > 16:
        return None
    file, length = page.parent.filehandle, (row * bits + 7) // 8
    data = b""
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
        file.seek(offset)
        data += file.read(min(count, length * shape[0]))
    if len(data) < length * shape[0]:
        return None
    rows = np.frombuffer(data, np.uint8, length * shape[0]).reshape(shape[0], length)
    found = np.unpackbits(rows, axis=1)[:, : row * bits].reshape(shape[0], row, bits)
    weights = (1 << np.arange(bits)[::-1]).astype(np.uint32)
    return (found @ weights).astype(np.uint16).reshape(shape)


def _stored(path: Path, page: Any, values: NDArray[Any], pages: int) -> Stored:
    samples, extra = values.shape[2], [int(kind) for kind in page.extrasamples]
    whole = values.dtype.kind in "iu"
    kind = f"{page.bitspersample}-bit" if page.bitspersample % 8 else str(values.dtype)
    most = float((1 << (int(page.bitspersample) - (values.dtype.kind == "i"))) - 1) if whole else 1.0
    notes = []
    if page.photometric == WHITE_IS_ZERO and values.dtype.kind == "u":
        values = most - values.astype(np.float64)
        notes.append("its values were inverted, as it says that 0 is white")
    alpha = samples in (2, 4) and bool(extra) and extra[-1] in (1, 2)
    if samples == 4 and not alpha:
        values, samples = values[..., :3], 3
        notes.append("its fourth channel, which is no transparency, was left out")
    if samples not in (1, 3) and not alpha:
        raise InputError(
            f"{shown(path)} has {samples} channels; a picture here has one (grey) or three (red, green, blue): save "
            "the channels one by one, or three of them as a colour picture."
        )
    found = of_channels(values, most, alpha=alpha and whole, turn=_tag(page, ORIENTATION))
    if alpha and not whole:
        found = replace(found, values=found.values[..., :-1], notes=(*found.notes, "its transparency was left out"))
    return replace(found, kind=kind, pages=pages, notes=(*notes, *found.notes))
