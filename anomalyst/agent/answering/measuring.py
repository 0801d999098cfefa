"""What a question needs to have measured before it can be answered: a tool and its arguments."""

from __future__ import annotations

from typing import Any

from anomalyst.agent.answering.asked import ANOTHER, Asked
from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.facts import Evidence
from anomalyst.tools.toolbox import Call


def needed(asked: Asked, evidence: Evidence) -> Call | None:
    """The tool to call; None where the evidence tells already."""
    if asked.intent == "second":
        known = [f for f in evidence.about("sample", "second_p") if f.qualifier == asked.detector]
        name = "" if asked.detector == ANOTHER else asked.detector
        return None if known else _call("second_opinion", detector=name)
    if asked.intent == "part" and asked.window is not None:
        window = asked.window
        return _call("judge_part", start=window.start, stop=window.stop, rows=window.rows)
    if asked.intent == "level" and asked.level is not None and _is_looser(asked.level, evidence):
        known = [f for f in evidence.about("sample", "level_count") if f.qualifier == f"{asked.level:g}"]
        return None if known else _call("findings_at", alpha=asked.level)
    return None


def _call(name: str, **args: Any) -> Call:
    return Call(name, args, "the question asks for it", BUILTIN)


def settled(asked: Asked, before: Evidence, measured: Evidence) -> Asked:
    """The question with what was measured for it, and with what it left open as it was decided: of "another" detector,
    which one was asked."""
    new = [fact for fact in measured.facts[len(before.facts) :] if fact.subject == "sample"]
    changed: dict[str, Any] = {"measured": tuple(fact.id for fact in new)}
    names = [fact.qualifier for fact in new if fact.kind == "second_p"]
    return asked.model_copy(update=changed | ({"detector": names[0]} if names else {}))


def _is_looser(level: float, evidence: Evidence) -> bool:
    """Whether there may be findings at this level that there were none of at the run's own."""
    return level > evidence.alpha and evidence.sample_p <= level
