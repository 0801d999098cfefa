"""Reading a sentence as phrases, and what the facts say of each: supported if every word was read, and all holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.marks import mark
from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.checks import (
    assured,
    cells,
    choices,
    chunked,
    compared,
    counted,
    counterparts,
    edges,
    grouped,
    kinds,
    lengths,
    orders,
    pictures,
    recorded,
    samples,
    shapes,
    sides,
    texts,
    times,
    values,
    whole,
)
from anomalyst.agent.verifier.phrases.checks.kinds import LACKING
from anomalyst.agent.verifier.phrases.clauses import OF_OTHERS, Clause, Grouping
from anomalyst.agent.verifier.phrases.free.reading import prove
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, About, Judged, Matched
from anomalyst.agent.verifier.phrases.refuted import is_refuted
from anomalyst.agent.verifier.phrases.sequence import in_sequence, is_muddled, names_side_by_side
from anomalyst.agent.verifier.phrases.several import speaks_of_several
from anomalyst.agent.verifier.phrases.subjects import (
    blamed_first,
    concerns,
    each_of_its_own,
    leads_in,
    names_in_vain,
    tells_of_several,
)
from anomalyst.agent.verifier.phrases.tiles import Tile, Wording, lay
from anomalyst.agent.verifier.phrases.wordings.belied import is_belied
from anomalyst.agent.verifier.phrases.wordings.denied import leaves_out_denial
from anomalyst.agent.verifier.phrases.wordings.unmeasured import claims_more
from anomalyst.agent.verifier.scope import describe_all
from anomalyst.agent.verifier.spans import Span, merged
from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality

CHECKS = {
    **values.CHECKS,
    **cells.CHECKS,
    **kinds.CHECKS,
    **times.CHECKS,
    **orders.CHECKS,
    **recorded.CHECKS,
    **samples.CHECKS,
    **texts.CHECKS,
    **compared.CHECKS,
    **shapes.CHECKS,
    **whole.CHECKS,
    **choices.CHECKS,
    **sides.CHECKS,
    **counted.CHECKS,
    **edges.CHECKS,
    **assured.CHECKS,
    **pictures.CHECKS,
    **chunked.CHECKS,
    **counterparts.CHECKS,
    **grouped.CHECKS,
    **lengths.CHECKS,
}
_OF_ALL_HEALED = frozenset({"p", "p-level", "p-against", "healed", "healed-p", "alarm-moves", "verdict", "alarm"})
OF_CHANNELS = frozenset(
    {
        *values.CHECKS,
        *compared.CHECKS,
        *choices.CHECKS,
        "test",
        "test-it",
        "test-denied",
        "test-did",
        "recovered-after",
        "kind",
        "kind-in",
        "kind-moved",
        "flagged",
        "lacking",
        "lagged",
        "led",
        "none-beside",
        "count-of",
        "rule-p",
        "auroc",
        "auroc-best",
        "detector",
        "option",
        "lag-after",
        "order-of",
        "led-way",
        "kind-long",
        "count-mine",
        "pair-values",
        "gap-more-by",
        "edge-value",
        "ratio-moved",
        "slight-by",
        "first-then",
        "channels-of",
        "hardly-only",
        "way-only",
        "lag-between",
        "none-first-channel",
    }
) - {"area", "tone", "bare"}
_WHEN_HEALED = frozenset({"healed-verdict", "alarm-moves", "healed"})  # say nothing unless healing is spoken of
_OF_VALUES = frozenset({
    "observed", "stuck-at", "expected", "seen-normal", "normal-seen", "moved", "moved-from", "moved-by", "moved-way",
    "beyond-band", "direction-slight", "beyond-edge", "edge-beyond", "expected-none", "band", "difference", "ratio",
    "ratio-expected", "edge", "difference-expected", "beyond-expected", "band-edge", "gap-times", "gap-more",
    "gap-same", "hardly",
    "smaller-by", "direction", "within", "outside", "ratio-moved", "moved-past", "left-expected",
})  # fmt: skip
_OF_ITS_NAME = frozenset({"direction", "difference", "moved", "expected", "band"})  # "less blue than usual"
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
        return [_Told(tile, _counted(tile, clause, evidence, where)) for tile in clause.tiles], ()
    best: list[_Told] | None = None
    whom: tuple[str, ...] = ()
    for regions, channels in itertools.islice(_readings(clause, evidence, before), MOST_READINGS):
        told = [
            _Told(
                tile,
                _judge(tile, clause, (regions, channels, told_before), (evidence, where)),
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


_Whom = tuple[tuple[str, ...], tuple[str | None, ...], tuple[str, ...]]


def _judge(tile: Tile, clause: Clause, whom: _Whom, at: tuple[Evidence, Located]) -> Judged | None:
    """What the facts say of one tile: of each finding and channel that it is about, by its best reading."""
    regions, channels, before = whom
    if tile.name == "channel" and not any(
        phrase.name in OF_CHANNELS for t in clause.tiles if t is not tile for phrase, _ in t.readings
    ):
        counted = any(t.name == "count" for t in clause.tiles)  # "five findings in the CPU": how many it has
        return UNKNOWN if counted else _blamed(tile, regions, at)
    if not tile.states:
        return None
    if regions and tile.section != "sample" and not concerns(at[0], regions, clause.channels):
        return UNKNOWN
    abouts = [
        About(region, channel, clause.healed, _is_named(clause, at[0]), bool(clause.channels), before, clause.whole)
        for region in regions or (None,)
        for channel in _of_region(region, regions, channels, at[0])
    ]
    parts = [_best(tile, about, at) for about in abouts]
    if clause.only:
        only = replace(abouts[0], channel=None if not clause.channels else abouts[0].channel)
        parts += [_turned(_best(tile, replace(only, region=f.id), at)) for f in at[0].findings if f.id != clause.only]
    facts = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    wrong = [part for part in parts if part.holds is False]
    if wrong:
        return Judged(False, wrong[0].facts, wrong[0].amounts)
    return Judged(None if any(part.holds is None for part in parts) else True, facts)


def _of_region(
    region: str | None, regions: tuple[str, ...], channels: tuple[str | None, ...], evidence: Evidence
) -> tuple[str | None, ...]:
    """Of several channels told of several findings, those that this one is about; all, where one is about none."""
    of = {r: {key(f.qualifier) for f in evidence.facts if f.subject == r and f.qualifier} for r in regions}
    named = [key(c) for c in channels if c is not None]
    if region is None or len(regions) < 2 or not all(any(c in own for own in of.values()) for c in named):
        return channels
    return tuple(c for c in channels if c is not None and key(c) in of[region]) or channels


def _blamed(tile: Tile, regions: tuple[str, ...], at: tuple[Evidence, Located]) -> Judged:
    """A channel of which nothing else is said: it must be the one to blame for each finding spoken of."""
    named = {key(name) for name in at[1].names(tile.readings[0][1].group())}
    facts = [fact for region in regions for fact in at[0].about(region, "top_channel")]
    if not facts:  # of what is missing no channel has the largest share
        facts = [f for r in regions for f in at[0].about(r, "anomaly_kind") if f.qualifier and f.value in LACKING]
        return Judged(True, tuple(facts)) if named and {key(f.qualifier) for f in facts} == named else UNKNOWN
    if len(facts) != len(regions):
        return UNKNOWN
    return Judged(True, tuple(facts)) if {key(str(f.value)) for f in facts} == named else UNKNOWN


def _is_named(clause: Clause, evidence: Evidence) -> bool:
    only = len(evidence.findings) == 1 and clause.regions is not None and not clause.whole
    return clause.named or only


def _turned(judged: Judged) -> Judged:
    return judged if judged.holds is None else Judged(not judged.holds, judged.facts)


def _best(tile: Tile, about: About, at: tuple[Evidence, Located]) -> Judged:
    """The judgement of the reading that holds, else of one that cannot be told, else of the one that does not."""
    found = []
    likely = [one for one in tile.readings if about.healed or one[0].name not in _WHEN_HEALED]
    for phrase, match in likely or tile.readings:
        lost = phrase.name in _OF_VALUES and (about.channel is None or _is_of_all(about, at[0]))
        if lost or phrase.name not in CHECKS or (about.healed == "one" and phrase.name in _OF_ALL_HEALED):
            found.append(UNKNOWN)
        else:
            named = at[1].regions(match.group()) if phrase.name not in OF_OTHERS else []
            whom = replace(about, region=named[0], named=True) if len(named) == 1 else about
            names = at[1].names(match.group()) if phrase.name != "sequence" else []
            if len(names) == 1 and phrase.name in _OF_ITS_NAME:
                whom = replace(whom, channel=names[0], chosen=True)
            muddled = len(named) > 1 or len(set(names)) < len(names)
            found.append(UNKNOWN if muddled else CHECKS[phrase.name](Matched(at[0], at[1], match, whom)))
    return min(found, key=lambda judged: {True: 0, None: 1, False: 2}[judged.holds])


def _is_of_all(about: About, evidence: Evidence) -> bool:
    """Whether a quality is told of the whole sample, where it was measured within a finding."""
    return about.whole and about.channel in modality(evidence.modality).told.qualities


def _counted(tile: Tile, clause: Clause, evidence: Evidence, where: Located) -> Judged | None:
    """ "All of them …", "two of the five …": how many findings a statement holds of."""
    assert clause.each is not None
    blamed = tile.name == "channel" and not any(t.states for t in clause.tiles if t is not clause.each)
    if tile is not clause.each and not tile.states and not blamed:
        return None
    match = clause.each.readings[0][1]
    group = "total" if match["total"] else "total2"
    total = next(iter(where.amounts(*match.span(group))), None) if match[group] else None
    ids = [finding.id for finding in evidence.findings]
    if tile is clause.each:
        return (
            None if total is None else Judged(total.value == len(ids), tuple(evidence.about("sample", "finding_count")))
        )
    channels = clause.channels or (None,)
    of_each = [(r, c or blamed_first(evidence, (r,))) for r in ids for c in channels]
    found = [_best(tile, About(r, c, clause.healed, True), (evidence, where)) for r, c in of_each]
    if blamed:  # "three of the five concern the CPU"
        found = [_blamed(tile, (r,), (evidence, where)) for r in ids]
        found = [Judged(one.holds is True, one.facts) for one in found]
    if not ids or len(channels) > 1 or any(one.holds is None for one in found):
        return UNKNOWN
    number = next(iter(where.amounts(*match.span("which"))), None)
    holds = _as_many(match["which"], sum(one.holds is True for one in found), len(ids), number)
    facts = tuple(dict.fromkeys(fact for one in found for fact in one.facts))
    return UNKNOWN if holds is None else Judged(holds, facts)


def _as_many(word: str, held: int, total: int, number: Amount | None) -> bool | None:
    """Whether `held` of `total` findings are as many as the words say."""
    if number is not None:
        return None if number.unit or number.near not in ("", ">=") else number.is_(held)
    rules = {
        "all": held == total, "each": held == total, "every": held == total, "every one": held == total,
        "both": held == total == 2, "none": held == 0, "no": held == 0, "neither": held == 0 and total == 2,
        "not all": held < total, "most": held > total / 2,
    }  # fmt: skip
    return rules.get(word)


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
