"""Any Stable-Diffusion-type pipeline as a conditional denoiser: VAE, U-Net and text encoder of a folder or hub name.

A picture is encoded to the VAE's latent x₀ (the mean, times the VAE's scaling factor). The U-Net of a VP process is
asked at the time t whose noise level is σ² = (1 − ᾱ_t) / ᾱ_t, between the steps of its schedule by interpolation, on
x / √(1 + σ²); what it answers (noise or v) becomes D(x; σ, y). Loaded when first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from anomalyst.detectors.conditional.text import Condition, TextEncoder, Tokens
from anomalyst.detectors.denoisers.contract import per_sample
from anomalyst.errors import InputError, ModelError, first_line
from anomalyst.stopping import check_stop

INDEX = "model_index.json"
KINDS = ("epsilon", "v_prediction")


@dataclass(frozen=True)
class PipelineSettings:
    """`shape`: (h, w) of the pictures it takes."""

    shape: tuple[int, int]


class PipelineDenoiser:
    """D(x; σ, y) of a latent diffusion model; x: float32 (B, channels, h / f, w / f)."""

    def __init__(self, unet: Any, vae: Any, scheduler: Any, text: TextEncoder) -> None:
        kind = getattr(scheduler.config, "prediction_type", "epsilon")
        if kind not in KINDS:
            raise ModelError(f"the pipeline predicts {kind!r}; only {', '.join(KINDS)} are understood.")
        self.unet, self.vae, self.text, self.kind = unet, vae, text, kind
        alphas = scheduler.alphas_cumprod.double()
        self._log_sigmas = (0.5 * ((1 - alphas) / alphas).log()).numpy()
        factor = 2 ** (len(vae.config.block_out_channels) - 1)
        side = int(unet.config.sample_size) * factor
        self.settings = PipelineSettings((side, side))

    @classmethod
    def from_pretrained(cls, source: str) -> Self:
        """Read the parts of a pipeline folder or hub name; safetensors only."""
        from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
        from transformers import AutoTokenizer, CLIPTextModel

        try:
            unet = UNet2DConditionModel.from_pretrained(source, subfolder="unet", use_safetensors=True)
            vae = AutoencoderKL.from_pretrained(source, subfolder="vae", use_safetensors=True)
            scheduler = DDPMScheduler.from_pretrained(source, subfolder="scheduler")
            tokenizer = AutoTokenizer.from_pretrained(source, subfolder="tokenizer")
            text = CLIPTextModel.from_pretrained(source, subfolder="text_encoder", use_safetensors=True)
        except (OSError, ValueError, KeyError) as error:
            reason = first_line(error)
            raise ModelError(
                f"no Stable Diffusion pipeline can be read from {source!r} ({reason}); give a folder or hub name with "
                "unet, vae, text_encoder, tokenizer and scheduler."
            ) from error
        most = int(text.config.max_position_embeddings)
        encoder = TextEncoder(tokenizer, text, trainable=False, max_tokens=most).eval()
        return cls(unet.eval().requires_grad_(False), vae.eval().requires_grad_(False), scheduler, encoder)

    @torch.no_grad()
    def centred(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, h, w) in [0, 1] to latents. Raises InputError for another shape."""
        if pictures.ndim != 4 or tuple(pictures.shape[1:]) != (3, *self.settings.shape):
            raise InputError(
                f"got pictures of shape {tuple(pictures.shape)}; this model takes (B, 3, *{self.settings.shape})."
            )
        encoded = self.vae.encode(2 * pictures.float() - 1).latent_dist.mode()
        shift = getattr(self.vae.config, "shift_factor", None) or 0.0
        latent: Tensor = (encoded - shift) * self.vae.config.scaling_factor
        return latent

    def given(self, texts: Sequence[str] | Tokens) -> Condition:
        """Texts, or tokens made by `self.text`, as a condition."""
        encoded: Condition = self.text(texts if isinstance(texts, Tokens) else self.text.read(texts))
        return encoded

    @torch.no_grad()
    def __call__(self, x: Tensor, sigma: Tensor, condition: Condition) -> Tensor:
        """D(x; σ, y), same shape as `x`; one σ (B,) and one text for each."""
        check_stop()
        levels = np.clip(sigma.double().log().numpy(), self._log_sigmas[0], self._log_sigmas[-1])
        times = torch.from_numpy(np.interp(levels, self._log_sigmas, np.arange(len(self._log_sigmas)))).float()
        level = per_sample(sigma, x)
        scaled = x * (1 + level.square()).rsqrt()
        found = self.unet(
            scaled, times, encoder_hidden_states=condition.tokens, encoder_attention_mask=condition.mask
        ).sample
        if self.kind == "epsilon":
            denoised: Tensor = x - level * found
            return denoised
        clean: Tensor = (scaled - level * found) * (1 + level.square()).rsqrt()
        return clean


def is_pipeline(source: str) -> bool:
    """Whether a folder holds a pipeline; a name that is no folder is one of the hub."""
    folder = Path(source)
    return (folder / INDEX).is_file() if folder.is_dir() else not folder.exists()
