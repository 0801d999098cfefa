"""The networks F(x, c_noise) inside a neural denoiser: a 2-D U-Net, a 1-D U-Net and an MLP, each in two sizes.

Each maps x of shape (B, C, *grid) and c_noise of shape (B,) to the shape of x. c_noise is ln(σ)/4, as in EDM
(Karras et al. 2022, arXiv 2206.00364, Table 1). The last layer starts at zero, so that an untrained denoiser is its
skip connection.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from anomalyst.errors import InputError

Kind = Literal["unet2d", "unet1d", "mlp"]
Size = Literal["small", "base"]

GROUPS = 8
# Sinusoids see c_noise times this: the fastest turns 10 radians per e-fold of σ, so that neighbouring noise levels are
# told apart while a value between two seen ones is still interpolated.
NOISE_SCALE = 40.0


@dataclass(frozen=True)
class _Plan:
    """Widths of the levels (from fine to coarse), residual layers per level, attention at the coarsest level."""

    widths: tuple[int, ...]
    layers: int
    attention: bool


_PLANS: dict[tuple[Kind, Size], _Plan] = {
    ("unet2d", "small"): _Plan((32, 64, 64), 1, False),
    ("unet2d", "base"): _Plan((64, 128, 192, 256), 2, True),
    ("unet1d", "small"): _Plan((32, 64, 64), 1, False),
    ("unet1d", "base"): _Plan((64, 128, 256), 2, False),
    ("mlp", "small"): _Plan((128,), 3, False),
    ("mlp", "base"): _Plan((512,), 6, False),
}


def build(kind: Kind, size: Size, channels: int, shape: tuple[int, ...]) -> nn.Module:
    """A network for x of shape (B, channels, *shape); `shape` is (h, w), (L,) or () for the three kinds.

    The U-Nets take any grid: it is padded to a multiple of the down-sampling factor inside, and cropped after.
    """
    axes: dict[Kind, int] = {"unet2d": 2, "unet1d": 1, "mlp": 0}
    if kind not in axes or size not in get_args(Size):
        raise InputError(
            f"got network {kind!r} of size {size!r}; kinds are {', '.join(axes)}, sizes {', '.join(get_args(Size))}."
        )
    if channels < 1 or len(shape) != axes[kind] or any(length < 1 for length in shape):
        raise InputError(
            f"got {channels} channels on a grid {shape!r} for {kind!r}; it takes a positive number of channels "
            f"on {axes[kind]} grid axes."
        )
    plan = _PLANS[kind, size]
    if kind == "mlp":
        return MLP(channels, plan.widths[0], plan.layers)
    plan = _Plan(_widened(plan.widths, channels), plan.layers, plan.attention)
    return UNet2d(channels, plan, _patch(size, channels, shape)) if kind == "unet2d" else UNet1d(channels, plan)


def _patch(size: Size, channels: int, shape: tuple[int, ...]) -> int:
    """Side of the patches folded into channels: a small network sees 2 × 2 pixels of a picture as one, at a quarter of
    the cost (Hoogeboom et al. 2023, arXiv 2301.11093, Sec. 3)."""
    return 2 if size == "small" and channels <= 4 and min(shape) >= 32 else 1


def _widened(widths: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """No level narrower than 4/3 of the channels (at most 128): a narrower one cannot carry the noise of them all."""
    floor = min(128, GROUPS * math.ceil(channels * 4 / 3 / GROUPS))
    return tuple(max(floor, width) for width in widths)


def _pad(x: Tensor, factor: int) -> Tensor:
    """Repeat the last values of each grid axis until it is a multiple of `factor`."""
    missing = [(-length) % factor for length in x.shape[2:]]
    if not any(missing):
        return x
    return functional.pad(x, [pad for need in reversed(missing) for pad in (0, need)], mode="replicate")


def _zero(layer: nn.Module) -> None:
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


class UNet2d(nn.Module):
    """diffusers' `UNet2DModel` on any grid: (B, C, h, w) → (B, C, h, w)."""

    def __init__(self, channels: int, plan: _Plan, patch: int) -> None:
        super().__init__()
        from diffusers import UNet2DModel  # slow to import

        plain = len(plan.widths) - 1
        last = "Attn" if plan.attention else ""
        self.patch = patch
        self.factor: int = patch * 2**plain
        self.unet = UNet2DModel(
            in_channels=channels * patch**2,
            out_channels=channels * patch**2,
            block_out_channels=plan.widths,
            layers_per_block=plan.layers,
            down_block_types=(*["DownBlock2D"] * plain, f"{last}DownBlock2D"),
            up_block_types=(f"{last}UpBlock2D", *["UpBlock2D"] * plain),
            add_attention=plan.attention,
            norm_num_groups=GROUPS,
            resnet_time_scale_shift="scale_shift",
        )
        _zero(self.unet.conv_out)

    def forward(self, x: Tensor, c_noise: Tensor) -> Tensor:
        """F(x, c_noise)."""
        folded = functional.pixel_unshuffle(_pad(x, self.factor), self.patch)
        out: Tensor = self.unet(folded, NOISE_SCALE * c_noise, return_dict=False)[0]
        return functional.pixel_shuffle(out, self.patch)[..., : x.shape[-2], : x.shape[-1]]


