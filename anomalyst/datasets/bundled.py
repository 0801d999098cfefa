"""What ships: photographs from scikit-image with real objects laid in, a real telemetry recording, drawn payments.

Nothing is downloaded. The data card is `anomalyst/data/README.md`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anomalyst.datasets.labelled import Event, ImageSet, LabelledImage, LabelledSeries
from anomalyst.errors import InputError, OutputError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.reading.reader import read_series
from anomalyst.samples import Modality

Texture = Literal["brick", "grass", "gravel"]
TEXTURES: tuple[Texture, ...] = ("brick", "grass", "gravel")
# Columns of the 512 × 512 photographs: the band in the middle gives tests, what is left and right of it normals.
BAND = (176, 336)
MAX_CROP = 160
EDGE_PX = 1.0


@dataclass(frozen=True)
class Cutout:
    """A real object cut from a photograph: `pixels` float32 (height, width, 3) in [0, 1], `alpha` float32
    (height, width), 1 on the object."""

    name: str
    pixels: NDArray[np.float32]
    alpha: NDArray[np.float32]


def bundled_images(texture: Texture, normals: int = 20, tests: int = 12, size: int = 128, seed: int = 0) -> ImageSet:
    """Crops of one photograph: normals of its left and right, tests of the band between them, which do not overlap.

    Every second test image is untouched; the others hold one object (a coin, a puddle of espresso, a spoon's bowl,
    a cell) with a soft edge, and its mask. Crops within one part overlap one another. Same seed, same set.
    """
    if texture not in TEXTURES:
        raise InputError(f"got texture {texture!r}; it is one of {', '.join(map(repr, TEXTURES))}.")
    if not 64 <= size <= MAX_CROP:
        raise InputError(f"got size={size!r}; crops are 64 to {MAX_CROP} pixels wide.")
    photograph = _photograph(texture)
    dice = np.random.default_rng([seed, TEXTURES.index(texture)])
    sides, band = (photograph[:, : BAND[0]], photograph[:, BAND[1] :]), photograph[:, BAND[0] : BAND[1]]
    good = tuple(ImageSample(_crop(sides[i % 2], size, dice), f"normal_{i:02d}", grey=True) for i in range(normals))
    objects = cutouts()
    labelled = []
    for i in range(tests):
        crop = _crop(band, size, dice)
        placed = None if i % 2 == 0 else objects[(i // 2) % len(objects)]
        labelled.append(_test_image(crop, f"test_{i:02d}", placed, dice))
    return ImageSet(texture, good, tuple(labelled))


def _photograph(texture: Texture) -> NDArray[np.float32]:
    """The photograph as float32 of shape (512, 512, 3) in [0, 1]."""
    from skimage import data

    pictures: dict[str, Callable[[], NDArray[np.uint8]]] = {t: getattr(data, t) for t in TEXTURES}
    return _rgb(pictures[texture]())


def _rgb(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A uint8 picture, grey or colour, as float32 (height, width, 3) in [0, 1]."""
    colour = picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
    return colour.astype(np.float32) / np.float32(255)


def _crop(part: NDArray[np.float32], size: int, dice: np.random.Generator) -> NDArray[np.float32]:
    """A random square crop, shape (size, size, 3)."""
    top, left = (int(dice.integers(0, side - size + 1)) for side in part.shape[:2])
    return part[top : top + size, left : left + size].copy()


def _test_image(
    crop: NDArray[np.float32], name: str, placed: Cutout | None, dice: np.random.Generator
) -> LabelledImage:
    """The crop as it is, or with the object laid in at a random place and scale."""
    size = len(crop)
    if placed is None:
        return LabelledImage(ImageSample(crop, name, grey=True), False, np.zeros((size, size), np.bool_), "good")
    pixels, mask = composite(crop, placed, float(dice.uniform(0.2, 0.32)), dice)
    grey = bool((pixels == pixels[..., :1]).all())
    return LabelledImage(ImageSample(pixels, name, grey=grey), True, mask, placed.name)


