"""False alarms per day, or per 1,000 rows, and the alarm level that allows them.

At alarm level α at most −ln(1 − α) events are expected on a normal series (`judged/alarm.py`), so N of them a day, over
D days, are allowed by α = 1 − exp(−N D).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import numpy as np

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.units import PER_DAY, PER_ROWS, Measure, rounded
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import expected_events
from anomalyst.modalities.sources import AlarmLevel

HIGHEST = 0.99  # an alarm level that more false alarms than there is room for are cut to
DAY = 86_400.0
ALPHA_DIGITS, RATE_DIGITS = 4, 2


def alarm_level(sample: SeriesSample, alarms: float) -> AlarmLevel:
    """The level that allows `alarms` false alarms per day on a normal series as long as this one; per 1,000 rows where
    it has no clock, and at most HIGHEST, both of which are noted."""
    length, unit = _length(sample)
    per = unit.removeprefix("false alarms ")
    notes = []
    if unit == PER_ROWS:
        notes.append(f"without time stamps there are no days: {alarms:g} false alarms are allowed {per}")
    alpha = rounded(-math.expm1(-alarms * length), ALPHA_DIGITS)
    if alpha > HIGHEST:
        most = rounded(-math.log1p(-HIGHEST) / length, RATE_DIGITS)
        notes.append(
            f"{alarms:g} false alarms {per} are more than any level allows; {HIGHEST} is used, for {most:g} {per}"
        )
    return AlarmLevel(min(max(alpha, sys.float_info.min), HIGHEST), tuple(notes))


def alarm_facts(sample: SeriesSample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
    """How many false alarms a level allows at most, where rows were judged as events."""
    if expected_events(score_map) is not None:
        length, unit = _length(sample)
        yield Measure("sample", "false_alarms", rounded(-math.log1p(-alpha) / length, RATE_DIGITS), unit)


def _length(sample: SeriesSample) -> tuple[float, str]:
    """How long a series is, in days or in 1,000 rows, and the unit of a rate over it. Its last row lasts as long as the
    median one."""
    if not sample.has_times or len(sample.index) < 2:
        return len(sample.index) / 1000, PER_ROWS
    seconds = sample.index.astype("datetime64[ns]").astype(np.int64) / 1e9
    return float(seconds[-1] - seconds[0] + np.median(np.diff(seconds))) / DAY, PER_DAY
