"""The conditional denoiser D(x; σ, y): diffusers' `UNet2DConditionModel` under EDM preconditioning, y a text.

    D(x; σ, y) = c_skip x + c_out F(c_in x, ln(σ)/4, y)         (Karras et al. 2022, arXiv 2206.00364, Table 1)

The text enters twice: its token embeddings by cross attention, and a summary of it (the first token, which BERT reads
as one, beside the mean of all) together with the noise level, which scales and shifts every residual block. Pictures
are float32 (B, 3, h, w) in [0, 1] outside; the network sees x = (picture − mean) / deviation, of deviation 1, with
4 × 4 pixels folded into channels, and beside them where each stands: cos kπu and cos kπv (Liu et al. 2018, arXiv
1807.03247), without which words for places are slow to learn, and what the text alone leads one to expect: a sketch,
learned to be E[x₀ | y] = D(x; ∞, y), so that text and picture can be compared place by place. Information in nats does
not change under such a map.

With a `TextPrior` x is not a picture but a map of features, the prior's D stands in the place of c_skip x and its mean
in that of the sketch, and c_in, c_out are those that keep F's input and target at variance 1 under it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from anomalyst.detectors.conditional.prior import PriorSize, TextPrior
from anomalyst.detectors.conditional.text import Condition, TextEncoder, Tokens
from anomalyst.detectors.denoisers.contract import Denoiser, per_sample
from anomalyst.errors import InputError, ModelError
from anomalyst.stopping import check_stop

SKETCH_RANK = 64  # of the sketch: directions in which pictures may differ by their texts
NOISE_SCALE = 40.0  # of ln(σ)/4 before the sinusoids, as in networks.py
CONFIG, WEIGHTS, TEXT = "config.json", "denoiser.safetensors", "text"


@dataclass(frozen=True)
class ConditionalConfig:
    """What a conditional denoiser is made of; JSON values only.

    `shape`: (h, w) of a picture; `widths`: channels of the levels from fine to coarse; `attention`: which levels ask
    the text; `coordinates`: largest k of the cosines; `mean`, `deviation`: of the training pictures' values.
    [`sigma_min`, `sigma_max`]: noise levels in units of `deviation`; in training ln σ ~ N(`p_mean`, `p_std`²), where
    composition is decided: well above fine detail. `channels` of a picture, or of a map if there is a `prior`.
    """

    shape: tuple[int, int] = (32, 32)
    widths: tuple[int, ...] = (64, 128)
    attention: tuple[bool, ...] = (False, True)
    layers: int = 1
    patch: int = 4
    coordinates: int = 4
    mean: float = 0.8
    deviation: float = 0.2
    sigma_min: float = 0.5
    sigma_max: float = 80.0
    p_mean: float = 1.6
    p_std: float = 0.9
    channels: int = 3
    prior: PriorSize | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.prior, Mapping):
            object.__setattr__(self, "prior", PriorSize(**self.prior))
        for name in ("shape", "widths", "attention"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        factor = self.patch * 2 ** (len(self.widths) - 1)
        if len(self.attention) != len(self.widths) or not any(self.attention):
            raise InputError(
                f"got attention {self.attention!r} for widths {self.widths!r}; one each, one at least true."
            )
        if any(width % 8 for width in self.widths) or any(side % factor for side in self.shape):
            raise InputError(
                f"got shape {self.shape!r} and widths {self.widths!r}; sides must be multiples of {factor}, "
                "widths of 8."
            )
        if not 0 < self.sigma_min < self.sigma_max or min(self.deviation, self.p_std) <= 0:
            raise InputError("sigma_min, deviation and p_std must be above 0, and sigma_min below sigma_max.")


class ConditionalDenoiser(nn.Module):
    """D(x; σ, y) ≈ E[x₀ | x₀ + σ n = x, y], learned with its text encoder. x: float32 (B, channels, h, w) in units of
    `deviation` around `mean`, or latents of the prior."""

    places: Tensor
    prior: TextPrior | None
    sketch: nn.Module | None

    def __init__(self, settings: ConditionalConfig, text: TextEncoder) -> None:
        super().__init__()
        self.settings, self.text = settings, text
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.unet = _unet(settings, text.width)
            size = settings.channels * settings.shape[0] * settings.shape[1]
            self.prior = None if settings.prior is None else TextPrior(settings.prior, size)
            self.sketch = None if self.prior is not None else _sketch(2 * text.width, size)
        self.register_buffer("places", _places(settings), persistent=False)
        self.moved("cpu")

    def forward(self, x: Tensor, sigma: Tensor, condition: Condition) -> Tensor:
        """D(x; σ, y), same shape as `x`; one σ (B,) and one text for each."""
        check_stop()
        expected = self.sketched(condition)
        if self.prior is None:
            total = per_sample(sigma, x).square() + 1
            return x / total + per_sample(sigma, x) * total.rsqrt() * self._told(
                x * total.rsqrt(), sigma, condition, expected
            )
        return self._from_prior(self.prior, x, sigma, condition, expected)

    def _from_prior(self, prior: TextPrior, x: Tensor, sigma: Tensor, condition: Condition, expected: Tensor) -> Tensor:
        """D where a prior knows most of it: what noise adds beside its axes is left out on the way in and out."""
        start = prior.denoised(prior.inward(x), sigma, prior.mean(condition), condition)
        if not self.training and self.idle:
            return prior.outward(start, x.shape)
        noise = per_sample(sigma, x)
        inside = prior.outward(prior.inward(x), x.shape)
        told = self._told(inside * (1 + noise.square() / prior.power).rsqrt(), sigma, condition, expected)
        correction = prior.inward(noise * (prior.power + noise.square()).rsqrt() * told)
        return prior.outward(start + correction, x.shape)

    def _told(self, seen: Tensor, sigma: Tensor, condition: Condition, expected: Tensor) -> Tensor:
        """F: what the network answers, same shape as `seen`."""
        patch = self.settings.patch
        folded, hoped = functional.pixel_unshuffle(seen, patch), functional.pixel_unshuffle(expected, patch)
        placed = torch.cat([folded, self.places.expand(len(seen), -1, -1, -1), hoped], 1)
        out = self.unet(
            placed.contiguous(memory_format=torch.channels_last),
            NOISE_SCALE * sigma.log() / 4,
            condition.tokens,
            class_labels=condition.summary,
            encoder_attention_mask=condition.mask,
            return_dict=False,
        )[0]
        unfolded: Tensor = functional.pixel_shuffle(out.float(), patch)
        return unfolded

    def moved(self, device: torch.device | str) -> Self:
        """This denoiser on another device, asking texts in the way that is fastest there."""
        from diffusers.models.attention_processor import AttnProcessor, AttnProcessor2_0  # slow to import

        # torch's fused attention takes many times as long backwards on a CPU as plain matrix products.
        fused = torch.device(device).type == "cuda"
        self.unet.set_attn_processor(AttnProcessor2_0() if fused else AttnProcessor())  # type: ignore[operator]
        return self.to(device)

    @property
    def idle(self) -> bool:
        """Whether the network adds nothing to the prior: its last layer is 0, as before training."""
        last = self.unet.get_parameter("conv_out.weight"), self.unet.get_parameter("conv_out.bias")
        return self.prior is not None and not any(bool(part.any()) for part in last)

    def sketched(self, condition: Condition) -> Tensor:
        """What each text alone leads one to expect, E[x₀ | y] as far as learned: (B, channels, h, w)."""
        shape = torch.Size((len(condition.said), self.settings.channels, *self.settings.shape))
        if self.prior is not None:
            return self.prior.outward(self.prior.mean(condition), shape)
        assert self.sketch is not None
        drawn: Tensor = self.sketch(condition.summary)
        return drawn.float().reshape(shape)

    def own_state(self) -> dict[str, Tensor]:
        """The weights without those of the text encoder."""
        return {name: value for name, value in self.state_dict().items() if not name.startswith("text.")}

    def load_own_state(self, state: Mapping[str, Tensor]) -> None:
        """Restore what `own_state` gave, in whatever precision. Raises RuntimeError for other weights."""
        mine = self.own_state()
        if set(mine) != set(state):
            raise RuntimeError(f"got weights of {len(state)} parts where this denoiser has {len(mine)}")
        self.load_state_dict(dict(state), strict=False)

    def bind(self, condition: Condition) -> Denoiser:
        """D(x; σ) under a fixed condition: of one text for any batch, or of as many texts as the batch has samples."""

        def bound(x: Tensor, sigma: Tensor) -> Tensor:
            if len(condition.tokens) not in (1, len(x)):
                raise InputError(f"got {len(condition.tokens)} texts for {len(x)} samples; give one, or one for each.")
            denoised: Tensor = self(x, sigma, condition.expand(len(x)))
            return denoised

        return bound

    def given(self, texts: Sequence[str] | Tokens) -> Condition:
        """Texts, or tokens made by `self.text`, as a condition."""
        encoded: Condition = self.text(texts if isinstance(texts, Tokens) else self.text.read(texts))
        return encoded

    def centred(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, h, w) in [0, 1] to what the denoiser works on. Raises InputError for another shape."""
        wanted = (self.settings.channels, *self.settings.shape)
        if pictures.ndim != 4 or tuple(pictures.shape[1:]) != wanted:
            raise InputError(f"got pictures of shape {tuple(pictures.shape)}; this model takes (B, *{wanted}).")
        return (pictures.float() - self.settings.mean) / self.settings.deviation

    def loss_weight(self, sigma: Tensor) -> Tensor:
        """λ(σ) = 1 / c_out²: (B,)."""
        return 1 + (1 if self.prior is None else self.prior.power) / sigma.square()

    def sigma_quantile(self, u: Tensor) -> Tensor:
        """The training distribution of σ: u in (0, 1) → σ, same shape."""
        known = self.settings
        sigma: Tensor = (known.p_mean + known.p_std * torch.special.ndtri(u)).exp()
        return sigma.clamp(known.sigma_min, known.sigma_max)

    def save_pretrained(self, folder: str | Path, half: bool = False) -> None:
        """Write config.json, denoiser.safetensors and text/, the last in the format of `transformers`.

        `half`: weights in float16, half the size; what is loaded computes in float32 all the same.
        """
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        (path / CONFIG).write_text(json.dumps(asdict(self.settings), indent=1) + "\n", encoding="utf-8")
        kept = torch.float16 if half else torch.float32
        weights = {
            name: (value.detach().cpu().to(kept) if value.is_floating_point() else value.cpu()).contiguous()
            for name, value in self.own_state().items()
        }
        save_file(weights, path / WEIGHTS)
        self.text.save_pretrained(path / TEXT, half)

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Self:
        """What `save_pretrained` wrote: equal weights, equal answers, in eval mode. Raises ModelError if unreadable."""
        path = Path(folder)
        try:
            known: Mapping[str, Any] = json.loads((path / CONFIG).read_text(encoding="utf-8"))
            denoiser = cls(ConditionalConfig(**known), TextEncoder.from_pretrained(path / TEXT, trainable=True))
            denoiser.load_own_state(load_file(path / WEIGHTS))
        except (OSError, ValueError, TypeError, RuntimeError, SafetensorError, InputError) as error:
            raise ModelError(f"{str(folder)!r} holds no conditional denoiser ({error}); train it again.") from error
        return denoiser.eval().requires_grad_(False)


