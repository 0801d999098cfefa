"""One phrase with what it is about, and what a check says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.readings import kinds_moved
from anomalyst.evidence.declared import QUALIFIED
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import Quantity


@dataclass(frozen=True)
class Judged:
    """What the facts say of a phrase: it holds, it does not, or None: no fact tells. `amounts`: the numbers that were
    held against facts and did not fit; where another fact of the run has such a number, nothing is refuted."""

    holds: bool | None
    facts: tuple[Fact, ...] = ()
    amounts: tuple[Amount, ...] = ()


UNKNOWN = Judged(None)


@dataclass(frozen=True)
class About:
    """What a phrase is about: a finding and a channel, if any is named; `healed`: "all", "random" or "" as the clause
    speaks of a healed sample; `named` and `chosen`: whether the sentence itself names that finding, that channel;
    `before`: the findings that what stands before is about; `whole`: whether it is told of the sample."""

    region: str | None = None
    channel: str | None = None
    healed: str = ""
    named: bool = False
    chosen: bool = False
    before: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Matched:
    """A phrase that matched at [start, end) of the located sentence, and what it is about."""

    evidence: Evidence
    where: Located
    match: re.Match[str]
    about: About

    @property
    def text(self) -> str:
        """The phrase, with marks."""
        return self.match.group()

    @property
    def amounts(self) -> list[Amount]:
        """Its numbers."""
        return self.where.amounts(*self.match.span())

    @property
    def times(self) -> list[Quantity]:
        """Its dates and times of day."""
        return self.where.times(self.text)

    @property
    def names(self) -> list[str]:
        """The names in it."""
        return self.where.names(self.text)

    @property
    def regions(self) -> list[str]:
        """The findings named in it."""
        return self.where.regions(self.text)

    @property
    def others(self) -> list[str]:
        """The findings named in it, also by the channel that one of them, and no other, is blamed on."""
        named = [str(self.where.meaning(mark)) for mark in re.findall(r"«[rc]\d+»", self.text)]
        found = [name if name in self.findings else self._blamed_on(name) for name in named]
        return list(dict.fromkeys(found)) if all(found) else []

    def _blamed_on(self, name: str) -> str:
        tops = [f for f in self.evidence.facts if f.kind == "top_channel" and key(str(f.value)) == key(name)]
        if len(tops) > 1 and self.group("moved"):
            tops = [top for top in tops if self._is_of(top.subject, self.group("moved"))]
        return tops[0].subject if len(tops) == 1 else ""

    def _is_of(self, region: str, words: str) -> bool:
        """Whether a finding is of a kind that moves as a verb says: what "stepped up" is a level shift."""
        kinds = kinds_moved(words)
        return any(f.value in kinds for f in self.evidence.about(region, "anomaly_kind"))

    def moves(self, region: str) -> Judged:
        """Whether the channel to blame for a finding moves the way that the words say."""
        tops = {key(str(f.value)) for f in self.evidence.about(region, "top_channel")}
        gaps = [f for f in self.evidence.about(region, "difference") if key(f.qualifier) in tops]
        if not self.way:
            return Judged(True)
        return Judged(all((value_of(f) or 0) * self.way > 0 for f in gaps), tuple(gaps)) if gaps else UNKNOWN

    def group(self, name: str) -> str:
        """What a group of the pattern matched; "" where it did not, or there is none."""
        return (self.match.groupdict().get(name) or "").strip()

    def amount(self, group: str) -> Amount | None:
        """The first number within a group."""
        if not self.group(group):
            return None
        return next(iter(self.where.amounts(*self.match.span(group))), None)

    @property
    def way(self) -> int:
        """+1 where the words go up, −1 where down, 0 where neither."""
        return bool(self.group("up")) - bool(self.group("down"))

    @property
    def denied(self) -> bool:
        """Whether the phrase is negated."""
        return bool(self.group("neg"))

    def facts(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds about the phrase's finding and channel, or about the sample."""
        return self.of(self.about.region, *kinds)

    def of(self, region: str | None, *kinds: FactKind) -> list[Fact]:
        """The same about a given finding."""
        found = [f for f in self.evidence.facts if f.kind in kinds]
        return [f for f in found if f.subject in (region, "sample", "choice") and self._of_channel(f)]

    def _of_channel(self, fact: Fact) -> bool:
        if fact.kind not in QUALIFIED or not fact.qualifier or self.about.channel is None:
            return True
        return key(fact.qualifier) == key(self.about.channel)

    @property
    def findings(self) -> list[str]:
        """The ids of all findings."""
        return [finding.id for finding in self.evidence.findings]

    def judged(self, holds: bool | None, *facts: Fact, amounts: tuple[Amount, ...] = ()) -> Judged:
        """The judgement of a phrase that may be denied."""
        return Judged(None if holds is None else holds != self.denied, facts, () if holds else amounts)


def states(said: Matched, amount: Amount | None, facts: list[Fact], absolute: bool = False) -> Judged:
    """Whether a number is the value of one of the facts."""
    if amount is None or not facts:
        return UNKNOWN
    hits = [f for f in facts if (v := value_of(f)) is not None and amount.states(abs(v) if absolute else v, f.unit)]
    if hits:
        return Judged(True, (hits[0],))
    return Judged(False, tuple(facts[:2]), (amount,))


def both(*parts: Judged) -> Judged:
    """All of it holds; or some part does not; else it is not known."""
    facts = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    amounts = tuple(amount for part in parts for amount in part.amounts)
    if any(part.holds is False for part in parts):
        return Judged(False, facts, amounts)
    return Judged(None if any(part.holds is None for part in parts) else True, facts, amounts)
