"""Known anomalies in real normal series: of each kind at several sizes, lengths, times and channels.

Normal are the rows of a train part, or the longest run without a label where there is none. The last third of them is
what is judged, at most ROWS rows of it; up to LEARNED rows before it are learned from.
A place is drawn until the anomaly can be seen there at all: a flat line where values move, a change of rhythm where
there is one, a lost coupling in a channel that goes with another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.planted import anywhere, spread_of
from benchmarks.series import as_sample
from benchmarks.series_data import Case
from benchmarks.series_events import chosen, excerpt, held_out
from benchmarks.series_power import in_turns
from benchmarks.words.judging import ALPHA, Tried, Truth, headline_of

SETS = ("nab", "mba", "kpi", "ucr", "smap_msl", "smd", "asd")
EACH = 3  # series of a set,
CHANNELS = 8  # channels that move of each, at most
LEARNED, ROWS = 2_000, 1_600
TRIES = 50  # places drawn for an anomaly
MOVING = 0.5  # share of steps that are none of no length, where values move
COUPLED = 0.9  # correlation of channels that go together
RHYTHM = 0.7  # autocorrelation one period on
LARGER = 3.0  # times
PERIODS = 4  # that a change of rhythm is as long as, at least
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Anomaly:
    """A kind at one size, in spreads of its channel, over some rows; a spike is a tenth of them long."""

    kind: str
    size: float
    length: int


SIZES: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "spike": ((6, 12, 24), (10, 30)),
    "dip": ((6, 12, 24), (10, 30)),
    "level shift": ((2, 4, 8), (24, 48, 96)),
    "drift": ((4, 8), (48, 96)),
    "flat line": ((0,), (24, 48, 96)),
    "quiet stretch": ((4, 16), (48, 96)),
    "noisy stretch": ((1, 2, 4), (24, 48, 96)),
    "missing data": ((0,), (12, 48)),
    "gap": ((0,), (12, 48)),
    "change of period": ((1.6, 2.5), (200, 400)),
    "lost coupling": ((0,), (48, 96, 144)),
    "two shifts": ((4, 8), (24, 48)),
}  # kind: sizes and lengths
KINDS = tuple(SIZES)


def anomalies(kind: str) -> list[Anomaly]:
    """A kind at each of its sizes and lengths."""
    sizes, lengths = SIZES[kind]
    return [Anomaly(kind, size, length) for size in sizes for length in lengths]


@dataclass(frozen=True)
class Ready:
    """A fitted detector and a normal series that it raises no alarm on."""

    detector: Detector
    sample: SeriesSample
    name: str


def ready(data: Path, half: str) -> list[Ready]:
    """The series of a half that raise no alarm as they are, sets in turns."""
    cases = [case for name in SETS for case in islice(_normal(chosen(data, [name], half, None)), EACH)]
    return [one for one in map(_fitted, in_turns(cases)) if one is not None]


def _normal(cases: Iterable[Case]) -> Iterator[Case]:
    """Cases with nothing but normal rows: what they learn from, and what is judged. Those are left out that have too
    few, or no channel that moves."""
    for case in cases:
        start, stop = max(runs(case.label[case.start :] == 0), key=lambda run: run[1] - run[0])
        rows = case.train if case.train is not None else case.test[case.start :][start:stop]
        moving = np.flatnonzero((np.diff(rows, axis=0) != 0).mean(axis=0) >= MOVING)
        part = held_out(excerpt(replace(case, train=rows[:, moving[:CHANNELS]])))
        if moving.size and part is not None and len(part.test) >= ROWS // 2:
            yield part


def _fitted(case: Case) -> Ready | None:
    if case.train is None:
        return None
    detector = detector_class("series-density")().fit([as_sample(case.train[-LEARNED:])])
    sample = as_sample(case.test[:ROWS])
    alarm = detector.score(sample).sample_p <= ALPHA
    return None if alarm else Ready(detector, sample, f"{case.dataset}/{case.name}")


def planted(sample: SeriesSample, anomaly: Anomaly, seed: int) -> tuple[SeriesSample, Truth] | None:
    """The series with the anomaly, and what is true of it; None where the series has no place for it."""
    for number in range(TRIES):
        made = _made(sample, anomaly, seed + number)
        if made is not None:
            return made
    return None


def _made(sample: SeriesSample, anomaly: Anomaly, seed: int) -> tuple[SeriesSample, Truth] | None:
    if anomaly.kind == "gap":
        return _gap(sample, anomaly.length, seed)
    if anomaly.kind == "lost coupling":
        return _decoupled(sample, anomaly.length, seed)
    if anomaly.kind == "two shifts":
        return _two(sample, anomaly, seed)
    return _by_maker(sample, anomaly, seed)


def _by_maker(sample: SeriesSample, anomaly: Anomaly, seed: int) -> tuple[SeriesSample, Truth] | None:
    """By the code whose sizes a normal verdict quotes."""
    maker = "spike" if anomaly.kind == "dip" else anomaly.kind
    place = anywhere(sample, maker, anomaly.size, seed, anomaly.length)
    if place is None:
        return None
    if anomaly.kind in ("spike", "dip"):
        place = replace(place, size=abs(place.size) * (1 if anomaly.kind == "spike" else -1))
    before = sample.values[place.start : place.stop, place.channel]
    if not CAN_BE_SEEN.get(anomaly.kind, _finite)(before, sample.values[:, place.channel]):
        return None
    faulty = place.into(sample, seed)
    rows, channel = _changed(sample, faulty), sample.columns[place.channel]
    if rows is None:
        return None
    change = _mean_change(sample, faulty, rows, place.channel) if anomaly.kind in SIZED else None
    up = None if change is None else change > 0
    return faulty, Truth((anomaly.kind,), up, (channel,), rows, change)


SIZED = ("spike", "dip", "level shift", "drift")  # kinds whose size is a change of value


def _mean_change(before: SeriesSample, after: SeriesSample, rows: tuple[int, int], channel: int) -> float:
    return float((after.values - before.values)[slice(*rows), channel].mean())


def _finite(stretch: Values, whole: Values) -> bool:
    return bool(np.isfinite(stretch).all())


def _moves(stretch: Values, whole: Values) -> bool:
    """Whether values move in a stretch as they do elsewhere."""
    return _finite(stretch, whole) and bool(np.mean(np.diff(stretch) != 0) >= MOVING) and _usual_steps(stretch, whole)


def _usual_steps(stretch: Values, whole: Values) -> bool:
    return bool(np.diff(stretch).std() >= 0.5 * np.nanstd(np.diff(whole)))


def _has_rhythm(stretch: Values, whole: Values) -> bool:
    """Whether a channel repeats itself, and often enough in the stretch that its rhythm can be told."""
    if not _moves(stretch, whole) or not np.isfinite(whole).all():
        return False
    centred = whole - whole.mean()
    power = np.abs(np.fft.rfft(centred, 2 * len(centred))) ** 2
    alike = np.fft.irfft(power)[: len(stretch) // PERIODS + 1]
    alike = alike / alike[0] * len(centred) / (len(centred) - np.arange(len(alike)))
    below = np.flatnonzero(alike < 0)  # one period is not before the first half of one
    return bool(below.size and alike[below[0] :].max() >= RHYTHM)


CAN_BE_SEEN: dict[str, Callable[[Values, Values], bool]] = {
    "flat line": _moves,
    "quiet stretch": _moves,
    "missing data": _finite,
    "change of period": _has_rhythm,
}


def _changed(before: SeriesSample, after: SeriesSample) -> tuple[int, int] | None:
    """The first to the last row that an anomaly changed, [start, stop)."""
    same = (before.values == after.values) | (np.isnan(before.values) & np.isnan(after.values))
    rows = np.flatnonzero(~same.all(axis=1))
    return (int(rows[0]), int(rows[-1]) + 1) if rows.size else None


def _two(sample: SeriesSample, anomaly: Anomaly, seed: int) -> tuple[SeriesSample, Truth] | None:
    """Two channels that are shifted together, one by LARGER times as many spreads: this one is named first."""
    both = [
        anywhere(sample, "level shift", size, seed, anomaly.length) for size in (anomaly.size * LARGER, anomaly.size)
    ]
    moving = np.flatnonzero(np.nanstd(sample.values, axis=0) > 0).tolist()
    large, small = both
    if large is None or small is None or len(moving) < 2:
        return None
    other = moving[(moving.index(large.channel) + 1) % len(moving)]
    small = replace(small, channel=other, spread=spread_of(sample.values[:, other]))
    faulty, rows = small.into(large.into(sample, seed), seed), (large.start, large.stop)
    change = _mean_change(sample, faulty, rows, large.channel)
    return faulty, Truth(("level shift",), change > 0, (sample.columns[large.channel],), rows, change)


def _gap(sample: SeriesSample, length: int, seed: int) -> tuple[SeriesSample, Truth]:
    """Rows that the file lacks, as the reader lays them in."""
    start = int(np.random.default_rng(seed).integers(1, len(sample.values) - length))
    values = sample.values.copy()
    values[start : start + length] = np.nan
    rows = (start, start + length)
    return replace(sample, values=values, gaps=(rows,)), Truth(("gap",), rows=rows)


def _decoupled(sample: SeriesSample, length: int, seed: int) -> tuple[SeriesSample, Truth] | None:
    """A channel that goes with another one takes its own course of another time."""
    rng = np.random.default_rng(seed)
    pairs = _coupled(sample.values.tobytes(), sample.values.shape)
    if not pairs:
        return None
    channel = pairs[int(rng.integers(len(pairs)))]
    start, other = (int(k) for k in rng.integers(0, len(sample.values) - length, 2))
    values, spread = sample.values.copy(), sample.values[:, channel].std()
    values[start : start + length, channel] = sample.values[other : other + length, channel]
    apart = values[start : start + length, channel] - sample.values[start : start + length, channel]
    rows = (start, start + length)
    jumps = np.abs(np.diff(values[:, channel]))[[max(0, start - 1), start + length - 1]]
    alike = np.corrcoef(values[slice(*rows), channel], sample.values[slice(*rows), channel])[0, 1]
    if apart.std() < 0.5 * spread or not alike < 0.5 or jumps.max() > 0.5 * spread:
        return None
    return replace(sample, values=values), Truth(("lost coupling",), channels=(sample.columns[channel],), rows=rows)


@cache
def _coupled(values: bytes, shape: tuple[int, int]) -> list[int]:
    """The channels that move and go with another one."""
    rows = np.frombuffer(values).reshape(shape)
    moving = [
        c for c in range(shape[1]) if np.isfinite(rows[:, c]).all() and np.mean(np.diff(rows[:, c]) != 0) > MOVING
    ]
    if len(moving) < 2:
        return []
    alike = np.abs(np.corrcoef(rows[:, moving], rowvar=False)) - np.eye(len(moving))
    return [channel for channel, best in zip(moving, alike.max(axis=1), strict=True) if best >= COUPLED]


def tried(data: Path, half: str, n: int, seed: int) -> Iterator[Tried]:
    """`n` anomalies of each kind, in the series of a half in turns; fewer where these have no place for it."""
    series = ready(data, half)
    for kind in KINDS:
        left, sorts, found = deque(series), anomalies(kind), 0
        while left and found < n:
            one, anomaly = left.popleft(), sorts[(found + found // len(series)) % len(sorts)]
            made = planted(one.sample, anomaly, TRIES * (seed + found))
            if made is None:  # it has no place for this kind
                continue
            left.append(one)
            found += 1
            said = headline_of(made[0], one.detector.score(made[0]), one.sample.columns)
            yield Tried(kind, f"{one.name}, size {anomaly.size:g}, {anomaly.length} rows", said, made[1])
