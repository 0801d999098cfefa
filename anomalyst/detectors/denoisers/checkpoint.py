"""Any diffusers checkpoint of unconditional images as a denoiser D(x; σ): nothing is trained, its weights are read.

Such a network was trained on x_vp = √ᾱ_t x₀ + √(1 − ᾱ_t) n (Ho et al. 2020, arXiv 2006.11239). With x = x₀ + σ n and
σ_t = √((1 − ᾱ_t) / ᾱ_t) that is x / √(1 + σ²), and what the network says, ε, x₀ or v (Salimans & Ho 2022,
arXiv 2202.00512), is turned into E[x₀ | x].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args

import torch
from torch import Tensor, nn

from anomalyst.errors import ModelError
from anomalyst.stopping import check_stop

Prediction = Literal["epsilon", "sample", "v_prediction"]
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
# A last step of no signal at all (zero terminal SNR, Lin et al. 2024, arXiv 2305.08891) would have an infinite σ.
_LEAST_SIGNAL = 1e-8


class PretrainedDenoiser(nn.Module):
    """D(x; σ) of a pretrained network. x: float32 (B, C, h, w), clean images in [−1, 1]; σ: (B,) or a single value.

    `shape`: (C, h, w) it was trained on; [`sigma_min`, `sigma_max`]: the noise levels of its schedule; `clip`: largest
    absolute value of a clean image, None where the scheduler does not clip.
    """

    sigmas: Tensor

    def __init__(self, unet: nn.Module, shape: tuple[int, int, int], scheduler: Any) -> None:
        super().__init__()
        self.unet, self.shape = unet.requires_grad_(False), shape
        kept = scheduler.alphas_cumprod.double().clamp_min(_LEAST_SIGNAL)
        self.register_buffer("sigmas", ((1 - kept) / kept).sqrt().float(), persistent=False)
        self.prediction: Prediction = scheduler.config.prediction_type
        self.clip = float(scheduler.config.clip_sample_range) if scheduler.config.clip_sample else None

    @property
    def sigma_min(self) -> float:
        """The least noise of its schedule."""
        return float(self.sigmas[0])

    @property
    def sigma_max(self) -> float:
        """The most noise of its schedule."""
        return float(self.sigmas[-1])

    def timestep(self, sigma: Tensor) -> Tensor:
        """The step whose σ_t is nearest by ratio: (B,) → int64 (B,)."""
        middles = (self.sigmas[1:] * self.sigmas[:-1]).sqrt()
        return torch.searchsorted(middles, sigma.contiguous())

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        """E[x₀ | x], same shape as x."""
        check_stop()
        level = torch.as_tensor(sigma, dtype=torch.float32, device=x.device).expand(x.shape[0])
        column = level.reshape(-1, 1, 1, 1)
        signal = (1 + column.square()).rsqrt()
        said: Tensor = self.unet(signal * x, self.timestep(level), return_dict=False)[0]
        said = said[:, : x.shape[1]]  # the rest, if any, is a learned variance
        match self.prediction:
            case "epsilon":
                clean = x - column * said
            case "sample":
                clean = said
            case "v_prediction":
                clean = signal.square() * x - column * signal * said
        return clean if self.clip is None else clean.clamp(-self.clip, self.clip)


def from_diffusers(path_or_name: str | Path) -> PretrainedDenoiser:
    """The denoiser of a `DDPMPipeline` (or one like it: `unet` and `scheduler`) or of a bare `UNet2DModel`.

    `path_or_name`: a folder, or the name of a repository on the Hugging Face hub. Weights are read from safetensors
    only. A bare network comes without a schedule: DDPM's own is taken (ε, 1000 steps, β from 1e-4 to 0.02).
    ModelError where there is no such checkpoint, or one that needs a condition, a text or a latent space.
    """
    from diffusers import DDPMScheduler, UNet2DModel  # slow to import

    name = str(path_or_name)
    index = _index(name)
    piped = index.get("_class_name") != "UNet2DModel"
    if piped:
        _check_parts(name, index)
    where: dict[str, Any] = {"subfolder": "unet"} if piped else {}
    shape = _checked_shape(name, _read(name, UNet2DModel.load_config, **where))
    if piped:
        _check_schedule(name, _read(name, DDPMScheduler.load_config, subfolder="scheduler"))
        scheduler = _read(name, DDPMScheduler.from_pretrained, subfolder="scheduler")
    else:
        scheduler = DDPMScheduler(clip_sample=False)
    unet, info = _read(name, UNet2DModel.from_pretrained, **where, use_safetensors=True, output_loading_info=True)
    if info["missing_keys"]:
        raise _unusable(name, f"its weights lack {len(info['missing_keys'])} tensors, {info['missing_keys'][0]} first")
    return PretrainedDenoiser(unet.float(), shape, scheduler).eval()


def _index(name: str) -> Mapping[str, Any]:
    """model_index.json of a pipeline, or config.json of a bare network."""
    from diffusers import DDPMPipeline, UNet2DModel

    if not Path(name).exists() and not _HUB_NAME.fullmatch(name):
        raise ModelError(f"there is no folder {name!r}; give a folder of a diffusers pipeline, or a hub name.")
    folder = Path(name)
    if folder.is_dir() and not (folder / DDPMPipeline.config_name).exists():
        if not (folder / "config.json").exists():
            raise _unusable(name, f"it has neither {DDPMPipeline.config_name} nor config.json")
        return cast(Mapping[str, Any], _read(name, UNet2DModel.load_config))
    return cast(Mapping[str, Any], _read(name, DDPMPipeline.load_config))


def _check_parts(name: str, index: Mapping[str, Any]) -> None:
    parts = {part for part, kind in index.items() if isinstance(kind, list | tuple) and kind[0] is not None}
    if parts != {"unet", "scheduler"}:
        kind = index.get("_class_name", "of no known class")
        raise _unusable(name, f"it is {kind} with parts {', '.join(sorted(parts)) or 'none'}, not unet and scheduler")


def _check_schedule(name: str, config: Mapping[str, Any]) -> None:
    kind, prediction = config.get("_class_name"), config.get("prediction_type", "epsilon")
    if "beta_schedule" not in config or prediction not in get_args(Prediction):
        known = ", ".join(get_args(Prediction))
        raise _unusable(name, f"its scheduler is {kind} predicting {prediction!r}, not one of β's and {known}")


def _checked_shape(name: str, config: Mapping[str, Any]) -> tuple[int, int, int]:
    """(C, h, w) of the network's images."""
    kind, channels, out = config.get("_class_name"), config.get("in_channels", 3), config.get("out_channels", 3)
    if kind != "UNet2DModel" or config.get("class_embed_type") or config.get("num_class_embeds"):
        raise _unusable(name, f"its network is a {kind} that may need a condition, not an unconditional UNet2DModel")
    if out not in (channels, 2 * channels):
        raise _unusable(name, f"its network makes {out} channels of {channels}")
    side = config.get("sample_size")
    if side is None:
        raise _unusable(name, "its network's config has no sample_size")
    height, width = (side, side) if isinstance(side, int) else side
    return int(channels), int(height), int(width)


def _read(name: str, reader: Any, **options: Any) -> Any:
    """What `reader` finds, its many errors told in one line."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    from safetensors import SafetensorError

    try:
        return reader(name, **options)
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        reason = error
    except (HfHubHTTPError, HFValidationError) as error:
        reason = error
    raise _unusable(name, " ".join(str(reason).split())[:200].rstrip(". ")) from reason


def _unusable(name: str, why: str) -> ModelError:
    return ModelError(
        f"{name!r} cannot be used as a denoiser: {why}; give a folder or hub name of an unconditional DDPMPipeline or "
        "UNet2DModel with safetensors weights."
    )
