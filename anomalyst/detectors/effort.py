"""How much a tier spends: steps, draws, noise levels, stored vectors; and which normals are taken for anomalies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from anomalyst.errors import require

Tier = Literal["one", "few", "full"]
Trim = float | Literal["auto"]
TIERS: tuple[Tier, ...] = get_args(Tier)
AUTO: Literal["auto"] = "auto"
STEPS = {"one": 1, "few": 5, "full": 25}  # of sampling, in one draw
DRAWS = {"one": 1, "few": 2, "full": 4}  # independent noises or masks whose scores are averaged


@dataclass(frozen=True)
class Effort:
    """`levels`: noise levels asked; `bank`: stored vectors, as a multiple of the usual number; `radius`: cells of an
    image around a place that count as the same place."""

    levels: int
    bank: float = 1.0
    radius: int = 1


IMAGE_EFFORTS: dict[Tier, Effort] = {"one": Effort(1, 0.25, 0), "few": Effort(4), "full": Effort(10, 4.0, 2)}
SERIES_EFFORTS: dict[Tier, Effort] = {"one": Effort(1, 0.25), "few": Effort(2), "full": Effort(6, 4.0)}


def image_effort(steps: Tier | int) -> Effort:
    """What `steps` of an image detector means; InputError unless it is a tier or a number of noise levels from 1."""
    if isinstance(steps, int):
        require(steps >= 1, "steps", steps, f"one of {', '.join(TIERS)}, or a number of noise levels from 1")
        return Effort(steps)
    check_steps(steps)
    return IMAGE_EFFORTS[steps]


def check_steps(steps: object) -> None:
    """InputError unless `steps` is a tier."""
    require(steps in TIERS, "steps", steps, f"one of {', '.join(TIERS)}")


def check_trim(trim: object, auto: bool = False) -> None:
    """InputError unless `trim` is a share that leaves most of the normals, or, where that is known, "auto"."""
    share = isinstance(trim, int | float) and 0 <= trim < 0.5
    allowed = "a share from 0 to below 0.5" + (f", or {AUTO!r}" if auto else "")
    require(share or (auto and trim == AUTO), "trim", trim, allowed)


def trim_of(text: str) -> Trim:
    """What somebody wrote: a share or "auto"; InputError if it is neither."""
    try:
        trim: Trim = AUTO if text == AUTO else float(text)
    except ValueError:
        check_trim(text, auto=True)
        raise
    check_trim(trim, auto=True)
    return trim


def trimmed_count(count: int, share: float) -> int:
    """How many of `count` normals are left out: at least one if any shall be, and never so many that none of two
    normals is left to be compared with the other."""
    return min(max(1, round(share * count)), max(0, count - 2)) if share else 0


def least_suspect(scores: Sequence[float], share: float) -> list[int]:
    """Numbers, rising, of the normals that stay when the `share` with the highest held-out scores is left out.

    One-step trimming (Rousseeuw 1984): anomalies of one kind that are many enough to be each other's neighbours escape.
    """
    order = np.argsort(scores, kind="stable")
    return sorted(order[: len(scores) - trimmed_count(len(scores), share)].tolist())
