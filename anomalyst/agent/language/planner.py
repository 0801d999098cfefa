"""The built-in choice of a detector: which one fits the profile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from anomalyst.detectors.registry import detector_of
from anomalyst.tools.budget import Decision, fits, keeps_when_cut

MANY_MISSING = 5.0  # percent of missing values from which windows are better read from observed values only
Offer = Mapping[str, Any]


def choose_detector(profile: Mapping[str, Any], cards: Sequence[Offer], wanted: str | None) -> Decision:
    """The detector and the reason, read off the profile and the cards with their estimates (`tools/budget.offers`).

    In order: the one that the user wants; imputation where many values are missing; else, of those with normals enough
    that keep the time budget (all, where none was given), the one measured to be the most accurate, of equals the
    quickest, then the first by name. Where none does, the quickest of those with normals enough.
    """
    if wanted:
        return decided(wanted, "it is the detector that the user asked for", profile, cards)
    imputation = detector_of("imputation", str(cards[0]["modality"]))
    holed = profile.get("missing_percent", 0.0) >= MANY_MISSING
    if holed and imputation is not None and any(card["name"] == imputation for card in cards):
        return decided(imputation, "many values are missing and it reads only the observed ones", profile, cards)
    fitting = [card for card in cards if fits(card, profile)]
    if not fitting:
        usable = [card for card in cards if card["enough_normals"]] or cards
        return decided(min(usable, key=_seconds)["name"], "no other is quicker", profile, cards)
    best = min(fitting, key=lambda card: (-_accuracy(card), _seconds(card), card["name"]))
    return decided(best["name"], _why(best, fitting, profile), profile, cards)


def decided(name: str, reason: str, profile: Mapping[str, Any], cards: Sequence[Offer]) -> Decision:
    """The decision for `name`, whoever made it; the reason says if the time budget will hardly hold."""
    chosen = next(card for card in cards if card["name"] == name)
    budget, seconds = profile.get("budget_seconds"), chosen["estimated_seconds"]
    if budget is not None and seconds is None:
        reason += ", but the time it takes was not measured"
    elif budget is not None and seconds > budget:
        cut = keeps_when_cut(chosen, budget)
        reason += ", with its training cut short" if cut else ", but it will probably take longer than the time budget"
    usable = [card for card in cards if card["enough_normals"]]
    return Decision(
        name,
        reason,
        len(usable),
        sum(fits(card, profile) for card in usable),
        None if seconds is None else _seconds(chosen),
    )


def _why(best: Offer, fitting: Sequence[Offer], profile: Mapping[str, Any]) -> str:
    """Why this one of those that fit, in words."""
    those = "of those that fit" if "budget_seconds" in profile else "for such data"
    if len(fitting) == 1:
        return "it is the only one that fits" if "budget_seconds" in profile else f"it is the only one {those}"
    if best["measured_accuracy"] is None:
        return f"it is the quickest {those}, and the accuracy of none of them has been compared"
    if sum(_accuracy(card) == _accuracy(best) for card in fitting) > 1:
        return f"it is the quickest of those measured to be the most accurate {those}"
    return f"it was measured to be the most accurate {those}"


def _seconds(card: Offer) -> float:
    """Estimated seconds; what has not been measured comes last."""
    return math.inf if card["estimated_seconds"] is None else float(card["estimated_seconds"])


def _accuracy(card: Offer) -> float:
    """Measured accuracy; what has not been measured comes last."""
    return -1.0 if card["measured_accuracy"] is None else float(card["measured_accuracy"])
