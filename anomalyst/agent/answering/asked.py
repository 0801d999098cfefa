"""What a question asks for, as one typed structure: what is wanted, about what, with which parameters, told how."""

from __future__ import annotations

from typing import Literal

from anomalyst.evidence.facts import Model
from anomalyst.evidence.speech.manner import Audience, Length, Manner

Intent = Literal[
    "verdict", "summary", "what", "kind", "when", "where", "duration", "value", "channel", "first_moved", "match",
    "rank", "list", "count", "compare", "at", "sure", "false_alarm", "why", "why_not", "normal", "heal", "detector",
    "agreement",
    "unchecked", "action", "cause",
    "level", "second", "part",
    "greeting", "thanks", "help", "idle", "unmeasured", "unknown",
]  # fmt: skip
Rank = Literal["first", "last", "longest", "shortest", "largest", "smallest", "worst", "mildest"]
By = Literal["duration", "size", "time", "strength"]

NO_QUESTIONS: frozenset[Intent] = frozenset({"greeting", "thanks", "help", "idle", "unmeasured", "unknown"})
"""What gets a remark and no statement."""
MEASURED_ANEW: frozenset[Intent] = frozenset({"level", "second", "part"})
"""What a tool may have to be run for."""


class Window(Model):
    """A stretch of the data, both ends in it. `rows`: in rows, else on the line of `evidence/moments.py`."""

    start: float
    stop: float
    rows: bool = False


class Asked(Model):
    """A question as it was understood.

    `findings`: those that it is about, none for all; `unknown`: a finding that it names and there is not; `names`: of
    channels or words that it names, and `strange` whether it names what no finding has; `kind`, `place`: in words of
    facts; `rank`, `by`: which of the findings is sought, and by what they are held against each other; `window`: the
    time or rows; `level`, `detector` ("another" for any), the parameters of a tool, and `measured`, ids of the facts
    that it gave; `language`: of the answer, `fixed`
    once it was asked for; `length`, `audience`: None where nothing was said.
    """

    intent: Intent
    findings: tuple[str, ...] = ()
    unknown: str = ""
    names: tuple[str, ...] = ()
    strange: bool = False
    kind: str = ""
    place: str = ""
    rank: Rank | None = None
    by: By | None = None
    window: Window | None = None
    level: float | None = None
    detector: str = ""
    measured: tuple[str, ...] = ()
    language: str = "en"
    fixed: bool = False
    length: Length | None = None
    audience: Audience | None = None

    def manner(self, given: Manner) -> Manner:
        """How the answer is told: as it was asked for, else as is set."""
        return Manner(self.language, self.length or given.length, self.audience or given.audience)


ANOTHER = "another"
