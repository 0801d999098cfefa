"""What is not there: nothing at a time, no finding of a kind or in a place, no other finding, nothing else checked."""

from __future__ import annotations

from collections.abc import Sequence

from anomalyst.agent.statements.judgement import Computed, Judgement, holds, refuted, unproved
from anomalyst.agent.writer.slots import noun
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.moments import has_clock, hold_none, holding, nearest, number_of, span_of, stamp_of, within
from anomalyst.evidence.sentences import Said, Slot, of_kind
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.times import at, span
from anomalyst.evidence.wording import name, one

MOST = 8  # findings that a statement names
ASKED: dict[str, FactKind] = {"kind": "anomaly_kind", "place": "place"}
SKIPPED: dict[str, FactKind] = {"detector": "second_p", "planted": "seen_faults", "healing": "do_test"}


def nothing_at(statement: Statement, evidence: Evidence) -> Judgement:
    """That no finding meets a time; which one lies nearest, or that the data do not reach it."""
    start, stop = statement.level, statement.until if statement.until is not None else statement.level
    if start is None or stop is None or stop < start:
        return unproved("it takes a time as `level`, and where it ends as `until`")
    clock = has_clock(evidence)
    if met := within(evidence, start, stop) or ([] if clock else holding(evidence, start, stop)):
        return refuted(f"{', '.join(met)} lie there")
    when: dict[str, Slot] = {"when": _told(start, stop, evidence)}
    known, ends = one(evidence, "sample", "time_span"), span_of(evidence)
    first, last = (number_of(end) for end in ends) if ends is not None else (None, None)
    if ends is not None and first is not None and last is not None and (stop < first or start > last):
        when["span"] = lambda s: span(ends, evidence, s)
        return holds(_said(statement, "outside", [known], when))
    if (close := nearest(evidence, start, stop)) is None:
        apart = not evidence.findings or (not clock and hold_none(evidence, start, stop))
        return holds(_said(statement, "nowhere", [one(evidence, "sample", "verdict")], when)) if apart else _no_times()
    begins, end = one(evidence, close, "start"), one(evidence, close, "end")
    when |= {"finding": close, "span": lambda s: span((begins, end or begins), evidence, s)}  # type: ignore[arg-type]
    return holds(_said(statement, "nearest", [begins, end], when))


def _no_times() -> Judgement:
    return unproved("when the findings were is not known")


def _told(start: float, stop: float, evidence: Evidence) -> Slot:
    """A time as a person writes it: a moment, or from when to when."""
    clock = has_clock(evidence)
    unit, ends = "" if clock else "row", []
    for end in (start, stop):
        value = stamp_of(end) if clock else int(end)
        ends.append(Fact(id="F0", subject="sample", kind="start", value=value, unit=unit))
    moment = stop - start < 60 and clock  # a minute is told as when it begins

    def told(speech: Speech) -> str:
        return at(ends[0], evidence, speech) if moment else span((ends[0], ends[1]), evidence, speech, "between")

    return told


def none_of(statement: Statement, evidence: Evidence) -> Judgement:
    """That no finding is of a kind, or lies in a place, which is given as `word`."""
    word, kind = statement.word, ASKED.get(statement.operator)
    facts = [fact for fact in evidence.facts if fact.kind == kind and fact.subject.startswith("R")]
    if word is None or kind is None or {fact.subject for fact in facts} != {f.id for f in evidence.findings}:
        return unproved("it takes the operator kind or place, and a word; of each finding that must be known")
    if meets := [fact.subject for fact in facts if is_of(word, str(fact.value))]:
        return refuted(f"{', '.join(meets)} is one")
    slots: dict[str, Slot] = {"kind": of_kind(word), "place": lambda s: place_words(word, s)}
    if not evidence.findings:
        facts = [fact for fact in [one(evidence, "sample", "verdict")] if fact is not None]
    return holds(_said(statement, statement.operator, facts, slots))


def is_of(word: str, value: str) -> bool:
    """Whether a kind or place is the one that is asked about: "upper" is "upper left" too."""
    return set(word.split()) <= set(value.split())


def place_words(word: str, speech: Speech) -> str:
    """A place as it is asked about: "upper left", "upper"."""
    return speech.term("place", word, speech.term("side", word))


def findings_are(statement: Statement, evidence: Evidence) -> Judgement:
    """Which findings there are, and that there are no others."""
    named = [finding.id for finding in evidence.findings]
    count = one(evidence, "sample", "finding_count")
    if not named or len(named) > MOST or count is None or int(float(count.value)) != len(named):
        return unproved("there is no finding, or there are too many to name")
    if statement.findings and set(statement.findings) != set(named):
        return refuted(f"there are {', '.join(named)}")
    slots: dict[str, Slot] = {"names": lambda s: s.joined(named), "name": named[0]}
    made = statement.model_copy(update={"findings": tuple(named)})
    return holds(_said(made, "one" if len(named) == 1 else "many", [count], slots))


def not_done(statement: Statement, evidence: Evidence) -> Judgement:
    """What was not tried: another detector, planted faults, the healing test."""
    kind, detector = SKIPPED.get(statement.operator), one(evidence, "choice", "detector")
    if kind is None or detector is None:
        return unproved(f"it takes an operator of {', '.join(SKIPPED)}")
    if evidence.about("sample", kind):
        return refuted("that was done")
    if statement.operator == "healing" and not evidence.findings:
        return unproved("there is nothing to heal")
    slots: dict[str, Slot] = {"detector": name(str(detector.value)), "noun": noun(evidence, "one")}
    return holds(_said(statement, statement.operator, [detector], slots))


def _said(statement: Statement, operator: str, facts: Sequence[Fact | None], slots: dict[str, Slot]) -> Said:
    ids = tuple(dict.fromkeys(fact.id for fact in facts if fact is not None))[:12]
    about = tuple(dict.fromkeys(f.subject for f in facts if f is not None and f.subject.startswith("R")))[:MOST]
    made = statement.model_copy(update={"operator": operator, "facts": ids, "findings": statement.findings or about})
    return Said("absent", made, slots)


PREDICATES = {
    "nothing_at": Computed("that nothing was found at a time, given as `level` and `until`", nothing_at),
    "none_of": Computed("that no finding is of a kind, or lies in a place, which `word` names", none_of, tuple(ASKED)),
    "findings_are": Computed("which findings there are, and that there is no other", findings_are),
    "not_done": Computed("what was not tried to find out", not_done, tuple(SKIPPED)),
}
