"""Image detectors: true to the pixel, honest p-values, reproducible, and an expected image that ends the alarm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from anomalyst.detectors.contract import RULES
from anomalyst.detectors.denoisers.bank import AlignedBank, GlobalBank
from anomalyst.detectors.denoisers.empirical import squared_distances
from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.detectors.untrained import UntrainedDetector
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.expected import doubtful, heal
from anomalyst.modalities.image.space.map import blur, image_score, level, levelled, smooth_map
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.detectors import ImageDensity
from tests.helpers.places import SHARED

WEIGHTS = SHARED / "weights" / "mobilenet_v2_0.35_224"
needs_weights = pytest.mark.skipif(not WEIGHTS.exists(), reason=f"no backbone in {WEIGHTS}; set ANOMALYST_SHARED")
SIDE = 128
PLACES = {
    "top left": (0, 0), "top": (0, 52), "top right": (0, 104), "left": (52, 0), "middle": (52, 52),
    "right": (52, 104), "bottom left": (104, 0), "bottom": (104, 52), "bottom right": (104, 104),
}  # fmt: skip


def texture(seed: int, shape: tuple[int, int] = (SIDE, SIDE)) -> ImageSample:
    """Woven threads with random phase, shade and grain."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[: shape[0], : shape[1]]
    light = 0.5 + 0.15 * np.sin(across / 3 + rng.uniform(0, 6)) + 0.15 * np.sin(down / 4 + rng.uniform(0, 6))
    light = light + rng.normal(0, 0.02, shape) + rng.normal(0, 0.01)
    return ImageSample(np.repeat(light.clip(0, 1)[..., None], 3, -1).astype(np.float32), f"texture {seed}", True)


def planted(sample: ImageSample, row: int, column: int, side: int = 24) -> tuple[ImageSample, np.ndarray]:
    """A bright flat square in the sample, and its mask."""
    pixels, mask = sample.pixels.copy(), np.zeros(sample.shape, dtype=bool)
    mask[row : row + side, column : column + side] = True
    pixels[mask] = (0.95, 0.85, 0.85)
    return ImageSample(pixels, "planted"), mask


@pytest.fixture(scope="module")
def normals() -> list[ImageSample]:
    return [texture(seed) for seed in range(24)]


@pytest.fixture(scope="module")
def detector(normals: list[ImageSample]) -> UntrainedDetector:
    return ImageDensity(size=SIDE, neighbours="global", witnesses=("reconstruction", "imputation")).fit(normals)


def test_bank_by_place_finds_what_a_plain_search_finds() -> None:
    vectors = torch.randn(20, 5, 6, 4, generator=torch.Generator().manual_seed(0))
    bank = AlignedBank.fit(vectors, limit=10**6, seed=0)
    found = bank.nearest(vectors[3], k=7, leave_out=3)
    others = torch.arange(20) != 3
    for row, column in ((0, 0), (2, 3), (4, 5), (0, 4)):
        window = vectors[others, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].reshape(-1, 4)
        wanted = squared_distances(vectors[3, row, column][None], window)[0].sort().values[:7]
        cell = row * 6 + column
        torch.testing.assert_close(found.squared[cell], wanted)
        named = (bank.flat[found.index[cell]] - vectors[3, row, column]).square().sum(-1)
        torch.testing.assert_close(named, wanted, atol=1e-4, rtol=1e-4)


def test_bank_from_anywhere_keeps_rare_vectors_and_leaves_an_image_out() -> None:
    vectors = 0.1 * torch.randn(10, 8, 8, 3, generator=torch.Generator().manual_seed(0))
    vectors[4, 2, 2] = 50.0
    bank = GlobalBank.fit(vectors, limit=40, seed=0)
    assert len(bank.flat) == 40
    assert (bank.flat == 50.0).all(-1).any(), "the one rare vector must survive the thinning"
    found = bank.nearest(vectors[4], k=3, leave_out=4)
    assert (bank.owner[found.index] != 4).all()


def test_levels_of_normals_leave_their_own_scores_out() -> None:
    scored = torch.rand(6, 8, 8, generator=torch.Generator().manual_seed(0)) + 0.5
    torch.testing.assert_close(levelled(scored)[2], scored[2] / level(scored[torch.arange(6) != 2]))


def test_a_map_is_smoothed_by_the_same_share_of_an_image_of_any_size() -> None:
    spike = torch.zeros(16, 16)
    spike[8, 8] = 1.0
    small, large = (smooth_map(spike, shape, blur(shape)) for shape in ((128, 128), (512, 512)))
    shrunk = functional.avg_pool2d(large[None, None], 4)[0, 0]
    torch.testing.assert_close(small, shrunk, atol=0.02 * float(small.max()), rtol=0)
    quarter = smooth_map(spike[4:12, 4:12], (64, 64), blur((64, 64), 2))
    torch.testing.assert_close(quarter[16:48, 16:48], small[48:80, 48:80], atol=0.02 * float(small.max()), rtol=0)


