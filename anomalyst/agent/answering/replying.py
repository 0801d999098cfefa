"""The reply to a question: its claims, how it is told, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anomalyst.agent.answering.answers import answer
from anomalyst.agent.answering.asked import NO_QUESTIONS, Asked
from anomalyst.agent.answering.remarks import remark
from anomalyst.agent.worded import distinct
from anomalyst.evidence.claims import CheckedClaim, Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.manner import Manner

State = Mapping[str, object]
"""What the graph remembers (`agent/state.py`)."""


def asked_of(state: State) -> Asked | None:
    """What was asked; None where nothing was."""
    return Asked.model_validate(state["asked"]) if state.get("asked") else None


def manner_of_answer(state: State, given: Manner) -> Manner:
    """How the answer is told: of a further question as it asks for, else as is set."""
    asked = asked_of(state)
    return given if asked is None or not state.get("follow_up") else asked.manner(given)


def remarked(state: State) -> bool:
    """Whether a remark is all that there is to say, so that nobody is asked for statements. What the rules did not
    understand, a language model may."""
    asked = asked_of(state)
    no_question = asked is not None and asked.intent in NO_QUESTIONS - {"unknown", "unmeasured"}
    return bool(state.get("follow_up")) and (no_question or bool(state.get("gone")))


def replies(asked: Asked, evidence: Evidence, manner: Manner) -> list[Claim]:
    """The claims that answer a question."""
    said = [one.claim(evidence, manner.speech) for one in answer(asked, evidence, manner.length)]
    return distinct(claim for claim in said if claim.statement is not None)


def reply(state: State, checked: Sequence[CheckedClaim], manner: Manner) -> str:
    """The whole reply as text: its sentences, or a remark."""
    asked = asked_of(state) or Asked(intent="unknown")
    told = " ".join(one.claim.text for one in checked)
    return told or remark(asked, manner.speech, gone=bool(state.get("gone")))
