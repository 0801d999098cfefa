"""What a kind of data must keep to: each question of `modalities/base.py`, asked of samples that the kind makes up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pydantic import BaseModel

from anomalyst.detectors.offer import Offer
from anomalyst.detectors.registry import detector_names, list_detectors
from anomalyst.errors import InputError
from anomalyst.modalities.base import Modality
from anomalyst.modalities.registry import modalities
from anomalyst.testing.answers import advice, facts, findings, healed, pictures, said, states
from anomalyst.testing.asked import Ask, Asked
from anomalyst.testing.saying import must, must_refuse


def check_modality(kind: Modality | str) -> None:
    """AssertionError unless the kind, a registered name or its one object, answers every question as it must."""
    known = modalities().get(kind) if isinstance(kind, str) else kind
    must(isinstance(known, Modality), f"{kind!r} is no kind of data; known are {', '.join(modalities())}.")
    assert isinstance(known, Modality)
    unasked = type(known).__abstractmethods__ | (Modality.__abstractmethods__ - set(QUESTIONS))
    unasked |= {name for name in Modality.__annotations__ if not hasattr(known, name)}
    must(not unasked, f"{type(known).__name__}: there is no answer to {sorted(unasked)}.")
    asked = Asked(known)
    for ask in dict.fromkeys(QUESTIONS.values()):
        ask(asked)


def names(it: Asked) -> None:
    """It has a name, a word for everything, and detectors whose names and cards say that they are its own."""
    must(it.name.isidentifier() and it.name.islower(), f"the name {it.name!r} is no lower-case word.")
    empty = [word.name for word in fields(it.kind.nouns) if not getattr(it.kind.nouns, word.name)]
    must(not empty, f"{it.name}: it has no words for {', '.join(empty)}.")
    must(
        isinstance(it.kind.offer, Offer) and it.kind.offer.name == it.name,
        f"{it.name}: its offer is {it.kind.offer!r}.",
    )
    if modalities().get(it.name) is it.kind:
        cards = list_detectors(it.name)
        must(bool(cards), f"{it.name}: no detector can be asked for; offer a space or a detector.")
        must([card.name for card in cards] == detector_names(it.name), f"{it.name}: a detector cannot be loaded.")


def samples(it: Asked) -> None:
    """All samples of its trial are its own, named and told apart; the same seed makes the same ones."""
    every = [*it.trial.normals, *it.trial.normal, *it.trial.faulty]
    must(
        bool(it.trial.normals and it.trial.normal and it.trial.faulty),
        f"{it.name}: something is missing in its trial.",
    )
    for sample in every:
        must(isinstance(sample, it.kind.sample), f"{it.name}: {sample!r} is no {it.kind.sample.__name__}.")
        must(sample.modality == it.name, f"{it.name}: a sample says that it is {sample.modality!r} data.")
        must(bool(sample.name) and isinstance(sample.notes, tuple), f"{it.name}: a sample has no name or no notes.")
        must(all(size > 0 for size in sample.shape), f"{it.name}: {sample.name!r} has the axes {sample.shape}.")
    again = it.kind.trial(0)
    same = all(np.array_equal(one, other) for one, other in zip(it.trial.faults, again.faults, strict=True))
    must(same, f"{it.name}: the same seed makes other faults.")


def faults(it: Asked) -> None:
    """Each faulty sample has a mask that marks a part of it."""
    must(len(it.trial.faults) == len(it.trial.faulty), f"{it.name}: a faulty sample has no mask, or a mask no sample.")
    for sample, fault in zip(it.trial.faulty, it.trial.faults, strict=True):
        must(fault.dtype == bool, f"{it.name}: the mask of {sample.name!r} holds {fault.dtype}, not True and False.")
        must(0 < fault.mean() <= 0.5, f"{it.name}: the fault of {sample.name!r} covers {100 * fault.mean():.0f} %.")


def regions(it: Asked) -> None:
    """The places of its findings are of a class of its own, which JSON can hold."""
    must(issubclass(it.kind.region, BaseModel), f"{it.name}: {it.kind.region.__name__} is no model of pydantic.")
    must(bool(it.kind.region.model_json_schema()), f"{it.name}: {it.kind.region.__name__} has no schema.")


def reading(it: Asked) -> None:
    """It knows its own samples, no other's, and refuses a damaged file of its own ending in words."""
    must(it.kind.knows(it.sample) > 0, f"{it.name}: it does not know its own sample.")
    for name, other in modalities().items():
        if name != it.name:
            must(not it.kind.knows(other.trial(0).normal[0]), f"{it.name}: it takes {name} data for its own.")
    with TemporaryDirectory() as folder:
        for suffix in sorted(it.kind.ways.suffixes):
            file = Path(folder) / f"damaged{suffix}"
            file.write_bytes(b"\0\1 no such thing \xff")
            if it.kind.knows(file):
                must_refuse(partial(it.kind.read, file), InputError, f"{it.name}: a damaged {suffix} file")


