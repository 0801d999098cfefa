"""The built-in model's choices: which detector fits the profile, and which looks are still missing."""

from __future__ import annotations

from typing import Any

MANY_MISSING = 5.0  # percent of missing values from which windows are better read from observed values only


def choose_detector(profile: dict[str, Any], cards: list[dict[str, str]], wanted: str | None) -> tuple[str, str]:
    """Name of the detector and the reason, read off the profile and the cards.

    The default of a modality is its `<modality>-density`, whatever other detectors are registered beside it; where
    many values are missing it is `<modality>-imputation`; where neither is on offer, the first card.
    """
    if wanted:
        return wanted, "it is the detector that the user asked for"
    by_name = {card["name"]: card for card in cards}
    modality = cards[0]["modality"]
    if profile.get("missing_percent", 0.0) >= MANY_MISSING and f"{modality}-imputation" in by_name:
        return f"{modality}-imputation", "many values are missing and it reads only the observed ones"
    card = by_name.get(f"{modality}-density", cards[0])
    return card["name"], f"it suits {card['best_for']}"


def missing_looks(
    findings: list[dict[str, Any]], facts: list[dict[str, Any]], tools: list[str]
) -> list[dict[str, Any]]:
    """Tool calls (name, args) not made yet: the healing test and the comparison with normals, for each finding."""
    done = {(fact["subject"], fact["kind"]) for fact in facts}
    signs = {"counterfactual": "do_test", "compare_with_normals": "normals_as_extreme"}
    return [
        {"name": tool, "args": {"finding": finding["id"]}}
        for tool, sign in signs.items()
        if tool in tools
        for finding in findings
        if (finding["id"], sign) not in done
    ]
