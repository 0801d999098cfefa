"""Normals that may hide an anomaly are named once, and left out where that is asked for or usual."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError
from anomalyst.modalities.image.tried.trial import texture, with_square
from anomalyst.tools.suspects import suspect_notes
from anomalyst.tools.workbench import Workbench, build_detector, learned

CLEAN = [texture(100 + k) for k in range(11)]
HIDDEN = with_square(texture(111), 30, 30)


def test_a_hidden_defect_is_left_out_beyond_doubt_and_named_once() -> None:
    fitted = learned(detector_class("image-density")(size=96), [*CLEAN, HIDDEN])
    (note,) = [note for note in fitted.notes_ if "'image 111'" in note]
    assert "1 of the normals is so unlike the others that it may hide an anomaly, and was left out" in note
    without = detector_class("image-density")(size=96, trim=0.0).fit(CLEAN)
    again, sample = fitted.score(HIDDEN), without.score(HIDDEN)
    np.testing.assert_array_equal(again.scores, sample.scores)
    assert again.sample_p == sample.sample_p and fitted.choice_.option == without.choice_.option
    assert fitted.held_out_ == without.held_out_


def test_whoever_trims_nothing_is_told_of_it() -> None:
    fitted = learned(detector_class("image-density")(size=96, trim=0.0), [*CLEAN, HIDDEN])
    (note,) = [note for note in fitted.notes_ if "'image 111'" in note]
    assert "may hide an anomaly: 'image 111'; look at it" in note and "trim" in note
    assert 11 in fitted.held_out_


def test_a_share_is_left_out_and_named() -> None:
    trimmed = learned(detector_class("image-density")(size=96, trim=0.1), [*CLEAN, HIDDEN])
    assert any("'image 111'" in note and "were left out" not in note for note in trimmed.notes_)
    assert 11 not in trimmed.held_out_


def test_of_clean_normals_none_is_left_out_and_nothing_costs_more() -> None:
    told: dict[str, list[tuple[int, int]]] = {"auto": [], "none": []}
    for name, trim in (("auto", "auto"), ("none", 0.0)):
        detector = detector_class("image-density")(size=96, trim=trim)
        detector.on_step = lambda done, total, name=name: told[name].append((done, total))
        assert detector.fit(CLEAN).notes_ == ()
    assert told["auto"] == told["none"]


def test_several_are_spoken_of_as_several() -> None:
    held = dict(enumerate(np.linspace(1, 2, 20))) | {4: 40.0, 9: 30.0}
    (note,) = suspect_notes(held, [texture(k) for k in range(20)])
    assert note.startswith("2 of the normals are so unlike the others that they may hide an anomaly: 'image 4', ")


def test_what_is_handed_on_to_a_detector() -> None:
    assert build_detector("image-density", None, 0).config()["trim"] == "auto"
    assert build_detector("image-density", None, 0, trim=0.0).config()["trim"] == 0.0
    assert build_detector("series-density", None, 0).config()["trim"] == 0.0
    assert build_detector("image-one-step", None, 0, trim=0.2).config()["trim"] == 0.2
    with pytest.raises(InputError, match="trim"):
        Workbench(trim=0.7)
