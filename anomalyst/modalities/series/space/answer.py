"""What both spaces of series share: what a sample was laid out as, and the answer for one series."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import RuleScore
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.calibration import Judge, opinion
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.samples import Sample


@dataclass(frozen=True)
class Said:
    """What a rule says of a series: its opinion on the grid (G,), and the surprise of each channel behind it."""

    opinion: RuleScore
    profile: Profile

    @classmethod
    def of(cls, profile: Profile, judge: Judge) -> Said:
        """What a profile says, by what calibrates it."""
        return cls(opinion(profile.rows, judge), profile)


def as_series(sample: Sample) -> SeriesSample:
    """The sample, if it is a series; else InputError."""
    if not isinstance(sample, SeriesSample):
        raise InputError(f"{sample.name!r}: got an image; a series detector takes a time series.")
    return sample


def as_all_series(normals: Sequence[Sample]) -> list[SeriesSample]:
    """Normal series, all in the columns of the first; InputError if they have others."""
    series = [as_series(sample) for sample in normals]
    return [in_columns(sample, series[0].columns)[0] for sample in series]


def in_columns(sample: SeriesSample, columns: tuple[str, ...]) -> tuple[SeriesSample, tuple[int, ...]]:
    """(the sample with the normals' columns in their order, where each of these stood in it, () where all do so).

    InputError unless the sample has the same columns.
    """
    if sample.columns == columns:
        return sample, ()
    missing = [c for c in columns if c not in sample.columns]
    extra = [c for c in sample.columns if c not in columns]
    if missing or extra:
        raise InputError(
            f"{sample.name!r}: columns differ from the normals': missing {missing!r}, not expected {extra!r}; give the "
            f"columns {', '.join(columns)}."
        )
    order = tuple(sample.columns.index(c) for c in columns)
    units = tuple(sample.units[i] for i in order)
    return replace(sample, values=sample.values[:, order], columns=columns, units=units), order


def packed(columns: tuple[str, ...]) -> NDArray[np.uint8]:
    """Names as an array to save."""
    return np.frombuffer(json.dumps(columns).encode(), dtype=np.uint8).copy()


def unpacked(array: NDArray[np.uint8]) -> tuple[str, ...]:
    """What `packed` gave."""
    return tuple(json.loads(bytes(array)))
