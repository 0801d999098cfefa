"""Sentences as wording: when two are the same, and who worded and chose what is shown."""

from __future__ import annotations

from collections.abc import Iterable

from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Claim, Explanation
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
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


def worded_by(explanation: Explanation, speech: Speech = ENGLISH_SPEECH) -> str:
    """Who chose and who worded the sentences that are shown, counted."""
    shown = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    own, llm = sum(checked.author != BUILTIN for checked in shown), explanation.llm
    picked = sum(checked.chosen_by not in ("", BUILTIN) for checked in shown)
    if llm == BUILTIN:
        return speech.text("worded-built-in")
    if not own and not picked:
        return speech.text("worded-unusable", {"llm": llm})
    if not picked and own == len(shown):
        return llm
    slots = {"llm": llm, "own": str(own), "picked": str(picked), "all": str(len(shown))}
    if not picked:  # as older runs have it
        return speech.text("worded-some", slots)
    return speech.text("worded-chosen-own" if own else "worded-chosen", slots)


def ideas_title(explanation: Explanation, speech: Speech = ENGLISH_SPEECH) -> str:
    """What the box of ideas is headed."""
    return speech.text("title-ideas", {"llm": explanation.llm})
