"""Images from files, arrays and Pillow: checked before they are decoded, then float32 RGB in [0, 1]."""

from __future__ import annotations

import importlib.util
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
    check_size,
    display_name,
    file_kind,
    first_bytes,
    refuse_kind,
    shown,
)
from anomalyst.modalities.image.reading.netpbm import read_netpbm
from anomalyst.modalities.image.reading.tiff import WHITE_IS_ZERO, read_tiff
from anomalyst.modalities.image.reading.twice import deep_colours, is_deep
from anomalyst.modalities.image.reading.values import Stored, of_channels
from anomalyst.modalities.image.sample import MAX_IMAGE_PIXELS, ImageSample

# What is no picture of pixels (EPS, WMF), runs other programs, or is a stub that reads nothing, is not among them.
FORMATS = (
    "PNG", "JPEG", "MPO", "BMP", "DIB", "TIFF", "WEBP", "GIF", "JPEG2000", "AVIF", "PPM", "TGA", "PCX", "SGI", "SUN",
    "QOI", "PSD", "DDS", "ICO", "ICNS", "FITS", "HEIF", "JXL",
)  # fmt: skip
PLUGINS = (("pillow_heif", "register_heif_opener"), ("pillow_jxl", ""))  # used where they are installed
_PLAIN_MODES = ("RGB", "RGBA", "L", "LA", "P", "PA", "1")
_DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
NAMELESS = (".tga",)  # kinds of file that do not begin with a sign of what they are
TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
ON_GRID = 1e-3  # of a grey level
# What Pillow's decoders raise on damaged files.
_DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
    zlib.error,
)


def too_many_pixels(name: str, size: str) -> InputError:
    """The error for an image above MAX_IMAGE_PIXELS."""
    return InputError(
        f"{name}: got {size}; at most {MAX_IMAGE_PIXELS:,} pixels are analysed: downscale the image, or crop it and "
        "analyse the parts."
    )


