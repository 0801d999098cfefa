"""Whether a picture was taken as its normals were, and if not, how: light, focus, noise, compression.

Measured are things of the whole working picture that a fault in a part of it hardly moves. How they vary among normals,
and together, says whether a picture lies among them; of all ways to take normals otherwise, that is named which brings
them to where the picture lies, if it then lies among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from anomalyst.modalities.image.space.pixels import Levels, unit
from anomalyst.modalities.image.space.retaken.taking import MOST_LIGHT, Taking, lighter, takings
from anomalyst.stopping import check_stop

GREY = np.full(3, 1 / 3, np.float32)
QUARTILES = (0.25, 0.5, 0.75)
FINE = (0.7, 1.5, 3.0)  # blurs, in working pixels, that take away the detail that is measured
SHARES = (0.25, 0.5)  # of pixels with less detail than measured
TRUNCATED, TOGETHER = 4.0, 32  # standard deviations to which a blur reaches; pixels of a row that are blurred at once
BLOCK = 8  # pixels of a side of a JPEG block
LEAST_BLOCKS, LEAST_PERIOD = 6, 3.0
CLIPPED = 0.99  # light from which it may have been more
DARK = 0.02  # added to light, and
LEVEL = 1 / 1020  # to detail, a quarter of a grey level: less is none
FLOOR = 0.02  # of logarithms: what is always granted
LIGHT, DETAIL = slice(0, len(QUARTILES)), len(QUARTILES) + 1  # where light and median fine detail stand
LEAST = 1.0  # distance that is none, of normals that hardly vary
ALIKE = 1.25  # times as far as the farthest normal taken so lies a picture that was taken so, at most
REST = 1 / 3  # of a distance that is left where most of it is gone
APART = 0.02  # logarithm of light outside of the normals' range that is none
STEP = 1.1  # times the light, from one that normals are taken with to the next: fewer to learn from
ROUNDING = 1e-6
TRIED = 32  # normals that show what a way of taking does
GLANCED, FINALISTS = 8, 5  # normals that show it roughly, and ways that are looked at by all of TRIED then
AS_LIKELY = 1.0  # of log p: of ways about as likely the least
USUAL = Taking()

Floats = NDArray[np.float64]


def looks(levels: Levels, scale: float) -> Floats:
    """Logarithms of the quartiles of light, of detail of three kinds, and of differences across the borders of blocks
    over those elsewhere, of a picture (h, w, 3): (k,)."""
    grey = unit(levels) @ GREY
    light = np.log(_quantiles(grey, QUARTILES) + DARK)
    detail = [_quantiles(np.abs(grey - one), SHARES) for one in _blurred(grey)]
    return np.array([*light, *np.log(np.concatenate(detail) + LEVEL), math.log(_blocks(grey, BLOCK / scale))])


def _blurred(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each of the blurs FINE of a picture (h, w): (k, h, w)."""
    height, width = grey.shape
    down = np.concatenate([part @ grey[near] for near, part in _blurs(height)], axis=1)
    beside = [down[..., near] @ part.mT for near, part in _blurs(width)]
    return np.concatenate(beside, axis=-1)


@cache
def _blurs(side: int) -> list[tuple[slice, NDArray[np.float32]]]:
    """The blurs of FINE of a column so long, as matrices (k, TOGETHER, near), for some pixels of it at a time: what is
    near enough to count for them. Products with these take a quarter of the time that a filter does."""
    whole = np.stack([gaussian_filter1d(np.eye(side, dtype=np.float32), sigma, axis=0) for sigma in FINE])
    reach = math.ceil(TRUNCATED * max(FINE))
    parts = [slice(max(0, start - reach), start + TOGETHER + reach) for start in range(0, side, TOGETHER)]
    return [(near, whole[:, k * TOGETHER : (k + 1) * TOGETHER, near].copy()) for k, near in enumerate(parts)]


def _quantiles(values: NDArray[np.floating], shares: Sequence[float]) -> Floats:
    """As `np.quantile` gives them, which takes three times as long as sorting single precision does."""
    rising = np.sort(values, axis=None)
    places = np.multiply(shares, rising.size - 1)
    below = np.floor(places).astype(np.int64)
    found: Floats = rising[below] + (places - below) * (rising[np.ceil(places).astype(np.int64)] - rising[below])
    return found


def _blocks(grey: NDArray[np.floating], period: float) -> float:
    shares = []
    for axis in (0, 1):
        steps = np.abs(np.diff(grey, axis=axis)).mean(axis=1 - axis)
        border = np.diff(np.floor((np.arange(len(steps) + 1) + 1e-6) / period)) != 0
        if period >= LEAST_PERIOD and border.sum() >= LEAST_BLOCKS:
            across, elsewhere = (float(np.median(steps[which])) + LEVEL for which in (border, ~border))
            shares.append(across / elsewhere)
    return float(np.mean(shares)) if shares else 1.0


