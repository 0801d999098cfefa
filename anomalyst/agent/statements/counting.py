"""How many of the findings are of a kind: some, all, none; and that no other channel was flagged."""

from __future__ import annotations

import re

from anomalyst.agent.statements.judgement import Computed, Judgement, facts_of, holds, refuted, unproved
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Said, Slot
from anomalyst.evidence.sentences import of_kind as kind_slot
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.wording import capital, is_sayable, name, one

HOW_MANY = ("", "some", "all")
SINGLE = "single"  # of the only finding
PROOFS = 10  # channels that are named by facts


def of_kind(statement: Statement, evidence: Evidence) -> Judgement:
    """How many findings are of the kind of anomaly that a fact names: some of them, or all."""
    facts = facts_of(statement, evidence)
    named = {(fact.kind, str(fact.value)) for fact in facts}
    if {sort for sort, _ in named} != {"anomaly_kind"} or len(named) != 1:
        return unproved("it takes a fact of anomaly_kind, and the operator some or all")
    kind, total = str(facts[0].value), len(evidence.findings)
    alike = [f.id for f in evidence.findings if any(k.value == kind for k in evidence.about(f.id, "anomaly_kind"))]
    how = "all" if len(alike) == total else "some"
    if statement.operator not in ("", how, SINGLE if total == 1 else how):
        return refuted(f"{len(alike)} of {total} findings are of the kind {kind!r}")
    proof = [f for f in evidence.facts if f.kind == "anomaly_kind" and f.subject in alike and f.value == kind]
    slots: dict[str, Slot] = {
        "Count": lambda s: capital(s.count(len(alike))),
        "total": lambda s: s.count(total),
        "kind": kind_slot(kind),
        "number": number_of_verb(len(alike)),
    }
    made = statement.model_copy(update={"operator": how if total > 1 else SINGLE})
    return holds(_said(made, proof, slots))


def only_channels(statement: Statement, evidence: Evidence) -> Judgement:
    """Which channels were flagged, and that no other was: over all channels that were judged."""
    size, shares = one(evidence, "sample", "sample_size"), _flagged(evidence)
    channels = re.search(r"([\d,]+) channels?", str(size.value)) if size is not None else None
    if channels is None or not shares or not all(is_sayable(n) for n in shares):
        return unproved("which channels were judged is not known, or none was flagged")
    count = int(channels[1].replace(",", ""))
    asked = {fact.qualifier or str(fact.value) for fact in facts_of(statement, evidence) if fact != size}
    if asked and asked not in (set(shares), set(list(shares)[:PROOFS])):
        return refuted(f"flagged are {', '.join(shares)}")
    slots: dict[str, Slot] = {
        "names": lambda s: s.joined([name(n) for n in shares]),
        "count": lambda s: s.number(count),
        "number": number_of_verb(len(shares)),
    }
    facts = [*dict.fromkeys(shares.values())]
    return holds(_said(statement, [*facts[:PROOFS], *([size] if size is not None else [])], slots))


def number_of_verb(count: int) -> str:
    """Which number the verb of so many has: "one" or "many"."""
    return "one" if count == 1 else "many"


def _flagged(evidence: Evidence) -> dict[str, Fact]:
    """Every channel that a finding names, with a fact that says so."""
    found: dict[str, Fact] = {}
    for finding in evidence.findings:
        named = set(finding.region.names())
        for fact in evidence.about(finding.id):
            if fact.qualifier in named and fact.kind in ("channel_share", "anomaly_kind", "observed"):
                found.setdefault(fact.qualifier, fact)
    return found


def _said(statement: Statement, facts: list[Fact], slots: dict[str, Slot]) -> Said:
    ids = tuple(dict.fromkeys(fact.id for fact in facts))[:12]
    findings = tuple(dict.fromkeys(f.subject for f in facts if f.subject.startswith("R")))[:8]
    return Said("count", statement.model_copy(update={"facts": ids, "findings": findings}), slots)


PREDICATES = {
    "of_kind": Computed("how many findings are of the kind that a fact of anomaly_kind names", of_kind, HOW_MANY),
    "only_channels": Computed("which channels were flagged, and that no other of those judged was", only_channels),
}
