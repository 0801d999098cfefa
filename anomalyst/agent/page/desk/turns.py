"""One turn of a conversation: what was asked, the steps the analyst took, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from anomalyst.agent.events import Event, EventKind, Looked, LookedCloser, Scored
from anomalyst.evidence.facts import Finding, Model
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import data_uri
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.tools.workbench import Workbench

Status = Literal["waiting", "running", "done", "stopped", "failed"]

MAX_BODY = 4000
TITLES: dict[EventKind, str] = {
    "looked": "Looked at the input",
    "planned": "Chose a detector",
    "fitted": "Learned what normal is",
    "scored": "Scored the input",
    "looked_closer": "Looked closer",
    "understood": "Understood the question",
    "wrote": "Wrote the explanation",
    "checked": "Checked every sentence",
    "refused": "Refused",
    "spent": "Asked the language model",
    "published": "Done",
    "progress": "Working",
}


class Step(Model):
    """One thing the analyst did. `seconds`: it took; `thumbnail`: a small picture of what came of it, a data URI."""

    kind: EventKind
    title: str
    body: str
    seconds: float
    thumbnail: str = ""


class Turn(Model):
    """One turn. `files`: names of what was sent; `text`: the image's text; `run`: id of the recorded run, once there is
    one; `about`: id of the earlier run that a question is about; `doing`: what a long step is at; `answer`: the
    explanation that answers the question; `began`, `first_step`, `ended`: seconds since 1970."""

    id: str
    conversation: str
    question: str = ""
    text: str | None = None
    files: tuple[str, ...] = ()
    run: str | None = None
    about: str | None = None
    status: Status = "waiting"
    steps: tuple[Step, ...] = ()
    doing: str = ""
    answer: dict[str, Any] | None = None
    error: str = ""
    began: float = 0.0
    first_step: float | None = None
    ended: float | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ("done", "stopped", "failed")


def as_step(event: Event, seconds: float, thumbnail: str = "") -> Step:
    """An event as a step of a turn."""
    answer = f"{event.author}: {event.reason}\n\n{event.answer}" if isinstance(event, LookedCloser) else ""
    return Step(
        kind=event.kind,
        title=f"{TITLES[event.kind]}: {event.message}"[:160],
        body=(answer or event.message)[:MAX_BODY],
        seconds=round(seconds, 2),
        thumbnail=thumbnail,
    )


def thumbnail_of(event: Event, bench: Workbench) -> str:
    """A small picture of what came of a step, from what lies on the run's workbench; "" of steps that none shows."""
    if isinstance(event, Looked):
        return thumbnail(bench.need_sample())
    if isinstance(event, Scored):
        return thumbnail(bench.need_sample(), bench.score_map)
    if isinstance(event, LookedCloser) and event.tool:
        finding = next((f for f in bench.need_evidence().findings if f.id == event.finding), None)
        return thumbnail(bench.need_sample(), bench.score_map, finding)
    return ""


def thumbnail(sample: Sample, score_map: ScoreMap | None = None, finding: Finding | None = None) -> str:
    """A PNG data URI of the sample, of its score map if given, of a finding if given."""
    return data_uri(modality(sample.modality).thumbnail(sample, score_map, finding), "png")
