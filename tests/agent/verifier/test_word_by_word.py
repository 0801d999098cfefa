"""Sentences read word by word, whatever their order: true ones beside others that are false in one thing each."""

from __future__ import annotations

import itertools
import random

import pytest

from anomalyst.agent.verifier.phrases.free.licences import LICENCES, SILENT
from anomalyst.agent.verifier.phrases.free.reading import prove
from anomalyst.agent.verifier.phrases.free.tokens import KINDS, concepts
from anomalyst.agent.verifier.verify import verify_text
from tests.helpers.verifier_recorded import recorded
from tests.helpers.verifier_samples import series

# (run, a true sentence, others of its kind that are false: in one thing each)
PAIRS: list[tuple[str, str, tuple[str, ...]]] = [
    ("server", "Two of the five oddities belong to the processor.",
     ("Three of the five oddities belong to the processor.", "Two of the six oddities belong to the processor.",
      "Two of the five oddities belong to the memory.")),
    ("server", "The drift in memory took seventy-one seconds and carried usage to roughly 219 megabytes.",
     ("The drift in memory took ninety-one seconds and carried usage to roughly 219 megabytes.",
      "The drift in memory took seventy-one seconds and carried usage to roughly 71 megabytes.")),
    ("server", "Repairing the memory episode does not make it look innocent, whereas the other four come clean.",
     ("Repairing the memory episode makes it look innocent, whereas the other four come clean.",
      "Repairing the memory episode does not make it look innocent, whereas the other three come clean.",
      "Repairing the disk episode does not make it look innocent, whereas the other four come clean.")),
    ("boiler", "Hi all, for a bit over half an hour the flue ran about fourteen degrees hotter than it should have.",
     ("Hi all, for a bit over half an hour the flue ran about fourteen degrees colder than it should have.",
      "Hi all, for a bit over two hours the flue ran about fourteen degrees hotter than it should have.",
      "Hi all, for a bit over half an hour the flue ran about forty degrees hotter than it should have.")),
    ("boiler", "The flue ran hot for thirty-three minutes, two hundred degrees in place of one hundred and eighty-six.",
     ("The flue ran hot for thirty-three minutes, one hundred and eighty-six degrees in place of two hundred.",)),
    ("vitals", "It was the saturation that gave way first; the heart rate trailed it by some five minutes.",
     ("It was the heart rate that gave way first; the saturation trailed it by some five minutes.",
      "It was the saturation that gave way first; the heart rate trailed it by some fifteen minutes.")),
    ("machine_temp", "The machine ran about four degrees too warm for three and a half hours that Saturday.",
     ("The machine ran about four degrees too warm for three and a half hours that Sunday.",
      "The machine ran about four degrees too cold for three and a half hours that Saturday.")),
    ("load", "On the last Sunday of June the load was about a fifth higher than expected.",
     ("On the first Sunday of June the load was about a fifth higher than expected.",
      "On the last Sunday of June the load was about a fifth lower than expected.")),
    ("valve", "Neither pressure led the other into trouble; they parted ways at the same moment.",
     ("The inlet led the outlet into trouble.",)),
    ("impeller", "Of the four faults slipped in on purpose, three were caught.",
     ("Of the four faults slipped in on purpose, all were caught.",
      "Of the four faults slipped in on purpose, three were missed.",
      "Of the five faults slipped in on purpose, three were caught.")),
    ("bottle", "There's a patch low down in the middle of the picture that's dimmer than it ought to be.",
     ("There's a patch high up in the middle of the picture that's dimmer than it ought to be.",
      "There's a patch low down in the middle of the picture that's brighter than it ought to be.")),
    ("taxi", "Passenger numbers stood more than half again as high as expected at one in the morning.",
     ("Passenger numbers stood less than half again as high as expected at one in the morning.",
      "Passenger numbers stood more than half again as high as expected at four in the morning.")),
    ("square_on_gravel", "Green hardly notices the newcomer, shifting by less than a tenth of a point.",
     ("Red hardly notices the newcomer, shifting by less than a tenth of a point.",)),
    ("logger_gap", "There is one long silence in the log, and nothing else to complain about.",
     ("There are two long silences in the log, and nothing else to complain about.",)),
    ("bolt_note", "\"Missing\" would have been the fitting word where the note says \"intact\".",
     ("\"Intact\" would have been the fitting word where the note says \"missing\".",)),
]  # fmt: skip


@pytest.mark.parametrize(("run", "true", "false"), PAIRS)
def test_a_true_sentence_is_proved_and_false_ones_of_its_kind_are_not(
    run: str, true: str, false: tuple[str, ...]
) -> None:
    assert prove(true, recorded(run)) is not None
    assert [text for text in false if prove(text, recorded(run)) is not None] == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_parts_does_not_matter(seed: int) -> None:
    parts = ["for ninety seconds", "at 01:07", "to 75 %", "from the usual 5 %"]
    for some in random.Random(seed).sample(list(itertools.permutations(parts)), 8):
        assert prove(f"The processor rose {' '.join(some)}.", recorded("server")) is not None, some


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("server", "The server crashed."), ("server", "The verdict is wrong."),
        ("server", "The expected memory was 219 MB."),
        ("server", "The memory is expected to stay high."), ("server", "The sensor is broken."),
        ("server", "R5 has very high confidence."),
        ("server", "In R7, memory was about three times as high as expected."),
        ("server", "The frobnicator of the memory rose."), ("taxi", "The anomaly grows with time."),
        ("bottle", "The picture, but not the spot, passed."), ("boiler", "No other anomaly was not found."),
    ],
)  # fmt: skip
def test_what_nothing_licenses_is_not_proved(run: str, text: str) -> None:
    assert prove(text, recorded(run)) is None


def test_every_concept_of_the_table_has_a_licence() -> None:
    said = {part for says in concepts().values() for concept in says for part in concept.split("+")}
    assert said <= {*LICENCES, *SILENT, *KINDS, "not", "heal with", "joint", "than", "and"} | _JOINTS


_JOINTS = {"longer", "shorter", "stronger", "weaker", "larger", "smaller", "as long", "more", "less", "other", "use"}


@pytest.mark.parametrize(
    "text",
    [
        "Each finding lasts 20 min.",  # of one of them nothing is known
        "Every region lasts 20 min.",
        "The value of the score is the share of the level.",  # that there are shares says nothing
        "The usual latency_ms in R1 was 3.1 ms to 8.2 ms.",  # to what was seen
        "The detector is convinced that the series is anomalous.",  # more than any level of confidence
    ],
)
def test_what_holds_of_some_or_says_nothing_proves_nothing(text: str) -> None:
    assert verify_text(text, series())[0].verdict.outcome != "supported"
