"""What both spaces of series share: what a sample was laid out as, and the answer for one series."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

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
    """Normal series, all of the same columns; else InputError."""
    series = [as_series(sample) for sample in normals]
    for sample in series[1:]:
        check_columns(sample, series[0].columns)
    return series


def check_columns(sample: SeriesSample, columns: tuple[str, ...]) -> None:
    """InputError unless the sample has the columns of the normals, in their order."""
    if sample.columns == columns:
        return
    missing = [c for c in columns if c not in sample.columns]
    extra = [c for c in sample.columns if c not in columns]
    raise InputError(
        f"{sample.name!r}: columns differ from the normals': missing {missing!r}, not expected {extra!r}"
        f"{'' if missing or extra else ' (same names, other order)'}; give the columns {', '.join(columns)}."
    )


def packed(columns: tuple[str, ...]) -> NDArray[np.uint8]:
    """Names as an array to save."""
    return np.frombuffer(json.dumps(columns).encode(), dtype=np.uint8).copy()


def unpacked(array: NDArray[np.uint8]) -> tuple[str, ...]:
    """What `packed` gave."""
    return tuple(json.loads(bytes(array)))