def composite(
    background: NDArray[np.float32], placed: Cutout, share: float, dice: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(picture, mask): the object laid over the background, its longer side `share` of the background's width.

    The mask holds the pixels to which the object gives half or more.
    """
    from skimage.filters import gaussian
    from skimage.transform import resize

    height, width = background.shape[:2]
    scale = share * width / max(placed.alpha.shape)
    shape = tuple(max(4, round(side * scale)) for side in placed.alpha.shape)
    pixels = resize(placed.pixels, shape, order=1, anti_aliasing=True).astype(np.float32)
    alpha = np.pad(resize(placed.alpha, shape, order=1, anti_aliasing=True), 3)
    alpha = np.clip(gaussian(alpha, EDGE_PX), 0, 1).astype(np.float32)
    pixels = np.pad(pixels, ((3, 3), (3, 3), (0, 0)), mode="edge")
    top, left = (
        int(dice.integers(0, full - part + 1)) for full, part in zip((height, width), alpha.shape, strict=True)
    )
    here = np.s_[top : top + alpha.shape[0], left : left + alpha.shape[1]]
    result, mask = background.copy(), np.zeros((height, width), np.bool_)
    result[here] = pixels * alpha[..., None] + result[here] * (1 - alpha[..., None])
    mask[here] = alpha >= 0.5
    return np.clip(result, 0, 1), mask


def cutouts() -> tuple[Cutout, ...]:
    """The objects: coins, espresso and the bowl of a spoon, a cell."""
    from skimage import data

    coins, coffee, cell = _rgb(data.coins()), _rgb(data.coffee()), _rgb(data.cell())
    return (
        _ellipse("coin", coins, (44, 335), (28, 30)),
        _ellipse("espresso", coffee, (148, 288), (36, 66)),
        _ellipse("coin", coins, (119, 270), (24, 25)),
        _ellipse("spoon", coffee, (281, 366), (44, 38)),
        _ellipse("coin", coins, (187, 347), (30, 31)),
        _ellipse("cell", cell, (375, 429), (54, 54)),
    )


def _ellipse(name: str, picture: NDArray[np.float32], centre: tuple[int, int], radii: tuple[int, int]) -> Cutout:
    """The part of a picture inside an upright ellipse; (row, column) in pixels."""
    (row, column), (tall, wide) = centre, radii
    pixels = picture[row - tall : row + tall + 1, column - wide : column + wide + 1]
    y, x = np.mgrid[-tall : tall + 1, -wide : wide + 1]
    inside = (y / tall) ** 2 + (x / wide) ** 2 <= 1
    return Cutout(name, pixels, inside.astype(np.float32))


def telemetry_folder() -> Path:
    """The folder of the recording: normal.csv, test.csv, labels.csv, README.md."""
    return Path(str(files("anomalyst") / "data" / "telemetry"))


def bundled_series() -> LabelledSeries:
    """The recorded telemetry: train without faults, test with faults at known times and the channels they act on."""
    folder = telemetry_folder()
    train, test = read_series(folder / "normal.csv").sample, read_series(folder / "test.csv").sample
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        events = tuple(_event(row, test.index) for row in csv.DictReader(file))
    labels, channels = np.zeros(len(test.values), np.bool_), np.zeros(test.shape, np.bool_)
    for event in events:
        labels[event.start : event.stop] = True
        for name in event.channels:
            channels[event.start : event.stop, test.columns.index(name)] = True
    return LabelledSeries("telemetry", train, test, labels, channels, "bundled", events)


def _event(row: dict[str, str], index: NDArray[np.generic]) -> Event:
    """A row of labels.csv (first and last time, inclusive) as rows of the test series."""
    start = int(np.searchsorted(index, np.datetime64(row["start"].removesuffix("Z"), "ns")))
    stop = int(np.searchsorted(index, np.datetime64(row["end"].removesuffix("Z"), "ns"), side="right"))
    return Event(start, stop, row["kind"], tuple(row["channels"].split()), row["note"])


@dataclass(frozen=True)
class Example:
    """Real files for one explanation: the input, its normals (a folder or a file), the truth where it is a file."""

    name: str
    modality: Modality
    input: Path
    normal: Path
    truth: Path
    about: str


def bundled_examples(out_dir: str | Path) -> list[Example]:
    """Write the examples as files: for each texture a folder of normals, an image with a defect and its mask; the
    recording and drawn payments as CSV files. Existing files of the same names are overwritten."""
    out = Path(out_dir)
    try:
        examples = [_write_texture(out, texture) for texture in TEXTURES]
        return [*examples, _write_telemetry(out), _write_payments(out / "payments")]
    except OSError as error:
        raise OutputError(f"{str(out)!r} cannot be written ({error.strerror}); name another folder.") from None


def _write_texture(out: Path, texture: Texture) -> Example:
    """Normals, one defective image and its mask of one texture as PNG files."""
    images = bundled_images(texture)
    defective = [t for t in images.tests if t.label][1]
    folder = out / texture
    (folder / "normal").mkdir(parents=True, exist_ok=True)
    for sample in images.normals:
        _write_png(folder / "normal" / f"{sample.name}.png", sample.pixels)
    _write_png(folder / "defective.png", defective.sample.pixels)
    mask = np.zeros_like(defective.sample.pixels) if defective.mask is None else defective.mask[:, :, None] * np.ones(3)
    _write_png(folder / "mask.png", mask)
    about = f"{texture} with an object from another photograph laid in: {defective.defect}"
    return Example(texture, "image", folder / "defective.png", folder / "normal", folder / "mask.png", about)


def _write_png(path: Path, pixels: NDArray[np.floating]) -> None:
    """Pixels in [0, 1] of shape (height, width, 3) as an 8-bit PNG."""
    Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(path)


def _write_telemetry(out: Path) -> Example:
    """The recording's three files."""
    folder = out / "telemetry"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("normal.csv", "test.csv", "labels.csv"):
        (folder / name).write_bytes((telemetry_folder() / name).read_bytes())
    about = "telemetry of a small server with real faults at known times"
    return Example("telemetry", "series", folder / "test.csv", folder / "normal.csv", folder / "labels.csv", about)


def _write_payments(folder: Path) -> Example:
    """Honest payments, others with fraud, and where it is."""
    from anomalyst.datasets.payments import write_payments

    write_payments(folder)
    about = "drawn card payments with fraud of three kinds in known rows"
    return Example("payments", "table", folder / "payments.csv", folder / "normal.csv", folder / "truth.csv", about)
