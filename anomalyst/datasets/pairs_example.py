"""An image whose inspection note is false in one word: a drawn bolt without a head, which the note says it has."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from anomalyst.datasets.scenes import TEST_SEEDS, Scene, mismatched
from anomalyst.errors import OutputError

SIDE = 128  # pixels; the scenes are drawn at a quarter of it


@dataclass(frozen=True)
class PairExample:
    """An image and its `text`; `truth`: the word that would fit instead of the false one."""

    input: Path
    text: str
    truth: str


def pair_example(out_dir: str | Path) -> PairExample:
    """Write the example into a folder; a file of the same name is overwritten. Raises OutputError."""
    place, scene = Path(out_dir) / "bolt.png", _headless()
    assert scene.mismatch is not None
    pixels = np.rint(scene.pixels * 255).astype(np.uint8)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Enlarged, so that a person sees it.
        Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.NEAREST).save(place)
    except OSError as error:
        raise OutputError(f"{str(place)!r} cannot be written ({error.strerror}); name another folder.") from None
    return PairExample(place, scene.caption, " ".join(scene.mismatch.truth))


def _headless() -> Scene:
    """The first scene that no training saw whose bolt has no head and whose note says that it has."""
    scenes = (mismatched(seed, "state") for seed in itertools.count(TEST_SEEDS))
    return next(scene for scene in scenes if scene.shown.attributes.get("head") == "missing")
