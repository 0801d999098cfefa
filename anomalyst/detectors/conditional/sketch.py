"""The sketch first: text encoder and sketch learn E[x₀ | y] before the denoiser sees any noise.

It is the denoiser's limit at σ → ∞, costs a hundredth of a step of the U-Net, and leaves a text encoder that tells
words, and what they say together, apart; one that starts beside an untrained U-Net soon gives all of them one
embedding, as the U-Net at first does better without any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.text import Condition, Tokens
from anomalyst.detectors.training.draws import batch_index, random_source
from anomalyst.detectors.training.loop import Pace, Run, Task
from anomalyst.detectors.training.precision import Precision, matrix_products

if TYPE_CHECKING:
    from accelerate import Accelerator

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
) -> None:
    """Train the sketch, and the text encoder if it learns, in place, where all are; every process on whole batches."""
    from accelerate import Accelerator  # slow to import

    def loss(step: int) -> Tensor:
        generator = random_source(pictures.device, seed, "sketch", step)
        index = batch_index(len(pictures), min(BATCH, len(pictures)), seed, step).to(pictures.device)
        clean = denoiser.centred(pictures[index].float() / 255)
        with matrix_products(precision, pictures.device):
            return sketch_loss(denoiser, clean, denoiser.given(_some_left_out(denoiser, tokens.rows(index), generator)))

    if denoiser.sketch is not None:
        accelerator = Accelerator(mixed_precision="no")
        Run(SketchTask(denoiser.sketch, denoiser.text, loss, steps, accelerator), accelerator).go()


class SketchTask(Task):
    """A sketch and a text encoder that learn, and nothing else of their denoiser."""

    fused = True

    def __init__(
        self, sketch: nn.Module, text: nn.Module, loss: Callable[[int], Tensor], steps: int, accelerator: Accelerator
    ) -> None:
        super().__init__(Pace(steps, steps, steps, WARM_UP, RATE, ema=0.0, clip=CLIP, least=0.0), accelerator)
        self.sketch, self.text, self.loss = sketch, text, loss

    def forward(self, step: int) -> Tensor:
        """The loss of a step's batch."""
        return self.loss(step)

    def groups(self) -> list[tuple[list[nn.Parameter], float]]:
        """The sketch, and at its own share of the learning rate what reads, if it learns."""
        parts = (self.sketch, 1.0), (self.text, TEXT_RATE / RATE)
        return [([p for p in part.parameters() if p.requires_grad], share) for part, share in parts]


def _some_left_out(denoiser: ConditionalDenoiser, tokens: Tokens, generator: torch.Generator) -> Tokens:
    count = len(tokens)
    chance, some = torch.rand(2, count, generator=generator, device=generator.device)
    chosen = (chance * (tokens.word.max(1).values + 1)).long()
    return denoiser.text.without(tokens, (tokens.word == chosen[:, None]) & (some < WORD_LEFT_OUT)[:, None])
