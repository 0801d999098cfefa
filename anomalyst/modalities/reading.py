"""The three ways in: one sample, the normals to compare it with, many samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    IMAGE_TYPES,
    MAX_TABLE_BYTES,
    SERIES_TYPES,
    FolderInputs,
    check_size,
    display_name,
    existing,
    file_kind,
    folder_inputs,
    list_folder,
    modality_of_file,
    refuse_kind,
    shown,
    some_names,
    without_masks,
)
from anomalyst.modalities.image.reader import image_from_array, image_from_pil, read_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.notes import normal_notes, refusal_notes
from anomalyst.modalities.pair.reader import every_pair, is_pair_source, pair_notes, read_pairs
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.modalities.series.dates import agreed
from anomalyst.modalities.series.reader import read_series, series_from_array, series_from_frame
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.tables import read_npy
from anomalyst.samples import Modality, Sample
from anomalyst.stopping import check_stop

Reading = Callable[[int, int], None]  # hears (number, count) of the samples being read
Source = str | Path | NDArray[Any] | Image.Image | pd.DataFrame | Any
MANY_CHANNELS = 64


@dataclass(frozen=True)
class Inputs:
    """The files to read one by one, and what was left out of their folder, in words."""

    files: list[Path]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Normals:
    """The normal samples that could be read. `notes`: what reading changed, guessed or left out; `refused`: why each of
    those that could not be used could not."""

    samples: list[Sample] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    refused: tuple[InputError, ...] = ()


def load_sample(source: Source, modality: Modality | None = None, text: str | None = None) -> Sample:
    """One sample from a path, array, Pillow image, pandas object or sample; with `text`, an image and it as a pair.

    Arrays of shape (height, width, 3) are images; of shape (time,) or, for few float columns, (time, channels) are
    series; what may be either needs `modality`.
    """
    check_stop()
    _check_modality(modality)
    if text is not None:
        return _with_text(source, modality, text)
    if isinstance(source, str | Path):
        return _from_path(_as_path(source), modality)
    sample = _from_memory(source, modality)
    if modality is not None and sample.modality != modality:
        raise InputError(f"got {sample.modality} data where modality={modality!r} was asked for; give one {modality}.")
    return sample


def load_normals(source: Source | Sequence[Source], modality: Modality, reading: Reading | None = None) -> list[Sample]:
    """The normal samples: a file, a folder (flat, or one with train/good as in MVTec AD), an array, or a list.

    Images may differ in size. Series must have the same columns; they are brought into the first one's order.
    `reading` hears (number, count) before each is read. One that cannot be used is an InputError: see `read_normals`.
    """
    normals = read_normals(source, modality, reading)
    if normals.refused:
        raise normals.refused[0]
    return normals.samples


def read_normals(
    source: Source | Sequence[Source],
    modality: Modality,
    reading: Reading | None = None,
    like: Sample | None = None,
) -> Normals:
    """As `load_normals`, but what cannot be used is left out, and told, as long as one normal remains.

    Series are brought into the columns of `like`; without it, into those that most of them have.
    """
    _check_modality(modality)
    given = source if isinstance(source, list | tuple) else [source]
    parts, notes = _all_parts(given, modality)
    if not parts:
        raise InputError("got no normal samples, an empty list; give at least one file, array or folder.")
    samples: list[Sample] = []
    refused: list[InputError] = []
    for number, part in enumerate(parts, 1):
        if reading is not None:
            reading(number, len(parts))
        _take(part, modality, samples, refused)
    samples = _in_one_order(agreed(samples, [like] if like is not None else []), like, refused)
    if not samples:
        raise refused[0] if len(refused) == 1 else InputError(f"none of {len(parts)} normals can be used: {refused[0]}")
    told = (*notes, *refusal_notes(refused, len(parts), "normals"), *normal_notes(samples))
    return Normals(samples, told, tuple(refused))


def _take(part: Source | InputError, modality: Modality, samples: list[Sample], refused: list[InputError]) -> None:
    """Read one normal into `samples`, or its error into `refused`."""
    try:
        if isinstance(part, InputError):
            raise part
        samples.append(load_sample(part, modality))
    except InputError as error:
        refused.append(error)


def _in_one_order(samples: list[Sample], like: Sample | None, refused: list[InputError]) -> list[Sample]:
    """Series in the columns of `like`, or of most of them; those with others go to the `refused`."""
    series = [sample for sample in samples if isinstance(sample, SeriesSample)]
    if not series:
        return samples
    usual = Counter(frozenset(s.columns) for s in series).most_common(1)[0][0]
    first = next(s for s in series if frozenset(s.columns) == usual)
    reference = like if isinstance(like, SeriesSample) else first
    aligned: list[Sample] = []
    for one in series:
        try:
            aligned.append(align_columns(reference, one))
        except InputError as error:
            refused.append(error)
    return aligned


def _with_text(source: Source, modality: Modality | None, text: str) -> PairSample:
    """An image and its text."""
    if modality not in (None, "pair"):
        raise InputError(f"got a text with modality={modality!r}; an image with its text is a 'pair'.")
    image = load_sample(source, "image")
    if not isinstance(image, ImageSample):
        raise InputError(f"got a text with {image.modality} data; a text goes with an image.")
    return PairSample(image, text, name=image.name, notes=image.notes)


def iter_inputs(path: str | Path, modality: Modality | None = None) -> Iterator[Sample]:
    """The samples of a file or a folder, read one at a time; of a table or folder of pairs, each of its pairs."""
    if modality == "pair":
        yield from read_pairs(_as_path(path))
        return
    for file in list_inputs(path, modality):
        yield load_sample(file, modality)


def list_inputs(path: str | Path, modality: Modality | None = None) -> list[Path]:
    """The files that `iter_inputs` would read, in natural order, not yet opened."""
    return find_inputs(path, modality).files


def find_inputs(path: str | Path, modality: Modality | None = None) -> Inputs:
    """The files of `list_inputs`, and what was left out of the folder."""
    _check_modality(modality)
    where = existing(_as_path(path))
    if not where.is_dir():
        return Inputs([where])
    found = folder_inputs(where, modality)
    return Inputs(found.files, found.notes)


def align_columns(reference: SeriesSample, other: SeriesSample) -> SeriesSample:
    """`other` with its columns in the order of `reference`; InputError names missing and extra columns."""
    if reference.columns == other.columns:
        return other
    missing = [c for c in reference.columns if c not in other.columns]
    extra = [c for c in other.columns if c not in reference.columns]
    if missing or extra:
        parts = [f"{word} {some_names(names)}" for word, names in (("missing", missing), ("extra", extra)) if names]
        raise InputError(
            f"{other.name!r} has other columns than {reference.name!r}: {'; '.join(parts)}; "
            "give series with the same columns."
        )
    order = [other.columns.index(c) for c in reference.columns]
    units = tuple(other.units[i] for i in order)
    return replace(other, values=other.values[:, order], columns=reference.columns, units=units)


def _check_modality(modality: Any) -> None:
    if modality is not None:
        modality_of(modality)


def _as_path(source: str | Path) -> Path:
    if not str(source).strip():
        raise InputError("got an empty path; give the path of a file or a folder.")
    return Path(source).expanduser()


def _from_path(path: Path, modality: Modality | None) -> Sample:
    """Read one file, or the only input of a folder."""
    existing(path)
    if modality == "pair" or (modality is None and is_pair_source(path)):
        return _only_pair(path)
    if path.is_dir():
        inside = folder_inputs(path, modality)
        if len(inside.files) > 1:
            raise InputError(
                f"the folder {shown(path)} holds {len(inside.files)} {inside.modality} files; name one of them, or "
                "score them all.",
                "several",
            )
        sample = _from_path(inside.files[0], inside.modality)
        return replace(sample, notes=(*inside.notes, *sample.notes))
    found = modality_of_file(path)
    if found is None:
        check_size(path, MAX_TABLE_BYTES, "cut it into parts")
        return _from_array(read_npy(path), path.name, modality)
    if modality is not None and modality != found:
        wanted = f"an image ({IMAGE_TYPES})" if modality == "image" else f"a series ({SERIES_TYPES})"
        raise refuse_kind(path, wanted)
    return read_image(path) if found == "image" else read_series(path).sample


def _only_pair(path: Path) -> PairSample:
    """The pair of a table or folder that holds one."""
    if path.is_file() and file_kind(path) == "image":
        raise InputError(f"{shown(path)} is an image; give its text too.", "text")
    pairs = list(islice(read_pairs(path), 2))
    if len(pairs) > 1:
        raise InputError(
            f"{shown(path)} holds several pairs; give one image and its text, or score them all.", "text", "several"
        )
    return pairs[0]


def _from_memory(source: Any, modality: Modality | None) -> Sample:
    """A sample from an object in memory."""
    if isinstance(source, ImageSample | SeriesSample | PairSample):
        return source
    if isinstance(source, Image.Image):
        return image_from_pil(source)
    if isinstance(source, pd.DataFrame | pd.Series):
        return series_from_frame(source)
    if isinstance(source, np.ndarray):
        return _from_array(source, None, modality)
    raise InputError(
        f"got an object of type {type(source).__name__!r}; give a path, a NumPy array, a PIL image or a pandas frame."
    )


def _from_array(array: NDArray[Any], name: str | None, modality: Modality | None) -> Sample:
    """An array as what it is asked to be, or as what its shape and type show."""
    chosen = modality or _modality_of_array(array, name)
    if chosen == "image":
        return image_from_array(array, name or "image")
    return series_from_array(array, name or "series")


def _modality_of_array(array: NDArray[Any], name: str | None) -> Modality:
    """Images have three axes; a table of bytes, or of many columns, may be either and is refused."""
    if array.ndim >= 3:
        return "image"
    if array.ndim == 2 and (array.dtype in (np.uint8, np.uint16, np.bool_) or array.shape[1] > MANY_CHANNELS):
        label = f"{display_name(name)!r}: " if name else ""
        raise InputError(
            f"{label}got an array of shape {array.shape!r} and type {str(array.dtype)!r}, "
            "which may be a grey image or a series; say which it is.",
            "modality",
        )
    return "series"


def _all_parts(given: Sequence[Source], modality: Modality) -> tuple[list[Source | InputError], list[str]]:
    """(the normal samples that the sources hold, not yet read, what was left out, as masks beside pictures are)."""
    notes: list[str] = []
    parts = [part for one in given for part in _parts_of(one, modality, notes)]
    if modality != "image":
        return parts, notes
    masks = without_masks([Path(part) for part in parts if isinstance(part, str | Path)])[1]
    if masks:
        names = some_names([mask.name for mask in masks], 3)
        notes.append(f"masks of other pictures were left out: {len(masks)} ({names})")
    return [part for part in parts if not (isinstance(part, str | Path) and Path(part) in masks)], notes


def _parts_of(source: Source, modality: Modality, notes: list[str]) -> list[Source | InputError]:
    """The normal samples that one source holds, the files of a folder not yet opened."""
    if modality == "pair" and isinstance(source, str | Path):
        notes += pair_notes(_as_path(source))
        return list(every_pair(_as_path(source)))
    if isinstance(source, np.ndarray) and source.ndim == 4 and modality == "image":
        return [image_from_array(picture, f"normal {i}") for i, picture in enumerate(source, start=1)]
    if isinstance(source, str | Path) and (folder := existing(_as_path(source))).is_dir():
        found = _normal_files(folder, modality)
        notes += found.notes
        return list(found.files)
    return [source]


def _normal_files(folder: Path, modality: Modality) -> FolderInputs:
    """The normals' files in a folder: its own, or, for images, those of its train/good or good folder."""
    if modality == "image" and not any(file_kind(f) == "image" for f in list_folder(folder)):
        for inner in (folder / "train" / "good", folder / "good"):
            if inner.is_dir() and folder.resolve() in inner.resolve().parents:
                return folder_inputs(inner, modality)
    return folder_inputs(folder, modality)
