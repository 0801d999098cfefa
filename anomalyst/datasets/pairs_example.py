"""An image with a text that is false in one word, and matching pairs to learn from, as files: drawn scenes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from anomalyst.datasets.scenes import TEST_SEEDS, Scene, matched, mismatched
from anomalyst.errors import OutputError

PAIRS = 300
SIDE = 128  # pixels; the scenes are drawn at a quarter of it


@dataclass(frozen=True)
class PairsExample:
    """An image and its `text`; `normal`: a table of matching pairs, their images beside it; `truth`: the words that
    would fit instead of the false one."""

    input: Path
    text: str
    normal: Path
    truth: str


def pairs_example(out_dir: str | Path) -> PairsExample:
    """Write the example into a folder; files of the same names are overwritten. Raises OutputError."""
    out = Path(out_dir)
    wrong = mismatched(TEST_SEEDS, "colour")
    assert wrong.mismatch is not None
    try:
        (out / "pairs").mkdir(parents=True, exist_ok=True)
        rows = [(_written(out / "pairs" / f"{seed:03}.png", scene), scene.caption) for seed, scene in _matching()]
        with (out / "pairs" / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("image", "text"), *rows])
        _written(out / "scene.png", wrong)
    except OSError as error:
        raise OutputError(f"{str(out)!r} cannot be written ({error.strerror}); name another folder.") from None
    return PairsExample(out / "scene.png", wrong.caption, out / "pairs" / "pairs.csv", " ".join(wrong.mismatch.truth))


def _matching() -> list[tuple[int, Scene]]:
    return [(seed, matched(seed)) for seed in range(PAIRS)]


def _written(path: Path, scene: Scene) -> str:
    """Write the picture, enlarged so that a person sees it; returns the file's name."""
    pixels = np.rint(scene.pixels * 255).astype(np.uint8)
    Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.NEAREST).save(path)
    return path.name
