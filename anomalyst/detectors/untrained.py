"""The one body of every detector in closed form: store normals, hold each out in turn, calibrate, score, save.

The denoisers are exact, so nothing is trained, and each normal can be scored as if it had never been seen: cross-
conformal. Where the kind of data can, a sample without normals is its own reference. How normals are stored, held out
and asked, the kind of data says (`space.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from numpy.typing import NDArray

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RULES, Detector, Rule, ScoreMap, checked_options
from anomalyst.detectors.methods.base import Method
from anomalyst.detectors.offer import Offer
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError, require
from anomalyst.plugins import at
from anomalyst.samples import Sample


class UntrainedDetector(Detector):
    """A method in closed form on a kind of data. `witnesses`: other score rules to compute and calibrate beside the own
    one. The other options are the kind's."""

    space_type: ClassVar[type[BankSpace[Any, Any, Any, Any]]]

    @classmethod
    def on(cls, offer: Offer, method: Method, name: str) -> type[Detector]:
        """The detector that a method is on a kind of data; InputError where there is no closed form."""
        require(bool(offer.untrained), "detector", name, f"another: {offer.name} data have no closed form")
        space = at(offer.untrained)
        parts = {"space_type": space, "self_calibrating": space.self_calibrating, "card": method.card(offer, name)}
        return type(name, (cls,), parts | {"__module__": __name__, "__doc__": method.card(offer, name).summary})

    def __init__(self, **options: Any) -> None:
        self.options = checked_options(type(self), options)
        self.witnesses = tuple(self.options.pop("witnesses"))
        require(
            set(self.witnesses) <= set(RULES),
            "witnesses",
            list(self.witnesses),
            f"score rules among {', '.join(RULES)}",
        )
        self.space = self.space_type(**self.options)
        self.yardsticks_: dict[str, Any] = {}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The options and what each is unless said otherwise."""
        return {"witnesses": ()} | cls.space_type.options()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The detector's own rule first, then its witnesses."""
        return (self.card.rule, *(rule for rule in self.witnesses if rule != self.card.rule))

    @property
    def healer(self) -> object:
        """The space, which knows what normals look like."""
        return self.space

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal samples; without any, each sample will be its own reference where the kind can do that."""
        self._forget()
        if not normals and self.self_calibrating:
            return self
        held = self.space.learn(normals, self.rules, self.on_step)
        self.choice_ = held.choice
        self.yardsticks_ = {rule: self.space.yardstick(held, rule) for rule in self.rules}
        self.held_out_ = self.yardsticks_[self.card.rule].held_out
        return self

    def _forget(self) -> None:
        kinds = self.space_type.options()
        self.space = self.space_type(**{key: value for key, value in self.options.items() if key in kinds})
        self.yardsticks_, self.choice_, self.held_out_ = {}, None, {}

    def score(self, sample: Sample) -> ScoreMap:
        """Score one sample against the normals, or against itself."""
        if not self.yardsticks_:
            if not self.self_calibrating:
                raise InputError(f"{self.card.name} has not learned yet; call `fit` with normal samples first.")
            return self.space.told(*self.space.alone(sample, self.rules))
        laid = self.space.lay(sample)
        said = {str(rule): self.space.said(laid, rule, self.yardsticks_[rule]) for rule in self.rules}
        return self.space.told(laid, said, self.yardsticks_)

    def config(self) -> dict[str, Any]:
        """The options as JSON values."""
        return self.space.config() | {"witnesses": list(self.witnesses)}

    def state(self) -> dict[str, NDArray[Any]]:
        """What the space learned, and for each rule what calibrates it; empty without normals."""
        if not self.yardsticks_:
            return {}
        arrays = self.space.state()
        if self.choice_ is not None:
            arrays |= self.choice_.state()
        for rule in self.rules:
            arrays |= self.yardsticks_[rule].state(rule)
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self._forget()
        if not state:
            return
        self.space.load(state)
        self.choice_ = Choice.from_state(state) if "choice.words" in state else None
        self.yardsticks_ = {rule: self.space.restored(state, rule, signed=False) for rule in self.rules}
