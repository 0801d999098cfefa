"""Learning a conditional denoiser from matching pairs: of small pictures, or of features where there is a backbone.

Of pictures everything is learned, so it takes many pairs; of features a Gaussian prior knows most after some hundreds,
and the network learns the rest as far as pairs held out bear it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.prior import FOLDS, fit_prior
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.conditional.training import PairTraining, train_pairs
from anomalyst.errors import require
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.space.embedding import same_images
from anomalyst.modalities.pair.space.encoders import PairEncoder, resized
from anomalyst.modalities.pair.space.features import GRID, CellSpace, FeatureDenoiser
from anomalyst.modalities.pair.space.joint import Whitening
from anomalyst.modalities.pair.space.text import parts_of

OnStep = Callable[[int, int, float], None]
LEAST_TEXTS = 2  # a word that fewer texts have is not learned
AXES, IMAGES_PER_AXIS = 128, 8
BATCH, RATE = 48, 1e-3
EVERY = 50  # steps between looks at the held-out pairs


def held_out(pairs: Sequence[PairSample], count: int, seed: int) -> tuple[list[PairSample], list[PairSample]]:
    """About `count` pairs to calibrate on, and the others; all pairs of one image stay together. InputError if there is
    only one image."""
    groups, firsts = same_images(pairs)
    require(len(firsts) > 1, "different images among the matching pairs", len(firsts), "at least 2, better hundreds")
    order = np.random.default_rng(seed).permutation(len(firsts))
    sizes = np.bincount(groups)[order]
    taken = order[: int(np.clip(np.searchsorted(sizes.cumsum(), count) + 1, 1, len(order) - 1))]
    rank = np.argsort(order)[groups]
    ordered = np.argsort(rank, kind="stable")
    inside = np.isin(groups[ordered], taken)
    return [pairs[k] for k in ordered[inside]], [pairs[k] for k in ordered[~inside]]


def learn_pictures(pairs: Sequence[PairSample], steps: int, seed: int, on_step: OnStep | None) -> ConditionalDenoiser:
    """A denoiser of pictures of 32 × 32 pixels, with a text encoder of the pairs' own words."""
    shape = ConditionalConfig().shape
    pictures = torch.stack([small(pair, shape) for pair in pairs])
    reader, texts, rows = _read(pairs, None, seed)
    config = ConditionalConfig(
        mean=round(float(pictures.mean()), 3), deviation=round(max(float(pictures.std()), 0.02), 3), seed=seed
    )
    denoiser = ConditionalDenoiser(config, reader)
    seen = (pictures[rows] * 255).round().to(torch.uint8)
    settings = PairTraining(steps=steps, sketch_steps=steps // 10, seed=seed)
    train_pairs(denoiser, seen, texts, settings, on_report=_followed(on_step, steps))
    return denoiser


def learn_features(
    pairs: Sequence[PairSample], encoder: PairEncoder, steps: int, seed: int, on_step: OnStep | None
) -> FeatureDenoiser:
    """A denoiser of what `encoder` sees, with its text encoder if it has one, else one of the pairs' own words."""
    groups, firsts = same_images(pairs)
    seen = encoder.images([pairs[k].image for k in firsts])
    space = CellSpace.fit(seen)
    maps = space.apply(seen)
    whitening = Whitening.fit(maps.flatten(1), min(AXES, max(2, len(maps) // IMAGES_PER_AXIS)))
    reader, texts, rows = _read(pairs, text_encoder_of(encoder), seed)
    image = torch.from_numpy(groups)[rows]
    folds = torch.from_numpy(np.random.default_rng(seed).permutation(len(firsts)))[image] % FOLDS
    with torch.no_grad():
        condition = reader(reader.read(texts))
    white = whitening.apply(maps.flatten(1))[image]
    prior = fit_prior(whitening.basis, white, condition, not reader.trainable, folds)
    config = ConditionalConfig((GRID, GRID), channels=maps.shape[1], patch=1, prior=prior.size, seed=seed)
    denoiser = ConditionalDenoiser(config, reader)
    denoiser.prior = prior
    latents = prior.outward(white, torch.Size((len(white), *maps.shape[1:])))
    settings = PairTraining(steps=steps, batch=BATCH, learning_rate=RATE, every=EVERY, seed=seed)
    train_pairs(denoiser, latents, texts, settings, folds=folds, on_report=_followed(on_step, steps))
    return FeatureDenoiser(encoder, space, whitening, denoiser)


def text_encoder_of(encoder: PairEncoder) -> TextEncoder | None:
    """The text encoder by token that goes with `encoder`; None where it reads words alone."""
    name = encoder.text_encoder or (encoder.backbone if encoder.reads_all else None)
    return None if name is None else TextEncoder.from_pretrained(name)


def small(pair: PairSample, shape: tuple[int, int]) -> Tensor:
    """The image as a denoiser takes it: (3, h, w) in [0, 1]."""
    return resized(pair.image.pixels, shape[0]).clamp(0, 1)


def _short(text: str) -> bool:
    return len(TextEncoder.split(text)) <= TextEncoder.MOST_TOKENS - 2


def _sentences(pairs: Sequence[PairSample], fits: Callable[[str], bool]) -> tuple[list[str], Tensor]:
    """The sentences of all texts, long ones in parts, and which pair each is of."""
    texts, rows = [], []
    for number, pair in enumerate(pairs):
        for start, stop in parts_of(pair.text, fits):
            texts.append(pair.text[start:stop].strip())
            rows.append(number)
    return texts, torch.tensor(rows)


def _read(pairs: Sequence[PairSample], frozen: TextEncoder | None, seed: int) -> tuple[TextEncoder, list[str], Tensor]:
    """What reads the texts, their sentences, and which pair each is of."""
    if frozen is None:
        texts, rows = _sentences(pairs, _short)
        return _own_words(texts, seed), texts, rows
    texts, rows = _sentences(pairs, frozen.fits)
    frozen.lexicon = _lexicon(frozen, texts)
    return frozen, texts, rows


def _own_words(texts: Sequence[str], seed: int) -> TextEncoder:
    counts = Counter(word for text in texts for word in TextEncoder.split(text))
    return TextEncoder.of_words([word for word, count in counts.items() if count >= LEAST_TEXTS], seed=seed)


def _lexicon(encoder: TextEncoder, texts: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(word.text.lower() for text in texts for word in encoder.words(text))
    return tuple(word for word, count in counts.most_common() if count >= LEAST_TEXTS)


def _followed(on_step: OnStep | None, steps: int) -> Callable[[int, float, float], None] | None:
    return None if on_step is None else (lambda done, loss, seconds: on_step(done, steps, loss))
