"""The text of a pair as words and sentences with their places, and as counts over the words that were learned."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from anomalyst.stopping import check_stop

_WORD = re.compile(r"[^\W_]+(?:['’.&/+-][^\W_]+)*")
_END = re.compile(r"[.!?;](?=\s)|\n")
MAX_WORDS = 4000  # of a vocabulary, the most frequent ones
LEAST_IMAGES = 2  # whose texts a word must stand in to be learned


@dataclass(frozen=True)
class Word:
    """A word as written, at [start, stop) of its text."""

    text: str
    start: int
    stop: int

    @property
    def key(self) -> str:
        """How the word is looked up: case, hyphens and a possessive s do not count."""
        return re.sub(r"['’]s$|['’.&/+-]", "", self.text.casefold())


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


def sentences_of(text: str) -> list[tuple[int, int]]:
    """[start, stop) of each sentence that holds a word; a sentence ends at . ! ? ; before a blank, or at a new line."""
    ends = [0, *(m.end() for m in _END.finditer(text)), len(text)]
    spans = zip(ends[:-1], ends[1:], strict=True)
    return [(a, b) for a, b in spans if _WORD.search(text[a:b])]


def parts_of(text: str, fits: Callable[[str], bool]) -> list[tuple[int, int]]:
    """[start, stop) of each sentence; one that does not fit is cut in two, after the comma or else the word nearest to
    its middle, until all parts fit."""
    return [part for span in sentences_of(text) for part in _halved(text, span, fits)]


def _halved(text: str, span: tuple[int, int], fits: Callable[[str], bool]) -> list[tuple[int, int]]:
    start, stop = span
    words = words_of(text[start:stop])
    if len(words) < 2 or fits(text[start:stop]):
        return [span]
    middle = len(words) / 2
    commas = [k for k in range(1, len(words)) if "," in text[start + words[k - 1].stop : start + words[k].start]]
    central = [k for k in commas if middle / 2 <= k <= 1.5 * middle] or [int(middle)]
    cut = start + words[min(central, key=lambda k: abs(k - middle))].start
    return [part for half in ((start, cut), (cut, stop)) for part in _halved(text, half, fits)]


def without(text: str, gone: Sequence[Word]) -> str:
    """The text with some of its words left out."""
    return replaced(text, dict.fromkeys(gone, ""))


def replaced(text: str, instead: Mapping[Word, str]) -> str:
    """The text with other words in some words' places; "" leaves one out."""
    parts, at = [], 0
    for word in sorted(instead, key=lambda w: w.start):
        parts += [text[at : word.start], instead[word]]
        at = word.stop
    return re.sub(r"\s+", " ", "".join([*parts, text[at:]])).strip()


@dataclass(frozen=True)
class Vocabulary:
    """The words of the texts learned from, and in what share of the texts each stands."""

    words: tuple[str, ...]
    share: NDArray[np.float64]

    @classmethod
    def fit(cls, texts: Sequence[str], groups: NDArray[np.int64]) -> Self:
        """The most frequent words that stand in texts of at least LEAST_IMAGES images; `groups`: the image of each
        text. A word of one image's many texts would be known where that image is judged, and nowhere else."""
        said = [{w.key for w in words_of(text)} for text in texts]
        counts = Counter(key for keys in said for key in keys)
        images = Counter(
            key for key, _ in {(key, group) for keys, group in zip(said, groups, strict=True) for key in keys}
        )
        known = [word for word in counts if images[word] >= LEAST_IMAGES]
        kept = sorted(known, key=lambda w: (-counts[w], w))[:MAX_WORDS]
        return cls(tuple(kept), np.array([counts[w] / len(texts) for w in kept]))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {word: k for k, word in enumerate(self.words)}

    def knows(self, word: Word) -> bool:
        """Whether the word was learned."""
        return word.key in self._place

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Presence of every learned word, times −log of its share (inverse document frequency): (N, words)."""
        found = np.zeros((len(texts), len(self.words)), dtype=np.float32)
        for row, text in enumerate(texts):
            check_stop()
            for word in words_of(text):
                if (place := self._place.get(word.key)) is not None:
                    found[row, place] = 1
        weighted: NDArray[np.float32] = found * -np.log(np.clip(self.share, 1e-9, 0.999)).astype(np.float32)
        return weighted

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.words": packed(self.words), f"{prefix}.share": self.share}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        return cls(tuple(unpacked(state[f"{prefix}.words"])), np.array(state[f"{prefix}.share"]))


def packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts as bytes of JSON, to lie beside arrays."""
    return np.frombuffer(json.dumps(list(texts)).encode(), dtype=np.uint8).copy()


def unpacked(stored: NDArray[Any]) -> list[str]:
    """What `packed` was given."""
    return [str(text) for text in json.loads(bytes(stored))]
