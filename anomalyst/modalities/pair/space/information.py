"""`pair-information`: what a text tells of an image, by word and by pixel, asked of a denoiser that reads it.

What speaks against a pair is that its text tells little of the image, or that one word tells less than nothing (Kong
et al. 2024, arXiv 2310.07972), each as held against matching pairs (`space/calibration.py`). The denoiser is trained on
the matching pairs, is the one of drawn scenes that ships, or comes from a folder: a `ConditionalDenoiser`, or a Stable
Diffusion pipeline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import torch
from numpy.typing import NDArray

from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.information import (
    Levels,
    TextInformation,
    conditioned_errors,
    text_information,
    under_texts,
)
from anomalyst.detectors.conditional.pipeline import PipelineDenoiser, is_pipeline
from anomalyst.detectors.conditional.text import claims
from anomalyst.detectors.contract import Card, Detector, ScoreMap
from anomalyst.detectors.effort import TIERS, Tier
from anomalyst.errors import InputError, require
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, Repair, WordScore
from anomalyst.modalities.pair.space.calibration import CELLS, PairCalibration, on_cells
from anomalyst.modalities.pair.space.embedding import as_pair, pair_map
from anomalyst.modalities.pair.space.encoders import PairEncoder
from anomalyst.modalities.pair.space.features import GRID
from anomalyst.modalities.pair.space.learning import held_out, learn_features, learn_pictures, small
from anomalyst.modalities.pair.space.packing import PairDenoiser, packed_denoiser, unpacked_denoiser
from anomalyst.modalities.pair.space.shipped import SCENES, shipped_calibration, shipped_denoiser
from anomalyst.modalities.pair.space.text import Word, parts_of, replaced
from anomalyst.samples import Sample

EFFORT: dict[Tier, tuple[int, int]] = {"one": (4, 2), "few": (8, 4), "full": (16, 8)}  # noise levels, draws
LEAST_PAIRS = 40
HELD_SHARE, LEAST_HELD, MOST_HELD = 0.25, 20, 200
MOST_REPAIRED = 3  # words put right one after the other: each costs more than the pair did
CANDIDATES = 400  # learned words that are tried in the place of one
FITS_WELL = 0.5
SUSPECT = 0.2  # p-value from which on downwards it is looked for what would fit instead: that is slow
UNKNOWN_SHARE = 0.5  # of the words, above which a model has nothing to say
UNLIKE = 0.001  # p-value from which on downwards the model that ships has nothing to say of an image


class PairInformation(Detector):
    """Pointwise information between image and text by a conditional denoiser.

    `model`: "scenes" for the one that ships, folder of a saved `ConditionalDenoiser`, or folder or hub name of a Stable
    Diffusion pipeline; None: one is trained on the pairs given to `fit`, or without pairs "scenes" is taken as it
    ships; `steps`: "one", "few" or "full": how many noise levels and draws are asked; `train_steps`: of training, at
    most; `backbone`, `text_encoder`: as of `PairEmbedding`; with any of them what is trained reads their features
    instead of small pictures and words alone, which takes far fewer pairs.
    """

    self_calibrating: ClassVar[bool] = True

    card: ClassVar[Card] = Card(
        name="pair-information",
        modality="pair",
        family="information",
        summary="A denoiser reads the text: how much each word helps it to see the image, in nats, and where.",
        cost="learns features of a thousand pairs in some minutes on one core, pictures of thousands in about an hour; "
        "then a pair takes a second or two",
        best_for="drawn scenes, without any pairs; some hundreds of pairs, with a backbone or a text encoder; a Stable "
        "Diffusion model of such images",
        avoid_when="fewer than some hundreds of pairs of photographs are at hand, or no backbone",
        paper="Kong et al. 2024, arXiv 2310.07972; Ho & Salimans 2022, arXiv 2207.12598; Karras et al. 2022",
    )

    def __init__(
        self,
        model: str | None = None,
        steps: Tier = "few",
        train_steps: int = 3000,
        backbone: str | None = None,
        text_encoder: str | None = None,
        seed: int = 0,
    ) -> None:
        require(steps in TIERS, "steps", steps, f"one of {', '.join(TIERS)}")
        require(train_steps >= 1, "train_steps", train_steps, "a number from 1")
        self.model, self.steps, self.train_steps, self.seed = model, steps, train_steps, seed
        self.backbone, self.text_encoder = backbone, text_encoder

    @cached_property
    def encoder(self) -> PairEncoder:
        """What sees images and names the text encoder, where features are learned from."""
        return PairEncoder(self.backbone, self.text_encoder, GRID)

    denoiser_: PairDenoiser

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Train on most of the matching pairs (unless `model` is given) and calibrate on the others; without any pair
        take the model of scenes and its calibration as they ship."""
        pairs = [as_pair(sample) for sample in normals]
        if not pairs and self.model in (None, SCENES):
            self.model = SCENES
            self.denoiser_ = self._loaded()
            self.calibration_ = shipped_calibration(self.steps)
            return self
        require(len(pairs) >= LEAST_PAIRS, "matching pairs", len(pairs), f"at least {LEAST_PAIRS}, better thousands")
        held, others = held_out(pairs, min(MOST_HELD, max(LEAST_HELD, int(HELD_SHARE * len(pairs)))), self.seed)
        self.denoiser_ = self._loaded() if self.model else self._trained(others)
        self._calibrate(held)
        return self

    def calibrated(self, pairs: Sequence[PairSample]) -> Self:
        """Calibrate `model`, which has learned none of these matching pairs, on all of them."""
        self.denoiser_ = self._loaded()
        self._calibrate(pairs)
        return self

    def _loaded(self) -> PairDenoiser:
        assert self.model is not None
        if self.model == SCENES:
            return shipped_denoiser()
        if is_pipeline(self.model):
            return PipelineDenoiser.from_pretrained(self.model)
        return ConditionalDenoiser.from_pretrained(self.model)

    def _trained(self, pairs: Sequence[PairSample]) -> PairDenoiser:
        if self.backbone is None and self.text_encoder is None:
            return learn_pictures(pairs, self.train_steps, self.seed, self.on_step)
        return learn_features(pairs, self.encoder, self.train_steps, self.seed, self.on_step)

    def _calibrate(self, pairs: Sequence[PairSample]) -> None:
        self.calibration_ = PairCalibration.fit([[told for _, told in self.read(pair)] for pair in pairs])

    def read(self, pair: PairSample, text: str | None = None) -> list[tuple[int, TextInformation]]:
        """(where it starts, what it tells) of each sentence of the pair's text, or of another; nothing is judged."""
        said = pair.text if text is None else text
        picture = small(pair, self.denoiser_.settings.shape)
        strata, draws = EFFORT[self.steps]
        return [
            (start, text_information(self.denoiser_, picture, said[start:stop], None, strata, draws, self.seed))
            for start, stop in self._parts(said)
        ]

    def _parts(self, text: str) -> list[tuple[int, int]]:
        """[start, stop) of each sentence, long ones in parts that the text encoder can read."""
        return parts_of(text, self.denoiser_.text.fits)

    def score(self, sample: Sample) -> ScoreMap:
        """Score one pair; maps are on the image's own pixels."""
        pair = as_pair(sample)
        self._check_known(pair.text)
        read = self.read(pair)
        self._check_picture(pair, read[0][1].surprise)
        usual = self.calibration_
        worst = max((r for _, r in read), key=usual.mismatch)
        mismatch = usual.mismatch(worst)
        told = [(start, w) for start, r in read for w in r.words]
        p_words = usual.word.p_values([-w.given_rest.nats for _, w in told])
        known = [
            WordScore(w.word.text, start + w.word.start, start + w.word.stop, w.given_rest.nats, w.given_rest.error, p)
            for (start, w), p in zip(told, p_words.tolist(), strict=True)
        ]
        maps = [on_cells(-w.given_rest.map) for _, w in told]
        unknown = self._unknown(pair.text)
        words, order = _in_order([*known, *unknown])
        stacked = torch.stack([*maps, *[torch.zeros(CELLS, CELLS)] * len(unknown)])[order]
        cells = torch.stack([on_cells(-r.pair.map) for _, r in read]).amax(0)
        detail = PairScores(
            information=worst.pair.nats,
            error=worst.pair.error,
            words=words,
            word_maps=stacked.numpy(),
            repairs=tuple(self._repairs(pair, words)) if usual.whole.sample_p(mismatch) <= SUSPECT else (),
        )
        return pair_map(pair, cells, mismatch, usual.whole, usual.element, "split-conformal", detail)

    def _unknown(self, text: str) -> list[WordScore]:
        """The words of a text that were not learned, which are not judged."""
        return [
            WordScore(w.text, start + w.start, start + w.stop, 0.0, 0.0, 1.0, known=False)
            for start, stop in self._parts(text)
            for w in self.denoiser_.text.words(text[start:stop])
            if w.unknown and any(c.isalnum() for c in w.text)
        ]

    def _repairs(self, pair: PairSample, words: Sequence[WordScore]) -> Iterator[Repair]:
        """Put the known words right, the one that fits least first, each by the learned word that fits best in its
        place, until the pair fits well or MOST_REPAIRED are done."""
        order = sorted((k for k, w in enumerate(words) if w.known), key=lambda k: words[k].information)[:MOST_REPAIRED]
        text, instead = pair.text, dict[Word, str]()
        for number in order:
            word = Word(words[number].text, words[number].start, words[number].stop)
            instead[word] = self._best_word(pair, text, word, instead)
            told = self.read(pair, replaced(text, instead))
            usual = self.calibration_
            p = usual.whole.sample_p(max((usual.mismatch(r) for _, r in told), default=-math.inf))
            yield Repair(number, instead[word], p)
            if p > FITS_WELL:
                return

    def _best_word(self, pair: PairSample, text: str, word: Word, instead: Mapping[Word, str]) -> str:
        """The learned word with which the sentence around `word` lets the image be denoised best."""
        denoiser = self.denoiser_
        start, stop = next((a, b) for a, b in self._parts(text) if a <= word.start < b)
        others = [w for w in denoiser.text.vocabulary if w != word.text.lower() and claims(w)][:CANDIDATES]
        fixed = {w: v for w, v in instead.items() if start <= w.start < stop and w != word}
        inside = {Word(w.text, w.start - start, w.stop - start): v for w, v in fixed.items()}
        here = Word(word.text, word.start - start, word.stop - start)
        tried = [replaced(text[start:stop], inside | {here: other}) for other in others]
        x = denoiser.centred(small(pair, denoiser.settings.shape)[None])[0]
        generator = torch.Generator().manual_seed(self.seed)
        strata, draws = EFFORT["one"]
        asked = under_texts(denoiser, denoiser.text.read(tried))
        errors = conditioned_errors(asked, len(tried), x, Levels(), strata, draws, generator)
        return _in_case_of(word.text, others[int(errors.flatten(2).sum(2).mean(0).argmin())])

    def _check_picture(self, pair: PairSample, surprise: float) -> None:
        """InputError for an image that is nothing like the drawings of the model that ships."""
        if self.model == SCENES and self.calibration_.picture.sample_p(surprise) <= UNLIKE:
            raise InputError(
                f"the image {pair.name!r} is unlike the drawn scenes that the model that ships has learned, so it "
                "cannot tell whether the text fits; give matching pairs of such images to learn from.",
                "normal",
            )

    def _check_known(self, text: str) -> None:
        """InputError where the model has learned next to none of the words."""
        words = [w for a, b in self._parts(text) for w in self.denoiser_.text.words(text[a:b])]
        said = [w for w in words if any(c.isalnum() for c in w.text)]
        unknown = [w.text for w in said if w.unknown]
        if said and len(unknown) > UNKNOWN_SHARE * len(said):
            learned = sorted(w for w in self.denoiser_.text.vocabulary if w.isalpha())
            raise InputError(
                f"the model of {self.card.name} has not learned most of these words: {', '.join(unknown[:6])}; it has "
                f"learned {len(learned)}, such as {', '.join(learned[:: max(1, len(learned) // 6)][:6])}. Give "
                "another model, or matching pairs to learn from.",
                "normal",
            )

    def config(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "steps": self.steps,
            "train_steps": self.train_steps,
            "backbone": self.backbone,
            "text_encoder": self.text_encoder,
            "seed": self.seed,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """Calibration, and the denoiser unless it lies elsewhere."""
        arrays = self.calibration_.state()
        return arrays if self.model else arrays | packed_denoiser(self.denoiser_)

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        self.calibration_ = PairCalibration.from_state(state)
        self.denoiser_ = self._loaded() if self.model else unpacked_denoiser(state, self.encoder)


def _in_case_of(model: str, word: str) -> str:
    """A learned word, which is in lower case, written as `model` is."""
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word


def _in_order(words: Sequence[WordScore]) -> tuple[tuple[WordScore, ...], list[int]]:
    """The words as they stand in the text, and which each was."""
    order = sorted(range(len(words)), key=lambda k: words[k].start)
    return tuple(words[k] for k in order), order
