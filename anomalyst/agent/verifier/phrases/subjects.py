"""Whether whom a clause names can be whom its statements are about."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.clauses import Clause
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality

# Statements that say themselves which of several findings they are about, or are about all.
_OF_THEMSELVES = frozenset({
    "nth-at", "longest-is", "first-kind", "kinds-listed", "listed", "sequence", "gap-between", "count-span",
    "count-side", "length-mean", "sum-of", "length-sum", "none-overlap", "test-but", "test-all-but", "not-other", "day",
    "daytime",
    "half", "all-between", "each-one", "agreement-each", "places-listed", "count-way", "channels-rest",
    "channels-flagged", "channels-over",
})  # fmt: skip
# Statements that say nothing by themselves: when, how long, where, or which of several.
_LEADING = frozenset({"start", "end", "when", "interval", "longest", "duration", "bare", "place"})
_COUNTS = frozenset({"count", "each-subject"})


def concerns(evidence: Evidence, regions: tuple[str, ...], channels: tuple[str, ...]) -> bool:
    """Whether the channels that are named have a part in one of the findings; names of anything else do not count."""
    told = [f for f in evidence.facts if f.kind in ("channel_share", "anomaly_kind", "observed", "top_channel")]
    of_any = {key(name) for f in told for name in (f.qualifier, str(f.value)) if name}
    own = {key(name) for f in told if f.subject in regions for name in (f.qualifier, str(f.value)) if name}
    named = {key(name) for name in channels} & of_any
    return not named or bool(named & own)


def names_in_vain(clause: Clause) -> bool:
    """ "…, 100 % of the score of R3": a finding is named behind a statement on another one, and nothing said of it."""
    return bool(clause.regions) and clause.named and not clause.states and all(t.readings for t in clause.tiles)


def leads_in(clauses: list[Clause]) -> bool:
    """Whether a sentence begins with a time, a place or a rank of what only the clause after it names."""
    if len(clauses) < 2:
        return False
    first, following = clauses[0], clauses[1]
    stated = [tile for tile in first.tiles if tile.states and tile.section != "sample"]
    unnamed = first.regions is None and first.each is None and not first.channels and not first.healed
    return unnamed and bool(stated) and all(tile.name in _LEADING for tile in stated) and following.each is None


def tells_of_several(clause: Clause, where: Located) -> bool:
    """ "The four findings lasted 30 s": said of several, and so of no single one."""
    if clause.regions or clause.each is not None:
        return False
    counted = [tile for tile in clause.tiles if tile.name in _COUNTS]
    several = [
        a for tile in counted for a in where.amounts(tile.start, tile.end) if a.value is not None and a.value > 1
    ]
    others = [
        tile
        for tile in clause.tiles
        if tile.states and tile.section != "sample" and tile.name not in _OF_THEMSELVES and tile not in counted
    ]
    return bool(several) and bool(others)


def blamed_first(evidence: Evidence, regions: tuple[str, ...]) -> str | None:
    """The channel that is meant where none is named: the only one, the quality of the whole, or the one to blame."""
    own = list(dict.fromkeys(f.qualifier for f in evidence.facts if f.subject in regions and f.kind == "observed"))
    whole = [name for name in own if name in modality(evidence.modality).told.qualities[:1]]
    top = [str(f.value) for f in evidence.facts if f.subject in regions and f.kind == "top_channel"]
    return next(iter([*(own if len(own) == 1 else []), *whole, *top]), None)


_TESTS = frozenset({"test", "test-it"})


def _is_of(fact: Fact, name: str, kind: FactKind) -> bool:
    return fact.kind == kind and key(fact.qualifier or str(fact.value)) == key(name)


def each_of_its_own(clause: Clause, evidence: Evidence) -> tuple[str, ...]:
    """ "The flue temperature and the drum pressure were both too high": the finding of each, if they have one each."""
    values = all(tile.section == "value" for tile in clause.tiles if tile.states)
    tests = all(tile.name in _TESTS for tile in clause.tiles if tile.states)
    if clause.regions or len(clause.channels) < 2 or not (values or tests):
        return ()
    own = [
        {f.subject for f in evidence.facts if _is_of(f, name, "observed" if values else "top_channel")}
        for name in clause.channels
    ]
    found = {min(some) for some in own if len(some) == 1}
    return tuple(sorted(found)) if len(found) == len(own) else ()
