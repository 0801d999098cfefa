"""The training-free peers find a plain blot, and what is said of their scores counts what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from anomalyst.modalities.image.sample import ImageSample
from benchmarks import image_alarms as a
from benchmarks.image_data import Case, Category
from benchmarks.image_tables import markdown, mean_rows
from benchmarks.lite_backbone import SHUT, filled, renamed
from benchmarks.peers_training_free import PEERS, closest, superadd_outline

SIDE = 64
BLOT = slice(24, 40)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small backbone of random weights: strides 8 and 16 are there, which is all that peers ask of it."""
    from transformers import MobileNetV2Config, MobileNetV2Model

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("backbone")
    MobileNetV2Model(MobileNetV2Config(depth_multiplier=0.35)).save_pretrained(folder)
    return str(folder)


def normal(seed: int) -> ImageSample:
    """Stripes, with a little noise."""
    stripes = 0.5 + 0.3 * np.sin(np.arange(SIDE) / 3)[None, :, None]
    grey = stripes + np.random.default_rng(seed).normal(0, 0.01, (SIDE, SIDE, 1))
    return ImageSample(np.repeat(grey, 3, 2).astype(np.float32), f"normal {seed}", True)


def blotted() -> ImageSample:
    pixels = normal(99).pixels.copy()
    pixels[BLOT, BLOT] = 0
    return ImageSample(pixels, "blotted", True)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_ranks_a_blot_above_normals_and_points_at_it(name: str, weights: str) -> None:
    peer = PEERS[name](weights, SIDE)
    peer.fit([normal(seed) for seed in range(6)])
    scores, total = peer.score(blotted())
    assert scores.shape == (SIDE, SIDE)
    assert total > max(peer.score(normal(seed))[1] for seed in range(50, 54))
    assert scores[16:48, 16:48].mean() > 1.2 * scores.mean()


def test_the_closest_of_a_bank_is_what_all_distances_say() -> None:
    torch.manual_seed(0)
    asked, bank = torch.randn(7, 5), torch.randn(1200, 5)
    assert torch.allclose(closest(asked, bank), torch.cdist(asked, bank).amin(1).square(), atol=1e-4)


def test_superadd_closes_a_gap_fills_a_ring_and_keeps_to_what_is_raised() -> None:
    scores = np.zeros((128, 128), np.float32)
    scores[40:80, 40:80] = 3
    scores[46:74, 46:74] = 1.3  # a ring, its inside above the lower threshold only
    scores[40:46, 56:60] = 1.3  # a gap in it
    outline = superadd_outline(scores, high=1.0)
    assert outline[60, 60] and outline[43, 58]
    assert not outline[scores == 0].any()
    assert not superadd_outline(np.full((64, 64), 1.4, np.float32), high=1.0).any()


class Distance:
    """A peer whose score is how far an image's mean lies from the nearest mean it has seen."""

    def fit(self, normals: list[ImageSample]) -> None:
        self.seen = np.array([float(n.pixels.mean()) for n in normals])

    def score(self, sample: ImageSample) -> tuple[np.ndarray, float]:
        away = float(np.abs(self.seen - sample.pixels.mean()).min())
        return np.full(sample.shape, away, np.float32), away


def test_every_normal_is_judged_by_a_peer_that_has_not_seen_it() -> None:
    yardstick = a.cross_conformal(Distance, [normal(seed) for seed in range(20)])
    assert yardstick.whole.count == 20
    assert yardstick.whole.kept[0] > 0


def test_a_row_counts_alarms_detections_and_overlap() -> None:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[BLOT, BLOT] = True
    cases = [Case(normal(30), False, None), Case(normal(31), False, None), Case(blotted(), True, mask)]
    yardstick = a.cross_conformal(Distance, [normal(seed) for seed in range(20)])
    told = [yardstick.told(case.sample, mask.astype(np.float32), float(case.abnormal)) for case in cases]
    half = mask.copy()
    half[:32] = False
    nothing = np.zeros_like(mask)
    row = a.calibrated_row(Category("c", [], cases, "pixel"), told, [nothing, nothing, half])
    assert row["detected_at_0.05"] == 1 and row["alarms_at_0.05"] == 0
    assert row["false_alarms"]["0.05"]["of"] == 2
    assert row["outline_iou"] == pytest.approx(0.5)
    assert row["seg_f1"] == pytest.approx(2 / 3)


def test_false_pixels_on_good_images_lower_seg_f1() -> None:
    masks = np.zeros((2, 8, 8), bool)
    masks[1, :4] = True
    assert a.seg_f1(masks, list(masks)) == 1
    assert a.seg_f1(masks, [masks[1], masks[1]]) == pytest.approx(2 / 3)


def test_means_are_told_apart_for_what_was_left_out() -> None:
    results = {name: {"m": {"image_auroc": value}} for name, value in (("a", 0.5), ("b", 0.7), ("brain_mri", 1.0))}
    assert mean_rows(results)["m"]["image_auroc"] == pytest.approx(0.6)
    assert mean_rows(results, ["b"].__contains__)["m"]["image_auroc"] == pytest.approx(0.7)
    told = markdown(results, ["b"])
    assert "| left out |" in told and "| m | 0.700 |" in told and "| m | 0.750 |" in told


def test_lite_weights_get_their_names_and_an_open_gate(tmp_path: Path) -> None:
    from transformers import EfficientNetConfig, EfficientNetModel

    assert renamed("_blocks.3._bn1.running_var") == "encoder.blocks.3.depthwise_conv.depthwise_norm.running_var"
    assert renamed("_bn1.bias") == "encoder.top_bn.bias"
    assert renamed("_fc.weight") is None
    model = EfficientNetModel(EfficientNetConfig(width_coefficient=0.25, depth_coefficient=0.2, hidden_dim=320))
    gates = filled({}, model.state_dict())
    model.load_state_dict(gates, strict=False)
    gate = model.encoder.blocks[1].squeeze_excite
    assert gate.expand.bias.max() == SHUT
    seen = torch.randn(1, gate.dim, 4, 4)
    assert torch.equal(gate(seen), seen)