def read_image(path: Path) -> ImageSample:
    """Read an image file, told by content: PNG, JPEG, TIFF and what else Pillow and its installed plugins read.

    Finer pictures than 8-bit ones keep their values; transparency is laid over white, the orientation is applied, of
    several frames the first is taken. Size limits are checked before pixels are decoded.
    """
    check_size(path, MAX_IMAGE_BYTES, "downscale or crop the image")
    if file_kind(path) != "picture" and path.suffix.lower() not in NAMELESS:
        raise refuse_kind(path, f"a real {IMAGE_TYPES} file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if first_bytes(path)[:4] in TIFF_STARTS and (stored := read_tiff(path, MAX_IMAGE_PIXELS)) is not None:
                return _of_stored(stored, path.name)
            if (found := read_netpbm(path, MAX_IMAGE_PIXELS)) is not None:
                return _of_stored(found, path.name)
            with _opened(path) as image:
                if is_deep(image) and _count_pixels(image, path.name):
                    with _opened(path) as lower:
                        return _twice(image, lower, path.name)
                return image_from_pil(image, path.name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        count = re.search(r"\d+", str(bomb))
        raise too_many_pixels(shown(path), f"{int(count.group()):,} pixels" if count else "too many pixels") from None
    except UnidentifiedImageError:
        hint = " (HEIC needs the package pillow-heif, JPEG XL pillow-jxl-plugin)" if _needs_plugin(path) else ""
        raise InputError(
            f"{shown(path)} is of a kind that is not read, or a damaged image{hint}; save it as {IMAGE_TYPES}."
        ) from None
    except _DECODE_ERRORS as error:
        reason = display_name(error, 100)
        raise InputError(
            f"{shown(path)} is a damaged or cut-off image ({reason}); save or copy it again, as {IMAGE_TYPES}."
        ) from None


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A file as Pillow sees it, its pixels not yet read; with the plugins that are installed."""
    for name, register in PLUGINS:
        if importlib.util.find_spec(name) is not None:
            module = importlib.import_module(name)
            getattr(module, register, lambda: None)()
    Image.init()
    formats = [name for name in FORMATS if name in Image.OPEN]
    # Not by its name: Pillow would map plain TIFFs into memory, and mix up the rows of those that lie on their side.
    with path.open("rb") as file, Image.open(file, formats=formats) as image:
        yield image


def _needs_plugin(path: Path) -> bool:
    start = first_bytes(path)
    return start[8:11] in (b"hei", b"hev", b"mif", b"msf") or start.startswith((b"\xff\x0a", b"\x00\x00\x00\x0cJXL "))


def _count_pixels(image: Image.Image, name: str) -> int:
    """How many there are; InputError if they are too many."""
    width, height = image.size
    if width * height > MAX_IMAGE_PIXELS:
        raise too_many_pixels(repr(display_name(name)), f"{width:,} × {height:,} = {width * height:,} pixels")
    return width * height


def _twice(upper: Image.Image, lower: Image.Image, name: str) -> ImageSample:
    """Several channels of 16 bits each."""
    colours = deep_colours(upper, lower)
    turn = upper.getexif().get(ExifTags.Base.Orientation, 1)
    stored = of_channels(colours, 65535.0, alpha=True, turn=turn)
    return _of_stored(replace(stored, notes=(*_frame_notes(upper), *stored.notes)), name)


def _of_stored(stored: Stored, name: str) -> ImageSample:
    """Values finer than 8 bits as a sample."""
    values, label = stored.values, display_name(name)
    if not np.isfinite(values).all():
        raise InputError(f"{label!r}: got values that are no numbers (NaN or infinite); fill them in before.")
    left = _left_out(stored.pages, "page")
    colour = values.shape[2] == 3
    told = f"its {'colours' if colour else 'greys'} are of type {stored.kind} and were kept as fine as they are"
    pixels = (values / stored.most).astype(np.float32)
    pixels = pixels if colour else np.repeat(pixels, 3, axis=2)
    return replace(_sample(pixels, name, [*left, *stored.notes, told]), counts=stored.most)


def image_from_pil(image: Image.Image, name: str = "image") -> ImageSample:
    """A Pillow image as a sample; may raise Pillow's own errors where the file behind it is damaged."""
    _count_pixels(image, name)
    notes = _frame_notes(image)
    turn = getattr(image, "tag_v2", {}).get(ExifTags.Base.Orientation, 1)  # Pillow turns a TIFF itself
    image.load()
    if turn != 1 or image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        notes.append("it was turned upright, as its EXIF orientation says")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _DEEP_MODES:
        return _of_stored(_deep_grey(image, np.asarray(upright), notes), name)
    if upright.mode not in _PLAIN_MODES:
        notes.append(f"its colours ({upright.mode}) were turned into RGB")
    rgb = _flattened(upright, notes)
    return _sample(np.asarray(rgb, dtype=np.float32) / np.float32(255), name, notes)


def _flattened(image: Image.Image, notes: list[str]) -> Image.Image:
    """The image as 8-bit RGB, laid over white where it is transparent."""
    if not (image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info):
        return image.convert("RGB")
    layered = image.convert("RGBA")
    low, _ = layered.getchannel("A").getextrema()
    if low != 255:
        notes.append("transparent parts were laid over white")
    white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, layered).convert("RGB")


def _deep_grey(image: Image.Image, grey: NDArray[Any], notes: list[str]) -> Stored:
    """Greys of 16 or 32 bits or floats, shape (height, width)."""
    tags = getattr(image, "tag_v2", {})
    whole = grey.dtype.kind in "iu"
    # Pillow's 32 bits are 16 of a PNG or PPM, as those of a TIFF are read before.
    most = 65535.0 if whole else 1.0
    if whole and tags.get(262) == WHITE_IS_ZERO:
        grey = most - grey.astype(np.float64)
        notes.append("its values were inverted, as it says that 0 is white")
    return Stored(grey[..., None], most, kind=str(np.asarray(image).dtype), notes=tuple(notes))


def _frame_notes(image: Image.Image) -> list[str]:
    return _left_out(getattr(image, "n_frames", 1), "page" if image.format == "TIFF" else "frame")


def _left_out(count: int, noun: str) -> list[str]:
    """That only the first of some pages or frames was read, if there are several."""
    left = f"{noun} 2 was" if count == 2 else f"{noun}s 2 to {count} were"
    return [f"only the first of {count} {noun}s was read; {left} left out"] if count > 1 else []


def image_from_array(array: NDArray[Any], name: str = "image") -> ImageSample:
    """An array as an image: (height, width), or (height, width, 1 | 3 | 4) with alpha last.

    uint8 and bool are full-scale; other whole numbers and floats keep their values, whose scale the normals tell.
    """
    shape, label = array.shape, repr(display_name(name))
    if array.ndim not in (2, 3) or (array.ndim == 3 and shape[2] not in (1, 3, 4)) or 0 in shape:
        hint = " (channels come last: use np.moveaxis(a, 0, -1))" if array.ndim == 3 and shape[0] in (1, 3, 4) else ""
        raise InputError(
            f"{label}: got an array of shape {shape!r}; an image has shape (height, width) or (height, width, 3){hint}."
        )
    if shape[0] * shape[1] > MAX_IMAGE_PIXELS:
        raise too_many_pixels(label, f"{shape[1]:,} × {shape[0]:,} = {shape[0] * shape[1]:,} pixels")
    array = array[:, :, None] if array.ndim == 2 else array
    if _is_deep(array):
        return _of_stored(of_channels(array, _most(array, label), alpha=True), name)
    pixels = _unit_range(array)
    notes: list[str] = []
    if pixels.shape[2] == 4:
        alpha = pixels[:, :, 3:]
        pixels = pixels[:, :, :3] * alpha + (1 - alpha)
        notes = ["transparent parts were laid over white"] if bool((alpha < 1).any()) else []
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return _sample(pixels, name, notes)


def _is_deep(array: NDArray[Any]) -> bool:
    """Whether an array holds more than 256 levels from 0 to 1 could."""
    if array.dtype in (np.uint8, np.bool_):
        return False
    if not np.issubdtype(array.dtype, np.floating):
        return True
    return not (np.abs(array * 255 - np.rint(array * 255)) < ON_GRID).all() or bool(((array < 0) | (array > 1)).any())


def _most(array: NDArray[Any], label: str) -> float:
    """The largest number that its type holds, 1 for floats."""
    if np.issubdtype(array.dtype, np.integer) and array.dtype.itemsize < 8:
        return float(np.iinfo(array.dtype).max)
    if np.issubdtype(array.dtype, np.floating):
        return 1.0
    raise InputError(
        f"{label}: got pixels of type {str(array.dtype)!r}; use whole numbers of up to 32 bits (uint8, uint16), "
        "bool or floats."
    )


def _unit_range(array: NDArray[Any]) -> NDArray[np.float32]:
    """Values in [0, 1] as float32, same shape."""
    whole = array.dtype in (np.uint8, np.bool_)
    return (
        array.astype(np.float32) / np.float32(255 if array.dtype == np.uint8 else 1)
        if whole
        else array.astype(np.float32)
    )


def _sample(pixels: NDArray[np.float32], name: str, notes: list[str]) -> ImageSample:
    """The sample, with `grey` told from the pixels."""
    pixels = np.ascontiguousarray(pixels)
    grey = np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 1], pixels[..., 2])
    return ImageSample(pixels, name=display_name(name) or "image", grey=grey, notes=tuple(notes))
