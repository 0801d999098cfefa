"""What a kind of data offers to methods: its words for their cards, and the spaces that they run on.

Nothing here loads a detector, so that the names of all are known at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anomalyst.samples import Modality


@dataclass(frozen=True)
class CardWords:
    """What a method's card calls things of this kind. `one`: a sample; `place`: the least part that is scored; `part`:
    what normals are compared by; `seen`: what a network sees of a sample; `few`: normals below which training is
    useless; `speed`: seconds to score, and of what; `closed`: the cost of a method that trains nothing."""

    one: str
    place: str
    part: str
    seen: str
    few: str
    speed: str
    closed: str


@dataclass(frozen=True)
class Amount:
    """What counts as the amount of data, by the names it has in the kind's profile. `normals`: of what is learned from;
    `sample`: of what is scored, "" where samples are alike; `each`: a list, whose length both are multiplied by, ""
    for none; `unit`: how much of it measured seconds are of."""

    normals: str = "normals"
    sample: str = ""
    each: str = ""
    unit: float = 1.0

    @property
    def by_number(self) -> bool:
        """Whether nothing but the number of normals counts, so that none needs to be read to know it."""
        return self.normals == "normals"

    def units(self, profile: Mapping[str, Any]) -> tuple[float, float]:
        """Units of data to learn from, and to score."""
        times = (len(profile[self.each]) if self.each else 1) / self.unit
        return profile[self.normals] * times, profile[self.sample] * times if self.sample else 1.0


@dataclass(frozen=True)
class Usual:
    """The usual amount of data, which the cost of a detector is told for: in words, and as a profile."""

    words: str
    profile: Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """`trained`, `untrained`: places (`module:Class`) of the spaces that methods which train something, and those in
    closed form, run on; "" where the kind has none. All methods run on what has both; `without` names exceptions, and
    `called` those that go by another name here. `detectors`: places of detectors that only this kind has. `fused`: the
    methods that judge together unless others are named. `words`: where a method's card says more of this kind.
    `amount`: what counts as the amount of data, which takes time; `usual`: how much there usually is of it."""

    name: Modality
    nouns: CardWords | None = None
    trained: str = ""
    untrained: str = ""
    without: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    detectors: Mapping[str, str] = field(default_factory=dict)
    fused: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    amount: Amount = Amount()
    usual: Usual | None = None

    def carries(self, method: str) -> bool:
        """Whether the method runs on this kind of data."""
        return bool(self.trained or self.untrained) and method not in self.without

    def detector(self, method: str) -> str:
        """The name of the detector that this method is on this kind."""
        return f"{self.name}-{self.called.get(method, method)}"
