"""Where an axis is marked, and with what words: round numbers, round moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anomalyst.evidence.speech.speech import Speech

DAY = 86_400e9  # nanoseconds
MINUTE = 1 / 1440  # of a day


@dataclass(frozen=True)
class Ticks:
    """Places on an axis with their words; `besides`: what all of the words leave out, a factor or a date."""

    at: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    besides: str = ""


NONE = Ticks()


def number_ticks(low: float, high: float, most: int, speech: Speech) -> Ticks:
    """Round numbers from `low` to `high`, about `most`."""
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    at = [float(value) for value in MaxNLocator(most).tick_values(low, high) if low <= value <= high]
    formatter = ScalarFormatter(useOffset=False)
    formatter.create_dummy_axis()
    axis: Any = formatter.axis
    axis.set_view_interval(low, high)
    words = tuple(speech.local(word) for word in formatter.format_ticks(at))
    return Ticks(tuple(at), words, formatter.get_offset().replace("1e", "× 1e"))


def time_ticks(first: float, last: float, most: int, speech: Speech) -> Ticks:
    """Round moments between two, in nanoseconds since 1970, at most `most`."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, num2date

    if last <= first:
        return NONE
    locator = AutoDateLocator(minticks=3, maxticks=most)
    found = locator.tick_values(num2date(first / DAY), num2date(last / DAY))
    at = [float(day) for day in found if first <= day * DAY <= last]
    words, firsts, besides = (speech.text(name).split("|") for name in ("ticks", "ticks-first", "ticks-besides"))
    formatter = ConciseDateFormatter(locator, formats=words, zero_formats=firsts, offset_formats=besides)
    told = formatter.format_ticks(at) if at else []
    if len(at) > 1 and at[1] - at[0] < MINUTE:  # seconds, with their fractions
        told = [speech.local(word) for word in told]
    return Ticks(tuple(day * DAY for day in at), tuple(told), formatter.get_offset())
