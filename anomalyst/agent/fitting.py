"""Fitting a detector outside of an analysis: which one, on what is known of the normal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anomalyst.errors import InputError
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.samples import Modality, Sample
from anomalyst.tools.budget import Decision, has_gpu, offers


def chosen(modality: Modality, wanted: str | None, profile: dict[str, Any]) -> Decision:
    """What the built-in planner chooses for fitting on such data: `wanted`, if that is given."""
    from anomalyst.agent.language.planner import choose_detector
    from anomalyst.detectors.registry import list_detectors

    return choose_detector(profile, offers(list_detectors(modality), profile), wanted)


def profile_of(normals: Sequence[Sample], backbone: str | None, budget: float | None = None) -> dict[str, Any]:
    """The profile of data to fit on, with nothing to score."""
    kind = modality_of(normals[0].modality)
    return _head(len(normals), budget) | kind.profile(None, normals, backbone is not None)


def profile_of_unread(count: int, modality: Modality, backbone: str | None) -> dict[str, Any]:
    """The profile of so many normals of a kind whose number is all that matters, so that none needs to be read."""
    return _head(count, None) | modality_of(modality).profile(None, (), backbone is not None)


def of_modality(name: str, modality: Modality) -> str:
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
