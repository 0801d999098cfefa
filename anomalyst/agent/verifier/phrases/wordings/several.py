"""Sentences on several findings that name none: "Each lasts 36 min", "The regions last 36 min".

What is said of several must hold of each; of one of them alone it proves nothing.
"""

from __future__ import annotations

import re

_THINGS = (
    r"(?:regions|findings|anomalies|events|episodes|incidents|intervals|places|spots|stretches|segments|patches|areas|"
    r"windows|deviations|abnormalities|irregularities|occurrences|problems|issues|outliers|periods|drops|dips|spikes|"
    r"jumps|drifts|shifts|level shifts|flat lines|gaps|bursts|peaks)"
)
_SEVERAL = re.compile(
    rf"^(?:and |so |then |but )?"
    rf"(?:(?:(?:the|these|those|all|both|our|of) )*{_THINGS}|they|these|those|both|each|all)"
    r" (?!of the (?:run|sample)|were found|was found|found)|\b(?:last|lasted|took|take|ran|run|lasting)\b[^,;]* each$",
    re.IGNORECASE,
)


def speaks_of_several(text: str) -> bool:
    """Whether a marked clause has several findings as its subject and names none of them."""
    said = text.strip().rstrip(".! ")
    return not re.search(r"«r\d+»", said) and _SEVERAL.search(said) is not None
