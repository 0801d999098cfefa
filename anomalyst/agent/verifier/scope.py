"""What one clause may speak from: the cited facts about its subject, and what is known besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.declared import FACTS, QUALIFIED
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.evidence.names import key


@dataclass(frozen=True)
class Problem:
    """Why a sentence is not supported, in words its writer can act on."""

    outcome: Outcome
    reason: str
    facts: tuple[str, ...] = ()


@dataclass
class Report:
    """What reading a sentence found: problems, the facts that support it, and how many statements it made."""

    problems: list[Problem] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    statements: int = 0

    def holds(self, *facts: Fact) -> None:
        """A statement is supported by these facts."""
        self.statements += 1
        self.support.extend(f.id for f in facts)

    def fails(self, outcome: Outcome, reason: str, *facts: Fact) -> None:
        """A statement is not supported."""
        self.statements += 1
        self.problems.append(Problem(outcome, reason, tuple(f.id for f in facts)))


@dataclass(frozen=True)
class Scope:
    """`cited`: facts the claim rests on; `regions`: findings the clause is about; `channel`: the name it is about."""

    evidence: Evidence
    cited: tuple[Fact, ...]
    regions: tuple[str, ...] = ()
    channel: str | None = None

    def at(self, channel: str | None) -> Scope:
        """The same scope, about one channel."""
        return replace(self, channel=channel)

    def of(self, region: str) -> Scope:
        """The same scope, about one region."""
        return replace(self, regions=(region,))

    def find(self, *kinds: FactKind) -> list[Fact]:
        """Cited facts of these kinds about the clause's subject and channel."""
        return [f for f in self.cited if f.kind in kinds and self._fits(f)]

    def known(self, *kinds: FactKind) -> list[Fact]:
        """The same, cited or not."""
        return [f for f in self.evidence.facts if f.kind in kinds and self._fits(f)]

    def _fits(self, fact: Fact) -> bool:
        if fact.subject.startswith("R") and fact.subject not in self.regions:
            return False
        if fact.kind not in QUALIFIED or not fact.qualifier or self.channel is None:
            return True
        return key(fact.qualifier) == key(self.channel)

    def finding(self, region: str) -> Finding | None:
        """The finding of this id."""
        return next((f for f in self.evidence.findings if f.id == region), None)

    @property
    def anomalous(self) -> bool:
        """The calibrated verdict on the whole sample."""
        return self.evidence.verdict == "anomalous"


def describe(fact: Fact) -> str:
    """A fact in words for a reason: `F12 (observed latency_ms in R1) is 8.2 ms`."""
    role = FACTS[fact.kind].name
    name = f" {fact.qualifier}" if fact.qualifier else ""
    subject = f" in {fact.subject}" if fact.subject.startswith("R") else ""
    value = f"{fact.value:.6g}" if isinstance(fact.value, float) else str(fact.value)
    span = f" ({fact.low:.6g} to {fact.high:.6g})" if fact.low is not None and fact.high is not None else ""
    return f"{fact.id} ({role}{name}{subject}) is {value}{' ' + fact.unit if fact.unit else ''}{span}"


def describe_all(facts: Iterable[Fact]) -> str:
    """Several facts in words; the first four."""
    return "; ".join(describe(f) for f in list(facts)[:4])


def pronounce(kinds: Iterable[FactKind]) -> str:
    """Kinds of facts in words."""
    return " or ".join(FACTS[k].name for k in kinds)


def missing(scope: Scope, report: Report, what: str, *kinds: FactKind) -> None:
    """No cited fact supports a reading: say so, with the facts that could, or that speak against it."""
    known = scope.known(*kinds)
    hint = f"; known: {describe_all(known)}" if known else ""
    report.fails(
        "unverifiable",
        f"no cited fact says {what!r}: cite the {pronounce(kinds[:3])} or say only what is cited{hint}",
        *known,
    )


def judge(report: Report, what: str, facts: list[Fact], good: bool) -> None:
    """A reading that cited facts speak of: supported if `good`, else contradicted."""
    if good:
        report.holds(*facts)
    else:
        report.fails("contradicted", f"the text says {what!r}, but {describe_all(facts)}", *facts)


def judge_all(scope: Scope, report: Report, what: str, kind: FactKind, good: Callable[[Fact], bool]) -> None:
    """A reading that every cited fact of a kind must agree with; without one it is `missing`."""
    if facts := scope.find(kind):
        judge(report, what, facts, all(good(fact) for fact in facts))
    else:
        missing(scope, report, what, kind)


def each(scope: Scope) -> list[Scope]:
    """The scope once for each region it is about; itself if there is none."""
    return [scope.of(r) for r in scope.regions] or [scope]
