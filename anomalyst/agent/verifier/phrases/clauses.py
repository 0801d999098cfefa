"""Tiles grouped into clauses: which finding, which channel, which healed sample each statement is about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from anomalyst.agent.verifier.phrases.groups import group
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.tiles import Tile
from anomalyst.agent.verifier.readings import kinds_spoken_of
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key

_LEADING = frozenset(
    {
        "region",
        "again",
        "only",
        "each-subject",
        "healed-subject",
        "random-subject",
        "channel",
        "all-channels",
        "others-subject",
        "group-subject",
    }
)
# Phrases that name other findings than the one they speak of.
OF_OTHERS = frozenset({
    "order", "compare", "times-longer", "longest-is", "overlap", "lateness", "lateness-end", "gap-between", "longer-by",
    "sequence", "order-of", "sum-of", "tone-than",
})  # fmt: skip
_COLOURS = ("red", "green", "blue")
_LEVELS = re.compile(r"\b(?:normal|usual|expected|typical) (?:levels?|patterns?|textures?|colou?rs?)\b")
_LEADS = re.compile(r"(?:instead of|rather than|compared (?:with|to)|against|at|with|from|where|when|although) ")
_CONDITION = re.compile(r"^(?:if|when|where|once|after|with)\b")
_WITHIN = re.compile(r"^(?:in|during|within|inside|throughout|over|across|at|on|for|of|to|by|with|from|about)\b")


@dataclass
class Clause:
    """Tiles that speak of the same. `regions`: the findings named, None where none is; `each`: a quantifier."""

    tiles: list[Tile] = field(default_factory=list)
    regions: tuple[str, ...] | None = None
    channels: tuple[str, ...] = ()
    each: Tile | None = None
    only: str = ""
    healed: str = ""
    named: bool = False
    whole: bool = False  # of the sample, where no finding is named

    @property
    def states(self) -> bool:
        """Whether it holds a statement."""
        return any(tile.states for tile in self.tiles)


class Grouping:
    """Clauses made of tiles in reading order; a clause that names nothing is about what the one before was."""

    def __init__(self, evidence: Evidence, where: Located, before: tuple[str, ...]) -> None:
        self.evidence, self.where, self.before = evidence, where, before
        self.known = {finding.id for finding in evidence.findings}
        self.clauses = [Clause()]

    def group(self, tiles: Sequence[Tile]) -> list[Clause]:
        """All clauses; what names a finding that there is not becomes an unread tile."""
        for number, tile in enumerate(tiles):
            if tile.name == "likewise" and self._is_known(tile.readings[0][1].group()):
                self._again_of(tile)
                continue
            joined = number > 0 and tiles[number - 1].section == "joint"
            if tile.section == "subject" and tile.name in _LEADING and self._opens(tile, joined):
                self.clauses.append(Clause(tiles=[] if joined else self._behind()))
            self._add(tile)
        self._inherit()
        return self.clauses

    def _again_of(self, tile: Tile) -> None:
        """ "…, as is R2": all that the clause before states, of another finding."""
        stated = [t for t in self.clauses[-1].tiles if t.states or not t.readings]
        named = tuple(self.where.regions(tile.readings[0][1].group()))
        self.clauses.append(Clause(tiles=[tile, *stated], regions=named, named=True))

    def _behind(self) -> list[Tile]:
        """The tiles behind the last joint, taken out of the clause: "…, and two of three rules flag | R2"."""
        tiles = self.clauses[-1].tiles
        cut = max((n + 1 for n, tile in enumerate(tiles) if tile.section == "joint"), default=len(tiles))
        taken, self.clauses[-1].tiles = tiles[cut:], tiles[:cut]
        return taken

    def _opens(self, tile: Tile, joined: bool) -> bool:
        """Whether a subject begins a new clause: after a statement, unless it says where or whose that was."""
        clause = self.clauses[-1]
        if not clause.states:
            return False
        text = tile.readings[0][1].group()
        if tile.name in ("healed-subject", "random-subject"):
            if _CONDITION.match(text) and not clause.healed and any(t.name == "alarm-moves" for t in clause.tiles):
                return False  # "the alarm stays, even if it is replaced"
            return joined or clause.healed != ""
        within = bool(_WITHIN.match(text))
        free = not clause.channels if tile.name == "channel" else clause.regions is None and clause.each is None
        return not (free and (within or not joined))

    def _add(self, tile: Tile) -> None:
        clause = self.clauses[-1]
        if tile.readings and not self._is_known(tile.readings[0][1].group()):
            tile = Tile(tile.start, tile.end)
        if not self._names_well(tile):
            tile = Tile(tile.start, tile.end)
        if tile.section == "subject":
            self._name(tile, clause)
        elif tile.states and not clause.channels and tile.name not in OF_OTHERS:
            names = self.where.names(tile.readings[0][1].group())
            clause.channels = tuple(dict.fromkeys(names)) if len(set(names)) == 1 else ()
        clause.tiles.append(tile)

    def _is_known(self, text: str) -> bool:
        """Whether there are all findings and facts that a part of the text names."""
        facts = [str(self.where.meaning(mark)) for mark in re.findall(r"«f\d+»", text)]
        return set(self.where.regions(text)) <= self.known and all(self.evidence.fact(fact) for fact in facts)

    def _names_well(self, tile: Tile) -> bool:
        """Whether a subject is one: no channel named twice in a list, as many findings or channels as is said."""
        if tile.name == "others-subject":
            return bool(self._others(tile))
        if tile.name == "group-subject":
            return bool(self._group(tile))
        if tile.name == "all-channels":
            return bool(self._all_channels(tile))
        if tile.name == "healed-subject":
            return self._heals(tile)
        text = tile.readings[0][1].group() if tile.readings else ""
        if tile.name == "again" and not self.known and re.search(r"finding|stretch", text):
            return False  # there is none
        names = self.where.names(text) if tile.name == "channel" else []
        return len(set(names)) == len(names) and not (len(names) == 1 and re.match(r"(?:\w+ )?both\b", text))

    def _heals(self, tile: Tile) -> bool:
        """Whether what is healed is there: as many findings as is said, of the kinds that are named."""
        counted = all(a.value == len(self.known) for a in self.where.amounts(tile.start, tile.end))
        spoken = kinds_spoken_of(_LEVELS.sub("", tile.readings[0][1].group()))
        kinds = {str(f.value) for f in self.evidence.facts if f.kind == "anomaly_kind"}
        lacks = {"gap", "missing data"}
        return counted and spoken <= kinds | (lacks if kinds & lacks else set()) | {"missing part", "extra part"}

    def _name(self, tile: Tile, clause: Clause) -> None:
        """Take what a subject names."""
        text = tile.readings[0][1].group()
        regions = self.where.regions(text)
        if tile.name == "sample":
            clause.whole = not clause.regions
        elif tile.name == "channel":
            clause.channels = tuple(dict.fromkeys((*clause.channels, *self.where.names(text))))
        elif tile.name == "region":
            clause.regions, clause.named = tuple(dict.fromkeys((*(clause.regions or ()), *regions))), True
            clause.channels = clause.channels or self.where.channels_of(text)
        elif tile.name == "all-channels":
            clause.channels = self._all_channels(tile) or clause.channels
        elif tile.name in ("others-subject", "group-subject"):
            several = self._others(tile) if tile.name == "others-subject" else self._group(tile)
            clause.regions, clause.named = several or None, True
        elif tile.name == "only":
            clause.only, clause.regions, clause.named = regions[0], (regions[0],), True
        elif tile.name == "each-subject":
            clause.each, clause.named = tile, True
        elif tile.name in ("healed-subject", "random-subject"):
            every = not regions or set(regions) == {f.id for f in self.evidence.findings}
            clause.healed = "random" if tile.name == "random-subject" else "all" if every else "one"
            clause.regions, clause.named = tuple(regions) or clause.regions, clause.named or bool(regions)
        elif tile.name == "again":
            self._again(clause)

    def _group(self, tile: Tile) -> tuple[str, ...]:
        return group(tile.readings[0][1], self.where, self.evidence)

    def _all_channels(self, tile: Tile) -> tuple[str, ...]:
        """ "Both gauges": the channels of the only finding; none where they are not as many as is said."""
        match = tile.readings[0][1]
        names = tuple(
            dict.fromkeys(
                f.qualifier for f in self.evidence.facts if f.kind in ("observed", "anomaly_kind") and f.qualifier
            )
        )
        colours = tuple(name for name in names if name in _COLOURS)
        names = colours if len(colours) == len(_COLOURS) else names
        total = next(iter(self.where.amounts(*match.span())), None)
        said = 2.0 if match["which"] in ("both", "the two", "either") else total.value if total is not None else None
        return names if len(self.known) == 1 and said in (None, float(len(names))) and len(names) > 1 else ()

    def _others(self, tile: Tile) -> tuple[str, ...]:
        """ "The other three": the findings that were not spoken of before; none where they are not so many."""
        named = {
            region for clause in self.clauses[:-1] for region in clause.regions or self._blamed_on(clause.channels)
        }
        left = tuple(f.id for f in self.evidence.findings if f.id not in named)
        totals = [amount.value for amount in self.where.amounts(tile.start, tile.end)]
        return left if named and all(total == len(left) for total in totals) else ()

    def _blamed_on(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        """The only finding that each channel is blamed for, by which people call it."""
        tops = [(f.subject, key(str(f.value))) for f in self.evidence.facts if f.kind == "top_channel"]
        found = [[region for region, top in tops if top == key(name)] for name in channels]
        return tuple(one[0] for one in found if len(one) == 1)

    def _again(self, clause: Clause) -> None:
        earlier = next((c.regions for c in reversed(self.clauses[:-1]) if c.regions), self.before)
        only = tuple(f.id for f in self.evidence.findings) if len(self.evidence.findings) == 1 else ()
        clause.regions = clause.regions or earlier or only or None
        clause.named = clause.named or bool(earlier or only)

    def _concern(self, regions: tuple[str, ...] | None, channels: tuple[str, ...]) -> bool:
        """Whether findings may be what a clause speaks of; one that names channels of others speaks of those."""
        if not regions or not channels:
            return True
        of = {key(name) for name in channels}
        told = (f for f in self.evidence.facts if f.subject.startswith("R"))
        named = [f for f in told if of & {key(f.qualifier), key(str(f.value))}]
        return not named or any(f.subject in regions for f in named)

    def _lend_channels(self) -> None:
        """ "Instead of 13.9 bar, the inlet read …": what leads is said of the channel that follows."""
        first, *rest = self.clauses
        leads = bool(first.tiles) and bool(_LEADS.match(self.where.text[first.tiles[0].start :]))
        if rest and leads and first.states and not first.channels and rest[0].regions in (None, first.regions):
            first.channels = rest[0].channels

    def _settle_last(self) -> None:
        """ "…, for R1": a finding that is named at the end is whom all before it is about, where that names none."""
        *_, before, last = [Clause(), Clause(), *self.clauses]
        only_names = last.named and bool(last.regions) and not last.states and last.each is None and not last.healed
        open_ = len(self.clauses) > 1 and before.regions is None and before.each is None
        if open_ and only_names and all(tile.readings for tile in last.tiles):
            before.regions, before.named = last.regions, True
            before.tiles += last.tiles
            self.clauses.pop()

    def _inherit(self) -> None:
        self._settle_last()
        first = next((c.regions for c in self.clauses if c.regions), None)
        for clause in itertools.takewhile(lambda c: c.regions is None and c.each is None, self.clauses):
            clause.regions = first if self._concern(first, clause.channels) else None
        self._lend_channels()
        for before, clause in zip(self.clauses, self.clauses[1:], strict=False):
            if clause.regions is None and clause.each is None and self._concern(before.regions, clause.channels):
                clause.regions, clause.named = before.regions, before.named
            elif clause.regions == before.regions:
                clause.named = clause.named or before.named
            clause.channels = clause.channels or (before.channels if clause.regions == before.regions else ())
            clause.healed = clause.healed or before.healed
        for clause in self.clauses:
            self._settle_group(clause)

    def _settle_group(self, clause: Clause) -> None:
        """ "Both flat lines, the one in latency and the one in CPU": the channels of the group, and no others."""
        told = [f for f in self.evidence.facts if f.kind == "top_channel" and f.subject in (clause.regions or ())]
        for number, tile in enumerate(clause.tiles):
            others = bool(clause.channels) and {key(c) for c in clause.channels} != {key(str(f.value)) for f in told}
            if tile.name == "group-subject" and others:
                clause.tiles[number] = Tile(tile.start, tile.end)
