"""Pictures taken otherwise than their normals are held against normals taken so; all others as ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from anomalyst.agent.publishing import summarise, with_unsaid
from anomalyst.agent.writer.doubts import about_unlike
from anomalyst.agent.writer.headline import headline_size
from anomalyst.detectors.registry import load_detector
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.modalities.image.healing import heal_region
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import retaken
from anomalyst.modalities.image.space.pixels import to_levels, to_working
from anomalyst.modalities.image.space.retaken.kept import LEAST, REMEMBERED, Kept
from anomalyst.modalities.image.space.retaken.space import OTHERS
from anomalyst.modalities.image.space.retaken.taking import MOST_LIGHT, Taking
from anomalyst.modalities.image.space.retaken.takings import STEP, Takings
from anomalyst.modalities.image.words import sample_sentences
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import UNLIKE, doubts
from anomalyst.tools.measure import build_evidence
from tests.helpers.detectors import ImageDensity
from tests.modalities.image.test_image_detectors import SIDE, planted, texture

NORMALS = [texture(seed) for seed in range(24)]
ALPHA = 0.05


def lit(sample: ImageSample, times: float) -> ImageSample:
    return replace(sample, pixels=(sample.pixels * np.float32(times)).clip(0, 1))


def blurred(sample: ImageSample) -> ImageSample:
    return replace(sample, pixels=gaussian_filter(sample.pixels, (1.0, 1.0, 0)))


def sharpened(sample: ImageSample) -> ImageSample:
    return replace(sample, pixels=(2 * sample.pixels - gaussian_filter(sample.pixels, (0.7, 0.7, 0))).clip(0, 1))


def halved(sample: ImageSample) -> ImageSample:
    return replace(sample, pixels=sample.pixels.reshape(SIDE // 2, 2, SIDE // 2, 2, 3).mean((1, 3)))


def levels(sample: ImageSample) -> Any:
    return to_levels(to_working(sample, (SIDE, SIDE)))


def older(detector: Any) -> Any:
    """The same as it was saved before normals were kept to be taken otherwise."""
    old = ImageDensity(size=SIDE, neighbours="global", samples=1)
    old.load_state({name: array for name, array in detector.state().items() if name != OTHERS})
    return old


@pytest.fixture(scope="module")
def takings() -> Takings:
    return Takings(np.stack([levels(one) for one in NORMALS]), 0)


@pytest.fixture(scope="module")
def detector() -> Any:
    return ImageDensity(size=SIDE, neighbours="global", samples=1).fit(NORMALS)


def test_pictures_are_taken_the_same_way_twice() -> None:
    pictures = np.stack([levels(one) for one in NORMALS[:3]])
    for taking in (Taking(0.75), Taking(noise=8.0), Taking(quality=15, scale=2.0), Taking(1.2, blur=1.0)):
        once, again = taking.apply(pictures, 1), taking.apply(pictures, 1)
        assert np.array_equal(once, again)
        assert once.shape == pictures.shape and once.dtype == pictures.dtype
        assert taking.words()
    assert np.array_equal(Taking().apply(pictures, 1), pictures)
    assert Taking(0.75, blur=1.0).words() == "darker (0.75 times as bright) and less sharp"


def test_a_picture_among_its_normals_was_taken_as_they_were(takings: Takings) -> None:
    for seed in range(100, 110):
        assert takings.of(levels(texture(seed)), (SIDE, SIDE)) is None
        fault = takings.of(levels(planted(texture(seed), 40, 40, 10)[0]), (SIDE, SIDE))
        assert fault is None or fault.exactly().light == 1, "a fault is no light"


def test_it_is_told_how_a_picture_was_taken(takings: Takings) -> None:
    def way(sample: ImageSample) -> Taking | None:
        found = takings.of(levels(sample), sample.shape)
        return None if found is None else found.exactly()

    darker = way(lit(texture(100), 0.75))
    assert darker is not None and darker.light == pytest.approx(0.75, abs=0.03)
    dull = way(blurred(texture(100)))
    assert dull is not None and dull.light == 1 and dull.blur in (0.7, 1.0, 1.4)
    crisp = way(sharpened(texture(100)))
    assert crisp is not None and crisp.sharp and not crisp.noise and crisp.words() == "sharper"
    less = way(halved(texture(100)))
    assert less is not None and less.small == 0.5 and less.words().startswith("of fewer pixels")
    coarse = np.stack([levels(texture(100))])
    pressed = takings.of(Taking(quality=12).apply(coarse, 0)[0], (SIDE, SIDE))
    assert pressed is not None and 0 < pressed.taking.quality <= 30
    assert way(lit(texture(100), 0.9 / MOST_LIGHT)) is None, "beyond mending"


def test_light_is_told_by_what_varies_least_and_normals_by_few_steps_of_it(takings: Takings) -> None:
    spotted = [planted(texture(seed), 40, 40, 24)[0] for seed in range(100, 106)]
    found = [takings.of(levels(lit(one, 0.75)), (SIDE, SIDE)) for one in spotted]
    known = [one for one in found if one is not None]
    assert len(known) >= 4, "most are known for darker in spite of the spot"
    assert all(one.exactly().light == pytest.approx(0.75, abs=0.04) for one in known)
    assert len({one.taking.light for one in known}) <= 2 and all(1 <= one.gain <= STEP for one in known)


def test_a_darker_picture_is_held_against_darker_normals(detector: Any) -> None:
    for seed in (200, 201, 202):
        good, bad = lit(texture(seed), 0.7), lit(planted(texture(seed), 40, 40, 10)[0], 0.7)
        found, fault = detector.score(good), detector.score(bad)
        assert found.sample_p > ALPHA >= fault.sample_p
        assert "darker" in retaken(found) and "darker" in retaken(fault)
        assert abs(fault.expected.mean() - good.pixels.mean()) < 0.03, "what is expected is as dark"


def test_the_healed_picture_is_as_dark(detector: Any) -> None:
    sample, mask = planted(texture(203), 40, 40, 10)
    healed = heal_region(detector, lit(sample, 0.7), mask)
    assert abs(healed.pixels[mask].mean() - 0.7 * texture(203).pixels[mask].mean()) < 0.1
    assert detector.score(healed).sample_p > ALPHA


def test_pictures_among_their_normals_and_older_detectors_are_judged_as_ever(detector: Any) -> None:
    old = older(detector)
    assert old.space.pictures_ is None
    sample, dark = texture(204), lit(texture(204), 0.7)
    one, other = detector.score(sample), old.score(sample)
    assert one.sample_score == other.sample_score and one.sample_p == other.sample_p
    assert np.array_equal(one.scores, other.scores) and np.array_equal(one.expected, other.expected)
    assert retaken(old.score(dark)) == "" and old.score(dark).sample_p < detector.score(dark).sample_p


def test_a_saved_detector_learns_anew_what_it_had(detector: Any, tmp_path: Path) -> None:
    detector.save_pretrained(tmp_path / "detector")
    again, dark = load_detector(tmp_path / "detector"), lit(texture(205), 0.7)
    before, after = detector.score(dark), again.score(dark)
    assert (before.sample_score, before.sample_p) == (after.sample_score, after.sample_p)
    assert np.array_equal(before.scores, after.scores)


def test_few_normals_are_not_taken_otherwise_and_few_ways_are_remembered() -> None:
    few = ImageDensity(size=SIDE, neighbours="global", samples=1).fit(NORMALS[:LEAST])
    assert retaken(few.score(lit(texture(206), 0.7))) == ""
    kept: Kept[int, str] = ImageDensity(size=SIDE, neighbours="global").fit(NORMALS[:3]).space.pictures_
    for light in range(1, 2 * REMEMBERED):
        assert kept.learned_as(Taking(light), ["density"], lambda images: (len(images), {"density": "own"}))[0] == 3
    assert list(kept.learned) == [Taking(light) for light in range(REMEMBERED, 2 * REMEMBERED)]
    last = Taking(2 * REMEMBERED - 1)
    assert kept.learned_as(last, ["density"], lambda images: (0, {}))[0] == 3, "what is known is not learned again"
    assert kept.learned_as(last, ["density", "imputation"], lambda images: (0, {}))[0] == 0, "but for another rule"


def test_the_answer_says_so_and_doubts_it_no_more(detector: Any) -> None:
    sample = lit(texture(207), 0.7)
    dark, plain = detector.score(sample), older(detector).score(sample)
    usual = {"sharpness": [1.0, 1.0]}  # so that the picture is unlike its normals
    evidences = []
    for scored in (dark, plain):
        regions = modality("image").locate(sample, scored, ALPHA, 0.1)
        evidences.append(build_evidence(sample, scored, regions, alpha=ALPHA, fdr=0.1, usual=usual))
    (fact,) = evidences[0].about("sample", "retaken")
    assert str(fact.value) == (
        "the image is darker (0.69 times as bright) than its normals: it was held against normals made so"
    )
    assert not evidences[1].about("sample", "retaken")
    assert [UNLIKE in doubts(one) for one in evidences] == [False, True]
    assert [len(list(about_unlike(one))) for one in evidences] == [0, 1]
    assert [said.wordings() for said in sample_sentences(evidences[0])][0] == (f"Note that {fact.value}.",)
    claims = with_unsaid([], evidences[0], ENGLISH_SPEECH)
    assert f"Note that {fact.value}." in summarise(claims, evidences[0], headline=headline_size(claims))
    about, arrays = modality("image").arrays(sample, dark)
    assert modality("image").restored({"name": "", "notes": [], **about}, arrays)[1] == dark.detail, "a run keeps it"
