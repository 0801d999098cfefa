"""What is said of a finding of an image: where, what, how much."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.claims import ClaimKind
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import Advice, Said, Slot, amount, direction, filled, say, values, what
from anomalyst.evidence.text import slug
from anomalyst.evidence.wording import capital, one
from anomalyst.modalities.image.colours import COLOURS, NAMES, appearance
from anomalyst.modalities.image.region import PARTS
from anomalyst.modalities.told import Telling


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from where(evidence, region)
    yield from _what(evidence, region)
    yield from values(evidence, region)


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """That the whole picture differs more than any place; of planted stains, the faintest that was seen and the
    strongest that was not."""
    if (retaken := one(evidence, "sample", "retaken")) is not None:
        yield say("data", "retaken", {"retaken": str(retaken.value)}, retaken)
    whole = one(evidence, "sample", "whole_differs")
    if whole is not None:
        yield say("verdict", "whole_picture", {}, whole)
    seen, unseen, area = (one(evidence, "sample", kind) for kind in STAIN)
    first = seen or unseen
    if first is None or area is None:
        return
    slots: dict[str, Slot] = {"size": amount(first), "area": amount(area)}
    if seen is not None and unseen is not None:
        slots["smaller"] = amount(unseen)
    fate = "unseen" if seen is None else "seen" if unseen is None else "limit"
    yield say("confidence", ("planted_stain", fate), slots, seen, unseen, area)


STAIN: tuple[FactKind, ...] = ("stain_seen", "stain_unseen", "stain_area")


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal image (""), the fullest first."""
    if not region:
        yield say("headline", ("headline", "normal-image"), {}, one(evidence, "sample", "verdict"))
        return
    kind, place, area = (one(evidence, region, k) for k in ("anomaly_kind", "place", "area"))
    if kind is None or place is None:
        return
    most = _is_most(place)
    shape = None if most or kind.value in PARTS else one(evidence, region, "shape")
    yield from _as_a_whole(evidence, region, place)
    sized = None if most else area
    slots: dict[str, Slot] = {"there": _there(place, sized)}
    cited, word = (kind, place, sized, shape), str(kind.value)
    yield from _coloured(evidence, region, slots, cited)
    for told, facts in _looks(evidence, region, word):
        how = f"{slug(word)}{'-most' if most else ''}"
        looks = {**slots, "Spot": _spot(slots["there"], most, sized, shape), "quality": told}
        yield say("headline", ("headline", how), looks, *cited, *facts, kind=_COMPARES[bool(facts)])


def _as_a_whole(evidence: Evidence, region: str, place: Fact) -> Iterator[Said]:
    """That the whole picture differs, where no place in it does enough by itself."""
    whole = one(evidence, "sample", "whole_differs")
    if whole is None or any(finding.significant for finding in evidence.findings):
        return
    how = "whole-most" if _is_most(place) else "whole"
    slots: dict[str, Slot] = {"there": _there(place, None)}
    yield say("headline", ("headline", how), slots, whole, place)


def _is_most(place: Fact) -> bool:
    return str(place.value).startswith("most")


def _there(place: Fact, area: Fact | None) -> Slot:
    """Where a spot is, with its size: "in the upper left, 2 % of the picture"."""
    where = slug(str(place.value))
    if area is None:
        return lambda s: s.text(f"plane-{where}")
    return lambda s: s.text("plane-sized", {"place": s.text(f"plane-{where}"), "area": s.rough(area)})


def _spot(there: Slot, most: bool, sized: Fact | None, shape: Fact | None) -> Slot:
    """A spot, an area where it is large, or a mark of the shape that it has, as the subject of a sentence."""
    if most:
        return lambda s: capital(s.text("most-of-the-picture"))
    large = shape is None and sized is not None and float(sized.value) >= LARGE
    message = "-".join(("area" if large else "spot", *_of_shape(shape), *(["sized"] if sized is not None else [])))
    return lambda s: capital(s.text(message, filled({"there": there}, s)))


