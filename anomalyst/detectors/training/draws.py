"""What training draws: batches, noise levels and the fixed held-out noise, each from the seed and the step's number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.sampling.noises import Draw, gaussian

# A held-out loss rests on so many noisy samples at least and at most; between, on so many elements: small samples are
# cheap, and each says little.
HELD_OUT_DRAWS = (64, 2048)
HELD_OUT_ELEMENTS = 2**17


def random_source(device: torch.device | str, *names: object) -> torch.Generator:
    """A generator that depends on `names` (seed, what it is for, step) and nothing else."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:7], "big"))


@lru_cache(maxsize=4)
def _order(count: int, seed: int, epoch: int) -> Tensor:
    """The order of the samples in one epoch."""
    return torch.randperm(count, generator=random_source("cpu", seed, "epoch", epoch))


def batch_index(count: int, batch: int, seed: int, step: int) -> Tensor:
    """Which samples step `step` sees: (batch,). Epoch follows epoch without a gap."""
    parts, place, last = list[Tensor](), step * batch, (step + 1) * batch
    while place < last:
        epoch, start = divmod(place, count)
        parts.append(_order(count, seed, epoch)[start : start + last - place])
        place += len(parts[-1])
    return torch.cat(parts)


def stratified(count: int, generator: torch.Generator) -> Tensor:
    """`count` numbers in (0, 1), one in each `count`-th, so that every batch sees all noise levels."""
    device = generator.device
    u = (torch.arange(count, device=device) + torch.rand(count, generator=generator, device=device)) / count
    return u.clamp(1e-6, 1 - 1e-6)


def denoising_losses(
    model: Callable[[Tensor, Tensor], Tensor], denoiser: NeuralDenoiser, clean: Tensor, noise: Tensor, sigma: Tensor
) -> Tensor:
    """λ(σ) mean (D(x₀ + σn; σ) − x₀)² of each sample: (B,). `model` is the denoiser, maybe wrapped."""
    noisy = clean + sigma.reshape(-1, *[1] * (clean.ndim - 1)) * noise
    return denoiser.loss_weight(sigma) * (model(noisy, sigma) - clean).square().flatten(1).mean(1)


class HeldOut:
    """Noisy held-out samples, drawn once, so that losses of different weights, steps and trainings compare."""

    def __init__(self, denoiser: NeuralDenoiser, held_out: Tensor, chunk: int, draw: Draw = gaussian) -> None:
        generator = random_source("cpu", "held out")
        elements = max(1, held_out[:1].numel())
        least = min(max(HELD_OUT_DRAWS[0], HELD_OUT_ELEMENTS // elements), HELD_OUT_DRAWS[1])
        most = max(2 * HELD_OUT_DRAWS[0], least)
        draws = min(max(least, len(held_out)), most) if len(held_out) else 0
        picked = (torch.arange(draws) * len(held_out) / max(draws, 1)).long()
        u = stratified(draws, generator)[torch.randperm(draws, generator=generator)] if draws else torch.empty(0)
        self.clean, self.sigma, self.chunk = held_out[picked], denoiser.sigma_quantile(u), chunk
        self.noise = draw(tuple(self.clean.shape), generator) if draws else torch.empty_like(self.clean)

    @torch.no_grad()
    def loss(self, denoiser: NeuralDenoiser, device: torch.device) -> float:
        """The mean loss of `denoiser`, which is on `device`."""
        parts = [
            denoising_losses(denoiser, denoiser, *(part.to(device) for part in batch)).cpu()
            for batch in zip(*(x.split(self.chunk) for x in (self.clean, self.noise, self.sigma)), strict=True)
        ]
        return float(torch.cat(parts).mean())
