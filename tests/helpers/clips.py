"""Clips written as files, from frames drawn for the kind's own trial."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

CODECS = {".mp4": "mpeg4", ".avi": "mpeg4", ".mkv": "mpeg4", ".webm": "libvpx", ".gif": "gif"}


def written(path: Path, frames: Sequence[NDArray[np.uint8]], rate: int = 10, times: Sequence[float] = ()) -> Path:
    """The frames (rows, columns, 3) as a video file. `times`: in seconds, where they are not regular."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(CODECS[path.suffix], rate=rate)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "rgb8" if path.suffix == ".gif" else "yuv420p"
        if path.suffix != ".gif":
            stream.bit_rate = 4_000_000
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if times:
                frame.pts, frame.time_base = round(1000 * times[number]), Fraction(1, 1000)
                stream.codec_context.time_base = Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def folder(path: Path, frames: Sequence[NDArray[np.uint8]]) -> Path:
    """The frames as numbered pictures in a folder."""
    path.mkdir()
    for number, pixels in enumerate(frames, 1):
        Image.fromarray(pixels).save(path / f"{number:04d}.png")
    return path
