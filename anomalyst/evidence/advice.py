"""What may be behind a finding and what to do next, as claims: the user's own entries first, then the catalogue's.

All of it follows from the evidence: the field of work and the user's entries that speak of its findings are facts in
it, so that whoever has the evidence can say, and check, the same without the user's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from anomalyst import plugins
from anomalyst.evidence.catalogue import ANY, GENERAL, Entry, FieldOfWork, check_field, shipped
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact, FactRow
from anomalyst.evidence.sentences import Advice, Said, say
from anomalyst.evidence.text import wording
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import is_sayable, name, one, pick

ADVISED = 2  # findings that causes and next steps are told of
MOST = 2  # shipped causes, or next steps by kind of anomaly, of a finding
MOST_OWN = 3  # of the user's own
FRAMES = ("A possible cause of {r} is {c}.", "{r} may come from {c}.", "{r} could be due to {c}.")
PLAIN_FRAME = "A possible cause is {c}."  # nobody writes it here, but a language model may
_SLOT = re.compile(r"\{(\w+)\}")


def field_of(evidence: Evidence) -> FieldOfWork:
    """The field of work that a run was told."""
    given = one(evidence, "sample", "field")
    return GENERAL if given is None else check_field(str(given.value))


def cause_claims(evidence: Evidence, region: str) -> Iterator[Said]:
    """The possible causes of a finding; none on a normal sample."""
    kind = one(evidence, region, "anomaly_kind")
    if kind is None or evidence.verdict == "normal":
        return
    own = evidence.about(region, "own_cause")
    for fact in own:
        yield say("cause", _framed(evidence, region, str(fact.value)), kind, fact, kind="hypothesis")
    for cause in _causes(evidence, str(kind.value))[: max(0, MOST - len(own))]:
        yield say("cause", _framed(evidence, region, cause), kind, kind="hypothesis")


def step_claims(evidence: Evidence, region: str) -> Iterator[Said]:
    """What to do about a finding, and what to do about its kind of anomaly."""
    for fact in evidence.about(region, "own_step"):
        yield say("action", str(fact.value), one(evidence, region, "anomaly_kind"), fact, kind="recommendation")
    reason, first = one(evidence, region, _advice(evidence).rests_on), first_step(evidence)
    if reason is not None and first:
        yield say("action", _filled(first, evidence, region)[0], reason, kind="recommendation")
    kind = one(evidence, region, "anomaly_kind")
    templates = _steps(evidence, str(kind.value)) if kind is not None else ()
    for template in [one_ for one_ in templates if _can_be_filled(one_, evidence, region)][:MOST]:
        text, cited = _filled(template, evidence, region)
        yield say("action", text, kind, *cited, kind="recommendation")


def first_step(evidence: Evidence) -> str:
    """What to do about any finding, with its slots; "" where there is nothing."""
    return next(iter(_steps(evidence, ANY)), "")


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
    """All that the catalogue says of the findings, in all its sentences, by their wording."""
    found: dict[tuple[str, ...], list[Claim]] = {}
    for finding in evidence.findings:
        for claim in (*_all_causes(evidence, finding.id), *_all_steps(evidence, finding.id)):
            found.setdefault(wording(claim.text), []).append(claim)
    return found


def _all_causes(evidence: Evidence, region: str) -> Iterator[Claim]:
    kind = one(evidence, region, "anomaly_kind")
    if kind is None or evidence.verdict == "normal":
        return
    causes: list[tuple[str, Fact | None]] = [(str(f.value), f) for f in evidence.about(region, "own_cause")]
    causes += [(cause, None) for cause in _causes(evidence, str(kind.value))]
    for cause, fact in causes:
        for frame in (*FRAMES, PLAIN_FRAME):
            yield say("cause", frame.format(r=region, c=cause), kind, fact, kind="hypothesis")[1]


def _all_steps(evidence: Evidence, region: str) -> Iterator[Claim]:
    yield from (claim for _, claim in step_claims(evidence, region))


def _framed(evidence: Evidence, region: str, cause: str) -> str:
    return pick(FRAMES, evidence, cause).format(r=region, c=cause)


def _causes(evidence: Evidence, kind: str) -> tuple[str, ...]:
    """The shipped causes of a kind of anomaly: those of the field of work, else the general ones, else what the kind of
    data brings."""
    for field in dict.fromkeys((field_of(evidence), GENERAL)):
        found = tuple(text.en for entry in _entries(field, kind, evidence.modality) for text in entry.causes)
        if found:
            return found
    return tuple(_advice(evidence).causes.get(kind, ()))


def _steps(evidence: Evidence, kind: str) -> tuple[str, ...]:
    """Likewise the next steps, with their slots."""
    for field in dict.fromkeys((field_of(evidence), GENERAL)):
        found = tuple(text.en for entry in _entries(field, kind, evidence.modality) for text in entry.next_steps)
        if found:
            return found
    own = _advice(evidence)
    step = own.first if kind == ANY else own.actions.get(kind, "")
    return (step,) if step else ()


def _entries(field: FieldOfWork, kind: str, data: str) -> Iterator[Entry]:
    return (entry for entry in shipped(field) if entry.kind == kind and entry.data in ("", data))


def _advice(evidence: Evidence) -> Advice:
    advice: Advice = plugins.loaded(plugins.MODALITIES)[evidence.modality].told.advice
    return advice


def _filled(template: str, evidence: Evidence, region: str) -> tuple[str, list[Fact]]:
    """A next step with its slots filled, and the facts that filled them."""
    start, peak, top = (one(evidence, region, k) for k in ("start", "peak_at", "top_channel"))
    top = top if top is not None and is_sayable(str(top.value)) else None
    parts = {
        "region": (region, None),
        "channel": ("" if top is None else f" of {name(str(top.value))}", top),
        "start": ("" if start is None else moment(start, evidence), start),
        "at_start": ("" if start is None else f" around {moment(start, evidence)}", start),
        "at_peak": ("" if peak is None else f" around {moment(peak, evidence)}", peak),
    }
    slots = [slot for slot in parts if f"{{{slot}}}" in template]
    text = _SLOT.sub(lambda match: parts[match[1]][0], template)
    return text, [fact for slot in slots if (fact := parts[slot][1]) is not None]


def _can_be_filled(template: str, evidence: Evidence, region: str) -> bool:
    """Whether it needs no start, or there is one; the other slots may be empty."""
    return "{start}" not in template or one(evidence, region, "start") is not None


def own_rows(entries: Sequence[Entry], evidence: Evidence) -> dict[str, list[FactRow]]:
    """The user's entries that speak of the findings told in full, as facts of each; what names a channel first."""
    return {finding.id: list(_rows(entries, evidence, finding.id)) for finding in evidence.findings[:ADVISED]}


def _rows(entries: Sequence[Entry], evidence: Evidence, region: str) -> Iterator[FactRow]:
    fitting = sorted(_fitting(entries, evidence, region), key=lambda entry: (not entry.channel, entry.kind == ANY))
    causes = dict.fromkeys(text.en for entry in fitting for text in entry.causes)
    steps = dict.fromkeys(
        _filled(text.en, evidence, region)[0]
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
