"""The time budget of a run: what each detector would take, which of them fit, and the facts that tell it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

from anomalyst.detectors.contract import Card
from anomalyst.detectors.cost import LEAST_TRAINING, Estimate, accuracy, enough_normals, estimate, training_limit
from anomalyst.errors import InputError
from anomalyst.evidence.facts import FactRow
from anomalyst.evidence.units import rounded

DIGITS = 2  # of an estimate


@dataclass(frozen=True)
class Decision:
    """The detector chosen and why, in words; `suitable`: how many detectors the normals suffice for, `fitting`: how
    many of these would keep the time budget; `seconds`: estimate of the run with the chosen one."""

    name: str
    reason: str
    suitable: int
    fitting: int
    seconds: float | None


def check_budget(budget: float | None) -> float | None:
    """The budget in seconds, or None; InputError unless it is a positive number."""
    return None if budget is None else check_seconds("budget", budget)


def check_seconds(name: str, seconds: float) -> float:
    """The seconds of the setting `name`; InputError unless they are a positive number."""
    if isinstance(seconds, bool) or not isinstance(seconds, Real) or not 0 < seconds < math.inf:
        raise InputError(f"got {name} {seconds!r}; give a positive number of seconds, e.g. 60.")
    return float(seconds)


def has_gpu() -> bool:
    """Whether torch sees a GPU; asked when a detector is about to run, as it loads torch."""
    import torch

    return bool(torch.cuda.is_available())


def offers(cards: Sequence[Card], profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cards with what their choice depends on: `estimated_seconds` of the whole run, `training_seconds` of them,
    `measured_accuracy`, and `enough_normals`; None for what was not measured.

    The profile is that of `cost.estimate`, with "gpu", and "spent_seconds", which went by before the choice.
    """
    return [_offer(card, profile) for card in cards]


def _offer(card: Card, profile: Mapping[str, Any]) -> dict[str, Any]:
    planned = estimate(card.name, profile, bool(profile.get("gpu")))
    return {
        **card.as_dict(),
        "estimated_seconds": run_seconds(planned, profile),
        "training_seconds": None if planned is None else rounded(planned.train, DIGITS),
        "measured_accuracy": accuracy(card.name),
        "enough_normals": enough_normals(card.name, profile),
    }


def run_seconds(planned: Estimate | None, profile: Mapping[str, Any]) -> float | None:
    """Seconds of the whole run as they are told: what has gone by, fitting, scoring and the healing test."""
    if planned is None:
        return None
    return rounded(float(profile.get("spent_seconds", 0.0)) + planned.run, DIGITS)


def already_fitted(name: str, profile: Mapping[str, Any]) -> Decision:
    """The decision that was none: a fitted detector was given, and only scoring takes time."""
    whole = estimate(name, profile, bool(profile.get("gpu")))
    seconds = run_seconds(whole and replace(whole, fit=0.0), profile)
    return Decision(name, "it was fitted before, so that only scoring takes time", 0, 0, seconds)


def training_time(name: str, profile: Mapping[str, Any]) -> float | None:
    """Most seconds of training for the chosen detector; None without a budget, or where nothing is trained."""
    if "budget_seconds" not in profile:
        return None
    left = float(profile["budget_seconds"]) - float(profile.get("spent_seconds", 0.0))
    return training_limit(name, profile, bool(profile.get("gpu")), left)


def planned_words(decision: Decision, said: str, budget: float | None) -> str:
    """The choice in a line, for whoever follows the run; `said`: the reason in the words of who chose."""
    if budget is None:
        return f"chose {decision.name}: {said}"
    fitting = f"{decision.fitting} of {decision.suitable} suitable detectors fit"
    estimated = "not measured" if decision.seconds is None else f"{decision.seconds:g} s estimated"
    return f"chose {decision.name}: {said} ({estimated}, budget {budget:g} s, {fitting})"


def fits(offer: Mapping[str, Any], profile: Mapping[str, Any]) -> bool:
    """Whether the normals suffice for a detector on offer, and its estimate keeps the budget (if there is one)."""
    budget, seconds = profile.get("budget_seconds"), offer["estimated_seconds"]
    return bool(offer["enough_normals"]) and (budget is None or (seconds is not None and float(seconds) <= budget))


def keeps_when_cut(offer: Mapping[str, Any], budget: float) -> bool:
    """Whether a detector that trains would keep the budget with the least training that is any good."""
    if offer["estimated_seconds"] is None:
        return False
    trained = float(offer["training_seconds"])
    return trained > 0 and float(offer["estimated_seconds"]) - trained * (1 - LEAST_TRAINING) <= budget


def budget_rows(decision: Decision, budget: float | None) -> list[FactRow]:
    """Facts of the choice: why; with a budget also what it is, the estimate if there is one, and how many detectors fit
    it."""
    rows: list[FactRow] = [("choice_reason", decision.reason, "", "")]
    if budget is None:
        return rows
    rows.append(("budget", _plain(budget), "s", ""))
    if decision.seconds is not None:
        rows.append(("estimated_time", _plain(decision.seconds), "s", ""))
    if decision.suitable:
        rows.append(("within_budget", f"{decision.fitting} of {decision.suitable}", "", ""))
    return rows


def time_rows(seconds: float, budget: float) -> list[FactRow]:
    """Facts of what the run took, and by how much that is over the budget."""
    took = rounded(seconds)
    rows: list[FactRow] = [("run_time", _plain(took), "s", "")]
    return rows + ([("over_budget", _plain(rounded(took - budget)), "s", "")] if took > budget else [])


def _plain(value: float) -> int | float:
    """60.0 as 60, so that it is printed as it was given."""
    return int(value) if float(value).is_integer() else value
