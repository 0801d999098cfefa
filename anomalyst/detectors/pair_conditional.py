"""`pair-information`: what a text tells of an image, by word and by pixel, asked of a denoiser that reads it.

The score is `TextInformation.mismatch` (Kong et al. 2024, arXiv 2310.07972): minus the least of what the whole text
tells of the image and what each word adds to the rest, in nats. The denoiser is trained on the matching pairs, is the
one of drawn scenes that ships, or comes from a folder: a `ConditionalDenoiser`, or a Stable Diffusion pipeline.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.base import Calibration, Card, Detector, PairScores, Repair, ScoreMap, WordScore
from anomalyst.detectors.conformal import Conformal
from anomalyst.detectors.diffusion.conditional import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.diffusion.conditional_pipeline import PipelineDenoiser, is_pipeline
from anomalyst.detectors.diffusion.conditional_training import PairTraining, train_pairs
from anomalyst.detectors.diffusion.methods import TIERS, Tier
from anomalyst.detectors.diffusion.pair_information import (
    Levels,
    TextInformation,
    conditioned_errors,
    text_information,
    under_texts,
)
from anomalyst.detectors.diffusion.text import TextEncoder, claims
from anomalyst.detectors.pair_detector import as_pair, on_pixels
from anomalyst.detectors.pair_encoders import resized
from anomalyst.detectors.pair_shipped import SCENES, shipped_calibration, shipped_denoiser
from anomalyst.detectors.pair_text import Word, packed, parts_of, replaced, unpacked
from anomalyst.errors import InputError, ModelError, require
from anomalyst.samples import PairSample, Sample

EFFORT: dict[Tier, tuple[int, int]] = {"one": (4, 2), "few": (8, 4), "full": (16, 8)}  # noise levels, draws
LEAST_PAIRS = 40
HELD_SHARE, MOST_HELD = 0.25, 200
CELLS = 8  # along the side of a word's map
MOST_REPAIRED = 3  # words put right one after the other: each costs more than the pair did
CANDIDATES = 400  # learned words that are tried in the place of one
FITS_WELL = 0.5
SUSPECT = 0.2  # p-value from which on downwards it is looked for what would fit instead: that is slow
UNKNOWN_SHARE = 0.5  # of the words, above which a model has nothing to say
UNLIKE = 0.001  # p-value from which on downwards the model that ships has nothing to say of an image
CALIBRATED = ("whole", "word", "element", "picture")


class PairInformation(Detector):
    """Pointwise information between image and text by a conditional denoiser.

    `model`: "scenes" for the one that ships, folder of a saved `ConditionalDenoiser`, or folder or hub name of a Stable
    Diffusion pipeline; None: one is trained on the pairs given to `fit`, or without pairs "scenes" is taken as it
    ships; `steps`: "one", "few" or "full": how many noise levels and draws are asked; `train_steps`: of training.
    """

    self_calibrating: ClassVar[bool] = True

    card: ClassVar[Card] = Card(
        name="pair-information",
        modality="pair",
        family="information",
        summary="A denoiser reads the text: how much each word helps it to see the image, in nats, and where.",
        cost="learning thousands of pairs takes about an hour on one core, then a pair takes a second or two",
        best_for="drawn scenes, without any pairs; pairs by the thousand; a Stable Diffusion model of such images",
        avoid_when="few pairs of photographs are at hand: pair-embedding learns from some hundreds",
        paper="Kong et al. 2024, arXiv 2310.07972; Ho & Salimans 2022, arXiv 2207.12598; Karras et al. 2022",
    )

    def __init__(self, model: str | None = None, steps: Tier = "few", train_steps: int = 3000, seed: int = 0) -> None:
        require(steps in TIERS, "steps", steps, f"one of {', '.join(TIERS)}")
        require(train_steps >= 1, "train_steps", train_steps, "a number from 1")
        self.model, self.steps, self.train_steps, self.seed = model, steps, train_steps, seed

    denoiser_: ConditionalDenoiser | PipelineDenoiser

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Train on most of the matching pairs (unless `model` is given) and calibrate on the others; without any pair
        take the model of scenes and its calibration as they ship."""
        pairs = [as_pair(sample) for sample in normals]
        if not pairs and self.model in (None, SCENES):
            self.model = SCENES
            self.denoiser_ = self._loaded()
            self._set(shipped_calibration(self.steps, CALIBRATED))
            return self
        require(len(pairs) >= LEAST_PAIRS, "matching pairs", len(pairs), f"at least {LEAST_PAIRS}, better thousands")
        order = np.random.default_rng(self.seed).permutation(len(pairs)).tolist()
        held = order[: min(MOST_HELD, max(20, int(HELD_SHARE * len(pairs))))]
        self.denoiser_ = self._loaded() if self.model else self._trained([pairs[k] for k in order[len(held) :]])
        self._calibrate([pairs[k] for k in held])
        return self

    def calibrated(self, pairs: Sequence[PairSample]) -> Self:
        """Calibrate `model`, which has learned none of these matching pairs, on all of them."""
        self.denoiser_ = self._loaded()
        self._calibrate(pairs)
        return self

    def _loaded(self) -> ConditionalDenoiser | PipelineDenoiser:
        assert self.model is not None
        if self.model == SCENES:
            return shipped_denoiser()
        if is_pipeline(self.model):
            return PipelineDenoiser.from_pretrained(self.model)
        return ConditionalDenoiser.from_pretrained(self.model)

    def _trained(self, pairs: Sequence[PairSample]) -> ConditionalDenoiser:
        shape = ConditionalConfig().shape
        pictures = torch.stack([_small(pair, shape) for pair in pairs])
        texts, learned = [], []
        words: dict[str, int] = {}
        most = TextEncoder.MOST_TOKENS - 2

        def short(text: str) -> bool:
            return len(TextEncoder.split(text)) <= most

        for number, pair in enumerate(pairs):
            for start, stop in parts_of(pair.text, short):
                texts.append(pair.text[start:stop].strip())
                learned.append(number)
        for text in texts:
            for word in TextEncoder.split(text):
                words[word] = words.get(word, 0) + 1
        encoder = TextEncoder.of_words([word for word, count in words.items() if count > 1], seed=self.seed)
        config = ConditionalConfig(
            mean=round(float(pictures.mean()), 3), deviation=round(max(float(pictures.std()), 0.02), 3), seed=self.seed
        )
        denoiser = ConditionalDenoiser(config, encoder)
        seen = (pictures[learned] * 255).round().to(torch.uint8)
        settings = PairTraining(steps=self.train_steps, sketch_steps=self.train_steps // 10, seed=self.seed)
        step = self.on_step
        follow = None if step is None else (lambda done, loss, seconds: step(done, self.train_steps, loss))
        train_pairs(denoiser, seen, texts, settings, on_report=follow)
        return denoiser

    def _calibrate(self, pairs: Sequence[PairSample]) -> None:
        wholes, words, cells, pictures = [], [], [], []
        for pair in pairs:
            read = self.read(pair)
            wholes.append(max(r.mismatch for _, r in read))
            words += [-w.given_rest.nats for _, r in read for w in r.words]
            cells += [_cells(-r.pair.map) for _, r in read]
            pictures.append(read[0][1].surprise)
        found = [np.array(scores) for scores in (wholes, words or [0.0], torch.stack(cells).numpy(), pictures)]
        self._set({name: Conformal.fit(scores) for name, scores in zip(CALIBRATED, found, strict=True)})

    def _set(self, found: Mapping[str, Conformal]) -> None:
        self.whole_, self.word_, self.element_, self.picture_ = (found[name] for name in CALIBRATED)

    @property
    def calibration(self) -> dict[str, Conformal]:
        """What the scores of matching pairs are: of pairs, words, cells, and images by themselves."""
        return dict(zip(CALIBRATED, (self.whole_, self.word_, self.element_, self.picture_), strict=True))

    def read(self, pair: PairSample, text: str | None = None) -> list[tuple[int, TextInformation]]:
        """(where it starts, what it tells) of each sentence of the pair's text, or of another; nothing is judged."""
        said = pair.text if text is None else text
        picture = _small(pair, self.denoiser_.settings.shape)
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
        worst = max((r for _, r in read), key=lambda r: r.mismatch)
        told = [(start, w) for start, r in read for w in r.words]
        p_words = self.word_.p_values([-w.given_rest.nats for _, w in told])
        known = [
            WordScore(w.word.text, start + w.word.start, start + w.word.stop, w.given_rest.nats, w.given_rest.error, p)
            for (start, w), p in zip(told, p_words.tolist(), strict=True)
        ]
        maps = [_cells(-w.given_rest.map) for _, w in told]
        unknown = self._unknown(pair.text)
        words, order = _in_order([*known, *unknown])
        stacked = torch.stack([*maps, *[torch.zeros(CELLS, CELLS)] * len(unknown)])[order]
        cells = torch.stack([_cells(-r.pair.map) for _, r in read]).amax(0)
        p_cells = torch.from_numpy(self.element_.p_values(cells.numpy()).astype(np.float32))
        p = self.whole_.sample_p(worst.mismatch)
        return ScoreMap(
            modality="pair",
            scores=on_pixels(cells, pair.shape),
            p_values=on_pixels(p_cells, pair.shape),
            sample_score=worst.mismatch,
            sample_p=p,
            extrapolated=self.whole_.is_extrapolated(p),
            expected=pair.image.pixels,
            samples=np.zeros((0, *pair.image.pixels.shape), dtype=np.float32),
            calibration=Calibration("split-conformal", self.whole_.count, self.element_.count),
            pair=PairScores(
                information=worst.pair.nats,
                error=worst.pair.error,
                words=words,
                word_maps=stacked.numpy(),
                repairs=tuple(self._repairs(pair, words)) if p <= SUSPECT else (),
            ),
        )

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
            p = self.whole_.sample_p(max((r.mismatch for _, r in told), default=-math.inf))
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
        x = denoiser.centred(_small(pair, denoiser.settings.shape)[None])[0]
        generator = torch.Generator().manual_seed(self.seed)
        strata, draws = EFFORT["one"]
        asked = under_texts(denoiser, denoiser.text.read(tried))
        errors = conditioned_errors(asked, len(tried), x, Levels(), strata, draws, generator)
        return _in_case_of(word.text, others[int(errors.flatten(2).sum(2).mean(0).argmin())])

    def _check_picture(self, pair: PairSample, surprise: float) -> None:
        """InputError for an image that is nothing like the drawings of the model that ships."""
        if self.model == SCENES and self.picture_.sample_p(surprise) <= UNLIKE:
            raise InputError(
                f"the image {pair.name!r} is unlike the drawn scenes that the model that ships has learned, so it "
                "cannot tell whether the text fits; give matching pairs of such images to learn from (--normal)."
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
                "matching pairs to learn from (--normal), or another model."
            )

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {"model": self.model, "steps": self.steps, "train_steps": self.train_steps, "seed": self.seed}

    def state(self) -> dict[str, NDArray[Any]]:
        """Calibration, and the denoiser unless it lies elsewhere."""
        arrays: dict[str, NDArray[Any]] = {}
        for name, judge in self.calibration.items():
            arrays |= judge.state(name)
        return arrays if self.model else arrays | _packed(self.denoiser_)

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self._set({name: Conformal.from_state(state, name) for name in CALIBRATED})
        self.denoiser_ = self._loaded() if self.model else _unpacked(state)


def _small(pair: PairSample, shape: tuple[int, int]) -> Tensor:
    """The image as the denoiser takes it: (3, h, w) in [0, 1]."""
    require(shape[0] == shape[1], "picture of the model", shape, "a square")
    return resized(pair.image.pixels, shape[0]).clamp(0, 1)


def _in_case_of(model: str, word: str) -> str:
    """A learned word, which is in lower case, written as `model` is."""
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word


def _cells(plane: Tensor) -> Tensor:
    """A map (h, w) summed over the cells of a grid: (CELLS, CELLS)."""
    pooled: Tensor = functional.adaptive_avg_pool2d(plane[None, None], CELLS)[0, 0]
    return pooled * (plane.numel() / CELLS**2)


def _in_order(words: Sequence[WordScore]) -> tuple[tuple[WordScore, ...], list[int]]:
    """The words as they stand in the text, and which each was."""
    order = sorted(range(len(words)), key=lambda k: words[k].start)
    return tuple(words[k] for k in order), order


def _packed(denoiser: ConditionalDenoiser | PipelineDenoiser) -> dict[str, NDArray[Any]]:
    """A denoiser whose texts are of whole words, as arrays; weights in half precision, as they are kept."""
    if not isinstance(denoiser, ConditionalDenoiser):
        raise ModelError("a pipeline is not saved with the detector; name its folder as `model`.")
    weights = {f"denoiser.{k}": v for k, v in denoiser.own_state().items()}
    weights |= {f"text.{k}": v for k, v in denoiser.text.model.state_dict().items()}
    arrays: dict[str, NDArray[Any]] = {
        k: v.detach().half().numpy() if v.is_floating_point() else v.numpy() for k, v in weights.items()
    }
    head = json.dumps(asdict(denoiser.settings)).encode()
    arrays["config"] = np.frombuffer(head, dtype=np.uint8).copy()
    return arrays | {"words": packed(denoiser.text.vocabulary)}


def _unpacked(state: dict[str, NDArray[Any]]) -> ConditionalDenoiser:
    """Restore what `_packed` gave."""
    settings = ConditionalConfig(**json.loads(bytes(state["config"])))
    denoiser = ConditionalDenoiser(settings, TextEncoder.of_words(unpacked(state["words"])))
    for prefix, load in (("denoiser.", denoiser.load_own_state), ("text.", denoiser.text.model.load_state_dict)):
        load({k.removeprefix(prefix): torch.from_numpy(np.array(v)) for k, v in state.items() if k.startswith(prefix)})
    return denoiser.eval().requires_grad_(False)
