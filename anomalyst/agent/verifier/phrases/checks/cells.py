"""What is said of a row of a table: that it is the worst of several, what a cell of it holds, that no normal row has
that."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key


def worst_of(said: Matched) -> Judged:
    """ "Row 60, the worst of three rows": of so many rows as the finding has, it is the most abnormal one."""
    facts = [fact for fact in said.facts("duration") if fact.subject == said.about.region]
    if not facts or not facts[0].unit.startswith("row") or said.amounts[0].unit not in ("", "rows", "row"):
        return UNKNOWN
    holds = said.amounts[0].is_(float(facts[0].value))
    return said.judged(holds, facts[0], amounts=tuple(said.amounts))


def holds_word(said: Matched) -> Judged:
    """ "Its country is XK": the word that the row holds in a column."""
    facts = _of_cell(said, "words")
    others = [fact for fact in said.evidence.facts if fact.kind == "words" and fact.qualifier and fact not in facts]
    if not facts:  # a word that another cell holds
        return Judged(False, tuple(others)) if _named(said, others) else UNKNOWN
    hits = [fact for fact in facts if key(str(fact.value)) == key(said.names[-1])]
    return said.judged(bool(hits), *(hits or facts))


def _named(said: Matched, facts: list[Fact]) -> bool:
    return said.about.chosen and any(key(str(fact.value)) == key(said.names[-1]) for fact in facts)


def is_new(said: Matched) -> Judged:
    """ "…, which no normal row has": a category that the normal rows never hold."""
    facts = _of_cell(said, "anomaly_kind")
    if not facts:
        return UNKNOWN
    return said.judged(any(fact.value == "unseen category" for fact in facts), *facts[:1])


def _of_cell(said: Matched, kind: FactKind) -> list[Fact]:
    """The facts of a kind about the finding's own row in the column that the sentence names."""
    if not said.about.chosen:
        return []
    column, region = key(said.about.channel or ""), said.about.region
    return [fact for fact in said.facts(kind) if fact.subject == region and key(fact.qualifier) == column]


CHECKS = {"worst-of": worst_of, "holds-word": holds_word, "is-new": is_new}
