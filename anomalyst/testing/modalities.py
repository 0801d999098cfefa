"""What a kind of data must keep to: each question of `modalities/base.py`, asked of samples that the kind makes up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np

from anomalyst.detectors.offer import Offer
from anomalyst.detectors.registry import detector_names, list_detectors
from anomalyst.modalities.base import Modality
from anomalyst.modalities.registry import modalities
from anomalyst.modalities.trial import Trial
from anomalyst.testing.saying import must

Ask = Callable[[Modality, Trial], None]


def check_modality(kind: Modality | str) -> None:
    """AssertionError unless the kind, a registered name or its one object, answers every question as it must."""
    known = modalities().get(kind) if isinstance(kind, str) else kind
    must(isinstance(known, Modality), f"{kind!r} is no kind of data; known are {', '.join(modalities())}.")
    assert isinstance(known, Modality)
    unasked = type(known).__abstractmethods__ | (Modality.__abstractmethods__ - set(QUESTIONS))
    must(not unasked, f"{known.name}: there is no answer to {sorted(unasked)}.")
    trial = known.trial(0)
    for ask in dict.fromkeys(QUESTIONS.values()):
        ask(known, trial)


def names(kind: Modality, trial: Trial) -> None:
    """It has a name, a word for everything, and detectors whose names and cards say that they are its own."""
    must(kind.name.isidentifier() and kind.name.islower(), f"the name {kind.name!r} is no lower-case word.")
    empty = [word.name for word in fields(kind.nouns) if not getattr(kind.nouns, word.name)]
    must(not empty, f"{kind.name}: it has no words for {', '.join(empty)}.")
    must(isinstance(kind.offer, Offer) and kind.offer.name == kind.name, f"{kind.name}: its offer is {kind.offer!r}.")
    if modalities().get(kind.name) is kind:
        cards = list_detectors(kind.name)
        must(bool(cards), f"{kind.name}: no detector can be asked for; offer a space or a detector.")
        must([card.name for card in cards] == detector_names(kind.name), f"{kind.name}: a detector cannot be loaded.")


def samples(kind: Modality, trial: Trial) -> None:
    """All samples of its trial are its own, named and told apart; the same seed makes the same ones."""
    every = [*trial.normals, *trial.normal, *trial.faulty]
    must(bool(trial.normals and trial.normal and trial.faulty), f"{kind.name}: something is missing in its trial.")
    for sample in every:
        must(isinstance(sample, kind.sample), f"{kind.name}: {sample!r} is no {kind.sample.__name__}.")
        must(sample.modality == kind.name, f"{kind.name}: a sample says that it is {sample.modality!r} data.")
        must(bool(sample.name) and isinstance(sample.notes, tuple), f"{kind.name}: a sample has no name or no notes.")
        must(all(size > 0 for size in sample.shape), f"{kind.name}: {sample.name!r} has the axes {sample.shape}.")
    again = kind.trial(0)
    same = all(np.array_equal(one, other) for one, other in zip(trial.faults, again.faults, strict=True))
    must(same, f"{kind.name}: the same seed makes other faults.")


def faults(kind: Modality, trial: Trial) -> None:
    """Each faulty sample has a mask that marks a part of it."""
    must(len(trial.faults) == len(trial.faulty), f"{kind.name}: a faulty sample has no mask, or a mask no sample.")
    for sample, fault in zip(trial.faulty, trial.faults, strict=True):
        must(fault.dtype == bool, f"{kind.name}: the mask of {sample.name!r} holds {fault.dtype}, not True and False.")
        must(0 < fault.mean() <= 0.5, f"{kind.name}: the fault of {sample.name!r} covers {100 * fault.mean():.0f} %.")


def regions(kind: Modality, trial: Trial) -> None:
    """The places of its findings are of a class of its own, which JSON can hold."""
    must(hasattr(kind.region, "model_json_schema"), f"{kind.name}: {kind.region.__name__} is no model of pydantic.")
    must(bool(kind.region.model_json_schema()), f"{kind.name}: {kind.region.__name__} has no schema.")


QUESTIONS: Mapping[str, Ask] = {"name": names, "sample": samples, "trial": faults, "region": regions}
