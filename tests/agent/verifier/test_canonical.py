"""Sentences read in one word for all that mean the same: what stands for what, and twins of which one is false."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from anomalyst.agent.verifier.phrases.checks.times import on_day
from anomalyst.agent.verifier.phrases.judging import CHECKS
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.agent.verifier.phrases.tiles import phrases
from anomalyst.agent.verifier.phrases.wordings.canonical import passes
from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.numbers import parse_stamp, read_time

EVIDENCE = Path(__file__).parents[2] / "blind" / "evidence"

# (run, a true sentence, the same with something changed that makes it false)
TWINS = [
    ("boiler", "Flue temperature jumped by 14 degrees.", "Flue temperature plunged by 14 degrees."),
    ("boiler", "The flue ran at 200 °C where 186 °C is normal.", "The flue ran at 186 °C where 200 °C is normal."),
    ("boiler", "The flue ran at 200 °C where 186 °C is normal.", "The flue ran at 200 °C where 186 °C is not normal."),
    (
        "boiler",
        "Drum pressure should have been 11.4 bar, not 14.8.",
        "Drum pressure should have been 14.8 bar, not 11.4.",
    ),
    ("boiler", "Drum pressure jumped by 3.4 bar at ten to two.", "Drum oxygen jumped by 3.4 bar at ten to two."),
    ("boiler", "Drum pressure jumped by 3.4 bar at ten to two.", "Drum pressure jumped by 3.4 bar at ten to three."),
    ("boiler", "The flue event outlasted the other three.", "The pressure spike outlasted the other three."),
    ("boiler", "There were no anomalies before 13:50.", "There were no anomalies before 15:00."),
    ("boiler", "None of the events overlapped.", "All events overlapped."),
    (
        "boiler",
        "The feed flow gap was half as long as the oxygen noise.",
        "The oxygen noise was half as long as the gap.",
    ),
    ("boiler", "One of the four findings is early.", "Two of the four findings are early."),
    ("boiler", "The oxygen signal became erratic at 16:20.", "The flue temperature became erratic at 16:20."),
    ("boiler", "There was no gap in the oxygen signal.", "There was no gap in the feed flow."),
    ("vitals", "Saturation dropped first, the pulse followed.", "The pulse rose first, saturation followed."),
    ("vitals", "The temperature was still rising at the end.", "Saturation was still falling at the end."),
    ("vitals", "Only the temperature was still abnormal at the end.", "Only the pulse was still abnormal at the end."),
    ("vitals", "The pulse reacted five minutes later.", "Saturation reacted five minutes later."),
    ("vitals", "R2 is shorter than R3 by 20 minutes.", "R3 is shorter than R2 by 20 minutes."),
    ("vitals", "The pulse exceeded its normal range.", "The pulse was within its normal range."),
    ("vitals", "The p-value is below the alarm level.", "The p-value is not below 0.005."),
    ("taxi", "A false alarm would be expected less than once in 200 days.", "A false alarm comes once in two days."),
    (
        "fabric",
        "The zone reaches down to the lower edge of the picture.",
        "The zone reaches the left edge of the picture.",
    ),
    ("fabric", "The picture is anomalous because of a texture change.", "The picture is anomalous because of a spike."),
    ("impeller", "Nothing unusual was found.", "Nothing was found but one stain."),
    (
        "impeller",
        "A stain of 10 percentage points would have been noticed.",
        "A stain of 5 points would have been noticed.",
    ),
    ("server", "Only the memory drift failed the healing test.", "Only the disk burst failed the healing test."),
    ("crack", "A dark band.", "A bright band."),
    ("crack", "Red, green and blue dropped by more than 30 points.", "Only red dropped."),
]


@cache
def _evidence(run: str) -> Evidence:
    return Evidence.model_validate_json((EVIDENCE / f"{run}.json").read_text(encoding="utf-8"))


def _outcomes(text: str, run: str) -> set[str]:
    return {checked.verdict.outcome for checked in verify_text(text, _evidence(run))}


@pytest.mark.parametrize(("run", "true", "false"), TWINS)
def test_a_true_sentence_passes_and_its_false_twin_does_not(run: str, true: str, false: str) -> None:
    assert _outcomes(true, run) == {"supported"}
    assert "supported" not in _outcomes(false, run)


def test_words_that_mean_the_same_become_one() -> None:
    said = ["Pressure soared to 14.8 bar.", "The pressure shot up to 14.8 bar.", "Pressure has risen to 14.8 bar."]
    told = {located(text, _evidence("boiler"), "canonical").text.strip() for text in said}
    assert told == {"«c0» rose to «n0»."}


def test_each_character_still_knows_where_it_stood() -> None:
    text = "Suddenly, the oxygen signal went wild at 16:20."
    where = located(text, _evidence("boiler"), "canonical")
    place = where.text.index("was noisy")
    start, _ = where.span(place, place + len("was noisy"))
    assert text[start:].startswith("went wild")


def test_no_word_of_the_table_stands_for_two_within_a_pass_and_each_stands_for_itself() -> None:
    for one in passes():
        assert all(one.words[word] == word for word in set(one.words.values()) if word)


def test_each_frame_names_what_is_checked_or_set() -> None:
    frames = [phrase for phrase in phrases("frames.txt") if phrase.section not in ("joint", "subject")]
    assert frames
    assert {phrase.name for phrase in frames} <= set(CHECKS)


@pytest.mark.parametrize("text", ["before 25:10", "at 12:61", "after 23:59:75"])
def test_a_time_that_there_is_not_is_no_error(text: str) -> None:
    day = parse_stamp("2026-09-18 13:00:00")
    assert day is not None
    assert on_day(read_time(text.split()[1]), day) is None
    assert "supported" not in _outcomes(f"Nothing happened {text}.", "boiler")
