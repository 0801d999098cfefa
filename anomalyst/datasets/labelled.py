"""Samples with their truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class LabelledImage:
    """An image and its truth. `label`: it is abnormal; `mask`: bool of shape (height, width), true on the defect,
    or None where the set has no pixel labels; `defect`: what it is, "good" if nothing."""

    sample: ImageSample
    label: bool
    mask: NDArray[np.bool_] | None
    defect: str
    split: Split = "test"

    def __post_init__(self) -> None:
        if self.mask is not None and self.mask.shape != self.sample.shape:
            raise InputError(
                f"{self.sample.name!r}: got a mask of shape {self.mask.shape!r} for an image of shape "
                f"{self.sample.shape!r}; both must agree."
            )


@dataclass(frozen=True)
class ImageSet:
    """Normal images to learn from, and test images with their truth."""

    name: str
    normals: tuple[ImageSample, ...]
    tests: tuple[LabelledImage, ...]


@dataclass(frozen=True)
class Event:
    """One labelled anomaly: rows [start, stop) of the test series, what it is, the channels it acts on."""

    start: int
    stop: int
    kind: str = "anomaly"
    channels: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class LabelledSeries:
    """A test series and its truth. `train`: normal data of the same channels, None if the set has none;
    `labels`: bool of shape (time,); `channel_labels`: bool of shape (time, channels), the channels that cause the
    anomaly, or None; `group`: the part of the set it belongs to; `events`: named anomalies where known."""

    name: str
    train: SeriesSample | None
    test: SeriesSample
    labels: NDArray[np.bool_]
    channel_labels: NDArray[np.bool_] | None = None
    group: str = ""
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        if self.labels.shape != (len(self.test.values),):
            raise InputError(
                f"{self.name!r}: got labels of shape {self.labels.shape!r} for {len(self.test.values)} rows; "
                "give one label per row."
            )
        if self.channel_labels is not None and self.channel_labels.shape != self.test.shape:
            raise InputError(
                f"{self.name!r}: got channel labels of shape {self.channel_labels.shape!r} for a series of shape "
                f"{self.test.shape!r}; both must agree."
            )


@dataclass(frozen=True)
class LabelledTable:
    """Rows of numbers: `x` float64 of shape (rows, columns), `y` bool of shape (rows,), true on anomalies."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.bool_]
