"""False alarms per day, and the alarm level that allows them, as for a series (`series/rate.py`)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.units import PER_DAY, Measure, rounded
from anomalyst.modalities.sources import AlarmLevel
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores

HIGHEST = 0.99  # an alarm level that more false alarms than there is room for are cut to
DAY = 86_400.0
ALPHA_DIGITS, RATE_DIGITS = 4, 2


def alarm_level(sample: VideoSample, alarms: float) -> AlarmLevel:
    """The level that allows `alarms` false alarms per day on a normal clip as long as this one."""
    days = _days(sample)
    alpha = rounded(-math.expm1(-alarms * days), ALPHA_DIGITS)
    if alpha <= HIGHEST:
        return AlarmLevel(max(alpha, sys.float_info.min))
    most = rounded(-math.log1p(-HIGHEST) / days, RATE_DIGITS)
    note = f"{alarms:g} false alarms per day are more than any level allows; {HIGHEST} is used, for {most:g} per day"
    return AlarmLevel(HIGHEST, (note,))


def alarm_facts(sample: VideoSample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
    """How many false alarms a level allows at most."""
    if video_scores(score_map) is not None and score_map.calibration.method != "self-calibrated":
        yield Measure("sample", "false_alarms", rounded(-math.log1p(-alpha) / _days(sample), RATE_DIGITS), PER_DAY)


def _days(sample: VideoSample) -> float:
    return float(sample.times[-1] - sample.times[0] + sample.step) / DAY
