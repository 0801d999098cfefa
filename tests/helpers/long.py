"""Which tests are left to `make test-all`: those of detectors whose body and loop, or rules, others share."""

from __future__ import annotations

import pytest

from anomalyst.detectors.registry import detector_class

ALWAYS = {"series-ddpm", "pair-embedding"}  # trained ones that each run tries
TWINS = frozenset({"image-reconstruction", "image-imputation", "image-fusion"})  # series ones share their rules


def is_trained(name: str) -> bool:
    """Whether fitting a detector trains a network."""
    return "train_steps" in detector_class(name)().config()


def marks(name: str, twins: frozenset[str] = frozenset()) -> list[pytest.MarkDecorator]:
    """The marks of a test of a detector; `twins` are left as well."""
    return [pytest.mark.long] if name in twins or (is_trained(name) and name not in ALWAYS) else []
