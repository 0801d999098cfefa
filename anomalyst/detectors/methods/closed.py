"""Methods in closed form: nothing is trained, all is read from the exact denoisers of the normals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anomalyst.detectors.methods.base import Method


@dataclass(frozen=True, kw_only=True)
class ClosedForm(Method):
    """A method that a kind's `BankSpace` scores by its family's rule."""

    cost: str = "{closed}; nothing is trained"

    body: ClassVar[str] = "anomalyst.detectors.untrained:UntrainedDetector"
