"""Sentences read in chunks, in any order: each true one beside others of its shape that are false."""

from __future__ import annotations

import re

import pytest

from anomalyst.agent.verifier.phrases.judging import CHECKS
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.agent.verifier.phrases.tiles import phrases
from anomalyst.agent.verifier.phrases.wordings.senses import passes
from anomalyst.agent.verifier.verify import verify_text
from tests.helpers.verifier_recorded import is_supported, recorded

# (run, a true sentence, others of its shape that are false: in a number, channel, time, direction, role or negation)
SHAPES: list[tuple[str, str, tuple[str, ...]]] = [
    ("boiler", "Flue gas temp stepped up to 200 °C a few minutes before three.",
     ("Flue gas temp stepped down to 200 °C a few minutes before three.",
      "Flue gas temp stepped up to 186 °C a few minutes before three.",
      "Flue gas temp stepped up to 200 °C a few minutes before six.")),
    ("boiler", "Lost the feed flow reading at 17:10, nothing logged for ten minutes.",
     ("Lost the oxygen reading at 17:10, nothing logged for ten minutes.",
      "Lost the feed flow reading at 17:10, nothing logged for forty minutes.")),
    ("boiler", "Drum pressure overshot by 3.4 bar, close to 30 % more than it should have been.",
     ("Drum pressure overshot by 3.4 bar, close to 60 % more than it should have been.",
      "Drum pressure undershot by 3.4 bar, close to 30 % less than it should have been.")),
    ("boiler", "The O2 reading of 1.64 % is only about 40 % of the level you'd normally see.",
     ("The O2 reading of 1.64 % is only about 70 % of the level you'd normally see.",
      "The O2 reading of 4.12 % is only about 40 % of the level you'd normally see.")),
    ("boiler", "Three of the four findings passed the healing test; the pressure spike did not.",
     ("Three of the four findings passed the healing test; the gap did not.",
      "Three of the four findings failed the healing test; the pressure spike did not.")),
    ("boiler", "Of the four findings, three passed the healing test and one failed.",
     ("Of the four findings, one passed the healing test and three failed.",)),
    ("boiler", "The longest anomaly lasted roughly 67 times as long as the shortest.",
     ("The longest anomaly lasted roughly 20 times as long as the shortest.",)),
    ("boiler", "Of the five channels recorded, four show an anomaly at some point.",
     ("Of the five channels recorded, three show an anomaly at some point.",
      "Of the six channels recorded, four show an anomaly at some point.")),
    ("boiler", "All four anomalies lie in different channels.", ("All three anomalies lie in different channels.",)),
    ("boiler", "The anomalies started at 13:50, 14:56, 16:20 and 17:10.",
     ("The anomalies started at 13:50, 15:56, 16:20 and 17:10.",)),
    ("boiler", "The first event was over within a minute.", ("The first event was over within ten seconds.",)),
    ("boiler", "Taken together, the four anomalies lasted about 64 minutes.",
     ("Taken together, the seven anomalies lasted about 64 minutes.", "The four anomalies lasted about 33 minutes.")),
    ("boiler", "Flue temperature and drum pressure were both too high, oxygen was too low.",
     ("Flue temperature and oxygen were both too high, drum pressure was too low.",)),
    ("boiler", "Even after every flagged passage had been repaired, the boiler log still did not pass.",
     ("After every flagged passage had been repaired, the boiler log passed.",)),
    ("vitals", "Pulse came up five minutes after the SpO2 dropped.",
     ("SpO2 dropped five minutes after the pulse came up.", "Pulse came up nine minutes after the SpO2 dropped.",
      "Pulse went down five minutes after the SpO2 dropped.")),
    ("vitals", "Saturation dropped before heart rate rose.", ("Heart rate rose before saturation dropped.",)),
    ("vitals", "Sats went down first, then the heart rate followed five minutes behind.",
     ("Sats went up first, then the heart rate followed five minutes behind.",)),
    ("vitals", "Systolic BP pinned at 118 from 02:40 to 03:35.",
     ("Systolic BP pinned at 126 from 02:40 to 03:35.", "Pulse pinned at 118 from 02:40 to 03:35.")),
    ("vitals", "Body temp was still reading high when the recording stopped just before eight.",
     ("Body temp was still reading low when the recording stopped just before eight.",
      "Pulse was still reading high when the recording stopped just before eight.")),
    ("vitals", "Saturation fell below 92 %.", ("Saturation fell below 85 %.", "Saturation rose below 92 %.")),
    ("vitals", "Not one reading went missing.", ("More than one reading went missing.",)),
    ("vitals", "The drop in saturation preceded the rise in heart rate by five minutes.",
     ("The rise in heart rate preceded the drop in saturation by five minutes.",)),
    ("server", "Memory started creeping up at 01:11.",
     ("Memory started creeping down at 01:11.", "Memory started creeping up at 01:17.")),
    ("server", "By its peak, memory usage had grown to about three times its expected value.",
     ("By its peak, memory usage had grown to about five times its expected value.",)),
    ("server", "Memory alone flunked the repair test; the remaining four findings got through it.",
     ("Latency alone flunked the repair test; the remaining four findings got through it.",
      "Memory alone flunked the repair test; the remaining three findings got through it.")),
    ("server", "It's calling the server run abnormal, and it's very sure about that.",
     ("It's calling the server run abnormal, and it's moderately sure about that.",)),
    ("server", "The CPU is responsible for two of the five anomalies.",
     ("The disk is responsible for two of the five anomalies.",)),
    ("valve", "The blame is split almost evenly between the outlet and the inlet, at 50.2 % and 49.8 %.",
     ("The blame is split almost evenly between the inlet and the outlet, at 50.2 % and 49.8 %.",)),
    ("valve", "The inlet strayed further from expectation than the outlet did: 16 bar against 12.7.",
     ("The outlet strayed further from expectation than the inlet did: 12.7 bar against 16.",
      "The inlet strayed further from expectation than the outlet did: 12.7 bar against 16.")),
    ("valve", "From 11:40 to 14:10 the coupling between inlet and outlet was lost.",
     ("From 11:40 to 16:10 the coupling between inlet and outlet was lost.",)),
    ("taxi", "Just a single unusual hour turned up in roughly two weeks of taxi data.",
     ("Just a single unusual hour turned up in roughly five weeks of taxi data.",)),
    ("taxi", "We're looking at fewer than two false alarms a year on the taxi feed.",
     ("We're looking at more than two false alarms a year on the taxi feed.",)),
    ("taxi", "Roughly 60 percent more passengers than usual were counted.",
     ("Roughly 60 percent fewer passengers than usual were counted.",)),
    ("fabric", "A vertical strip in the middle of the image shows a change in texture.",
     ("A horizontal strip in the middle of the image shows a change in texture.",)),
    ("square_on_gravel", "The intruder fits in a box 26 pixels wide and 16 tall.",
     ("The intruder fits in a box 16 pixels wide and 26 tall.",)),
    ("square_on_gravel", "The flagged patch contains far less blue than expected.",
     ("The flagged patch contains far less red than expected.",)),
    ("impeller", "The test caught three of the planted faults and missed one.",
     ("The test caught two of the planted faults and missed two.",)),
    ("paper", "The central spot is 51 points darker than expected.",
     ("The upper right spot is 51 points darker than expected.",)),
    ("skab", "The flow was only a quarter of what was expected.", ("The flow was only half of what was expected.",)),
    ("block", "From 11:20 on 21 March both channels recorded nothing for 13 hours.",
     ("From 11:20 on 21 March both channels recorded nothing for 20 hours.",)),
]  # fmt: skip


