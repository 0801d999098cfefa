"""False sentences made from true ones by rule, each certain to mean something else than the facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.wording import name
from anomalyst.modalities.image.places import IMAGE_PLACES
from anomalyst.modalities.series.shown.places import SERIES_PLACES

Lie = Callable[[Claim, Evidence, Random], str | None]

_NUMBER = re.compile(r"(?<![\w.:-])\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?![\w:]|-\d|\.\d)")
_CLOCK = re.compile(r"(\d{2}):\d{2}(?::\d{2})?")
_UNITS = ("ms", "s", "min", "h", "%", "MB", "rpm", "V", "bar")
_KINDS = {
    "image": ("a colour shift", "a texture change", "a missing part", "an extra part"),
    "series": ("a spike", "a dip", "a level shift", "a drift", "a flat line", "a change of period",
    "a noisy stretch", "a quiet stretch", "an unusual pattern"),
}  # fmt: skip
_SHAPED = {
    "scratch-like": ("scratch-like", "long and thin"), "spot-like": ("spot-like", "small and round", "round"),
    "area-like": ("area-like", "broad"),
}  # fmt: skip
_OPPOSITE = {
    "higher": "lower", "lower": "higher", "above": "below", "below": "above", "brighter": "darker",
    "darker": "brighter", "too high": "too low", "too low": "too high", "jumped": "dropped", "dropped": "jumped",
    "rose": "fell", "fell": "rose", "more than normal": "less than normal", "less than normal": "more than normal",
}  # fmt: skip
CAUSES = (
    "because the bearing is worn", "due to a measurement error", "caused by a loose cable",
    "which led to a failure of the pump",
    "since the sensor was broken", "as a result of dust on the lens",
)  # fmt: skip
TAILS = (
    ", which is harmless", ", a false alarm", ", as in earlier recordings", " and the operator was informed",
    ", which is typical of a crack", ", and the part must be scrapped", ", as expected",
    " and everything else is normal",
    ", but this is just noise", ", twice as much as yesterday", " in 3 other samples", ", which never happened before",
)  # fmt: skip


def numbers(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another number, far enough from every fact of the cited kinds."""
    spots = [m for m in _NUMBER.finditer(_masked(claim.text, evidence))]
    if not spots:
        return None
    spot = rng.choice(spots)
    text = spot.group()
    value = float(text.replace(",", ""))
    factor = rng.choice((0.1, 0.5, 0.9, 1.1, 1.3, 2, 10))
    changed = value * factor if value else 1.0
    if "." not in text and "e" not in text and changed < 1e6:
        changed = float(max(0, round(changed)))
    if changed == value:
        changed = value + 1
    shown = _like(text, changed)
    if any(_rounds_to(v, shown) for v in _all_numbers(evidence)):
        return None
    return claim.text[: spot.start()] + shown + claim.text[spot.end() :]


def _like(text: str, value: float) -> str:
    if "e" in text or (0 < abs(value) < 1e-4):
        return f"{value:.2g}"
    places = len(text.partition(".")[2])
    return f"{value:.{max(places, 3 if value < 1 and places else places)}f}"


def _rounds_to(value: float, shown: str) -> bool:
    """Whether `shown` is `value`, correctly rounded to as many digits as are shown: then it is no lie."""
    digits = len(re.sub(r"e.*|\D", "", shown).lstrip("0"))
    return float(f"{value:.{max(digits, 1) - 1}e}") == float(shown.replace(",", "")) or value == float(
        shown.replace(",", "")
    )


