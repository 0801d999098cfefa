"""Anybody's wording: read whole and true, refuted with certainty, or not understood; and which characters are which."""

from __future__ import annotations

from random import Random

import pytest

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.reader import read
from anomalyst.agent.verifier.phrases.scaling import factor
from anomalyst.agent.verifier.spans import parts
from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.numbers import Quantity
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.verifier_fresh import coincidences, fresh, passes, with_value
from tests.helpers.verifier_samples import image, series

TRUE = [
    "R1 began at 14:05, and it went on for 20 minutes.",
    "latency_ms shot up to 8.2 ms in R1, well above what is expected.",
    "Latency climbed to about 8 ms in R1 instead of the usual 3.1 ms.",
    "In R1 the latency was 2.65 times what is normal.",
    "In R1, latency_ms was 165 % higher than expected.",
    "Together, latency_ms and cpu account for 83.5 % of the score in R1.",
    "R1 is not a spike.",
    "The healing test did not fail.",
    "At an alarm level of 0.01 it would still be an alarm.",
    "At α = 0.001 it would not be an alarm.",
    "Of the two findings, only R2 is a dip.",
    "None of the findings is a drift.",
    "The dip in cpu lies late in the series.",
    "The level shift began at 14:05 and was over by 14:25.",
    "p came out at 0.0012, which is below the threshold of 0.05.",
    "All score rules agree on R1, and two of three flag R2.",
]
FALSE = [
    "latency_ms was stuck at 8.2 ms in R1.",
    "latency_ms spiked to 8.2 ms in R1.",
    "latency_ms crept up to 8.2 ms in R1.",
    "latency_ms gradually rose to 8.2 ms in R1.",
    "When R1 is healed, p becomes 0.41.",
    "In R1 and R2 the latency climbed to 8.2 ms.",
    "R1 began at 14:25.",
    "R1 is a drift, as is R2.",
    "R1 is a level shift, as is R2.",
    "Latency climbed to about 80 ms in R1.",
    "In R1 the latency was 4 times what is normal.",
    "Together, latency_ms and cpu account for 61 % of the score in R1.",
    "At an alarm level of 0.001 it would still be an alarm.",
    "Both findings are dips.",
    "None of the findings is a dip.",
    "Only R1 is a dip.",
    "Possibly R1 is a drift.",
    "Possibly the image speaks for the text.",
    "The image speaks for the text.",
    "Perhaps latency_ms was lower in R1.",
    "R1 might be the fault of Acme.",
    "Possibly the sensor is stuck since 14:07.",
    "The value of the score is the part of the level.",
    "cpu fell below its normal range in R1.",
]


@pytest.mark.parametrize("text", TRUE)
def test_true_sentences_of_many_forms_are_supported(text: str) -> None:
    assert [(s.verdict.outcome, s.verdict.reasons) for s in verify_text(text, series())] == [("supported", ())]


@pytest.mark.parametrize("text", FALSE)
def test_no_false_one_is(text: str) -> None:
    assert not passes(text, series())


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("R1 is a drift.", "contradicted"),
        ("R1 began at 13:37.", "contradicted"),
        ("R1 is a level shift, as is R2.", "contradicted"),
        ("In R1, latency_ms climbed to 9.4 ms.", "contradicted"),
        ("In R1, latency_ms climbed to 3.1 ms.", "unverifiable"),  # a number of another role
        ("In R1, latency_ms climbed to 9.4.", "unverifiable"),  # in no unit
        ("It is not so that R1 is a drift.", "unverifiable"),
        ("The pump in hall 3 broke while R1 is a drift.", "unverifiable"),
        ("Somebody says that latency_ms climbed to 8.2 ms in R1.", "unverifiable"),
    ],
)
def test_contradicted_is_said_only_of_what_was_read_for_certain(text: str, outcome: str) -> None:
    assert [s.verdict.outcome for s in verify_text(text, series())] == [outcome]


def test_spans_say_which_characters_are_proved_refuted_or_unread() -> None:
    (checked,) = verify_text("R1 is a drift, and R2 lies late.", series())
    said = [(text, outcome) for text, outcome in parts(checked.text, checked.spans) if outcome]
    assert said == [("is a drift", "contradicted"), ("lies late", "supported")]
    (checked,) = verify_text("The pump broke, and R2 lies late.", series())
    assert ("The pump broke", "unverifiable") in list(parts(checked.text, checked.spans))
    assert "".join(text for text, _ in parts(checked.text, checked.spans)) == checked.text
    (checked,) = verify_text("R2 lies late in the series.", series())
    assert [(s.start, s.end, s.outcome, s.facts) for s in checked.spans] == [
        (0, len(checked.text), "supported", ("F27",))
    ]


def test_spans_stand_where_the_words_stood_before_they_were_written_out() -> None:
    text = "It's late, and seventy-one pumps didn't stop at 14:05."
    for span in read(text, series()).spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""


def test_places_may_be_told_in_part() -> None:
    assert passes("R1 lies in the upper part of the image.", image())
    assert not passes("R1 lies in the lower part of the image.", image())
    assert passes("The dark patch covers 1.2 % of the image.", image())
    assert not passes("The bright patch covers 1.2 % of the image.", image())


def test_units_of_one_kind_are_one() -> None:
    assert factor("MB/s", "kB/s") == pytest.approx(1000) and factor("min", "s") == 60 and factor("ms", "MB") is None
    assert Amount(Quantity("13.7", 13.7, 1, "MB/s")).states(13_700.0, "kB/s")
    assert not Amount(Quantity("137", 137.0, 0, "MB/s")).states(13_700.0, "kB/s")


@pytest.mark.parametrize("seed", range(3))
def test_what_code_knows_to_be_true_passes_and_with_another_fact_does_not(seed: int) -> None:
    rng = Random(seed)
    for _ in range(4):
        evidence = random_evidence(rng)
        for sentence in fresh(evidence):
            assert passes(sentence.text, evidence), (sentence.text, verify_text(sentence.text, evidence))
            changed = with_value(evidence, sentence.fact, sentence.changed)
            assert not passes(sentence.text, changed), (sentence.text, sentence.fact, sentence.changed)


def test_few_sentences_pass_by_coincidence() -> None:
    passed, tried, texts = coincidences(200, seed=5)
    assert passed <= 0.01 * tried, texts
