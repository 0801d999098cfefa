"""Which tests are left to `make test-all`: those of trained detectors whose body and loop others share."""

from __future__ import annotations

import pytest

from anomalyst.detectors.registry import detector_class

ALWAYS = {"image-ddpm", "series-ddpm", "pair-embedding", "pair-information"}  # trained ones that each run tries


def is_trained(name: str) -> bool:
    """Whether fitting a detector trains a network."""
    return "train_steps" in detector_class(name)().config()


def marks(name: str) -> list[pytest.MarkDecorator]:
    """The marks of a test of a detector."""
    return [pytest.mark.long] if is_trained(name) and name not in ALWAYS else []
