"""What a text tells of a picture, word by word and pixel by pixel, in nats, with error bars.

With p(x | y) and p(x | y∖w), w left out, behind one conditional denoiser (Kong et al., ICLR 2024, arXiv 2310.07972):

    i(x; y)        = ∫ E[ ‖D(x_σ) − x‖² − ‖D(x_σ | y) − x‖² ] / σ²  d ln σ         the pair
    i(x; w | y∖w)  = ∫ E[ ‖D(x_σ | y∖w) − x‖² − ‖D(x_σ | y) − x‖² ] / σ²  d ln σ   a word given the rest, which is
                   = i(x; y) − i(x; y∖w)                                             leave-one-out, by the chain rule

All conditions of a picture meet the same noise at the same levels, so that what is common to them cancels. The levels
are drawn from a density q over ln σ and each counts 1/q, one in each equal part of q's mass (stratified importance
sampling); q follows the integrand, so few levels do. The error bar is the standard error over independent draws of all
of it, levels and noise: it covers the quadrature too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from anomalyst.detectors.conditional.text import Condition, TextEncoder, TextWord, Tokens
from anomalyst.detectors.noise import gaussian_like
from anomalyst.detectors.training.precision import matrix_products
from anomalyst.errors import InputError

# D(x; σ, y_k) for x (B, *axes), σ (B,) and the number k of each row's condition, (B,).
Conditioned = Callable[[Tensor, Tensor, Tensor], Tensor]


class TextDenoiser(Protocol):
    """A denoiser that reads texts: `ConditionalDenoiser`, `PipelineDenoiser`."""

    text: TextEncoder

    def centred(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, h, w) in [0, 1] to what is denoised."""

    def given(self, texts: Sequence[str] | Tokens) -> Condition:
        """Texts as a condition."""

    def __call__(self, x: Tensor, sigma: Tensor, condition: Condition) -> Tensor:
        """D(x; σ, y)."""


MIXED_IN = 0.1  # share of q that is uniform: no level is ever so rare that it counts for too much
CHUNK = 256  # rows that the network sees at once


