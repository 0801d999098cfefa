"""What matching pairs score under a denoiser that reads texts, so that other pairs can be held against them.

Two things speak against a pair: its text as a whole tells little of its image, or one of its words tells less than
nothing. Both are in nats, but a whole text's information scatters far more among matching pairs than that of its least
word. So each is counted from what is usual among matching pairs, in units of how far they scatter to the bad side, and
the worse one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.conditional.information import TextInformation

CELLS = 8  # along the side of a word's map
BAD_SIDE = 84.13  # percentile: one standard deviation above the middle of a normal
NAMES = ("whole", "word", "element", "picture")


@dataclass(frozen=True)
class PairCalibration:
    """`usual` (2, 2): of whole texts and of least words the median of minus their information, and the scatter above;
    `whole`: mismatches of pairs; `word`, `element`, `picture`: scores of words, of cells, and of images by themselves.
    """

    usual: NDArray[np.float64]
    whole: Conformal
    word: Conformal
    element: Conformal
    picture: Conformal

    @classmethod
    def fit(cls, pairs: Sequence[Sequence[TextInformation]]) -> Self:
        """From the sentences of matching pairs."""
        told = [sentence for pair in pairs for sentence in pair]
        against = np.array([sentence.against for sentence in told])
        usual = np.stack([_usual(column[np.isfinite(column)]) for column in against.T])
        wholes = [max(_mismatch(usual, sentence) for sentence in pair) for pair in pairs]
        words = [-word.given_rest.nats for sentence in told for word in sentence.words]
        cells = torch.stack([on_cells(-sentence.pair.map) for sentence in told]).numpy()
        pictures = [pair[0].surprise for pair in pairs]
        return cls(usual, *(Conformal.fit(scores) for scores in (wholes, words or [0.0], cells, pictures)))

    def mismatch(self, told: TextInformation) -> float:
        """How far a sentence does not fit: 0 is usual of matching pairs, and 1 as far off as one in six of them."""
        return _mismatch(self.usual, told)

    def thinned(self, most: int) -> Self:
        """The same with about `most` scores of each kind kept."""
        return type(self)(self.usual, *(getattr(self, name).thinned(most) for name in NAMES))

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        arrays: dict[str, NDArray[Any]] = {"usual": self.usual}
        for name in NAMES:
            arrays |= getattr(self, name).state(name)
        return arrays

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Self:
        """Restore what `state` gave."""
        return cls(np.asarray(state["usual"], np.float64), *(Conformal.from_state(state, name) for name in NAMES))


def on_cells(plane: Tensor) -> Tensor:
    """A map (h, w) summed over the cells of a grid: (CELLS, CELLS)."""
    pooled: Tensor = functional.adaptive_avg_pool2d(plane[None, None], CELLS)[0, 0]
    return pooled * (plane.numel() / CELLS**2)


def _usual(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(scores):
        return np.array([0.0, 1.0])
    middle, bad = np.percentile(scores, (50, BAD_SIDE))
    return np.array([middle, max(bad - middle, 1e-6)])


def _mismatch(usual: NDArray[np.float64], told: TextInformation) -> float:
    return float(((np.array(told.against) - usual[:, 0]) / usual[:, 1]).max())
