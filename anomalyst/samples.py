"""What every sample has: a name, notes, axes and the name of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Modality = str  # the name of a kind of data: "image", "series", "pair", or what a plugin brings
FloatArray = NDArray[np.floating]


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


def with_notes(sample: S, notes: tuple[str, ...]) -> S:
    """The sample with other notes."""
    return cast(S, replace(cast(Any, sample), notes=notes))
