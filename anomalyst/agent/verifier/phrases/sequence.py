"""Whether the parts of a sentence stand together as it says: names side by side, what comes "then", what is "while"."""

from __future__ import annotations

import itertools
import re

from anomalyst.agent.verifier.phrases.clauses import Clause
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.ranks import moment
from anomalyst.agent.verifier.phrases.tiles import Wording
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key

_SIDE_BY_SIDE = re.compile(r"(«c\d+») (?=(«c\d+»))")


_OF_TWO = re.compile(
    r"(«c\d+») (?:spike|dip|level shift|drift|flat line|noisy stretch|missing data|lost coupling) (?=(«c\d+»))"
)


def is_muddled(where: Located) -> bool:
    """Whether two names stand side by side, so that neither is the one spoken of; or words turn it."""
    return where.turned or names_side_by_side(where) or _differ(_OF_TWO, where)


def names_side_by_side(where: Located) -> bool:
    """Whether two different names stand side by side."""
    return _differ(_SIDE_BY_SIDE, where)


def _differ(pattern: re.Pattern[str], where: Located) -> bool:
    return any(key(str(where.meaning(m[1]))) != key(str(where.meaning(m[2]))) for m in pattern.finditer(where.text))


_THEN = re.compile(r"^(?:then|next|finally|lastly|afterwards|after that)$")


def in_sequence(
    clauses: list[Clause], whom: list[tuple[str, ...]], where: Located, evidence: Evidence, wording: Wording
) -> bool:
    """Whether what is told with "then" comes no earlier than what it is told after, and what is told with "while" is of
    the same finding."""
    pairs = zip(itertools.pairwise(clauses), itertools.pairwise(whom), strict=True)
    at_once = where.text.lstrip().startswith("while ")
    for (before, clause), (one, other) in pairs:
        if at_once and one and other and one != other and before is clauses[0]:
            return False
        joints = [tile for tile in (*before.tiles, *clause.tiles) if tile.section == "joint"]
        words = [where.text[joint.start : joint.end] for joint in joints]
        if wording in ("canonical", "chunks") and one and other and one != other and "while" in words:
            return False
        told = any(_THEN.match(word) for word in words)
        if not told or one == other or not (one and other):
            continue
        moments = [moment(f) for regions in (one, other) for f in evidence.about(regions[0], "start")]
        if len(moments) != len((one, other)) or None in moments or float(moments[0] or 0) > float(moments[1] or 0):
            return False
    return True
