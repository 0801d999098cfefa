"""What an explanation is made of: claims with citations, the verifier's verdicts, and the whole explanation."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from anomalyst.evidence.facts import Evidence, Model, VerdictWord
from anomalyst.evidence.statements import Derived, Statement
from anomalyst.evidence.text import wording

SCHEMA_VERSION = "1.2"
FIRST_VERSION = "1.0"  # of runs whose failed healing test left confidence and summary as they were
TWO_VERDICTS = (FIRST_VERSION, "1.1")  # of runs that called a sample normal where today "cannot tell" is said

ClaimKind = Literal["observation", "comparison", "hypothesis", "recommendation"]
Outcome = Literal["supported", "contradicted", "unverifiable"]
BUILTIN = "builtin"  # who worded what no language model did


class Claim(Model):
    """One sentence, the facts it rests on, and what kind of sentence it is. `statement`: what it says, of which the
    sentence is a wording, and `derived` the numbers in it that were got from facts (none in older runs and in text of
    one's own)."""

    text: str = Field(min_length=1, max_length=600, description="One plain English sentence.")
    cites: tuple[str, ...] = Field(
        default=(), max_length=12, description='Ids of the facts the sentence states, e.g. ["F3", "F7"].'
    )
    kind: ClaimKind = Field(
        description="observation or comparison: states facts; hypothesis: a possible cause, worded as possible; "
        "recommendation: a next action."
    )
    statement: Statement | None = None
    derived: tuple[Derived, ...] = ()


class ClaimSet(Model):
    """What a language model returns: the claims in reading order, a headline first."""

    claims: tuple[Claim, ...] = Field(min_length=1, max_length=40)

    @field_validator("claims", mode="before")
    @classmethod
    def _once(cls, claims: Any) -> Any:
        """Each wording once, before they are counted: what a model repeats takes no room from what it says besides."""
        if not isinstance(claims, list | tuple):
            return claims
        texts = [claim.get("text") if isinstance(claim, dict) else getattr(claim, "text", None) for claim in claims]
        said = [wording(text) if isinstance(text, str) else (n,) for n, text in enumerate(texts)]
        return [claim for n, claim in enumerate(claims) if said.index(said[n]) == n]


class Verdict(Model):
    """The verifier's answer on one claim. `reasons`: why it is not supported, in words a writer can act on;
    `facts`: ids of the facts that support or contradict it."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class CheckedClaim(Model):
    """A delivered claim. `author`: who worded it; `chosen_by`: who chose to say it ("" in older runs); `attempts`:
    texts that were refused before, in older runs."""

    claim: Claim
    verdict: Verdict
    author: str
    attempts: tuple[str, ...] = ()
    chosen_by: str = ""


class Explanation(Model):
    """The answer: every observation in it is supported by `evidence`; causes are marked as hypotheses.

    `headline`: how many of the first claims are the headline, which begins the summary (0 in older runs, and where no
    verdict can be given); `llm`: the language model that was asked; `worded_by`: who worded how many of the sentences
    ("" in older runs); `language`, `length`, `audience`: how it is told;
    `notes`: what reading the input and its normals changed, guessed or left out, each with the name of what was
    read; `ideas`: what the language model added of its own, which nobody checked: no claim, and in no summary."""

    schema_version: str = SCHEMA_VERSION
    summary: str
    headline: int = 0
    verdict: VerdictWord
    p_value: float
    confidence: str
    evidence: Evidence
    claims: tuple[CheckedClaim, ...]
    possible_causes: tuple[CheckedClaim, ...]
    next_actions: tuple[CheckedClaim, ...]
    llm: str
    worded_by: str = ""
    detector: str
    seed: int
    question: str = ""
    language: str = "en"
    length: Literal["short", "normal", "full"] = "normal"
    audience: Literal["plain", "expert"] = "expert"
    notes: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    out: str | None = None