@pytest.mark.parametrize(("run", "true", "false"), SHAPES)
def test_a_true_sentence_passes_and_false_ones_of_its_shape_do_not(run: str, true: str, false: tuple[str, ...]) -> None:
    assert is_supported(true, run)
    assert [text for text in false if is_supported(text, run)] == []


@pytest.mark.parametrize(("run", "true"), [(run, true) for run, true, _ in SHAPES])
def test_a_cause_a_purpose_or_an_opinion_put_behind_is_not_read_over(run: str, true: str) -> None:
    behind = (", because of a leak", ", which was deliberate", ", due to sabotage", ", and the sensor is broken")
    assert [more for more in behind if is_supported(true.rstrip(".") + more + ".", run)] == []


@pytest.mark.parametrize(("run", "true"), [(run, true) for run, true, _ in SHAPES if "fell below" not in true])
def test_another_number_in_its_place_is_not_read_over(run: str, true: str) -> None:
    for found in re.finditer(r"(?<![\d:O])\d+(?:\.\d+)?(?![\d:.]*\d)(?! °C a few)", true):
        other = f"{float(found.group()) * 1.7 + 1:.{len(found.group().partition('.')[2])}f}"
        assert not is_supported(true[: found.start()] + other + true[found.end() :], run), other


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("boiler", "There was no spike."),
        ("boiler", "There is no gap."),
        ("boiler", "The four findings began at 13:50."),
        ("boiler", "The flue temperature shift explains 100 % of the score of R3."),
        ("boiler", "Oxygen rose to 40 percent of its usual level."),
        ("boiler", "The calibration rests on 15 abnormal stretches."),
        ("vitals", "The temperature rise lasted more than 7.5 hours."),
        ("taxi", "When the drift is replaced by normal values, the alarm disappears."),
        ("server", "The CPU was flat and reached 75 %."),  # of two findings, each
        ("server", "The fan was hit at 01:24."),  # what befell the disk
        ("server", "The network was hit at 01:24."),
    ],
)
def test_what_is_said_of_several_or_of_another_does_not_pass(run: str, text: str) -> None:
    assert not is_supported(text, run)


def test_small_words_are_left_out_and_what_says_the_same_is_one() -> None:
    said = ["The pressure has shot up to 14.8 bar.", "Up went pressure: it climbed to 14.8 bar."]
    assert "«c0» rose to «n0»." in located(said[0], recorded("boiler"), "chunks").text
    assert "rose to «n0»." in located(said[1], recorded("boiler"), "chunks").text


def test_each_character_still_knows_where_it_stood() -> None:
    text = "Notably, the oxygen signal went wild at 16:20."
    where = located(text, recorded("boiler"), "chunks")
    start, _ = where.span(where.text.index("noisy"), where.text.index("noisy") + len("noisy"))
    assert text[start:].startswith(("went wild", "wild"))


def test_each_chunk_names_what_is_checked_or_set_and_no_pass_holds_nothing() -> None:
    chunks = [phrase for phrase in phrases("chunks.txt") if phrase.section not in ("joint", "subject", "small")]
    assert chunks and {phrase.name for phrase in chunks} <= set(CHECKS)
    assert all("" not in one.words for one in passes())


def test_a_thing_is_nothing_that_is_said_only_where_the_sample_is_named_after_it() -> None:
    boiler = recorded("boiler")
    text = "The boiler lost the feed flow reading at 17:10."
    assert is_supported(text, "boiler")
    for name in ("pump.csv", "boiler_leak.csv"):
        named = boiler.model_copy(update={"sample_name": name})
        (said,) = verify_text(text, named)
        assert (said.verdict.outcome == "supported") == ("boiler" in name)
        (said,) = verify_text("A leak began at 17:10.", named)
        assert said.verdict.outcome != "supported", "the name of a file proves nothing"