@pytest.mark.parametrize("place", PLACES)
def test_planted_square_is_found_where_it_is(place: str, detector: UntrainedDetector) -> None:
    sample, mask = planted(texture(100), *PLACES[place])
    found = detector.score(sample)
    assert found.sample_p <= 0.05
    assert mask[np.unravel_index(int(found.scores.argmax()), mask.shape)], "the peak must lie in the square"
    weight = np.where(found.scores > found.scores.max() / 2, found.scores, 0)
    centre = [float((np.indices(mask.shape)[axis] * weight).sum() / weight.sum()) for axis in (0, 1)]
    truth = [float(np.nonzero(mask)[axis].mean()) for axis in (0, 1)]
    assert np.abs(np.subtract(centre, truth)).max() < 7, f"the map is centred at {centre}, the square at {truth}"


def test_expected_image_ends_the_alarm(detector: UntrainedDetector) -> None:
    sample, mask = planted(texture(101), 40, 60)
    found = detector.score(sample)
    far = ~mask & (found.p_values > 0.5)
    assert np.abs(found.expected - sample.pixels)[far].mean() < 0.02, "normal pixels are kept"
    assert np.abs(found.expected - sample.pixels)[mask].mean() > 0.2, "the square is replaced"
    assert abs(found.expected[mask].std() - texture(101).pixels[mask].std()) < 0.06, "by texture, not by a blur"
    assert found.samples.shape == (4, *sample.shape, 3)
    assert found.samples[:, mask].std(0).mean() > found.samples[:, far].std(0).mean()
    assert detector.score(ImageSample(found.expected)).sample_p > 0.05


def test_healing_the_region_ends_the_alarm_and_healing_another_does_not(detector: UntrainedDetector) -> None:
    sample, mask = planted(texture(102), 30, 30)
    grown = np.zeros_like(mask)
    grown[26:58, 26:58] = True
    assert detector.score(heal(detector.healer, sample, grown)).sample_p > 0.05
    assert detector.score(heal(detector.healer, sample, np.roll(grown, (60, 60), (0, 1)))).sample_p <= 0.05
    with pytest.raises(InputError, match="one per pixel"):
        heal(detector.healer, sample, mask[:10])


def test_false_alarms_keep_their_rate(detector: UntrainedDetector) -> None:
    p_values = np.array([detector.score(texture(seed)).sample_p for seed in range(200, 230)])
    assert (p_values <= 0.1).mean() <= 0.25, "30 fresh normals: 8 alarms at a rate of 0.1 have p < 0.01"
    assert p_values.std() > 0.1, "p-values of normals spread over (0, 1]"


def test_all_rules_are_calibrated_and_see_the_square(detector: UntrainedDetector) -> None:
    sample, mask = planted(texture(103), 50, 20)
    found = detector.score(sample)
    assert set(found.rules) == {"density", "reconstruction", "imputation"}
    for opinion in found.rules.values():
        assert opinion.scores.shape == opinion.p_values.shape == sample.shape
        assert opinion.sample_p <= 0.05 and np.median(opinion.p_values[mask]) < 0.05
    assert found.calibration.method == "cross-conformal" and found.calibration.normals == 24


