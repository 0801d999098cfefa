"""What is shown of an answer at its length: the summary tells, the rest stands behind "How sure?" or in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anomalyst.evidence.claims import CheckedClaim, Explanation

SURE = (
    "verdict",
    "cannot_tell",
    "confidence",
    "seen",
    "test",
    "healed",
    "healed_random",
    "calibration",
    "extrapolated",
)
"""Predicates that say how sure an answer is, in the order they are read."""
PLAIN_SURE = ("verdict", "cannot_tell", "confidence", "seen", "test")
MOST = 2  # causes, and next steps, of an answer of normal length


@dataclass(frozen=True)
class Shown:
    """What is shown besides the summary."""

    told: tuple[CheckedClaim, ...] = ()
    causes: tuple[CheckedClaim, ...] = ()
    steps: tuple[CheckedClaim, ...] = ()
    sure: tuple[CheckedClaim, ...] = ()


def shown(explanation: Explanation) -> Shown:
    """What is shown of an answer besides its summary."""
    if explanation.length == "short":
        return Shown()
    causes, steps = explanation.possible_causes, explanation.next_actions
    if explanation.length == "full":
        return Shown(explanation.claims, causes, steps)
    wanted = SURE if explanation.audience == "expert" else PLAIN_SURE
    return Shown((), causes[:MOST], steps[:MOST], tuple(_sure(explanation, wanted)))


def _sure(explanation: Explanation, wanted: tuple[str, ...]) -> Iterable[CheckedClaim]:
    """The claims with these predicates that the summary does not hold, in this order."""
    for predicate in wanted:
        for checked in explanation.claims:
            statement = checked.claim.statement
            wanted_here = statement is not None and statement.predicate == predicate
            if wanted_here and checked.claim.text not in explanation.summary:
                yield checked
