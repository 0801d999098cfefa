"""All that the built-in writer has to say of some evidence, as claims."""

from __future__ import annotations

from anomalyst.agent.writer.write import told
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence


def every_claim(evidence: Evidence) -> list[Claim]:
    """Every statement that is told, and those that are told only if asked for, each in one of its wordings."""
    return [said.claim(evidence) for said in told(evidence)]
