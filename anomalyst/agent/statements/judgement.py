"""The answer to whether a statement holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Said, Slot
from anomalyst.evidence.statements import Statement


@dataclass(frozen=True)
class Judgement:
    """Whether a statement holds. `said`: it, ready to be worded, where it does; `reason`: why not, in words that its
    author can act on."""

    outcome: Outcome
    said: Said | None = None
    reason: str = ""


Judge = Callable[[Statement, Evidence], Judgement]


@dataclass(frozen=True)
class Computed:
    """A predicate that is computed from its arguments. `says`: what it states and which arguments it takes, for whoever
    makes statements; `operators`: those it may have, the first one is meant where none is given."""

    says: str
    judge: Judge
    operators: tuple[str, ...] = ()


def holds(said: Said) -> Judgement:
    """It holds."""
    return Judgement("supported", said)


def refuted(reason: str) -> Judgement:
    """The evidence says otherwise."""
    return Judgement("contradicted", reason=reason)


def unproved(reason: str) -> Judgement:
    """The arguments cannot be used, or nothing measured tells."""
    return Judgement("unverifiable", reason=reason)


def facts_of(statement: Statement, evidence: Evidence) -> list[Fact]:
    """Its facts, those that there are."""
    return [fact for name in statement.facts if (fact := evidence.fact(name)) is not None]


ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"observed", "expected"}),
    frozenset({"sample_p", "healed_p", "random_healed_p", "alpha"}),
    frozenset({"peak_p", "healed_region_p"}),
)
"""Kinds of facts that can be held against each other, besides those of one kind."""


def alike(one: Fact, other: Fact) -> bool:
    """Whether two facts can be held against each other."""
    same = one.kind == other.kind or any({one.kind, other.kind} <= kinds for kinds in ALIKE)
    return same and one.unit == other.unit


def number_of(fact: Fact) -> float | None:
    """The number that a fact gives, of a deviation its size; None of text and of yes or no."""
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        return None
    return abs(float(fact.value)) if fact.kind == "difference" else float(fact.value)


def size_of(fact: Fact) -> Slot:
    """The number that a fact gives, printed with its unit."""
    number = number_of(fact)
    return lambda speech: speech.amount(fact) if number is None else speech.measure(number, fact.unit)
