"""What methods in closed form see of images: patches, judged view by view by the denoiser that suits each.

Each view of the patches (`space/pixels.py`) is judged by the denoiser that suits it, the Gaussian one by place and the
empirical one among neighbours (`denoisers/judges.py`); the views' scores become one map (`map.Fusion`); what is read
off the map, the views and the whole picture becomes one score (`readings.py`). Each normal is scored as if it had been
held out, and calibrates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import TIE, Conformal
from anomalyst.detectors.calibration.unlike import unlike
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import CalibrationMethod, OnStep, Rule, RuleScore, ScoreMap
from anomalyst.detectors.denoisers.judges import GaussianJudge, Judge, load_judge
from anomalyst.detectors.effort import AUTO, Tier, Trim, check_trim, image_effort, least_suspect, trimmed_count
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError, require
from anomalyst.evidence.findings import differs_as_a_whole
from anomalyst.modalities.image.found.faint import RARE
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import ImageScores
from anomalyst.modalities.image.space.answer import ELEMENT_STRIDE, calibrations
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.choose import TRIED, Held, Views, choose, judged
from anomalyst.modalities.image.space.close import Close, CloseYardstick, calibrated, is_large, peak, seen_closely
from anomalyst.modalities.image.space.expected import drawn_closely, looks_aligned, rejected
from anomalyst.modalities.image.space.map import Fusion, blur, held_out, image_score, smooth_map
from anomalyst.modalities.image.space.pixels import (
    CELL,
    Levels,
    Scaler,
    drawn,
    look_at_all,
    to_working,
    wholes_of,
    working_shape,
)
from anomalyst.modalities.image.space.progress import Progress
from anomalyst.modalities.image.space.readings import LEAST, Floats, Pooling, readings
from anomalyst.modalities.image.space.retaken.kept import MOST
from anomalyst.modalities.image.space.retaken.space import RetakenSpace
from anomalyst.modalities.image.space.views import HeldViews, JudgedViews, LaidViews, Shown, ViewYardstick, quarters
from anomalyst.modalities.image.space.whole import Whole, Wholes
from anomalyst.modalities.notes import left_out_note, unlike_and_left_out
from anomalyst.samples import Sample

MOST_CELLS = 1_000_000  # cells of normals held while fitting; of more normals, as many as fit are drawn at random
LEAST_BANK = 1000
CALIBRATED = 128  # normal images scored as if held out
WITNESSED = 20  # of these by the other rules too, whose p-values only tell whether they agree at the usual alarm level
RETAKEN = 32  # the same of normals that are taken as a picture was: they tell what that does to scores
KEPT_PICTURES = 32  # normal images kept as pixels, to draw expected ones from
PICTURE = "picture"  # the prefix of what is saved of whole pictures
NEIGHBOURS = ("auto", "aligned", "global")
TILES = ("auto", "on", "off")
CLOSELY = 32  # normals that are looked at closely, as this costs most
LOOKS = 2  # times that normals unlike the others are looked for: without the first ones others may stand out


@dataclass(kw_only=True, eq=False)
class ImageViews(
    JudgedViews, RetakenSpace[LaidViews, ViewYardstick], BankSpace[LaidViews, HeldViews, RuleScore, ViewYardstick]
):
    """Images against normal images, patch by patch.

    `backbone`: None for pixel patches, or a `transformers` vision model (folder or hub name); `layers`: its hidden
    states, None for the middle ones; `patches`: join pixel patches to its features; `neighbours`: "aligned" compares
    with the same place of the normals, "global" with any place, "auto" tries both on synthetic anomalies; `steps`: how
    much is spent, "one" (one noise level, a quarter of the vectors, only the very place where compared by place), "few"
    (four levels) or "full" (ten, four times the vectors, places up to two cells away); a number of levels, as detectors
    saved by older versions have it, is "few" with these; `max_bank`: most vectors searched without regard to place (32
    times as many by place); `tiles`: look at pictures in tiles at full resolution too ("on"), at large ones ("auto") or
    not ("off"); `trim`: "auto" leaves out normals that are unlike the others beyond doubt and learns again without them
    (`calibration/unlike.py`; of more than 128 normals, 128 are asked); a share leaves out as many, those that the
    others explain worst, before anything is learned. p-values suppose that what was left out is abnormal: if k of n
    were none the less normal, false alarms rise by up to about k / n. With "auto", k is 0 for all but 1 % of clean
    sets, each time that is looked, if their scores fall off as is supposed there.
    """

    backbone: str | None = None
    layers: Sequence[int] | None = None
    patches: bool = True
    neighbours: str = "auto"
    steps: Tier | int = "few"
    max_bank: int = 12_000
    trim: Trim = AUTO
    tiles: str = "auto"

    calibrated: ClassVar[CalibrationMethod] = "cross-conformal"
    judged = CALIBRATED  # normals that are scored as if held out; no option

    def __post_init__(self) -> None:
        require(self.neighbours in NEIGHBOURS, "neighbours", self.neighbours, f"one of {', '.join(NEIGHBOURS)}")
        require(self.max_bank >= LEAST_BANK, "max_bank", self.max_bank, f"a number of vectors from {LEAST_BANK}")
        require(self.tiles in TILES, "tiles", self.tiles, f"one of {', '.join(TILES)}")
        self.effort = image_effort(self.steps)
        check_trim(self.trim, auto=True)
        super().__post_init__()

    def learn(self, normals: Sequence[Sample], rules: Sequence[Rule], on_step: OnStep | None) -> HeldViews:
        """Learn from normal images; InputError if there is none or one is no image."""
        images = self.seen(normals)
        if not images:
            raise InputError("got no normal image; an image detector needs at least one, better 20 or more.")
        self.in_tiles_ = len(images) > 1 and (self.tiles == "on" or (self.tiles == "auto" and is_large(images)))
        self.shape_ = working_shape(images, self.size, self.encoder.step)
        return self._learn(self._shown(images), rules, on_step)

    def _learn(self, shown: Shown, rules: Sequence[Rule], on_step: OnStep | None) -> HeldViews:
        """From normals as they were seen."""
        self.progress = Progress(on_step)
        self.left_out_: dict[int, str] = {}
        share, count = 0.0 if self.trim == AUTO else self.trim, len(shown.numbers)
        fewer = trimmed_count(count, share)
        self._expect(count - fewer, count if fewer else 0)
        if fewer:
            shown = self._without(shown, self._least_suspect(shown.cells, rules[0], share))
        return self._stored(shown, rules[0])

    def settled(self, held: HeldViews, rules: Sequence[Rule]) -> tuple[HeldViews, Mapping[str, ViewYardstick]]:
        known = self.yardsticks(held, rules)
        while (rest := self._without_unlike(held, known[rules[0]])) is not None:
            held, known = rest, self.yardsticks(rest, rules)
        return held, known

    def _without_unlike(self, held: HeldViews, yardstick: ViewYardstick) -> HeldViews | None:
        """Normals stored again without those that are unlike the others beyond doubt; None where all stay."""
        odd = unlike(yardstick.held_out) if self.trim == AUTO and held.looks < LOOKS else []
        if not odd:
            return None
        kept = [k for k, number in enumerate(held.shown.numbers) if number not in odd]
        self._expect(len(kept), chosen=True)
        rest = self._stored(self._without(held.shown, kept), held.first, held.choice)
        return replace(rest, looks=held.looks + 1)

    def _without(self, shown: Shown, kept: Sequence[int]) -> Shown:
        """Only those that are kept; which others there are is noted."""
        rest = shown.only(kept)
        self.left_out_ |= shown.names(set(shown.numbers.tolist()) - set(rest.numbers.tolist()))
        return rest

    def notes(self) -> tuple[str, ...]:
        tell = unlike_and_left_out if self.trim == AUTO else left_out_note
        return (*self.told_, tell(list(self.left_out_.values()))) if self.left_out_ else self.told_

    def _shown(self, images: Sequence[ImageSample]) -> Shown:
        """Normal images, each scene once, as many as can be held."""
        most = max(1, MOST_CELLS * CELL**2 // (self.shape_[0] * self.shape_[1]))
        numbers = np.array(drawn(range(len(images)), most, self.seed))
        pixels = np.stack([self.levels(to_working(images[i], self.shape_)) for i in numbers])
        single = self.singles(images, numbers.tolist(), pixels)
        return self._looked_at([images[i] for i in numbers[single]], numbers[single], pixels[single])

    def _looked_at(self, images: Sequence[ImageSample], numbers: NDArray[np.int64], pixels: Levels) -> Shown:
        """These images, whose working pixels are known."""
        seen = look_at_all(self.encoder, pixels)
        return Shown(images, numbers, pixels, seen.cells, seen.whole)

    def _stored(self, shown: Shown, first: Rule, choice: Choice | None = None) -> HeldViews:
        """What is learned of normals but how their scores lie; `choice`: what some more of them chose."""
        pixels, wholes = shown.pixels, shown.wholes
        pictured, kept = (drawn(range(len(pixels)), most, self.seed) for most in (KEPT_PICTURES, MOST))
        self.canvas_ = Canvas(pixels[pictured], looks_aligned(pixels))
        if self.scale_ is None and not self.in_tiles_:
            self.keep(pixels[[k for k in kept if k not in pictured]])
        vectors = self._learn_scales(shown.cells)
        gaussians = self._gaussians(vectors)
        if choice is None:
            choice, judges, known = self._choose(pixels, vectors, gaussians)
        else:
            judges, known = self._judges(vectors, choice.option, gaussians), {}
        self.neighbours_ = choice.option
        self.judges_ = [j.fitted() if isinstance(j, GaussianJudge) else j for j in judges]
        wholes = wholes if len(pixels) > LEAST else None
        compared = (
            None
            if wholes is None
            else Wholes.among(shown.images, wholes, self._look_whole, self.scale_ is not None, self.seed)
        )
        self.whole_ = None if compared is None else compared.fit()
        near = self._look_closely(shown.images)
        return HeldViews(shown, choice, vectors, compared, judges, known, near, first)

    def learned_as(
        self, images: Sequence[ImageSample], yardsticks: Mapping[str, ViewYardstick]
    ) -> tuple[Self, Mapping[str, ViewYardstick]]:
        fewer = max(LEAST_BANK, self.max_bank // 2)  # of fewer normals, so that each is told by about as many vectors
        other = replace(self, neighbours=self.neighbours_, trim=0.0, tiles="off", max_bank=fewer)
        other.encoder, other.shape_, other.scale_, other.told_ = self.encoder, self.shape_, None, ()
        other.in_tiles_ = False
        other.drawn, other.judged = self.drawn, RETAKEN
        rules: Any = list(yardsticks)
        pixels = np.stack([self.levels(to_working(image, self.shape_)) for image in images])
        shown = other._looked_at(images, np.arange(len(images)), pixels)  # each scene once, as in `fit`
        found = other.yardsticks(other._learn(shown, rules, None), rules)
        return other, {rule: one.told_as(yardsticks[rule]) for rule, one in found.items()}

    def _look_closely(self, images: Sequence[ImageSample]) -> Sequence[ImageSample]:
        """Learn from tiles of normals, of some of them; which these are, none where pictures are not looked at so."""
        near = images[:CLOSELY] if self.in_tiles_ else []
        fine = self.scale_ is not None
        self.close_ = Close.fit(near, fine, self.max_bank, self.effort, self.seed) if near else None
        return near

    def lay(self, sample: Sample) -> LaidViews:
        """An image of any size."""
        laid = self.laid(sample)
        seen = look_at_all(self.encoder, self.levels(laid.working)[None])
        whole = None if self.whole_ is None or seen.whole is None else self.whole_.score(seen.whole[0])
        cells = [view[0] for view in self._scaled(seen.cells)]
        return LaidViews(laid.image, laid.working, laid.given, cells=cells, whole=whole)

    def said(self, laid: LaidViews, rule: Rule, yardstick: ViewYardstick) -> RuleScore:
        """What a rule says of an image."""
        (scored,) = self._scores(self.judges_, [rule], laid.cells)
        working = smooth_map(yardstick.fusion.cells(scored), self.shape_, blur(self.shape_))
        read = readings(working, scored / yardstick.fusion.level, laid.whole)
        near = seen_closely(self.close_, yardstick.close, laid.image, rule, working)
        if near is not None:
            working, read = near, np.array([peak(near), *read])
        return yardstick.opinion(working, yardstick.pooling.score(read), laid)

    def told(self, laid: LaidViews, said: Mapping[str, RuleScore], yardsticks: Mapping[str, ViewYardstick]) -> ScoreMap:
        found = super().told(laid, said, yardsticks)
        own = next(iter(said))
        whole, pooling = laid.whole, yardsticks[own].pooling
        as_a_whole = whole is not None and said[own].sample_score <= pooling.as_peak(-1, whole) * (1 + TIE)
        as_a_whole = as_a_whole or differs_as_a_whole(found.p_values <= RARE)
        close = self.close_ is not None
        aligned = self._aligned and not close  # pictures of tiles are drawn in other places
        detail = ImageScores(as_a_whole, self.drawn, close, self.taken_, aligned)
        if self.close_ is None or not self.pictured:
            return replace(found, detail=detail)
        canvas = Canvas(self.close_.tiles, aligned=False)  # small places drawn anew at full resolution
        expected = drawn_closely(laid.image.pixels, found.expected, rejected(found.p_values), canvas, self.seed)
        return replace(found, expected=expected, samples=expected[None], detail=detail)

    def _least_suspect(self, raw: list[Tensor], rule: Rule, share: float) -> list[int]:
        """Numbers of the normals that stay: each scored by the others, with neighbours from anywhere by default."""
        views = self._learn_scales(raw)
        judges = self._judges(views, "global" if self.neighbours == "auto" else self.neighbours, self._gaussians(views))
        cells = [self._scores(judges, [rule], [v[i] for v in views], i)[0] for i in range(len(raw[0]))]
        scored = torch.stack(cells, 1)
        totals = [
            image_score(smooth_map(one, self.shape_, blur(self.shape_))) for one in Fusion.fit(scored).normals(scored)
        ]
        return least_suspect(totals, share)

    def _expect(self, normals: int, suspected: int = 0, chosen: bool = False) -> None:
        """Count the judgements of normals that are to come: of those under suspicion, of each candidate on whole and
        damaged ones, of the calibration, of tiles."""
        tries = self.neighbours == "auto" and normals > 1 and not chosen
        tried = 2 * (len(NEIGHBOURS) - 1) * min(TRIED, normals) if tries else 0
        calibrated = min(CALIBRATED, normals) if normals > 1 else 4
        self.progress.expect(suspected + tried + calibrated + (min(CLOSELY, normals) if self.in_tiles_ else 0))

    def _choose(
        self, pixels: Levels, vectors: Views, gaussians: Mapping[int, Judge]
    ) -> tuple[Choice, list[Judge], Held]:
        """Which neighbours are asked, the judges that ask them, and their densities of the normals that were tried."""
        if self.neighbours != "auto" or len(pixels) < 2:
            asked = self.neighbours != "auto"
            option = self.neighbours if asked else "global"
            why = "it was asked for" if asked else "one normal image shows nothing about places"
            return Choice(option, {}, why), self._judges(vectors, option, gaussians), {}
        judges = {option: self._judges(vectors, option, gaussians) for option in NEIGHBOURS[1:]}

        def encode(images: Levels) -> Views:
            return self._scaled(look_at_all(self.encoder, images).cells)

        candidates = {name: judged(some, self.progress.step) for name, some in judges.items()}
        choice, held = choose(pixels, vectors, encode, candidates, self._placed, self.seed)
        return choice, judges[choice.option], held

    def yardsticks(self, held: HeldViews, rules: Sequence[Rule]) -> dict[str, ViewYardstick]:
        """Score normals with their own vectors left out; whole-image scores and pooled pixels."""
        single = len(held.vectors[0]) == 1
        units = [quarters(v[0]) for v in held.vectors] if single else held.vectors
        chosen = drawn(range(len(units[0])), self.judged, self.seed)
        asked = {rule: chosen if rule == held.first else drawn(chosen, WITNESSED, self.seed) for rule in rules}
        said: dict[str, list[Tensor]] = {rule: [] for rule in rules}
        for number in sorted(set().union(*asked.values())):
            on = [rule for rule in rules if number in asked[rule]]
            known = held.known.get(number) if on == ["density"] else None
            for rule, one in zip(on, self._held_out(held.judges, on, units, number, known), strict=True):
                said[rule].append(one)
        return {rule: self._yardstick(held, rule, torch.stack(said[rule], 1), asked[rule]) for rule in rules}

    def _held_out(
        self, judges: Sequence[Judge], rules: Sequence[Rule], units: Views, number: int, known: Tensor | None
    ) -> list[Tensor]:
        """What each rule says of a normal that is left out; `known`: what the only one of them said already."""
        if known is None:
            return self._scores(judges, rules, [v[number] for v in units], number)
        self.progress.step()
        return [known]

    def _yardstick(self, held: HeldViews, rule: Rule, scored: Tensor, chosen: Sequence[int]) -> ViewYardstick:
        """From a rule's scores (V, n, rows, columns) of the `chosen` normals, each held out."""
        single = len(held.vectors[0]) == 1
        shape = (self.shape_[0] // 2, self.shape_[1] // 2) if single else self.shape_
        fusion = Fusion.fit(scored, by_place=not single)
        maps = [smooth_map(cells, shape, blur(shape, 2 if single else 1)) for cells in fusion.normals(scored)]
        read = self._readings(maps, held_out(scored), held, chosen)
        thinned, close = [m[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for m in maps], None
        if self.close_ is not None and rule == held.first:
            chosen = [k for k in chosen if k < len(held.images)]
            peaks, thinned, close = calibrated(
                self.close_, held.images, rule, dict(zip(chosen, maps, strict=False)), self.progress.step
            )
            read = np.hstack([peaks, read[: len(chosen)]])
        totals = Pooling.held_out(read)
        return ViewYardstick(
            element=Conformal.fit(torch.stack(thinned).numpy()),
            whole=Conformal.fit([max(totals)] if single else totals),
            held_out={} if single else dict(zip(held.shown.numbers[chosen].tolist(), totals, strict=True)),
            fusion=fusion,
            pooling=Pooling.fit(read),
            close=close,
        )

    def _readings(self, maps: Sequence[Tensor], views: Tensor, held: HeldViews, chosen: Sequence[int]) -> Floats:
        """Readings (n, R) of the `chosen` normals: their maps, their views' cells (V, n, rows, columns) over what is
        typical, their wholes by the others."""
        wholes: list[float] | list[None] = [None] * len(maps)
        if held.wholes is not None:
            wholes = held.wholes.held_out(chosen)
        return np.stack([readings(*one) for one in zip(maps, views.unbind(1), wholes, strict=True)])

    def _look_whole(self, images: Sequence[ImageSample]) -> Tensor:
        return wholes_of(self.encoder, np.stack([self.levels(to_working(image, self.shape_)) for image in images]))

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> ViewYardstick:
        """The yardstick that gave this state."""
        element, whole = calibrations(state, rule)
        return ViewYardstick(
            element=element,
            whole=whole,
            fusion=Fusion.from_state(state, f"fusion.{rule}"),
            pooling=Pooling.from_state(state, f"pooling.{rule}"),
            close=CloseYardstick.from_state(state, f"close.{rule}"),
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        # Another name than "views", so that a detector whose features were averaged over cells is not taken for one of
        # today: it is refused, with the advice to fit again.
        arrays = super().state() | {"kept": np.array(self.kept_)}
        for k, scaler, judge in zip(self.kept_, self.scalers_, self.judges_, strict=True):
            arrays |= scaler.state(f"scaler.{k}") | judge.state(f"judge.{k}")
        arrays |= {} if self.close_ is None else self.close_.state()
        return arrays if self.whole_ is None else arrays | self.whole_.state(PICTURE)

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        super().load(state)
        self.kept_ = [int(k) for k in state["kept"]]
        self.scalers_ = [Scaler.from_state(state, f"scaler.{k}") for k in self.kept_]
        self.judges_ = [load_judge(state, f"judge.{k}") for k in self.kept_]
        self.whole_ = Whole.from_state(state, PICTURE)
        self.close_ = Close.from_state(state)
        self.neighbours_ = Choice.from_state(state).option
