"""Findings side by side, what a clause leaves out, bounds: true sentences beside false ones of their kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.facts import Evidence

EVIDENCE = Path(__file__).parents[2] / "blind" / "evidence"

# (run, a true sentence, others of its kind that are false: in one thing each)
KINDS: list[tuple[str, str, tuple[str, ...]]] = [
    ("server", "Both CPU findings passed the healing test.",
     ("Both memory findings passed the healing test.", "Both CPU findings failed the healing test.")),
    ("server", "Both flat lines, the one in latency and the one in CPU, come after 01:20.",
     ("Both flat lines, the one in latency and the one in CPU, come before 01:20.",
      "Both flat lines, the one in latency and the one in memory, come after 01:20.",
      "Both drifts, the one in latency and the one in CPU, come after 01:20.")),
    ("server", "The two early findings concern CPU and memory.",
     ("The two early findings concern CPU and latency.", "The three early findings concern CPU and memory.")),
    ("server", "Two of the five findings concern the CPU.",
     ("Three of the five findings concern the CPU.", "Two of the five findings concern the memory.",
      "The analysis identified five anomalies in the CPU.")),
    ("server", "Four of the seven channels appear in the findings; the other three were not flagged.",
     ("Five of the seven channels appear in the findings; the other two were not flagged.",
      "Four of the eight channels appear in the findings; the other four were not flagged.")),
    ("server", "The latency finding lasted 70 seconds, the disk finding 80.",
     ("The latency finding lasted 70 seconds, the disk finding 70.",
      "The latency finding lasted 80 seconds, the disk finding 70.")),
    ("server", "The CPU shows up twice: first with a step up and, about twenty minutes later, with a frozen reading.",
     ("The CPU shows up twice: first with a step downwards and, about twenty minutes later, with a frozen reading.",
      "The CPU shows up twice: first with a step upwards and, about ten minutes later, with a frozen reading.",
      "The CPU shows up twice: first with a frozen reading and, about twenty minutes later, with a step upwards.")),
    ("server", "Of the five findings, four passed the healing test, only the memory drift did not.",
     ("Of the five findings, four passed the healing test, only the disk spike did not.",)),
    ("server", "Memory began to drift four minutes after the CPU had stepped up.",
     ("Memory began to drift four minutes after the CPU had stepped down.",
      "Memory began to drift nine minutes after the CPU had stepped up.")),
    ("server", "Every finding lasted between 40 and 90 seconds.",
     ("Every finding lasted between 50 and 90 seconds.", "Every finding lasted between 40 and 80 seconds.")),
    ("server", "No finding lasted longer than 90 seconds.", ("No finding lasted longer than 80 seconds.",)),
    ("server", "All findings lie between 01:07 and 01:29.", ("All findings lie between 01:10 and 01:29.",)),
    ("server", "All three rules back each of the five findings.",
     ("All four rules back each of the five findings.", "All three rules back each of the six findings.")),
    ("server", "The latency hung at 4.77 ms for more than a minute.",
     ("The latency hung at 4.77 ms for less than a minute.",)),
    ("boiler", "The pressure spike came more than an hour before any of the other findings.",
     ("The feed flow gap came more than an hour before any of the other findings.",
      "The pressure spike came more than two hours before any of the other findings.",
      "The pressure spike came more than an hour after any of the other findings.")),
    ("boiler", "Flue temperature, oxygen and feed flow passed the healing test, drum pressure did not.",
     ("Flue temperature, oxygen and feed flow passed the healing test, drum pressure did.",
      "Flue temperature, oxygen and drum pressure passed the healing test, feed flow did not.")),
    ("boiler", "It took the flue temperature 33 minutes to return to normal.",
     ("It took the flue temperature 50 minutes to return to normal.",)),
    ("boiler", "At the peak of the noisy stretch oxygen read 1.64 %, less than half of the expected value.",
     ("At the peak of the noisy stretch oxygen read 1.64 %, less than a third of the expected value.",
      "At the peak of the noisy stretch oxygen read 1.64 %, more than half of the expected value.")),
    ("boiler", "For ten minutes, no feed flow was recorded.", ("For ten minutes, a feed flow was recorded.",)),
    ("boiler", "The flue temperature went up from 186 to 200 °C.",
     ("The flue temperature went down from 186 to 200 °C.", "The flue temperature went up from 200 to 186 °C.")),
    ("vitals", "Five minutes passed between the fall of the saturation and the rise of the heart rate.",
     ("Five minutes passed between the rise of the saturation and the rise of the heart rate.",
      "Five minutes passed between the rise of the heart rate and the fall of the saturation.")),
    ("vitals", "While the saturation dropped, the heart rate went up to 96 beats per minute.",
     ("While the blood pressure dropped, the heart rate went up to 96 beats per minute.",)),
    ("vitals", "One finding is early, one in the middle and one late.",
     ("Two findings are early, one is in the middle and one late.",)),
    ("square_on_gravel", "Red deviates more from its expected value than blue does.",
     ("Green deviates more from its expected value than red does.",
      "Red deviates less from its expected value than blue does.")),
    ("square_on_gravel", "Of the three colours only green is as expected.",
     ("Of the three colours only red is as expected.", "Of the four colours only green is as expected.")),
    ("square_on_gravel", "The patch contains too much red and too little blue.",
     ("The patch contains too much green and too little blue.",
      "The patch contains too much blue and too little red.")),
    ("square_on_gravel", "Red lies above its usual range, whereas blue lies below its own.",
     ("Red lies above its usual range, whereas blue lies above its own.",)),
    ("square_on_gravel", "The box runs from x 10 to 36 and from y 29 to 45.",
     ("The box runs from x 10 to 36 and from y 29 to 54.", "The box runs from y 10 to 36 and from x 29 to 45.")),
    ("square_on_gravel", "Repairing a random spot instead of the flagged one left p at 0.00048, so that did not help.",
     ("Repairing a random spot instead of the flagged one left the p-value at 0.00084, so that did not help.",
      "Replacing the not flagged region makes the alarm disappear.")),
    ("bolt_note", "For the flagged word the information is about −59 nats, give or take 3.8.",
     ("For the flagged word the information is about −43 nats, give or take 3.8.",
      "For the flagged word the information is about −59 nats, give or take 0.98.")),
    ("bolt_note", '"Missing" would fit the photo better than "intact".',
     ('"Intact" would fit the photo better than "missing".',)),
    ("bolt_note", 'Instead of "intact", the note should say "missing".',
     ('Instead of "missing", the note should say "intact".',)),
    ("bolt_note", 'The photo contradicts the word "intact".', ('The photo contradicts the word "missing".',)),
    ("bolt_note", "The marked box is three times as tall as it is wide.",
     ("The marked box is three times as wide as it is tall.", "The marked box is five times as tall as it is wide.")),
    ("bolt_note", "Three hundred normal examples went into the calibration.",
     ("Five hundred normal examples went into the calibration.",)),
    ("paper", "One spot is in the centre, the other at the upper right.",
     ("One spot is in the centre, the other at the upper left.",
      "Two spots are in the centre, one at the upper right.")),
    ("paper", "The central spot is about 51 percentage points darker than expected, the other one only about 3.",
     ("The central spot is about 51 percentage points darker than expected, the other one only about 9.",)),
    ("paper", "The spot in the centre is much darker than the one at the upper right.",
     ("The spot in the centre is much brighter than the one at the upper right.",
      "The spot at the upper right is much darker than the one in the centre.")),
    ("paper", "The larger of the two spots is in the centre.",
     ("The smaller of the two spots is in the centre.", "The larger of the three spots is in the centre.")),
    ("fabric", "Neither the strip nor the image as a whole passed the healing test.",
     ("Neither the strip nor the image as a whole failed the healing test.",)),
    ("bottle", "The region passed its own healing test, but the image as a whole did not.",
     ("The region failed its own healing test, but the image as a whole did not.",
      "The region passed its own healing test, but the image as a whole did.")),
    ("impeller", "In the test with stains, one of 10 percentage points was noticed, while one of 5 was not.",
     ("In the test with stains, one of 5 percentage points was noticed, while one of 10 was not.",)),
    ("logger_gap", "The gap takes up 80 of the 1,000 rows.",
     ("The gap takes up 90 of the 1,000 rows.", "The gap takes up 80 of the 1,200 rows.")),
    ("skab", "The flagged stretch runs from the first to the last row of the file.", ()),
    ("machine_temp", "The temperature jumped to a higher level.",
     ("The temperature jumped to a higher level for two and a half hours.",)),
    ("paper", "The spot in the upper right is darker than expected.",
     ("The spot in the upper right is the darker of the two.", "The spot in the centre is the smaller of the two.",
      "The spot in the centre is smaller.")),
    ("server", "Short windows reached 0.617 on synthetic anomalies, and calibration used 19 normals.",
     ("The detector ran with short windows, and calibration used 19 normals.",)),
    ("valve", "Neither of the two channels moved first.", ("Neither of the three channels moved first.",)),
]  # fmt: skip


@cache
def _evidence(run: str) -> Evidence:
    return Evidence.model_validate_json((EVIDENCE / f"{run}.json").read_text(encoding="utf-8"))


def _supported(text: str, run: str) -> bool:
    return all(checked.verdict.outcome == "supported" for checked in verify_text(text, _evidence(run)))


@pytest.mark.parametrize(("run", "true", "false"), KINDS)
def test_a_true_sentence_passes_and_false_ones_of_its_kind_do_not(run: str, true: str, false: tuple[str, ...]) -> None:
    assert _supported(true, run)
    assert [text for text in false if _supported(text, run)] == []
