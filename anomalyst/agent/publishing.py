"""From checked claims to the explanation: built-in sentences where claims failed, nothing measured left unsaid."""

from __future__ import annotations

from collections.abc import Callable

from anomalyst.agent.claims import CheckedClaim, Claim, Explanation, Verdict
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.verify import verify_claim
from anomalyst.agent.writer import write_claims
from anomalyst.tools.evidence import Evidence, FactKind

Fallback = Callable[[Claim, Evidence], Claim | None]

SUMMARY_FINDINGS = 3
TELLING: tuple[tuple[FactKind, ...], ...] = (("anomaly_kind",), ("place", "start"), ("observed", "difference"))
"""What the summary says of a finding: its kind, where it is, what was seen; one sentence each, if there is one."""


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
    return supported if state.get("follow_up") else _with_unsaid(supported, evidence)


def _builtin(claim: Claim, evidence: Evidence, refused: tuple[str, ...] = ()) -> CheckedClaim:
    return CheckedClaim(claim=claim, verdict=verify_claim(claim, evidence), author="builtin", attempts=refused)


def _without_repeats(claims: list[CheckedClaim]) -> list[CheckedClaim]:
    seen: set[str] = set()
    return [c for c in claims if not (c.claim.text in seen or seen.add(c.claim.text))]  # type: ignore[func-returns-value]


def _with_unsaid(claims: list[CheckedClaim], evidence: Evidence) -> list[CheckedClaim]:
    """Add the built-in verdict, first, if nobody gave it, and the built-in sentences on findings nobody mentioned."""
    own = write_claims(evidence)
    said = {subject for c in claims for subject in _subjects(c.claim, evidence)}
    if not any(_states_verdict(c.claim, evidence) for c in claims):
        claims = [_builtin(own[0], evidence), *claims]
    for finding in evidence.findings:
        if finding.id not in said:
            claims = claims + [
                _builtin(c, evidence) for c in own if finding.id in _subjects(c, evidence) and c.kind == "observation"
            ]
    return _without_repeats(claims)


def _subjects(claim: Claim, evidence: Evidence) -> set[str]:
    return {fact.subject for cited in claim.cites if (fact := evidence.fact(cited)) is not None}


def _states_verdict(claim: Claim, evidence: Evidence) -> bool:
    return any((fact := evidence.fact(cited)) is not None and fact.kind == "verdict" for cited in claim.cites)


def summarise(claims: list[CheckedClaim], evidence: Evidence) -> str:
    """The first sentence, then the telling ones on the first findings, in the order they were written."""
    stated = [c.claim for c in claims if c.claim.kind in ("observation", "comparison")]
    chosen = {0} if stated else set()
    for finding in evidence.findings[:SUMMARY_FINDINGS]:
        for kinds in TELLING:
            ids = {f.id for kind in kinds for f in evidence.about(finding.id, kind)}
            chosen.update([i for i, claim in enumerate(stated) if ids & set(claim.cites)][:1])
    return " ".join(stated[i].text for i in sorted(chosen))


def assemble(checked: list[CheckedClaim], evidence: Evidence, context: RunContext, question: str) -> Explanation:
    """The explanation of one run."""
    confidence = evidence.about("sample", "confidence")
    return Explanation(
        summary=summarise(checked, evidence),
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
