"""What methods in closed form see of clips: cells against stored normal cells, in two views, or against other times of
their own clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import OnStep, Rule
from anomalyst.detectors.effort import SERIES_EFFORTS, Tier, check_steps
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError
from anomalyst.modalities.table.space.rows import RowBank
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.space.answer import LaidClip, Said, VideoSpace, pieces_of
from anomalyst.modalities.video.space.encode import VIEWS, View, chosen, owners
from anomalyst.modalities.video.space.judged import ClipYardstick
from anomalyst.samples import Sample

ALONE, LEAST_ALONE = 8, 80  # parts that a clip is cut into where it is its own reference; fewest steps of it
LEVELS: Mapping[Tier, int] = {"one": 1, "few": 3, "full": 8}


@dataclass(frozen=True)
class HeldClips:
    """Normals that are held out in turn; `bank`, `piece` (M,): by view the stored cells, and which piece each is of."""

    pieces: list[VideoSample]
    bank: dict[View, RowBank]
    piece: dict[View, Tensor]
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
        return self._stored(pieces_of(self.begun(normals)))

    def _stored(self, pieces: list[VideoSample]) -> HeldClips:
        bank, piece = {}, {}
        for view in VIEWS:
            vectors, owner = self._chosen(pieces, view)
            bank[view], piece[view] = RowBank.fit(vectors, owners(view), self.levels), owner
        self.banks_ = bank
        return HeldClips(pieces, bank, piece)

    def _chosen(self, pieces: list[VideoSample], view: View) -> tuple[Tensor, Tensor]:
        """Cells to store (M, d), and the number of each one's piece (M,)."""
        vectors = [self.encoder_.vectors(clip, view) for clip in pieces]
        owner = torch.cat([torch.full((len(found),), number) for number, found in enumerate(vectors)])
        every = torch.cat(vectors)
        kept = chosen(every, self.most, self.seed)
        return every[kept].contiguous(), owner[kept]

    def yardsticks(self, held: HeldClips, rules: Sequence[Rule]) -> dict[str, ClipYardstick]:
        """Each piece against the cells of the others."""
        found: dict[Rule, list[NDArray[np.float64]]] = {rule: [] for rule in rules}
        for number, clip in enumerate(held.pieces):
            others = {view: _without(held.bank[view], held.piece[view] == number) for view in VIEWS}
            for rule, scores in self._scores(others, clip, rules).items():
                found[rule].append(scores)
        return {rule: ClipYardstick.fit(scores, "cross-conformal") for rule, scores in found.items()}

    def _scores(
        self, banks: Mapping[View, RowBank], clip: VideoSample, rules: Sequence[Rule]
    ) -> dict[Rule, NDArray[np.float64]]:
        """Scores (V, T, rows, columns) of a clip's cells by each rule."""
        by_view = [banks[view].scores(rules, self.encoder_.vectors(clip, view)) for view in VIEWS]
        return {
            rule: np.stack([scores[place].double().numpy().reshape(clip.shape) for scores in by_view])
            for place, rule in enumerate(rules)
        }

    def lay(self, sample: Sample) -> LaidClip:
        """A clip of the shape of the normals."""
        return LaidClip(self.laid(sample))

    def said(self, laid: LaidClip, rule: Rule, yardstick: ClipYardstick) -> Said:
        """What a rule says of a clip."""
        return Said.of(self._scores(self.banks_, laid.sample, (rule,))[rule], yardstick)

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
        held = self._stored([clip.part(int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)])
        parts: dict[Rule, list[NDArray[np.float64]]] = {rule: [] for rule in rules}
        for number, part in enumerate(held.pieces):
            far = {view: _without(held.bank[view], (held.piece[view] - number).abs() <= 1) for view in VIEWS}
            for rule, scores in self._scores(far, part, rules).items():
                parts[rule].append(scores)
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


def _without(bank: RowBank, left_out: Tensor) -> RowBank:
    """Stored cells without some of them; all where none would be left."""
    return bank if bool(left_out.all()) else RowBank(bank.vectors[~left_out].contiguous(), bank.owner, bank.sigmas)
