"""Sentences as wording: when two are the same, when a mended one only drops words, and who worded what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Claim, Explanation
from anomalyst.evidence.text import wording

_NEGATIONS = frozenset(
    {"not", "no", "never", "none", "nothing", "nobody", "without", "neither", "nor", "cannot", "n't"}
)


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


def only_dropped(text: str, refused: Iterable[str]) -> str:
    """Why `text` does not mend one of the refused texts: it is the same with words or a negation gone; "" if it may.

    What is left when words are taken out of a false sentence reads as well as before and can say the opposite.
    """
    said = wording(text)
    for before in map(wording, refused):
        if said != before and _within(said, before):
            return "the mended sentence only drops words of the refused one; say what the cited facts say instead"
        if _negations(said) < _negations(before):
            return "the mended sentence drops a negation of the refused one; say what the cited facts say instead"
    return ""


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether `few` is `many` with words taken out."""
    rest = iter(many)
    return all(word in rest for word in few)


def _negations(words: Sequence[str]) -> int:
    return sum(word in _NEGATIONS for word in words)


def worded_by(explanation: Explanation) -> str:
    """Who worded the sentences that are shown, counted by their authors."""
    shown = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    own, llm = sum(checked.author != BUILTIN for checked in shown), explanation.llm
    if llm == BUILTIN:
        return "built-in"
    if not own:
        return f"built-in ({llm} gave no usable sentence)"
    return llm if own == len(shown) else f"{llm} ({own} of {len(shown)} sentences; the others built-in)"


def ideas_title(explanation: Explanation) -> str:
    """What the box of ideas is headed."""
    return f"Ideas of {explanation.llm}, not checked"
