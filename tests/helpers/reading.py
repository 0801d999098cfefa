"""Samples read at once, where a test has no use for what was left out: the first refusal is raised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from anomalyst.errors import InputError
from anomalyst.modalities.reading import Source, find_inputs, find_parts, load_sample, read_normals
from anomalyst.samples import Modality, Sample


def load_normals(source: Source | Sequence[Source], modality: Modality) -> list[Sample]:
    """The normal samples, all of them."""
    normals = read_normals(source, modality)
    if normals.refused:
        raise normals.refused[0]
    return normals.samples


def iter_inputs(path: str | Path, modality: Modality | None = None) -> Iterator[Sample]:
    """The samples of a file or a folder, read one at a time; of a table or folder of pairs, each of its pairs."""
    for part in find_parts(path, modality).parts:
        if isinstance(part, InputError):
            raise part
        yield load_sample(part, modality)


def list_inputs(path: str | Path, modality: Modality | None = None) -> list[Path]:
    """The files that `iter_inputs` would read."""
    return find_inputs(path, modality).files