def _all_numbers(evidence: Evidence) -> list[float]:
    found = [float(b) for f in evidence.facts for b in (f.low, f.high) if b is not None]
    for fact in evidence.facts:
        if isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool):
            found += [float(fact.value), abs(float(fact.value))]
        elif isinstance(fact.value, str):
            found += [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", fact.value)]
    return found


def _masked(text: str, evidence: Evidence) -> str:
    """The text with names from the data blanked, so that a lie changes a measure and not a name."""
    names = {f.qualifier for f in evidence.facts if f.qualifier}
    quoted = {
        str(f.value) for f in evidence.facts if f.kind in ("detector_option", "detector_reason", "sample_size", "box")
    }
    for known in sorted(names | quoted, key=len, reverse=True):
        if len(known) > 1:
            text = text.replace(known, "_" * len(known))
    return re.sub(r"[\"'][^\"']*[\"']|95 % quantile", lambda m: "_" * len(m.group()), text)


def units(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another unit after a number."""
    known = "|".join(re.escape(u) for u in sorted({f.unit for f in evidence.facts if f.unit}, key=len, reverse=True))
    spots = list(re.finditer(rf"(?<=\d)( ?)({known})(?!\w)", _masked(claim.text, evidence))) if known else []
    if not spots:
        return None
    spot = rng.choice(spots)
    other = rng.choice([u for u in _UNITS if u != spot[2]])
    return claim.text[: spot.start()] + " " + other + claim.text[spot.end() :]


def signs(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A minus before a number."""
    spots = [
        m
        for m in _NUMBER.finditer(_masked(claim.text, evidence))
        if not re.search(r"row $| of $", claim.text[: m.start()])
    ]
    spots = [m for m in spots if not re.match(r" of \d", claim.text[m.end() :]) and float(m.group().replace(",", ""))]
    if not spots:
        return None
    spot = rng.choice(spots)
    return claim.text[: spot.start()] + rng.choice(("-", "−")) + claim.text[spot.start() :]


def places(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another place of the same set."""
    options = IMAGE_PLACES[:9] if evidence.modality == "image" else SERIES_PLACES[:5]
    fact = _cited(claim, evidence, "place")
    if fact is None or str(fact.value) not in claim.text:
        return None
    return claim.text.replace(str(fact.value), rng.choice([p for p in options if p != fact.value]), 1)


def channels(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another channel, one of the sample's or an invented one, that has other facts."""
    cited = [f for f in _facts(claim, evidence) if f.qualifier or f.kind == "top_channel"]
    named = {f.qualifier or str(f.value) for f in cited if f.kind != "synthetic_auroc"}
    shown = [n for n in named if (name(n) in claim.text or (n in claim.text and len(n) > 3))]
    if len(named) != 1 or not shown:
        return None
    others = {f.qualifier for f in evidence.facts if f.kind in ("observed", "expected") and f.qualifier} - named
    other = rng.choice([*sorted(others), "fan_speed"])
    spoken = name(shown[0]) if name(shown[0]) in claim.text else shown[0]
    return claim.text.replace(spoken, name(other), 1)


def times(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another time of day or row."""
    if stamp := _CLOCK.search(claim.text):
        hour = (int(stamp[1]) + rng.randint(2, 20)) % 24
        return f"{claim.text[: stamp.start(1)]}{hour:02d}{claim.text[stamp.end(1) :]}"
    if row := re.search(r"\brow (\d+)", claim.text):
        return f"{claim.text[: row.start(1)]}{int(row[1]) + rng.randint(1, 400) * 7 + 20_000}{claim.text[row.end(1) :]}"
    return None


def regions(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another finding's id, or one there is not."""
    ids = {f.subject for f in _facts(claim, evidence) if f.subject.startswith("R")}
    if len(ids) != 1 or (mine := ids.pop()) not in claim.text:
        return None
    return claim.text.replace(mine, rng.choice([i for i in ("R1", "R2", "R3", "R7") if i != mine]))


def verdicts(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """The other verdict."""
    text = claim.text
    if _cited(claim, evidence, "verdict") is None:
        return None
    if evidence.verdict == "anomalous":
        swapped = re.sub(r"\b(?:anomalous|abnormal)\b", "normal", text)
    else:
        swapped = re.sub(r"\bNo anomaly\b", "An anomaly", re.sub(r"\bis normal\b", "is anomalous", text))
        swapped = swapped.replace("no anomaly", "an anomaly").replace("Nothing unusual", "Something unusual")
    return swapped if swapped != text else None


def directions(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Higher for lower, above for below, brighter for darker."""
    masked = _masked(claim.text, evidence)
    spots = list(re.finditer(rf"\b(?:{'|'.join(_OPPOSITE)})\b(?! (?:left|right|centre))", masked))
    if not spots:
        return None
    spot = rng.choice(spots)
    return claim.text[: spot.start()] + _OPPOSITE[spot.group()] + claim.text[spot.end() :]


def kinds(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another kind of anomaly."""
    fact = _cited(claim, evidence, "anomaly_kind")
    if fact is None or claim.kind != "observation" or not re.search(rf"\bis (?:an? )?{fact.value}", claim.text):
        return None
    true = {str(f.value) for f in evidence.about(fact.subject, "anomaly_kind")}
    other = rng.choice([k for k in _KINDS[evidence.modality] if k.removeprefix("a ").removeprefix("an ") not in true])
    return re.sub(rf"\bis (?:an? )?{fact.value}(?: than expected)?", f"is {other}", claim.text)


def shapes(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Another shape."""
    fact = _cited(claim, evidence, "shape")
    said = next((word for word in _SHAPED.get(str(fact.value) if fact else "", ()) if word in claim.text), None)
    if fact is None or said is None:
        return None
    other = rng.choice([shape for shape in _SHAPED if shape != fact.value])
    return claim.text.replace(said, rng.choice(_SHAPED[other]), 1)


def roles(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """Observed and expected swapped."""
    seen, normal = _cited(claim, evidence, "observed"), _cited(claim, evidence, "expected")
    if seen is None or normal is None or seen.value == normal.value:
        return None
    from anomalyst.evidence.speech.speech import ENGLISH_SPEECH

    one, two = ENGLISH_SPEECH.amount(seen), ENGLISH_SPEECH.amount(normal)
    if claim.text.count(one) != 1 or claim.text.count(two) != 1 or one in two or two in one:
        return None
    return claim.text.replace(one, "\0").replace(two, one).replace("\0", two)


def negations(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A "not" after the first verb."""
    if claim.kind in ("hypothesis", "recommendation"):
        return None
    verb = re.search(
        r"\b(?:is|was|were|are|lies|starts|reached|covers|runs|flag|flags|becomes|rests|sits)\b",
        _masked(claim.text, evidence),
    )
    if verb is None or re.search(r"\b(?:[Nn]o|[Nn]othing)\b", claim.text):
        return None
    word = verb.group()
    put = f"{word} {rng.choice(('not', 'never'))}" if word in ("is", "was", "were", "are") else f"does not {word}"
    return claim.text[: verb.start()] + put + claim.text[verb.end() :]


def causes(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A cause, stated as a fact."""
    if claim.kind in ("hypothesis", "recommendation"):
        return None
    return f"{claim.text.rstrip('.')} {rng.choice(CAUSES)}."


def tails(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A clause that no fact supports."""
    if claim.kind in ("hypothesis", "recommendation"):
        return None
    tail = rng.choice(TAILS)
    return None if evidence.verdict == "normal" and "normal" in tail else f"{claim.text.rstrip('.')}{tail}."


def unhedged(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A hypothesis told as a fact, or as an overruling."""
    if claim.kind != "hypothesis":
        return None
    told = re.sub(r"\bA possible cause of\b", "The cause of", claim.text)
    told = re.sub(r"\b(?:may come|could be|might be)\b", rng.choice(("comes", "is", "was")), told)
    told = told.replace("Possibly a", "A").replace("comes due", "is due")
    options = (
        told,
        f"{claim.text.rstrip('.')}, so it is harmless.",
        f"{claim.text.rstrip('.')}, and this is just noise.",
    )
    return rng.choice([o for o in options if o != claim.text])


def smuggled(claim: Claim, evidence: Evidence, rng: Random) -> str | None:
    """A recommendation that states what no fact says."""
    if claim.kind != "recommendation":
        return None
    tail = rng.choice((
        ", which failed at 1200 rpm", " because the bearing is broken", ", the cracked one", " or ignore it",
        " since the value was 77.7 ms", " in the neighbouring factory", ", it is harmless",
    ))  # fmt: skip
    return f"{claim.text.rstrip('.')}{tail}."


def _facts(claim: Claim, evidence: Evidence) -> list[Fact]:
    return [f for f in evidence.facts if f.id in claim.cites]


def _cited(claim: Claim, evidence: Evidence, kind: str) -> Fact | None:
    return next((f for f in _facts(claim, evidence) if f.kind == kind), None)


LIES: dict[str, Lie] = {
    "a number": numbers, "a unit": units, "a sign": signs, "a place": places, "a channel": channels, "a time": times,
    "a region id": regions, "the verdict": verdicts, "a direction": directions, "a kind of anomaly": kinds,
    "a shape": shapes, "observed ↔ expected": roles, "a negation put in": negations, "an unmarked cause": causes,
    "an invented clause": tails, "a hypothesis told as fact": unhedged, "advice that smuggles": smuggled,
}  # fmt: skip


def invented_id(claim: Claim, evidence: Evidence, rng: Random) -> Claim:
    """The same sentence with one citation replaced by a fact there is not."""
    cites = [*claim.cites] or ["F1"]
    cites[rng.randrange(len(cites))] = f"F{len(evidence.facts) + rng.randint(1, 500)}"
    return claim.model_copy(update={"cites": tuple(cites)})


def _same(a: Fact, b: Fact) -> bool:
    """Whether a sentence true of `a` may well be true of `b`: same kind and unit, and the same value as printed."""
    if (_told_as(a), a.unit) != (_told_as(b), b.unit) or isinstance(a.value, str) != isinstance(b.value, str):
        return False
    if isinstance(a.value, str) or isinstance(b.value, str):
        return a.value == b.value
    return (a.low, a.high) == (b.low, b.high) and _rounds_to(abs(float(b.value)), f"{abs(float(a.value)):g}")


def _told_as(fact: Fact) -> str:
    return "direction" if fact.value in ("brighter", "darker") else fact.kind


def says_otherwise(claim: Claim, own: Evidence, other: Evidence, cited: bool) -> bool:
    """Whether the claim states something that is not so in `other`.

    With citations: one of the cited ids is another fact there. Without: one of the facts stated is nowhere there.
    """
    if claim.kind in ("hypothesis", "recommendation"):
        return False
    mine = _facts(claim, own)
    if cited:
        theirs = [other.fact(f.id) for f in mine]
        pairs = zip(mine, theirs, strict=True)
        return any(
            b is None or (a.subject, a.qualifier) != (b.subject, b.qualifier) or not _same(a, b) for a, b in pairs
        )
    return any(not any(_same(a, b) and (a.subject[0] == b.subject[0]) for b in other.facts) for a in mine)


def is_false_uncited(kind: str, claim: Claim, lie: Claim, evidence: Evidence) -> bool:
    """Whether a lie about another finding or channel is false even without its citations, not true there by chance."""
    if kind == "an invented fact id":
        return False
    if kind not in ("a region id", "a channel"):
        return True
    if claim.kind in ("hypothesis", "recommendation"):
        return not any(f.id in lie.text for f in evidence.findings) and kind == "a region id"
    mine = [f for f in _facts(claim, evidence) if f.subject.startswith("R")]
    for fact in mine:
        mates = [f for f in evidence.facts if _told_as(f) == _told_as(fact) and f.subject in _targets(kind, fact, lie)]
        told = [f for f in mates if kind == "a region id" or (f.qualifier or str(f.value)) in lie.text]
        if not any(_same(fact, f) for f in told) and fact.kind != "top_channel":
            return True
    return all(f.kind == "top_channel" for f in mine) and kind == "a channel"


def _targets(kind: str, fact: Fact, lie: Claim) -> list[str]:
    return [fact.subject] if kind == "a channel" else re.findall(r"\bR\d\b", lie.text)


def all_lies(claim: Claim, evidence: Evidence, rng: Random) -> Iterator[tuple[str, Claim]]:
    """(kind of change, false claim) for each rule that applies; the citations stay."""
    for kind, lie in LIES.items():
        text = lie(claim, evidence, rng)
        if text is not None and text != claim.text and len(text) <= 600:
            yield kind, claim.model_copy(update={"text": text})
    yield "an invented fact id", invented_id(claim, evidence, rng)
