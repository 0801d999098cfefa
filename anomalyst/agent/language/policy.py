"""What the built-in model finds out: the detector, its findings healed, what moved first, a second opinion where the
verdict is close, and what a question needs. Where another model leads, this is what it must not leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anomalyst.agent.answering.asked import Asked
from anomalyst.agent.answering.measuring import needed
from anomalyst.agent.language.planner import Offer, choose_detector
from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.facts import Evidence
from anomalyst.tools.toolbox import Call

CLOSE = 2.0  # a p-value within so many times the alarm level, above or below, is near it


@dataclass(frozen=True)
class Situation:
    """What is known when the next step is chosen. `evidence`: None before a detector ran; `cards`: of the detectors
    that can run, with their estimates; `asked`: a question, once it is understood; `follow_up`: nothing but what it
    needs is wanted; `hurried`: the user gave a time budget; `others`: there are normals, from which another detector
    could learn."""

    profile: Mapping[str, Any] = field(default_factory=dict)
    cards: Sequence[Offer] = ()
    wanted: str | None = None
    evidence: Evidence | None = None
    asked: Asked | None = None
    follow_up: bool = False
    hurried: bool = False
    others: bool = True


def next_calls(situation: Situation) -> list[Call]:
    """The calls to make next, all that can be made at once; none where enough is known."""
    if situation.evidence is None:
        chosen = choose_detector(situation.profile, situation.cards, situation.wanted)
        return [Call("run_detector", {"detector": chosen.name}, chosen.reason, BUILTIN)]
    if situation.asked is not None and (call := needed(situation.asked, situation.evidence)) is not None:
        return [call]
    return [] if situation.follow_up else list(_missing(situation, situation.evidence))


def _missing(situation: Situation, evidence: Evidence) -> Iterator[Call]:
    """What every explanation rests on and is not known yet."""
    known = {(fact.subject, fact.kind) for fact in evidence.facts}
    if evidence.verdict != "anomalous" and not {("sample", "seen_faults"), ("sample", "smallest_p")} & known:
        yield Call("plant_faults", {}, "would a fault have been seen?", BUILTIN)
    for finding in evidence.findings:
        if (finding.id, "do_test") not in known:
            yield Call("counterfactual", {"finding": finding.id}, "does the alarm go with it?", BUILTIN)
    close = evidence.alpha / CLOSE <= evidence.sample_p <= evidence.alpha * CLOSE
    if close and not situation.hurried and situation.others and ("sample", "second_p") not in known:
        yield Call("second_opinion", {"detector": ""}, "p lies near the alarm level: do others agree?", BUILTIN)
