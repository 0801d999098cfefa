"""The role of a number: the first that fits by the words beside it."""

from __future__ import annotations

from collections.abc import Callable

from anomalyst.agent.verifier.phrases.free import amounts, counts
from anomalyst.agent.verifier.phrases.free.about import Facts
from anomalyst.agent.verifier.phrases.free.amounts import Said

# By name: every role that a number may have; each looks for the words that give it.
ROLES: tuple[Callable[[Said], Facts | None], ...] = (
    amounts.value,
    amounts.difference,
    amounts.ratio,
    amounts.relative,
    amounts.share,
    amounts.area,
    amounts.duration,
    amounts.lag,
    amounts.whole_length,
    counts.findings,
    counts.others,
    counts.rules,
    counts.faults,
    counts.stain,
    amounts.missing,
    amounts.box,
    counts.words,
    counts.columns,
    counts.mine,
    amounts.score,
    amounts.p_value,
    amounts.level,
    amounts.false_alarms,
    counts.counted("calibration_normals", "normals"),
)


def amount_role(said: Said) -> Facts | None:
    """The facts that a number states in the first role that fits; None where it states none."""
    return next((facts for role in ROLES if (facts := role(said))), None)
