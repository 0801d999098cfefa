"""Pictures of an image for the report: original with outlined regions, score map, expected, difference, spread.

Each picture is an inline SVG around an embedded bitmap, so that outlines and labels stay sharp at any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray
from PIL import Image

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.shown import ColourBar, Drawn, Picture, Pictures, data_uri
from anomalyst.samples import FloatArray, Mask, expect

MAX_SIDE = 1024  # longest side of an embedded bitmap, pixels
LOSSLESS_SIDE = 512  # photographs up to this size are embedded without loss
MAX_OUTLINES = 40  # contours drawn per finding
SHARP_BELOW = 300  # smaller pictures show their pixels
MAP_COLOURS = "viridis"
DIFFERENCE_COLOURS = "PuOr_r"


def report(record: RunRecord, detailed: int) -> Pictures:
    """What the report shows of a run on an image: the whole, and a close-up of each of the first findings."""
    sample, score_map = expect(ImageSample, record.sample), record.score_map
    findings = record.explanation.evidence.findings
    close_ups = {f.id: Drawn(tuple(crops(sample, score_map, f, record.masks.get(f.id)))) for f in findings[:detailed]}
    whole = Drawn(tuple(pictures(sample, score_map, findings, record.masks)))
    return Pictures("What it looks like", whole, close_ups)


def pictures(
    sample: ImageSample, score_map: ScoreMap, findings: Sequence[Finding], masks: Mapping[str, Mask]
) -> list[Picture]:
    """All pictures of the whole image, in reading order."""
    around = outlines(findings, masks)
    shape = sample.shape
    made = [
        Picture("Original", drawing(photo(sample.pixels), shape, around, "The original, findings outlined"),
                "What was given, each finding outlined." if around else "What was given."),
        map_picture(score_map, shape, around),
        Picture("What normal would look like", drawing(photo(score_map.expected), shape, "", "The expected image"),
                "Drawn by the diffusion model from the normal examples."),
        difference_picture(sample, score_map, around),
    ]  # fmt: skip
    if len(score_map.samples) > 1:
        made.append(spread_picture(score_map, shape))
    return made


def outlined_map(
    sample: ImageSample, score_map: ScoreMap, findings: Sequence[Finding], masks: Mapping[str, Mask]
) -> list[Picture]:
    """The image and its score map, the findings outlined on both: what is shown of the image of a pair."""
    around = outlines(findings, masks)
    photo_svg = drawing(photo(sample.pixels), sample.shape, around, "The image, places of the findings outlined")
    caption = "The places that speak against the flagged words are outlined." if around else ""
    return [Picture("Image", photo_svg, caption), map_picture(score_map, sample.shape, around)]


def crops(sample: ImageSample, score_map: ScoreMap, finding: Finding, mask: Mask | None) -> list[Picture]:
    """The finding and its surroundings, observed beside expected."""
    region = finding.region
    if not isinstance(region, ImageRegion):
        raise TypeError(f"an image's finding needs an ImageRegion, got {region!r}")
    rows, cols = _around(region.y0, region.y1, sample.shape[0]), _around(region.x0, region.x1, sample.shape[1])
    cut, normal = sample.pixels[rows, cols], score_map.expected[rows, cols]
    around = "" if mask is None else outline(mask[rows, cols], "", cut.shape[:2])
    return [
        Picture("observed", drawing(photo(cut), cut.shape[:2], around, f"{finding.id} as observed"), ""),
        Picture("expected", drawing(photo(normal), cut.shape[:2], "", f"{finding.id} as expected"), ""),
    ]  # fmt: skip


def photo(pixels: FloatArray, side: int = MAX_SIDE) -> str:
    """RGB values in [0, 1] as a data URI, at most `side` pixels long: PNG where small, JPEG where large."""
    image = Image.fromarray(eight_bit(pixels))
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return data_uri(image, "png" if max(image.size) <= LOSSLESS_SIDE else "jpeg")


def eight_bit(values: FloatArray) -> NDArray[np.uint8]:
    """Values in [0, 1] as bytes; what is missing is 0."""
    return np.rint(np.clip(np.nan_to_num(values), 0, 1) * 255).astype(np.uint8)


def _around(low: int, high: int, size: int) -> slice:
    pad = max(8, (high - low) // 2)
    return slice(max(0, low - pad), min(size, high + pad))


def map_picture(score_map: ScoreMap, shape: tuple[int, int], outlines: str, side: int = MAX_SIDE) -> Picture:
    """The score of each pixel."""
    low, high = span_of(score_map.scores)
    svg = drawing(
        coloured(score_map.scores, (low, high), MAP_COLOURS, side), shape, outlines, "Map of the anomaly score"
    )
    bar = ColourBar(_gradient(MAP_COLOURS), f"{low:.3g} usual", f"{high:.3g} abnormal")
    return Picture("Anomaly score", svg, "The detector's score of each pixel.", bar)


def difference_picture(sample: ImageSample, score_map: ScoreMap, outlines: str, side: int = MAX_SIDE) -> Picture:
    """Observed minus expected."""
    change = sample.pixels - score_map.expected
    strongest = np.take_along_axis(change, np.abs(change).argmax(axis=2)[..., None], axis=2)[..., 0]
    reach = max(float(np.nanmax(np.abs(strongest))), 1e-6)
    svg = drawing(
        coloured(strongest, (-reach, reach), DIFFERENCE_COLOURS, side),
        sample.shape,
        outlines,
        "Observed minus expected",
    )
    bar = ColourBar(_gradient(DIFFERENCE_COLOURS), f"−{reach * 255:.0f} darker", f"+{reach * 255:.0f} brighter")
    return Picture("Difference", svg, "Observed minus expected, in grey levels of 255 (strongest colour band).", bar)


def spread_picture(score_map: ScoreMap, shape: tuple[int, int], side: int = MAX_SIDE) -> Picture:
    """How far the drawn normal images differ."""
    spread = score_map.samples.astype(np.float32).std(axis=0).mean(axis=2)
    high = max(float(spread.max()), 1e-6)
    svg = drawing(coloured(spread, (0, high), "cividis", side), shape, "", "Uncertainty of the expected image")
    bar = ColourBar(_gradient("cividis"), "0 certain", f"{high * 255:.2g} grey levels")
    return Picture("How sure of normal", svg, f"Spread of {len(score_map.samples)} drawn normal images.", bar)


def span_of(values: FloatArray) -> tuple[float, float]:
    """(lowest, highest) of the finite values, apart also where all are the same."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def coloured(values: FloatArray, span: tuple[float, float], colours: str, side: int = MAX_SIDE) -> str:
    """Values from `span[0]` to `span[1]` in a colour map, as a data URI, at most `side` pixels long."""
    from matplotlib import colormaps

    low, high = span
    grey = Image.fromarray(np.clip((np.nan_to_num(values, nan=low) - low) / (high - low), 0, 1).astype(np.float32))
    grey.thumbnail((side, side), Image.Resampling.BILINEAR)
    indexed = Image.fromarray(np.rint(np.asarray(grey) * 255).astype(np.uint8))  # 256 colours: a third of the bytes
    indexed.putpalette((colormaps[colours](np.arange(256) / 255)[:, :3] * 255).astype(np.uint8).tobytes())
    return data_uri(indexed, "png")


