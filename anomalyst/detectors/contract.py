"""The detector contract: what every detector takes, what its score map holds, and the card that describes it."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from inspect import signature
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from anomalyst.detectors.calibration.conformal import judged
from anomalyst.detectors.choice import Choice
from anomalyst.errors import ModelError, OutputError
from anomalyst.samples import Modality, Sample

CONFIG_NAME = "detector.json"
WEIGHTS_NAME = "detector.safetensors"
FORMAT_VERSION = 1

Rule = Literal["density", "reconstruction", "imputation"]
Family = Literal["density", "reconstruction", "imputation", "hybrid", "information"]
RULES: tuple[Rule, ...] = ("density", "reconstruction", "imputation")


@dataclass(frozen=True)
class Card:
    """What a detector is good for; a language model reads it when it chooses."""

    name: str
    modality: Modality
    family: Family
    summary: str
    cost: str
    best_for: str
    avoid_when: str
    paper: str

    @property
    def rule(self) -> Rule:
        """The family as a score rule; hybrid and information detectors have none."""
        if self.family == "hybrid" or self.family == "information":
            raise ValueError(f"{self.name} is of the family {self.family} and has no single score rule")
        return self.family

    def as_dict(self) -> dict[str, str]:
        """The card as plain strings, for JSON and prompts."""
        return asdict(self)


@dataclass(frozen=True)
class RuleScore:
    """One score rule's opinion on the sample's detection axes (image: (H, W); series: (T,)).

    `scores`: higher is more abnormal; `p_values`: conformal, element-wise, same shape;
    `sample_score`, `sample_p`: the whole sample's.
    """

    scores: NDArray[np.float32]
    p_values: NDArray[np.float32]
    sample_score: float
    sample_p: float

    def __post_init__(self) -> None:
        for said in (self.scores, self.p_values, self.sample_score, self.sample_p):
            judged(said, "the sample")


CalibrationMethod = Literal["split-conformal", "cross-conformal", "self-calibrated"]


@dataclass(frozen=True)
class Calibration:
    """How p-values were made, so that an explanation can say it.

    `method`: "split-conformal", "cross-conformal" (few normals) or "self-calibrated" (no normals);
    `normals`: number of normal samples (series: independent stretches) behind the sample p-value;
    `elements`: number of normal elements behind the element p-values; `smallest`: no sample like this one can get a
    smaller p-value, 0 where none is too small (and in runs recorded before it was noted); `supported`: the smallest
    p-value of a whole sample like this one that rests on the normals, not on a fitted tail alone: images and pairs
    1 / (normals + 1); 0 likewise.
    """

    method: CalibrationMethod
    normals: int
    elements: int
    smallest: float = 0.0
    supported: float = 0.0


@dataclass(frozen=True)
class ScoreMap:
    """A detector's whole answer for one sample.

    Shapes: `scores`, `p_values` on the axes that the kind of data is scored on (image (H, W), series (T,));
    `expected` as the sample's own values (image (H, W, 3), series (T, C)), `samples` K of them.
    Scores: higher is more abnormal. `expected` and `samples` are in the sample's own units and show what normal would
    have been, in double precision where single cannot hold them; the spread of `samples` over K is the uncertainty of
    `expected`.
    `sample_p` is the calibrated p-value of the whole sample; `extrapolated` says that it lies below
    1 / (normals + 1), i.e. was read from a fitted tail. `rules` holds each computed rule's opinion, the
    detector's own one included. `detail`: what only maps of this kind of data hold (`scores.py` of the kind).
    No score and no p-value is NaN: InputError, as what could not be scored is not normal.
    """

    modality: Modality
    scores: NDArray[np.float32]
    p_values: NDArray[np.float32]
    sample_score: float
    sample_p: float
    extrapolated: bool
    expected: NDArray[np.floating]
    samples: NDArray[np.floating]
    calibration: Calibration
    rules: Mapping[str, RuleScore] = field(default_factory=dict)
    detail: object | None = None

    def __post_init__(self) -> None:
        for said in (self.scores, self.p_values, self.sample_score, self.sample_p):
            judged(said, "the sample")


class OnStep(Protocol):
    """Told after each step of a long work how many are done, of how many, and, while a network is trained, its latest
    loss."""

    def __call__(self, done: int, total: int, loss: float | None = None, /) -> None: ...


class Detector(ABC):
    """Base class of all detectors.

    The constructor only stores its arguments: they are the config. Learned state ends in `_`.
    `fit` learns from normal samples; with an empty list a detector whose `self_calibrating` is True
    learns from each scored sample itself. `choice_`: what `fit` chose by trying, None where nothing was. `on_step`: set
    by whoever wants to follow a long `fit`; told of judgements of normals, or of steps of training.
    `held_out_`: after `fit`, the sample scores of normals that were scored as if not learned from, by their number in
    what `fit` got; empty where a detector does not tell, and once it is loaded again.
    `usual_`: what is usual among the normals it learned from, as their kind of data tells it (`Defaults.usual`); set by
    whoever fits it, and saved beside it.
    `notes_`: what `fit` left out of the normals, one sentence each; it is told with every answer, and saved.
    """

    card: ClassVar[Card]
    self_calibrating: ClassVar[bool] = False
    choice_: Choice | None = None
    notes_: tuple[str, ...] = ()
    held_out_: Mapping[int, float] = MappingProxyType({})
    usual_: Mapping[str, Any] = MappingProxyType({})
    on_step: OnStep | None = None

    @abstractmethod
    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal samples and calibrate on held-out ones; returns self."""

    @abstractmethod
    def score(self, sample: Sample) -> ScoreMap:
        """Score one sample; deterministic for a fixed `seed` and independent of any other sample."""

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""

    @abstractmethod
    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""

    @abstractmethod
    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The constructor's options, and what each is unless said otherwise."""
        return {name: option.default for name, option in signature(cls).parameters.items()}

    @property
    def healer(self) -> object:
        """What replaces parts of a sample by what is expected there: this detector, or a part of it."""
        return self

    def without_witnesses(self) -> Detector:
        """The same detector, for scorings of which only its own verdict counts."""
        return self

    def save_pretrained(self, folder: str | Path) -> None:
        """Write `detector.json` and `detector.safetensors` into `folder`."""
        path = Path(folder)
        try:
            path.mkdir(parents=True, exist_ok=True)
            save_file({k: np.ascontiguousarray(v) for k, v in self.state().items()}, path / WEIGHTS_NAME)
            head = {"format": FORMAT_VERSION, "detector": self.card.name, "config": self.config()}
            head |= {"usual": dict(self.usual_)} if self.usual_ else {}
            (path / CONFIG_NAME).write_text(json.dumps(head, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"cannot save the detector in {str(path)!r}: {error}; name a writable folder.") from error

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Self:
        """Load a detector of this class that `save_pretrained` wrote."""
        head, weights = read_saved(folder)
        detector = cls(**head["config"])
        detector.load_state(weights)
        detector.usual_ = usual_in(head)
        return detector


def checked_options(kind: type[Detector], options: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a detector, those given in place of their defaults; TypeError if one is unknown."""
    known = kind.defaults()
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(f"{kind.card.name} has no option {', '.join(unknown)}; it takes {', '.join(known)}")
    return known | dict(options)


def as_json(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as JSON values."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}


def usual_in(head: Mapping[str, Any]) -> dict[str, Any]:
    """What is usual among a saved detector's normals; nothing where it was saved before that was noted."""
    usual = head.get("usual")
    return usual if isinstance(usual, dict) else {}


def read_saved(folder: str | Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The head (format, detector, config) and the arrays of a saved detector; ModelError if it is none."""
    path = Path(folder)
    try:
        head = json.loads((path / CONFIG_NAME).read_text(encoding="utf-8"))
        weights = load_file(path / WEIGHTS_NAME)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"{str(path)!r} is no saved detector ({error}); give a folder that a detector was saved in.", "fitted"
        ) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT_VERSION or not isinstance(head.get("config"), dict):
        raise ModelError(
            f"{str(path / CONFIG_NAME)!r} has format {head.get('format') if isinstance(head, dict) else head!r}; "
            f"this version reads format {FORMAT_VERSION}: fit the detector again."
        )
    return head, weights
