"""What kind of anomaly a region of an image is, by its colour and texture against what was expected there.

Colours are compared in CIELAB (L lightness, a and b colour), where equal distances look about equally different;
a distance of 2.3 is just noticeable (Mahy et al. 1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2lab
from skimage.morphology import isotropic_dilation, isotropic_erosion

from anomalyst.modalities.image.found.shape import is_long
from anomalyst.modalities.image.region import ImageKind, bounds
from anomalyst.samples import Mask

Pixels = NDArray[np.floating]

STANDS_OUT = 10.0  # CIELAB distance at which a part stands out from what surrounds it
CLEAR = 5.0  # CIELAB distance of a clear change of tone or colour: about twice just noticeable
TEXTURE_CLEAR = float(np.log2(1.5))  # change of local contrast, in octaves
GRAIN_CLEAR = 1.0  # octaves by which detail of one direction grows against that of another
FAINT = 0.23  # in L, a tenth of just noticeable: weaker detail is none
TEXTURE_SIGMA = 2.0  # pixels: detail finer than this is texture
RIM, LEAST_SHARE = 3, 0.25  # pixels that a soft edge slopes over, and what must be left of a region without them
RING_SHARE = 0.35  # width of the ring around a region, as a share of the side of a square of its area


@dataclass(frozen=True)
class Change:
    """How a region differs from what was expected: `tone` in L (brighter > 0), `hue` in (a, b), `texture` in octaves
    of local contrast, and how far the region stands out of its surroundings, as seen and as expected (CIELAB).
    `rimless`: the texture is that of its inside; else, and in a scratch, the slope of its edge may be all of it: no
    proof of an object.
    `grain`: octaves by which its detail is drawn out in another direction than it was: light and shade weaken detail of
    all directions alike, a thing with a grain of its own does not; 0 where the slope of the edge may be all of it."""

    tone: float
    hue: float
    texture: float
    seen_contrast: float
    expected_contrast: float
    rimless: bool
    grain: float = 0.0


def image_kind(observed: Pixels, expected: Pixels, mask: Mask) -> ImageKind:
    """The kind of anomaly of the region `mask` (H, W) of RGB images (H, W, 3) in [0, 1]."""
    change = measure_change(observed, expected, mask)
    plain: ImageKind = "brighter" if change.tone > 0 else "darker"
    sizes: dict[ImageKind, float] = {
        plain: abs(change.tone) / CLEAR,
        "colour shift": change.hue / CLEAR,
        "texture change": max(abs(change.texture) / TEXTURE_CLEAR, change.grain / GRAIN_CLEAR),
    }
    if change.expected_contrast >= STANDS_OUT and change.seen_contrast <= change.expected_contrast / 2:
        return "missing part"
    proved = {kind: size for kind, size in sizes.items() if change.rimless or kind != "texture change"}
    clear = {kind: size for kind, size in proved.items() if size >= 1}
    if len(clear) > 1 and change.seen_contrast >= STANDS_OUT and change.expected_contrast <= change.seen_contrast / 2:
        return "extra part"
    told = clear or sizes
    return max(told, key=lambda kind: told[kind])


def measure_change(observed: Pixels, expected: Pixels, mask: Mask) -> Change:
    """Compare the region, and the ring around it, in the two images."""
    width = max(3, round(RING_SHARE * float(np.sqrt(mask.sum()))))
    x0, y0, x1, y1 = bounds(mask)
    crop = (_widened(y0, y1, 2 * width), _widened(x0, x1, 2 * width))
    inside = mask[crop]
    near = isotropic_dilation(inside, 2)  # a rim of 2 pixels belongs to neither
    ring = isotropic_dilation(inside, 2 + width) & ~near
    seen, normal = rgb2lab(observed[crop]), rgb2lab(expected[crop])
    if not ring.any():
        ring = ~inside if not inside.all() else inside
    difference = (seen - normal)[inside].mean(axis=0)
    inner = _without_rim(inside)
    core = inside if inner is None else inner
    rimless = inner is not None and not is_long(inside)
    return Change(
        tone=float(difference[0]),
        hue=_hue_change(seen[inside].mean(axis=0), normal[inside].mean(axis=0)),
        texture=_texture_change(seen, normal, core, ring),
        seen_contrast=_distance(seen, inside, ring),
        expected_contrast=_distance(normal, inside, ring),
        rimless=rimless,
        grain=max(0.0, _grain(seen, core, ring) - _grain(normal, core, ring)) if rimless else 0.0,
    )


def _hue_change(seen: Pixels, normal: Pixels) -> float:
    """How far (a, b) of mean colours (3,) differ. Dimming weakens them in proportion to L, adding light does not; so a
    change counts only as far as it is seen both as it is and relative to L."""
    ratio = float(seen[0]) / max(1.0, float(normal[0]))
    return min(float(np.linalg.norm(seen[1:] - share * normal[1:])) for share in (1.0, ratio))


def _without_rim(inside: Mask) -> Mask | None:
    """A region without its rim, as the slope of a soft edge is no texture; None where hardly anything would be left."""
    inner: Mask = isotropic_erosion(inside, RIM)
    return inner if inner.sum() >= LEAST_SHARE * inside.sum() else None


def _widened(start: int, stop: int, margin: int) -> slice:
    return slice(max(0, start - margin), stop + margin)


def _distance(lab: Pixels, inside: Mask, ring: Mask) -> float:
    return float(np.linalg.norm(lab[inside].mean(axis=0) - lab[ring].mean(axis=0)))


def _texture_change(seen: Pixels, normal: Pixels, inside: Mask, ring: Mask) -> float:
    """Octaves by which the fine detail of L inside, against that in the ring, is stronger than expected.

    The ring cancels a smooth expectation's lack of detail. Dimming weakens detail in proportion to L, adding light
    does not; so a change counts only as far as it is seen both in L and relative to L. Nor does it count further than
    inside alone: where what was drawn meets what was seen, the ring has a seam that is no detail.
    """
    inner = np.log2(_detail(seen[..., 0], inside) / _detail(normal[..., 0], inside))
    octaves = np.array([*np.log2(_details(seen, inside, ring) / _details(normal, inside, ring)), inner])
    return float(octaves[np.argmin(np.abs(octaves))]) if abs(np.sign(octaves).sum()) == len(octaves) else 0.0


def _details(lab: Pixels, inside: Mask, ring: Mask) -> NDArray[np.float64]:
    """Detail inside over detail in the ring: (in L, relative to mean L)."""
    lightness = lab[..., 0]
    ratio = _detail(lightness, inside) / _detail(lightness, ring)
    return np.array([ratio, ratio * max(1.0, lightness[ring].mean()) / max(1.0, lightness[inside].mean())])


def _detail(lightness: Pixels, part: Mask) -> float:
    """Standard deviation of L about its local mean over the pixels of `part`, at least FAINT."""
    weight = gaussian_filter(part.astype(np.float64), TEXTURE_SIGMA)
    mean = gaussian_filter(np.where(part, lightness, 0.0).astype(np.float64), TEXTURE_SIGMA) / np.maximum(weight, 1e-9)
    return max(FAINT, float((lightness - mean)[part].std()))


def _grain(lab: Pixels, inside: Mask, ring: Mask) -> float:
    """Octaves by which detail inside, against that in the ring, is stronger in one direction than across it."""
    sizes = eigh(_slopes(lab, inside), _slopes(lab, ring), eigvals_only=True)
    return float(np.log2(sizes[-1] / sizes[0])) / 2


def _slopes(lab: Pixels, part: Mask) -> NDArray[np.float64]:
    """The structure tensor (2, 2) of L over the pixels of `part`."""
    slopes = np.stack([np.gradient(lab[..., 0], axis=axis)[part] for axis in (0, 1)]).astype(np.float64)
    return np.asarray(np.cov(slopes, bias=True) + FAINT**2 * np.eye(2))
