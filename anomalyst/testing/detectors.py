"""What a detector must keep to: its card and options, its maps, that it learned, that faults stand out where they are,
that a score is the sample's own, and that it is the same after it was saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import CONFIG_NAME, WEIGHTS_NAME, Detector, Family, ScoreMap
from anomalyst.detectors.effort import TIERS
from anomalyst.detectors.registry import detector_class, detector_names, load_detector
from anomalyst.errors import InputError
from anomalyst.modalities.registry import modalities, modality
from anomalyst.modalities.trial import Trial
from anomalyst.testing.saying import must, must_refuse

CHANCE, MARGIN = 0.5, 0.1  # area under the curve of a constant score, and by how much it must be beaten
FEW_STEPS, FEW_NORMALS = 5, 4
SAME = 1e-5  # relative: of scores before and after saving


def check_detector(
    detector: str | type[Detector],
    options: Mapping[str, Any] | None = None,
    *,
    trial: Trial | None = None,
    exact: bool = True,
    kept: float = SAME,
) -> None:
    """AssertionError unless the detector, a registered name or a class, keeps to the contract.

    `options`: of its constructor, such as fewer steps of training; `trial`: samples to try it on, its kind's own if
    None; `exact`: a fault must be found to half its size, at every border too; `kept`: how far scores may differ,
    relatively, after it was saved and loaded.
    """
    made = detector_class(detector) if isinstance(detector, str) else detector
    tried = Tried(made, dict(options or {}), trial or modality(made.card.modality).trial(0), kept)
    for check in CHECKS:
        check(tried)
    if exact:
        for check in EXACT:
            check(tried)


@dataclass(frozen=True)
class Tried:
    """A detector with what it is tried on: fitted once, and each sample scored once."""

    kind: type[Detector]
    options: dict[str, Any]
    trial: Trial
    kept: float

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kind.card.name

    def made(self, **others: Any) -> Detector:
        """Another one, not fitted."""
        return self.kind(**self.options | others)

    @cached_property
    def fitted(self) -> Detector:
        """Fitted on the trial's normals."""
        return self.made().fit(self.trial.normals)

    @cached_property
    def in_short(self) -> tuple[Detector, Detector, Detector]:
        """Fitted on half of the normals twice, and on the other half; whatever is trained, for a few steps only."""
        half = (len(self.trial.normals) + 1) // 2
        few = {"train_steps": FEW_STEPS} if "train_steps" in self.kind.defaults() else {}
        first, second = self.trial.normals[:half], self.trial.normals[-half:]
        return self.made(**few).fit(first), self.made(**few).fit(first), self.made(**few).fit(second)

    @cached_property
    def normal(self) -> list[ScoreMap]:
        """What it says of normal samples that it has not seen."""
        return [self.fitted.score(sample) for sample in self.trial.normal]

    @cached_property
    def faulty(self) -> list[ScoreMap]:
        """What it says of faulty ones."""
        return [self.fitted.score(sample) for sample in self.trial.faulty]


def card_and_config(it: Tried) -> None:
    """The card says all it must, and the constructor only stores JSON values."""
    card = it.kind.card
    must(card.family in get_args(Family), f"{it.name}: its family {card.family!r} is none of {get_args(Family)}.")
    must(card.modality in modalities(), f"{it.name}: its kind {card.modality!r} is none of {list(modalities())}.")
    must(all(card.as_dict().values()), f"{it.name}: something is empty on its card: {card.as_dict()}.")
    config = json.loads(json.dumps(it.made().config()))
    must(it.kind(**config).config() == config, f"{it.name}: another one of its config {config} has another config.")
    defaults = it.kind().config()
    must(set(it.kind.defaults()) == set(defaults), f"{it.name}: its options are not those of its config {defaults}.")


def the_map_lies_on_the_samples_axes(it: Tried) -> None:
    """Scores, p-values and what is expected have the shapes and values that they must have."""
    got, fault = it.faulty[0], it.trial.faults[0]
    must(got.modality == it.kind.card.modality, f"{it.name}: its map is of {got.modality!r} data.")
    shapes = got.scores.shape, got.p_values.shape
    must(set(shapes) == {fault.shape}, f"{it.name}: scores and p-values have the shapes {shapes}, not {fault.shape}.")
    must(got.samples.shape[1:] == got.expected.shape, f"{it.name}: `samples` are {got.samples.shape}, K of `expected`.")
    must(np.isfinite(got.scores).all(), f"{it.name}: scores are not finite.")
    p = got.p_values
    must(((p > 0) & (p <= 1)).all() and 0 < got.sample_p <= 1, f"{it.name}: p-values must lie above 0 and up to 1.")


