"""The methods by name."""

from __future__ import annotations

from anomalyst.detectors.methods.base import Method
from anomalyst.errors import InputError
from anomalyst.plugins import METHODS, load, places

WITNESSES: dict[str, str] = {"density": "score", "reconstruction": "ddim", "imputation": "masked"}
"""The method by which a trained denoiser is asked for the opinion of another family than its detector's."""


def method(name: str) -> Method:
    """The method of this name, from here or from a plugin; InputError if there is none."""
    found = load(METHODS, name) if name in places(METHODS) else None
    if not isinstance(found, Method):
        raise InputError(f"got method {name!r}; known are {', '.join(places(METHODS))}.")
    return found
