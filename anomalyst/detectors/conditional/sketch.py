"""The sketch first: text encoder and sketch learn E[x₀ | y] before the denoiser sees any noise.

It is the denoiser's limit at σ → ∞, costs a hundredth of a step of the U-Net, and leaves a text encoder that tells
words, and what they say together, apart; one that starts beside an untrained U-Net soon gives all of them one
embedding, as the U-Net at first does better without any.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.text import Condition, Tokens
from anomalyst.detectors.training.draws import batch_index, random_source
from anomalyst.detectors.training.precision import Precision, matrix_products

BATCH = 256
RATE, TEXT_RATE, WARM_UP, CLIP = 5e-3, 1e-3, 50, 1.0
WORD_LEFT_OUT = 0.3  # share of texts of which one word is left out


def sketch_loss(denoiser: ConditionalDenoiser, clean: Tensor, said: Condition) -> Tensor:
    """mean (E[x₀ | y] − x₀)²: the loss of denoising where noise hides all; scalar, 0 where a prior is the sketch."""
    if denoiser.sketch is None:
        return clean.new_zeros(())
    return (denoiser.sketched(said) - clean).square().mean()


def learn_sketch(
    denoiser: ConditionalDenoiser, pictures: Tensor, tokens: Tokens, steps: int, seed: int, precision: Precision
) -> float:
    """Train the sketch, and the text encoder if it learns, in place, where all are; returns the last batch's loss."""
    if denoiser.sketch is None:
        return math.nan
    parts = (denoiser.sketch, RATE), (denoiser.text, TEXT_RATE)
    rated = [([p for p in part.parameters() if p.requires_grad], rate) for part, rate in parts]
    learned = [p for own, _ in rated for p in own]
    groups = [{"params": own, "peak": rate} for own, rate in rated if own]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01, fused=True)
    last, device = math.nan, pictures.device
    for step in range(steps):
        generator = random_source(device, seed, "sketch", step)
        index = batch_index(len(pictures), min(BATCH, len(pictures)), seed, step).to(device)
        clean = denoiser.centred(pictures[index].float() / 255)
        with matrix_products(precision, device):
            loss = sketch_loss(denoiser, clean, denoiser.given(_some_left_out(denoiser, tokens.rows(index), generator)))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, CLIP)
        for group in optimizer.param_groups:
            warm = min(1.0, (step + 1) / WARM_UP)
            group["lr"] = group["peak"] * warm * math.cos(0.5 * math.pi * step / steps) ** 2
        optimizer.step()
        optimizer.zero_grad()
        last = loss.item()
    return last


def _some_left_out(denoiser: ConditionalDenoiser, tokens: Tokens, generator: torch.Generator) -> Tokens:
    count = len(tokens)
    chance, some = torch.rand(2, count, generator=generator, device=generator.device)
    chosen = (chance * (tokens.word.max(1).values + 1)).long()
    return denoiser.text.without(tokens, (tokens.word == chosen[:, None]) & (some < WORD_LEFT_OUT)[:, None])
