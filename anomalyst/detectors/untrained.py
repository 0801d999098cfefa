"""The one body of every detector in closed form: store normals, hold each out in turn, calibrate, score, save.

The denoisers are exact, so nothing is trained, and each normal can be scored as if it had never been seen: cross-
conformal. Where the kind of data can, a sample without normals is its own reference. How normals are stored, held out
and asked, the kind of data says (`space.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from numpy.typing import NDArray

from anomalyst.detectors.body import MethodDetector
from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError
from anomalyst.samples import Sample


class UntrainedDetector(MethodDetector):
    """A method in closed form on a kind of data. `witnesses`: other score rules to compute and calibrate beside the own
    one. The other options are the kind's."""

    wants: ClassVar[str] = "untrained"
    space: BankSpace[Any, Any, Any, Any]

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The options and what each is unless said otherwise."""
        return {"witnesses": ()} | cls.space_type.options()

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal samples; without any, each sample will be its own reference where the kind can do that."""
        self._begin()
        if not normals and self.self_calibrating:
            return self
        held = self.space.learn(normals, self.rules, self.on_step)
        held, found = self.space.settled(held, self.rules)
        self.yardsticks_ = dict(found)
        self.choice_ = held.choice
        self.held_out_, self.notes_ = self.yardsticks_[self.card.family].held_out, self.space.notes()
        return self

    def score(self, sample: Sample) -> ScoreMap:
        """Score one sample against the normals, or against itself."""
        if self.yardsticks_:
            asked = {rule: self.yardsticks_[rule] for rule in self.rules}
            space, yardsticks = self.space.suited(sample, asked)
            laid = space.lay(sample)
            said = {rule: space.said(laid, rule, yardsticks[rule]) for rule in self.rules}
            return space.told(laid, said, yardsticks)
        if not self.self_calibrating:
            raise InputError(f"{self.card.name} has not learned yet; call `fit` with normal samples first.")
        return self.space.told(*self.space.alone(sample, self.rules))

    def state(self) -> dict[str, NDArray[Any]]:
        """What was learned; without normals, how the kind of data judges a sample by itself."""
        return super().state() if self.yardsticks_ else self.space.blank()

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        if set(state) - set(self.space.blank()):
            super().load_state(state)
        else:
            self._begin()
            self.space.load_blank(state)
