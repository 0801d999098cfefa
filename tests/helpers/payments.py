"""The payments that `examples/draw_payments.py` draws, for tests of tables."""

from __future__ import annotations

import importlib.util
from functools import cache
from types import ModuleType

import numpy as np
import pandas as pd

from tests.helpers.places import TESTS


@cache
def _drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_payments", TESTS.parent / "examples" / "draw_payments.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def payments(count: int, seed: int) -> pd.DataFrame:
    """Honest payments, without their names."""
    drawn: pd.DataFrame = _drawing().payments(count, np.random.default_rng(seed))
    return drawn.drop(columns="payment")


def with_fraud(count: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Payments among which some are fraud, and the truth about these."""
    rng = np.random.default_rng(seed)
    drawn: pd.DataFrame = _drawing().payments(count, rng)
    truth: pd.DataFrame = _drawing().plant(drawn, rng)
    return drawn, truth
