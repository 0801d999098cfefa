"""From checked claims to the explanation: built-in sentences where claims failed, nothing measured left unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.agent.worded import distinct_checked, worded_by
from anomalyst.agent.writer.headline import about_headline, headline_size
from anomalyst.agent.writer.questions import NOT_UNDERSTOOD, is_understood, topics_of
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.claims import CheckedClaim, Claim, ClaimKind, Explanation, Verdict
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.tools.planted import seen_enough

Fallback = Callable[[Claim, Evidence], Claim | None]

SUMMARY_FINDINGS = 3
SUMMARY_ANSWERS = 3  # sentences of advice, or of possible causes, that answer a question for them
ANSWERING: dict[str, ClaimKind] = {"action": "recommendation", "cause": "hypothesis"}
TELLING: tuple[tuple[FactKind, ...], ...] = (("anomaly_kind",), ("place", "start"), ("observed", "difference", "words"))
"""What is said of every finding: its kind, where it is, what was seen; one sentence each goes into the summary."""
TESTED: tuple[FactKind, ...] = ("healed_p", "random_healed_p", "do_test")
CAVEATS: tuple[FactKind, ...] = ("confidence", "p_extrapolated", "calibration_normals", "calibration_method")
"""How far the verdict can be trusted; a sentence that only cites such a fact has not told it."""
TIMED: tuple[FactKind, ...] = ("run_time",)


def complete(state: AnalysisState, evidence: Evidence, fallback: Fallback) -> list[CheckedClaim]:
    """The claims to deliver: the supported ones, a built-in one for each that failed, those for what nobody said."""
    checked: list[CheckedClaim] = []
    for raw, verdict, refused, author in zip(
        state["claims"], state["verdicts"], state["refused"], state["authors"], strict=True
    ):
        claim = Claim.model_validate(raw)
        if verdict["outcome"] == "supported":
            mended = CheckedClaim(
                claim=claim, verdict=Verdict.model_validate(verdict), author=author, attempts=tuple(refused)
            )
            checked.append(mended)
        elif (instead := fallback(claim, evidence)) is not None:
            checked.append(_builtin(instead, evidence, tuple(refused)))
    supported = distinct_checked([c for c in checked if c.verdict.outcome == "supported"])
    if not state.get("follow_up"):
        return with_unsaid(supported, evidence)
    return _answering(supported, evidence, state.get("question", ""))


def _answering(claims: list[CheckedClaim], evidence: Evidence, question: str) -> list[CheckedClaim]:
    """The claims, with built-in ones where none is left, or none of the kind that the question asks for."""
    wanted = {ANSWERING[topic] for topic in topics_of(question) if topic in ANSWERING}
    missing = wanted - {c.claim.kind for c in claims}
    written = write_claims(evidence, question) if missing or not claims else []
    return [*claims, *(_builtin(claim, evidence) for claim in written if not claims or claim.kind in missing)]


def _builtin(claim: Claim, evidence: Evidence, refused: tuple[str, ...] = ()) -> CheckedClaim:
    return CheckedClaim(claim=claim, verdict=verify_claim(claim, evidence), author="builtin", attempts=refused)


def with_unsaid(claims: list[CheckedClaim], evidence: Evidence) -> list[CheckedClaim]:
    """Add what nobody said, in built-in sentences: the headline, first; the verdict; of each finding what it is, where,
    and what was seen; what the healing test showed; how far to trust it; whether the budget was kept; possible causes
    and next actions where there are none."""
    written = write_claims(evidence)
    own = [c for c in written if c.kind in ("observation", "comparison")]
    head = claims[: headline_size(claims, evidence)]
    claims = claims[len(head) :]
    built_in = [claim for _, claim in about_headline(evidence)]
    own = [c for c in own if c not in built_in]
    first = claims[:1] if evidence.cannot_tell else claims  # that no verdict can be given is said before all else
    if not any(_states_verdict(c.claim, evidence) for c in first):
        claims = [_builtin(own[0], evidence), *claims]
    by_model = [c for c in head if c.claim not in built_in]
    told = {
        fact for c in [*by_model, *claims] if c.claim.kind in ("observation", "comparison") for fact in c.verdict.facts
    }
    unsaid: list[CheckedClaim] = []
    for wanted in _to_tell(evidence):
        if not wanted & told:
            unsaid += [_builtin(claim, evidence) for claim in own if wanted & set(claim.cites)]
    missing = {"hypothesis", "recommendation"} - {c.claim.kind for c in claims}
    unsaid += [_builtin(claim, evidence) for claim in written if claim.kind in missing]
    head = head or [_builtin(claim, evidence) for claim in built_in]
    return distinct_checked([*head, *claims, *unsaid])


def _to_tell(evidence: Evidence) -> list[set[str]]:
    """Sets of facts of each of which a delivered sentence must tell one."""
    topics: list[tuple[str, tuple[FactKind, ...]]] = [(f.id, kinds) for f in evidence.findings for kinds in TELLING]
    of_sample = (TESTED, *_limiting(evidence), *((kind,) for kind in CAVEATS))
    topics += [*(("sample", kinds) for kinds in of_sample), ("choice", TIMED)]
    return [{fact.id for kind in kinds for fact in evidence.about(subject, kind)} for subject, kinds in topics]


def _states_verdict(claim: Claim, evidence: Evidence) -> bool:
    kinds = ("smallest_p", "doubt") if evidence.cannot_tell else ("verdict",)
    return any((fact := evidence.fact(cited)) is not None and fact.kind in kinds for cited in claim.cites)


def _limiting(evidence: Evidence) -> list[tuple[FactKind, ...]]:
    """Kinds of facts of the sample that limit the trust in its verdict: a healing test that failed, with the half that
    it failed; faults that would have passed unnoticed."""
    kinds: list[tuple[FactKind, ...]] = []
    if any(fact.value == "failed" for fact in evidence.about("sample", "do_test")):
        stays = any(float(fact.value) <= evidence.alpha for fact in evidence.about("sample", "healed_p"))
        kinds += [("healed_p",) if stays else ("random_healed_p",), ("do_test",)]
    return kinds + ([("seen_faults",)] if seen_enough(evidence) is False else [])


def summarise(
    claims: list[CheckedClaim], evidence: Evidence, asked: str = "", *, headline: int = 0, limits: bool = True
) -> str:
    """The headline, which is so many of the first claims, with two more where something was asked; without one the
    first sentence, two where something was asked, then the telling ones on the first findings, in order, and
    those that limit the trust in the verdict (`limits`: left out in the first version of the report); before them the
    advice, or the possible causes, where these were asked for. Where nothing is stated, what else is said. First of
    all, where nobody but the built-in writer was asked and it did not understand, that it did not."""
    lost = not is_understood(asked, evidence) and all(c.author == "builtin" for c in claims)
    stated = [c.claim for c in claims if c.claim.kind in ("observation", "comparison")]
    asked_for = {ANSWERING.get(topic) for topic in topics_of(asked)}
    answers = [c.claim.text for c in claims if c.claim.kind in (asked_for if stated else _OTHER)][:SUMMARY_ANSWERS]
    chosen = set(range(min(len(stated), headline + (2 if asked else not headline))))
    findings = () if headline else evidence.findings[:SUMMARY_FINDINGS]
    telling = [(finding.id, kinds) for finding in findings for kinds in TELLING]
    telling += [("sample", kinds) for kinds in _limiting(evidence)] if limits else []
    for subject, kinds in telling:
        ids = {f.id for kind in kinds for f in evidence.about(subject, kind)}
        chosen.update([i for i, claim in enumerate(stated) if ids & set(claim.cites)][:1])
    return " ".join([*([NOT_UNDERSTOOD] if lost else []), *answers, *(stated[i].text for i in sorted(chosen))])


_OTHER: tuple[ClaimKind, ...] = ("hypothesis", "recommendation")


def assemble(
    checked: list[CheckedClaim], evidence: Evidence, context: RunContext, question: str, notes: Iterable[str] = ()
) -> Explanation:
    """The explanation of one run; `notes`: what reading its input and normals changed, guessed or left out."""
    confidence = evidence.about("sample", "confidence")
    headline = headline_size(checked, evidence)
    explanation = Explanation(
        summary=summarise(checked, evidence, question, headline=headline),
        headline=headline,
        verdict=evidence.verdict,
        p_value=evidence.sample_p,
        confidence=str(confidence[0].value) if confidence else "",
        evidence=evidence,
        claims=tuple(c for c in checked if c.claim.kind in ("observation", "comparison")),
        possible_causes=tuple(c for c in checked if c.claim.kind == "hypothesis"),
        next_actions=tuple(c for c in checked if c.claim.kind == "recommendation"),
        llm=context.llm,
        detector=context.detector_name,
        seed=context.bench.seed,
        question=question,
        notes=tuple(notes),
    )
    return explanation.model_copy(update={"worded_by": worded_by(explanation)})
