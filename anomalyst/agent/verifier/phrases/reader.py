"""Reading a sentence as phrases, and what the facts say of each: supported if every word was read, and all holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.marks import mark
from anomalyst.agent.verifier.phrases.clauses import Clause, Grouping
from anomalyst.agent.verifier.phrases.free.reading import prove
from anomalyst.agent.verifier.phrases.judging import is_refuted, judge_counted, judge_tile
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.matched import Judged
from anomalyst.agent.verifier.phrases.sequence import in_sequence, is_muddled, names_side_by_side
from anomalyst.agent.verifier.phrases.subjects import (
    blamed_first,
    each_of_its_own,
    leads_in,
    names_in_vain,
    tells_of_several,
)
from anomalyst.agent.verifier.phrases.tiles import Tile, Wording, lay
from anomalyst.agent.verifier.phrases.wordings.belied import is_belied
from anomalyst.agent.verifier.phrases.wordings.denied import leaves_out_denial
from anomalyst.agent.verifier.phrases.wordings.several import speaks_of_several
from anomalyst.agent.verifier.phrases.wordings.unmeasured import claims_more
from anomalyst.agent.verifier.scope import describe_all
from anomalyst.agent.verifier.spans import Span, merged
from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Evidence

_PLAINLY_SAID = frozenset({"words", "holds-word"})  # what the note says is hardly misread
OTHER_WORDS: tuple[Wording, ...] = ("plain", "canonical", "chunks")
MOST_READINGS = 64  # of whom a clause may be about


@dataclass(frozen=True)
class Reading:
    """What reading a sentence gave. `regions`: the findings it was about, for the sentence after it; `denies`: whether
    some of it does not hold, certain or not."""

    outcome: Outcome
    spans: tuple[Span, ...]
    facts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    denies: bool = False


@dataclass(frozen=True)
class _Told:
    """One tile of a clause and what the facts say of it, None where it states nothing; `sure`: whom it is about is
    named, or could be nobody else."""

    tile: Tile
    judged: Judged | None
    sure: bool = True


def read(sentence: str, evidence: Evidence, before: tuple[str, ...] = ()) -> Reading:
    """Read a normalised sentence against all facts; `before`: the findings that the sentence before was about.

    What is not read whole as it stands is read in other words, which may prove it but not refute it.
    """
    own = located(sentence, evidence)
    reading = _read_in(own, sentence, evidence, before, "own")
    if reading.outcome == "contradicted":
        chunks = _read(sentence, evidence, before, "chunks")
        differs = chunks.outcome == "supported"  # two readings that differ say nothing for sure
        return replace(reading, outcome="unverifiable", spans=(), facts=(), reasons=()) if differs else reading
    if is_belied(own, evidence) or claims_more(own.text):
        return Reading("unverifiable", (), denies=True)
    if reading.outcome == "supported" and not _leaves_out_denial(sentence, evidence, before):
        return reading
    reading = replace(reading, outcome="unverifiable")
    for wording in OTHER_WORDS:
        again = _read(sentence, evidence, before, wording)
        if again.outcome == "supported":
            if not _leaves_out_denial(sentence, evidence, before):
                return again
            again = replace(again, outcome="contradicted")
        reading = replace(reading, denies=reading.denies or again.outcome == "contradicted")
    return reading if reading.denies else _word_by_word(sentence, evidence, before) or reading


def _word_by_word(sentence: str, evidence: Evidence, before: tuple[str, ...]) -> Reading | None:
    """The sentence proved word by word, whatever their order; None where it is not."""
    proof = prove(sentence, evidence, before)
    if proof is None or _leaves_out_denial(sentence, evidence, before):
        return None
    if len(evidence.findings) > 1 == len(proof.regions) and speaks_of_several(mark(sentence, evidence).text):
        return None  # said of several, proved of one
    span = Span(start=0, end=len(sentence), outcome="supported", facts=proof.facts)
    return Reading("supported", (span,), proof.facts, (), proof.regions)


def _leaves_out_denial(sentence: str, evidence: Evidence, before: tuple[str, ...]) -> bool:
    """Whether a sentence would be read as true without what denies in it, too: in whichever words."""

    def supports(other: str) -> bool:
        wordings: tuple[Wording, ...] = ("own", *OTHER_WORDS)
        read_so = any(_read(other, evidence, before, wording).outcome == "supported" for wording in wordings)
        return read_so or prove(other, evidence, before) is not None

    return leaves_out_denial(sentence, supports)


def _read(sentence: str, evidence: Evidence, before: tuple[str, ...], wording: Wording) -> Reading:
    return _read_in(located(sentence, evidence, wording), sentence, evidence, before, wording)


def _read_in(where: Located, sentence: str, evidence: Evidence, before: tuple[str, ...], wording: Wording) -> Reading:
    if is_muddled(where) if wording != "own" else names_side_by_side(where):
        return Reading("unverifiable", ())
    clauses = Grouping(evidence, where, before).group(lay(where.text, wording))
    judged: list[tuple[list[_Told], tuple[str, ...]]] = []
    for number, clause in enumerate(clauses):
        told_before = next((whom for _, whom in reversed(judged) if whom), before)
        of_all = number == 0 and speaks_of_several(mark(sentence, evidence).text)
        if of_all and not clause.regions and clause.each is None:
            clause.regions = tuple(finding.id for finding in evidence.findings) or None
        judged.append(_judge_clause(clause, evidence, where, before, told_before))
    if leads_in(clauses) and judged[1][1]:  # "starting at 16:20, the oxygen …": told of what follows
        of_next = replace(clauses[0], regions=judged[1][1])
        judged[0] = _judge_clause(of_next, evidence, where, before, before)
    told = [clause_told for clause_told, _ in judged]
    if any(tells_of_several(clause, where) for clause in clauses) or any(map(names_in_vain, clauses[1:])):
        return Reading("unverifiable", ())
    in_order = in_sequence(clauses, [whom for _, whom in judged], where, evidence, wording)
    everything = [one for clause in told for one in clause]
    stated = [one.judged for one in everything if one.judged is not None]
    unread = any(not one.tile.readings for one in everything)
    regions = next((clause.regions for clause in reversed(clauses) if clause.regions), ())
    if stated and not unread and in_order and all(one.holds for one in stated):
        facts = tuple(dict.fromkeys(f.id for one in stated for f in one.facts))
        return Reading(
            "supported", (Span(start=0, end=len(sentence), outcome="supported", facts=facts),), facts, (), regions
        )
    sure = not unread and all(one.holds is not None for one in stated)
    refuted = [
        one for one in everything if sure and one.sure and one.judged and is_refuted(one.judged, where, evidence)
    ]
    spans = merged(_spans(everything, refuted, where))
    reasons = tuple(_reasons(refuted, spans, where, sentence))
    facts = tuple(dict.fromkeys(f.id for one in refuted if one.judged for f in one.judged.facts))
    denies = any(one.judged.holds is False for one in everything if one.judged and one.tile.name in _PLAINLY_SAID)
    return Reading("contradicted" if refuted else "unverifiable", spans, facts, reasons, regions, denies)


def _judge_clause(
    clause: Clause, evidence: Evidence, where: Located, before: tuple[str, ...], told_before: tuple[str, ...]
) -> tuple[list[_Told], tuple[str, ...]]:
    """What the facts say of each tile, about whom the clause is best read; and these findings."""
    if clause.each is not None:
        return [_Told(tile, judge_counted(tile, clause, evidence, where)) for tile in clause.tiles], ()
    best: list[_Told] | None = None
    whom: tuple[str, ...] = ()
    for regions, channels in itertools.islice(_readings(clause, evidence, before), MOST_READINGS):
        told = [
            _Told(
                tile,
                judge_tile(tile, clause, (regions, channels, told_before), (evidence, where)),
                _is_sure(tile, clause, evidence),
            )
            for tile in clause.tiles
        ]
        if best is None or _rank(told) < _rank(best):
            best, whom = told, regions
    return best or [], whom


def _is_sure(tile: Tile, clause: Clause, evidence: Evidence) -> bool:
    return tile.section == "sample" or clause.named or len(evidence.findings) < 2


def _rank(told: list[_Told]) -> tuple[int, int]:
    held = [one.judged.holds for one in told if one.judged is not None]
    return sum(h is not True for h in held), sum(h is False for h in held)


def _readings(
    clause: Clause, evidence: Evidence, before: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str | None, ...]]]:
    """Whom a clause may be about: those it names, else those of the sentence before, else any one."""
    ids = [(finding.id,) for finding in evidence.findings]
    regions = [clause.regions] if clause.regions else [*([before] if before else []), *ids] or [()]
    apart = each_of_its_own(clause, evidence)
    if apart:
        yield apart, clause.channels
    for some in dict.fromkeys(regions):
        if clause.channels:
            yield some, clause.channels
            continue
        yield some, (blamed_first(evidence, some) if clause.regions or before or len(ids) < 2 else None,)


def _spans(told: list[_Told], refuted: list[_Told], where: Located) -> Iterator[Span]:
    """Each statement that holds, is refuted, or was not read; words between belong to what follows."""
    for one in told:
        start, end = where.span(one.tile.start, one.tile.end)
        if one in refuted and one.judged is not None:
            yield Span(start=start, end=end, outcome="contradicted", facts=tuple(f.id for f in one.judged.facts))
        elif one.judged is not None and one.judged.holds:
            yield Span(start=start, end=end, outcome="supported", facts=tuple(f.id for f in one.judged.facts))
        elif not one.tile.readings or one.judged is not None:
            yield Span(start=start, end=end, outcome="unverifiable")


def _reasons(refuted: list[_Told], spans: tuple[Span, ...], where: Located, sentence: str) -> Iterator[str]:
    for one in refuted:
        start, end = where.span(one.tile.start, one.tile.end)
        facts = describe_all(one.judged.facts) if one.judged else ""
        yield f"the text says {sentence[start:end]!r}, but {facts}"
    for span in spans:
        if span.outcome == "unverifiable":
            yield f"{sentence[span.start : span.end]!r} was not understood, or no fact tells it"
