"""What is said of what was recorded: how many rows and channels, how much of it is missing; of a row of a table, that
it is the worst of several, what a cell of it holds, that no normal row has that."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.amounts import ABOUT
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, states
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key

_SIZES = re.compile(r"[\d,]+")


def size(said: Matched) -> Judged:
    """ "1,560 rows of 7 channels"."""
    facts = said.evidence.about("sample", "sample_size")
    text = str(facts[0].value) if facts else ""
    if "row" not in text:
        return UNKNOWN
    sizes = [float(n.replace(",", "")) for n in _SIZES.findall(text)]
    rows, columns = said.amount("rows"), said.amount("columns")
    if rows is not None and rows.unit != "rows":
        return UNKNOWN
    if rows is None and columns is None:
        return UNKNOWN
    held = (rows is None or rows.is_(sizes[0])) and (columns is None or (len(sizes) > 1 and columns.is_(sizes[1])))
    return Judged(held, (facts[0],), () if held else tuple(said.amounts))


def none_missing(said: Matched) -> Judged:
    """ "no values are missing"."""
    facts = said.evidence.about("sample", "missing_share")
    return Judged(facts[0].value == 0, (facts[0],)) if facts else UNKNOWN


def missing_rate(said: Matched) -> Judged:
    """ "one value in twelve is missing"."""
    some, total = said.amounts[:2]
    facts = said.evidence.about("sample", "missing_share")
    if not facts or not some.value or not total.value or some.unit or total.unit:
        return UNKNOWN
    share = 100 * some.value / total.value
    return Judged(abs(share - float(facts[0].value)) <= ABOUT * share, (facts[0],))


def missing_share(said: Matched) -> Judged:
    """ "8 % of the values are missing", "the missing share is nil"."""
    facts = said.evidence.about("sample", "missing_share")
    if said.group("zero"):
        return Judged(facts[0].value == 0, (facts[0],)) if facts else UNKNOWN
    return states(said, said.amounts[-1], facts)


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


CHECKS = {
    "worst-of": worst_of, "holds-word": holds_word, "is-new": is_new,
    "size": size, "missing": missing_share, "none-missing": none_missing, "missing-rate": missing_rate,
}  # fmt: skip
