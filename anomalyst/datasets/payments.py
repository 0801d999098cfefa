"""The example of payments, drawn: honest ones, others among which some are fraud, and the truth about these. Every
cardholder is made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HONEST, JUDGED, SEED = 1_200, 400, 7
SHOPS = {"groceries": (32, 0.5), "fuel": (55, 0.25), "clothes": (70, 0.6), "travel": (310, 0.7), "games": (18, 0.6)}
WEIGHTS = (0.42, 0.2, 0.2, 0.08, 0.1)
COUNTRIES, AT_HOME = ("DE", "AT", "FR", "NL"), (0.86, 0.06, 0.05, 0.03)


def write_payments(folder: Path) -> None:
    """Write `normal.csv` (payments known to be honest), `payments.csv` (to be judged) and `truth.csv` (the rows of the
    fraud, counted from 1, its kind, and the columns that it shows in). OSError where they cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    honest, judged = payments(HONEST, rng), payments(JUDGED, rng)
    truth = plant(judged, rng)
    for name, table in (("normal", honest), ("payments", judged), ("truth", truth)):
        table.to_csv(folder / f"{name}.csv", index=False)


def payments(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Honest payments: the amount follows the shop, the hour the channel, and who has a young account pays less."""
    shops = rng.choice(list(SHOPS), size=count, p=WEIGHTS)
    age = np.round(rng.gamma(3.0, 400, size=count) + 30)
    middle, spread = np.array([SHOPS[shop] for shop in shops]).T
    amount = np.round(middle * np.exp(spread * rng.normal(size=count)) * (0.7 + 0.3 * np.minimum(age / 1_500, 1)), 2)
    online = rng.random(count) < np.where(np.isin(shops, ["games", "travel"]), 0.9, 0.15)
    hour = np.where(online, rng.normal(20, 2.5, count), rng.normal(14, 3, count)) % 24
    table = {
        "payment": [f"P{number:05d}" for number in rng.choice(99_999, size=count, replace=False)],
        "amount": amount,
        "shop": shops,
        "country": rng.choice(COUNTRIES, size=count, p=AT_HOME),
        "channel": np.where(online, "online", "card reader"),
        "hour": np.round(hour, 1),
        "payments_today": rng.poisson(1.2, size=count) + 1,
        "account_days": age,
    }
    return pd.DataFrame(table)


def plant(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put fraud into payments; returns the truth about it."""
    rows = iter(rng.choice(len(table), size=sum(count for _, count, _ in FRAUD), replace=False).tolist())
    truth = []
    for kind, count, make in FRAUD:
        for _ in range(count):
            row = next(rows)
            changed = make(rng)
            for column, value in changed.items():
                table.loc[row, column] = value
            truth.append({"row": row + 1, "kind": kind, "columns": " ".join(changed)})
    return pd.DataFrame(truth).sort_values("row")


def far_too_much(rng: np.random.Generator) -> dict[str, Any]:
    """One large payment at a grocer's."""
    return {"amount": float(np.round(rng.uniform(4_000, 9_500), 2)), "shop": "groceries"}


def tested_card(rng: np.random.Generator) -> dict[str, Any]:
    """A stolen card is tried out with many small payments."""
    return {"payments_today": int(rng.integers(24, 40))}


def elsewhere(rng: np.random.Generator) -> dict[str, Any]:
    """A country that no honest payment comes from, at night."""
    return {"country": "XK", "hour": float(np.round(rng.uniform(2.5, 4.5), 1))}


FRAUD: tuple[tuple[str, int, Callable[[np.random.Generator], dict[str, Any]]], ...] = (
    ("far too much", 3, far_too_much),
    ("card tried out", 4, tested_card),
    ("from elsewhere at night", 3, elsewhere),
)
