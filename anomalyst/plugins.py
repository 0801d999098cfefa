"""The doors: kinds of data, detectors, methods and language models by entry point; the built-in ones come in likewise.

A package that is installed beside this one names what it brings in its `pyproject.toml`:

    [project.entry-points."anomalyst.detectors"]
    acme-flow = "acme.flow:AcmeFlow"

Nothing is imported before it is asked for. What cannot be loaded is named in a warning and left out, and so is what
has the name of something that is there already.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from anomalyst.errors import ModelError

MODALITIES, DETECTORS = "anomalyst.modalities", "anomalyst.detectors"
METHODS, MODELS = "anomalyst.methods", "anomalyst.models"


class PluginWarning(RuntimeWarning):
    """Something of a plugin is left out; the message says what and why."""


_METHODS, _PROVIDERS = "anomalyst.detectors.methods", "anomalyst.agent.language.providers"
BUILT_IN: Mapping[str, tuple[tuple[str, str], ...]] = {
    MODALITIES: (
        ("image", "anomalyst.modalities.image.modality:IMAGE"),
        ("series", "anomalyst.modalities.series.modality:SERIES"),
        ("pair", "anomalyst.modalities.pair.modality:PAIR"),
        ("table", "anomalyst.modalities.table.modality:TABLE"),
        ("video", "anomalyst.modalities.video.modality:VIDEO"),
    ),
    METHODS: (
        ("density", f"{_METHODS}.density:METHOD"),
        ("reconstruction", f"{_METHODS}.reconstruction:METHOD"),
        ("imputation", f"{_METHODS}.imputation:METHOD"),
        ("ddpm", f"{_METHODS}.ddpm:METHOD"),
        ("ddim", f"{_METHODS}.ddim:METHOD"),
        ("sde", f"{_METHODS}.sde:METHOD"),
        ("conditioned", f"{_METHODS}.conditioned:METHOD"),
        ("one-step", f"{_METHODS}.one_step:METHOD"),
        ("masked", f"{_METHODS}.masked:METHOD"),
        ("flow", f"{_METHODS}.flow:METHOD"),
        ("score", f"{_METHODS}.score:METHOD"),
        ("inversion", f"{_METHODS}.inversion:METHOD"),
        ("simplex", f"{_METHODS}.simplex:METHOD"),
        ("time", f"{_METHODS}.places.time:METHOD"),
        ("flow-matching", f"{_METHODS}.places.flow_matching:METHOD"),
        ("fusion", f"{_METHODS}.fusion:METHOD"),
    ),
    DETECTORS: (),
    MODELS: (
        ("openai", f"{_PROVIDERS}:OPENAI"),
        ("azure_openai", f"{_PROVIDERS}:AZURE"),
        ("anthropic", f"{_PROVIDERS}:ANTHROPIC"),
        ("google_genai", f"{_PROVIDERS}:GOOGLE"),
        ("ollama", f"{_PROVIDERS}:OLLAMA"),
    ),
}


@cache
def places(group: str) -> dict[str, EntryPoint]:
    """What a group holds by name, the built-in ones first; a warning names what takes a name that is taken."""
    found = {name: EntryPoint(name, place, group) for name, place in BUILT_IN[group]}
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        if point.name in found:
            warn(
                f"the plugin {point.value!r} is left out of {group}: the name {point.name!r} is taken by "
                f"{found[point.name].value!r}; rename its entry point."
            )
        else:
            found[point.name] = point
    return found


@cache
def loaded(group: str) -> dict[str, Any]:
    """Everything of a group by name; plugins that cannot be loaded are named in a warning and left out."""
    return {name: thing for name in places(group) if (thing := load(group, name)) is not None}


@cache
def load(group: str, name: str) -> Any:
    """One thing of a group; None, and a warning, where a plugin cannot be loaded."""
    point = places(group)[name]
    if (name, point.value) in BUILT_IN[group]:
        return point.load()
    try:
        return point.load()
    except Exception as error:  # whatever a stranger's code raises must not keep ours from working
        warn(
            f"the plugin {name!r} ({point.value}) of {group} cannot be loaded and is left out: "
            f"{type(error).__name__}: {error}; update or remove it."
        )
        return None


def at(place: str) -> Any:
    """What lies at `module:attribute`; ModelError where there is nothing."""
    try:
        return EntryPoint(place, place, "anomalyst").load()
    except (ImportError, AttributeError) as error:
        raise ModelError(f"there is nothing at {place!r} ({error}); give `module:attribute`.") from error


def warn(words: str) -> None:
    """Tell what is left out, and why."""
    warnings.warn(words, PluginWarning, stacklevel=3)


def forget() -> None:
    """Look for plugins anew: for tests, and where packages are installed while the program runs."""
    for kept in (places, loaded, load):
        kept.cache_clear()
