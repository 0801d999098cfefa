"""What counts as said, and as right, in the benchmark of headlines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import anomalyst.modalities
from anomalyst.evidence.facts import Fact
from anomalyst.modalities.image.found.shape import shape_of
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.tried.trial import sines
from benchmarks.words.__main__ import table, wrong
from benchmarks.words.images import MAKERS, places
from benchmarks.words.judging import (
    KIND_WORDS,
    WAYS,
    Headline,
    Tried,
    Truth,
    first_colour,
    first_named,
    is_near,
    judged,
)
from benchmarks.words.series import KINDS, Anomaly, anomalies, planted

MODALITIES, DATA = Path(anomalyst.modalities.__file__).parent, ("series", "image")
NAMES = ("c1", "c10")
SHIFT = (
    ("anomaly_kind", "level shift", "c10"), ("start", 300, ""), ("end", 347, ""), ("observed", 67.6, "c10"),
    ("expected", 62.2, "c10"), ("difference", 5.4, "c10"),
)  # fmt: skip
RARE = ("lost coupling", "change of period")  # that have a place in few series
TRUTH = Truth(("level shift",), True, ("c10",), (300, 350), 5.0)
TEXT = "c10 was 5.4 too high from row 300 to 347 (67.6; normally 62.2)."


def said(text: str, *facts: tuple[str, Any, str]) -> Headline:
    cited = [
        Fact(id=f"F{n}", subject="R1", kind=kind, value=value, qualifier=name)  # type: ignore[arg-type]
        for n, (kind, value, name) in enumerate(facts, start=1)
    ]
    return Headline(text, tuple(cited), NAMES)


def test_a_headline_that_says_all_is_right_in_all() -> None:
    assert judged(said(TEXT, *SHIFT), TRUTH) == dict.fromkeys(("kind", "direction", "channel", "time", "size"), True)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (TEXT.replace("high", "low"), {"direction"}),
        (TEXT.replace("c10", "c1"), {"channel"}),
        ("c10 stood out from row 300 to 347.", {"kind", "direction", "size"}),
        ("c10 was 5.4 too high late in the series.", {"time"}),
        ("", {"kind", "direction", "channel", "time", "size"}),
    ],
)
def test_what_is_not_printed_is_not_said(text: str, faults: set[str]) -> None:
    assert {aspect for aspect, right in judged(said(text, *SHIFT), TRUTH).items() if not right} == faults


@pytest.mark.parametrize("kind", KIND_WORDS)
def test_every_wording_of_a_kind_is_known(kind: str) -> None:
    told = "\n".join((MODALITIES / data / "messages" / "en.ftl").read_text(encoding="utf-8") for data in DATA)
    name = {"missing data": "missing", "spike": "spike-high", "dip": "dip-low"}.get(kind, kind.replace(" ", "-"))
    found = re.findall(rf"^headline-{name}(?:-high|-low|-at)? = (.*(?:\n +\.v.*)*)", told, re.MULTILINE)
    for wordings in found:
        assert all(said(line).says(KIND_WORDS[kind]) for line in wordings.splitlines())
        ways = [way for way in (True, False) if name == ("spike-high" if way else "dip-low")]
        assert all(said(line).says(WAYS[way]) for way in ways for line in wordings.splitlines())
    assert found


def test_what_is_not_cited_is_not_said() -> None:
    assert not any(right for aspect, right in judged(said(TEXT), TRUTH).items() if aspect in ("kind", "time", "size"))


def test_a_size_may_be_told_by_what_was_seen_and_what_is_normal() -> None:
    right = judged(said("c10 rose to 67.6 (normally 62.2).", *SHIFT), TRUTH)
    assert right["size"] and not judged(said("c10 rose to 67.6.", *SHIFT), TRUTH)["size"]


def test_a_name_with_a_number_in_it_is_no_number() -> None:
    assert said("c10 was 3 too high", *SHIFT).numbers == (3.0,)
    assert first_named(said("c10 and c1 came apart")) == "c10"


@pytest.mark.parametrize(
    ("rows", "near"), [((300, 350), True), ((305, 345), True), ((306, 350), False), ((300, 356), False), (None, False)]
)
def test_a_time_may_be_off_by_a_tenth_of_the_length(rows: tuple[int, int] | None, near: bool) -> None:
    assert is_near(rows, (300, 350)) is near
    assert is_near((8, 11), (10, 11)) and not is_near((7, 11), (10, 11))


def test_a_colour_is_the_first_that_is_named() -> None:
    facts = (("anomaly_kind", "colour shift", ""), ("area", 2.04, ""), ("place", "centre", ""))
    headline = said("A red spot in the centre, 2 % of the picture, (normally grey).", *facts)
    assert first_colour(headline) == "red"
    truth = Truth(("colour shift",), places=("centre",), area=1.9, colours=("red",))
    assert all(judged(headline, truth).values())
    assert not judged(headline, Truth(("darker",), area=1.6))["area"]


def test_an_anomaly_lies_where_a_quarter_of_it_does() -> None:
    mask = np.zeros((90, 90), dtype=bool)
    mask[10:20, 20:36] = True
    assert places(mask) == ("upper centre", "upper left")
    mask[10:20, 32:36] = False
    assert places(mask) == ("upper left",)


def test_the_table_counts_what_raised_the_alarm_and_shows_what_is_wrong() -> None:
    tried = [
        Tried("level shift", "a", said(TEXT, *SHIFT), TRUTH),
        Tried("level shift", "b", said(TEXT.replace("high", "low"), *SHIFT), TRUTH),
        Tried("gap", "c", None, Truth(("gap",), rows=(3, 9))),
    ]
    lines = table(tried).splitlines()
    assert lines[2].startswith("| level shift | 2 of 2 | 2 of 2 (100 %) | 1 of 2 (50 %) |")
    assert lines[3].startswith("| gap | 0 of 1 | – |") and lines[4].startswith("| **all** | 2 of 3 |")
    assert [line.split(". ")[0] for line in wrong(tried)] == ["- level shift, b: direction"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in RARE])
def test_what_is_planted_lies_where_the_truth_says(kind: str) -> None:
    sample = sines(3)
    for anomaly in anomalies(kind):
        made = planted(sample, anomaly, 0)
        assert made is not None and made[1].rows is not None
        faulty, truth = made
        same = (faulty.values == sample.values).all(axis=1)
        start, stop = truth.rows or (0, 0)
        assert same[:start].all() and same[stop:].all() and not same[start] and not same[stop - 1]
        assert truth.size is None or (truth.size > 0) == truth.up


def test_what_could_not_be_seen_is_not_planted() -> None:
    assert planted(sines(3), Anomaly("lost coupling", 0, 48), 0) is None  # no channel goes with another
    assert planted(sines(3), Anomaly("change of period", 2, 60), 0) is None  # too short for its rhythm
    assert set(MAKERS) == {
        "brighter spot",
        "darker spot",
        "coloured spot",
        "missing part",
        "extra part",
        "texture change",
        "scratch",
    }


def test_a_scratch_is_long_and_changes_what_it_covers() -> None:
    grey = ImageSample(np.full((240, 300, 3), 0.5, dtype=np.float32))
    for seed in range(5):
        made = MAKERS["scratch"](grey, np.random.default_rng(seed))
        assert made is not None
        pixels, mask, truth = made
        assert shape_of(mask) == truth.shape == "scratch-like"
        assert (pixels[mask].mean() > 0.5) == truth.up


def test_a_shape_is_said_by_its_words_and_its_fact() -> None:
    truth = Truth(shape="scratch-like")
    told = said("A scratch-like mark in the centre is too dark.", ("shape", "scratch-like", ""))
    assert judged(told, truth) == {"shape": True}
    assert judged(said("A spot in the centre is too dark.", ("shape", "scratch-like", "")), truth) == {"shape": False}
