"""How often an alarm is false: "once a month", "one every four days", "twice a year", "in four months"."""

from __future__ import annotations

from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.numbers import Quantity

_DAY = 86400
_ROUGH = 0.25  # of the rate, that "once a month" leaves open
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")


def rate_told(fragment: Fragment, evidence: Evidence) -> list[Fact] | None:
    """The rate of false alarms, if a part tells it; None where it tells another, or none."""
    facts = [f for f in evidence.about("sample", "false_alarms") if f.unit == "false alarms per day"]
    period, count = _period(fragment), _count(fragment)
    rate = value_of(facts[0]) if facts else None
    if not rate or not period or count is None or count.value is None:
        return None
    told = count.value / period
    near = count.near or next((a.near for a in fragment.amounts.values() if a.near), "") or _nearness(fragment)
    if near in ("<", "<="):
        return facts if rate <= told <= 3 * rate else None
    if near in (">", ">="):
        return facts if rate >= told >= rate / 3 else None
    return facts if abs(told - rate) <= _ROUGH * rate else None


def _period(fragment: Fragment) -> float | None:
    """In days, what the alarms are counted in: a word for a length of time, or a number of it."""
    spans = [(a.value or 0) * (seconds(a.unit) or 0) for a in fragment.amounts.values() if seconds(a.unit)]
    words = [
        t.text.removesuffix("s") for t in fragment.tokens if t.is_("moment", "day long", "week long", "month long")
    ]
    spans += [seconds(word) or 0 for word in words if word in _UNITS]
    return spans[0] / _DAY if len(spans) == 1 else None


def _count(fragment: Fragment) -> Amount | None:
    counts = [a for a in fragment.amounts.values() if not seconds(a.unit)]
    if len(counts) == 1:
        return replace(counts[0], near="" if counts[0].near == "about" else counts[0].near)
    single = any(token.is_("once", "one", "single") for token in fragment.tokens)
    return Amount(Quantity("one", 1.0)) if not counts and single else None


def _nearness(fragment: Fragment) -> str:
    words = " ".join(token.text for token in fragment.tokens)
    less = any(word in words for word in ("less than", "fewer than", "not even", "at most", "no more than", "under"))
    return "<" if less else ">" if "more than" in words or "at least" in words else ""
