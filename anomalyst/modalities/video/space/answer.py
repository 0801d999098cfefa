"""What all spaces of clips share: how a clip is laid out, and the whole answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.calibration.conformal import P_FLOOR
from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.detectors.space import Space
from anomalyst.errors import InputError, require
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import VideoScores
from anomalyst.modalities.video.space.encode import Encoder
from anomalyst.modalities.video.space.judged import ClipYardstick, largest
from anomalyst.modalities.video.space.places import Places
from anomalyst.samples import Sample

HEALED = 0.1  # cells of a smaller p-value are not what is expected
LEAST_PIECES, LEAST_STEPS = 8, 16  # that normals are held out in; steps of one


@dataclass(frozen=True)
class Said:
    """What one rule says of a clip: of its places and the whole, of its steps (T,), and of single cells."""

    score: RuleScore
    steps: NDArray[np.float64]
    cells: NDArray[np.float64]

    @classmethod
    def of(cls, scores: NDArray[np.float64], yardstick: ClipYardstick) -> Said:
        """By the scores (V, T, rows, columns) of cells."""
        return cls(yardstick.opinion(scores), yardstick.surprise(scores), largest(scores, yardstick.level))


@dataclass(frozen=True)
class LaidClip:
    """A clip of the shape that the normals have."""

    sample: VideoSample


L = TypeVar("L", bound=LaidClip)
Y = TypeVar("Y", bound=ClipYardstick)


@dataclass(kw_only=True, eq=False)
class VideoSpace(Space[L, Said, Y], Generic[L, Y]):
    """What all spaces of cells share. `max_bank`: most normal cells that others are compared with."""

    max_bank: int = 6_000

    self_calibrating: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require(self.max_bank >= 100, "max_bank", self.max_bank, "a number of cells from 100")

    def judging_only(self) -> Self:
        return self

    def begun(self, normals: Sequence[Sample]) -> list[VideoSample]:
        """The normal clips, after learning what they hold where; InputError if there are none or one is no clip."""
        clips = [_clip(normal) for normal in normals]
        require(bool(clips), "normal clips", 0, "at least one, better ten")
        require(len({clip.shape[1:] for clip in clips}) == 1, "normal clips", "clips of several shapes", "one shape")
        self.encoder_ = Encoder.fit(Places.fit(clips), clips)
        return clips

    def laid(self, sample: Sample) -> VideoSample:
        """A clip of the shape that the normals have; InputError if it has another."""
        clip, shape = _clip(sample), self.encoder_.places.moved.shape
        if clip.shape[1:] != shape:
            raise InputError(
                f"{sample.name!r} has frames of {clip.size[0]} × {clip.size[1]} pixels, in other proportions than "
                "those of its normals; give normal clips of the same view."
            )
        return clip

    def told(self, laid: L, said: Mapping[str, Said], yardsticks: Mapping[str, Y]) -> ScoreMap:
        first = next(iter(said))
        own, yardstick, clip = said[first].score, yardsticks[first], laid.sample
        places = self.encoder_.places
        looks = np.sqrt(np.square(places.looks(clip.cells)).mean(-1))
        detail = VideoScores(
            said[first].steps.astype(np.float32),
            said[first].cells.astype(np.float32),
            looks,
            places.fastest,
            places.largest,
            places.moved,
            places.ways,
        )
        expected = np.where((own.p_values < HEALED)[..., None], places.usual, clip.cells).astype(np.float32)
        return ScoreMap(
            "video", own.scores, own.p_values, own.sample_score, own.sample_p,
            yardstick.events.is_extrapolated(own.sample_score), expected, expected[None],
            self._calibration(yardstick, len(clip.cells)), {rule: one.score for rule, one in said.items()}, detail,
        )  # fmt: skip

    def _calibration(self, yardstick: Y, steps: int) -> Calibration:
        if yardstick.method == "self-calibrated":
            return Calibration(yardstick.method, 0, 0)
        stretches = yardstick.events.stretches
        count = 0 if stretches is None else stretches.count
        return Calibration(yardstick.method, count, yardstick.cells.count, P_FLOOR, yardstick.shown(steps))

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        return self.encoder_.state()

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.encoder_ = Encoder.from_state(state)


def pieces_of(clips: Sequence[VideoSample]) -> list[VideoSample]:
    """What is held out in turn: the clips, the longest of them in halves until there are LEAST_PIECES."""
    pieces = list(clips)
    while len(pieces) < LEAST_PIECES:
        longest = max(range(len(pieces)), key=lambda number: pieces[number].shape[0])
        clip = pieces[longest]
        if clip.shape[0] < 2 * LEAST_STEPS:
            break
        middle = clip.shape[0] // 2
        pieces[longest : longest + 1] = [clip.part(0, middle), clip.part(middle, clip.shape[0])]
    return pieces


def _clip(sample: Sample) -> VideoSample:
    if not isinstance(sample, VideoSample):
        raise InputError(f"{sample.name!r} is {sample.modality} data; a video detector reads clips.")
    return sample
