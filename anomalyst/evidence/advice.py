"""What may be behind a finding and what to do next, as claims: the user's own entries first, then the catalogue's.

All of it follows from the evidence: the field of work and the user's entries that speak of its findings are facts in
it, so that whoever has the evidence can say, and check, the same without the user's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import count, islice

from anomalyst import plugins
from anomalyst.evidence.causes import ANY, GENERAL, Entry, FieldOfWork, Wording, check_field, shipped
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact, FactKind, FactRow
from anomalyst.evidence.healing import NOT_APPLICABLE
from anomalyst.evidence.sentences import Advice, Said, Slot, say, told_first
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.text import wording
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import is_sayable, name, one

ADVISED = 2  # findings that causes and next steps are told of unasked: those that the headline tells first
MOST = 2  # shipped causes, or next steps by kind of anomaly, of a finding
MOST_OWN = 3  # of the user's own
_SLOT = re.compile(r"\{(\w+)\}")


def field_of(evidence: Evidence) -> FieldOfWork:
    """The field of work that a run was told."""
    given = one(evidence, "sample", "field")
    return GENERAL if given is None else check_field(str(given.value))


def causes(evidence: Evidence, region: str) -> Iterator[Said]:
    """The possible causes of a finding; none on a normal sample."""
    yield from islice(_all_causes(evidence, region), max(MOST, len(evidence.about(region, "own_cause"))))


def _all_causes(evidence: Evidence, region: str) -> Iterator[Said]:
    """The user's own causes, then all of the catalogue; none where no place makes the alarm."""
    kind, test = one(evidence, region, "anomaly_kind"), one(evidence, "sample", "do_test")
    if kind is None or evidence.verdict == "normal" or (test is not None and test.value == NOT_APPLICABLE):
        return
    own = [(Wording.model_construct(en=str(fact.value)), fact) for fact in evidence.about(region, "own_cause")]
    listed: list[tuple[Wording, Fact | None]] = [*own, *((text, None) for text in _causes(evidence, str(kind.value)))]
    how = "alone" if len(evidence.findings) == 1 else ""
    for number, (text, fact) in enumerate(listed):
        slots: dict[str, Slot] = {"finding": _named(evidence, region), "cause": text.spoken}
        yield say("cause", ("cause", how), slots, kind, fact, kind="hypothesis", salt=region, entry=number)


def _named(evidence: Evidence, region: str) -> str:
    """A finding as a person who has only read the headline knows it: "R2 (disk_write)"."""
    channel = _blamed(evidence, region)
    return f"{region} ({name(channel)})" if channel and is_sayable(channel) else region


def by_telling(evidence: Evidence) -> list[str]:
    """The ids of the findings, the most telling first."""
    return [finding.id for finding in told_first(evidence)]


def next_steps(evidence: Evidence, region: str) -> Iterator[Said]:
    """What to do about a finding, and what to do about its kind of anomaly."""
    kind, number = one(evidence, region, "anomaly_kind"), count()
    for fact in evidence.about(region, "own_step"):
        yield _step({"step": str(fact.value)}, next(number), kind, fact)
    reason, first = one(evidence, region, _advice(evidence).rests_on), first_step(evidence)
    if reason is not None and first is not None:
        yield _step({"step": _filled(first, evidence, region)}, next(number), reason)
    templates = _steps(evidence, str(kind.value)) if kind is not None else ()
    for template in [one_ for one_ in templates if _can_be_filled(one_.en, evidence, region)][:MOST]:
        cited = _fillers(template.en, evidence, region)
        yield _step({"step": _filled(template, evidence, region)}, next(number), kind, *cited)


def _step(slots: Mapping[str, Slot], number: int, *facts: Fact | None) -> Said:
    return say("action", "next_step", slots, *facts, kind="recommendation", entry=number)


def first_step(evidence: Evidence) -> Wording | None:
    """What to do about any finding, with its slots; None where there is nothing."""
    return next(iter(_steps(evidence, ANY)), None)


