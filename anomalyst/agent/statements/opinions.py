"""What was measured because somebody asked: what another detector says, what a part of the sample says by itself, how
many findings another alarm level would have."""

from __future__ import annotations

from anomalyst.agent.statements.judgement import Computed, Judgement, facts_of, holds, refuted, unproved
from anomalyst.agent.writer.slots import counted, noun
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import Said, Slot, told_p
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.times import span
from anomalyst.evidence.wording import is_sayable, name, one

FATES = ("", "anomalous", "normal")
SHARES = ("", "all", "some", "none")
MOST = 8  # findings that a statement names


def second_opinion(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether another detector calls the sample anomalous too."""
    p = _latest(statement, evidence, "second_p")
    if p is None or not is_sayable(p.qualifier):
        return unproved("no other detector was asked")
    fate = _fate(p, evidence)
    if statement.operator not in ("", fate):
        return refuted(f"by {p.qualifier} it is {fate}")
    told, proof = told_p(evidence, p)
    slots: dict[str, Slot] = {"detector": name(p.qualifier), "noun": noun(evidence, "one"), **told}
    return holds(_said(statement, fate, [*proof, one(evidence, "sample", "alpha")], slots))


def second_finds(statement: Statement, evidence: Evidence) -> Judgement:
    """Which of the findings another detector has too, and how many it has in all."""
    count = _latest(statement, evidence, "second_count")
    if count is None or not evidence.findings or len(evidence.findings) > MOST:
        return unproved("no other detector was asked, or there is no finding")
    facts = [f for f in evidence.facts if f.kind == "second_finds" and f.qualifier == count.qualifier]
    if {fact.subject for fact in facts} != {finding.id for finding in evidence.findings}:
        return unproved("whether it has each of the findings is not known")
    same = [fact.subject for fact in facts if fact.value is True]
    how = "none" if not same else "all" if len(same) == len(facts) else "some"
    if statement.operator not in ("", how):
        return refuted(f"it has {', '.join(same) or 'none of them'}")
    slots: dict[str, Slot] = {
        "detector": name(count.qualifier),
        "names": lambda s: s.joined(same) if same else "",
        "others": lambda s: s.joined([f.subject for f in facts if f.subject not in same] or [""]),
        "count": counted(int(float(count.value))),
    }
    return holds(_said(statement, how, [*facts, count], slots))


def part_alone(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether a part of the sample is anomalous by itself, and how many findings it has."""
    p = _latest(statement, evidence, "part_p")
    about = {kind: _of_part(evidence, kind, p) for kind in PART} if p is not None else {}
    start, end, count = (about.get(kind) for kind in PART)
    if p is None or start is None or end is None or count is None:
        return unproved("no part of the sample was judged by itself")
    fate, number = _fate(p, evidence), int(float(count.value))
    if statement.operator not in ("", fate):
        return refuted(f"by itself that part is {fate}")
    told, proof = told_p(evidence, p)
    slots: dict[str, Slot] = {
        "span": lambda s: span((start, end), evidence, s),
        "count": counted(number),
        "number": "one" if number == 1 else "many",
        **told,
    }
    return holds(_said(statement, fate, [*proof, start, end, count, one(evidence, "sample", "alpha")], slots))


PART: tuple[FactKind, ...] = ("part_start", "part_end", "part_count")


def count_at(statement: Statement, evidence: Evidence) -> Judgement:
    """How many findings there are at another alarm level, cut anew from the score map."""
    count = _latest(statement, evidence, "level_count")
    if count is None:
        return unproved("at no other alarm level was it looked")
    number, level = int(float(count.value)), float(count.qualifier)
    how = "none" if number == 0 else "one" if number == 1 else "many"
    slots: dict[str, Slot] = {
        "level": lambda s: s.number(level),
        "count": counted(number),
        "part": noun(evidence, "part"),
    }
    return holds(_said(statement, how, [count], slots))


def _fate(p: Fact, evidence: Evidence) -> str:
    return "anomalous" if float(p.value) <= evidence.alpha else "normal"


def _latest(statement: Statement, evidence: Evidence, kind: FactKind) -> Fact | None:
    """The fact of a kind that the statement names, else the one measured last."""
    named = [fact for fact in facts_of(statement, evidence) if fact.kind == kind]
    return next(iter(named), next(iter(reversed(evidence.about("sample", kind))), None))


def _of_part(evidence: Evidence, kind: FactKind, p: Fact) -> Fact | None:
    return next((fact for fact in evidence.about("sample", kind) if fact.qualifier == p.qualifier), None)


def _said(statement: Statement, operator: str, facts: list[Fact | None], slots: dict[str, Slot]) -> Said:
    ids = tuple(fact.id for fact in facts if fact is not None)[:12]
    about = tuple(dict.fromkeys(f.subject for f in facts if f is not None and f.subject.startswith("R")))
    made = statement.model_copy(update={"operator": operator, "facts": ids, "findings": about})
    return Said("opinion", made, slots, "comparison")


PREDICATES = {
    "second_opinion": Computed("whether another detector that was asked calls it anomalous", second_opinion, FATES),
    "second_finds": Computed("which of the findings another detector that was asked has too", second_finds, SHARES),
    "part_alone": Computed("whether a part that was judged by itself is anomalous", part_alone, FATES),
    "count_at": Computed("how many findings there are at another alarm level that was tried", count_at),
}
