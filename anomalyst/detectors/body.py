"""What both bodies share: a method on a kind of data, its options, its rules, and what is saved."""

from __future__ import annotations

import json
from copy import copy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RULES, Detector, as_json, checked_options
from anomalyst.detectors.methods.base import Method
from anomalyst.detectors.offer import Offer
from anomalyst.detectors.space import Space
from anomalyst.errors import require
from anomalyst.plugins import at

NOTES = "notes"


class MethodDetector(Detector):
    """A method on a kind of data. `wants`: which of the spaces that a kind offers it runs on; `yardsticks_`: what the
    scores of each rule are held against, once it is fitted."""

    method: ClassVar[Method]
    space_type: ClassVar[type[Space[Any, Any, Any]]]
    wants: ClassVar[str]

    @classmethod
    def on(cls, offer: Offer, method: Method, name: str) -> type[Detector]:
        """The detector that a method is on a kind of data; InputError where the kind has no space for it."""
        place: str = getattr(offer, cls.wants)
        require(bool(place), "detector", name, f"another one: {offer.name} data have no space for {cls.wants} methods")
        space, card = at(place), method.card(offer, name)
        parts = {"method": method, "space_type": space, "card": card, "self_calibrating": space.self_calibrating}
        return type(name, (cls,), parts | {"__module__": cls.__module__, "__doc__": card.summary})

    def __init__(self, **options: Any) -> None:
        self.options = checked_options(type(self), options)
        witnesses = list(self.options.get("witnesses", ()))
        require(set(witnesses) <= set(RULES), "witnesses", witnesses, f"score rules among {', '.join(RULES)}")
        self._begin()

    def _begin(self) -> None:
        """As if nothing had been learned."""
        kinds = self.space_type.options()
        self.space: Any = self.space_type(**{key: value for key, value in self.options.items() if key in kinds})
        self.yardsticks_: dict[str, Any] = {}
        self.choice_, self.held_out_, self.notes_ = None, {}, ()

    @property
    def rules(self) -> tuple[Any, ...]:
        """The detector's own family first, then its witnesses."""
        return (self.card.family, *(rule for rule in self.options.get("witnesses", ()) if rule != self.card.family))

    @property
    def healer(self) -> object:
        """The space, which knows what normals look like."""
        return self.space

    def without_witnesses(self) -> Detector:
        """The same, which asks its own rule only, and need not say what was expected."""
        alone = copy(self)
        alone.space = self.space.judging_only()
        alone.options = {key: value for key, value in self.options.items() if key != "witnesses"}
        return alone

    def config(self) -> dict[str, Any]:
        """The options as JSON values."""
        return as_json(self.options | {key: value for key, value in self.space.config().items() if key in self.options})

    def state(self) -> dict[str, NDArray[Any]]:
        """What the space learned, what was chosen, and for each rule what calibrates it."""
        arrays: dict[str, NDArray[Any]] = self.space.state()
        if self.choice_ is not None:
            arrays |= self.choice_.state()
        if self.notes_:
            arrays[NOTES] = np.frombuffer(json.dumps(self.notes_).encode(), dtype=np.uint8).copy()
        for rule in self.rules:
            arrays |= self.yardsticks_[rule].state(rule)
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        self._begin()
        self.space.load(state)
        self.choice_ = Choice.from_state(state) if "choice.words" in state else None
        self.notes_ = tuple(json.loads(bytes(state[NOTES]))) if NOTES in state else ()
        self.yardsticks_ = {rule: self.space.restored(state, rule, self.signed(rule)) for rule in self.rules}

    def signed(self, rule: str) -> bool:
        """Whether the scores of a rule may be negative."""
        return False
