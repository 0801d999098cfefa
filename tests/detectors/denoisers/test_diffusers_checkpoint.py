"""Pretrained diffusers checkpoints: the denoiser says what the checkpoint's own scheduler would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from anomalyst.detectors.denoisers.checkpoint import from_diffusers
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.image.sample import ImageSample


def tiny_unet(**options: Any) -> Any:
    from diffusers import UNet2DModel

    torch.manual_seed(0)
    settings = {
        "sample_size": (8, 16),
        "in_channels": 2,
        "out_channels": 2,
        "layers_per_block": 1,
        "block_out_channels": (8, 8),
        "down_block_types": ("DownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "UpBlock2D"),
        "norm_num_groups": 4,
        "add_attention": False,
    }
    return UNet2DModel(**{**settings, **options}).eval()


def save_pipeline(folder: Path, unet: Any = None, **schedule: Any) -> Any:
    """A tiny pipeline in `folder`; its scheduler."""
    from diffusers import DDPMPipeline, DDPMScheduler

    scheduler = DDPMScheduler(**{"num_train_timesteps": 100, "clip_sample": False, **schedule})
    DDPMPipeline(unet or tiny_unet(), scheduler).save_pretrained(folder)
    return scheduler


@pytest.mark.parametrize("prediction", ["epsilon", "sample", "v_prediction"])
@pytest.mark.parametrize("schedule", ["linear", "scaled_linear", "squaredcos_cap_v2"])
def test_it_agrees_with_the_scheduler(tmp_path: Path, prediction: str, schedule: str) -> None:
    unet = tiny_unet()
    scheduler = save_pipeline(tmp_path, unet, prediction_type=prediction, beta_schedule=schedule)
    denoiser = from_diffusers(tmp_path)
    assert denoiser.shape == (2, 8, 16)
    for step in (0, 1, 30, 70, 98):
        kept = scheduler.alphas_cumprod[step]
        sigma = ((1 - kept) / kept).sqrt()
        noised = torch.randn(3, 2, 8, 16, generator=torch.Generator().manual_seed(step))  # √ᾱ x₀ + √(1 − ᾱ) n
        with torch.no_grad():
            theirs = scheduler.step(unet(noised, step).sample, step, noised).pred_original_sample
            ours = denoiser(noised / kept.sqrt(), sigma.expand(3))
        assert denoiser.timestep(sigma[None]).item() == step
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3 * float(theirs.std()))


def test_levels_of_a_batch_and_between_steps(tmp_path: Path) -> None:
    save_pipeline(tmp_path)
    denoiser = from_diffusers(tmp_path)
    assert 0 < denoiser.sigma_min < denoiser.sigma_max < float("inf")
    lower, upper = denoiser.sigmas[40:42]
    near = torch.stack([lower * 0.99 + upper * 0.01, lower * 0.01 + upper * 0.99, lower * 0, upper * 1e6])
    assert denoiser.timestep(near).tolist() == [40, 41, 0, 99]
    x, sigma = torch.randn(4, 2, 8, 16), torch.tensor([0.05, 0.5, 1.0, 2.0])
    with torch.no_grad():
        alone = torch.cat([denoiser(x[i : i + 1], sigma[i : i + 1]) for i in range(4)])
        torch.testing.assert_close(denoiser(x, sigma), alone, rtol=1e-4, atol=1e-5)


def test_clipping_and_a_learned_variance_are_honoured(tmp_path: Path) -> None:
    unet = tiny_unet(out_channels=4)
    save_pipeline(tmp_path, unet, clip_sample=True, clip_sample_range=0.7, variance_type="learned_range")
    denoiser = from_diffusers(tmp_path)
    with torch.no_grad():
        clean = denoiser(3 * torch.randn(2, 2, 8, 16), torch.ones(2))
    assert clean.shape == (2, 2, 8, 16)
    assert float(clean.abs().max()) == pytest.approx(0.7)


def test_zero_terminal_snr_stays_finite(tmp_path: Path) -> None:
    save_pipeline(tmp_path, rescale_betas_zero_snr=True, prediction_type="v_prediction")
    denoiser = from_diffusers(tmp_path)
    with torch.no_grad():
        clean = denoiser(torch.randn(1, 2, 8, 16), torch.tensor([denoiser.sigma_max]))
    assert bool(clean.isfinite().all())


def test_a_bare_network(tmp_path: Path) -> None:
    unet = tiny_unet(sample_size=8)
    unet.save_pretrained(tmp_path)
    denoiser = from_diffusers(str(tmp_path))
    assert denoiser.shape == (2, 8, 8)
    assert denoiser.sigma_min == pytest.approx(0.01, rel=0.01)
    assert not denoiser.training and not any(p.requires_grad for p in denoiser.parameters())


def edited(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_cannot_be_used_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def refused(name: str | Path, words: str) -> None:
        with pytest.raises(ModelError, match=words) as caught:
            from_diffusers(name)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 700

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    refused(tmp_path / "missing", "there is no folder")
    refused("nobody/no-such-pipeline", "cannot be used")
    refused(tmp_path, "neither model_index.json nor config.json")

    def changed(name: str, file: str, **changes: Any) -> Path:
        save_pipeline(tmp_path / name)
        edited(tmp_path / name / file, **changes)
        return tmp_path / name

    refused(changed("latent", "model_index.json", vqvae=["diffusers", "VQModel"]), "vqvae")
    refused(changed("text", "unet/config.json", _class_name="UNet2DConditionModel"), "condition")
    refused(changed("classes", "unet/config.json", num_class_embeds=10), "condition")
    refused(changed("flow", "scheduler/scheduler_config.json", prediction_type="flow"), "'flow'")
    refused(changed("unsized", "unet/config.json", sample_size=None), "sample_size")

    torn = tmp_path / "latent" / "unet" / "diffusion_pytorch_model.safetensors"
    edited(tmp_path / "latent" / "model_index.json", vqvae=[None, None])
    tensors = load_file(torn)
    save_file(dict(list(tensors.items())[3:]), torn)
    refused(tmp_path / "latent", "lack 3 tensors")
    torn.write_bytes(b"torn")
    refused(tmp_path / "latent", "cannot be used")
    torn.rename(torn.with_suffix(".bin"))  # weights by pickle alone
    refused(tmp_path / "latent", "safetensors")


def test_a_detector_around_a_checkpoint(tmp_path: Path) -> None:
    """Nothing is trained: the checkpoint answers, normals calibrate, and a saved detector names the checkpoint."""
    from tests.helpers.detectors import ImageDDIM, ImageScore

    save_pipeline(tmp_path / "pipeline", tiny_unet(sample_size=16, in_channels=3, out_channels=3))
    rng = np.random.default_rng(0)
    normals = [ImageSample(rng.uniform(0.4, 0.6, (64, 64, 3)).astype(np.float32), f"{i}", True) for i in range(12)]
    detector = ImageScore(checkpoint=str(tmp_path / "pipeline"), size=64, steps="one").fit(normals)
    assert detector.config()["checkpoint"] == str(tmp_path / "pipeline") and detector.config()["space"] == "pixels"
    hurt = normals[0].pixels.copy()
    hurt[16:32, 16:32] = 1
    scored = detector.score(ImageSample(hurt, "hurt", True))
    assert scored.calibration.normals == 12 and scored.scores.shape == (64, 64) and np.isfinite(scored.scores).all()
    restored = ImageScore(**json.loads(json.dumps(detector.config())))
    restored.load_state(detector.state())
    assert not any(name.startswith("denoiser.") for name in detector.state())
    again = restored.score(ImageSample(hurt, "hurt", True))
    np.testing.assert_array_equal(again.scores, scored.scores)
    with pytest.raises(InputError, match="checkpoint"):
        ImageScore(checkpoint="anywhere", space="features")
    chosen = ImageDDIM(checkpoint=str(tmp_path / "pipeline"), size=64, steps="one").fit(normals)
    assert np.isfinite(chosen.score(normals[0]).scores).all() and chosen.choice_ is not None
