"""The verifier's parts: normal spelling, sentences, numbers at printed precision, times."""

from __future__ import annotations

import re

import pytest

from anomalyst.agent.verifier.readings import place_key
from anomalyst.agent.verifier.statements import sections
from anomalyst.agent.verifier.words import split_sentences
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.lexicon import lexicon
from anomalyst.evidence.numbers import NUMBER, agrees, agrees_in_time, read_number, read_time
from anomalyst.evidence.text import normalise
from anomalyst.modalities.image.places import IMAGE_PLACES
from anomalyst.modalities.series.shown.places import SERIES_PLACES


def printed(text: str, bound: str = "") -> object:
    """The quantity of a number in plain digits."""
    match = re.search(NUMBER, text)
    assert match is not None
    quantity = read_number(match)
    return type(quantity)(**{**vars(quantity), "bound": bound})


@pytest.mark.parametrize(
    ("text", "value", "good"),
    [
        ("8.2", 8.2, True), ("8.2", 8.24, True), ("8.2", 8.26, False), ("8", 8.2, True), ("1,560", 1560, True),
        ("1,560", 1561, False), ("-5.1", -5.1, True), ("5.1", -5.1, False), ("1.2e-5", 1.2e-5, True),
        ("1.2e-5", 1.3e-5, False),
        ("3 × 10^-4", 3e-4, True), ("0.00", 0.001, False), ("0", 0.0, True), ("1", 1.4, False), ("1e-05", 5e-6, False),
        (".5", 0.5, True),
    ],
)  # fmt: skip
def test_numbers_agree_at_printed_precision(text: str, value: float, good: bool) -> None:
    assert agrees(printed(text), value) is good  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bound", "value", "good"), [("<", 0.0009, True), ("<", 0.001, False), ("<=", 0.001, True),
    (">", 0.002, True), (">=", 0.0005, False)]
)  # fmt: skip
def test_bounds_must_hold(bound: str, value: float, good: bool) -> None:
    assert agrees(printed("0.001", bound), value) is good  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-03-02 14:05:30", True), ("2026-03-02T14:05", True), ("14:05", True), ("2:05 pm", True),
        ("2 March 2026", True),
        ("March 2 at 14:05", True), ("14:06", False), ("2026-03-03", False), ("2:05 am", False), ("3 March", False),
    ],
)  # fmt: skip
def test_times_agree_as_far_as_printed(text: str, good: bool) -> None:
    assert agrees_in_time(read_time(text), "2026-03-02 14:05:30") is good


def test_unicode_tricks_are_undone() -> None:
    assert normalise("R\u200b1 is −5.1 ms\u00a0“low”") == 'R1 is -5.1 ms "low"'
    assert normalise("p = 3×10⁻⁴") == "p = 3×10^-4"
    assert normalise("１２ ｍｓ") == "12 ms"


def test_sentences_end_where_they_should() -> None:
    text = "# Report\n- R1 is 8.2 ms, e.g. high.\n- It starts at 14:05.\n\nThe file part_07.png is odd! Why? See No. 3"
    assert split_sentences(text) == [
        "Report", "R1 is 8.2 ms, e.g. high.", "It starts at 14:05.", "The file part_07.png is odd!", "Why?",
        "See No. 3",
    ]  # fmt: skip


def test_places_of_the_closed_sets_are_told_apart() -> None:
    for places in (IMAGE_PLACES, SERIES_PLACES):
        assert len({place_key(place) for place in places}) == len(places)
    assert place_key("top-left corner") == place_key("upper left")
    assert place_key("lower left") != place_key("upper left")


def test_every_statement_line_is_a_pattern_with_a_check() -> None:
    assert {"overrule", "negated", "early", "affirmed", "local", "predicates"} <= set(sections())
    assert all(readers for readers in sections().values())


def test_the_lexicon_names_only_kinds_of_facts() -> None:
    kinds = set(FactKind.__args__)  # type: ignore[attr-defined]
    assert set(lexicon()) - kinds == {"neutral", "advice", "cause", "differing"}
    carrying = {
        "not",
        "no",
        "never",
        "above",
        "below",
        "left",
        "right",
        "normal",
        "anomalous",
        "because",
        "harmless",
        "certain",
    }
    assert not carrying & lexicon()["neutral"]
