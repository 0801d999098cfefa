"""What is said of a finding of an image: where, what, how much; possible causes and next actions."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import Advice, Said, direction, say, values, what
from anomalyst.evidence.wording import amount, beside, one, rough
from anomalyst.modalities.image.colours import COLOURS, NAMES, appearance
from anomalyst.modalities.told import Telling

ARTICLES = {"extra part": "an "}


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All sentences about one finding, in reading order."""
    yield from where(evidence, region)
    yield from _what(evidence, region)
    yield from values(evidence, region, "the ")


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """Of planted stains, the faintest that was seen and the strongest that was not."""
    seen, unseen, area = (one(evidence, "sample", kind) for kind in STAIN)
    first = seen or unseen
    if first is None or area is None:
        return
    fate = "raised the alarm" if seen is not None else "passed unnoticed"
    text = f"A planted stain of {amount(first)} over {amount(area)} of the image {fate}"
    below = seen is not None and unseen is not None
    rest = f"; a planted stain of {amount(unseen)} passed unnoticed" if below and unseen is not None else ""
    yield say("confidence", f"{text}{rest}.", seen, unseen, area)


STAIN: tuple[FactKind, ...] = ("stain_seen", "stain_unseen", "stain_area")


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal image (""), the fullest first."""
    if not region:
        yield say("headline", "Nothing unusual was found in this image.", one(evidence, "sample", "verdict"))
        return
    kind, place, area = (one(evidence, region, k) for k in ("anomaly_kind", "place", "area"))
    if kind is None or place is None:
        return
    most = str(place.value).startswith("most")
    size = f", {rough(area)} of the picture" if area is not None and not most else ""
    there, cited = f"in the {place.value}{size}", (kind, place, area if size else None)
    spot = "Most of the picture" if most else f"A spot {there}{',' if size else ''}"
    for text in _colours(evidence, region, str(kind.value), there, most):
        yield say("headline", text, *cited, *_parts(evidence, region), kind="comparison")
    if kind.value in ("missing part", "extra part"):
        what_ = "A part is missing" if kind.value == "missing part" else "There is an extra part"
        yield say("headline", f"{what_} {'over most of the picture' if most else there}.", *cited)
        return
    for told, facts in _looks(evidence, region, str(kind.value)):
        yield say("headline", f"{spot} {told}.", *cited, *facts, kind="comparison" if facts else "observation")


def _colours(evidence: Evidence, region: str, kind: str, there: str, most: bool) -> Iterator[str]:
    """What was seen and is normal by the names of their colours, where these differ."""
    seen, normal = (appearance(evidence, region, k) for k in _COMPARED)
    if not seen or seen == normal or most or kind not in ("colour shift", "extra part"):
        return
    a = f"an {seen}" if seen[0] in "aeiou" else f"a {seen}"
    thing = f"There is {a} extra part" if kind == "extra part" else f"{a.capitalize()} spot"
    yield f"{thing} {there} (normally {normal})."


def _parts(evidence: Evidence, region: str) -> list[Fact]:
    """The facts that a colour's names rest on."""
    return [f for kind in _COMPARED for f in evidence.about(region, kind) if f.qualifier in COLOURS]


def _looks(evidence: Evidence, region: str, kind: str) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """What a spot looks like, by its kind of anomaly, with the quality that tells it best and without."""
    plain = _LOOKS.get(kind, "looks different from normal")
    gaps = sorted(evidence.about(region, "difference"), key=lambda f: -abs(float(f.value)))
    gaps = [f for f in gaps if (f.qualifier == BRIGHTNESS) == (kind in ("brighter", "darker"))]
    for gap in gaps[: 1 if kind != "texture change" else 0]:
        seen, normal = (
            next((f for f in evidence.about(region, k) if f.qualifier == gap.qualifier), None) for k in _COMPARED
        )
        if seen is not None and normal is not None and float(gap.value):
            values_ = f"{gap.qualifier} {beside(seen, normal)}; normally {beside(normal, seen)}"
            yield f"{plain} ({values_})", (seen, normal, gap)
    yield plain, ()


_COMPARED: tuple[FactKind, ...] = ("observed", "expected")
_LOOKS = {
    "brighter": "is too bright", "darker": "is too dark", "colour shift": "has an unusual colour",
    "texture change": "has an unusual texture",
}  # fmt: skip
BRIGHTNESS = "brightness"


def where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where in the image."""
    place, area, box = (one(evidence, region, k) for k in ("place", "area", "box"))
    if place is None:
        return
    most = str(place.value).startswith("most")
    lies = f"covers {place.value}" if most else f"lies in the {place.value} of the image"
    size = f" and covers {amount(area)} of its area" if area is not None and not most else ""
    yield say("where", f"{region} {lies}{size}.", place, area if size else None)
    if box is not None:
        yield say("where", f"The box of {region} is {box.value}.", box)


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    kind = one(evidence, region, "anomaly_kind")
    if kind is not None and kind.value in ("brighter", "darker"):
        yield say("what", f"{region} is {kind.value} than expected.", kind)
        return
    yield from what(evidence, region, ARTICLES)
    yield from direction(evidence, region, "than")


ADVICE = Advice(
    first="Inspect the place of {region} on the object and compare it with a normal example.",
    rests_on="place",
    causes={
        "brighter": ("a reflection, a scratch or missing paint", "foreign material on the surface"),
        "darker": ("dirt, a stain, a hole or a burn", "a shadow that the normal images lack"),
        "colour shift": ("contamination or a wrong material", "a changed light source or white balance"),
        "texture change": ("a damaged or worn surface", "foreign material on the surface"),
        "missing part": ("a part that was left out or broken off", "a part that something hides"),
        "extra part": ("foreign material", "a part that was mounted in the wrong place"),
    },
    actions={
        "brighter": "Check the lighting, and record the image again to confirm {region}.",
        "darker": "Check the lighting, and record the image again to confirm {region}.",
        "colour shift": "Check the light source and the camera settings, and record the image again.",
    },
)

WORDS = frozenset({
    "image", "picture", "photo", "photograph", "pixel",
    "pixels", "brightness", "colour", "color", "band",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="plane",
    advice=ADVICE,
    qualities=("brightness", *COLOURS),
    appearances=NAMES,
)
