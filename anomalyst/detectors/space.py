"""What a method asks of a kind of data: lay a sample out as grids, bring scores back, hold normals out, draw what was
expected.

A space holds the kind's own options, which are its fields, and what it learned from normals, whose names end in `_`; it
saves both. `GridSpace` is for methods that train something, `BankSpace` for those in closed form; the two bodies,
`trained.py` and `untrained.py`, ask nothing else. What passes through a body's hands unopened is the kind's: L or G, a
sample laid out; H or C, normals while a detector is fitted; S, what was said of a sample by one rule; Y, the yardstick
that a rule's scores are held against.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

from numpy.typing import NDArray

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import OnStep, Rule, ScoreMap, as_json
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from torch import Tensor

    from anomalyst.detectors.denoisers.contract import Denoiser


class Yardstick(Protocol):
    """What a rule's scores are among normals, so that others' can be told from them."""

    @property
    def held_out(self) -> Mapping[int, float]:
        """Scores of whole normals that were held out, by their number in what `fit` got; empty once loaded."""
        ...

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        ...


class OnGrids(Protocol):
    """A sample, or held-out normals, as grids (N, C, *axes) of standard deviation about 1."""

    @property
    def grids(self) -> Tensor:
        """What a network sees."""
        ...


class Chosen(Protocol):
    """Normals that are learned from and can each be held out, while a detector is fitted."""

    @property
    def choice(self) -> Choice | None:
        """What was chosen for them on synthetic anomalies, if anything."""
        ...


L = TypeVar("L")
G = TypeVar("G", bound=OnGrids)
H = TypeVar("H", bound=OnGrids)
C = TypeVar("C", bound=Chosen)
S = TypeVar("S")
Y = TypeVar("Y", bound=Yardstick)


@dataclass(kw_only=True, eq=False)
class Space(ABC, Generic[L, S, Y]):
    """What every method asks. The fields are the options that a kind has, whatever the method. `self_calibrating`: a
    sample can be its own reference."""

    seed: int = 0

    self_calibrating: ClassVar[bool] = False

    @classmethod
    def options(cls) -> dict[str, Any]:
        """The options of this kind of data, and their defaults."""
        return {option.name: option.default for option in fields(cls)}

    def config(self) -> dict[str, Any]:
        """The options as JSON values."""
        return as_json({option.name: getattr(self, option.name) for option in fields(self)})

    def notes(self) -> tuple[str, ...]:
        """What learning left out of the normals, one sentence each."""
        return ()

    def judging_only(self) -> Self:
        """The same, for answers of which nobody looks at what was expected."""
        return self

    @abstractmethod
    def lay(self, sample: Sample) -> L:
        """A sample laid out as the normals were; InputError if it is of another kind than they."""

    @abstractmethod
    def told(self, laid: L, said: Mapping[str, S], yardsticks: Mapping[str, Y]) -> ScoreMap:
        """The whole answer: what every rule said, the first of them foremost, and what was expected instead."""

    @abstractmethod
    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> Y:
        """The yardstick that gave this state. `signed`: of scores that may be negative."""

    @abstractmethod
    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""

    @abstractmethod
    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""


@dataclass(frozen=True)
class Split(Generic[H]):
    """Normals as grids: those that are learned from, those that stop the training, and those that calibrate."""

    learned: Tensor
    checked: Tensor
    held: H


@dataclass(frozen=True)
class Around:
    """How far and with what a method looks around a place: `side` places along each axis; `apart`: at each channel by
    itself too; `width`, `batch` of its small network, None: as it likes."""

    side: int = 1
    apart: bool = False
    width: int | None = None
    batch: int | None = None


Ask = Callable[["Tensor", float], "Tensor"]  # grids (N, C, *axes), noise level → scores of the same shape


class GridSpace(Space[G, S, Y], Generic[G, H, S, Y]):
    """What methods ask that learn from whole grids. `train_steps`: usual steps of training; `look_every`: fewest of
    them between two looks at the grids that stop it; `around`: how the surroundings of a place are seen; `together`:
    the grids of one sample overlap, and are scored as one; `of_denoisers`: options of methods that ask a denoiser;
    `by_place`: what options are unless said otherwise where each place is judged alone, which is cheap."""

    train_steps: ClassVar[int]
    look_every: ClassVar[int] = 1
    around: ClassVar[Around] = Around()
    together: ClassVar[bool] = False
    of_denoisers: ClassVar[tuple[str, ...]] = ()
    by_place: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def split(self, normals: Sequence[Sample]) -> Split[H]:
        """Learn how normals are laid out, and which are held out; InputError if they are too few."""

    def ready(self) -> Denoiser | None:
        """A denoiser that the options name, so that none is trained."""
        return None

    @abstractmethod
    def chunk(self, grids: Tensor) -> int:
        """How many of these grids are scored at once."""

    @abstractmethod
    def choose_depth(self, held: H, ask: Ask) -> Choice:
        """The noise level, as "depth 0.5", whose scores tell synthetic anomalies best from the held-out normals."""

    @abstractmethod
    def yardstick(self, held: H, scores: Tensor, signed: bool) -> Y:
        """What the scores of the held-out normals' grids say. `signed`: they may be negative."""

    @abstractmethod
    def said(self, laid: G, scores: Tensor, yardstick: Y) -> S:
        """What the scores of a sample's grids say of it."""


class BankSpace(Space[L, S, Y], Generic[L, C, S, Y]):
    """What methods ask that read all from the stored normals."""

    @abstractmethod
    def learn(self, normals: Sequence[Sample], rules: Sequence[Rule], on_step: OnStep | None) -> C:
        """Store normals, without those that the first rule suspects where the options say so."""

    @abstractmethod
    def yardsticks(self, held: C, rules: Sequence[Rule]) -> dict[str, Y]:
        """What each rule's scores are of normals that are held out in turn."""

    def settled(self, held: C, rules: Sequence[Rule]) -> tuple[C, Mapping[str, Y]]:
        """The normals without those that are unlike the others beyond doubt by the first rule, and the yardsticks of
        all rules; all of them where the kind of data leaves none out. One call for all rules, as they ask the same
        neighbours."""
        return held, self.yardsticks(held, rules)

    @abstractmethod
    def said(self, laid: L, rule: Rule, yardstick: Y) -> S:
        """What a rule says of a sample."""

    def suited(self, sample: Sample, yardsticks: Mapping[str, Y]) -> tuple[Self, Mapping[str, Y]]:
        """The space that a sample is laid out in, and what its scores are held against: this one and its own, unless
        the kind of data has learned to see such samples apart."""
        return self, yardsticks

    def alone(self, sample: Sample, rules: Sequence[Rule]) -> tuple[L, dict[str, S], dict[str, Y]]:
        """A sample as its own reference: laid out, what each rule says, and against what."""
        raise NotImplementedError(f"{type(self).__name__} needs normals")

    def blank(self) -> dict[str, NDArray[Any]]:
        """What is saved of a detector without normals."""
        return {}

    def load_blank(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `blank` gave."""
