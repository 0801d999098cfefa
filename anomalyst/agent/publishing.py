"""From statements that hold to the explanation: nothing measured left unsaid, caveats always told, whoever writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anomalyst.agent.answering.answers import answer
from anomalyst.agent.answering.asked import NO_QUESTIONS, Asked
from anomalyst.agent.answering.remarks import remark
from anomalyst.agent.answering.replying import asked_of, manner_of_answer, replies, reply
from anomalyst.agent.answering.understand import understand
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.statements import opinions
from anomalyst.agent.statements.book import Book
from anomalyst.agent.worded import distinct_checked, worded_by
from anomalyst.agent.writer.headline import HEADLINE, about_headline, headline_size
from anomalyst.agent.writer.write import STATING, write_claims
from anomalyst.evidence.claims import (
    BUILTIN,
    FIRST_VERSION,
    SCHEMA_VERSION,
    TWO_VERDICTS,
    CheckedClaim,
    Claim,
    ClaimKind,
    Explanation,
    Verdict,
)
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.speech.manner import PLAIN, Manner
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.statements import Statement
from anomalyst.tools.planted import seen_enough

SUMMARY_FINDINGS = 3
SUMMARY_ANSWERS = 3  # sentences of advice, or of possible causes, that answer a question for them
SUMMARY_SENTENCES = 8  # of an answer of normal length
ANSWERING: Mapping[str, ClaimKind] = {"action": "recommendation", "cause": "hypothesis"}
TELLING: tuple[tuple[FactKind, ...], ...] = (("anomaly_kind",), ("place", "start"), ("observed", "difference", "words"))
"""What is said of every finding: its kind, where it is, what was seen; one sentence each goes into the summary."""
TESTED: tuple[FactKind, ...] = ("healed_p", "random_healed_p", "do_test")
CAVEATS: tuple[FactKind, ...] = ("confidence", "p_extrapolated", "calibration_normals", "calibration_method")
"""How far the verdict can be trusted; a sentence that only cites such a fact has not told it."""
MEASURED: tuple[FactKind, ...] = ("second_p", "second_count", "part_p", "level_count")
"""What is measured beside the verdict, because a question or a close verdict asked for it."""
TIMED: tuple[FactKind, ...] = ("run_time",)
VERDICTS = frozenset({"verdict", "cannot_tell"})  # predicates that state it


def complete(state: AnalysisState, evidence: Evidence, manner: Manner) -> list[CheckedClaim]:
    """The claims to deliver: those that hold, and built-in ones for what nobody said."""
    checked = distinct_checked(CheckedClaim.model_validate(raw) for raw in state["checked"])
    if not state.get("follow_up"):
        return with_unsaid(checked, evidence, manner.speech)
    asked = asked_of(state)
    return checked if asked is None or state.get("gone") else _answering(checked, evidence, asked, manner)


def _answering(claims: list[CheckedClaim], evidence: Evidence, asked: Asked, manner: Manner) -> list[CheckedClaim]:
    """The claims, with built-in ones where none is left, or none of the kind that the question asks for. Those come
    first where no claim is among what answers the question by the rules, and none tells what was measured for it."""
    wanted = {ANSWERING[asked.intent]} if asked.intent in ANSWERING else set()
    missing = wanted - {c.claim.kind for c in claims}
    written = replies(asked, evidence, manner)
    said = {c.claim.statement for c in claims} & {claim.statement for claim in written}
    if not missing and not said and not any(set(MEASURED) & _kinds(c.claim, evidence) for c in claims):
        return distinct_checked([*map(built_in, written), *claims])
    return [*claims, *(built_in(claim) for claim in written if not claims or claim.kind in missing)]


def _kinds(claim: Claim, evidence: Evidence) -> set[FactKind]:
    """The kinds of facts that a claim rests on."""
    return {fact.kind for fact in evidence.facts if fact.id in claim.cites}


def built_in(claim: Claim) -> CheckedClaim:
    """A claim of the built-in writer, which holds by construction."""
    verdict = Verdict(outcome="supported", facts=claim.cites)
    return CheckedClaim(claim=claim, verdict=verdict, author=BUILTIN, chosen_by=BUILTIN)


def with_unsaid(claims: list[CheckedClaim], evidence: Evidence, speech: Speech) -> list[CheckedClaim]:
    """Add what nobody said, in built-in sentences: the headline, first; the verdict; of each finding what it is, where,
    and what was seen; what the healing test showed; how far to trust it; whether the budget was kept; possible causes
    and next actions where there are none."""
    written = [*write_claims(evidence, speech), *_opinions(evidence, speech)]
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


def _opinions(evidence: Evidence, speech: Speech) -> list[Claim]:
    """What was measured beside the verdict, told."""
    judged = (Book(evidence).judge(Statement(predicate=name)) for name in opinions.PREDICATES)
    return [one.said.claim(evidence, speech) for one in judged if one.said is not None]


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
    topics += [*(("sample", kinds) for kinds in (*of_sample, *((kind,) for kind in MEASURED))), ("choice", TIMED)]
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
    """Where something was asked, what answers it, or the remark that nothing does; then the headline, which is so many
    of the first claims, without one the first sentence; then the telling ones on the first findings, in order, and
    those that limit the trust in the verdict. Where nothing is stated, what else is said. `manner`: short, it
    ends with the headline and what limits it. `version`: of the report's schema, whose
    first one left out what limits the trust, and whose first two gave no limit of sentences."""
    stated = [c.claim for c in claims if c.claim.kind in STATING]
    answers = _answers(claims, evidence, asked, manner)
    rest = [c.claim.text for c in claims if c.claim.kind in _OTHER][:SUMMARY_ANSWERS] if not stated else []
    chosen = set(range(min(len(stated), headline or 1)))
    findings = () if headline or manner.length == "short" else evidence.findings[:SUMMARY_FINDINGS]
    telling = [(finding.id, kinds) for finding in findings for kinds in TELLING]
    telling += [("sample", kinds) for kinds in _limiting(evidence)] if version != FIRST_VERSION else []
    for subject, kinds in telling:
        ids = {f.id for kind in kinds for f in evidence.about(subject, kind)}
        chosen.update([i for i, claim in enumerate(stated) if ids & set(claim.cites)][:1])
    told = dict.fromkeys([*answers, *rest, *(stated[i].text for i in sorted(chosen))])
    most = len(told) if version in TWO_VERDICTS else SUMMARY_SENTENCES
    return " ".join(list(told)[:most])


def _answers(claims: Sequence[CheckedClaim], evidence: Evidence, asked: str, manner: Manner) -> list[str]:
    """The sentences that answer a question, as whoever worded them did; the remark that none does, where only the
    built-in writer was asked."""
    if not asked.strip():
        return []
    understood = understand(asked, evidence, language=manner.language)
    wanted = {said.statement for said in answer(understood, evidence, manner.length)}
    found = [c.claim.text for c in claims if c.claim.statement in wanted]
    lost = understood.intent in NO_QUESTIONS and all(c.author == BUILTIN for c in claims)
    return [remark(understood, manner.speech)] if lost and not found else found


def manner_of(explanation: Explanation) -> Manner:
    """How an explanation was told."""
    return Manner(explanation.language, explanation.length, explanation.audience)


_OTHER: tuple[ClaimKind, ...] = ("hypothesis", "recommendation")


def assemble(checked: list[CheckedClaim], evidence: Evidence, context: RunContext, state: AnalysisState) -> Explanation:
    """The explanation of one run, or the answer to a further question about it."""
    confidence, manner = evidence.about("sample", "confidence"), manner_of_answer(state, context.manner)
    headline, question = headline_size(checked), state.get("question", "")
    if state.get("follow_up"):
        summary = reply(state, checked, manner)
    else:
        summary = summarise(checked, evidence, question, headline=headline, manner=manner)
    explanation = Explanation(
        summary=summary,
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
        notes=tuple(state.get("notes", ())),
    )
    return explanation.model_copy(update={"worded_by": worded_by(explanation)})
