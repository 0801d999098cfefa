"""The statements that answer a question: for each intent where to look, the most telling first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anomalyst.agent.answering.asked import ANOTHER, Asked
from anomalyst.agent.answering.held import compared, ranked
from anomalyst.agent.answering.sayings import Sayings
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.moments import has_clock
from anomalyst.evidence.sentences import Said, told_first
from anomalyst.evidence.speech.manner import Length

MOST: Mapping[Length, int] = {"short": 1, "normal": 3, "full": 8}
"""Sentences of an answer, by its length."""
Answer = Callable[[Asked, Sayings], list[Said]]


def answer(asked: Asked, evidence: Evidence, length: Length = "normal") -> list[Said]:
    """What answers a question, in reading order; nothing where nothing measured does."""
    sayings = Sayings(evidence)
    if asked.unknown:
        found = sayings.made("findings_are") or sayings.told("count")
    else:
        found = ANSWERS[asked.intent](asked, sayings) if asked.intent in ANSWERS else []
    once = {said.statement.model_dump_json(): said for said in reversed(found)}
    ordered = [said for n, said in enumerate(found) if said not in found[:n] and said in once.values()]
    return ordered[: MOST[asked.length or length]]


def _of_each(topics: tuple[str, ...], asked: Asked, sayings: Sayings) -> list[Said]:
    """Of each finding what is told under the first of these topics."""
    whom = asked.findings or sayings.ids
    return [said for finding in whom for said in sayings.either(*topics, finding=finding)[:1]]


def _verdict(asked: Asked, sayings: Sayings) -> list[Said]:
    return [*sayings.told("verdict")[:1], *sayings.told("headline"), *sayings.told("cannot_tell", "cannot_tell_also")]


def _summary(asked: Asked, sayings: Sayings) -> list[Said]:
    return sayings.told("headline") or _verdict(asked, sayings)


def _what(asked: Asked, sayings: Sayings) -> list[Said]:
    absent = _absent(asked, sayings)
    if absent:
        return absent
    if not asked.findings:
        return _summary(asked, sayings)
    if len(asked.findings) > 1:
        return _of_each(("what", "value"), asked, sayings)
    finding = asked.findings[0]
    brief = [*_named_values(asked, sayings, finding, "what"), *sayings.first("when", "where", finding=finding)]
    if asked.length != "full":
        return brief
    return [*brief, *sayings.told("channel", "value", "strength", "test_of", finding=finding)]


def _named_values(asked: Asked, sayings: Sayings, finding: str, *before: str) -> list[Said]:
    """What it is and the first value, of the channels that the question names where it names any."""
    values = sayings.told("value", finding=finding)
    named = [said for said in values if _is_of(said, asked.names, sayings)] if asked.names else []
    return [*sayings.first(*before, finding=finding), *(named or values)[:1]]


def _is_of(said: Said, names: tuple[str, ...], sayings: Sayings) -> bool:
    facts = (sayings.evidence.fact(name) for name in said.statement.facts)
    return any(fact is not None and fact.qualifier in names for fact in facts)


def _absent(asked: Asked, sayings: Sayings) -> list[Said]:
    """That what is asked about was not found: a kind, a place, a channel."""
    if asked.findings:
        return []
    if asked.kind:
        return sayings.made("none_of", operator="kind", word=asked.kind) + sayings.made("findings_are")
    if asked.place:
        return sayings.made("none_of", operator="place", word=asked.place)
    return sayings.made("only_channels") if asked.strange else []


def _when(asked: Asked, sayings: Sayings) -> list[Said]:
    return _of_each(("when", "where"), asked, sayings)


def _where(asked: Asked, sayings: Sayings) -> list[Said]:
    return _absent(asked, sayings) or _of_each(("where", "when"), asked, sayings)


def _duration(asked: Asked, sayings: Sayings) -> list[Said]:
    by_rank = ranked(asked, sayings) if asked.rank in ("longest", "shortest") else []
    return [*_of_each(("when",), asked, sayings), *by_rank]


def _kind(asked: Asked, sayings: Sayings) -> list[Said]:
    return _of_each(("what",), asked, sayings)


def _value(asked: Asked, sayings: Sayings) -> list[Said]:
    whom = asked.findings or tuple(finding.id for finding in told_first(sayings.evidence))
    if len(whom) == 1:
        return _named_values(asked, sayings, whom[0]) or sayings.first("what", "strength", finding=whom[0])
    return [said for finding in whom for said in sayings.either("value", "what", finding=finding)[:1]]


def _channel(asked: Asked, sayings: Sayings) -> list[Said]:
    if asked.findings:
        return [said for f in asked.findings for said in sayings.either("channel", "value", "what", finding=f)[:2]]
    others = [said for finding in sayings.ids for said in sayings.either("channel", "value", finding=finding)[:1]]
    return sayings.made("only_channels") + others[: 3 if len(sayings.ids) == 1 else 2] or _verdict(asked, sayings)


def _first_moved(asked: Asked, sayings: Sayings) -> list[Said]:
    whom = asked.findings or sayings.ids
    moved = [said for f in whom for said in sayings.told("moved_first", "moved_together", finding=f)]
    return moved or _channel(asked, sayings)


def _match(asked: Asked, sayings: Sayings) -> list[Said]:
    return [*sayings.told("headline")[:1], *sayings.told("verdict")[:1], *sayings.told("information")]


def _rank(asked: Asked, sayings: Sayings) -> list[Said]:
    finding = asked.findings[0] if asked.findings else ""
    if not finding:
        return _verdict(asked, sayings)
    said = ranked(asked, sayings) or sayings.made("findings_are")
    return [*said, *sayings.first("what", "when", "where", finding=finding)]


def _list(asked: Asked, sayings: Sayings) -> list[Said]:
    return [*sayings.made("findings_are"), *_of_each(("what",), asked, sayings)] or _verdict(asked, sayings)


def _count(asked: Asked, sayings: Sayings) -> list[Said]:
    if asked.kind and asked.findings:
        return sayings.made("of_kind", facts=sayings.facts("anomaly_kind", asked.findings[:1]))
    counted = [*sayings.told("count"), *sayings.made("findings_are")]
    return _absent(asked, sayings) or counted or _verdict(asked, sayings)


def _at(asked: Asked, sayings: Sayings) -> list[Said]:
    window = asked.window
    in_rows = window is not None and window.rows
    if asked.findings or window is None or (in_rows and has_clock(sayings.evidence)):
        return _what(asked, sayings) if asked.findings else []
    return sayings.made("nothing_at", level=window.start, until=window.stop)


def _sure(asked: Asked, sayings: Sayings) -> list[Said]:
    doubts = sayings.told("cannot_tell", "cannot_tell_also")
    return [*doubts, *sayings.told("confidence")[:1], *sayings.told("calibration")[:1], *sayings.told("test")[:1]]


def _false_alarm(asked: Asked, sayings: Sayings) -> list[Said]:
    healed = sayings.told("healed", "healed_random")[:2]
    return [*sayings.told("false_alarms"), *sayings.told("confidence")[:1], *healed, *sayings.told("cannot_tell")]


def _why(asked: Asked, sayings: Sayings) -> list[Said]:
    if asked.findings:
        finding = asked.findings[0]
        return [*_named_values(asked, sayings, finding, "what"), *sayings.told("smallest_p", finding=finding)]
    if not sayings.ids:
        return [*sayings.told("verdict")[:1], *_sure(asked, sayings), *sayings.told("seen")]
    first = told_first(sayings.evidence)[0].id
    return [*sayings.told("verdict")[:1], *sayings.either("value", "what", finding=first)[:1], *sayings.told("healed")]


def _why_not(asked: Asked, sayings: Sayings) -> list[Said]:
    """Why something was not flagged, or, where it was, how it stands beside the others."""
    if asked.findings:
        finding = asked.findings[0]
        return [*sayings.first("what", "strength", finding=finding), *sayings.told("test_of", finding=finding)]
    return _absent(asked, sayings) or _why(asked, sayings)


def _normal(asked: Asked, sayings: Sayings) -> list[Said]:
    whom = asked.findings or sayings.ids
    fitting = [said for finding in whom for said in sayings.told("fitting_words", finding=finding)]
    return fitting or (_value(asked, sayings) if whom else _verdict(asked, sayings))


def _heal(asked: Asked, sayings: Sayings) -> list[Said]:
    of_finding = [said for f in asked.findings for said in sayings.told("healed_region", "test_of", finding=f)]
    healed = [*sayings.told("healed"), *of_finding, *sayings.told("test")]
    return healed or (_verdict(asked, sayings) if not sayings.ids else sayings.made("not_done", operator="healing"))


def _detector(asked: Asked, sayings: Sayings) -> list[Said]:
    return [*sayings.told("detector")[:1], *(sayings.told("budget")[:1] or sayings.made("chosen"))]


def _agreement(asked: Asked, sayings: Sayings) -> list[Said]:
    return [*_of_each(("agreement",), asked, sayings)[:2], *sayings.told("detector")[:1]]


def _unchecked(asked: Asked, sayings: Sayings) -> list[Said]:
    skipped = [said for what in ("detector", "planted", "healing") for said in sayings.made("not_done", operator=what)]
    return [*skipped[:2], *sayings.told("missing_share", "beware", "planted_stain", "seen"), *skipped[2:]]


def _advice(topic: str) -> Answer:
    def told(asked: Asked, sayings: Sayings) -> list[Said]:
        if asked.findings:
            return [said for finding in asked.findings for said in sayings.told(topic, finding=finding)]
        every = [said for said in sayings.book.told if said.topic == topic]
        return every or _verdict(asked, sayings)

    return told


def _level(asked: Asked, sayings: Sayings) -> list[Said]:
    if asked.level is None:
        return []
    counted = [f.id for f in sayings.evidence.about("sample", "level_count") if f.qualifier == f"{asked.level:g}"]
    found = sayings.made("count_at", facts=counted[-1:]) if counted else sayings.made("found_at", level=asked.level)
    return [*sayings.made("at_level", level=asked.level), *found]


def _second(asked: Asked, sayings: Sayings) -> list[Said]:
    def of(kind: FactKind) -> list[str]:
        known = [f for f in sayings.evidence.about("sample", kind) if asked.detector in (ANOTHER, f.qualifier)]
        return [fact.id for fact in known[-1:]]

    if not (p := of("second_p")):
        return []
    return sayings.made("second_opinion", facts=p) + sayings.made("second_finds", facts=of("second_count"))


def _part(asked: Asked, sayings: Sayings) -> list[Said]:
    if not asked.measured:
        return []
    told = sayings.made("part_alone", facts=asked.measured)
    return told + _of_each(("what",), asked, sayings)[: 2 if asked.findings else 0]


def _compare(asked: Asked, sayings: Sayings) -> list[Said]:
    return compared(asked, sayings) or _of_each(("what",), asked, sayings)


ANSWERS: Mapping[str, Answer] = {
    "verdict": _verdict, "summary": _summary, "what": _what, "kind": _kind, "when": _when, "where": _where,
    "duration": _duration, "value": _value, "channel": _channel, "first_moved": _first_moved, "match": _match,
    "rank": _rank, "list": _list, "count": _count, "compare": _compare, "at": _at, "sure": _sure,
    "false_alarm": _false_alarm, "why": _why, "why_not": _why_not, "normal": _normal, "heal": _heal,
    "detector": _detector, "agreement": _agreement, "unchecked": _unchecked,
    "action": _advice("action"), "cause": _advice("cause"),
    "level": _level, "second": _second, "part": _part,
}  # fmt: skip
