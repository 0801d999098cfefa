"""The book of a run: all that may be said about its evidence, and whether a statement is in it.

What the built-in writer tells is written down ready; what is computed from its arguments (a ratio, an order in time) is
computed when asked for. A statement is true only if the book holds it: the facts alone decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from anomalyst.agent.statements import absent, arithmetic, counting, levels, opinions, order
from anomalyst.agent.statements.judgement import Computed, Judgement, holds, refuted, unproved
from anomalyst.agent.writer.write import told
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.statements import Statement

COMPUTED: Mapping[str, Computed] = {
    **arithmetic.PREDICATES,
    **order.PREDICATES,
    **counting.PREDICATES,
    **levels.PREDICATES,
    **absent.PREDICATES,
    **opinions.PREDICATES,
}
"""Predicates that are computed from their arguments, by name."""


class Book:
    """All that may be said about some evidence, in one language."""

    def __init__(self, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> None:
        self.evidence, self.speech = evidence, speech

    @cached_property
    def told(self) -> tuple[Said, ...]:
        """What the built-in writer tells, in reading order."""
        return tuple(told(self.evidence, self.speech))

    @cached_property
    def predicates(self) -> tuple[str, ...]:
        """The predicates of all statements that can be made here."""
        return tuple(dict.fromkeys([said.statement.predicate for said in self.told] + list(COMPUTED)))

    def judge(self, statement: Statement) -> Judgement:
        """Whether a statement holds. One whose arguments leave something open means what there is to say with them."""
        unknown = [name for name in statement.facts if self.evidence.fact(name) is None]
        findings = {finding.id for finding in self.evidence.findings}
        unknown += [name for name in statement.findings if name not in findings]
        if unknown:
            return unproved(f"there is no {', '.join(unknown)} in the evidence")
        if (computed := COMPUTED.get(statement.predicate)) is not None:
            return computed.judge(statement, self.evidence)
        return self._written(statement)

    def _written(self, statement: Statement) -> Judgement:
        """The statement of the writer that is meant: of this predicate, about these findings and facts."""
        same = [said for said in self.told if said.statement.predicate == statement.predicate]
        if not same:
            return unproved(f"nothing here is told by {statement.predicate!r}; there is {', '.join(self.predicates)}")
        about = [said for said in same if set(statement.findings) <= set(said.statement.findings)]
        nearest = max((len(set(statement.facts) & set(said.statement.facts)) for said in about), default=0)
        about = [said for said in about if len(set(statement.facts) & set(said.statement.facts)) == nearest]
        if not about or (statement.facts and not nearest):
            return unproved(f"{statement.predicate!r} is not told of these facts and findings")
        fitting = [said for said in about if statement.operator in ("", said.statement.operator)]
        fitting = [said for said in fitting if statement.entry in (None, said.statement.entry)]
        if not fitting:
            return refuted(f"the evidence says {' or '.join(said.statement.operator for said in about)!r} here")
        return holds(fitting[0])
