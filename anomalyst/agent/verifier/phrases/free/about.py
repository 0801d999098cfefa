"""Whom a part of a sentence is about, and what the facts say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.names import key

if TYPE_CHECKING:
    from anomalyst.agent.verifier.phrases.free.fragments import Fragment

Facts = list[Fact]
Check = Callable[["Fragment", int, "About"], Facts | None]
SAID = {"above": 1, "brighter": 1, "below": -1, "darker": -1}
LACKING = ("missing data", "gap")
NOTHING = 0.005  # of what is expected, below which a value lies on no side of it


@dataclass
class Told:
    """What the parts before have said: the findings they were about, whether and what of them was healed."""

    regions: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    healed: str = ""  # "one", "all", "random"
    tested: bool = False
    places: tuple[str, ...] = ()  # the words for where the finding lies, so far
    several: bool = False  # whether several findings were spoken of together
    shares: bool = False  # whether shares of the score were
    leads: bool = False  # the part before is of a finding that only the next one names: "In R5, …", "At noon, …"


@dataclass(frozen=True)
class About:
    """`regions`: the findings; `channels`: the channels, none: the one to blame; `whole`: the sample is meant."""

    evidence: Evidence
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    whole: bool = False
    told: Told = field(default_factory=Told)

    def facts(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds about the findings; none where one of them has none: what is said of all holds of
        each."""
        found = [[f for f in self.evidence.about(region) if f.kind in kinds] for region in self.regions]
        return [f for own in found for f in own] if all(found) else []

    def sample(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds about the sample."""
        return [f for f in self.evidence.facts if f.subject in ("sample", "choice") and f.kind in kinds]

    def of_channels(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds of the channels that are spoken of; of no channel where one of them has none."""
        found = []
        for region in self.regions:
            for channel in self.channels or self.main(region):
                own = [f for f in self.evidence.about(region) if f.kind in kinds and key(f.qualifier) == key(channel)]
                if not own:
                    return []
                found += own
        return found

    def main(self, region: str) -> tuple[str, ...]:
        """The channel that is meant where none is named: the only one, the brightness, the one to blame."""
        own = list(dict.fromkeys(f.qualifier for f in self.evidence.about(region, "observed")))
        if len(own) == 1:
            return tuple(own)
        if "brightness" in own:
            return ("brightness",)
        return tuple(str(f.value) for f in self.evidence.about(region, "top_channel"))[:1]

    def ways(self) -> list[tuple[int, Fact]]:
        """The side of what is expected on which each channel lies, with the fact; 0 where it hardly differs."""
        found = []
        for gap, normal in zip(self.of_channels("difference"), self.of_channels("expected"), strict=False):
            size, usual = value_of(gap), value_of(normal)
            if size is not None and usual is not None:
                found.append((0 if abs(size) < NOTHING * abs(usual) else 1 if size > 0 else -1, gap))
        return found

    def kinds(self) -> list[Fact]:
        """The kinds of the findings, of the channels that are named only."""
        found = self.facts("anomaly_kind")
        if self.channels:
            own = [f for f in found if any(key(f.qualifier) == key(c) for c in self.channels)]
            found = own or [f for f in found if not f.qualifier]
        return found

    def takes_part(self, channel: str) -> bool:
        """Whether a channel has a part in each of the findings."""
        kinds = ("channel_share", "anomaly_kind", "observed", "top_channel")
        return bool(self.regions) and all(
            any(
                key(n) == key(channel)
                for f in self.evidence.about(r)
                if f.kind in kinds
                for n in (f.qualifier, str(f.value))
                if n
            )
            for r in self.regions
        )
