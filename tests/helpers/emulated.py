"""A pytest plugin: all training of a run on the emulated second device, where there is no GPU.

    python -m pytest -p tests.helpers.emulated -n0 tests/test_detector_contract.py …

What tests a GPU's precision (bfloat16) fails on it.
"""

from __future__ import annotations

from contextlib import ExitStack

import accelerate
import pytest
import torch

from tests.helpers.second_device import second_device

stack = ExitStack()


def pytest_sessionstart(session: pytest.Session) -> None:
    """accelerate finds the device, by which all training goes."""
    name = stack.enter_context(second_device())

    class Found(accelerate.Accelerator):
        device = property(lambda self: torch.device(name))  # type: ignore[assignment]

    accelerate.Accelerator = Found  # type: ignore[misc]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """torch as it was."""
    stack.close()