def test_saved_detector_scores_the_same(detector: UntrainedDetector, tmp_path: Path) -> None:
    detector.save_pretrained(tmp_path)
    assert json.loads((tmp_path / "detector.json").read_text())["config"] == detector.config()
    sample, _ = planted(texture(104), 10, 70)
    first, again = detector.score(sample), load_detector(tmp_path).score(sample)
    for name in ("scores", "p_values", "expected", "samples"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert first.sample_p == again.sample_p


def test_score_does_not_depend_on_what_was_scored_before(detector: UntrainedDetector) -> None:
    first = detector.score(texture(105))
    detector.score(planted(texture(106), 0, 0)[0])
    np.testing.assert_array_equal(first.scores, detector.score(texture(105)).scores)


@pytest.mark.parametrize("shape", [(64, 200), (300, 90), (33, 47)])
def test_any_size_is_scored_on_its_own_pixels(shape: tuple[int, int], detector: UntrainedDetector) -> None:
    found = detector.score(texture(107, shape))
    assert found.scores.shape == found.p_values.shape == shape
    assert found.expected.shape == (*shape, 3) and np.isfinite(found.scores).all()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_normals_give_wide_p_values(count: int, normals: list[ImageSample]) -> None:
    detector = ImageDensity(size=SIDE).fit(normals[:count])
    found = detector.score(planted(texture(108), 40, 40)[0])
    observed = found.sample_p >= 1 / (count + 1) * (1 - 1e-9)
    assert observed != found.extrapolated, "n normals cannot show less than 1 / (n + 1): below, the tail was fitted"
    assert observed or count >= 5, "one or two normals show no tail"
    assert found.calibration.normals == count


@pytest.mark.parametrize("name", [f"image-{rule}" for rule in RULES])
def test_option_is_chosen_on_synthetic_anomalies(name: str, normals: list[ImageSample]) -> None:
    kind = detector_class(name)
    assert issubclass(kind, UntrainedDetector)
    detector = kind(size=SIDE).fit(normals[:8])
    assert isinstance(detector, UntrainedDetector)
    assert set(detector.choice_.auroc) == {"aligned", "global"}
    assert detector.space.neighbours_ == max(detector.choice_.auroc, key=lambda k: detector.choice_.auroc[k])
    good, bad = texture(109), planted(texture(109), 60, 60)[0]
    assert detector.score(bad).sample_score > detector.score(good).sample_score


def test_bad_input_is_named() -> None:
    with pytest.raises(InputError, match="at least one"):
        ImageDensity().fit([])
    series = SeriesSample(np.zeros((5, 1)), ("a",), np.arange(5.0))
    with pytest.raises(InputError, match="series"):
        ImageDensity().fit([series])
    with pytest.raises(InputError, match="'nearby'"):
        ImageDensity(neighbours="nearby")
    with pytest.raises(ModelError, match="no-such-folder"):
        ImageDensity(backbone="./no-such-folder").fit([texture(0)])


def test_image_score_is_the_mean_of_the_peak() -> None:
    plane = torch.zeros(200, 200)
    plane[:2, :10] = 3.0
    assert image_score(plane) == pytest.approx(3.0)


@pytest.mark.external
@needs_weights
@pytest.mark.parametrize("place", ["top left", "middle", "bottom right"])
def test_backbone_map_is_true_to_the_pixel(place: str, normals: list[ImageSample]) -> None:
    detector = ImageDensity(backbone=str(WEIGHTS), patches=False, size=SIDE, neighbours="global").fit(normals[:10])
    sample, mask = planted(texture(110), *PLACES[place])
    found = detector.score(sample)
    assert mask[np.unravel_index(int(found.scores.argmax()), mask.shape)]


@pytest.mark.external
@needs_weights
def test_backbone_with_patches_survives_saving(normals: list[ImageSample], tmp_path: Path) -> None:
    detector = ImageDensity(backbone=str(WEIGHTS), size=SIDE, neighbours="aligned").fit(normals[:10])
    detector.save_pretrained(tmp_path)
    sample = planted(texture(111), 20, 20)[0]
    np.testing.assert_array_equal(detector.score(sample).scores, load_detector(tmp_path).score(sample).scores)
    with pytest.raises(InputError, match="99"):
        ImageDensity(backbone=str(WEIGHTS), layers=[99], size=SIDE).fit(normals[:2])


def test_the_largest_p_values_stay_p_values_when_they_are_resized() -> None:
    for shape in ((143, 256), (131, 201), (173, 150)):
        assert not doubtful(np.ones(shape, np.float32), (128, 128)).any()


def test_trying_neighbours_leaves_the_same_detector_as_asking_for_them(normals: list[ImageSample]) -> None:
    tried = ImageDensity(size=SIDE).fit(normals[:8])
    asked = ImageDensity(size=SIDE, neighbours=tried.space.neighbours_).fit(normals[:8])
    sample = planted(texture(111), 20, 20)[0]
    np.testing.assert_array_equal(tried.score(sample).scores, asked.score(sample).scores)
    np.testing.assert_array_equal(tried.score(sample).p_values, asked.score(sample).p_values)


@pytest.mark.parametrize("count", [1, 6])
def test_fit_tells_how_far_it_is(count: int, normals: list[ImageSample]) -> None:
    steps: list[tuple[int, int]] = []
    detector = ImageDensity(size=SIDE)
    detector.on_step = lambda done, total: steps.append((done, total))
    detector.fit(normals[:count])
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1)), "every judgement is counted, none too many"


def test_witnesses_are_calibrated_on_fewer_normals_and_change_no_p_value() -> None:
    many, judged = [texture(seed, (64, 64)) for seed in range(40)], texture(99, (64, 64))
    with_them = ImageDensity(size=64, neighbours="global", witnesses=("reconstruction",)).fit(many)
    alone = ImageDensity(size=64, neighbours="global").fit(many)
    told = with_them.state()
    assert len(told["whole.density.kept"]) == 40 and len(told["whole.reconstruction.kept"]) == 20
    assert with_them.score(judged).sample_p == alone.score(judged).sample_p
