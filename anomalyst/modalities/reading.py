"""The ways in: one sample, the normals to compare it with, many samples. Each kind of data is asked whether it knows
the source; none is named here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from anomalyst.errors import InputError
from anomalyst.modalities.base import Modality as Kind
from anomalyst.modalities.files import as_path, display_name, existing, file_kind, shown
from anomalyst.modalities.folders import folder_inputs, normals_of, parts_of
from anomalyst.modalities.notes import normal_notes, refusal_notes
from anomalyst.modalities.registry import modalities, refused, surest, unclear
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.modalities.rows.tables import opened_npy
from anomalyst.modalities.sources import Parts
from anomalyst.samples import Modality, Sample, with_notes
from anomalyst.stopping import check_stop

Reading = Callable[[int, int], None]  # hears (number, count) of the samples being read
Source = Any  # a path, an array, a Pillow image, a pandas object, a sample, or what a plugin's kind of data knows


@dataclass(frozen=True)
class Inputs:
    """The files to read one by one, and what was left out of their folder, in words."""

    files: list[Path]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Normals:
    """The normal samples that could be read. `notes`: what reading changed, guessed or left out, and how they differ
    from the input; `refused`: why each of those that could not be used could not."""

    samples: list[Sample] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    refused: tuple[InputError, ...] = ()


def load_sample(source: Source, modality: Modality | None = None, text: str | None = None) -> Sample:
    """One sample from a path, array, Pillow image, pandas object or sample; with `text`, both together as a pair.

    Arrays of shape (height, width, 3) are images; of shape (time,) or, for few float columns, (time, channels) are
    series; what may be either needs `modality`.
    """
    check_stop()
    kind = None if modality is None else modality_of(modality)
    if text is not None:
        return _reads_texts(kind).read(source, text)
    if isinstance(source, str | Path):
        return _from_path(existing(as_path(source)), kind)
    sample = _from_memory(source, kind)
    if kind is not None and sample.modality != kind.name:
        raise _other_kind(sample.modality, kind)
    return sample


def read_normals(
    source: Source | Sequence[Source],
    modality: Modality,
    reading: Reading | None = None,
    like: Sample | None = None,
) -> Normals:
    """The normal samples: a file, a folder (flat, or one with train/good as in MVTec AD), an array, or a list.

    Images may differ in size. Series are brought into the columns of `like`; without it, into those that most of them
    have. What cannot be used is left out, and told, as long as one normal remains. `reading` hears (number, count)
    before each is read.
    """
    kind = modality_of(modality)
    held = normals_of(source if isinstance(source, list | tuple) else [source], kind)
    parts = list(held.parts)
    if not parts:
        raise InputError("got no normal samples, an empty list; give at least one file, array or folder.")
    samples: list[Sample] = []
    refused: list[InputError] = []
    for number, part in enumerate(parts, 1):
        if reading is not None:
            reading(number, len(parts))
        _take(part, modality, samples, refused)
    matched = kind.matched(samples, like)
    refused += matched.refused
    if not matched.samples:
        raise refused[0] if len(refused) == 1 else InputError(f"none of {len(parts)} normals can be used: {refused[0]}")
    told = (*refusal_notes(refused, len(parts), "normals"), *normal_notes(matched.samples), *matched.notes)
    return Normals(list(matched.samples), (*held.notes, *told), tuple(refused))


def _take(part: Source | InputError, modality: Modality, samples: list[Sample], refused: list[InputError]) -> None:
    """Read one normal into `samples`, or its error into `refused`."""
    try:
        if isinstance(part, InputError):
            raise part
        samples.append(load_sample(part, modality))
    except InputError as error:
        refused.append(error)


def find_inputs(path: str | Path, modality: Modality | None = None) -> Inputs:
    """The files of a folder that are samples, in natural order, not yet opened, and what was left out."""
    found = find_parts(path, modality)
    if found.count is None:  # samples that have no file of their own
        return Inputs([as_path(path)])
    return Inputs([part for part in found.parts if isinstance(part, Path)], found.notes)


def find_parts(path: str | Path, modality: Modality | None = None) -> Parts:
    """The samples of a file or a folder, not yet read."""
    kind = None if modality is None else modality_of(modality)
    return parts_of(existing(as_path(path)), kind)


def _reads_texts(kind: Kind | None) -> Kind:
    """The kind that a sample and a text are together."""
    known = [one for one in modalities().values() if one.ways.texted]
    if kind is None and known:
        return known[0]
    if kind is None or not kind.ways.texted:
        told = "".join(f" {one.ways.texted} is a {one.name!r}." for one in known[:1])
        raise InputError(f"got a text with modality={kind and kind.name!r};{told}")
    return kind


def _from_path(path: Path, kind: Kind | None) -> Sample:
    """Read one file, or the only input of a folder."""
    if kind is None:
        kind = _kind_of_folder(path) if path.is_dir() else _kind_of_file(path)
    if kind is not None and kind.ways.beside:
        return kind.read(path)
    if path.is_dir():
        inside = folder_inputs(path, kind)
        if len(inside.files) > 1:
            raise InputError(
                f"the folder {shown(path)} holds {len(inside.files)} {inside.kind.name} files; name one of them, or "
                "score them all.",
                "several",
            )
        sample = _from_path(inside.files[0], inside.kind)
        return with_notes(sample, (*inside.notes, *sample.notes))
    if kind is None or not kind.knows(path):
        raise refused(path, kind)
    return kind.read(path)


def _kind_of_folder(folder: Path) -> Kind | None:
    """The kind that reads a folder as a whole; None where its files are to be looked at."""
    return next(iter(surest(folder)), None)


def _kind_of_file(path: Path) -> Kind | None:
    """The kind that knows a file, None if none does; of an NPY array its shape and type are asked too."""
    found = surest(path)
    if len(found) > 1 and file_kind(path) == "npy":
        return _kind_of_array(opened_npy(path), path.name)
    if len(found) > 1:
        raise unclear(path, found, "modality")
    return next(iter(found), None)


def _from_memory(source: Any, kind: Kind | None) -> Sample:
    """A sample from an object in memory: as what it is asked to be, or as what it shows itself to be."""
    if any(isinstance(source, one.sample) for one in modalities().values()):
        sample: Sample = source
        return sample
    if kind is None and isinstance(source, np.ndarray):
        kind = _kind_of_array(source)
    known = [kind] if kind is not None and kind.knows(source) else surest(source)
    if not known:
        raise InputError(
            f"got an object of type {type(source).__name__!r}; give a path, a NumPy array, a PIL image or a pandas "
            "frame."
        )
    if kind is not None and kind not in known:
        raise _other_kind(" or ".join(one.name for one in known), kind)
    return known[0].read(source)


def _other_kind(got: str, wanted: Kind) -> InputError:
    """The error for data of another kind than was asked for."""
    return InputError(f"got {got} data where modality={wanted.name!r} was asked for; give one {wanted.name}.")


def _kind_of_array(array: np.ndarray[Any, Any], name: str = "") -> Kind | None:
    """The kind that an array's shape and type show; InputError where it may be several kinds."""
    found = surest(array)
    if len(found) > 1:
        label = f"{display_name(name)!r}: " if name else ""
        raise InputError(
            f"{label}got an array of shape {array.shape!r} and type {str(array.dtype)!r}, "
            f"which may be {' or '.join(kind.ways.array or kind.nouns.one for kind in found)}; say which it is.",
            "modality",
        )
    return next(iter(found), None)
