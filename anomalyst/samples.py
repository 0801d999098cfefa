"""What every sample has: a name, notes, axes and the name of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Modality = str  # the name of a kind of data: "image", "series", "pair", or what a plugin brings
FloatArray = NDArray[np.floating]
Mask = NDArray[np.bool_]


class Sample(Protocol):
    """One thing to analyse; each kind of data has a frozen dataclass of its own. `notes`: what reading it changed, one
    sentence each; `shape`: its axes."""

    @property
    def name(self) -> str:
        """What it is called, as its user named it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading it changed, one sentence each."""
        ...

    @property
    def modality(self) -> Modality:
        """The name of its kind of data."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Its axes."""
        ...


S = TypeVar("S", bound=Sample)
K = TypeVar("K")


def with_notes(sample: S, notes: tuple[str, ...]) -> S:
    """The sample with other notes."""
    return cast(S, replace(cast(Any, sample), notes=notes))


def expect(kind: type[K], sample: Sample) -> K:
    """The sample as one of its kind; TypeError if it is of another: whoever asks a kind gives it its own samples."""
    if not isinstance(sample, kind):
        raise TypeError(f"got {sample.modality} data {sample.name!r} where {kind.__name__} belongs")
    return sample
