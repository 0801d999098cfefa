"""Units of one ladder, as a person climbs it: 13,700 kB/s is 13.7 MB/s, 1,250 ms are 1.25 s."""

from __future__ import annotations

import math

from anomalyst.evidence.facts import Fact

STEP = 1000  # from one rung of a ladder to the next
# Only where a thousand of one unit is commonly said in the next. Spelling counts: kb/s may be kilobits.
_LADDERS = (
    ("B", "kB", "MB", "GB", "TB"),
    ("B/s", "kB/s", "MB/s", "GB/s", "TB/s"),
    ("ns", "µs", "ms", "s"),
    ("Hz", "kHz"),
    ("V", "kV"),
    ("W", "kW"),
    ("g", "kg"),
    ("m", "km"),
)


def larger_units(unit: str) -> tuple[str, ...]:
    """The units above this one on its ladder, the next first; none where it stands on none."""
    ladder = next((ladder for ladder in _LADDERS if unit in ladder), (unit,))
    return ladder[ladder.index(unit) + 1 :]


def scaled(size: float, unit: str) -> tuple[int, str]:
    """(divisor, unit) in which a value of this size has the fewest digits before its point."""
    above = larger_units(unit)
    steps = 0 if abs(size) < STEP or not math.isfinite(size) else int(math.log(abs(size), STEP) + 1e-9)
    steps = min(steps, len(above))
    return STEP**steps, above[steps - 1] if steps else unit


def beside(fact: Fact, *others: Fact) -> tuple[Fact, ...]:
    """The facts in the unit that suits the largest of them; as they are where their units differ."""
    facts = (fact, *others)
    if any(one.unit != fact.unit for one in others):
        return facts
    divisor, unit = scaled(max(abs(float(one.value)) for one in facts), fact.unit)
    return facts if divisor == 1 else tuple(_divided(one, divisor, unit) for one in facts)


def _divided(fact: Fact, divisor: int, unit: str) -> Fact:
    ends = {end: value / divisor for end in ("low", "high") if (value := getattr(fact, end)) is not None}
    return fact.model_copy(update={"value": float(fact.value) / divisor, "unit": unit, **ends})
