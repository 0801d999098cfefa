"""Methods in closed form: nothing is trained, all is read from the exact denoisers of the normals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anomalyst.detectors.methods.base import Method


@dataclass(frozen=True, kw_only=True)
class ClosedForm(Method):
    """A method that a kind's `BankSpace` scores by the rule of its family: what is stored of normals, and so how their
    distances are taken, differs from kind to kind."""

    cost: str = "{closed}; nothing is trained"

    body: ClassVar[str] = "anomalyst.detectors.untrained:UntrainedDetector"
