"""Which kinds of data there are, and which one a sample is of."""

from __future__ import annotations

from typing import Any

from anomalyst import plugins
from anomalyst.errors import InputError
from anomalyst.modalities.base import Modality


def modalities() -> dict[str, Modality]:
    """Every kind of data by name, the built-in ones first."""
    return {name: kind for name, kind in plugins.loaded(plugins.MODALITIES).items() if isinstance(kind, Modality)}


def modality(name: Any) -> Modality:
    """The kind of data of this name; InputError if there is none."""
    known = modalities()
    if name not in known:
        raise InputError(f"got modality {name!r}; it is one of {', '.join(map(repr, known))}.")
    return known[name]
