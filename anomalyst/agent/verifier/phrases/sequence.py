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


def is_muddled(where: Located) -> bool:
    """Whether two names stand side by side, so that neither is the one spoken of."""
    pairs = _SIDE_BY_SIDE.finditer(where.text)
    return any(key(str(where.meaning(one[1]))) != key(str(where.meaning(one[2]))) for one in pairs)


_THEN = re.compile(r"^(?:then|next|finally|lastly|afterwards|after that)$")


def in_sequence(
    clauses: list[Clause], whom: list[tuple[str, ...]], where: Located, evidence: Evidence, wording: Wording
) -> bool:
    """Whether what is told with "then" comes no earlier than what it is told after, and what is told with "while" is of
    the same finding."""
    pairs = zip(itertools.pairwise(clauses), itertools.pairwise(whom), strict=True)
    for (before, clause), (one, other) in pairs:
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
