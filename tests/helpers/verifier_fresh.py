"""Sentences in fresh wording that code knows to be true of an evidence, each with the fact it rests on, and how often
one passes by coincidence: with another number, channel, finding or direction in place of the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.numbers import parse_stamp
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.evidence.wording import name, one
from tests.helpers.verifier_evidence import random_evidence

Value = float | str
_OTHER_WAY = {"climbed": "dropped", "dropped": "climbed", "above": "below", "below": "above"}


amount = ENGLISH_SPEECH.amount


@dataclass(frozen=True)
class Fresh:
    """A true sentence; with `fact` at `changed` it would be false."""

    text: str
    fact: Fact
    changed: Value


def passes(text: str, evidence: Evidence) -> bool:
    """Whether all of a text is supported."""
    return all(checked.verdict.outcome == "supported" for checked in verify_text(text, evidence))


def with_value(evidence: Evidence, fact: Fact, value: Value) -> Evidence:
    """The evidence with another value of one fact."""
    facts = tuple(f.model_copy(update={"value": value}) if f.id == fact.id else f for f in evidence.facts)
    return evidence.model_copy(update={"facts": facts})


def fresh(evidence: Evidence) -> Iterator[Fresh]:
    """All fresh sentences about an evidence."""
    yield from _of_sample(evidence)
    for finding in evidence.findings:
        yield from _of_finding(evidence, finding.id)
        for seen in evidence.about(finding.id, "observed"):
            yield from _of_channel(evidence, finding.id, seen)
    yield from _of_two(evidence)


def _of_sample(evidence: Evidence) -> Iterator[Fresh]:
    p, alpha = one(evidence, "sample", "sample_p"), one(evidence, "sample", "alpha")
    if p is None or alpha is None or evidence.cannot_tell:
        return
    side = "under" if evidence.verdict == "anomalous" else "over"
    yield Fresh(f"The p-value came out at {float(p.value):.2g}.", p, 0.5 * float(p.value))
    yield Fresh(f"p = {float(p.value):.2g} lies {side} the threshold of {alpha.value}.", alpha, 2 * float(alpha.value))


def _of_finding(evidence: Evidence, region: str) -> Iterator[Fresh]:
    duration, kind = one(evidence, region, "duration"), one(evidence, region, "anomaly_kind")
    if duration is not None:
        yield Fresh(f"{region} went on for {amount(duration)}.", duration, 3 * float(duration.value) + 1)
    if kind is not None and evidence.modality == "series" and len(evidence.about(region, "anomaly_kind")) == 1:
        other = "drift" if kind.value != "drift" else "dip"
        yield Fresh(f"{region} is not a {other}.", kind, other)
    for share in evidence.about(region, "channel_share"):
        text = f"{name(share.qualifier)} makes up {amount(share)} of the score of {region}."
        yield Fresh(text, share, 0.4 * float(share.value) + 1)


def _of_channel(evidence: Evidence, region: str, seen: Fact) -> Iterator[Fresh]:
    mine = [f for f in evidence.about(region) if f.qualifier == seen.qualifier]
    normal = next((f for f in mine if f.kind == "expected"), None)
    gap = next((f for f in mine if f.kind == "difference"), None)
    called = name(seen.qualifier)
    if normal is None or gap is None or isinstance(seen.value, str) or isinstance(normal.value, str) or not gap.value:
        return
    more = float(seen.value) * 2 + 3
    verb = "climbed" if float(gap.value) > 0 else "dropped"
    yield Fresh(
        f"{called} sat at {amount(seen)} in {region}, instead of the usual {amount(normal)}.",
        seen,
        more,
    )
    yield Fresh(f"In {region}, {called} {verb} to {amount(seen)}.", gap, -float(gap.value))
    if float(normal.value) > 0 and float(seen.value) > 0:
        times = float(seen.value) / float(normal.value)
        if 1.5 < times < 50:
            text = f"In {region}, {called} reached {times:.3g} times the normal level."
            yield Fresh(text, normal, 3 * float(normal.value))


def _of_two(evidence: Evidence) -> Iterator[Fresh]:
    starts = [(f.id, one(evidence, f.id, "start")) for f in evidence.findings]
    known = [(region, fact) for region, fact in starts if fact is not None and _moment(fact) is not None]
    for (first, one_), (second, other) in zip(known, known[1:], strict=False):
        if _moment(one_) == _moment(other) or isinstance(one_.value, str) != isinstance(other.value, str):
            continue
        word = "before" if (_moment(one_) or 0) < (_moment(other) or 0) else "after"
        away = _far(one_, later=word == "before")
        yield Fresh(f"{first} began {word} {second} did.", one_, away)


def _moment(fact: Fact) -> float | None:
    if isinstance(fact.value, str):
        stamp = parse_stamp(fact.value)
        return stamp.timestamp() if stamp else None
    return float(fact.value)


def _far(fact: Fact, later: bool) -> Value:
    if isinstance(fact.value, str):
        return f"{2099 if later else 1999}{fact.value[4:]}".replace("02-29", "02-28")
    return 1e7 if later else -1e7


def coincidences(n: int, seed: int) -> tuple[int, int, list[str]]:
    """(how many of `n` true sentences still pass with one part put at random, how many were tried, which passed)."""
    rng = Random(seed)
    tried, passed = 0, []
    while tried < n:
        evidence = random_evidence(rng)
        for sentence in fresh(evidence):
            for other in _others(sentence.text, evidence, rng):
                tried += 1
                if passes(other, evidence):
                    passed.append(f"{sentence.text} → {other}")
    return len(passed), tried, passed


def _others(text: str, evidence: Evidence, rng: Random) -> Iterator[str]:
    """The sentence with another number, finding, channel or direction."""
    numbers = list(re.finditer(r"(?<![\w.\"-])\d+(?:\.\d+)?(?![\w.:]*\w)", text))
    if numbers:
        spot = rng.choice(numbers)
        right = float(spot.group())
        value = right * 10 ** rng.uniform(-2, 2) or rng.uniform(1, 100)
        other = f"{value:.3g}" if value < 1e5 else f"{value:.0f}"
        if abs(value - right) > 0.05 * right:  # else it may be a rounding of the right one
            yield text[: spot.start()] + other + text[spot.end() :]
    region = re.search(r"\bR\d\b", text)
    ids = [f.id for f in evidence.findings if region and f.id != region.group()]
    if region and ids and len(re.findall(r"\bR\d\b", text)) == 1 and " not a " not in text:
        yield text.replace(region.group(), rng.choice(ids))
    word = next((word for word in _OTHER_WAY if f" {word} " in text), None)
    if word is not None:
        yield text.replace(f" {word} ", f" {_OTHER_WAY[word]} ")
    names = sorted({f.qualifier for f in evidence.facts if f.kind == "observed" and f.qualifier})
    named = next((n for n in names if name(n) in text), None)
    others = [n for n in names if n != named]
    if named is not None and others:
        yield text.replace(name(named), name(rng.choice(others)))
