"""Sentences as wording: when two are the same, and who worded and chose what is shown."""

from __future__ import annotations

from collections.abc import Iterable

from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Claim, Explanation
from anomalyst.evidence.text import wording


def distinct(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without those whose wording came before."""
    first: dict[tuple[str, ...], Claim] = {}
    for claim in claims:
        first.setdefault(wording(claim.text), claim)
    return list(first.values())


def distinct_checked(claims: Iterable[CheckedClaim]) -> list[CheckedClaim]:
    """The same of checked claims."""
    first: dict[tuple[str, ...], CheckedClaim] = {}
    for checked in claims:
        first.setdefault(wording(checked.claim.text), checked)
    return list(first.values())


def worded_by(explanation: Explanation) -> str:
    """Who chose and who worded the sentences that are shown, counted."""
    shown = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    own, llm = sum(checked.author != BUILTIN for checked in shown), explanation.llm
    picked = sum(checked.chosen_by not in ("", BUILTIN) for checked in shown)
    if llm == BUILTIN:
        return "built-in"
    if not own and not picked:
        return f"built-in ({llm} gave no usable sentence)"
    if not picked:  # as older runs have it
        return llm if own == len(shown) else f"{llm} ({own} of {len(shown)} sentences; the others built-in)"
    worded = "all of them worded built-in" if not own else f"{own} of them in its own words, the others built-in"
    return f"{picked} of {len(shown)} sentences chosen by {llm}, {worded}"


def ideas_title(explanation: Explanation) -> str:
    """What the box of ideas is headed."""
    return f"Ideas of {explanation.llm}, not checked"