def is_catalogued(claim: Claim, evidence: Evidence) -> bool:
    """Whether a claim is, word for word, a cause or a next step of the catalogue, and cites what it rests on."""
    cites = set(claim.cites)
    return any(
        claim.kind == known.kind and set(known.cites) <= cites
        for known in _catalogued(evidence).get(wording(claim.text), ())
    )


def catalogued(text: str, evidence: Evidence) -> Claim | None:
    """The cause or the next step of the catalogue that a sentence is, word for word."""
    return next(iter(_catalogued(evidence).get(wording(text), ())), None)


@lru_cache(maxsize=16)
def _catalogued(evidence: Evidence) -> Mapping[tuple[str, ...], Sequence[Claim]]:
    """All that the catalogue says of the findings, in all its English sentences, by their wording."""
    found: dict[tuple[str, ...], list[Claim]] = {}
    for finding in evidence.findings:
        for said in (*_all_causes(evidence, finding.id), *next_steps(evidence, finding.id)):
            for text in _sentences(said):
                found.setdefault(wording(text), []).append(said.worded(text))
    return found


def _sentences(said: Said) -> Iterator[str]:
    """All wordings of a cause or next step, of a cause with the finding named and without."""
    for how in ("", "alone") if said.statement.predicate == "cause" else (said.statement.operator,):
        yield from replace(said, statement=said.statement.model_copy(update={"operator": how})).wordings()


def _causes(evidence: Evidence, kind: str) -> tuple[Wording, ...]:
    """The shipped causes of a kind of anomaly: those of the field of work, else the general ones, else what the kind of
    data brings."""
    for field in dict.fromkeys((field_of(evidence), GENERAL)):
        found = tuple(text for entry in _entries(field, kind, evidence.modality) for text in entry.causes)
        if found:
            return found
    return tuple(Wording.model_construct(en=text) for text in _advice(evidence).causes.get(kind, ()))


def _steps(evidence: Evidence, kind: str) -> tuple[Wording, ...]:
    """Likewise the next steps, with their slots."""
    for field in dict.fromkeys((field_of(evidence), GENERAL)):
        found = tuple(text for entry in _entries(field, kind, evidence.modality) for text in entry.next_steps)
        if found:
            return found
    own = _advice(evidence)
    step = own.first if kind == ANY else own.actions.get(kind, "")
    return (Wording.model_construct(en=step),) if step else ()


def _entries(field: FieldOfWork, kind: str, data: str) -> Iterator[Entry]:
    return (entry for entry in shipped(field) if entry.kind == kind and entry.data in ("", data))


def _advice(evidence: Evidence) -> Advice:
    advice: Advice = plugins.loaded(plugins.MODALITIES)[evidence.modality].told.advice
    return advice


def _filled(template: Wording, evidence: Evidence, region: str) -> Callable[[Speech], str]:
    """A next step with its slots filled."""

    def text(speech: Speech) -> str:
        return _SLOT.sub(lambda match: _filling(match[1], evidence, region, speech), template.spoken(speech))

    return text


def _filling(slot: str, evidence: Evidence, region: str, speech: Speech) -> str:
    """What stands in a slot of a next step; "" where it is not known."""
    if slot == "region":
        return region
    fact = _filler(slot, evidence, region)
    if fact is None:
        return ""
    if slot == "channel":
        return speech.text("of-channel", {"channel": name(str(fact.value))})
    when = moment(fact, evidence, speech)
    return when if slot == "start" else speech.text("around", {"when": when})


def _filler(slot: str, evidence: Evidence, region: str) -> Fact | None:
    """The fact that fills a slot."""
    fact = one(evidence, region, _FILLERS[slot])
    return None if fact is not None and slot == "channel" and not is_sayable(str(fact.value)) else fact


