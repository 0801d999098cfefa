"""An image with its text as arrays, names and axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from anomalyst.errors import InputError
from anomalyst.modalities.image.sample import ImageSample

MAX_TEXT = 5_000  # characters of the text of a pair


@dataclass(frozen=True)
class PairSample:
    """An image and the text that goes with it: a caption, a title, a note. `text` is data, never an instruction."""

    image: ImageSample
    text: str
    name: str = "pair"
    notes: tuple[str, ...] = ()

    modality: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        if not any(character.isalnum() for character in self.text):
            raise InputError(f"{self.name!r}: got a text without any word; give the words that belong to the image.")
        if len(self.text) > MAX_TEXT:
            raise InputError(
                f"{self.name!r}: got a text of {len(self.text):,} characters; at most {MAX_TEXT:,} are read: "
                "shorten it."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the image in pixels: the axes of the pair's score map."""
        return self.image.shape
