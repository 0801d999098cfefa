"""Images from files, arrays and Pillow: checked before they are decoded, then float32 RGB in [0, 1]."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
    check_size,
    display_name,
    file_kind,
    refuse_kind,
    shown,
)
from anomalyst.modalities.image.sample import MAX_IMAGE_PIXELS, ImageSample

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
_PLAIN_MODES = ("RGB", "RGBA", "L", "LA", "P", "PA", "1")
_DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
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
    """Read an image file (PNG, JPEG, BMP, TIFF, WebP, told by content).

    16-bit greys are scaled by 65535, transparency is laid over white, the EXIF orientation is applied, of several
    frames the first is taken. Size limits are checked before pixels are decoded.
    """
    check_size(path, MAX_IMAGE_BYTES, "downscale or crop the image")
    if file_kind(path) != "picture":
        raise refuse_kind(path, f"a real {IMAGE_TYPES} file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                return image_from_pil(image, path.name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        count = re.search(r"\d+", str(bomb))
        raise too_many_pixels(shown(path), f"{int(count.group()):,} pixels" if count else "too many pixels") from None
    except _DECODE_ERRORS as error:
        reason = display_name(error, 100)
        raise InputError(
            f"{shown(path)} is a damaged or cut-off image ({reason}); save or copy it again, as {IMAGE_TYPES}."
        ) from None


def image_from_pil(image: Image.Image, name: str = "image") -> ImageSample:
    """A Pillow image as a sample; may raise Pillow's own errors where the file behind it is damaged."""
    width, height = image.size
    if width * height > MAX_IMAGE_PIXELS:
        raise too_many_pixels(repr(display_name(name)), f"{width:,} × {height:,} = {width * height:,} pixels")
    notes: list[str] = []
    if (frames := getattr(image, "n_frames", 1)) > 1:
        noun = "page" if image.format == "TIFF" else "frame"
        left = f"{noun} 2 was" if frames == 2 else f"{noun}s 2 to {frames} were"
        notes.append(f"only the first of {frames} {noun}s was read; {left} left out")
    image.load()
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        notes.append("it was turned upright, as its EXIF orientation says")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _DEEP_MODES:
        return _sample(_deep_grey(np.asarray(upright), display_name(name), notes), name, notes)
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


def _deep_grey(grey: NDArray[Any], name: str, notes: list[str]) -> NDArray[np.float32]:
    """Greys of 16 or 32 bits or floats, shape (height, width), as RGB in [0, 1]."""
    low, high = float(grey.min()), float(grey.max())
    scale = 65535.0
    if np.issubdtype(grey.dtype, np.floating):
        scale = 1.0 if high <= 1 else 255.0
    if not (low >= 0 and high <= scale):
        raise InputError(
            f"{name!r}: got grey values from {low:g} to {high:g}; integers lie in 0 to 65535 and floats in 0 to 1 "
            "(or 0 to 255): rescale the image."
        )
    notes.append(f"its {str(grey.dtype)} greys, {low:g} to {high:g}, were read as parts of 0 to {scale:g}")
    return np.repeat((grey / scale).astype(np.float32)[:, :, None], 3, axis=2)


def image_from_array(array: NDArray[Any], name: str = "image") -> ImageSample:
    """An array as an image: (height, width), or (height, width, 1 | 3 | 4) with alpha last.

    uint8 and bool are full-scale, uint16 is divided by 65535, floats must lie in [0, 1].
    """
    shape, label = array.shape, repr(display_name(name))
    if array.ndim not in (2, 3) or (array.ndim == 3 and shape[2] not in (1, 3, 4)) or 0 in shape:
        hint = " (channels come last: use np.moveaxis(a, 0, -1))" if array.ndim == 3 and shape[0] in (1, 3, 4) else ""
        raise InputError(
            f"{label}: got an array of shape {shape!r}; an image has shape (height, width) or (height, width, 3){hint}."
        )
    if shape[0] * shape[1] > MAX_IMAGE_PIXELS:
        raise too_many_pixels(label, f"{shape[1]:,} × {shape[0]:,} = {shape[0] * shape[1]:,} pixels")
    pixels = _unit_range(array, label)
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    notes: list[str] = []
    if pixels.shape[2] == 4:
        alpha = pixels[:, :, 3:]
        pixels = pixels[:, :, :3] * alpha + (1 - alpha)
        notes = ["transparent parts were laid over white"] if bool((alpha < 1).any()) else []
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return _sample(pixels, name, notes)


def _unit_range(array: NDArray[Any], label: str) -> NDArray[np.float32]:
    """Values in [0, 1] as float32, same shape."""
    if array.dtype == np.uint8 or array.dtype == np.bool_:
        return array.astype(np.float32) / np.float32(255 if array.dtype == np.uint8 else 1)
    if array.dtype == np.uint16:
        return array.astype(np.float32) / np.float32(65535)
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(
            f"{label}: got pixels of type {str(array.dtype)!r}; use uint8, uint16, bool, or floats in [0, 1]."
        )
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 1):
        raise InputError(f"{label}: got pixels from {low:g} to {high:g}; floats must lie in [0, 1]: rescale them.")
    return array.astype(np.float32)


def _sample(pixels: NDArray[np.float32], name: str, notes: list[str]) -> ImageSample:
    """The sample, with `grey` told from the pixels."""
    pixels = np.ascontiguousarray(pixels)
    grey = np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 1], pixels[..., 2])
    return ImageSample(pixels, name=display_name(name) or "image", grey=grey, notes=tuple(notes))