def telling(it: Asked) -> None:
    """What is known before any detector ran is JSON, with the amounts that its offer counts; its size is words."""
    trial, amount = it.trial, it.kind.offer.amount
    known = {"normals": len(trial.normals)} | it.kind.profile(it.sample, trial.normals, False)
    must(json.loads(json.dumps(known)) == known, f"{it.name}: its profile {known} is not of JSON values.")
    counted = [name for name in (amount.normals, amount.sample, amount.each) if name and name not in known]
    must(not counted, f"{it.name}: its profile {known} lacks {counted}, which its offer counts.")
    json.dumps(it.kind.profile(None, trial.normals, True))
    must(bool(it.kind.size(it.sample).strip()), f"{it.name}: the size of a sample is no words.")


def keeping(it: Asked) -> None:
    """A sample comes back from its arrays as it was, with what its score map holds for this kind alone."""
    sample, score_map = it.sample, it.score_map
    about, arrays = it.kind.arrays(sample, score_map)
    about = json.loads(json.dumps(about)) | {"name": sample.name, "notes": list(sample.notes)}
    same, detail = it.kind.restored(about, arrays)
    must(isinstance(same, it.kind.sample), f"{it.name}: a kept sample comes back as {type(same).__name__}.")
    again, others = it.kind.arrays(same, score_map)
    must(again == it.kind.arrays(sample, score_map)[0], f"{it.name}: a kept sample comes back with {again}.")
    lost = [key for key in arrays if not np.array_equal(arrays[key], others[key], equal_nan=_is_number(arrays[key]))]
    must(not lost, f"{it.name}: of a kept sample {lost} come back otherwise.")
    told = (detail is None) == (score_map.detail is None)
    must(told, f"{it.name}: the detail of a score map comes back as {detail!r}.")
    try:
        it.kind.restored({}, {})
    except (KeyError, TypeError, ValueError):
        return
    raise AssertionError(f"{it.name}: a sample is made of nothing; KeyError, TypeError or ValueError must say so.")


def shapes(it: Asked) -> None:
    """Scores, and what is expected, have the shapes that the kind tells of a sample."""
    sample, told = it.sample, it.kind.shapes(it.sample)
    got = it.score_map.scores.shape, it.score_map.expected.shape
    must(told == got, f"{it.name}: {sample.name!r} is to have scores and expected values {told}, and has {got}.")
    must(it.trial.faults[0].shape == told[0], f"{it.name}: the mask of a fault is not of the scores' shape {told[0]}.")


def rows(it: Asked) -> None:
    """A table of scores has a row for each element, or there is none and a sample is one row."""
    sample, table = it.sample, it.kind.rows(it.sample, it.score_map)
    if table is not None:
        count = it.score_map.scores.shape[0]
        must(
            len(table) == count, f"{it.name}: the table of {sample.name!r} has {len(table)} rows for {count} elements."
        )
    row = it.kind.row(sample, it.score_map)
    must(all(isinstance(text, str) for text in row.values()), f"{it.name}: a row says {row}, which is not all text.")


def _is_number(values: np.ndarray[Any, Any]) -> bool:
    return bool(np.issubdtype(values.dtype, np.floating))


QUESTIONS: Mapping[str, Ask] = {
    "name": names,
    "sample": samples,
    "trial": faults,
    "region": regions,
    "knows": reading,
    "read": reading,
    "profile": telling,
    "size": telling,
    "arrays": keeping,
    "restored": keeping,
    "shapes": shapes,
    "rows": rows,
    "locate": findings,
    "sample_facts": facts,
    "finding_facts": facts,
    "healed": healed,
    "finding_sentences": said,
    "told": advice,
    "finding_name": pictures,
    "report": pictures,
    "card": pictures,
    "figure": pictures,
    "thumbnail": pictures,
    "to_mark": pictures,
    "healing_shown": states,
}
