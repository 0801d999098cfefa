"""Statements about normal and abnormal: nothing may contradict, overrule or go beyond the calibrated verdict."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.scope import Report, Scope, missing
from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.declared import PROVES_ANOMALY
from anomalyst.evidence.facts import FactKind

_MORE_THAN_NORMAL = re.compile(r"\b(?:fine|ok|okay|healthy|good|harmless|safe|clean|unproblematic|insignificant)\b")
_PROVES_NORMAL: tuple[FactKind, ...] = ("verdict", "sample_p", "finding_count")


def read_verdict(text: str, scope: Scope, report: Report, said: str) -> None:
    """Check `text`, which says "normal", "anomalous", "none" (no finding) or "overrule" (waves the verdict away)."""
    verdict = scope.evidence.verdict
    if said == "overrule":
        outcome: Outcome = "contradicted" if scope.anomalous else "unverifiable"
        report.fails(outcome, f"{text!r} overrules or goes beyond the calibrated verdict ({verdict})")
    elif said in ("none", "normal") and scope.evidence.cannot_tell:
        reason = f"{text!r}: there was no alarm, but it cannot be told whether one was due; say 'cannot tell' and why"
        report.fails("contradicted", reason, *scope.known("doubt", "smallest_p"))
    elif said == "none":
        _read_no_findings(text, scope, report)
    elif (said == "normal") == scope.anomalous:
        reason = f"{text!r} contradicts the calibrated verdict: the sample is {verdict}"
        report.fails("contradicted", reason, *scope.known("verdict"))
    elif said == "normal" and _MORE_THAN_NORMAL.search(text):
        report.fails("unverifiable", f"{text!r} says more than the verdict 'normal'; say 'normal'")
    else:
        proof = scope.find(*(_PROVES_NORMAL if said == "normal" else PROVES_ANOMALY))
        if proof:
            report.holds(proof[0])
        else:
            missing(scope, report, text, "verdict", "finding_count")


def _read_no_findings(text: str, scope: Scope, report: Report) -> None:
    if scope.evidence.findings:
        report.fails("contradicted", f"{text!r}, but there are {len(scope.evidence.findings)} findings")
    elif proof := scope.find("finding_count", "verdict"):
        report.holds(proof[0])
    else:
        missing(scope, report, text, "finding_count", "verdict")


def read_found(scope: Scope, report: Report) -> None:
    """ "R1 was flagged": the finding exists, which was checked with its id."""
    if scope.regions and any(f.subject in scope.regions for f in scope.cited):
        report.statements += 1


def read_all_regions(clause: Clause, scope: Scope, report: Report) -> None:
    """ "All regions": the healing test heals them together; nothing else is said of all at once."""
    healed = re.search(r"heal|replac|test", clause.context)
    if not healed or not scope.find("healed_p", "random_healed_p", "do_test"):
        report.fails("unverifiable", "'all' regions: say it of each one by its id")
