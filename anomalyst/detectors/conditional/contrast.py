"""False texts in training: what the picture speaks against must be harder to denoise by than what is true or unsaid.

Each picture meets, under the same noise, its true text y, a false one y′, and y without the words in which they differ,
y∖w. Three losses are added to that of denoising: − log of the odds of y against y′, of y∖w against y′, and of y against
y∖w, as one noise level tells them, softplus(−c [‖D(x_σ; y′) − x‖² − ‖D(x_σ; y) − x‖²] / σ²), c the width of ln σ. These
are the integrands of i(x; y) − i(x; y′), −i(x; w′ | y∖w) and i(x; w | y∖w), which the exact denoiser makes large by
itself; a small network, trained briefly, is slow to learn a word that tells little of the pixels ("left of"), and this
points it there. In some of the false texts another word is left out: a true word beside a false one then tells more
than the false one. All this bends D, most of all for false texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.conditional.text import TextEncoder, Tokens
from anomalyst.errors import InputError


@dataclass(frozen=True)
class FalseTexts:
    """The false texts of all pictures, one after the other; those of picture i are `count[i]` from `start[i]` on."""

    tokens: Tokens
    start: Tensor
    count: Tensor

    @classmethod
    def of(cls, tokens: Tokens, texts: Sequence[Sequence[str]]) -> FalseTexts:
        """From the tokens of all of them. Raises InputError for a picture without one."""
        count = torch.tensor([len(own) for own in texts])
        if not bool((count > 0).all()):
            raise InputError("each picture needs a false text; give one or more for each.")
        return cls(tokens, count.cumsum(0) - count, count)

    def to(self, device: torch.device | str) -> FalseTexts:
        """The same on another device."""
        return FalseTexts(self.tokens.to(device), self.start.to(device), self.count.to(device))

    def draw(self, index: Tensor, generator: torch.Generator) -> Tokens:
        """One false text for each of these pictures."""
        chance = torch.rand(len(index), generator=generator, device=generator.device)
        return self.tokens.rows(self.start[index] + (chance * self.count[index]).long())


def unsaid(text: TextEncoder, true: Tokens, false: Tokens) -> tuple[Tokens, Tensor]:
    """The true texts without the words in which they differ from the false ones, and the tokens of these, bool."""
    differs = (true.ids != false.ids) & (true.word >= 0)
    same_word = true.word[:, :, None] == true.word[:, None, :]
    gone = (same_word & differs[:, None]).any(-1) & (true.word >= 0)
    return text.without(true, gone), gone


def with_gaps(text: TextEncoder, false: Tokens, keep: Tensor, share: float, generator: torch.Generator) -> Tokens:
    """The false texts, in a `share` of them one word left out that is not among the tokens `keep`."""
    count, length = false.ids.shape
    free = (false.word >= 0) & ~keep
    chance = torch.rand(count, length + 1, generator=generator, device=generator.device)
    place = torch.where(free, chance[:, 1:], -1.0).argmax(1, keepdim=True)
    word = false.word.gather(1, place)
    some = chance[:, :1] < share
    return text.without(false, free & (false.word == word) & some)


def odds_loss(true: Tensor, false: Tensor, sigma: Tensor, width: float) -> Tensor:
    """− log of the odds of the true texts from squared errors, summed over all elements: scalar; `width`: c."""
    return functional.softplus(-width * (false - true) / sigma.square()).mean()
