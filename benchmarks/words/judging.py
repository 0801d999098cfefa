"""What a headline says, against what was planted.

Judged is what a reader reads: a thing counts as said where the sentence prints it and cites the fact that it is. So the
kind of anomaly needs one of its words and the fact of that kind; a number needs its digits and the fact that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anomalyst.agent.writer.headline import about_headline
from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.modalities.image.colours import NAMES
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample
from anomalyst.tools.measure import build_evidence

ALPHA, FDR = 0.05, 0.05  # the defaults of `explain`
SIZE_OFF = 0.2  # of the planted size
TIME_OFF, ROWS_OFF = 0.1, 2  # of the planted length, or so many rows
PRINTED = 0.006  # a number is printed to three digits or more: no further off than this share of it

KIND_WORDS: dict[str, str] = {
    "spike": r"jump|spike|peak|rose|increased|shot up",
    "dip": r"drop|dip|fell|decreased",
    "level shift": r"too (high|low)|shift|level",
    "drift": r"drift",
    "flat line": r"stuck|flat|constant|frozen",
    "change of period": r"rhythm|period|cycle",
    "noisy stretch": r"fluctuated more|nois",
    "quiet stretch": r"fluctuated less|quiet|calm",
    "missing data": r"no values|missing",
    "gap": r"nothing was recorded|gap",
    "lost coupling": r"came apart|no longer|coupl",
    "brighter": r"bright|pale|light",
    "darker": r"dark",
    "colour shift": r"colour|" + "|".join(NAMES),
    "texture change": r"texture|pattern",
    "missing part": r"missing|lacks",
    "extra part": r"extra",
}
"""What each kind is called in a headline, as regular expressions of lower-case text."""
SHAPE_WORDS = {"scratch-like": r"scratch-like", "spot-like": r"round spot", "area-like": r"broad"}
WAYS = {True: r"\b(high|higher|rose|jumped|increased|above|bright|brighter)\b",
        False: r"\b(low|lower(?! left| centre| right)|fell|dropped|decreased|below|dark|darker)\b"}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What was planted; what is None or empty is not asked. `kinds`: right names of its kind; `up`: above or brighter
    than normal; `rows`: [start, stop); `size`: the change, in the data's own unit; `places`: right words for where it
    lies; `area`: percent of the image; `shape`: that of its outline; `word`: the wrong word of a text, and `fitting`
    the right one."""

    kinds: tuple[str, ...] = ()
    up: bool | None = None
    channels: tuple[str, ...] = ()
    rows: tuple[int, int] | None = None
    size: float | None = None
    places: tuple[str, ...] = ()
    area: float | None = None
    colours: tuple[str, ...] = ()
    shape: str = ""
    word: str = ""
    fitting: str = ""


