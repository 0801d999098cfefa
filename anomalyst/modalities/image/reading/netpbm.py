"""Netpbm and PFM pictures finer than 8 bits: a line of text, then numbers. Pillow keeps 8 bits of their colours."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from anomalyst.modalities.image.reading.values import Stored

_HEAD = re.compile(rb"P([56fF])(?:\s+#[^\n]*)*\s+(\d{1,6})\s+(\d{1,6})\s+(-?[\d.]+)\s", re.DOTALL)
HEAD_BYTES = 1000


def read_netpbm(path: Path, most_pixels: int) -> Stored | None:
    """The picture of a PGM, PPM or PFM file, None where it is none, or one of 8 bits. EOFError if it is cut off."""
    with path.open("rb") as file:
        told = _HEAD.match(file.read(HEAD_BYTES))
        if told is None:
            return None
        letter, width, height, most = told.group(1), int(told.group(2)), int(told.group(3)), float(told.group(4))
        floats = letter in b"fF"
        if width * height > most_pixels or (not floats and not 255 < most < 65536):
            return None
        order = "<" if floats and most < 0 else ">"
        shape = (height, width, 3 if letter in b"6F" else 1)
        file.seek(told.end())
        kind = np.dtype(f"{order}f4" if floats else ">u2")
        data = file.read(int(np.prod(shape)) * kind.itemsize)
    if len(data) < int(np.prod(shape)) * kind.itemsize:
        raise EOFError("image file is truncated")
    values = np.frombuffer(data, kind).reshape(shape)
    values = values[::-1] if floats else values  # PFM begins with the lowest row
    return Stored(
        values.astype(kind.newbyteorder("=")), 1.0 if floats else most, kind="float32" if floats else "uint16"
    )
