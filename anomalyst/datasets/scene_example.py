"""A drawn scene whose caption is false in one word, as a file: an input for which the model that ships suffices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from anomalyst.datasets.scenes import TEST_SEEDS, matched
from anomalyst.errors import OutputError

CAPTION = "M6 bolt, head missing"


@dataclass(frozen=True)
class PairExample:
    """An image file and the text that is to be judged with it; `truth`: a text that fits."""

    name: str
    input: Path
    text: str
    truth: str
    about: str


def scene_example(out_dir: str | Path) -> PairExample:
    """Write the example: the first bolt of the test seeds that CAPTION is true of, told to have its head.

    An existing file of the same name is overwritten.
    """
    out = Path(out_dir)
    scene = next(s for k in range(1000) if (s := matched(TEST_SEEDS + k, family="bolt")).caption == CAPTION)
    path = out / "bolt.png"
    try:
        out.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.rint(scene.pixels * 255).astype(np.uint8)).save(path)
    except OSError as error:
        raise OutputError(f"{str(out)!r} cannot be written ({error.strerror}); name another folder.") from None
    text = CAPTION.replace("missing", "intact")
    return PairExample("bolt", path, text, CAPTION, "a drawn bolt without a head, and a note that it has one")
