"""Amounts as people print them: rounded, about, nearly, more than; and whether a measured value is what was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.phrases.scaling import factor, seconds
from anomalyst.evidence.numbers import Quantity, agrees

ABOUT = 0.05  # of the value, that "about" leaves open
SHARE_ABOUT = 0.1  # likewise of a share in words: "roughly a quarter"
ON_THE_OTHER_SIDE = 0.01  # likewise, of a share on the side that is not meant
SHORT = 0.12  # of the value, that "nearly" and "just over" leave open on their side
ONE_SHORT = 0.2  # likewise of one and of multiples: "a little over a minute", "a bit more than twice"
PART = "part"  # the unit of "half", "a third"
TIMES = "times"
# "Up to" bounds only what may be: "climbed up to 219 MB" says how far.
_MAY = (
    "(?:"
    + "|".join(f"(?<={word} )" for word in ("allows", "allowed", "permits", "be", "for", "means", "tolerates"))
    + ")"
)
_NEAR = (
    (
        r"(?:justunder|just under|just below|nearly|almost|not quite|close to|shy of|getting on for|just shy of)",
        "nearly",
    ),
    (
        r"(?:justover|(?:just|slightly|barely|a little|a bit|a touch|little) (?:over|above|more than)|a good)",
        "just over",
    ),
    (r"a (?:shade|hair|whisker|tad) (?:over|above|more than)", "just over"),
    (r"a (?:shade|hair|whisker|tad) (?:under|below|less than)", "nearly"),
    (r"(?:slightly|a little|a bit|a touch|somewhat) (?:under|below|less than|short of)", "nearly"),
    (r"(?:hardly|barely) more than", "just over"),
    (rf"(?:no|not) more than|at most|{_MAY}up to|(?:a )?maximum(?: of)?|max\.?|≤|<=", "<="),
    (r"(?:no|not) less than|no fewer than|at least|(?:a )?minimum(?: of)?|min\.?|≥|>=", ">="),
    (r"(?:(?:well|far|considerably) )?(?:more than|greater than|larger than|in excess of|over|above|beyond|>)", ">"),
    (r"(?:(?:well|far|considerably) )?(?:less than|fewer than|smaller than|under|below|<)", "<"),
    (
        r"about|near|around|roughly|approximately|approx\.?|some|circa|ca\.?|~|≈|in the region of|on the order of",
        "about",
    ),
)
NEAR = "|".join(pattern for pattern, _ in _NEAR)
_READ = tuple((re.compile(rf"(?:^|[\s(])(?:{pattern}) ?$"), word) for pattern, word in _NEAR)
_BOUNDS = {"<", "<=", ">", ">="}


@dataclass(frozen=True)
class Amount:
    """A number as printed, and how near it is meant: "", "about", "nearly", "just over" or a bound."""

    quantity: Quantity
    near: str = ""
    borrowed: str = ""  # the unit of the amount beside it, for one that was printed without

    @property
    def value(self) -> float | None:
        """The printed number."""
        return self.quantity.value

    @property
    def unit(self) -> str:
        """Its unit as printed."""
        return self.quantity.unit

    @property
    def bounded(self) -> bool:
        """Whether it only bounds what is meant."""
        return self.near in _BOUNDS

    def is_(self, value: float) -> bool:
        """Whether `value`, in the printed unit, is what was meant."""
        printed = self.quantity
        if printed.value is None:
            return False
        if self.near in _BOUNDS:
            strict = self.near in ("<", ">") and seconds(self.unit) is not None
            past = value > printed.value if self.near == ">" else value < printed.value
            return agrees(replace(printed, bound=self.near), value) and (past or not strict)
        if self.unit == PART:
            slack = SHARE_ABOUT if self.near else ABOUT
            beyond = (value - printed.value) * {"nearly": 1, "just over": -1}.get(self.near, 0)
            if beyond > ON_THE_OTHER_SIDE * abs(value):
                return False
            return abs(printed.value - value) <= slack * abs(value)
        short = ONE_SHORT if printed.value == 1 or self.unit == TIMES else SHORT
        if self.near == "nearly":
            return _within(value, printed.value * (1 - short), printed.value) and value != printed.value
        if self.near == "just over":
            return _within(value, printed.value, printed.value * (1 + short)) and value != printed.value
        if self.near == "about" and abs(printed.value - value) <= ABOUT * abs(value):
            return True
        return agrees(replace(printed, unit=""), value)

    def states(self, value: float, unit: str) -> bool:
        """Whether a fact of this value and unit is what was meant, whatever unit of the kind it was printed in."""
        if self.unit == PART:
            return unit == "%" and self.is_(value / 100)
        if self.value == 0 and not self.unit:
            return value == 0 and not self.near
        scale = factor(self.unit or self.borrowed, unit) if unit else factor(self.unit, unit)
        if scale is None and not self.unit and not seconds(unit) and (not self.borrowed or seconds(self.borrowed)):
            scale = 1.0  # "stuck at 118": in the unit of what it is a value of
        return scale is not None and self.is_(value / scale)


def _within(value: float, one: float, other: float) -> bool:
    return min(one, other) <= value <= max(one, other)


def nearness(left: str) -> str:
    """How near the number after this text is meant."""
    return next((word for pattern, word in _READ if pattern.search(left)), "")
