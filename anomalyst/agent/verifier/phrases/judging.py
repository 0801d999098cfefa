"""What the facts say of one tile of a sentence, of whom its clause is about, by its best reading."""

from __future__ import annotations

from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.checks import (
    assured,
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
from anomalyst.agent.verifier.phrases.clauses import OF_OTHERS, Clause
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, About, Judged, Matched
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import factor, seconds
from anomalyst.agent.verifier.phrases.subjects import (
    blamed_first,
    concerns,
)
from anomalyst.agent.verifier.phrases.tiles import Tile
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import agrees_in_time
from anomalyst.modalities.registry import modality

CHECKS = {
    **values.CHECKS,
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

Whom = tuple[tuple[str, ...], tuple[str | None, ...], tuple[str, ...]]


def judge_tile(tile: Tile, clause: Clause, whom: Whom, at: tuple[Evidence, Located]) -> Judged | None:
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


def judge_counted(tile: Tile, clause: Clause, evidence: Evidence, where: Located) -> Judged | None:
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


def is_refuted(judged: Judged, where: Located, evidence: Evidence) -> bool:
    """Whether a statement is refuted with certainty: no number in it is that of another fact of the run."""
    if judged.holds is not False or not judged.facts:
        return False
    stamps = [str(f.value) for f in evidence.facts if isinstance(f.value, str)]
    dated = any(agrees_in_time(time, stamp) for time in where.meanings.get("d", []) for stamp in stamps)
    timed = any(isinstance(f.value, str) and f.kind in ("start", "end", "peak_at") for f in judged.facts)
    if timed and dated:
        return False
    if any(not amount.unit and all(fact.unit for fact in judged.facts) for amount in judged.amounts):
        return False  # a bare number may count something else
    if any(seconds(amount.unit) and not any(seconds(fact.unit) for fact in judged.facts) for amount in judged.amounts):
        return False  # a span of time is none of a value
    if any(amount.near in _VAGUE and _is_close(amount, fact) for amount in judged.amounts for fact in judged.facts):
        return False
    return not any(_is_of(amount, fact) for amount in judged.amounts for fact in evidence.facts)


_VAGUE = ("about", "nearly", "just over")
CLOSE = 0.3  # of a value, within which a number that is told as nearly so does not refute


def _is_close(amount: Amount, fact: Fact) -> bool:
    number = value_of(fact)
    scale = factor(amount.unit or amount.borrowed, fact.unit) or 1.0
    return number is not None and amount.value is not None and abs(amount.value * scale - number) <= CLOSE * abs(number)


def _is_of(amount: Amount, fact: Fact) -> bool:
    numbers = [n for n in (fact.value, fact.low, fact.high) if isinstance(n, int | float) and not isinstance(n, bool)]
    bare = Amount(amount.quantity, "" if amount.bounded else amount.near)
    return any(bare.states(sign * float(n), fact.unit) for n in numbers for sign in (1, -1))
