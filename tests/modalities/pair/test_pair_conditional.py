"""The information detector: a Stable Diffusion pipeline as its denoiser, its own small one, saving and loading."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.information import text_information
from anomalyst.detectors.conditional.pipeline import PipelineDenoiser, is_pipeline
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.pair.space.information import PairInformation
from tests.helpers.pair_data import matching, square, wrong

WORDS = ("red", "green", "blue", "yellow", "square", "plate", "Acme", "Bolt", "Corin")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion pipeline with random weights, saved as `StableDiffusionPipeline.save_pretrained` does."""
    from diffusers import AutoencoderKL, DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    folder = tmp_path_factory.mktemp("pipeline")
    torch.manual_seed(0)
    encoder = TextEncoder.of_words(WORDS)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(encoder.tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=24, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        )
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16), layers_per_block=1,
        norm_num_groups=4, cross_attention_dim=16, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 16), down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2, latent_channels=4, norm_num_groups=4, layers_per_block=1,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=encoder.tokenizer, unet=unet,
        scheduler=DDPMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def test_a_pipeline_denoises_latents_given_texts(pipeline: Path) -> None:
    assert is_pipeline(str(pipeline))
    denoiser = PipelineDenoiser.from_pretrained(str(pipeline))
    latents = denoiser.centred(torch.rand(2, 3, *denoiser.settings.shape))
    assert latents.shape == (2, 4, 8, 8)
    sigma = torch.tensor([1e-3, 2.0])
    told = denoiser(latents, sigma, denoiser.given(["red square plate", "blue square plate"]))
    assert told.shape == latents.shape
    torch.testing.assert_close(told[0], latents[0], atol=0.05, rtol=0.05)  # next to no noise: next to nothing to do


def test_a_pipeline_tells_words_apart(pipeline: Path) -> None:
    denoiser = PipelineDenoiser.from_pretrained(str(pipeline))
    picture = torch.rand(3, *denoiser.settings.shape)
    found = text_information(denoiser, picture, "Acme red square plate", strata=3, draws=2)
    assert [w.word.text for w in found.words] == ["Acme", "red", "square", "plate"]
    assert np.isfinite(found.against).all() and found.pair.error >= 0


def test_a_pipeline_becomes_a_detector(pipeline: Path, tmp_path: Path) -> None:
    detector = PairInformation(model=str(pipeline), steps="one").fit([matching(seed) for seed in range(40)])
    found = detector.score(matching(50))
    assert pair_scores(found) is not None and len(pair_scores(found).words) == 4
    assert found.scores.shape == (48, 48) and np.isfinite(found.scores).all()
    detector.save_pretrained(tmp_path / "saved")
    again = load_detector(tmp_path / "saved")
    assert again.score(matching(50)).sample_p == found.sample_p


def test_what_is_no_pipeline_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="Stable Diffusion"):
        PipelineDenoiser.from_pretrained(str(tmp_path))


def test_training_on_pairs_saves_and_loads_to_equal_scores(tmp_path: Path) -> None:
    detector = PairInformation(steps="one", train_steps=30).fit([matching(seed) for seed in range(60)])
    pair, _ = wrong(7)
    found = detector.score(pair)
    assert pair_scores(found) is not None and len(pair_scores(found).words) == 4
    detector.save_pretrained(tmp_path / "saved")
    again = load_detector(tmp_path / "saved").score(pair)
    assert again.sample_score == pytest.approx(
        found.sample_score, rel=0.05, abs=0.5
    )  # weights are kept in half precision
    assert pair_scores(again) is not None and [w.text for w in pair_scores(again).words] == [
        w.text for w in pair_scores(found).words
    ]


def test_few_pairs_say_how_many_are_needed() -> None:
    with pytest.raises(InputError, match="at least 40"):
        PairInformation().fit([matching(seed) for seed in range(10)])


def test_words_that_were_not_learned_are_refused() -> None:
    detector = PairInformation(steps="one", train_steps=2).fit([matching(seed) for seed in range(44)])
    image = square(0, "red")[0]
    from anomalyst.modalities.pair.sample import PairSample

    with pytest.raises(InputError, match="has not learned most of these words"):
        detector.score(PairSample(image, "a completely different sentence"))


def test_equal_seeds_give_equal_scores() -> None:
    denoiser = ConditionalDenoiser(ConditionalConfig(), TextEncoder.of_words(WORDS)).eval()
    picture = torch.rand(3, 32, 32)
    one, two = (text_information(denoiser, picture, "red square", strata=3, draws=2, seed=4) for _ in range(2))
    assert one.against == two.against
