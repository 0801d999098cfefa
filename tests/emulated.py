"""A pytest plugin: all training of a run on the emulated second device, where there is no GPU.

    python -m pytest -p tests.emulated -n0 tests/test_detector_contract.py …

What tests a GPU's precision (bfloat16) fails on it.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import fields

import accelerate
import pytest
import torch

from anomalyst.detectors.conditional.training import PairTraining
from tests.second_device import second_device

stack = ExitStack()


def pytest_sessionstart(session: pytest.Session) -> None:
    """accelerate finds the device, and so does the training on pairs."""
    name = stack.enter_context(second_device())

    class Found(accelerate.Accelerator):
        device = property(lambda self: torch.device(name))  # type: ignore[assignment]

    accelerate.Accelerator = Found  # type: ignore[misc]
    init = PairTraining.__init__
    assert init.__defaults__ is not None
    usual = dict(zip([f.name for f in fields(PairTraining)], init.__defaults__, strict=True))
    init.__defaults__ = tuple((usual | {"device": name}).values())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """torch as it was."""
    stack.close()
