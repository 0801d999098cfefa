"""At which level an alarm is raised: a share of normal samples, or so many false alarms per day of each sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

from anomalyst.errors import InputError
from anomalyst.modalities.registry import modality
from anomalyst.modalities.sources import AlarmLevel
from anomalyst.samples import Sample

ALPHA = 0.05


@dataclass(frozen=True)
class Allowed:
    """What is allowed: `alpha`, the share of normal samples that may raise an alarm, or `per_day`, false alarms per
    day; with neither ALPHA. InputError where both are given, or one that makes no sense."""

    alpha: float | None = None
    per_day: float | None = None

    def __post_init__(self) -> None:
        if self.alpha is not None and self.per_day is not None:
            raise InputError(
                f"got alpha={self.alpha!r} and alarms_per_day={self.per_day!r}, which both set the alarm level; "
                "give one of them."
            )
        if self.alpha is not None:
            check_share("alpha", self.alpha)
        if self.per_day is not None and not 0 < self.per_day < math.inf:
            raise InputError(f"got alarms_per_day={self.per_day!r}; it must be a positive number, e.g. 1.")

    @property
    def share(self) -> float:
        """The share of normal samples, as long as no sample is known."""
        return ALPHA if self.alpha is None else self.alpha

    def level(self, sample: Sample) -> AlarmLevel:
        """The alarm level of a sample. InputError where there are no days in its kind of data."""
        if self.per_day is None:
            return AlarmLevel(self.share)
        return modality(sample.modality).alarm_level(sample, self.per_day)


def check_share(name: str, value: float) -> None:
    """InputError unless a share lies between 0 and 1."""
    if not 0 < value < 1:
        raise InputError(f"got {name}={value!r}; it must lie strictly between 0 and 1, e.g. 0.05.")