def _gradient(colours: str) -> str:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    stops = ", ".join(to_hex(colormaps[colours](t)) for t in np.linspace(0, 1, 9))
    return f"linear-gradient(to right, {stops})"


def drawing(uri: str, shape: tuple[int, ...], overlay: str, alt: str) -> Markup:
    """An SVG of a bitmap with an overlay."""
    height, width = shape[:2]
    sharp = ' class="pixels"' if max(height, width) < SHARP_BELOW else ""
    return Markup(  # built from numbers, base64 and escaped text only
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {width} {height}">'
        f'<image href="{uri}" width="{width}" height="{height}"{sharp}/>{overlay}</svg>'
    )


def outlines(findings: Sequence[Finding], masks: Mapping[str, Mask]) -> str:
    """All findings that have a mask outlined, with their ids."""
    return "".join(outline(masks[f.id], f.id, masks[f.id].shape) for f in findings if f.id in masks)


def outline(mask: Mask, label: str, shape: tuple[int, ...]) -> str:
    """The mask's contours as one path with a dark and a bright stroke, and its label beside the first corner."""
    from skimage.measure import approximate_polygon, find_contours

    tolerance = max(shape) / 800
    found = sorted(find_contours(np.pad(mask, 1).astype(np.float32), 0.5), key=len, reverse=True)[:MAX_OUTLINES]
    lines = [approximate_polygon(c, tolerance) - 0.5 for c in found]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for y, x in line) + "Z" for line in lines)
    drawn = f'<path class="halo" d="{path}"/><path class="outline" d="{path}"/>' if path else ""
    return drawn + (_label(mask, label, shape) if label and lines else "")


def _label(mask: Mask, label: str, shape: tuple[int, ...]) -> str:
    """The finding's id above its region, or below it at the upper edge."""
    size = max(shape) * 0.05
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x = float(np.clip((cols[0] + cols[-1] + 1) / 2, size, shape[1] - size))
    y = rows[0] - size * 0.35 if rows[0] > size * 1.4 else min(rows[-1] + 1 + size * 1.1, shape[0] - size * 0.3)
    return f'<text class="tag" x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}">{escape(label)}</text>'
