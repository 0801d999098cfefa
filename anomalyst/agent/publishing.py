"""From statements that hold to the explanation: nothing measured left unsaid, caveats always told, whoever writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.worded import distinct_checked, worded_by
from anomalyst.agent.writer.headline import HEADLINE, about_headline, headline_size
from anomalyst.agent.writer.questions import is_understood, not_understood, topics_of
from anomalyst.agent.writer.write import STATING, write_claims
from anomalyst.evidence.claims import (
    BUILTIN,
    FIRST_VERSION,
    SCHEMA_VERSION,
    CheckedClaim,
    Claim,
    ClaimKind,
    Explanation,
    Verdict,
)
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.speech.manner import PLAIN, Manner
from anomalyst.evidence.speech.speech import Speech
from anomalyst.tools.planted import seen_enough

SUMMARY_FINDINGS = 3
SUMMARY_ANSWERS = 3  # sentences of advice, or of possible causes, that answer a question for them
SUMMARY_SENTENCES = 8  # of an answer of normal length
ANSWERING: dict[str, ClaimKind] = {"action": "recommendation", "cause": "hypothesis"}
TELLING: tuple[tuple[FactKind, ...], ...] = (("anomaly_kind",), ("place", "start"), ("observed", "difference", "words"))
"""What is said of every finding: its kind, where it is, what was seen; one sentence each goes into the summary."""
TESTED: tuple[FactKind, ...] = ("healed_p", "random_healed_p", "do_test")
CAVEATS: tuple[FactKind, ...] = ("confidence", "p_extrapolated", "calibration_normals", "calibration_method")
"""How far the verdict can be trusted; a sentence that only cites such a fact has not told it."""
TIMED: tuple[FactKind, ...] = ("run_time",)
VERDICTS = frozenset({"verdict", "cannot_tell"})  # predicates that state it


def complete(state: AnalysisState, evidence: Evidence, manner: Manner) -> list[CheckedClaim]:
    """The claims to deliver: those that hold, and built-in ones for what nobody said."""
    checked = distinct_checked(CheckedClaim.model_validate(raw) for raw in state["checked"])
    if not state.get("follow_up"):
        return with_unsaid(checked, evidence, manner.speech)
    return _answering(checked, evidence, state.get("question", ""), manner.speech)


def _answering(claims: list[CheckedClaim], evidence: Evidence, question: str, speech: Speech) -> list[CheckedClaim]:
    """The claims, with built-in ones where none is left, or none of the kind that the question asks for."""
    wanted = {ANSWERING[topic] for topic in topics_of(question) if topic in ANSWERING}
    missing = wanted - {c.claim.kind for c in claims}
    written = write_claims(evidence, question, speech) if missing or not claims else []
    return [*claims, *(built_in(claim) for claim in written if not claims or claim.kind in missing)]


def built_in(claim: Claim) -> CheckedClaim:
    """A claim of the built-in writer, which holds by construction."""
    verdict = Verdict(outcome="supported", facts=claim.cites)
    return CheckedClaim(claim=claim, verdict=verdict, author=BUILTIN, chosen_by=BUILTIN)


def with_unsaid(claims: list[CheckedClaim], evidence: Evidence, speech: Speech) -> list[CheckedClaim]:
    """Add what nobody said, in built-in sentences: the headline, first; the verdict; of each finding what it is, where,
    and what was seen; what the healing test showed; how far to trust it; whether the budget was kept; possible causes
    and next actions where there are none."""
    written = write_claims(evidence, speech=speech)
    own = [c for c in written if c.kind in STATING and _predicate(c) != HEADLINE]
    head = [c for c in claims if _predicate(c.claim) == HEADLINE]
    claims = [c for c in claims if _predicate(c.claim) != HEADLINE]
    first = claims[:1] if evidence.cannot_tell else claims  # that no verdict can be given is said before all else
    if not any(_predicate(c.claim) in VERDICTS for c in first):
        claims = [built_in(own[0]), *claims]
    told = {fact for c in claims if c.claim.kind in STATING for fact in c.verdict.facts}
    unsaid: list[CheckedClaim] = []
    for wanted in _to_tell(evidence):
        if not wanted & told:
            unsaid += [built_in(claim) for claim in own if wanted & set(claim.cites)]
    missing = {"hypothesis", "recommendation"} - {c.claim.kind for c in claims}
    unsaid += [built_in(claim) for claim in written if claim.kind in missing]
    return distinct_checked([*_headline(head, evidence, speech), *claims, *unsaid])


def _headline(head: Sequence[CheckedClaim], evidence: Evidence, speech: Speech) -> list[CheckedClaim]:
    """The whole headline, in the words of whoever said a part of it, else in built-in ones."""
    told = {c.claim.statement: c for c in head}
    return [
        told.get(said.statement) or built_in(said.claim(evidence, speech)) for said in about_headline(evidence, speech)
    ]


def _predicate(claim: Claim) -> str:
    return claim.statement.predicate if claim.statement is not None else ""


def _to_tell(evidence: Evidence) -> list[set[str]]:
    """Sets of facts of each of which a delivered sentence must tell one."""
    topics: list[tuple[str, tuple[FactKind, ...]]] = [(f.id, kinds) for f in evidence.findings for kinds in TELLING]
    of_sample = (TESTED, *_limiting(evidence), *((kind,) for kind in CAVEATS))
    topics += [*(("sample", kinds) for kinds in of_sample), ("choice", TIMED)]
    return [{fact.id for kind in kinds for fact in evidence.about(subject, kind)} for subject, kinds in topics]


def _limiting(evidence: Evidence) -> list[tuple[FactKind, ...]]:
    """Kinds of facts of the sample that limit the trust in its verdict: a healing test that failed, with the half that
    it failed; faults that would have passed unnoticed; that its normals were changed to be compared with it."""
    kinds: list[tuple[FactKind, ...]] = []
    if any(fact.value == "failed" for fact in evidence.about("sample", "do_test")):
        stays = any(float(fact.value) <= evidence.alpha for fact in evidence.about("sample", "healed_p"))
        kinds += [("healed_p",) if stays else ("random_healed_p",), ("do_test",)]
    kinds += [("seen_faults",)] if seen_enough(evidence) is False else []
    return kinds + ([("retaken",)] if evidence.about("sample", "retaken") else [])


def summarise(
    claims: list[CheckedClaim],
    evidence: Evidence,
    asked: str = "",
    *,
    headline: int = 0,
    manner: Manner = PLAIN,
    version: str = SCHEMA_VERSION,
) -> str:
    """The headline, which is so many of the first claims, with two more where something was asked; without one the
    first sentence, two where something was asked, then the telling ones on the first findings, in order, and
    those that limit the trust in the verdict; before them the
    advice, or the possible causes, where these were asked for. Where nothing is stated, what else is said. First of
    all, where nobody but the built-in writer was asked and it did not understand, that it did not. `manner`: short, it
    ends with the headline and what limits it. `version`: of the report's schema, whose
    first one left out what limits the trust, and whose first two gave no limit of sentences."""
    lost = not is_understood(asked, evidence) and all(c.author == BUILTIN for c in claims)
    stated = [c.claim for c in claims if c.claim.kind in STATING]
    asked_for = {ANSWERING.get(topic) for topic in topics_of(asked)}
    answers = [c.claim.text for c in claims if c.claim.kind in (asked_for if stated else _OTHER)][:SUMMARY_ANSWERS]
    chosen = set(range(min(len(stated), headline + (2 if asked else not headline))))
    findings = () if headline or manner.length == "short" else evidence.findings[:SUMMARY_FINDINGS]
    telling = [(finding.id, kinds) for finding in findings for kinds in TELLING]
    telling += [("sample", kinds) for kinds in _limiting(evidence)] if version != FIRST_VERSION else []
    for subject, kinds in telling:
        ids = {f.id for kind in kinds for f in evidence.about(subject, kind)}
        chosen.update([i for i, claim in enumerate(stated) if ids & set(claim.cites)][:1])
    told = [*answers, *(stated[i].text for i in sorted(chosen))]
    most = SUMMARY_SENTENCES if version == SCHEMA_VERSION else len(told)
    return " ".join([*([not_understood(manner.speech)] if lost else []), *told[:most]])


def manner_of(explanation: Explanation) -> Manner:
    """How an explanation was told."""
    return Manner(explanation.language, explanation.length, explanation.audience)


_OTHER: tuple[ClaimKind, ...] = ("hypothesis", "recommendation")


def assemble(
    checked: list[CheckedClaim], evidence: Evidence, context: RunContext, question: str, notes: Iterable[str] = ()
) -> Explanation:
    """The explanation of one run; `notes`: what reading its input and normals changed, guessed or left out."""
    confidence, manner = evidence.about("sample", "confidence"), context.manner
    headline = headline_size(checked)
    explanation = Explanation(
        summary=summarise(checked, evidence, question, headline=headline, manner=manner),
        headline=headline,
        verdict=evidence.verdict,
        p_value=evidence.sample_p,
        confidence=str(confidence[0].value) if confidence else "",
        evidence=evidence,
        claims=tuple(c for c in checked if c.claim.kind in STATING),
        possible_causes=tuple(c for c in checked if c.claim.kind == "hypothesis"),
        next_actions=tuple(c for c in checked if c.claim.kind == "recommendation"),
        llm=context.llm,
        detector=context.detector_name,
        seed=context.bench.seed,
        question=question,
        language=manner.language,
        length=manner.length,
        audience=manner.audience,
        notes=tuple(notes),
    )
    return explanation.model_copy(update={"worded_by": worded_by(explanation)})
