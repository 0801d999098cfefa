"""Images, masks and metrics of the image benchmark (folders laid out as MVTec AD)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import label
from skimage.transform import resize
from sklearn.metrics import roc_auc_score

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.samples import Mask

METRIC_SIDE = 256  # maps and masks are compared at this size
BOXED = ("deeppcb",)
NOISY = ("brain_mri",)
FPR_LIMIT = 0.3

Map = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """One test image: whether it is abnormal, and its mask (H, W) where one was drawn."""

    sample: ImageSample
    abnormal: bool
    mask: Mask | None


@dataclass(frozen=True)
class Category:
    """`normals` to learn from, `cases` to judge. `masks`: "pixel", "box" or "none"."""

    name: str
    normals: list[ImageSample]
    cases: list[Case]
    masks: str


def read_category(folder: Path, limit: int | None) -> Category:
    """Read a category; with `limit`, at most that many normals, good and bad cases, evenly spread."""
    normals = [_read(path) for path in _spread(sorted((folder / "train" / "good").iterdir()), limit)]
    paths = sorted(p for p in (folder / "test").rglob("*") if p.is_file())
    good = _spread([p for p in paths if p.parent.name == "good"], limit)
    bad = _spread([p for p in paths if p.parent.name != "good"], limit)
    cases = [Case(_read(p), p in bad, _mask(folder, p)) for p in (*good, *bad)]
    drawn = any(c.mask is not None for c in cases)
    kind = "none" if not drawn else "box" if folder.name.startswith(BOXED) else "pixel"
    return Category(folder.name, normals, cases, kind)


def _spread(paths: list[Path], limit: int | None) -> list[Path]:
    if limit is None or len(paths) <= limit:
        return paths
    return [paths[i] for i in np.linspace(0, len(paths) - 1, limit).round().astype(int)]


def _read(path: Path) -> ImageSample:
    with Image.open(path) as image:
        grey = image.mode in ("L", "1", "I;16")
        pixels = np.asarray(image.convert("RGB"), dtype=np.float32) / 255
    return ImageSample(pixels, path.stem, grey)


def _mask(folder: Path, path: Path) -> Mask | None:
    place = folder / "ground_truth" / path.parent.name / f"{path.stem}_mask.png"
    if not place.exists():
        return None
    with Image.open(place) as image:
        return np.asarray(image.convert("L")) > 127


def to_metric(scores: Map) -> Map:
    """A map at the metric's size."""
    return resize(scores, (METRIC_SIDE, METRIC_SIDE), order=1, anti_aliasing=False).astype(np.float32)


def image_auroc(cases: list[Case], scores: list[float]) -> float:
    """Area under ROC over images."""
    return float(roc_auc_score([c.abnormal for c in cases], scores))


def masks_of(cases: list[Case]) -> Mask:
    """Masks at the metric's size, empty for normal images: (n, side, side)."""
    empty = np.zeros((METRIC_SIDE, METRIC_SIDE), dtype=bool)
    shape = empty.shape
    return np.stack([empty if c.mask is None else resize(c.mask, shape, order=0) > 0 for c in cases])


def pixel_auroc(masks: Mask, maps: NDArray[np.float32]) -> float:
    """Area under ROC over pixels."""
    return float(roc_auc_score(masks.ravel(), maps.ravel()))


def aupro(masks: Mask, maps: NDArray[np.float32], limit: float = FPR_LIMIT) -> float:
    """Area under the per-region-overlap curve up to a false-positive rate, over that rate.

    Bergmann et al. 2020, arXiv 1911.02357: at every threshold, the mean over connected regions of the share covered.
    """
    shares = np.zeros(masks.shape, dtype=np.float64)
    count = 0
    for number, mask in enumerate(masks):
        parts = label(mask, connectivity=2)
        sizes = np.bincount(parts.ravel())[1:]
        count += len(sizes)
        shares[number][mask] = (1 / sizes)[parts[mask] - 1]
    order = np.argsort(-maps.ravel(), kind="stable")
    inside = masks.ravel()[order]
    rate = np.cumsum(~inside) / max(1, int((~inside).sum()))
    overlap = np.cumsum(shares.ravel()[order]) / count
    last = np.r_[np.diff(maps.ravel()[order]) != 0, True]  # ties rise together
    rate, overlap = np.r_[0, rate[last]], np.r_[0, overlap[last]]
    at_limit = float(np.interp(limit, rate, overlap))
    kept = rate < limit
    return float(np.trapezoid(np.r_[overlap[kept], at_limit], np.r_[rate[kept], limit]) / limit)


def hit_rate(cases: list[Case], maps: list[Map]) -> float:
    """Pointing game: the share of abnormal images whose highest pixel lies in the mask or box."""
    hits = [
        bool(c.mask[np.unravel_index(int(np.argmax(m)), m.shape)])
        for c, m in zip(cases, maps, strict=True)
        if c.mask is not None and c.mask.any()
    ]
    return float(np.mean(hits)) if hits else float("nan")
