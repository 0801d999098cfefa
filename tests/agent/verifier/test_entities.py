"""Numbers, units, days and names in words: complete by construction, over many generated forms."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

import pytest

from anomalyst.agent.verifier.phrases.aliases import aliases
from anomalyst.agent.verifier.phrases.entities.calendar import DATE, WHEN, in_date, when
from anomalyst.agent.verifier.phrases.entities.numerals import count
from anomalyst.agent.verifier.phrases.entities.spelled import CHANGES
from anomalyst.agent.verifier.phrases.scaling import factor, forms, plain
from anomalyst.evidence.numbers import MONTHS, NUMBER_WORDS

_ONES = {value: word for word, value in NUMBER_WORDS.items()}
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}


def spoken(number: int) -> str:
    """A whole number below a million in words."""
    if number <= 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10 * 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    big, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % big
    joint = " and " if 0 < rest < 100 else " "
    return f"{spoken(number // big)} {name}{joint + spoken(rest) if rest else ''}"


def written(text: str) -> str:
    """A text with its numbers in figures."""
    for pattern, change in CHANGES:
        text = pattern.sub(change, text)
    return text


@pytest.mark.parametrize("seed", range(5))
def test_numbers_of_any_size_in_words(seed: int) -> None:
    dice = random.Random(seed)
    for number in [dice.randrange(21, 10 ** dice.randrange(2, 7)) for _ in range(100)]:
        assert written(f"it was {spoken(number)} then") == f"it was {number} then", spoken(number)
        assert count(spoken(number)) == number


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("a hundred and twenty-six", "126"), ("seventy-odd", "about 70"), ("a dozen", "12"), ("two dozen", "24"),
        ("half a dozen", "6"), ("three and a half hours", "3.5 hours"), ("two and three quarters", "2.75"),
        ("nine tenths", "90 % part"), ("a sixth of it", "16.67 % part of it"), ("two in three", "0.666667"),
        ("one in a hundred", "0.01"), ("a couple of days", "about 2 days"), ("an hour and a half", "1.5 hours"),
        ("half again as high", "1.5 times as high"), ("three point one four", "3.14"), ("a fortnight", "2 weeks"),
        ("forty or so degrees", "about 40 degrees"), ("half a percentage point", "0.5 percentage point"),
    ],
)  # fmt: skip
def test_fractions_and_round_numbers_in_words(said: str, figures: str) -> None:
    assert written(said) == figures


@pytest.mark.parametrize("unit", ["MW", "kB/s", "l/min", "bar", "mbar", "°C", "mmHg", "bpm", "kWh", "Hz", "m³/h", "%"])
def test_every_word_for_a_unit_means_it(unit: str) -> None:
    words = [form for form in forms(unit) if factor(form, unit) == 1.0]
    assert len(words) > 1
    assert all(plain(word) for word in words)


@pytest.mark.parametrize(
    ("said", "unit", "size"),
    [("megabytes a second", "kB/s", 1000), ("megawatts", "kW", 1000), ("litres per minute", "l/min", 1)],
)
def test_units_in_words_are_scaled(said: str, unit: str, size: float) -> None:
    assert factor(said, unit) == size


def test_days_of_the_week_hold_on_their_days_only() -> None:
    for day in (datetime(2024, 3, 1, 9) + timedelta(days=shift) for shift in range(60)):
        name = day.strftime("%A")
        other = (day + timedelta(days=2)).strftime("%A")
        told, wrong = (WHEN.search(f"that {word} morning") for word in (name, other))
        assert told is not None and when(told).holds(day)
        assert wrong is not None and not when(wrong).holds(day)


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("in the small hours", 2),
        ("late morning", 11),
        ("the afternoon", 15),
        ("late at night", 23),
        ("in the evening", 20),
    ],
)
def test_parts_of_the_day_hold_in_their_hours_only(said: str, hour: int) -> None:
    found = WHEN.search(said)
    assert found is not None
    assert when(found).holds(datetime(2024, 3, 1, hour))
    assert not when(found).holds(datetime(2024, 3, 1, (hour + 12) % 24))


def test_dates_in_words() -> None:
    for number, month in enumerate(MONTHS, 1):
        last = (datetime(2024 + number // 12, number % 12 + 1, 1) - timedelta(days=1)).day
        assert DATE.sub(lambda m: in_date(m, [2024]), f"on the last day of {month}") == f"on {last} {month}"
    assert DATE.sub(lambda m: in_date(m, [2024]), "on the twenty-first of march") == "on 21 march"
    assert DATE.sub(lambda m: in_date(m, [2024]), "the last sunday of june") == "30 june"


@pytest.mark.parametrize(
    ("names", "said", "name"),
    [
        (["Accelerometer1RMS", "Accelerometer2RMS"], "second accelerometer", "Accelerometer2RMS"),
        (["Volume Flow RateRMS", "Pressure"], "volume flow", "Volume Flow RateRMS"),
        (["cpu_percent", "memory_mb"], "processor", "cpu_percent"),
        (["systolic_bp (mmHg)", "spo2 (%)"], "systolic", "systolic_bp (mmHg)"),
    ],
)
def test_a_channel_goes_by_any_part_that_only_it_has(names: list[str], said: str, name: str) -> None:
    assert aliases(names)[said] == name


def test_what_two_channels_are_called_is_the_name_of_neither() -> None:
    assert "accelerometer" not in aliases(["Accelerometer1RMS", "Accelerometer2RMS"])
    assert not [
        form for form in aliases(["drum_pressure (bar)", "flue_temp (°C)"]) if re.fullmatch("bar|°c|percent", form)
    ]