@dataclass(frozen=True)
class Headline:
    """A headline's first sentence and the facts that it cites; `names`: of all channels."""

    text: str
    facts: tuple[Fact, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        plain = self.text
        for name in sorted(self.names, key=len, reverse=True):
            plain = re.sub(rf"\b{re.escape(name)}\b", " ", plain)
        plain = plain.replace("−", "-")
        found = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", plain)
        object.__setattr__(self, "numbers", tuple(float(text.replace(",", "")) for text in found))

    def cited(self, kind: FactKind) -> list[Fact]:
        """The cited facts of a kind."""
        return [fact for fact in self.facts if fact.kind == kind]

    def prints(self, value: float) -> bool:
        """Whether a number stands in the text, whatever its sign."""
        return any(abs(abs(number) - abs(value)) <= PRINTED * abs(value) for number in self.numbers)

    def says(self, pattern: str) -> bool:
        """Whether the text holds one of some words."""
        return re.search(pattern, self.text, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Tried:
    """A planted anomaly and what was said of it; `said`: None where nothing alarmed."""

    kind: str
    where: str
    said: Headline | None
    truth: Truth


def headline_of(sample: Sample, score_map: ScoreMap, names: tuple[str, ...] = ()) -> Headline | None:
    """The first sentence of an alarm's headline, "" where there is none; None where nothing alarms."""
    if score_map.sample_p > ALPHA:
        return None
    found = modality(sample.modality).locate(sample, score_map, ALPHA, FDR)
    evidence = build_evidence(sample, score_map, found, alpha=ALPHA, fdr=FDR)
    return first_sentence([said.claim(evidence) for said in about_headline(evidence)], evidence, names)


def first_sentence(claims: Sequence[Claim], evidence: Evidence, names: tuple[str, ...] = ()) -> Headline:
    """The first claim with the facts it cites."""
    if not claims:
        return Headline("", (), names)
    known = {fact.id: fact for fact in evidence.facts}
    return Headline(claims[0].text, tuple(known[c] for c in claims[0].cites), names)


def judged(said: Headline, truth: Truth) -> dict[str, bool]:
    """Of each thing that is asked, whether it is said and right."""
    return dict((*_what(said, truth), *_where(said, truth)))


def _what(said: Headline, truth: Truth) -> Iterator[tuple[str, bool]]:
    if truth.kinds:
        yield "kind", any(_is_kind(said, kind) for kind in truth.kinds)
    if truth.up is not None:
        yield "direction", said.says(WAYS[truth.up]) and not said.says(WAYS[not truth.up])
    if truth.channels:
        yield "channel", first_named(said) in truth.channels
    if truth.colours:
        yield "colour", first_colour(said) in truth.colours
    if truth.shape:
        yield "shape", said.says(SHAPE_WORDS[truth.shape]) and truth.shape in [f.value for f in said.cited("shape")]
    if truth.word:
        yield "word", truth.word in [str(fact.value).lower() for fact in said.cited("words")]
    if truth.fitting:
        yield "fitting word", truth.fitting in [str(fact.value).lower() for fact in said.cited("fitting_words")]


def _where(said: Headline, truth: Truth) -> Iterator[tuple[str, bool]]:
    """When or where, and how large."""
    if truth.rows is not None:
        yield "time", is_near(said_rows(said), truth.rows)
    if truth.size is not None:
        size = said_size(said)
        yield "size", size is not None and abs(size - truth.size) <= SIZE_OFF * abs(truth.size)
    if truth.places:
        yield "place", any(fact.value in truth.places and str(fact.value) in said.text for fact in said.cited("place"))
    if truth.area is not None:
        area = said_area(said)
        yield "area", area is not None and abs(area - truth.area) <= SIZE_OFF * truth.area


def _is_kind(said: Headline, kind: str) -> bool:
    return said.says(KIND_WORDS[kind]) and kind in [fact.value for fact in said.cited("anomaly_kind")]


def first_named(said: Headline) -> str:
    """The channel that is named first, "" where none is."""
    places = {name: re.search(rf"\b{re.escape(name)}\b", said.text) for name in said.names}
    found = {name: place.start() for name, place in places.items() if place is not None}
    return min(found, key=lambda name: found[name]) if found else ""


def said_rows(said: Headline) -> tuple[int, int] | None:
    """The rows [start, stop) that are told."""
    start, end = (next(iter(said.cited(kind)), None) for kind in ("start", "end"))
    if start is None or end is None or not all(said.prints(float(fact.value)) for fact in (start, end)):
        return None
    return int(start.value), int(end.value) + 1


def is_near(rows: tuple[int, int] | None, planted: tuple[int, int]) -> bool:
    """Whether start and stop are both as near as asked."""
    allowed = max(ROWS_OFF, TIME_OFF * (planted[1] - planted[0]))
    return rows is not None and all(abs(a - b) <= allowed for a, b in zip(rows, planted, strict=True))


def said_size(said: Headline) -> float | None:
    """The change that is told, by itself or as what was seen beside what is normal."""
    for gap in said.cited("difference"):
        both = [f for kind in ("observed", "expected") for f in said.cited(kind) if f.qualifier == gap.qualifier]
        if said.prints(float(gap.value)) or (len(both) == 2 and all(said.prints(float(f.value)) for f in both)):
            return float(gap.value)
    return None


def said_area(said: Headline) -> float | None:
    """The share of the image that is told, in percent; it is printed to two digits."""
    values = [float(fact.value) for fact in said.cited("area")]
    return next((v for v in values if any(abs(n - v) <= 0.06 * v for n in said.numbers)), None)


def first_colour(said: Headline) -> str:
    """The colour that is named first, "" where none is."""
    found = re.search(rf"\b({'|'.join(NAMES)})\b", said.text, re.IGNORECASE)
    return found[0].lower() if found else ""
