"""Fitting a detector outside of an analysis: which one, on what is known of the normal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample
from anomalyst.tools.budget import Decision, has_gpu, offers

if TYPE_CHECKING:
    from anomalyst.samples import Modality


def chosen(modality: str, wanted: str | None, profile: dict[str, Any]) -> Decision:
    """What the built-in planner chooses for fitting on such data: `wanted`, if that is given."""
    from anomalyst.agent.language.planner import choose_detector
    from anomalyst.detectors.registry import list_detectors

    return choose_detector(profile, offers(list_detectors(modality), profile), wanted)


def profile_of(normals: Sequence[Sample], backbone: str | None, budget: float | None = None) -> dict[str, Any]:
    """The profile of data to fit on, with nothing to score."""
    series = [sample for sample in normals if isinstance(sample, SeriesSample)]
    if not series:
        return profile_of_images(len(normals), backbone, budget)
    missing = max(float(np.isnan(sample.values).mean()) * 100 for sample in series)
    rows = sum(len(sample.values) for sample in series)
    width = list(series[0].columns)
    known = {"missing_percent": missing, "channels": width, "rows": 0, "normal_rows": rows}
    return _head(len(normals), budget) | known


def profile_of_images(count: int, backbone: str | None, budget: float | None = None) -> dict[str, Any]:
    """The profile of so many normal images or pairs: nothing else of them matters, so none needs to be read."""
    return _head(count, budget) | {"backbone": backbone is not None}


def of_modality(name: str, modality: Modality | str) -> str:
    """The name of a detector, if it is one for this modality; else InputError."""
    from anomalyst.detectors.registry import detector_class, detector_names

    if detector_class(name).card.modality != modality:
        allowed = ", ".join(["auto", *detector_names(modality)])
        raise InputError(f"the detector {name!r} is not for {modality} data; choose one of {allowed}.")
    return name


def _head(count: int, budget: float | None) -> dict[str, Any]:
    """What every profile says."""
    head: dict[str, Any] = {"normals": count, "scorings": 0, "gpu": has_gpu()}
    return head if budget is None else head | {"budget_seconds": budget}
