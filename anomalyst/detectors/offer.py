"""What a kind of data offers to methods: its words for their cards, and the spaces that they run on.

Nothing here loads a detector, so that the names of all are known at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anomalyst.samples import Modality


@dataclass(frozen=True)
class Nouns:
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
class Offer:
    """`trained`, `untrained`: places (`module:Class`) of the spaces that methods which train something, and those in
    closed form, run on; "" where the kind has none. All methods run on what has both; `without` names exceptions, and
    `called` those that go by another name here. `detectors`: places of detectors that only this kind has. `fused`: the
    methods that judge together unless others are named. `words`: where a method's card says more of this kind."""

    name: Modality
    nouns: Nouns | None = None
    trained: str = ""
    untrained: str = ""
    without: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    detectors: Mapping[str, str] = field(default_factory=dict)
    fused: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def carries(self, method: str) -> bool:
        """Whether the method runs on this kind of data."""
        return bool(self.trained or self.untrained) and method not in self.without

    def detector(self, method: str) -> str:
        """The name of the detector that this method is on this kind."""
        return f"{self.name}-{self.called.get(method, method)}"
