"""Built-in sentences about one finding: where, what, how much, which channels, who agrees, what the do-test showed."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.agent.writer.sample import Said, nats, say
from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.wording import (
    amount,
    capital,
    is_sayable,
    joined,
    measure,
    moment,
    name,
    number,
    one,
    p_text,
    pick,
    spoken,
)  # fmt: skip

_ARTICLES = {
    "missing data": "",
    "unsupported words": "",
    "unrelated text": "",
    "unusual pattern": "an ",
    "extra part": "an ",
}
MAX_CHANNELS = 3


def about_finding(evidence: Evidence, region: str) -> Iterator[Said]:
    """All sentences about one finding, in reading order."""
    yield from _where(evidence, region)
    yield from _when(evidence, region)
    yield from _what(evidence, region)
    yield from _words(evidence, region)
    yield from _values(evidence, region)
    yield from _channels(evidence, region)
    yield from _strength(evidence, region)
    yield from _agreement(evidence, region)
    yield from _test(evidence, region)


def _where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where in an image; of a series only where its times are unknown, since `_when` says both."""
    place, area, box = (one(evidence, region, k) for k in ("place", "area", "box"))
    if place is None:
        return
    if evidence.modality == "series":
        if one(evidence, region, "start") is None:
            yield say("where", f"{region} lies {_in_series(place)}.", place)
        return
    most = str(place.value).startswith("most")
    lies = f"covers {place.value}" if most else f"lies in the {place.value} of the image"
    size = f" and covers {amount(area)} of its area" if area is not None and not most else ""
    yield say("where", f"{region} {lies}{size}.", place, area if size else None)
    if box is not None:
        yield say("where", f"The box of {region} is {box.value}.", box)


def _in_series(place: Fact) -> str:
    words = str(place.value)
    rest = {"early": " in the series", "late": " in the series", "over most of the series": ""}
    return words + rest.get(words, " of the series")


def _when(evidence: Evidence, region: str) -> Iterator[Said]:
    start, end, duration, place = (one(evidence, region, k) for k in ("start", "end", "duration", "place"))
    lasts = f" and lasts {amount(duration)}" if duration is not None else ""
    lies = f"{region} lies {_in_series(place)}: it" if place is not None else region
    if start is not None and end is not None:
        options = ("{r} starts at {s}, ends at {e}{l}.", "{r} runs from {s} to {e}{l}.")
        text = pick(options, evidence, region).format(r=lies, s=moment(start), e=moment(end), l=lasts)
        yield say("when", text, place, start, end, duration)
    elif start is not None:
        yield say("when", f"{lies} starts at {moment(start)}{lasts}.", place, start, duration)


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    kind, direction = one(evidence, region, "anomaly_kind"), one(evidence, region, "direction")
    if kind is not None:
        word = str(kind.value)
        if word in ("brighter", "darker"):
            yield say("what", f"{region} is {word} than expected.", kind)
            return
        options = ("{r} is {k}.", "The kind of anomaly in {r} is {k}.")
        text = pick(options, evidence, region).format(r=region, k=_ARTICLES.get(word, "a ") + word)
        yield say("what", text, kind)
    if direction is not None and not _differences(evidence, region):
        than = "than" if direction.value in ("brighter", "darker") else "what is"
        yield say("what", f"{region} is {direction.value} {than} expected.", direction)


def _words(evidence: Evidence, region: str) -> Iterator[Said]:
    """The words of a pair's finding, and what the image says of them."""
    words, told, error = (one(evidence, region, k) for k in ("words", "information", "information_error"))
    if words is None or not is_sayable(str(words.value)) or '"' in str(words.value):
        return
    quoted = f'"{words.value}"'
    if told is None or error is None:
        yield say("what", f"{region} is about the text {quoted}.", words)
        return
    speaks = "speaks against" if float(told.value) < 0 else "supports"
    yield say("value", f"In {region} the image {speaks} {quoted} ({nats(told, error)}).", words, told, error)
    fitting = one(evidence, region, "fitting_words")
    if fitting is not None and is_sayable(str(fitting.value)) and '"' not in str(fitting.value):
        yield say("value", f'In the place of {quoted} in {region}, "{fitting.value}" would fit.', words, fitting)


def _differences(evidence: Evidence, region: str) -> list[Fact]:
    return [f for f in evidence.about(region, "difference") if float(f.value) != 0]


