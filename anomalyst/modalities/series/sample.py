"""A series as arrays, names and axes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError

DateOrder = Literal["", "day-first", "month-first", "year-month-day", "year-day-month"]


@dataclass(frozen=True)
class SeriesSample:
    """A time series of one or more channels.

    `values`: float64 of shape (time, channels), NaN where a value is missing;
    `columns`: the channels' names; `units`: their units ("" where unknown);
    `index`: datetime64[ns] or float64 of shape (time,), strictly increasing; a plain row number where the
    file has no time column; `notes`: what reading it changed, one sentence each; `zone`: the clock of the stamps, as
    +01:00 or UTC, where the file names one; `dates`: in which order day and month were read where there was a doubt,
    and `dates_guessed`: whether nothing in the file decided it; `gaps`: rows [start, stop) that the file lacks, laid in
    as missing; `counters`: channels that count up, whose values are what they rise by from row to row.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    index: NDArray[np.generic]
    units: tuple[str, ...] = ()
    name: str = "series"
    notes: tuple[str, ...] = ()
    zone: str = ""
    dates: DateOrder = ""
    dates_guessed: bool = False
    gaps: tuple[tuple[int, int], ...] = ()
    counters: tuple[str, ...] = ()

    modality: Literal["series"] = field(default="series", init=False)

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise InputError(
                f"{self.name!r}: got values of shape {self.values.shape!r} and {len(self.columns)} column names; "
                "a series has shape (time, channels) and one name per channel."
            )
        if len(self.index) != len(self.values):
            raise InputError(
                f"{self.name!r}: got {len(self.index)} time stamps for {len(self.values)} rows; give one per row."
            )
        if not self.units:
            object.__setattr__(self, "units", ("",) * len(self.columns))

    @property
    def shape(self) -> tuple[int, int]:
        """(time, channels): the axes of the series' score map."""
        return self.values.shape[0], self.values.shape[1]

    def part(self, start: int, stop: int) -> SeriesSample:
        """Rows [start, stop)."""
        cut = ((max(a, start) - start, min(b, stop) - start) for a, b in self.gaps)
        gaps = tuple((a, b) for a, b in cut if a < b)
        return replace(self, values=self.values[start:stop], index=self.index[start:stop], gaps=gaps)

    @property
    def has_times(self) -> bool:
        """Whether `index` holds real time stamps (datetime64) rather than numbers."""
        return np.issubdtype(self.index.dtype, np.datetime64)
