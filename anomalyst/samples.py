"""The kinds of input an analysis sees: an image, a time series, an image with its text; as arrays, names and axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError

Modality = Literal["image", "series", "pair"]
FloatArray = NDArray[np.floating]

MAX_IMAGE_PIXELS = 40_000_000
MAX_SERIES_CELLS = 50_000_000
MAX_TEXT = 5_000  # characters of the text of a pair


@dataclass(frozen=True)
class ImageSample:
    """An RGB image. `pixels`: float32 of shape (height, width, 3) in [0, 1]; `grey`: all channels are equal;
    `notes`: what reading it changed, one sentence each."""

    pixels: NDArray[np.float32]
    name: str = "image"
    grey: bool = False
    notes: tuple[str, ...] = ()

    modality: Literal["image"] = field(default="image", init=False)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or min(self.pixels.shape[:2]) < 1:
            raise InputError(
                f"{self.name!r}: got an array of shape {self.pixels.shape!r}; an image has shape (height, width, 3)."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels: the axes of the image's score map."""
        return self.pixels.shape[0], self.pixels.shape[1]


@dataclass(frozen=True)
class SeriesSample:
    """A time series of one or more channels.

    `values`: float64 of shape (time, channels), NaN where a value is missing;
    `columns`: the channels' names; `units`: their units ("" where unknown);
    `index`: datetime64[ns] or float64 of shape (time,), strictly increasing; a plain row number where the
    file has no time column; `notes`: what reading it changed, one sentence each.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    index: NDArray[np.generic]
    units: tuple[str, ...] = ()
    name: str = "series"
    notes: tuple[str, ...] = ()

    modality: Literal["series"] = field(default="series", init=False)

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise InputError(
                f"{self.name!r}: got values of shape {self.values.shape!r} and {len(self.columns)} column names; "
                "a series has shape (time, channels) and one name per channel."
            )
        if len(self.index) != len(self.values):
            raise InputError(
                f"{self.name!r}: got {len(self.index)} time stamps for {len(self.values)} rows; give one per row."
            )
        if not self.units:
            object.__setattr__(self, "units", ("",) * len(self.columns))

    @property
    def shape(self) -> tuple[int, int]:
        """(time, channels): the axes of the series' score map."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def has_times(self) -> bool:
        """Whether `index` holds real time stamps (datetime64) rather than numbers."""
        return np.issubdtype(self.index.dtype, np.datetime64)


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


Sample = ImageSample | SeriesSample | PairSample
