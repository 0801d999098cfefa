"""Detectors of image-text pairs: do they belong together, which word does not, and where does the image say so.

`pair-embedding` learns from matching pairs. Its score is minus the nats that text and image tell of each other (see
`joint.py`); of a text of several sentences, that of the one that fits least. A word's share is what leaving it out
takes away; a place's share is what hiding its cell of the image takes away. All are calibrated on matching pairs whose
model has not seen them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, CalibrationMethod, Card, Detector, ScoreMap
from anomalyst.errors import InputError, require
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, Repair, WordScore
from anomalyst.modalities.pair.space.encoders import GRID, PairEncoder, Seen
from anomalyst.modalities.pair.space.examples import Examples
from anomalyst.modalities.pair.space.joint import JointModel, Scaler
from anomalyst.modalities.pair.space.stored import StoredModel, with_examples
from anomalyst.modalities.pair.space.text import (
    Vocabulary,
    Word,
    replaced,
    sentences_of,
    without,
    words_of,
)
from anomalyst.samples import Sample

LEAST_PAIRS = 30
MOST_PAIRS = 20_000
JUDGED = 300  # pairs left out whose words and cells calibrate
MOST_TOLD = 60  # words of a sentence that are judged one by one, the first ones
CAPTIONS = 3
NEAREST = 24  # learned pairs that are looked at for a caption that fits
MOST_REPAIRED = 6  # words that are put right one after the other
CANDIDATES = 200  # learned words, the most frequent ones, that are tried in the place of one
LEAST_KNOWN = 0.5  # share of a sentence's words that must have been learned for it to be judged
FITS_WELL = 0.5
SUSPECT = 0.2  # p-value of a pair from which on downwards it is looked for what would fit instead: that is slow


@dataclass(frozen=True)
class Reading:
    """One sentence of a pair, read: nats of the whole by each model (models,), of each word and of each place.

    `against` (models,): how much speaks against the whole; `words`: those judged; `shares` (models, words);
    `place` (GRID²,): how much each cell speaks against the sentence; `word_places` (words, GRID²).
    """

    whole: Tensor
    against: Tensor
    words: tuple[Word, ...]
    shares: Tensor
    place: Tensor
    word_places: Tensor


class PairEmbedding(Detector):
    """Information between embeddings of an image and its text.

    `backbone`: a `transformers` vision model, or a two-tower one such as CLIP (folder or hub name); None: colours
    alone; `text_encoder`: a sentence-transformers model (folder or hub name) beside the words themselves; `axes`: at
    most how many canonical axes, None: 64.
    """

    card: ClassVar[Card] = Card(
        name="pair-embedding",
        modality="pair",
        family="information",
        summary="How much image and text tell of each other, in nats, by word and by place; learned from pairs.",
        cost="learns a thousand pairs in about a minute on one core, then a pair takes about a tenth of a second",
        best_for="captions, titles and notes of one kind, where at least some hundreds of matching pairs are at hand",
        avoid_when="fewer than about a hundred matching pairs are at hand",
        paper="Kong et al. 2024, arXiv 2310.07972 (information by diffusion); Hotelling 1936; Vinod 1976",
    )

    def __init__(
        self,
        backbone: str | None = None,
        text_encoder: str | None = None,
        axes: int | None = None,
        seed: int = 0,
    ) -> None:
        require(axes is None or 1 <= axes <= 1024, "axes", axes, "a number from 1 to 1024, or None")
        self.backbone, self.text_encoder, self.axes, self.seed = backbone, text_encoder, axes, seed

    @cached_property
    def encoder(self) -> PairEncoder:
        """What turns images and texts into vectors."""
        return PairEncoder(self.backbone, self.text_encoder)

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from matching pairs; InputError if there are fewer than LEAST_PAIRS."""
        pairs = [as_pair(sample) for sample in normals]
        require(
            len(pairs) >= LEAST_PAIRS, "matching pairs", len(pairs), f"at least {LEAST_PAIRS}, better some hundreds"
        )
        if len(pairs) > MOST_PAIRS:
            keep = np.random.default_rng(self.seed).permutation(len(pairs))[:MOST_PAIRS]
            pairs = [pairs[k] for k in sorted(keep)]
        groups, firsts = same_images(pairs)
        texts = [pair.text for pair in pairs]
        self.vocabulary_ = Vocabulary.fit(texts, groups)
        seen = self.encoder.images([pairs[k].image for k in firsts])
        said = self.encoder.texts(texts, self.vocabulary_)
        self.image_scaler_, self.text_scaler_ = Scaler.fit(seen.views()), Scaler.fit(said)
        images, vectors = (
            self.image_scaler_.apply(seen.views())[torch.from_numpy(groups)],
            self.text_scaler_.apply(said),
        )
        self.model_ = JointModel.fit(images, vectors, groups, self.seed, self.axes)
        self.examples_ = Examples.fit(self.model_, images, vectors, texts)
        self._calibrate(pairs, seen, groups)
        return self

    def _calibrate(self, pairs: Sequence[PairSample], seen: Seen, groups: NDArray[np.int64]) -> None:
        order = np.random.default_rng(self.seed).permutation(len(pairs)).tolist()
        wholes, words, places = [], [], []
        for count, k in enumerate(order):
            fold = int(self.model_.fold_of[k])
            if count < JUDGED:
                read = self._read(pairs[k].text, seen, int(groups[k]), fold)
                words += [-float(s) for r in read for s, w in zip(r.shares[0], r.words, strict=True) if self._knows(w)]
                places += [r.place for r in read]
                wholes.append(max(float(r.against[0]) for r in read))
            if self.on_step is not None:
                self.on_step(count + 1, min(len(order), JUDGED))
            if count + 1 >= JUDGED:
                break
        self.whole_, self.word_ = Conformal.fit(wholes), Conformal.fit(words or [0.0])
        self.element_ = Conformal.fit(torch.stack(places).numpy())

    def _knows(self, word: Word) -> bool:
        return self.vocabulary_.knows(word)

    def _readable(self, words: Sequence[Word]) -> bool:
        """Whether a sentence can be judged: most of its words were learned, or an encoder reads all."""
        known = sum(self._knows(word) for word in words)
        return self.encoder.reads_all or known >= LEAST_KNOWN * len(words)

    def _unread(self, text: str) -> str:
        """What to say of a text none of whose sentences can be judged."""
        unknown = list(dict.fromkeys(w.text for w in words_of(text) if not self._knows(w)))
        return (
            f"{self.card.name} has not learned most of these words: {', '.join(unknown[:6])}; it has learned "
            f"{len(self.vocabulary_.words)}, such as {', '.join(self.vocabulary_.words[:6])}. Fit it with a "
            "text encoder that reads them, or on matching pairs that use them."
        )

    def _vectors(self, texts: Sequence[str]) -> Tensor:
        return self.text_scaler_.apply(self.encoder.texts(texts, self.vocabulary_))

    def _read(self, text: str, seen: Seen, row: int, fold: int | None = None) -> list[Reading]:
        """Every sentence of a text against image `row`, by all models or by one."""
        image = self.image_scaler_.apply([view[row : row + 1] for view in seen.views()])
        hidden = self.image_scaler_.apply(seen.views_without(row))
        found = []
        for start, stop in sentences_of(text):
            sentence = text[start:stop]
            words = tuple(words_of(sentence)[:MOST_TOLD])
            left = self._vectors([sentence, *(without(sentence, [w]) for w in words)])
            told = self.model_.information(torch.cat([image, hidden]), left, fold)  # (models, 1 + cells, 1 + words)
            shares = told[:, :1, :1] - told[:, :1, 1:]
            lost = (told[:, :1] - told[:, 1:]).mean(0)  # what hiding a cell takes away: (cells, 1 + words)
            moved = tuple(Word(w.text, w.start + start, w.stop + start) for w in words)
            against = self.model_.against(image, left[:1], fold)[:, 0, 0]
            found.append(
                Reading(told[:, 0, 0], against, moved, shares[:, 0], -lost[:, 0], -(lost[:, :1] - lost[:, 1:]).T)
            )
        return found

    def score(self, sample: Sample) -> ScoreMap:
        """Score one pair; maps are on the image's own pixels."""
        pair = as_pair(sample)
        seen = self.encoder.images([pair.image])
        read = self._read(pair.text, seen, 0)
        judged = [r for r in read if self._readable(r.words)]
        if not judged:
            raise InputError(self._unread(pair.text), "text encoder", "normal")
        worst = max(judged, key=lambda r: float(r.against.mean()))
        total = float(worst.against.mean())
        place = torch.stack([r.place for r in judged]).amax(0)
        cells = place.reshape(GRID, GRID)
        suspect = self.whole_.sample_p(total) <= SUSPECT
        words = tuple(self._word_scores(read))
        detail = PairScores(
            information=float(worst.whole.mean()),
            error=float(worst.whole.std()),
            words=words,
            word_maps=torch.cat([r.word_places for r in read]).reshape(-1, GRID, GRID).numpy(),
            captions=tuple(self.captions(seen)),
            repairs=tuple(self._repairs(pair.text, words, seen)) if suspect else (),
        )
        return pair_map(pair, cells, total, self.whole_, self.element_, "cross-conformal", detail)

    def _repairs(self, text: str, words: Sequence[WordScore], seen: Seen) -> Iterator[Repair]:
        """Put the known words right, the one that fits least first, each by the learned word that fits best in its
        place, until the pair fits well or MOST_REPAIRED are done."""
        order = sorted((k for k, w in enumerate(words) if w.known), key=lambda k: words[k].information)[:MOST_REPAIRED]
        image = self.image_scaler_.apply([view[:1] for view in seen.views()])
        instead: dict[Word, str] = {}
        for number in order:
            word = Word(words[number].text, words[number].start, words[number].stop)
            others = ["", *(w for w in self.vocabulary_.words[:CANDIDATES] if w != word.key)]
            tried = [replaced(text, instead | {word: other}) for other in others]
            tried = [t for t in tried if words_of(t)]
            against = self._against(image, tried)
            best = min(range(len(tried)), key=lambda k: against[k])
            instead[word] = others[best + len(others) - len(tried)]
            p = self.whole_.sample_p(against[best])
            yield Repair(number, instead[word], p)
            if p > FITS_WELL:
                return

    def _against(self, image: Tensor, texts: Sequence[str]) -> list[float]:
        """The score of an encoded image with each text: of several sentences, that of the one that fits least."""
        wholes = [[text[a:b] for a, b in sentences_of(text)] for text in texts]
        spans = [[part for part in parts if self._readable(words_of(part))] or parts for parts in wholes]
        vectors = self._vectors([part for parts in spans for part in parts])
        told = self.model_.against(image, vectors)[:, 0].mean(0)
        return [float(part.max()) for part in told.split([len(parts) for parts in spans])]

    def _word_scores(self, read: Sequence[Reading]) -> list[WordScore]:
        found = []
        for reading in read:
            means, spreads = reading.shares.mean(0), reading.shares.std(0)
            p_values = self.word_.p_values(-means.numpy())
            for k, word in enumerate(reading.words):
                known = self._knows(word)
                p = float(p_values[k]) if known else 1.0
                found.append(WordScore(word.text, word.start, word.stop, float(means[k]), float(spreads[k]), p, known))
        return found

    def captions(self, seen: Seen) -> list[str]:
        """Texts of the learned pairs whose images are most like the encoded one, such as fit it too."""
        image = self.image_scaler_.apply([view[:1] for view in seen.views()])
        near = self.examples_.nearest(self.model_, image, NEAREST)
        fitting = (text for text, told in near if self.whole_.sample_p(-told) > SUSPECT)
        return list(dict.fromkeys(fitting))[:CAPTIONS]

    def config(self) -> dict[str, Any]:
        return {
            "backbone": self.backbone,
            "text_encoder": self.text_encoder,
            "axes": self.axes,
            "seed": self.seed,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        arrays = self.examples_.state("examples")
        arrays |= self.vocabulary_.state("vocabulary") | self.model_.state("model")
        for name, scaler in (("image", self.image_scaler_), ("text", self.text_scaler_)):
            arrays |= {f"scaler.{name}.{k}": mean.numpy() for k, mean in enumerate(scaler.means)}
            arrays[f"scaler.{name}.scales"] = np.array(scaler.scales)
        for name, judge in (("whole", self.whole_), ("word", self.word_), ("element", self.element_)):
            arrays |= judge.state(name)
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        self.vocabulary_ = Vocabulary.from_state(state, "vocabulary")
        stored = "model.rho" in state  # as the first version saved it
        self.model_ = StoredModel.from_state(state, "model") if stored else JointModel.from_state(state, "model")
        self.examples_ = Examples.from_state(with_examples(state) if stored else state, "examples")
        self.image_scaler_, self.text_scaler_ = (_scaler(state, name) for name in ("image", "text"))
        self.whole_, self.word_, self.element_ = (Conformal.from_state(state, n) for n in ("whole", "word", "element"))


def _scaler(state: dict[str, NDArray[Any]], name: str) -> Scaler:
    scales = tuple(float(s) for s in state[f"scaler.{name}.scales"])
    means = tuple(torch.from_numpy(np.array(state[f"scaler.{name}.{k}"])) for k in range(len(scales)))
    return Scaler(means, scales)


def as_pair(sample: Sample) -> PairSample:
    """The sample if it is a pair; else InputError."""
    if not isinstance(sample, PairSample):
        raise InputError(
            f"{sample.name!r} is {sample.modality} data; this detector reads an image with its text.", "text"
        )
    return sample


def same_images(pairs: Sequence[PairSample]) -> tuple[NDArray[np.int64], list[int]]:
    """(group of every pair, first pair of every group): pairs of equal images are one group."""
    groups: dict[tuple[tuple[int, ...], int], int] = {}
    firsts: list[int] = []
    found = []
    for number, pair in enumerate(pairs):
        key = pair.image.pixels.shape, hash(pair.image.pixels.tobytes())
        if key not in groups:
            groups[key] = len(firsts)
            firsts.append(number)
        found.append(groups[key])
    return np.array(found, dtype=np.int64), firsts


def pair_map(
    pair: PairSample,
    cells: Tensor,
    score: float,
    whole: Conformal,
    element: Conformal,
    how: CalibrationMethod,
    detail: PairScores,
) -> ScoreMap:
    """The answer for a pair of the mismatch `score`, and of scores of the image's cells (rows, columns)."""
    p = whole.sample_p(score)
    p_cells = torch.from_numpy(element.p_values(cells.numpy()).astype(np.float32))
    return ScoreMap(
        modality="pair",
        scores=on_pixels(cells, pair.shape),
        p_values=on_pixels(p_cells, pair.shape),
        sample_score=score,
        sample_p=p,
        extrapolated=whole.is_extrapolated(p),
        expected=pair.image.pixels,
        samples=np.zeros((0, *pair.image.pixels.shape), dtype=np.float32),
        calibration=Calibration(how, whole.count, element.count, whole.smallest, whole.supported),
        detail=detail,
    )


def on_pixels(cells: Tensor, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Values of a grid (rows, columns) on the pixels of an image: (h, w)."""
    found = functional.interpolate(cells[None, None].float(), shape, mode="bilinear")[0, 0]
    pixels: NDArray[np.float32] = found.numpy()
    return pixels