def something_was_learned(it: Tried) -> None:
    """Scores differ from place to place and from sample to sample, and depend on what it was fitted on."""
    must(it.faulty[0].scores.std() > 0, f"{it.name}: the scores of a sample are all the same.")
    scores = [got.sample_score for got in (*it.normal, *it.faulty)]
    must(len(set(scores)) > 1, f"{it.name}: all samples have the score {scores[0]}.")
    state = it.fitted.state()
    must(bool(state), f"{it.name}: nothing is learned: `state` is empty after `fit`.")
    one, other = it.in_short[0].state(), it.in_short[2].state()
    same = set(one) == set(other) and all(np.array_equal(one[key], other[key]) for key in one)
    must(not same, f"{it.name}: fitted on other normals it has learned the same: `fit` changes nothing.")


def a_constant_score_is_beaten(it: Tried) -> None:
    """Faulty samples lie above normal ones, and faulty elements above the others of their sample."""
    samples = area([m.sample_score for m in it.normal], [m.sample_score for m in it.faulty])
    places = [area(m.scores[~fault], m.scores[fault]) for m, fault in zip(it.faulty, it.trial.faults, strict=True)]
    for what, found in (("faulty samples", samples), ("faulty places", float(np.mean(places)))):
        must(found > CHANCE + MARGIN, f"{it.name}: {what} have AUROC {found:.2f}; a constant score has {CHANCE}.")
    p = np.mean([m.sample_p for m in it.faulty]), np.mean([m.sample_p for m in it.normal])
    must(p[0] < p[1], f"{it.name}: p-values of faulty samples are {p[0]:.3f} on the mean, of normal ones {p[1]:.3f}.")


def a_score_is_the_samples_own(it: Tried) -> None:
    """The same seed gives the same scores, whatever was scored in between and whichever object scores."""
    first, again = it.faulty[0], it.fitted.score(it.trial.faulty[0])
    alike(it, first, again, "after others were scored", 0.0)
    one, anew = (detector.score(it.trial.faulty[0]) for detector in it.in_short[:2])
    alike(it, one, anew, "fitted anew with the same seed", 0.0)


def it_is_the_same_after_saving(it: Tried) -> None:
    """Two files, no more, from which it comes back as it was."""
    with TemporaryDirectory() as folder:
        it.fitted.save_pretrained(folder)
        files = sorted(path.name for path in Path(folder).iterdir())
        must(files == sorted((CONFIG_NAME, WEIGHTS_NAME)), f"{it.name}: it saved {files}.")
        loaded = it.kind.from_pretrained(folder)
        if it.name in detector_names() and detector_class(it.name) is it.kind:
            loaded_by_name = load_detector(folder)
            must(type(loaded_by_name) is it.kind, f"{it.name}: it is loaded as {type(loaded_by_name)}.")
        must(loaded.config() == it.fitted.config(), f"{it.name}: it is loaded with the config {loaded.config()}.")
        alike(it, it.faulty[0], loaded.score(it.trial.faulty[0]), "saved and loaded", it.kept)


def others_samples_are_refused(it: Tried) -> None:
    """Samples of another kind, and none where it cannot do without."""
    own = it.kind.card.modality
    other = next(kind for name, kind in modalities().items() if name != own).trial(0).normal[0]
    must_refuse(lambda: it.made().fit([other]), InputError, f"{it.name}: a normal of {other.modality} data")
    must_refuse(lambda: it.fitted.score(other), InputError, f"{it.name}: a sample of {other.modality} data")
    if not it.kind.self_calibrating:
        must_refuse(lambda: it.made().fit([]), InputError, f"{it.name}: no normals at all")


