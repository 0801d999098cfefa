"""Pictures finer than 8 bits on the one scale that their normals give; others stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.units import finite_numbers
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scale import Scale
from anomalyst.modalities.sources import Matched
from anomalyst.samples import Sample, expect

STORED = 255.0  # floats are stored in 0 to 1 or in 0 to 255
QUARTERS = (0.25, 0.5, 0.75)


def scale_of(normals: Sequence[ImageSample]) -> Scale | None:
    """The scale of normals, None where none is finer than 8 bits; that which they are on, if they are on one."""
    known = next((normal.scale for normal in normals if normal.scale is not None), None)
    if known is not None or not any(normal.counts for normal in normals):
        return known
    return Scale.of([normal.pixels for normal in normals])


def scale_in(usual: Mapping[str, Any]) -> Scale | None:
    """The scale in what is known of the normals of a detector."""
    ends = finite_numbers(usual.get("scale"), 2)
    return Scale(*ends) if ends and ends[1] > ends[0] else None


def onto(sample: ImageSample, scale: Scale | None) -> ImageSample:
    """The image on a scale; unchanged where it is, or where there is none and it can be shown as it is."""
    if scale is None:
        scale = None if _shows(sample) else Scale.of([sample.pixels])
    if scale is None or sample.scale == scale:
        return sample
    raw = sample.pixels if sample.scale is None else sample.scale.back(sample.pixels)
    stored = _stored(raw, scale) if sample.counts == 1 else 1.0
    told = (f"its values were read as parts of {STORED:g}, as only so they are those of its normals",)
    return replace(
        sample, pixels=scale.to(raw / stored), scale=scale, notes=sample.notes + (told if stored != 1 else ())
    )


def brought(sample: ImageSample, scale: Scale | None) -> ImageSample:
    """The same, and that it was is noted."""
    image = onto(sample, scale)
    if scale is None or image.scale == sample.scale:
        return image
    return replace(image, notes=(*image.notes, told_scale(scale, sample.counts or 255)))


def matched(normals: Sequence[Sample]) -> Matched:
    """Normal images on the one scale that they give."""
    images = [expect(ImageSample, normal) for normal in normals]
    scale = scale_of(images)
    return Matched(normals if scale is None else [onto(image, scale) for image in images])


def told_scale(scale: Scale, counts: float) -> str:
    """What brightness is told as parts of, in the file's own values."""
    spare = (scale.high - scale.low) / 6
    low, high = (counts * value for value in (scale.low - spare, scale.high + spare))
    return (
        f"its brightness is told on the scale of the normals: 0 to 100 % are values of about {_short(low)} to "
        f"{_short(high)}"
    )


def _shows(sample: ImageSample) -> bool:
    return sample.scale is not None or (float(sample.pixels.min()) >= 0 and float(sample.pixels.max()) <= 1)


def _stored(floats: NDArray[np.float32], scale: Scale) -> float:
    """What to divide floats by: STORED where most of the picture lies far above the normals' range, and in it once so
    divided."""
    middle = np.quantile(floats, QUARTERS)
    spare = scale.high - scale.low
    fits = [
        bool(((middle / by >= scale.low - spare) & (middle / by <= scale.high + spare)).all()) for by in (1, STORED)
    ]
    return STORED if fits == [False, True] else 1.0


def _short(value: float) -> str:
    return f"{round(value):,}" if abs(value) >= 100 else f"{value:.3g}"
