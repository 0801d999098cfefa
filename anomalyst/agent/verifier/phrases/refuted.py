"""Whether what does not hold is refuted with certainty, or may only have been read wrongly."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.matched import Judged
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import factor, seconds
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.numbers import agrees_in_time


def is_refuted(judged: Judged, where: Located, evidence: Evidence) -> bool:
    """Whether a statement is refuted with certainty: no number in it is that of another fact of the run."""
    if judged.holds is not False or not judged.facts:
        return False
    stamps = [str(f.value) for f in evidence.facts if isinstance(f.value, str)]
    dated = any(agrees_in_time(time, stamp) for time in where.meanings.get("d", []) for stamp in stamps)
    timed = any(isinstance(f.value, str) and f.kind in ("start", "end", "peak_at") for f in judged.facts)
    if timed and dated:
        return False
    if any(not amount.unit and all(fact.unit for fact in judged.facts) for amount in judged.amounts):
        return False  # a bare number may count something else
    if any(seconds(amount.unit) and not any(seconds(fact.unit) for fact in judged.facts) for amount in judged.amounts):
        return False  # a span of time is none of a value
    if any(amount.near in _VAGUE and _is_close(amount, fact) for amount in judged.amounts for fact in judged.facts):
        return False
    return not any(_is_of(amount, fact) for amount in judged.amounts for fact in evidence.facts)


_VAGUE = ("about", "nearly", "just over")
CLOSE = 0.3  # of a value, within which a number that is told as nearly so does not refute


def _is_close(amount: Amount, fact: Fact) -> bool:
    number = value_of(fact)
    scale = factor(amount.unit or amount.borrowed, fact.unit) or 1.0
    return number is not None and amount.value is not None and abs(amount.value * scale - number) <= CLOSE * abs(number)


def _is_of(amount: Amount, fact: Fact) -> bool:
    numbers = [n for n in (fact.value, fact.low, fact.high) if isinstance(n, int | float) and not isinstance(n, bool)]
    bare = Amount(amount.quantity, "" if amount.bounded else amount.near)
    return any(bare.states(sign * float(n), fact.unit) for n in numbers for sign in (1, -1))