def faults_are_found_where_they_are(it: Tried) -> None:
    """The centre of the highest scores lies in the fault each time, and on the mean nearly in its middle: what borders
    do to one end they do to the other, while a map that is shifted by a cell is so everywhere."""
    pairs = list(zip(it.faulty, it.trial.faults, strict=True))
    size = np.array([np.ptp(np.nonzero(fault), axis=1) + 1 for _, fault in pairs])
    off = np.array([centre(got.scores, fault.sum()) - np.mean(np.nonzero(fault), axis=1) for got, fault in pairs])
    must((np.abs(off) <= size / 2).all(), f"{it.name}: faults of {size[0]} elements are found that far off:\n{off}")
    mean = off.mean(0)
    must((np.abs(mean) <= size.mean(0) / 5).all(), f"{it.name}: its maps are shifted by {mean} elements on the mean.")


def every_fault_outranks_every_normal(it: Tried) -> None:
    """The first faulty sample, whose fault lies inside, stands above all normal ones."""
    must(
        it.faulty[0].sample_score > max(m.sample_score for m in it.normal), f"{it.name}: a normal sample stands above."
    )
    must(it.faulty[0].sample_p < min(m.sample_p for m in it.normal), f"{it.name}: a normal sample has a p-value below.")


def what_is_expected_heals(it: Tried) -> None:
    """In the fault what is expected is nearer to the truth than what is there, by half at least."""
    for got, fault, (seen, true) in zip(it.faulty, it.trial.faults, it.trial.truths, strict=False):
        left, was = (np.abs(values - true)[fault].mean() for values in (got.expected, seen))
        must(left < was / 2, f"{it.name}: the fault of size {was:.3g} is still {left:.3g} in what is expected.")


def every_tier_finds_the_fault(it: Tried) -> None:
    """Each amount of effort gives other scores that find the fault too; another word for it is refused."""
    known = it.fitted.config()
    if "steps" not in known:
        return
    for tier in set(TIERS) - {known["steps"]}:
        detector = it.kind(**known | {"steps": tier})
        if "train_steps" in known:  # what was learned and calibrated does for a look at another tier
            detector.load_state(it.fitted.state())
        else:
            detector.fit(it.trial.normals[:FEW_NORMALS])
        got = detector.score(it.trial.faulty[0])
        found = area(got.scores[~it.trial.faults[0]], got.scores[it.trial.faults[0]])
        must(found > CHANCE + MARGIN, f"{it.name}: with steps={tier!r} a faulty place has AUROC {found:.2f}.")
        must(not np.array_equal(got.scores, it.faulty[0].scores), f"{it.name}: steps={tier!r} changes no score.")
    must_refuse(lambda: it.kind(**known | {"steps": "many"}), InputError, f"{it.name}: steps='many'")


Check = Callable[[Tried], None]
CHECKS: tuple[Check, ...] = (
    card_and_config,
    the_map_lies_on_the_samples_axes,
    something_was_learned,
    a_constant_score_is_beaten,
    a_score_is_the_samples_own,
    it_is_the_same_after_saving,
    others_samples_are_refused,
)
EXACT: tuple[Check, ...] = (
    faults_are_found_where_they_are,
    every_fault_outranks_every_normal,
    what_is_expected_heals,
    every_tier_finds_the_fault,
)


def area(low: Any, high: Any) -> float:
    """The share of pairs in which the second stands above the first, ties counting half: AUROC."""
    from sklearn.metrics import roc_auc_score

    below, above = np.ravel(low), np.ravel(high)
    return float(roc_auc_score(np.arange(below.size + above.size) >= below.size, np.concatenate([below, above])))


def centre(scores: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """The middle (median) of so many highest elements, along each axis."""
    highest = np.argsort(scores, axis=None)[-int(count) :]
    return np.array([np.median(places) for places in np.unravel_index(highest, scores.shape)])


def alike(it: Tried, one: ScoreMap, other: ScoreMap, when: str, most: float) -> None:
    """AssertionError unless two maps are the same but for `most`, relative to the range of scores."""
    span = float(np.ptp(one.scores)) or 1.0
    apart = float(np.abs(one.scores - other.scores).max()) / span
    must(apart <= most, f"{it.name}: {when}, its scores differ by {apart:.2g} of their range.")
    p = abs(one.sample_p - other.sample_p)
    must(p <= most, f"{it.name}: {when}, the sample's p-value differs by {p:.2g}.")
