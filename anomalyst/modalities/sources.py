"""What kinds of data answer when they are asked for samples: what a folder holds, what is still to be read, normals,
what is kept, what an alarm level is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.samples import Sample

Arrays = dict[str, NDArray[Any]]
"""What is kept of a sample, by name. Those of its score map are kept anyway, unless one of the same name takes its
place."""


@dataclass(frozen=True)
class Ways:
    """How samples come in, in words. `files`: the files that are read ("PNG or JPEG"), "" where no file is one sample;
    `suffixes`: endings that no other kind of data has; `inside`: what a folder is said to hold of them ("images");
    `array`: what an array is called that may be another kind's too; `texted`: what a text makes of a sample of another
    kind ("an image with its text"), "" where none is taken; `beside`: a sample lies in several files, side by side;
    `limit`: what is bounded, and how ("Largest image", "40 million pixels")."""

    files: str = ""
    suffixes: frozenset[str] = frozenset()
    inside: str = ""
    array: str = ""
    texted: str = ""
    beside: bool = False
    limit: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Part:
    """A part of a sample, as a sample of its own. `start`, `end`: where it begins and ends, as facts tell it (a time
    stamp, a row) in `unit`."""

    sample: Sample
    start: str | float
    end: str | float
    unit: str = ""


@dataclass(frozen=True)
class Inside:
    """Files of a folder that are one kind's own, in the folder's order. `files`: a sample each; `aside`: those that
    belong to these, and what they are ("mask of a picture beside it"); `perhaps`: those read only where this kind was
    asked for and there is nothing else."""

    files: Sequence[Path] = ()
    aside: Mapping[Path, str] = field(default_factory=dict)
    perhaps: Sequence[Path] = ()


@dataclass(frozen=True)
class Parts:
    """The samples of a source, most of them not yet read. `parts`: paths, objects in memory, samples, or why one has
    none; `notes`: what was left out; `count`: how many there are, None where only reading tells."""

    parts: Iterable[Path | Sample | InputError | Any]
    notes: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True)
class Matched:
    """Normals that fit one another and the input. `refused`: why each of the others does not; `notes`: how they differ
    from the input all the same."""

    samples: Sequence[Sample]
    refused: Sequence[InputError] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlarmLevel:
    """The share of normal samples like one that may raise an alarm; `notes`: how it was come by, where that is not
    plain."""

    alpha: float
    notes: tuple[str, ...] = ()
