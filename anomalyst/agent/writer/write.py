"""The built-in writer: statements made only of facts, so that it works without a language model and always holds.

They come in reading order: headline, verdict, findings, choice of detector, calibration, possible causes, next
actions.
"""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.agent.verifier.trust import FEW, may_be_kept
from anomalyst.agent.worded import distinct
from anomalyst.agent.writer.findings import about_finding
from anomalyst.agent.writer.headline import about_headline
from anomalyst.agent.writer.questions import is_understood, names_in, topics_of
from anomalyst.agent.writer.sample import about_calibration, about_choice, about_count, about_verdict, noun
from anomalyst.evidence.advice import ADVISED, causes, next_steps
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import DETAIL, Said, Slot, say
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.wording import one
from anomalyst.modalities.registry import modality

MAX_CLAIMS = 40
MAX_FINDINGS = 4  # findings told in full; the others are in the evidence
STATING = ("observation", "comparison")


def write_claims(evidence: Evidence, question: str = "", speech: Speech = ENGLISH_SPEECH) -> list[Claim]:
    """The whole explanation, or what answers `question`: nothing if it is not understood; at most MAX_CLAIMS claims."""
    if not is_understood(question, evidence):
        return []
    everything = told(evidence, speech)
    topics = topics_of(question, names_in(evidence))
    answer = [said for topic in topics for said in everything if said.topic.removesuffix(DETAIL) == topic]
    chosen = answer if answer else [said for said in everything if not said.topic.endswith(DETAIL)]
    claims = distinct(said.claim(evidence, speech) for said in chosen)
    room = MAX_CLAIMS - sum(c.kind not in STATING for c in claims)
    stating = [c for c in claims if c.kind in STATING]
    return stating[:room] + [c for c in claims if c.kind not in STATING]


def told(evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> list[Said]:
    """All statements that the writer has for this evidence, in reading order."""
    return list(_everything(evidence, speech))


def _everything(evidence: Evidence, speech: Speech) -> Iterator[Said]:
    yield from about_headline(evidence, speech)
    yield from about_verdict(evidence)
    yield from modality(evidence.modality).sample_sentences(evidence)
    yield from about_count(evidence)
    for number, finding in enumerate(evidence.findings):
        for said in about_finding(evidence, finding.id):
            of_region = said.topic == "test" and finding.id in said.statement.findings
            is_detail = of_region or number >= MAX_FINDINGS or (number > 0 and said.topic == "strength")
            yield said.under(said.topic.removesuffix(DETAIL) + DETAIL) if is_detail else said
    yield from _choice(evidence)
    yield from about_calibration(evidence)
    for finding in evidence.findings[:ADVISED]:
        yield from causes(evidence, finding.id)
    yield from _actions(evidence)


def _choice(evidence: Evidence) -> Iterator[Said]:
    """The choice of detector; where a time budget made it, the trials of its options are told only if asked for."""
    timed = one(evidence, "choice", "budget") is not None
    for said in about_choice(evidence):
        yield said.under(said.topic + DETAIL) if timed and said.statement.predicate == "trial" else said


def _actions(evidence: Evidence) -> Iterator[Said]:
    if evidence.verdict == "normal":
        verdict, seen = one(evidence, "sample", "verdict"), one(evidence, "sample", "seen_faults")
        how = "keep" if may_be_kept(evidence) else "by-eye" if evidence.undecided else "first"
        slots: dict[str, Slot] = {"thing": noun(evidence, "thing")}
        yield say("action", ("what_to_do", how), slots, verdict, seen, kind="recommendation")
    for finding in evidence.findings[:ADVISED]:
        yield from next_steps(evidence, finding.id)
    normals = one(evidence, "sample", "calibration_normals")
    if normals is not None and float(normals.value) <= FEW:
        how = "collect-more" if float(normals.value) else "collect"
        slots = {"things": noun(evidence, "things")}
        yield say("action", ("what_to_do", how), slots, normals, kind="recommendation")
