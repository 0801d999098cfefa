"""The events of a run, one class for each kind. One generator of them is the run; command line and page render it.

An event holds what was said and measured, and no picture: who shows a step asks the kind of data for one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.facts import Model
from anomalyst.tools.budget import Decision


class Told(Model):
    """One step of a run. `message`: a line for people."""

    message: str

    @property
    def data(self) -> dict[str, Any]:
        """The step as JSON values, besides its message."""
        values = self.model_dump(mode="json", exclude={"kind", "message"})
        return {name: value for name, value in values.items() if value is not None}


class Looked(Told):
    """The input was read and profiled."""

    kind: Literal["looked"] = "looked"
    profile: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The profile."""
        return self.profile


class Planned(Told):
    """A detector was chosen. `said`: why, in the words of `author`; `decision`: why, in those of code."""

    kind: Literal["planned"] = "planned"
    detector: str
    said: str
    author: str
    decision: Decision

    @property
    def data(self) -> dict[str, Any]:
        """All of it on one level."""
        values = super().data
        decision: dict[str, Any] = values.pop("decision")
        return values | decision


class Fitted(Told):
    """A detector learned what normal is."""

    kind: Literal["fitted"] = "fitted"
    detector: str


class Scored(Told):
    """The detector gave its map, and with it findings and facts. `p`: of the whole sample."""

    kind: Literal["scored"] = "scored"
    verdict: str
    p: float


class LookedCloser(Told):
    """One more look, by `tool` with `args`. `answer`: the facts it gave; `reason`: why, in the words of `author`.
    (In earlier runs the planting of faults has no tool, and nothing has a reason.)"""

    kind: Literal["looked_closer"] = "looked_closer"
    tool: str | None = None
    args: dict[str, Any] | None = None
    answer: str
    reason: str | None = None
    author: str | None = None

    @property
    def finding(self) -> str:
        """Id of the finding that was looked at, "" for none."""
        return str((self.args or {}).get("finding", ""))


class Understood(Told):
    """A question was understood. `asked`: as what, in the fields of `answering/asked.py`."""

    kind: Literal["understood"] = "understood"
    asked: dict[str, Any]


class Wrote(Told):
    """Claims were written."""

    kind: Literal["wrote"] = "wrote"
    author: str


class Checked(Told):
    """The verifier judged them; `failed` of them failed."""

    kind: Literal["checked"] = "checked"
    failed: int


class Spent(Told):
    """What a language model took: its `calls`, the tokens that it `read` and has `written`, as far as its provider
    tells, and the seconds that were waited for it."""

    kind: Literal["spent"] = "spent"
    calls: int
    read: int
    written: int
    seconds: float


class Refused(Told):
    """A model's answer or claim was refused, as the message says, in the step `where`."""

    kind: Literal["refused"] = "refused"
    where: str


class Published(Told):
    """The explanation is ready."""

    kind: Literal["published"] = "published"
    explanation: Explanation

    @property
    def data(self) -> dict[str, Any]:
        """Nothing: the explanation is kept by itself."""
        return {}


class Progress(Told):
    """A long step advances; it began `seconds` ago."""

    kind: Literal["progress"] = "progress"
    doing: str
    seconds: int | None = None


Event = Annotated[
    Looked
    | Planned
    | Fitted
    | Scored
    | LookedCloser
    | Understood
    | Wrote
    | Checked
    | Refused
    | Spent
    | Published
    | Progress,
    Field(discriminator="kind"),
]
EventKind = Literal[
    "looked", "planned", "fitted", "scored", "looked_closer", "understood", "wrote", "checked", "refused", "spent",
    "published", "progress",
]  # fmt: skip


def as_json(event: Event) -> dict[str, Any]:
    """How an event stands in the log of a run."""
    return {"kind": event.kind, "message": event.message, "data": event.data}
