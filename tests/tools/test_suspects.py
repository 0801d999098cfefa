"""Normals that may hide an anomaly are named, clean ones rarely; --trim leaves them out."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError
from anomalyst.modalities.image.tried.trial import texture, with_square
from anomalyst.tools.suspects import suspects
from anomalyst.tools.workbench import Workbench, learned


def test_one_or_two_far_beyond_the_others_are_named() -> None:
    scores = dict(enumerate(np.linspace(1, 2, 20)))
    assert suspects(scores) == []
    assert suspects(scores | {4: 40.0}) == [4]
    assert suspects(scores | {4: 40.0, 9: 30.0}) == [4, 9]
    assert suspects({0: 1.0, 1: 1.1, 2: 90.0}) == []


def test_clean_sets_are_rarely_accused() -> None:
    rng = np.random.default_rng(0)
    sets = [dict(enumerate(np.exp(0.2 * rng.standard_normal(20)))) for _ in range(200)]
    assert sum(bool(suspects(one)) for one in sets) <= 20


def test_a_hidden_defect_is_named_and_trimmed() -> None:
    normals = [texture(100 + k) for k in range(11)] + [with_square(texture(111), 30, 30)]
    fitted = learned(detector_class("image-density")(size=96), normals)
    assert any("'image 111'" in note and "trim" in note for note in fitted.notes_)
    trimmed = learned(detector_class("image-density")(size=96, trim=0.1), normals)
    assert any("'image 111'" in note and "left out" in note for note in trimmed.notes_)
    with pytest.raises(InputError, match="trim"):
        Workbench(trim=0.7)
