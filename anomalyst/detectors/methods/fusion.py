"""Several detectors as one: each is fitted on the same normals, and their p-values are combined element by element.

The p-value of a whole sample is calibrated once more where the members held out the same normals
(`calibration/joint.py`); elsewhere, and for elements, it is the combination's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.calibration.combine import Floats, cauchy, harmonic
from anomalyst.detectors.calibration.joint import calibrated_p, common_scores
from anomalyst.detectors.contract import Detector, OnStep, RuleScore, ScoreMap
from anomalyst.detectors.effort import AUTO, Tier, Trim, check_steps, check_trim
from anomalyst.detectors.methods.base import Method
from anomalyst.detectors.offer import Offer
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.errors import InputError, ModelError, require
from anomalyst.samples import Sample

Combine = Literal["cauchy", "harmonic"]

COMBINERS: dict[str, Callable[[Any], Floats]] = {"cauchy": cauchy, "harmonic": harmonic}
TIE = 0.01  # decades of p for each e-fold of the first member's score: orders what equal p-values leave equal
P_LEAST = float(np.finfo(np.float32).tiny)  # what a map of float32 still tells from 0
NORMALS = "fusion.normals"  # the name in the state of the scores of normals that all members held out
CONFIGS = "members"  # the name in the state of the members' configs, as the bytes of a JSON text


class FusionDetector(Detector):
    """Registered detectors that judge together.

    `members`: names of two or more different detectors of one modality, None: the default ones; `combine`: "cauchy"
    (Liu & Xie 2020, sharp) or "harmonic" (Vovk & Wang 2020, valid under every dependence); `backbone`, `seed`, `steps`
    (how much is spent: "one", "few" or "full"), `trim` (share of the normals that may be anomalies; "auto": as each
    member does unless told), `size` (root of the number of pixels worked on, None: the members' own): given to the
    members that take them. The score is −log10 of the combined p-value, before it is calibrated (plus a little of the
    first member's score, as p-values are the same beyond the most extreme normals). What is expected, the channels to
    blame and the calibration are the first member's. Each member's own opinion stays in the map's `rules`, by the
    member's name.
    Raises InputError on unknown members and options.
    """

    default_members: ClassVar[tuple[str, ...]]

    @classmethod
    def on(cls, offer: Offer, method: Method, name: str) -> type[Detector]:
        """The fusion of detectors for a kind of data; InputError where it names no methods that judge together."""
        require(bool(offer.fused), "detector", name, f"another: {offer.name} data name no detectors to judge together")
        members = tuple(offer.detector(member) for member in offer.fused)
        alone = all(detector_class(member).self_calibrating for member in members)
        parts = {"default_members": members, "self_calibrating": alone, "card": method.card(offer, name)}
        return type(name, (cls,), parts | {"__module__": __name__, "__doc__": method.card(offer, name).summary})

    def __init__(
        self,
        members: Sequence[str] | None = None,
        combine: Combine = "cauchy",
        backbone: str | None = None,
        seed: int = 0,
        steps: Tier = "few",
        trim: Trim = AUTO,
        size: int | None = None,
    ) -> None:
        names = tuple(self.default_members if members is None else members)
        known = [n for n in detector_names(self.card.modality) if n != self.card.name]
        different = len(set(names)) == len(names) >= 2 and set(names) <= set(known)
        require(different, "members", list(names), f"two or more different ones of {', '.join(known)}")
        require(combine in get_args(Combine), "combine", combine, f"one of {', '.join(get_args(Combine))}")
        check_steps(steps)
        check_trim(trim, auto=True)
        self.members, self.combine, self.backbone, self.seed = names, combine, backbone, seed
        self.steps, self.trim, self.size = steps, trim, size
        self.members_: dict[str, Detector] = {}
        self.normals_: Floats = np.empty((len(names), 0))

    @property
    def healer(self) -> object:
        """The first member's, once fitted."""
        return self.members_[self.members[0]].healer if self.members_ else self

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Fit every member on the same normal samples; raises what a member raises on them."""
        self.members_ = {}
        fitted = {}
        for place, name in enumerate(self.members):
            member = self._new(name)
            member.on_step = self._progress(place)
            fitted[name] = member.fit(normals)
            member.on_step = None
        self.members_, self.notes_ = fitted, _notes(fitted)
        self.normals_ = common_scores([member.held_out_ for member in fitted.values()])
        return self

    def _new(self, name: str) -> Detector:
        kind = detector_class(name)
        options: dict[str, Any] = {"backbone": self.backbone, "seed": self.seed, "steps": self.steps}
        options["size"] = self.size
        options["trim"] = None if self.trim == AUTO else self.trim
        taken = kind.defaults()
        return kind(**{key: value for key, value in options.items() if key in taken and value is not None})

    def _progress(self, place: int) -> OnStep | None:
        """What a member tells of its progress, told as a part of the progress of all."""
        tell = self.on_step
        if tell is None:
            return None
        return lambda done, total, loss=None: tell(place * total + done, len(self.members) * total, loss)

    def score(self, sample: Sample) -> ScoreMap:
        """Score one sample with every member; InputError before `fit`."""
        if not self.members_:
            raise InputError(f"{self.card.name} is not fitted; call `fit` with normal samples first.")
        maps = {name: member.score(sample) for name, member in self.members_.items()}
        first = maps[self.members[0]]
        p = self._combined([found.p_values for found in maps.values()])
        whole = float(self._combined([found.sample_p for found in maps.values()]))
        sample_p = self._calibrated(whole, [found.sample_score for found in maps.values()])
        return ScoreMap(
            modality=first.modality,
            scores=_score(p, first.scores),
            p_values=p.astype(np.float32),
            sample_score=float(_score(whole, first.sample_score)),
            sample_p=sample_p,
            extrapolated=_extrapolated(sample_p, list(maps.values())),
            expected=first.expected,
            samples=first.samples,
            calibration=replace(first.calibration, smallest=self._smallest(list(maps.values()))),
            rules={name: _opinion(found) for name, found in maps.items()},
            detail=first.detail,
        )

    def _combined(self, p_values: Sequence[Any]) -> Floats:
        """One p-value from the members'."""
        return COMBINERS[self.combine](p_values).clip(P_LEAST, 1.0)

    def _calibrated(self, combined: float, scores: Sequence[float]) -> float:
        """The whole sample's p-value by the normals in common; the `combined` one is believed only beyond them all."""
        if not self.normals_.size:
            return combined
        shown = calibrated_p(self.normals_, scores, COMBINERS[self.combine])
        return shown if shown > 1 / (self.normals_.shape[1] + 1) else min(shown, combined)

    def _smallest(self, maps: Sequence[ScoreMap]) -> float:
        """The smallest p-value that a whole sample can get: all members give their own smallest."""
        combined = float(self._combined([found.calibration.smallest for found in maps]))
        return min(combined, 1 / (self.normals_.shape[1] + 1)) if self.normals_.size else combined

    def config(self) -> dict[str, Any]:
        return {
            "members": list(self.members),
            "combine": self.combine,
            "backbone": self.backbone,
            "seed": self.seed,
            "steps": self.steps,
            "trim": self.trim,
            "size": self.size,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """The members' arrays under their names, and the members' configs."""
        configs = {name: member.config() for name, member in self.members_.items()}
        arrays: dict[str, NDArray[Any]] = {CONFIGS: np.frombuffer(json.dumps(configs).encode(), dtype=np.uint8).copy()}
        if self.normals_.size:
            arrays[NORMALS] = self.normals_
        for name, member in self.members_.items():
            arrays |= {f"{name}.{key}": value for key, value in member.state().items()}
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave; ModelError if it is of other members."""
        configs = json.loads(bytes(state[CONFIGS]))
        if list(configs) not in ([], list(self.members)):
            saved, asked = ", ".join(configs), ", ".join(self.members)
            raise ModelError(f"the state is of the members {saved}, the config names {asked}; fit the detector again.")
        self.members_ = {}
        self.normals_ = np.asarray(state.get(NORMALS, np.empty((len(self.members), 0))), dtype=np.float64)
        for name, config in configs.items():
            member, mark = detector_class(name)(**config), f"{name}."
            member.load_state({k.removeprefix(mark): v for k, v in state.items() if k.startswith(mark)})
            self.members_[name] = member
        self.notes_ = _notes(self.members_)


def _notes(members: Mapping[str, Detector]) -> tuple[str, ...]:
    """What the members left out of the normals, the same once."""
    return tuple(dict.fromkeys(note for member in members.values() for note in member.notes_))


def _score(p: Any, first: Any) -> NDArray[np.float32]:
    """Higher is more abnormal: decades of p, ties broken by the first member's scores."""
    return np.asarray(-np.log10(p) + TIE * np.arcsinh(first), dtype=np.float32)


def _extrapolated(sample_p: float, maps: Sequence[ScoreMap]) -> bool:
    """Whether a fitted tail stands behind a p-value below the least that the first member's normals can show."""
    normals = maps[0].calibration.normals
    return any(found.extrapolated for found in maps) and (not normals or sample_p < 1 / (normals + 1))


def _opinion(found: ScoreMap) -> RuleScore:
    return RuleScore(found.scores, found.p_values, found.sample_score, found.sample_p)


@dataclass(frozen=True, kw_only=True)
class Fused(Method):
    """Detectors of other methods, combined."""

    body: ClassVar[str] = "anomalyst.detectors.methods.fusion:FusionDetector"


METHOD = Fused(
    name="fusion",
    family="hybrid",
    summary="Combines the p-values of two detectors, {fused}, and keeps each one's vote.",
    best_for="a second opinion where what one detector misses matters",
    avoid_when="time is short, or one detector is known to suit: the other one adds false alarms",
    paper="Liu & Xie 2020, JASA 115 (Cauchy combination); Vovk & Wang 2020, Biometrika 107 (harmonic mean)",
    cost="that of its members together: two to four times {modality}-density",
)
