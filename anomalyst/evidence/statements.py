"""Statements: what a claim says, as a predicate and its arguments, never as text. Code decides whether one is true and
code words it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from anomalyst.evidence.facts import Fact, Model

FactId = Annotated[str, Field(pattern=r"^F\d{1,5}$")]
FindingId = Annotated[str, Field(pattern=r"^R\d{1,4}$")]


def _unsaid(value: object) -> bool:
    """Whether an argument that most statements have not is left out of their JSON, which stays as it was before."""
    return value is None


class Statement(Model):
    """A predicate and its arguments: ids of the facts and findings it is about, an operator that says which way it
    holds ("passed", "before", "above"), a number that is compared with (an alarm level, a time as `moments.number_of`
    gives it, a row), with `until` where it ends, a word of a closed set that is asked about (a kind of anomaly, a
    place), and which entry of the catalogue of causes is meant."""

    predicate: str = Field(pattern=r"^[a-z_]{1,40}$")
    facts: tuple[FactId, ...] = Field(default=(), max_length=12)
    findings: tuple[FindingId, ...] = Field(default=(), max_length=8)
    operator: str = Field(default="", pattern=r"^[a-z-]{0,40}$")
    level: float | None = Field(default=None, allow_inf_nan=False)
    entry: int | None = Field(default=None, ge=0, le=99)
    until: float | None = Field(default=None, allow_inf_nan=False, exclude_if=_unsaid)
    word: str | None = Field(default=None, pattern=r"^[a-z -]{1,40}$", exclude_if=_unsaid)

    @property
    def message(self) -> str:
        """The name of its message in the catalogue of each language."""
        return (
            f"{self.predicate}-{self.operator}".replace("_", "-") if self.operator else self.predicate.replace("_", "-")
        )


class Derived(Model):
    """A number got from facts by arithmetic. `id`: the recipe with the facts it was done to, as "ratio(F3, F7)"."""

    id: str = Field(pattern=r"^(ratio|difference|sum)\(F\d{1,5}(, F\d{1,5})*\)$")
    value: float
    unit: str = ""


def about(predicate: str, operator: str, *facts: Fact | None) -> Statement:
    """The statement on these facts and the findings that they are about; None is no fact."""
    given = [fact for fact in facts if fact is not None]
    return Statement(
        predicate=predicate,
        operator=operator,
        facts=tuple(dict.fromkeys(fact.id for fact in given)),
        findings=tuple(dict.fromkeys(fact.subject for fact in given if fact.subject.startswith("R"))),
    )