def _fillers(template: str, evidence: Evidence, region: str) -> list[Fact]:
    """The facts that fill the slots of a next step."""
    found = (_filler(slot, evidence, region) for slot in _FILLERS if f"{{{slot}}}" in template)
    return [fact for fact in found if fact is not None]


_FILLERS: Mapping[str, FactKind] = {
    "channel": "top_channel",
    "start": "start",
    "at_start": "start",
    "at_peak": "peak_at",
}


def _can_be_filled(template: str, evidence: Evidence, region: str) -> bool:
    """Whether it needs no start, or there is one; the other slots may be empty."""
    return "{start}" not in template or one(evidence, region, "start") is not None


def own_rows(entries: Sequence[Entry], evidence: Evidence) -> dict[str, list[FactRow]]:
    """The user's entries that speak of the findings told in full, as facts of each; what names a channel first."""
    return {finding: list(_rows(entries, evidence, finding)) for finding in by_telling(evidence)[:ADVISED]}


def _rows(entries: Sequence[Entry], evidence: Evidence, region: str) -> Iterator[FactRow]:
    fitting = sorted(_fitting(entries, evidence, region), key=lambda entry: (not entry.channel, entry.kind == ANY))
    causes = dict.fromkeys(text.en for entry in fitting for text in entry.causes)
    steps = dict.fromkeys(
        _filled(text, evidence, region)(ENGLISH_SPEECH)
        for entry in fitting
        for text in entry.next_steps
        if _can_be_filled(text.en, evidence, region)
    )
    for number, cause in enumerate(list(causes)[:MOST_OWN], 1):
        yield "own_cause", cause, "", str(number)
    for number, step in enumerate(list(steps)[:MOST_OWN], 1):
        yield "own_step", step, "", str(number)


def _fitting(entries: Sequence[Entry], evidence: Evidence, region: str) -> Iterator[Entry]:
    """The entries for the finding's kind of anomaly, its kind of data and the channel that is to blame for it."""
    kind = one(evidence, region, "anomaly_kind")
    kinds = {ANY} if kind is None else {ANY, str(kind.value)}
    channel = _blamed(evidence, region)
    for entry in entries:
        if entry.kind in kinds and entry.data in ("", evidence.modality) and entry.fits_channel(channel):
            yield entry


def _blamed(evidence: Evidence, region: str) -> str:
    """The channel that is to blame most; "" where none is told."""
    top = one(evidence, region, "top_channel")
    if top is not None:
        return str(top.value)
    return next((f.qualifier for f in evidence.about(region, "anomaly_kind") if f.qualifier), "")


@cache
def known_kinds() -> frozenset[str]:
    """All kinds of anomaly that the catalogue and the kinds of data name."""
    own = (kind.told.advice for kind in plugins.loaded(plugins.MODALITIES).values())
    listed = {entry.kind for entry in shipped(GENERAL)} - {ANY}
    return frozenset(listed.union(*({*advice.causes, *advice.actions} for advice in own)))


@cache
def phrases(field: FieldOfWork) -> tuple[str, ...]:
    """The causes that a run in a field of work may speak of, in lower case, the longest first."""
    own = (kind.told.advice.causes.values() for kind in plugins.loaded(plugins.MODALITIES).values())
    causes = {cause for some in own for causes in some for cause in causes}
    causes |= {text.en for one_ in _of(field) for text in one_.causes}
    return tuple(sorted({cause.lower() for cause in causes}, key=len, reverse=True))


@cache
def step_texts(field: FieldOfWork) -> str:
    """All next steps that a run in a field of work may speak of, without their slots."""
    own = [kind.told.advice for kind in plugins.loaded(plugins.MODALITIES).values()]
    steps = [step for some in own for step in (some.first, *some.actions.values())]
    steps += [text.en for entry in _of(field) for text in entry.next_steps]
    return _SLOT.sub(" ", " ".join(steps))


def _of(field: FieldOfWork) -> Iterator[Entry]:
    for one_ in dict.fromkeys((field, GENERAL)):
        yield from shipped(one_)
