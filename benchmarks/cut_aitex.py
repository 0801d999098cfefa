"""More fabrics for the image benchmark, cut from the scans of the public AITEX set (Silvestre-Blanes et al. 2019).

    python -m benchmarks.cut_aitex --scans AITEX --fabrics 01 03 06 --out held/images
    python -m benchmarks.images --data held --weights BACKBONE --markdown

`AITEX` holds the folders of defect scans (NNNN_DDD_FF.png), masks (NNNN_DDD_FF_mask.png) and defect-free scans, at
any depth; FF is the fabric. Scans of 4096 × 256 pixels are cut to windows of 256 × 256: of defect-free scans those side
by side, without the ends, the first 70 % of the scans to learn from; of defect scans one around the middle of each
region of the mask.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import label, regionprops

SIDE = 256
NO_DEFECT = "000"
TRAIN_SHARE = 0.7
EDGE = 2 * SIDE  # columns at both ends of a scan that show selvage, or no fabric
MOST_GOOD = {"train": 150, "test": 56}

Plane = NDArray[np.uint8]


def read(path: Path) -> Plane:
    """A scan or mask as grey levels."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def write(plane: Plane, path: Path) -> None:
    """Save a window as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)


def side_by_side(scans: list[Path]) -> list[Plane]:
    """All windows of defect-free scans."""
    planes = [read(path) for path in scans]
    return [plane[:, x : x + SIDE] for plane in planes for x in range(EDGE, plane.shape[1] - EDGE - SIDE + 1, SIDE)]


def around_defects(scan: Plane, mask: Plane) -> Iterator[tuple[Plane, Plane]]:
    """A window, and its mask, around each region; regions that an earlier window shows are not shown again."""
    shown = -SIDE
    for region in sorted(regionprops(label(mask > 127)), key=lambda r: r.bbox[1]):
        x = int(np.clip((region.bbox[1] + region.bbox[3]) // 2 - SIDE // 2, 0, scan.shape[1] - SIDE))
        if x >= shown + SIDE:
            shown = x
            yield scan[:, x : x + SIDE], np.where(mask[:, x : x + SIDE] > 127, 255, 0).astype(np.uint8)


def cut(scans: Path, fabric: str, out: Path) -> dict[str, int]:
    """Write one fabric as a category; the numbers of windows."""
    paths = {p.stem: p for p in sorted(scans.rglob(f"*_{fabric}*.png"))}
    good = [p for stem, p in paths.items() if stem.split("_")[1] == NO_DEFECT]
    border = round(TRAIN_SHARE * len(good))
    counts = {}
    for part, chosen in {"train": good[:border], "test": good[border:]}.items():
        windows = side_by_side(chosen)
        kept = np.linspace(0, len(windows) - 1, min(len(windows), MOST_GOOD[part])).round().astype(int)
        for number, k in enumerate(kept):
            write(windows[k], out / part / "good" / f"{number:03d}.png")
        counts[part] = len(kept)
    for stem, path in paths.items():
        masks = [paths[name] for name in (f"{stem}_mask", f"{stem}_mask1", f"{stem}_mask2") if name in paths]
        if not masks:
            continue
        kind = "defect_" + stem.split("_")[1]
        for window, mask in around_defects(read(path), np.max([read(m) for m in masks], axis=0)):
            name = f"{counts.get(kind, 0):03d}"
            write(window, out / "test" / kind / f"{name}.png")
            write(mask, out / "ground_truth" / kind / f"{name}_mask.png")
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def main() -> None:
    """Read the options, cut, print what there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--fabrics", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for fabric in options.fabrics:
        print(fabric, cut(options.scans, fabric, options.out / f"aitex_fabric{fabric}"))


if __name__ == "__main__":
    main()
