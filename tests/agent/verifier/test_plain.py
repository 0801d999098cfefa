"""Sentences in people's own words, read in plain ones: true ones pass, and with one part changed they do not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from anomalyst.agent.verifier.phrases.entities.clock import SPOKEN, in_figures
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.agent.verifier.phrases.tiles import phrases
from anomalyst.agent.verifier.phrases.wordings.plain import plainers, verb_forms
from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.facts import Evidence

BLIND = Path(__file__).parents[2] / "blind"
DEVELOPED = BLIND / "developed"
LEAST = 0.7  # of the true sentences that the reader was developed on, that it supports

# (run, a true sentence, the same with something changed that makes it false)
TWINS = [
    ("server", "Disk writes went from nothing to 13.7 MB/s.", "Disk writes went from nothing to 137 MB/s."),
    ("server", "RAM use was about three times what we would normally see.", "RAM use was about five times normal."),
    ("server", "Latency was frozen between 01:20 and 01:22.", "Latency was frozen between 01:12 and 01:14."),
    (
        "server",
        "The disk burst lasted twice as long as the CPU flat line.",
        "The disk burst lasted half as long as R1.",
    ),
    ("server", "The CPU step preceded the memory drift by four minutes.", "The drift preceded the CPU step by R3."),
    ("server", "Every finding except the memory drift passed its healing test.", "Every finding except R1 passed it."),
    ("server", "CPU froze shortly before half past one.", "CPU froze shortly after half past one."),
    ("server", "The CPU stepped up, then memory drifted.", "Memory drifted, then the CPU stepped up."),
    (
        "server",
        "Had the limit been 0.1 %, it would still have been flagged.",
        "At a limit of 0.01 % it would be flagged.",
    ),
    (
        "server",
        "R3 and R5 lie early in the recording, the other three late.",
        "R3 and R5 lie early, the other four late.",
    ),
    ("valve", "The inlet was further off than the outlet.", "The outlet was further off than the inlet."),
    ("valve", "Both channels contribute about equally.", "The inlet contributes the most."),
    ("valve", "The inlet was off by 16 bar, the outlet by 12.7.", "The inlet was off by 12.7 bar, the outlet by 16."),
    ("valve", "It peaked sixteen minutes after it had started.", "It peaked sixteen minutes before it ended."),
    ("valve", "The episode took up about a tenth of the recording.", "It took up about a third of the recording."),
    ("machine_temp", "The warm spell fell on the fourth day.", "The cold spell fell on the fourth day."),
    ("machine_temp", "It set in late in the morning.", "It set in late in the evening."),
    ("machine_temp", "The score peaked right at the end of it.", "The score peaked right at the beginning of it."),
    ("bottle", "Blue lost only about half as much as red.", "Red lost only about half as much as blue."),
    ("bottle", "Of the three colours it's red that dropped the most.", "Of the three colours blue dropped the most."),
    ("bottle", "The patch is wider than it is tall.", "The patch is taller than it is wide."),
    ("square_on_gravel", "Green has hardly changed at all.", "Red has hardly changed at all."),
    ("square_on_gravel", "All three rules agree on it.", "Two of the three rules agree on it."),
    ("logger_gap", "The logger went silent for a good thirteen hours.", "It went silent for a good three hours."),
    ("logger_gap", "Roughly one value in twelve never made it into the log.", "One value in five never made it there."),
    ("bolt_note", "The note and the drawing do not match.", "The note and the drawing match."),
]


@cache
def evidence_of(run: str) -> Evidence:
    """The evidence of a recorded run."""
    return Evidence.model_validate_json((BLIND / "evidence" / f"{run}.json").read_text(encoding="utf-8"))


def _supported(run: str, text: str) -> bool:
    return all(one.verdict.outcome == "supported" for one in verify_text(text, evidence_of(run)))


def _judged(path: Path) -> Iterator[tuple[str, bool, set[str]]]:
    """(sentence, whether it is true, outcomes) of a set."""
    for entry in json.loads(path.read_text(encoding="utf-8"))["sentences"]:
        checked = verify_text(entry["text"], evidence_of(entry["run"]))
        yield entry["text"], entry["truth"], {one.verdict.outcome for one in checked}


@pytest.mark.parametrize(("run", "true", "false"), TWINS)
def test_a_true_sentence_passes_and_its_false_twin_does_not(run: str, true: str, false: str) -> None:
    assert _supported(run, true) and not _supported(run, false)


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("server", "The CPU jumped because memory drifted."),  # a cause that nobody measured
        ("server", "The pump broke at 01:07:22."),
        ("server", "The CPU did not climb to 75 %."),
        ("server", "R2 and R2 do not overlap."),
        ("valve", "The outlet and the outlet are off by 12.7 bar."),  # named twice
        ("machine_temp", "The detector is wrong."),
        ("machine_temp", "It was well above the 23.2 °C that were expected."),
        ("bottle", "Brightness climbed up to 90 %."),  # how far, not at most
    ],
)
def test_what_is_not_said_by_any_fact_does_not_pass(run: str, text: str) -> None:
    assert not _supported(run, text)


def test_of_the_sentences_it_was_developed_on_no_false_one_passes_and_most_true_ones_do() -> None:
    found = [one for path in sorted(DEVELOPED.glob("*.json")) for one in _judged(path)]
    assert [text for text, truth, outcomes in found if not truth and outcomes == {"supported"}] == []
    assert [text for text, truth, outcomes in found if truth and "contradicted" in outcomes] == []
    true = [outcomes for _, truth, outcomes in found if truth]
    assert sum(outcomes == {"supported"} for outcomes in true) >= LEAST * len(true)


@pytest.mark.parametrize(
    ("said", "figures"),
    [("half past midnight", "00:30"), ("ten past two in the afternoon", "14:10"), ("noon", "12:00")],
)
def test_times_in_words_are_written_in_figures(said: str, figures: str) -> None:
    found = SPOKEN.fullmatch(said)
    assert found is not None and in_figures(found, evidence_of("valve")) == figures


def test_of_two_halves_of_the_day_the_one_in_which_something_happened() -> None:
    found = SPOKEN.fullmatch("ten past two")
    assert found is not None and in_figures(found, evidence_of("valve")) == "14:10"
    assert SPOKEN.search("from 10 to 36 across") is None


def test_verbs_have_their_forms() -> None:
    for verb, doubled, forms in [
        ("climb", False, ("climb", "climbs", "climbed", "climbing")),
        ("rise", False, ("rise", "rises", "rising")),
        ("drop", True, ("drop", "dropped", "dropping")),
        ("carry", False, ("carry", "carries", "carried")),
    ]:
        assert all(re.fullmatch(verb_forms(verb, doubled), form) for form in forms)


def test_lines_are_tried_only_where_they_may_begin() -> None:
    lines = [*plainers("words"), *plainers("amounts")]
    assert len(lines) > 100 and all(line.starts for line in lines)
    assert len(phrases()) > 100


def test_plain_words_keep_where_they_stood() -> None:
    text = "As far as I can tell, memory shot up to 219 MB."
    made: Any = located(text, evidence_of("server"), "plain")
    assert "rose to «n0»" in made.text and len(made.starts) == len(made.text) + 1
    assert made.starts == sorted(made.starts)


def test_sets_are_labelled() -> None:
    for path in DEVELOPED.glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["writer"] and all({"run", "text", "truth"} <= entry.keys() for entry in told["sentences"])


def test_as_expected_at_the_end_is_more_than_a_value() -> None:
    told = "In R3, cpu_percent was 75.3 %, which is 70 percentage points higher than the expected 5.3 %"
    evidence = Evidence.model_validate_json((BLIND / "evidence" / "server.json").read_text(encoding="utf-8"))
    outcomes = [verify_text(text, evidence)[0].verdict.outcome for text in (f"{told}.", f"{told}, as expected.")]
    assert outcomes == ["supported", "unverifiable"]


@pytest.mark.parametrize(
    "text",
    [
        "The confidence in sabotage is high.",  # a word that nothing measured tells
        "As a result, cpu_percent jumped to 75.3 %.",  # a cause
        "cpu_percent gently rose to 75.3 %.",  # how quickly
        "The detector is certain that the series is anomalous.",  # how sure
    ],
)
def test_no_word_that_states_something_is_left_out(text: str) -> None:
    evidence = Evidence.model_validate_json((BLIND / "evidence" / "server.json").read_text(encoding="utf-8"))
    assert [checked.verdict.outcome for checked in verify_text(text, evidence)] != ["supported"]