class NoiseEmbedding(nn.Module):
    """Sinusoids of c_noise, then two layers: (B,) → (B, width). Frequencies fall from NOISE_SCALE to 0.04."""

    frequencies: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", NOISE_SCALE * torch.logspace(0, -3, 16), persistent=False)
        self.layers = nn.Sequential(nn.Linear(32, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())

    def forward(self, c_noise: Tensor) -> Tensor:
        """The embedding of each noise level."""
        angles = c_noise[:, None] * self.frequencies
        out: Tensor = self.layers(torch.cat([angles.sin(), angles.cos()], -1))
        return out


class ResidualBlock1d(nn.Module):
    """Two convolutions, the second scaled and shifted by the noise level: (B, wide_in, L) → (B, wide_out, L)."""

    def __init__(self, wide_in: int, wide_out: int, embedding: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(GROUPS, wide_in), nn.SiLU(), nn.Conv1d(wide_in, wide_out, 3, padding=1))
        self.norm = nn.GroupNorm(GROUPS, wide_out)
        self.modulation = nn.Linear(embedding, 2 * wide_out)
        self.second = nn.Sequential(nn.SiLU(), nn.Conv1d(wide_out, wide_out, 3, padding=1))
        self.skip = nn.Conv1d(wide_in, wide_out, 1) if wide_in != wide_out else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """The input plus what the two convolutions add, over √2 so that the variance stays."""
        scale, shift = self.modulation(embedding)[..., None].chunk(2, 1)
        added = self.second(self.norm(self.first(x)) * (1 + scale) + shift)
        out: Tensor = (self.skip(x) + added) * math.sqrt(0.5)
        return out


class UNet1d(nn.Module):
    """A residual U-Net over time, all channels together: (B, C, L) → (B, C, L), any L (Ronneberger et al. 2015)."""

    def __init__(self, channels: int, plan: _Plan) -> None:
        super().__init__()
        widths, wide = plan.widths, 4 * plan.widths[0]
        self.factor = 2 ** (len(widths) - 1)
        self.embedding = NoiseEmbedding(wide)
        self.entry = nn.Conv1d(channels, widths[0], 3, padding=1)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        self.up, self.grow = nn.ModuleList(), nn.ModuleList()
        now = widths[0]
        for level, width in enumerate(widths):
            if level:
                self.shrink.append(nn.Conv1d(now, now, 3, stride=2, padding=1))
            self.down.append(_blocks(now, width, wide, plan.layers))
            now = width
        self.middle = _blocks(now, now, wide, 2)
        for width in reversed(widths):
            self.up.append(_blocks(now + width, width, wide, plan.layers))
            now = width
        self.grow.extend(nn.Conv1d(width, width, 3, padding=1) for width in reversed(widths[1:]))
        self.leave = nn.Sequential(nn.GroupNorm(GROUPS, now), nn.SiLU(), nn.Conv1d(now, channels, 3, padding=1))
        _zero(self.leave[-1])

    def forward(self, x: Tensor, c_noise: Tensor) -> Tensor:
        """F(x, c_noise)."""
        embedding = self.embedding(c_noise)
        hidden = self.entry(_pad(x, self.factor))
        kept: list[Tensor] = []
        for level, blocks in enumerate(self.down):
            hidden = self.shrink[level - 1](hidden) if level else hidden
            hidden = _run(blocks, hidden, embedding)
            kept.append(hidden)
        hidden = _run(self.middle, hidden, embedding)
        for level, blocks in enumerate(self.up):
            hidden = self.grow[level - 1](functional.interpolate(hidden, scale_factor=2)) if level else hidden
            hidden = _run(blocks, torch.cat([hidden, kept.pop()], 1), embedding)
        out: Tensor = self.leave(hidden)
        return out[..., : x.shape[-1]]


def _blocks(wide_in: int, wide_out: int, embedding: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(ResidualBlock1d(wide_out if i else wide_in, wide_out, embedding) for i in range(count))


def _run(blocks: nn.Module, hidden: Tensor, embedding: Tensor) -> Tensor:
    assert isinstance(blocks, nn.ModuleList)
    for block in blocks:
        hidden = block(hidden, embedding)
    return hidden


class MLP(nn.Module):
    """Residual layers for plain vectors, each scaled and shifted by the noise level: (B, d) → (B, d)."""

    def __init__(self, channels: int, width: int, layers: int) -> None:
        super().__init__()
        self.embedding = NoiseEmbedding(width)
        self.entry = nn.Linear(channels, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(layers))
        self.modulations = nn.ModuleList(nn.Linear(width, 2 * width) for _ in range(layers))
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)) for _ in range(layers)
        )
        self.leave = nn.Linear(width, channels)
        _zero(self.leave)

    def forward(self, x: Tensor, c_noise: Tensor) -> Tensor:
        """F(x, c_noise)."""
        embedding, hidden = self.embedding(c_noise), self.entry(x)
        for norm, modulation, layer in zip(self.norms, self.modulations, self.layers, strict=True):
            scale, shift = modulation(embedding).chunk(2, -1)
            hidden = hidden + layer(norm(hidden) * (1 + scale) + shift)
        out: Tensor = self.leave(hidden)
        return out
