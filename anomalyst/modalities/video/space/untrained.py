"""What methods in closed form see of clips: cells against stored normal cells, in two views, or against other times of
their own clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import OnStep, Rule
from anomalyst.detectors.effort import SERIES_EFFORTS, Tier, check_steps
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError
from anomalyst.modalities.table.space.rows import RowBank
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.space.answer import LaidClip, Said, VideoSpace, pieces_of
from anomalyst.modalities.video.space.encode import VIEWS, Encoder, View, chosen, owners
from anomalyst.modalities.video.space.judged import ClipYardstick
from anomalyst.modalities.video.space.places import looking
from anomalyst.samples import Sample

ALONE, LEAST_ALONE = 8, 80  # parts that a clip is cut into where it is its own reference; fewest steps of it
LEVELS: Mapping[Tier, int] = {"one": 1, "few": 3, "full": 8}


@dataclass(frozen=True)
class HeldClips:
    """Normals that are held out in turn."""

    pieces: list[VideoSample]
    choice: Choice | None = None


@dataclass(kw_only=True, eq=False)
class VideoCells(VideoSpace[LaidClip, ClipYardstick], BankSpace[LaidClip, HeldClips, Said, ClipYardstick]):
    """Cells against normal cells. `steps`: how much is spent: noise levels, and cells stored."""

    steps: Tier = "few"

    self_calibrating: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps(self.steps)
        self.levels, self.most = LEVELS[self.steps], round(SERIES_EFFORTS[self.steps].bank * self.max_bank)

    def learn(self, normals: Sequence[Sample], rules: Sequence[Rule], on_step: OnStep | None) -> HeldClips:
        """Store normal cells; InputError if there are none."""
        pieces = pieces_of(self.begun(normals))
        self.banks_ = self._banks(self.encoder_, pieces)
        return HeldClips(pieces)

    def _banks(self, encoder: Encoder, pieces: Sequence[VideoSample]) -> dict[View, RowBank]:
        """Cells to store, by view."""
        banks = {}
        for view in VIEWS:
            every = torch.cat([encoder.vectors(clip, view) for clip in pieces])
            kept = every[chosen(every, self.most, self.seed)].contiguous()
            banks[view] = RowBank.fit(kept, owners(view), self.levels)
        return banks

    def yardsticks(self, held: HeldClips, rules: Sequence[Rule]) -> dict[str, ClipYardstick]:
        """Each piece against the cells, and on the scale, of the others: by its own it would be flattered."""
        found = self._by_others(held.pieces, rules, beside=0)
        return {rule: ClipYardstick.fit(scores, "cross-conformal") for rule, scores in found.items()}

    def _by_others(
        self, pieces: Sequence[VideoSample], rules: Sequence[Rule], beside: int
    ) -> dict[Rule, list[NDArray[np.float64]]]:
        """Scores of each piece by the others, those up to `beside` next to it left out."""
        found: dict[Rule, list[NDArray[np.float64]]] = {rule: [] for rule in rules}
        for number, clip in enumerate(pieces):
            others = [one for place, one in enumerate(pieces) if abs(place - number) > beside] or list(pieces)
            mean, spread = looking(others)
            encoder = Encoder.fit(replace(self.encoder_.places, mean=mean, spread=spread), others)
            for rule, scores in self._scores(encoder, self._banks(encoder, others), clip, rules).items():
                found[rule].append(scores)
        return found

    def _scores(
        self, encoder: Encoder, banks: Mapping[View, RowBank], clip: VideoSample, rules: Sequence[Rule]
    ) -> dict[Rule, NDArray[np.float64]]:
        """Scores (V, T, rows, columns) of a clip's cells by each rule."""
        by_view = [banks[view].scores(rules, encoder.vectors(clip, view)) for view in VIEWS]
        return {
            rule: np.stack([scores[place].double().numpy().reshape(clip.shape) for scores in by_view])
            for place, rule in enumerate(rules)
        }

    def lay(self, sample: Sample) -> LaidClip:
        """A clip of the shape of the normals."""
        return LaidClip(self.laid(sample))

    def said(self, laid: LaidClip, rule: Rule, yardstick: ClipYardstick) -> Said:
        """What a rule says of a clip."""
        return Said.of(self._scores(self.encoder_, self.banks_, laid.sample, (rule,))[rule], yardstick)

    def alone(
        self, sample: Sample, rules: Sequence[Rule]
    ) -> tuple[LaidClip, dict[str, Said], dict[str, ClipYardstick]]:
        """A clip by itself: each part of it against those that are not beside it."""
        clip = self.begun([sample])[0]
        if clip.shape[0] < LEAST_ALONE:
            raise InputError(
                f"{sample.name!r} has {clip.shape[0]} steps, too few to judge one by the others; give a clip of at "
                f"least {LEAST_ALONE}, or normal clips to compare with.",
                "normal",
            )
        edges = np.linspace(0, clip.shape[0], ALONE + 1).astype(int)
        pieces = [clip.part(int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]
        parts = self._by_others(pieces, rules, beside=1)
        whole = {rule: np.concatenate(scores, axis=1) for rule, scores in parts.items()}
        yardsticks: dict[str, ClipYardstick] = {rule: ClipYardstick.alone(scores) for rule, scores in whole.items()}
        return LaidClip(clip), {rule: Said.of(scores, yardsticks[rule]) for rule, scores in whole.items()}, yardsticks

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> ClipYardstick:
        """The yardstick that gave this state."""
        return ClipYardstick.from_state(state, rule)

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        arrays = super().state()
        for view in VIEWS:
            arrays |= self.banks_[view].state(f"bank.{view}")
        return arrays

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        super().load(state)
        self.banks_ = {view: RowBank.from_state(state, f"bank.{view}") for view in VIEWS}

    def blank(self) -> dict[str, NDArray[Any]]:
        """Nothing was learned."""
        return {"alone": np.array([ALONE])}
