"""From checked claims to the explanation: built-in sentences where claims failed, nothing measured left unsaid."""

from __future__ import annotations

from collections.abc import Callable

from anomalyst.agent.claims import CheckedClaim, Claim, Explanation, Verdict
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.verify import verify_claim
from anomalyst.agent.verify_trust import seen_enough
from anomalyst.agent.writer import write_claims
from anomalyst.tools.evidence import Evidence, FactKind

Fallback = Callable[[Claim, Evidence], Claim | None]

SUMMARY_FINDINGS = 3
TELLING: tuple[tuple[FactKind, ...], ...] = (("anomaly_kind",), ("place", "start"), ("observed", "difference", "words"))
"""What is said of every finding: its kind, where it is, what was seen; one sentence each goes into the summary."""
TESTED: tuple[FactKind, ...] = ("healed_p", "random_healed_p", "do_test")


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
    supported = _without_repeats([c for c in checked if c.verdict.outcome == "supported"])
    return supported if state.get("follow_up") else with_unsaid(supported, evidence)


def _builtin(claim: Claim, evidence: Evidence, refused: tuple[str, ...] = ()) -> CheckedClaim:
    return CheckedClaim(claim=claim, verdict=verify_claim(claim, evidence), author="builtin", attempts=refused)


def _without_repeats(claims: list[CheckedClaim]) -> list[CheckedClaim]:
    seen: set[str] = set()
    return [c for c in claims if not (c.claim.text in seen or seen.add(c.claim.text))]  # type: ignore[func-returns-value]


def with_unsaid(claims: list[CheckedClaim], evidence: Evidence) -> list[CheckedClaim]:
    """Add what nobody said, in built-in sentences: the verdict, first; of each finding what it is, where, and what was
    seen; what the healing test showed; possible causes and next actions where there are none."""
    written = write_claims(evidence)
    own = [c for c in written if c.kind in ("observation", "comparison")]
    first = claims[:1] if evidence.undecided else claims  # that no verdict can be given is said before all else
    if not any(_states_verdict(c.claim, evidence) for c in first):
        claims = [_builtin(own[0], evidence), *claims]
    cited = {fact for c in claims if c.claim.kind in ("observation", "comparison") for fact in c.claim.cites}
    unsaid: list[CheckedClaim] = []
    of_findings = [(f.id, kinds) for f in evidence.findings for kinds in TELLING]
    for subject, kinds in [*of_findings, *(("sample", kinds) for kinds in (TESTED, *_limiting(evidence)))]:
        wanted = {fact.id for kind in kinds for fact in evidence.about(subject, kind)}
        if not wanted & cited:
            unsaid += [_builtin(claim, evidence) for claim in own if wanted & set(claim.cites)]
    missing = {"hypothesis", "recommendation"} - {c.claim.kind for c in claims}
    unsaid += [_builtin(claim, evidence) for claim in written if claim.kind in missing]
    return _without_repeats([*claims, *unsaid])


def _states_verdict(claim: Claim, evidence: Evidence) -> bool:
    kind = "smallest_p" if evidence.undecided else "verdict"
    return any((fact := evidence.fact(cited)) is not None and fact.kind == kind for cited in claim.cites)


def _limiting(evidence: Evidence) -> list[tuple[FactKind, ...]]:
    """Kinds of facts of the sample that limit the trust in its verdict: a healing test that failed, with the half that
    it failed; faults that would have passed unnoticed."""
    kinds: list[tuple[FactKind, ...]] = []
    if any(fact.value == "failed" for fact in evidence.about("sample", "do_test")):
        stays = any(float(fact.value) <= evidence.alpha for fact in evidence.about("sample", "healed_p"))
        kinds += [("healed_p",) if stays else ("random_healed_p",), ("do_test",)]
    return kinds + ([("seen_faults",)] if seen_enough(evidence) is False else [])


def summarise(claims: list[CheckedClaim], evidence: Evidence, asked: str = "", *, limits: bool = True) -> str:
    """The first sentence, two where something was asked, then the telling ones on the first findings, in order, and
    those that limit the trust in the verdict (`limits`: left out in the first version of the report)."""
    stated = [c.claim for c in claims if c.claim.kind in ("observation", "comparison")]
    chosen = set(range(min(len(stated), 2 if asked else 1)))
    telling = [(finding.id, kinds) for finding in evidence.findings[:SUMMARY_FINDINGS] for kinds in TELLING]
    telling += [("sample", kinds) for kinds in _limiting(evidence)] if limits else []
    for subject, kinds in telling:
        ids = {f.id for kind in kinds for f in evidence.about(subject, kind)}
        chosen.update([i for i, claim in enumerate(stated) if ids & set(claim.cites)][:1])
    return " ".join(stated[i].text for i in sorted(chosen))


def assemble(checked: list[CheckedClaim], evidence: Evidence, context: RunContext, question: str) -> Explanation:
    """The explanation of one run."""
    confidence = evidence.about("sample", "confidence")
    return Explanation(
        summary=summarise(checked, evidence, question),
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
    )
