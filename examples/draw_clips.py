"""Draws the example of a path: clips on which people walk both ways, and one on which somebody rides along it.

    python examples/draw_clips.py FOLDER

writes `normal/` (ten clips of six seconds, MP4, known to be ordinary), `clip.mp4` (to be judged) and `truth.csv` (from
when to when the rider is seen, which way it moves, and how fast, in pixels a second).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.video.sample import STEP
from anomalyst.modalities.video.tried.trial import STEPS, Thing, drawn, walkers

NORMAL, SEED, RATE = 10, 500, round(1 / STEP)
RIDER = Thing(enters=24, top=52, speed=7.0, width=16)
WIDTH = 160  # pixels of a frame


def main() -> None:
    """Draw all clips."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the files are written")
    folder = parser.parse_args().folder
    (folder / "normal").mkdir(parents=True, exist_ok=True)
    for number in range(NORMAL):
        write(folder / "normal" / f"{number + 1:02d}.mp4", drawn(walkers(SEED + number), SEED + number))
    write(folder / "clip.mp4", drawn([*walkers(SEED + NORMAL), RIDER], SEED + NORMAL))
    leaves = min(STEPS - 1, RIDER.enters + (WIDTH + RIDER.width) / RIDER.speed)
    row = f"{RIDER.enters * STEP:.1f},{leaves * STEP:.1f},left to right,{RIDER.speed / STEP:.0f}"
    (folder / "truth.csv").write_text(f"start,end,way,speed\n{row}\n", encoding="utf-8")


def write(path: Path, frames: Sequence[NDArray[np.uint8]]) -> None:
    """Frames (rows, columns, 3) as an MP4 file."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=RATE)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        for pixels in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    main()
