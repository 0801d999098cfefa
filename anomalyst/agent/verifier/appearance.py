"""What a finding looks like in one word, such as a colour: seen, and where it is normal."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.scope import Report, Scope, each, judge, missing
from anomalyst.evidence.facts import FactKind
from anomalyst.modalities.registry import modality

_SEEN = r"\b(?:an?|round|broad) (WORD)(?= (?:extra |scratch-like )?(?:spot|part|mark|patch)\b)"
_NORMAL = r"\bnormally (WORD)(?!\w)"
_READ: tuple[tuple[str, FactKind], ...] = ((_SEEN, "observed"), (_NORMAL, "expected"))


def read_appearance(clause: Clause, scope: Scope, report: Report) -> None:
    """ "An orange spot … (normally grey)": the word that its kind of data has for what was observed, or expected."""
    kind = modality(scope.evidence.modality)
    words = kind.told.appearances
    for pattern, fact in _READ if words else ():
        for match in list(re.finditer(pattern.replace("WORD", "|".join((*words, r"«c\d+»"))), clause.text)):
            said = clause.marked.meaning(match[1]) if match[1].startswith("«") else match[1]
            if said not in words:
                continue
            for one in each(scope):
                facts = one.at(None).find(fact)
                looks = {kind.appearance(scope.evidence, region, fact) for region in one.regions}
                if facts and looks != {""}:
                    judge(report, match.group(), facts, looks == {said})
                else:
                    missing(one, report, match.group(), fact)
            clause.take(*match.span())
