"""Units of one ladder."""

import pytest

from anomalyst.evidence.facts import Fact
from anomalyst.evidence.speech.scales import beside, larger_units, scaled
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech


def fact(value: float, unit: str, **ends: float) -> Fact:
    return Fact(id="F1", subject="R1", kind="observed", value=value, unit=unit, qualifier="disk", **ends)


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (13_700, "kB/s", "13.7 MB/s"),
        (999, "kB/s", "999 kB/s"),
        (1000, "kB/s", "1 MB/s"),
        (-2_500_000, "kB/s", "-2.5 GB/s"),
        (5e9, "kB/s", "5 TB/s"),
        (5e16, "kB/s", "50,000,000 TB/s"),  # the ladder ends there
        (1250, "ms", "1.25 s"),
        (1250, "°C", "1250 °C"),
        (13_700, "kb/s", "13,700 kb/s"),  # may be kilobits
        (0, "kB/s", "0 kB/s"),
    ],
)
def test_a_value_is_printed_in_the_unit_that_makes_it_short(value: float, unit: str, printed: str) -> None:
    assert ENGLISH_SPEECH.measure(value, unit) == printed


def test_a_value_and_the_normal_one_beside_it_are_in_one_unit() -> None:
    seen, normal = fact(13_700, "kB/s"), fact(20, "kB/s")
    assert ENGLISH_SPEECH.beside(seen, normal) == "13.7 MB/s"
    assert ENGLISH_SPEECH.beside(normal, seen) == "0.02 MB/s"
    assert Speech("de").beside(seen, normal) == "13,7 MB/s"


def test_a_band_is_in_the_unit_of_its_value() -> None:
    (told, _) = beside(fact(13_700, "kB/s", low=1000, high=20_000), fact(5, "kB/s"))
    assert (told.value, told.low, told.high, told.unit) == (13.7, 1.0, 20.0, "MB/s")


def test_values_of_other_units_are_left_as_they_are() -> None:
    facts = fact(13_700, "kB/s"), fact(5, "ms")
    assert beside(*facts) == facts


def test_what_is_not_a_number_is_not_scaled() -> None:
    assert scaled(float("inf"), "kB/s") == (1, "kB/s")
    assert larger_units("bar") == ()