def _sketch(width: int, size: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, SKETCH_RANK), nn.SiLU(), nn.Linear(SKETCH_RANK, size))


def _places(settings: ConditionalConfig) -> Tensor:
    """The cosines of where each folded pixel stands: (1, 2 · coordinates, h / patch, w / patch)."""
    rows, columns = ((torch.arange(side // settings.patch) + 0.5) / (side // settings.patch) for side in settings.shape)
    waves = torch.pi * torch.arange(1, settings.coordinates + 1).reshape(-1, 1, 1)
    shape = (settings.coordinates, len(rows), len(columns))
    down = torch.cos(waves * rows[:, None]).expand(shape)
    right = torch.cos(waves * columns[None]).expand(shape)
    return torch.cat([down, right])[None]


def _unet(settings: ConditionalConfig, text_width: int) -> nn.Module:
    from diffusers import UNet2DConditionModel  # slow to import

    channels = settings.channels * settings.patch**2
    asked = ["CrossAttn" if asks else "" for asks in settings.attention]
    unet = UNet2DConditionModel(
        sample_size=settings.shape[0] // settings.patch,
        in_channels=2 * (channels + settings.coordinates),
        out_channels=channels,
        block_out_channels=settings.widths,
        layers_per_block=settings.layers,
        down_block_types=tuple(f"{kind}DownBlock2D" for kind in asked),
        up_block_types=tuple(f"{kind}UpBlock2D" for kind in reversed(asked)),
        mid_block_type=None,
        cross_attention_dim=text_width,
        attention_head_dim=4,  # diffusers takes it for the number of heads
        norm_num_groups=8,
        resnet_time_scale_shift="scale_shift",
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * text_width,
    )
    nn.init.zeros_(unet.conv_out.weight)
    nn.init.zeros_(unet.conv_out.bias)
    moved: nn.Module = unet.to(memory_format=torch.channels_last)
    return moved