LARGE = 5.0  # % of the picture: nobody calls that a spot


def _of_shape(shape: Fact | None) -> list[str]:
    return [] if shape is None else [slug(str(shape.value))]


def _coloured(
    evidence: Evidence, region: str, slots: dict[str, Slot], cited: tuple[Fact | None, ...]
) -> Iterator[Said]:
    """What was seen and is normal by the names of their colours, where these differ."""
    seen, normal = (appearance(evidence, region, k) for k in _COMPARED)
    word, place = (str(fact.value) if fact is not None else "" for fact in cited[:2])
    if not seen or seen == normal or place.startswith("most") or word not in ("colour shift", "extra part"):
        return
    colours: dict[str, Slot] = {
        "colour": lambda s: s.forms("colour", seen),
        "normal": lambda s: s.term("colour", normal),
    }
    message = ("headline", "-".join((slug(word), "coloured", *_of_shape(cited[-1]))))
    yield say("headline", message, slots | colours, *cited, *_bands(evidence, region), kind="comparison")


def _bands(evidence: Evidence, region: str) -> list[Fact]:
    """The facts that a colour's names rest on."""
    return [f for kind in _COMPARED for f in evidence.about(region, kind) if f.qualifier in COLOURS]


def _looks(evidence: Evidence, region: str, kind: str) -> Iterator[tuple[Slot, tuple[Fact, ...]]]:
    """What tells best what a spot of this kind of anomaly looks like, and nothing."""
    gaps = sorted(evidence.about(region, "difference"), key=lambda f: -abs(float(f.value)))
    gaps = [f for f in gaps if (f.qualifier == BRIGHTNESS) == (kind in ("brighter", "darker"))]
    for gap in gaps[: 1 if kind in _MEASURED else 0]:
        seen, normal = (
            next((f for f in evidence.about(region, k) if f.qualifier == gap.qualifier), None) for k in _COMPARED
        )
        if seen is not None and normal is not None and float(gap.value):
            yield _quality(seen, normal), (seen, normal, gap)
    yield "", ()


def _quality(seen: Fact, normal: Fact) -> Slot:
    return lambda s: s.text(
        "quality-seen",
        {
            "quality": s.term("quality-bare", seen.qualifier),
            "seen": s.beside(seen, normal),
            "normal": s.beside(normal, seen),
        },
    )


_COMPARES: tuple[ClaimKind, ClaimKind] = ("observation", "comparison")
_COMPARED: tuple[FactKind, ...] = ("observed", "expected")
_MEASURED = frozenset({"brighter", "darker", "colour shift"})
BRIGHTNESS = "brightness"


def where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where in the image."""
    place, area, box = (one(evidence, region, k) for k in ("place", "area", "box"))
    if place is None:
        return
    sized = None if _is_most(place) else area
    how = "most" if _is_most(place) else "area" if sized is not None else ""
    there: Slot = lambda s: s.text(f"plane-{slug(str(place.value))}")  # noqa: E731
    slots: dict[str, Slot] = {"finding": region, "there": there}
    if sized is not None:
        slots["area"] = amount(sized)
    yield say("where", ("where", how), slots, place, sized)
    if box is not None:
        yield say("where", "box", {"finding": region, "box": str(box.value)}, box)


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    kind = one(evidence, region, "anomaly_kind")
    if kind is not None and kind.value in ("brighter", "darker"):
        yield say("what", ("kind", str(kind.value)), {"finding": region}, kind)
    else:
        yield from what(evidence, region)
        yield from direction(evidence, region)
    shape = one(evidence, region, "shape")
    if shape is not None:
        yield say("what", ("shape", slug(str(shape.value))), {"finding": region}, shape)


WORDS = frozenset({
    "image", "picture", "photo", "photograph", "pixel",
    "pixels", "brightness", "colour", "color", "band",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="plane",
    advice=Advice(first="", rests_on="place"),
    qualities=("brightness", *COLOURS),
    appearances=NAMES,
)
