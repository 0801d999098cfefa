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
from anomalyst.evidence.speech.speech import Speech
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
SPREAD_COLOURS = "cividis"


def report(record: RunRecord, detailed: int) -> Pictures:
    """What the report shows of a run on an image: the whole, and a close-up of each of the first findings."""
    sample, findings = expect(ImageSample, record.sample), record.explanation.evidence.findings
    close_ups = {f.id: Drawn(tuple(crops(sample, record, f))) for f in findings[:detailed]}
    return Pictures(record.speech.text("picture-heading"), Drawn(tuple(pictures(sample, record))), close_ups)


def pictures(sample: ImageSample, record: RunRecord) -> list[Picture]:
    """All pictures of the whole image, in reading order."""
    score_map, speech, shape = record.score_map, record.speech, sample.shape
    around = outlines(record.explanation.evidence.findings, record.masks)
    given = drawing(photo(sample.pixels), shape, around, speech.text("picture-original-alt"))
    normal = drawing(photo(score_map.expected), shape, "", speech.text("picture-normal-alt"))
    seen = speech.text("picture-given-outlined" if around else "picture-given")
    made = [
        Picture(speech.text("picture-original"), given, seen),
        map_picture(score_map, shape, around, speech),
        Picture(speech.text("picture-normal"), normal, speech.text("picture-normal-caption")),
        difference_picture(sample, score_map, around, speech),
    ]
    if len(score_map.samples) > 1:
        made.append(spread_picture(score_map, shape, speech))
    return made


def outlined_map(sample: ImageSample, record: RunRecord) -> list[Picture]:
    """The image and its score map, the findings outlined on both: what is shown of the image of a pair."""
    speech, around = record.speech, outlines(record.explanation.evidence.findings, record.masks)
    photo_svg = drawing(photo(sample.pixels), sample.shape, around, speech.text("pair-image-alt"))
    image = Picture(speech.text("pair-image"), photo_svg, speech.text("pair-image-caption") if around else "")
    return [image, map_picture(record.score_map, sample.shape, around, speech)]


def crops(sample: ImageSample, record: RunRecord, finding: Finding) -> list[Picture]:
    """The finding and its surroundings, observed beside expected."""
    score_map, mask, speech = record.score_map, record.masks.get(finding.id), record.speech
    region = finding.region
    if not isinstance(region, ImageRegion):
        raise TypeError(f"an image's finding needs an ImageRegion, got {region!r}")
    rows, cols = _around(region.y0, region.y1, sample.shape[0]), _around(region.x0, region.x1, sample.shape[1])
    cut, normal = sample.pixels[rows, cols], score_map.expected[rows, cols]
    around = "" if mask is None else outline(mask[rows, cols], "", cut.shape[:2])
    alts = (speech.text(f"picture-{name}-alt", {"finding": finding.id}) for name in ("observed", "expected"))
    shown = ((cut, around, "legend-observed"), (normal, "", "legend-expected"))
    return [
        Picture(speech.text(title), drawing(photo(pixels), cut.shape[:2], over, alt), "")
        for (pixels, over, title), alt in zip(shown, alts, strict=True)
    ]


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


def map_picture(
    score_map: ScoreMap, shape: tuple[int, int], outlines: str, speech: Speech, side: int = MAX_SIDE
) -> Picture:
    """The score of each pixel."""
    low, high = span_of(score_map.scores)
    uri = coloured(score_map.scores, (low, high), MAP_COLOURS, side)
    svg = drawing(uri, shape, outlines, speech.text("picture-score-alt"))
    return _barred("score", svg, MAP_COLOURS, (f"{low:.3g}", f"{high:.3g}"), speech)


def difference_picture(
    sample: ImageSample, score_map: ScoreMap, outlines: str, speech: Speech, side: int = MAX_SIDE
) -> Picture:
    """Observed minus expected."""
    change = sample.pixels - score_map.expected
    strongest = np.take_along_axis(change, np.abs(change).argmax(axis=2)[..., None], axis=2)[..., 0]
    reach = max(float(np.nanmax(np.abs(strongest))), 1e-6)
    uri = coloured(strongest, (-reach, reach), DIFFERENCE_COLOURS, side)
    svg = drawing(uri, sample.shape, outlines, speech.text("picture-difference-alt"))
    return _barred("difference", svg, DIFFERENCE_COLOURS, (f"−{reach * 255:.0f}", f"+{reach * 255:.0f}"), speech)


def spread_picture(score_map: ScoreMap, shape: tuple[int, int], speech: Speech, side: int = MAX_SIDE) -> Picture:
    """How far the drawn normal images differ."""
    spread = score_map.samples.astype(np.float32).std(axis=0).mean(axis=2)
    high = max(float(spread.max()), 1e-6)
    svg = drawing(coloured(spread, (0, high), SPREAD_COLOURS, side), shape, "", speech.text("picture-spread-alt"))
    return _barred("spread", svg, SPREAD_COLOURS, ("0", f"{high * 255:.2g}"), speech, len(score_map.samples))


def _barred(
    name: str, svg: Markup, colours: str, ends: tuple[str, str], speech: Speech, count: int | None = None
) -> Picture:
    """A coloured map with its title, its caption and the bar of its colours. `ends`: the numbers at the bar's ends;
    `count`: of what the caption counts."""
    caption = speech.text(f"picture-{name}-caption", {} if count is None else {"count": str(count)})
    low, high = (
        speech.text(f"picture-{name}-{end}", {"value": speech.local(value)})
        for end, value in zip(("low", "high"), ends, strict=True)
    )
    return Picture(speech.text(f"picture-{name}"), svg, caption, ColourBar(_gradient(colours), low, high))


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
    from skimage.measure import find_contours

    tolerance = max(shape) / 800
    found = sorted(find_contours(np.pad(mask, 1).astype(np.float32), 0.5), key=len, reverse=True)[:MAX_OUTLINES]
    lines = [simplified(c, tolerance) - 0.5 for c in found]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for y, x in line) + "Z" for line in lines)
    drawn = f'<path class="halo" d="{path}"/><path class="outline" d="{path}"/>' if path else ""
    return drawn + (_label(mask, label, shape) if label and lines else "")


def simplified(line: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """A line (n, 2) with as few of its points as keep the others within `tolerance` of it (Douglas & Peucker 1973).

    scikit-image has this too, but loads all of `scipy.signal` with it, which takes as long as all pictures do.
    """
    kept, parts = {0, len(line) - 1}, [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        away = _away(line[first + 1 : last], line[first], line[last])
        if away.size and away.max() > tolerance:
            middle = first + 1 + int(away.argmax())
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return line[sorted(kept)]


def _away(points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of points (n, 2) from the stretch between two."""
    along = end - start
    share = ((points - start) @ along / max(float(along @ along), 1e-12)).clip(0, 1)
    apart: NDArray[np.float64] = np.hypot(*(points - start - share[:, None] * along).T)
    return apart


def _label(mask: Mask, label: str, shape: tuple[int, ...]) -> str:
    """The finding's id above its region, or below it at the upper edge."""
    size = max(shape) * 0.05
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x = float(np.clip((cols[0] + cols[-1] + 1) / 2, size, shape[1] - size))
    y = rows[0] - size * 0.35 if rows[0] > size * 1.4 else min(rows[-1] + 1 + size * 1.1, shape[0] - size * 0.3)
    return f'<text class="tag" x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}">{escape(label)}</text>'
