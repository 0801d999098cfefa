"""Times of day as people say them: "half past midnight", "ten to three", "noon", "the 21st", written out in figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.numbers import MONTHS, NUMBER_WORDS, parse_stamp

_HOURS = "|".join(word for word, value in NUMBER_WORDS.items() if 1 <= value <= 12)
_HOUR = rf"(?P<hour>noon|midday|midnight|{_HOURS}|1[0-2]|[1-9])"
_COUNT = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_MINUTES = (
    r"(?P<minutes>half an hour|a quarter of an hour|half|(?:a )?quarter"
    rf"|(?:twenty[- ]five|{_COUNT})(?: minutes)?|\d{{1,2}} minutes|\d{{1,2}}(?= past )"
    rf"|(?:1[3-9]|[2-5]\d)(?= to {_HOUR.replace('?P<hour>', '?:')}\b))"
)
_HALF = r"(?P<half> in the (?:early )?(?:morning|afternoon|evening)| at (?:night|noon)| [ap]\.?m\.?(?!\w))?"
_ELSE = r"(?! (?:«|minutes?|hours?|days?|percent|%|of)|\d|[.,]\d)"  # what follows an amount of something else
SPOKEN = re.compile(
    rf"(?<![\w«.:-])(?:(?:(?<!from )|(?=[\da-z -]+ past |(?:1[3-9]|[2-5]\d) to ))"
    rf"{_MINUTES} (?P<way>past|after|to|before) {_HOUR}"
    rf"(?: o'clock)?{_HALF}{_ELSE}"
    rf"|(?P<round>noon|midday|midnight)"
    rf"|(?P<full>{_HOURS}|\d{{1,2}})(?: o'clock{_HALF.replace('half', 'half3')}"
    r"|(?P<half2> in the (?:early )?(?:morning|afternoon|evening)| at night| [ap]\.?m\.?)))(?![\w:»])",
    re.I,
)
DAY = re.compile(r"(?<![\w-])the (\d{1,2})(?:st|nd|rd|th)(?= (?:until|till|to|at|and|but|when|while)\b|[,.;]|$)", re.I)
_SMALL_HOURS = 6 * 60  # "one at night" is 01:00, "ten at night" 22:00
_NEAR = timedelta(minutes=30)
_NOONS = {"noon": 12, "midday": 12, "midnight": 0}


def in_figures(match: re.Match[str], evidence: Evidence) -> str:
    """ "half past midnight" as 00:30; of two halves of the day, the one in which something happened then."""
    hour_said = (match["hour"] or match["round"] or match["full"]).lower()
    hour = _NOONS.get(hour_said, NUMBER_WORDS.get(hour_said, int(hour_said) if hour_said.isdigit() else 0))
    minutes = _minutes(match["minutes"]) * (1 if (match["way"] or "").lower() in ("past", "after") else -1)
    half = (match["half"] or match["half2"] or match["half3"] or "").lower()
    at = (hour * 60 + minutes) % 1440
    if hour_said in _NOONS or hour > 12:
        return _figures(at)
    if half:
        later = bool(re.search(r"afternoon|evening|night|p", half.replace("morning", "")))
        later = later and not ("night" in half and at % 720 < _SMALL_HOURS)
        return _figures((at % 720 + (720 if later else 0)) % 1440)
    likely = [one for one in (at % 720, at % 720 + 720) if any(_is_near(one, stamp) for stamp in stamps(evidence))]
    return _figures(likely[0] if len(likely) == 1 else at)


def the_day(match: re.Match[str], evidence: Evidence) -> str:
    """ "the 21st" with the month in which a finding began or ended on such a day."""
    months = {stamp.month for stamp in stamps(evidence) if stamp.day == int(match[1])}
    return f"{int(match[1])} {MONTHS[months.pop() - 1]}" if len(months) == 1 else match.group()


def stamps(evidence: Evidence) -> Iterator[datetime]:
    """When findings and the recording begin and end, and when findings peak."""
    for fact in evidence.facts:
        if fact.kind == "time_span":
            ends = [parse_stamp(part) for part in str(fact.value).split(" to ")]
            yield from (stamp for stamp in ends if stamp is not None)
        if fact.kind in ("start", "end", "peak_at") and isinstance(fact.value, str):
            stamp = parse_stamp(fact.value)
            if stamp is not None:
                yield stamp


def _minutes(said: str | None) -> int:
    word = re.sub(r" minutes|^a | of an hour| an hour", "", (said or "").lower())
    if word in ("half", "quarter", ""):
        return {"half": 30, "quarter": 15, "": 0}[word]
    return sum(NUMBER_WORDS.get(w, int(w) if w.isdigit() else 0) for w in re.split(r"[- ]", word))


def _figures(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _is_near(minutes: int, stamp: datetime) -> bool:
    gap = abs(minutes - stamp.hour * 60 - stamp.minute)
    return timedelta(minutes=min(gap, 1440 - gap)) <= _NEAR
