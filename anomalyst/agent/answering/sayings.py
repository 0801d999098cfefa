"""What there is to say of some evidence, looked up: what is told of a finding, and what is computed when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from anomalyst.agent.statements.book import Book
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.sentences import DETAIL, Said
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.wording import one


class Sayings:
    """The book of a run, to be asked by topic."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.book = evidence, Book(evidence)

    @property
    def ids(self) -> tuple[str, ...]:
        """The findings, in their order."""
        return tuple(finding.id for finding in self.evidence.findings)

    def told(self, *names: str, finding: str = "") -> list[Said]:
        """What is told under these topics or by these predicates, in their order: of one finding, or of the whole."""
        of = [said for said in self.book.told if finding in said.statement.findings or not finding]
        if not finding:
            of = [said for said in of if not said.statement.findings or said.topic == "headline"]
        return [said for name in names for said in of if name in (_topic(said), said.statement.predicate)]

    def first(self, *names: str, finding: str = "") -> list[Said]:
        """The first that is told by each of these names."""
        return [said for name in names for said in self.told(name, finding=finding)[:1]]

    def either(self, *names: str, finding: str = "") -> list[Said]:
        """What is told by the first of these names that tells anything."""
        return next((said for name in names if (said := self.told(name, finding=finding))), [])

    def made(self, predicate: str, *, facts: Iterable[str] = (), **arguments: Any) -> list[Said]:
        """A computed statement, where it holds."""
        judged = self.book.judge(Statement(predicate=predicate, facts=tuple(facts), **arguments))
        return [judged.said] if judged.said is not None else []

    def facts(self, kind: FactKind, findings: Sequence[str]) -> list[str]:
        """Ids of the facts of a kind on each of the findings; none where one of them has none."""
        found = [one(self.evidence, finding, kind) for finding in findings]
        return [fact.id for fact in found if fact is not None] if all(found) else []


def _topic(said: Said) -> str:
    return said.topic.removesuffix(DETAIL)