@dataclass(frozen=True)
class Levels:
    """Where to look: q(ln σ) is a normal of `mean` and `spread` with a little uniform mass, on [`least`, `most`].

    What lies beyond is left out of the integral: it should reach from well below to well above the data's deviation.
    """

    mean: float = 1.9
    spread: float = 1.0
    least: float = math.log(1.0)
    most: float = math.log(60.0)

    def __post_init__(self) -> None:
        if not self.least < self.most or self.spread <= 0:
            raise InputError(f"got levels {self!r}; least must be below most, and spread above 0.")

    def draw(self, strata: int, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """One σ from each of `strata` equal parts of q's mass, and what each counts, 1 / (strata q): (strata,) each."""
        u = (torch.arange(strata) + torch.rand(strata, generator=generator)) / strata
        grid = torch.linspace(self.least, self.most, 2049, dtype=torch.float64)
        density = self._density(grid)
        steps = (density[1:] + density[:-1]) / 2 * grid.diff()
        mass = torch.cat([steps.new_zeros(1), steps.cumsum(0)])
        above = torch.searchsorted(mass, u.double() * mass[-1]).clamp(1, len(grid) - 1)
        share = (u.double() * mass[-1] - mass[above - 1]) / (mass[above] - mass[above - 1])
        logs = grid[above - 1] + share * (grid[above] - grid[above - 1])
        return logs.exp().float(), (mass[-1] / (strata * self._density(logs))).float()

    def _density(self, logs: Tensor) -> Tensor:
        """q up to a factor."""
        normal = torch.exp(-0.5 * ((logs - self.mean) / self.spread).square()) / (self.spread * math.sqrt(2 * math.pi))
        return (1 - MIXED_IN) * normal + MIXED_IN / (self.most - self.least)


@dataclass(frozen=True)
class Information:
    """`nats`, its standard `error`, and the `map` (*axes without channels) that sums to it: where it comes from."""

    nats: float
    error: float
    map: Tensor


@dataclass(frozen=True)
class WordInformation:
    """A word and its information given the rest of the text: far below 0 where the picture speaks against it."""

    word: TextWord
    given_rest: Information


@dataclass(frozen=True)
class TextInformation:
    """What a text tells of a picture: as a whole, and each known word that claims something, given the rest.

    `surprise`: ∫ E[‖D(x_σ) − x‖²] / σ² d ln σ of the picture without any text, −log p(x) but for what is the same for
    all pictures (Kong et al. 2023, arXiv 2302.03792): far higher for pictures unlike those that were learned.
    """

    pair: Information
    words: tuple[WordInformation, ...]
    surprise: float = 0.0

    @property
    def least_word(self) -> WordInformation | None:
        """The word that is supported least; None for a text without such words."""
        return min(self.words, key=lambda word: word.given_rest.nats, default=None)

    @property
    def against(self) -> tuple[float, float]:
        """What speaks against the pair: minus the information of the whole text, and of its least word (−∞: none).

        A pair whose one word is false still tells much by its others, so the whole alone would not show it.
        """
        least = self.least_word
        return -self.pair.nats, -math.inf if least is None else -least.given_rest.nats


@torch.no_grad()
def conditioned_errors(
    denoiser: Conditioned,
    conditions: int,
    x: Tensor,
    levels: Levels,
    strata: int,
    draws: int,
    generator: torch.Generator | None,
) -> Tensor:
    """∫ ‖D(x_σ | y_k) − x‖² / σ² d ln σ of one sample x (C, *axes) for each condition k, element by element.

    Returns (draws, conditions, *axes), summed over channels: one independent estimate for each draw. Only differences
    between conditions mean anything. `strata` × `draws` × `conditions` rows are denoised. Raises InputError for fewer
    than 2 strata or draws.
    """
    if strata < 2 or draws < 2:
        raise InputError(f"got {strata!r} strata and {draws!r} draws; give 2 or more of each: errors are their spread.")
    told = x.new_zeros(draws, conditions, *x.shape[1:])
    for draw in range(draws):
        sigmas, counts = levels.draw(strata, generator)
        noisy = x + sigmas.reshape(-1, *[1] * x.ndim) * gaussian_like(x.expand(strata, *x.shape), generator)
        level, which = (part.reshape(-1) for part in torch.meshgrid(
            torch.arange(strata), torch.arange(conditions), indexing="ij"
        ))  # fmt: skip
        for rows in torch.arange(len(level)).split(CHUNK):
            at, told_by = level[rows], which[rows]
            error = (denoiser(noisy[at], sigmas[at], told_by) - x).square().sum(1)
            weight = (counts / sigmas.square())[at].reshape(-1, *[1] * (x.ndim - 1))
            told[draw].index_add_(0, told_by, error * weight)
    return told


def gain(errors: Tensor, without: int, given: int) -> Information:
    """What condition `given` tells that `without` does not, from what `conditioned_errors` returned."""
    maps = errors[:, without] - errors[:, given]
    sums = maps.flatten(1).sum(1)
    return Information(float(sums.mean()), float(sums.std() / len(sums) ** 0.5), maps.mean(0))


def text_information(
    denoiser: TextDenoiser,
    picture: Tensor,
    text: str,
    levels: Levels | None = None,
    strata: int = 8,
    draws: int = 4,
    seed: int = 0,
) -> TextInformation:
    """i(x; y) and i(x; w | y∖w) for every known word w of `text` that claims something; `picture`: (3, h, w) in [0, 1].

    Function words ("a", "at", "of") stay in the text but are not judged: leaving one out makes a sentence that nobody
    says, and how the network takes it is no finding. Unknown words are told as [UNK] and are not judged either.
    """
    x = denoiser.centred(picture[None])[0]
    known = [(i, word) for i, word in enumerate(denoiser.text.words(text)) if word.claims and not word.unknown]
    whole = denoiser.text.read([text])
    asked = under_texts(denoiser, variants(denoiser, whole, [i for i, _ in known]))
    generator = torch.Generator().manual_seed(seed)
    errors = conditioned_errors(asked, len(known) + 2, x, levels or Levels(), strata, draws, generator)
    words = tuple(WordInformation(word, gain(errors, 2 + place, 1)) for place, (_, word) in enumerate(known))
    return TextInformation(gain(errors, 0, 1), words, float(errors[:, 0].flatten(1).sum(1).mean()))


def under_texts(denoiser: TextDenoiser, texts: Tokens) -> Conditioned:
    """The denoiser under each of these texts, by number."""
    with torch.no_grad(), matrix_products():
        condition = denoiser.given(texts)

    def asked(noisy: Tensor, sigma: Tensor, which: Tensor) -> Tensor:
        with matrix_products():
            return denoiser(noisy, sigma, condition.of(which)).float()

    return asked


def variants(denoiser: TextDenoiser, whole: Tokens, words: list[int]) -> Tokens:
    """The null text, the whole text, and the text without each of `words` (their numbers): 2 + len(words) rows."""
    count = 2 + len(words)
    repeated = Tokens(*(part.repeat(count, 1) for part in (whole.ids, whole.mask, whole.word)))
    left_out = torch.tensor([-2, -2, *words])
    dropped = denoiser.text.without(repeated, repeated.word == left_out[:, None])
    return denoiser.text.silent(dropped, torch.arange(count) == 0)