@dataclass(frozen=True)
class Among:
    """Where normals lie. `mean` (k,), `factor` (k, k): lower Cholesky factor of their covariance; `farthest`: of them,
    each by the others; `lights`: (n, 3) how much lighter than their mean each of their quartiles is."""

    mean: Floats
    factor: Floats
    farthest: float = 0.0
    lights: Floats = field(default_factory=lambda: np.zeros((1, len(QUARTILES))))

    @classmethod
    def fit(cls, looked: Floats) -> Self:
        """From what is measured of three or more normals (n, k)."""
        alone = [cls._of(np.delete(looked, i, 0)).distance(one) for i, one in enumerate(looked)]
        return replace(cls._of(looked), farthest=max(alone), lights=looked[:, LIGHT] - looked[:, LIGHT].mean(0))

    @classmethod
    def _of(cls, looked: Floats) -> Self:
        spread = np.cov(looked.T) + FLOOR**2 * np.eye(looked.shape[1])
        return cls(looked.mean(0), np.linalg.cholesky(spread).astype(np.float64))

    def distance(self, looked: Floats) -> float:
        """Of a picture (k,), as the root mean square of its deviations."""
        away = np.linalg.solve(self.factor, looked - self.mean)
        return float(np.sqrt(np.square(away).mean()))

    def moved(self, before: Floats, after: Floats) -> Self:
        """Where they lie when what is done to them does to all what it did to some of them (n, k)."""
        times = (after.std(0) + FLOOR) / (before.std(0) + FLOOR)
        return replace(self, mean=self.mean + (after - before).mean(0), factor=times[:, None] * self.factor)

    def likelihood(self, looked: Floats) -> float:
        """log p of a picture, but for a constant."""
        return -0.5 * len(looked) * self.distance(looked) ** 2 - float(np.log(np.diag(self.factor)).sum())

    def holds(self, looked: Floats, before: float) -> bool:
        """Whether a picture lies among them, or most of its distance `before` is gone: what is left is for those to
        judge who look for faults."""
        return self.distance(looked) <= max(ALIKE * self.farthest, REST * before)

    def light(self, looked: Floats) -> float:
        """How many times as light as their middle a picture is; 1 where one of them is about as light.

        By the quartile of light that varies least among them, as what others do is more than light; one that is black
        or clipped says nothing.
        """
        levels, usual = (np.exp(one[LIGHT]) - DARK for one in (looked, self.mean))
        told = (usual >= DARK) & (levels < CLIPPED)
        best = int(np.where(told, self.lights.std(0), np.inf).argmin())
        away = looked[best] - self.mean[best]
        if not told[best] or self.lights[:, best].min() - APART <= away <= self.lights[:, best].max() + APART:
            return 1.0
        return float(levels[best] / usual[best])


@dataclass(frozen=True)
class Taken:
    """How a picture was taken: as normals in this way, but for its light, which `gain` times is as that of these."""

    taking: Taking
    gain: float = 1.0

    def exactly(self) -> Taking:
        """The way with the picture's own light."""
        return replace(self.taking, light=self.taking.light / self.gain)


@dataclass
class Takings:
    """How pictures are taken, beside normals (n, h, w, 3). What was looked at is remembered."""

    normals: Levels
    seed: int
    _known: dict[tuple[Taking, float], Among] = field(default_factory=dict)
    _seen: dict[tuple[Taking, float], list[Floats]] = field(default_factory=dict)

    def of(self, levels: Levels, own: tuple[int, int]) -> Taken | None:
        """How a working picture, of `own` pixels, was taken; None where that is as its normals were, or where no way
        of taking them brings them to it."""
        scale = _scale(own, (levels.shape[0], levels.shape[1]))
        looked = looks(levels, scale)
        usual = self._among(USUAL, scale)
        away = usual.distance(looked)
        if away <= max(usual.farthest, LEAST):
            return None
        light = usual.light(looked)
        if not 1 / MOST_LIGHT <= light <= MOST_LIGHT:
            return None
        step = STEP ** math.ceil(math.log(light, STEP) - ROUNDING)
        gain = step / light
        looked = looks(lighter(levels, gain), scale) if light != 1 else looked
        rough = bool(looked[DETAIL] > usual.mean[DETAIL] + math.log(step))
        ways = ([Taking(step)] if light != 1 else []) + list(takings(step, scale, rough))
        if not ways:
            return None
        taking = self._likeliest(ways, looked, scale)
        before = away if light != 1 else 0.0  # a fault hides no light, but looks like a blur or a JPEG itself
        return Taken(taking, gain) if self._among(taking, scale).holds(looked, before) else None

    def _likeliest(self, ways: Sequence[Taking], looked: Floats, scale: float) -> Taking:
        """The way by which normals come to lie where a picture does; of several about as likely the first.

        What it does to a few normals tells which ways are worth to be tried on more.
        """
        rough = {taking: self._glanced(taking, scale).likelihood(looked) for taking in ways}
        last = sorted(rough.values())[-min(FINALISTS, len(ways))]
        found = {one: self._among(one, scale).likelihood(looked) for one in ways if rough[one] >= last}
        most = max(found.values())
        return next(one for one, likely in found.items() if likely >= most - AS_LIKELY)

    def _glanced(self, taking: Taking, scale: float) -> Among:
        """Where normals taken so lie, roughly."""
        before = self._looks(USUAL, scale, len(self.normals))[:GLANCED]
        return self._among(USUAL, scale).moved(before, self._looks(taking, scale, GLANCED))

    def _among(self, taking: Taking, scale: float) -> Among:
        key = taking, scale
        if key not in self._known:
            most = len(self.normals) if taking == USUAL else TRIED
            self._known[key] = Among.fit(self._looks(taking, scale, most))
        return self._known[key]

    def _looks(self, taking: Taking, scale: float, count: int) -> Floats:
        """What is measured of the first `count` normals taken so: (n, k)."""
        seen = self._seen.setdefault((taking, scale), [])
        if len(seen) < count:
            check_stop()
            start = len(seen)
            some = self.normals[start:count]
            pictures = some if taking == USUAL else taking.apply(some, self.seed, start)
            seen += [looks(one, scale) for one in pictures]
        return np.stack(seen[:count])


def _scale(own: tuple[int, int], working: tuple[int, int]) -> float:
    """How many own pixels a working one is wide, in steps, so that pictures of about one size share theirs."""
    return float(2 ** (round(2 * math.log2(math.prod(own) / math.prod(working))) / 4))
