"""The payments that ship as an example, drawn anew for tests of tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from anomalyst.datasets import payments as drawing


def payments(count: int, seed: int) -> pd.DataFrame:
    """Honest payments, without their names."""
    return drawing.payments(count, np.random.default_rng(seed)).drop(columns="payment")


def with_fraud(count: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Payments among which some are fraud, and the truth about these."""
    rng = np.random.default_rng(seed)
    drawn = drawing.payments(count, rng)
    return drawn, drawing.plant(drawn, rng)
