"""What a kind of data gives to be shown: pictures, drawings and words, as data and markup. Others lay them out."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

from markupsafe import Markup

from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.speech.speech import Speech
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

MAX_EDGE = 10**9


@dataclass(frozen=True)
class ColourBar:
    """A legend for a coloured map: CSS gradient and the words at its ends."""

    gradient: str
    low: str
    high: str


@dataclass(frozen=True)
class Picture:
    """One picture with its title and caption."""

    title: str
    svg: Markup
    caption: str
    bar: ColourBar | None = None


@dataclass(frozen=True)
class Spoken:
    """A piece of a text. `scored`: it is a word with a share of information, in `colour`, told by `title`; `regions`:
    ids of the findings that it belongs to."""

    text: str
    scored: bool = False
    colour: str = ""
    title: str = ""
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpokenText:
    """A text in pieces, its words coloured from what speaks against them (`low`) to what speaks for them (`high`).
    `note`: how to read it on paper; `hint`: how on a page."""

    pieces: tuple[Spoken, ...]
    low: str
    high: str
    note: str
    hint: str


@dataclass(frozen=True)
class Drawn:
    """Pictures side by side, or lines over the whole width, which need their `legend` unless they are none of
    values."""

    pictures: tuple[Picture, ...] = ()
    lines: Markup | None = None
    legend: bool = True


@dataclass(frozen=True)
class Pictures:
    """What the report shows of a run. `heading`: above `whole`, the whole sample; `close_ups`: of findings, by id."""

    heading: str
    whole: Drawn
    close_ups: Mapping[str, Drawn] = field(default_factory=dict)
    spoken: SpokenText | None = None


@dataclass(frozen=True)
class Place:
    """A finding on a picture. `drawing`: its outline and its label as SVG; `view`: viewBox of its close-up."""

    id: str
    name: str
    drawing: Markup
    view: str


@dataclass(frozen=True)
class Stage:
    """The observed picture, the expected one over it (None where there is none to compare), the findings on top."""

    width: int
    height: int
    observed: str
    expected: str | None
    sharp: bool
    places: tuple[Place, ...]

    def place(self, region: str) -> Place | None:
        """The finding of this id, if it is drawn."""
        return next((place for place in self.places if place.id == region), None)


@dataclass(frozen=True)
class Card:
    """What the card of a run shows. `stage`: the main picture, if there is one; `close_ups`: findings as lines, by id,
    each with the viewBox `box`; `whole`: the whole sample as lines, beneath `heading`; `maps`: more pictures, beneath
    `maps_heading`."""

    stage: Stage | None = None
    close_ups: Mapping[str, Markup] = field(default_factory=dict)
    box: str = ""
    whole: tuple[Markup, ...] = ()
    heading: str = ""
    maps: tuple[Picture, ...] = ()
    maps_heading: str = ""
    spoken: SpokenText | None = None


@dataclass(frozen=True)
class Axis:
    """One direction in which a place reaches from `low` to `high` (names of the edges), labelled for people."""

    low: str
    high: str
    low_label: str
    high_label: str


@dataclass(frozen=True)
class Marking:
    """How a person shows a place: by its edges on one axis or two, whole numbers from 0, half open. `hint`: what to
    do; `rule`: what the edges must keep, for who is told that they do not."""

    axes: tuple[Axis, ...]
    hint: str
    rule: str

    @property
    def edges(self) -> tuple[str, ...]:
        """Names of the edges, the lower ones first."""
        return (*(axis.low for axis in self.axes), *(axis.high for axis in self.axes))

    @property
    def labels(self) -> tuple[str, ...]:
        """The edges for people, in the same order."""
        return (*(axis.low_label for axis in self.axes), *(axis.high_label for axis in self.axes))

    def holds(self, box: Any) -> TypeGuard[dict[str, int]]:
        """Whether `box` is such a place: exactly these edges, whole numbers in order."""
        if not isinstance(box, dict) or set(box) != set(self.edges):
            return False
        whole = all(type(edge) is int and 0 <= edge <= MAX_EDGE for edge in box.values())
        return whole and all(box[axis.low] < box[axis.high] for axis in self.axes)


@dataclass(frozen=True)
class ToMark:
    """What a place is marked on. `extent`: the highest value of each axis."""

    drawing: Markup
    extent: tuple[int, ...]


@dataclass(frozen=True)
class Healed:
    """One state of a sample in the healing test. `said`: what its p-value is and means; `mask`: the place that was
    healed, None where that is no place; `flagged`: whether it is the findings' place."""

    title: str
    said: str
    sample: Sample
    mask: NDArray[np.bool_] | None
    flagged: bool = True


@dataclass(frozen=True)
class HealedPicture:
    """One state of the healing test to look at."""

    title: str
    said: str
    svg: Markup | None
    text: str = ""


def data_uri(picture: Image | Markup, kind: str) -> str:
    """A picture as a data URI, lines as SVG. `kind`: of pixels, "png", or "jpeg" for a large photograph."""
    if isinstance(picture, Markup):
        return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode('ascii')}"
    buffer = io.BytesIO()
    picture.save(buffer, kind, **({"optimize": True} if kind == "png" else {"quality": 90}))
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def first_value(evidence: Evidence, subject: str, kind: FactKind) -> str:
    """The value of the first fact of a kind about a subject as text, "" if there is none."""
    return next((str(fact.value) for fact in evidence.about(subject, kind)), "")


def finding_in_words(evidence: Evidence, finding: str, speech: Speech, channel: str = "") -> str:
    """What a finding is, by its id, and where: "dark spot, upper left", "spike in disk_write, late"."""
    kind, place = (first_value(evidence, finding, name) for name in _NAMING)
    what = speech.term("anomaly", kind) if kind else speech.text("name-abnormal")
    if channel:
        what = speech.text("name-in" if kind else "name-abnormal-in", {"kind": what, "channel": channel})
    return f"{what}, {speech.term('place', place)}" if place else what


_NAMING: tuple[FactKind, ...] = ("anomaly_kind", "place")
