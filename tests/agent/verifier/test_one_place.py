"""True sentences changed in one place, so that they are false: a lost "not", what was expected called observed, another
moment, place, rule or test. Each kind was found so, by changing sentences that the reader had proved."""

from __future__ import annotations

import pytest

from anomalyst.agent.verifier.phrases.wordings.denied import undenied
from tests.helpers.verifier_recorded import is_supported

# (run, a true sentence, the same, false in one place)
CHANGED: list[tuple[str, str, tuple[str, ...]]] = [
    ("server", "CPU was pegged at roughly 75 % from 01:07 to nearly 01:09, versus the usual 5 %.",
     ("CPU was not pegged at roughly 75 % from 01:07 to nearly 01:09, versus the usual 5 %.",)),
    ("machine_temp", "The anomaly is right in the middle of the recording.",
     ("The anomaly is not right in the middle of the recording.",)),
    ("vitals", "SpO2 was expected at 97 % but was measured at 91.3 %.",
     ("SpO2 was not expected at 97 % but was measured at 91.3 %.",)),
    ("taxi", "On its own, the region did not pass the healing test, although the sample as a whole did.",
     ("On its own, the region did not pass the healing test, although the sample as a whole did not.",)),
    ("taxi", "The spike itself failed the repair test, even though the series as a whole passed it.",
     ("The spike itself failed the repair test, even though the series as a whole failed it.",)),
    ("bottle", "The overall healing test failed even though the spot itself passed.",
     ("The overall healing test passed even though the spot itself passed.",)),
    ("boiler", "From 17:10 on we got no readings from the feed flow meter for ten minutes.",
     ("From 17:10 on we got readings from the feed flow meter for ten minutes.",
      "There are feed flow readings for the ten minutes from 17:10.")),
    ("taxi", "Passenger counts came in 58 % higher than the 24,800 expected.",
     ("Passenger counts came in 58 % higher than the 0.0011 expected.",
      "Passenger counts came in 58 % higher than the 24,800 observed.")),
    ("server", "The memory channel drifted up to about 219 MB, against an expected 71 MB.",
     ("The memory channel drifted up to about 219 MB, against an observed 71 MB.",)),
    ("valve", "The outlet read 11.1 bar, which is 12.7 bar more than expected.",
     ("The outlet read 11.1 bar, which is 12.7 bar more than measured.",)),
    ("boiler", "drum_pressure (bar) was 14.8 bar in R2; normal would be 11.4 bar, 3.4 bar higher.",
     ("drum_pressure (bar) was 14.8 bar in R2; abnormal would be 11.4 bar, 3.4 bar higher.",)),
    ("vitals", "Once the three episodes are replaced by expected values, the alarm vanishes.",
     ("Once the three episodes are replaced by measured values, the alarm vanishes.",)),
    ("bottle", "The marked region covers just under 6 % of the picture.",
     ("The marked region covers just under 33.1 % of the picture.",)),
    ("crack", "Its brightness is just 20 %, where nearly 53 % would be normal.",
     ("Its brightness is just 20 %, where far from 53 % would be normal.",)),
    ("server", "First thing off on the server: CPU, at 01:07:22.",
     ("Last thing off on the server: CPU, at 01:07:22.", "First thing off on the server: CPU, at 01:28.")),
    ("boiler", "Starting at 16:20, the oxygen readings became unusually noisy for about 20 minutes.",
     ("Starting at 17:10, the oxygen readings became unusually noisy for about 20 minutes.",
      "Starting at 14:56, the oxygen readings became unusually noisy for about 20 minutes.")),
    ("server", "For 70 seconds, the latency was stuck.",
     ("For 90 seconds, the latency was stuck.", "For 40 seconds, the latency was stuck.")),
    ("boiler", "For ten minutes, the feed flow was missing.", ("For 20 minutes, the feed flow was missing.",)),
    ("bottle", "Blue is 2.5 percentage points lower than expected.",
     ("The lowest colour value is found in blue.", "The strongest colour is red.")),
    ("load", "The score of R1 peaks at 07:00 on 30 June 2024 and reaches 4.59 times the normal limit.",
     ("The score of R1 peaks at 04:00 on 30 June 2024 and reaches 4.59 times the normal limit.",)),
    ("machine_temp", "The shift lasted three and a half hours and peaked right at its end, at 14:40.",
     ("The shift lasted three and a half hours and peaked right at its end, at 11:20.",)),
    ("boiler", "We've got no feed flow readings from ten past five till about 17:20.",
     ("We've got no feed flow readings from ten past five till about 17:12.",)),
    ("bottle", "A dark patch shows up in the lower centre and covers nearly 6 % of the image.",
     ("A dark patch shows up in the lower corner and covers nearly 6 % of the image.",)),
    ("crack", "The darker band in the centre is considered an extra part.",
     ("The darker band in the corner is considered an extra part.",)),
    ("paper", "R1 lies in the centre of the image and covers 0.824 % of its area.",
     ("R1 lies in the corner of the image and covers 0.824 % of its area.",)),
    ("vitals", "Oxygen saturation fell first, and the heart rate went up five minutes later.",
     ("Oxygen saturation fell first, and the heart rate went down five minutes later.",)),
    ("server", "Even with a much stricter alarm threshold of 0.1 %, this sample would still count as anomalous.",
     ("Even with a much stricter alarm threshold of 81.5 %, this sample would still count as anomalous.",)),
    ("impeller", "With a p-value of 0.91 it is far from the alarm level.",
     ("With a p-value of 0.91 it is nearly the alarm level.",)),
    ("square_on_gravel", "The flagged patch contains far less blue than expected (21.5 % instead of 53.8 %).",
     ("The random patch contains far less blue than expected (21.5 % instead of 53.8 %).",)),
    ("server", "Five anomalies were detected overall, two of which show up in the CPU channel.",
     ("Five anomalies were detected overall, two of which show up in the CPU rule.",
      "Five anomalies were detected overall, two of which show up in the density channel.")),
    ("server", "Disk writes hit 13.7 MB/s at about 01:24 even though the disk is normally idle.",
     ("Disk writes hit 13.7 MB/s at about 01:24 even though the latency is normally idle.",)),
    ("bolt_note", 'In R1 the image speaks against "intact" (-59 ± 3.8 nats).',
     ('In R1 the image speaks for "intact" (-59 ± 3.8 nats).',)),
    ("bolt_note", 'In the place of "intact" in R1, "missing" would fit.',
     ('In the place of "missing" in R1, "missing" would fit.',)),
    ("skab", "Beware: Accelerometer2RMS lies mostly outside of the range of its normals.",
     ("Beware: Accelerometer2RMS lies mostly inside of the range of its normals.",
      "Beware: only Accelerometer2RMS lies mostly outside of the range of its normals.")),
    ("skab", "After all regions are replaced by what was expected, p is 0.32: the alarm goes.",
     ("Before all regions are replaced by what was expected, p is 0.32: the alarm goes.",
      "After all regions are replaced by what was observed, p is 0.32: the alarm goes.")),
    ("taxi", "Values of 23,900 to 26,400 would have been normal for this time.",
     ("Values of 23,900 to 26,400 would have not been normal for this time.",)),
    ("paper", "Two dark spots were found on the paper, one in the centre and one in the upper right.",
     ("Two bright spots were found on the paper, one in the centre and one in the upper right.",
      "Three dark spots were found on the paper, one in the centre and one in the upper right.")),
    ("paper", "The central spot is 51.2 points darker than expected, compared with 3.1 points for the other one.",
     ("The central spot is 3.1 points darker than expected, compared with 51.2 points for the other one.",)),
    ("server", "The memory drift is the only one of the five that did not pass the repair test.",
     ("The disk spike is the only one of the five that did not pass the repair test.",
      "The memory drift is the only one of the six that did not pass the repair test.",
      "The memory drift is the only one of the five that did pass the repair test.")),
    ("server", "The disk-write burst takes up a minute and twenty seconds, and all three rules agree on it.",
     ("The disk-write burst takes up a minute and thirty seconds, and all three rules agree on it.",)),
    ("server", "We have five flagged stretches, spread over four different metrics.",
     ("We have five flagged stretches, spread over five different metrics.",)),
    ("square_on_gravel", "Of the three colour channels, only blue lies below its expected value.",
     ("Of the three colour channels, only red lies below its expected value.",
      "Of the three colour channels, only green lies above its expected value.",
      "Of the four colour channels, only blue lies below its expected value.")),
    ("square_on_gravel", "Overall the spot is brighter than it should be, but only by 4.7 percentage points.",
     ("Overall the spot is brighter than it should be, but only by 32.9 percentage points.",
      "Overall the spot is darker than it should be, but only by 4.7 percentage points.")),
    ("bolt_note", "The flagged word carries about −59 nats of information, give or take 3.8.",
     ("The flagged word carries about −43 nats of information, give or take 3.8.",)),
    ("valve", "Neither pressure ran ahead of the other; the lag is zero for both.", ()),
    ("vitals", "All three findings passed the repair test, and no values are missing from the recording.",
     ("All three findings failed the repair test, and no values are missing from the recording.",
      "Neither pressure ran ahead of the other.")),
    ("server", "During the climb the server held roughly three times as much memory as expected.",
     ("During the climb the server held roughly five times as much memory as expected.",)),
    ("impeller", "Nothing was flagged on this impeller, and the verdict is normal.",
     ("Nothing was flagged on this impeller, and the verdict is anomalous.",)),
]  # fmt: skip


@pytest.mark.parametrize(("run", "true", "false"), CHANGED)
def test_a_true_sentence_passes_and_not_when_it_is_changed_in_one_place(
    run: str, true: str, false: tuple[str, ...]
) -> None:
    assert is_supported(true, run)
    assert [text for text in false if is_supported(text, run)] == []


def test_a_denial_is_left_out_where_that_turns_the_sentence() -> None:
    assert [*undenied("It did not fail, and R1 isn't a dip.")] == [
        "It did fail, and R1 isn't a dip.", "It did not fail, and R1 is a dip."
    ]  # fmt: skip
    assert [*undenied("It takes not quite 6 %, and was 11.4 bar, not 14.8.")] == []