def _values(evidence: Evidence, region: str) -> Iterator[Said]:
    for seen in evidence.about(region, "observed")[:MAX_CHANNELS]:
        normal = _same_name(evidence, region, "expected", seen)
        if not is_sayable(seen.qualifier):
            continue
        what = name(seen.qualifier) if seen.qualifier else "the value"
        what = f"the {what}" if evidence.modality == "image" and seen.qualifier else what
        if normal is None:
            yield say("value", f"In {region}, {what} was {amount(seen)}.", seen)
            continue
        gap = _same_name(evidence, region, "difference", seen)
        by = _gap(gap)
        options = (
            "In {r}, {w} reached {o}, where {e} was expected{g}.",
            "{w} was {o} in {r}; normal would be {e}{g}.",
            "For {w} in {r}, {o} was observed, against an expected {e}{g}.",
        )
        text = pick(options, evidence, region).format(r=region, w=what, o=amount(seen), e=_band(normal), g=by)
        yield say(
            "value",
            capital(text) if not text.startswith(what) or what.startswith("the ") else text,
            seen,
            normal,
            gap if by else None,
            kind="comparison",
        )


def _band(normal: Fact) -> str:
    if normal.low is None or normal.high is None or number(normal.low) == number(normal.high):
        return amount(normal)
    return f"{amount(normal)} ({number(normal.low)} to {measure(normal.high, normal.unit)})"


def _gap(gap: Fact | None) -> str:
    if gap is None or float(gap.value) == 0:
        return ""
    return f", {measure(abs(float(gap.value)), gap.unit)} {'higher' if float(gap.value) > 0 else 'lower'}"


def _same_name(evidence: Evidence, region: str, kind: FactKind, fact: Fact) -> Fact | None:
    return next((f for f in evidence.about(region, kind) if f.qualifier == fact.qualifier), None)


def _channels(evidence: Evidence, region: str) -> Iterator[Said]:
    top = one(evidence, region, "top_channel")
    shares = sorted(evidence.about(region, "channel_share"), key=lambda f: -float(f.value))[:MAX_CHANNELS]
    shares = [f for f in shares if is_sayable(f.qualifier)]
    if top is not None and is_sayable(str(top.value)) and len(evidence.about(region, "channel_share")) != 1:
        yield say("channel", f"{name(str(top.value))} carries the largest share of the score of {region}.", top)
    if len(shares) > 1:
        first, *rest = [(name(f.qualifier), amount(f)) for f in shares]
        parts = [f"{first[0]} accounts for {first[1]} of the score", *(f"{n} for {a}" for n, a in rest)]
        yield say("channel", f"In {region}, {joined(parts)}.", *shares)


def _strength(evidence: Evidence, region: str) -> Iterator[Said]:
    at, ratio, p = (one(evidence, region, k) for k in ("peak_at", "peak_ratio", "peak_p"))
    if ratio is not None:
        where = f" at {moment(at)}" if at is not None else ""
        text = f"The score of {region} peaks{where} and reaches {number(float(ratio.value))} times the normal limit."
        yield say("strength", text, ratio, at)
    if p is not None:
        yield say("strength", f"The smallest p-value in {region} is {p_text(float(p.value))}.", p)


def _agreement(evidence: Evidence, region: str) -> Iterator[Said]:
    fact = one(evidence, region, "rule_agreement")
    if fact is None:
        return
    agree, _, total = str(fact.value).partition(" of ")
    voting = raters(f.qualifier for f in evidence.facts if f.kind == "rule_p")
    if agree == total and total.isdigit() and int(total) > 1:
        every = "Both" if int(total) == 2 else f"All {spoken(int(total))}"
        yield say("agreement", f"{every} {voting} flag {region}.", fact)
    elif total.isdigit() and int(total) > 1:
        yield say("agreement", f"{fact.value} {voting} {'flag' if agree != '1' else 'flags'} {region}.", fact)


_HEALED = (
    "When all regions are replaced by what was expected, p becomes",
    "When a random region of the same size is replaced instead, p is",
)
_HEALED_PAIR = (
    "With the fitting words in place of the flagged ones, p becomes",
    "When as many random words are left out instead, p is",
)


def _test(evidence: Evidence, region: str) -> Iterator[Said]:
    """What healing showed: of the whole sample once, with the first finding; of each finding, what is left of it."""
    if region == evidence.findings[0].id:
        healed, control = _HEALED_PAIR if evidence.modality == "pair" else _HEALED
        yield from _healed(evidence, "healed_p", healed)
        yield from _healed(evidence, "random_healed_p", control)
        if (result := one(evidence, "sample", "do_test")) is not None:
            yield say("test", f"The healing test {result.value}.", result)
    if (left := one(evidence, region, "healed_region_p")) is not None:
        yield say("test", f"After healing, the smallest p-value in {region} is {p_text(float(left.value))}.", left)
    if (result := one(evidence, region, "do_test")) is not None:
        yield say("test", f"The healing test {result.value} on {region}.", result)


def _healed(evidence: Evidence, kind: FactKind, opening: str) -> Iterator[Said]:
    healed = one(evidence, "sample", kind)
    if healed is not None:
        goes = "goes" if float(healed.value) > evidence.alpha else "stays"
        text = f"{opening} {p_text(float(healed.value))} and the alarm {goes}."
        yield say("test", text, healed, one(evidence, "sample", "alpha"))
