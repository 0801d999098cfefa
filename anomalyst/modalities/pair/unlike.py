"""What is usual among normal pairs, of their images and texts, and texts that do not belong to an image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from anomalyst.evidence.units import Measure, finite_numbers, rounded
from anomalyst.evidence.wording import number
from anomalyst.modalities.image import unlike as image
from anomalyst.modalities.pair.sample import PairSample

MOST_TEXTS, MOST_CHARACTERS = 32, 500  # of the normals' texts that are kept, and of each
LONGER = 4.0  # times as many words as the longest of the normals' texts
FOREIGN = 2  # texts of other pairs that are planted
SCENES = (
    "a red circle above a blue square", "three green triangles", "a large yellow star on the left",
    "M6 bolt, head missing", "black gasket with two holes", "washer, surface scratched",
)  # fmt: skip
"""Texts such as the model that ships has learned, for where no pairs are given."""


def usual(normals: Sequence[PairSample]) -> dict[str, Any]:
    """What is usual of the images, the most words of a text, and some texts."""
    if not normals:
        return {"texts": list(SCENES)}
    texts = list(dict.fromkeys(pair.text for pair in normals if len(pair.text) <= MOST_CHARACTERS))
    kept = (
        [texts[k] for k in np.unique(np.linspace(0, len(texts) - 1, MOST_TEXTS).round().astype(int))] if texts else []
    )
    words = max(len(_words(pair.text)) for pair in normals)
    return {"image": image.usual([pair.image for pair in normals]), "words": words, "texts": kept}


def unlike(sample: PairSample, usual: Mapping[str, Any]) -> Iterator[Measure]:
    """Facts in words on the image, and on a text that is far longer than all of the normals'."""
    of_image = usual.get("image", {})
    found = list(image.unlike(sample.image, of_image if isinstance(of_image, dict) else {}))
    yield from found
    most, count = finite_numbers([usual.get("words")], 1), len(_words(sample.text))
    if most and most[0] > 0 and count >= LONGER * most[0]:
        text = f"the text is {number(rounded(count / most[0], 2))} times longer than those of its normals"
        yield Measure("sample", "unlike_normals", text, qualifier=str(len(found) + 1))


def foreign(sample: PairSample, number_: int, seed: int, usual: Mapping[str, Any]) -> PairSample | None:
    """The image with the text of another pair, one of those that share the fewest words with its own; None where none
    is known that differs, or FOREIGN of them were planted."""
    own = set(_words(sample.text))
    texts = usual.get("texts")
    known = [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
    others = sorted((len(own & set(_words(t))), n) for n, t in enumerate(known) if own != set(_words(t)))
    if number_ >= FOREIGN or not others:
        return None
    fewest = [n for _, n in others[: max(1, len(others) // 2)]]
    chosen = fewest[int(np.random.default_rng(seed).integers(len(fewest)))]
    return replace(sample, text=known[chosen])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
