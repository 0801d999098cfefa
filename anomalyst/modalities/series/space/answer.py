"""What both spaces of series share: what a sample was laid out as, and the answer for one series."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import REACH, Conformal
from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.series.space.grid import Floats, Grid
from anomalyst.modalities.series.space.judged.alarm import EventCalibration, is_in
from anomalyst.modalities.series.space.judged.stretches import OwnStretches, StretchCalibration, of_many
from anomalyst.modalities.series.space.pictured.expected import Picture
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.samples import Sample

UNUSUAL = 0.01  # rows of smaller p-values have channels to blame whatever else lacks

Judge = EventCalibration | StretchCalibration | OwnStretches


@dataclass(frozen=True)
class Said:
    """What a rule says of a series: its opinion on the grid (G,), the surprise of each channel behind it, and the
    p-values (G,) of the values alone. `missing`: the surprise of what lacks (G, C), None where nothing does."""

    opinion: RuleScore
    profile: Profile
    judged: NDArray[np.float32]
    missing: Floats | None = None

    @classmethod
    def of(cls, profile: Profile, judge: Judge, missing: Floats | None = None) -> Said:
        """What a profile says, by what calibrates it, and what lacks."""
        opinion = judge.opinion(profile)
        if missing is None or not isinstance(judge, EventCalibration):
            return cls(opinion, profile, opinion.p_values)
        return cls(judge.raised(opinion, missing.max(1)), profile, opinion.p_values, missing)

    def calmed(self, judge: Judge, steps: NDArray[np.bool_]) -> Said:
        """The same, where the values of some `steps` (G,) turned out to be usual."""
        known, missing = self.opinion, self.missing
        steps = steps if missing is None else steps & ~(missing > 0).any(1)
        scores = np.where(steps, np.minimum(known.scores, np.median(known.scores)), known.scores)
        p_values = np.where(steps, np.maximum(known.p_values, np.median(known.p_values)), known.p_values)
        judged = np.where(steps, p_values, self.judged)
        highest = float(scores.max())
        opinion = RuleScore(scores, p_values, highest, judge.whole_p(highest, len(scores)))
        return replace(self, opinion=opinion, judged=judged)

    def mistimed(self, judge: Judge) -> NDArray[np.bool_] | None:
        """Where nothing but its time is odd of a channel (G, C); None where nothing is."""
        if not isinstance(judge, EventCalibration):
            return None
        found = self.profile.mistimed(judge.tails.each(self.profile.sizes))
        return None if found is None or not found.any() else found.T.numpy()

    def besides(self, judge: Judge) -> tuple[NDArray[np.bool_], NDArray[np.float32]] | None:
        """The cells (G, C) of rare events that are more surprising than all else of their rows, and the p-values (G,)
        of rows by all else; None where there are none."""
        if not isinstance(judge, EventCalibration) or self.profile.rare is None:
            return None
        led = self.profile.led(judge.tails.each(self.profile.sizes))
        if self.missing is not None:
            led &= (self.missing.max(1) < self.profile.rare.max(1))[:, None]
        return (led, judge.opinion(replace(self.profile, rare=None)).p_values) if led.any() else None

    def apart(self, judge: Judge) -> Tensor | None:
        """Where channels come apart, and this is what is most surprising: (C, G)."""
        if not isinstance(judge, EventCalibration):
            return None
        return self.profile.apart(judge.tails.each(self.profile.sizes))


def judge_in(state: dict[str, NDArray[Any]], rule: str) -> EventCalibration | StretchCalibration:
    """The judge that was saved for a rule, of today or of the first version."""
    return (EventCalibration if is_in(state, rule) else StretchCalibration).from_state(state, rule)


def score_map(
    grid: Grid,
    said: Mapping[str, Said],
    judge: Judge,
    shown: Picture,
    *,
    split: bool = False,
) -> ScoreMap:
    """A series detector's answer on the sample's rows. `said`: of each rule on the grid, the detector's own one first;
    `judge`: of that one; `shown`: what is expected; `split`: normals that calibrate were not learned from."""
    rows, steps = grid.rows, len(grid.values)
    on_rows = {rule: _on(rows, what.opinion) for rule, what in said.items()}
    own = next(iter(said))
    profile = said[own].profile
    blame = profile.blame(judge.tails.each(profile.sizes) if isinstance(judge, EventCalibration) else None).T.numpy()
    lacking = judged = None
    missing = said[own].missing
    if missing is not None:
        lacking, judged = grid.back(missing[rows] > 0), said[own].judged[rows]
        blame = _to_missing(blame, missing, said[own])
    mistimed, besides = said[own].mistimed(judge), said[own].besides(judge)
    return ScoreMap(
        modality="series",
        scores=on_rows[own].scores,
        p_values=on_rows[own].p_values,
        sample_score=on_rows[own].sample_score,
        sample_p=on_rows[own].sample_p,
        extrapolated=judge.is_extrapolated(on_rows[own].sample_score),
        expected=grid.back(shown.mean),
        samples=grid.back(shown.samples),
        calibration=_calibration(judge, steps, split),
        rules=on_rows,
        detail=SeriesScores(
            channels=grid.back(blame[rows]).astype(np.float32),
            independent=judge.independent(steps),
            lacking=lacking,
            judged=judged,
            off=grid.back(shown.off) if shown.off is not None and shown.off.any() else None,
            apart=grid.back(shown.apart) if shown.apart is not None and shown.apart.any() else None,
            mistimed=None if mistimed is None else grid.back(mistimed[rows]),
            rare=None if besides is None else grid.back(besides[0][rows]),
            besides=None if besides is None else besides[1][rows],
        ),
    )


def _calibration(judge: Judge, steps: int, split: bool) -> Calibration:
    known = judge.stretches
    return Calibration(
        method="self-calibrated" if known is None else "split-conformal" if split else "cross-conformal",
        normals=0 if known is None else known.count,
        elements=judge.behind,
        smallest=judge.smallest_p(steps),
        supported=supported(known, steps / judge.length),
    )


def _to_missing(blame: NDArray[np.floating], missing: Floats, said: Said) -> NDArray[np.floating]:
    """Blame (G, C) that goes to what is missing in the rows that score by it."""
    by_it = (said.opinion.p_values < said.judged) & (said.judged > UNUSUAL)
    return np.asarray(np.where(by_it[:, None], missing, blame))


def _on(rows: NDArray[np.int64], said: RuleScore) -> RuleScore:
    return replace(said, scores=said.scores[rows], p_values=said.p_values[rows])


def supported(stretches: Conformal | None, times: float) -> float:
    """The smallest p-value that is believed of a series as long as so many stretches: as of other samples, REACH times
    below what one of them can show; where a series is judged alone, they are its own."""
    count = times if stretches is None else stretches.count
    return of_many(1 / (REACH * (count + 1)), times)


def as_series(sample: Sample) -> SeriesSample:
    """The sample, if it is a series; else InputError."""
    if not isinstance(sample, SeriesSample):
        raise InputError(f"{sample.name!r}: got an image; a series detector takes a time series.")
    return sample


def as_all_series(normals: Sequence[Sample]) -> list[SeriesSample]:
    """Normal series, all in the columns of the first; InputError if they have others."""
    series = [as_series(sample) for sample in normals]
    return [in_columns(sample, series[0].columns)[0] for sample in series]


def in_columns(sample: SeriesSample, columns: tuple[str, ...]) -> tuple[SeriesSample, tuple[int, ...]]:
    """(the sample with the normals' columns in their order, where each of these stood in it, () where all do so).

    InputError unless the sample has the same columns.
    """
    if sample.columns == columns:
        return sample, ()
    missing = [c for c in columns if c not in sample.columns]
    extra = [c for c in sample.columns if c not in columns]
    if missing or extra:
        raise InputError(
            f"{sample.name!r}: columns differ from the normals': missing {missing!r}, not expected {extra!r}; give the "
            f"columns {', '.join(columns)}."
        )
    order = tuple(sample.columns.index(c) for c in columns)
    units = tuple(sample.units[i] for i in order)
    return replace(sample, values=sample.values[:, order], columns=columns, units=units), order


def packed(columns: tuple[str, ...]) -> NDArray[np.uint8]:
    """Names as an array to save."""
    return np.frombuffer(json.dumps(columns).encode(), dtype=np.uint8).copy()


def unpacked(array: NDArray[np.uint8]) -> tuple[str, ...]:
    """What `packed` gave."""
    return tuple(json.loads(bytes(array)))
