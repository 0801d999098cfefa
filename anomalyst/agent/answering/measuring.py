"""What a question needs to have measured before it can be answered: a tool and its arguments."""

from __future__ import annotations

from typing import Any, NamedTuple

from anomalyst.agent.answering.asked import ANOTHER, Asked
from anomalyst.evidence.facts import Evidence


class Call(NamedTuple):
    """A call of a tool."""

    name: str
    args: dict[str, Any]


def needed(asked: Asked, evidence: Evidence) -> Call | None:
    """The tool to call; None where the evidence tells already."""
    if asked.intent == "second":
        known = [f for f in evidence.about("sample", "second_p") if f.qualifier == asked.detector]
        return None if known else Call("second_opinion", {"detector": asked.detector.replace(ANOTHER, "")})
    if asked.intent == "part" and asked.window is not None:
        window = asked.window
        return Call("judge_part", {"start": window.start, "stop": window.stop, "rows": window.rows})
    if asked.intent == "level" and asked.level is not None and _is_looser(asked.level, evidence):
        known = [f for f in evidence.about("sample", "level_count") if f.qualifier == f"{asked.level:g}"]
        return None if known else Call("findings_at", {"alpha": asked.level})
    return None


def _is_looser(level: float, evidence: Evidence) -> bool:
    """Whether there may be findings at this level that there were none of at the run's own."""
    return level > evidence.alpha and evidence.sample_p <= level
