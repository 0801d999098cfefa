"""The alarm of a series: how often normals would show an event as high.

Each reading of a series (`profile.py`, `plain.py`) is the logarithm of a size: how many times the normal 95 % level a
row scores. Of normals, the excesses of event heights over that level are taken as exponential with mean β; events are
runs of rows above it that are `apart` steps clear of one another (declustering, Davison & Smith 1990). β is known from
m events and a PRIOR of them that exceed by a fifth (a factor of 1.2), so K = m + PRIOR of them predict (as in
`surprise.py`)

    p(x) = p(u) · (1 + (x − u) / Kβ)^−K         x > u

and the size of a row counts however few the normals are. The readings' p-values are one by their harmonic mean, which
holds for dependent ones (Wilson 2019, PNAS 116). Rows are dependent too: T of them exceed a high level as often as
θT independent ones, with θ the extremal index, events over rows above the level (Leadbetter, Lindgren & Rootzén 1983;
the runs estimator of Smith & Weissman 1994). So with p that of its highest row a normal series is as high with

    P = 1 − exp(−θ T p)

and at alarm level α at most −ln(1 − α) events are expected on T normal rows. This holds where the sample is as
stationary as the normals, and as far as excesses are exponential; held-out normals show how far it holds
(docs/benchmarks.md).

Alone, a series is judged by the bulk of its own readings (`of_bulk`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.calibration.conformal import P_FLOOR, Conformal
from anomalyst.detectors.contract import RuleScore
from anomalyst.modalities.series.runs import joined, runs
from anomalyst.modalities.series.space.profile import Profile

SHARE = 0.05  # of normal rows that lie above the level from which on heights are excesses
PRIOR = 5.0  # events that are known beforehand,
PRIOR_EXCESS = 0.2  # and by how much they exceed the level, as a logarithm
KNOTS = 33  # of −ln p below the level
TIE = 1e-5  # by how much a log size must exceed another to be the larger one: less is rounding
MAX_STRETCHES = 400
BULK = 0.75  # share of a series' own rows that is taken as normal
WIDEST = 2.0  # times the mean excess of the calmer half
LEAST_EXCESS = 0.15  # of log sizes: a series that hardly varies does not make a change of a sixth unheard of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tails:
    """What is normal of each reading. `knots` (R, KNOTS): sizes at which −ln p rises evenly from 0 to −ln of the share
    of rows above the last one, u; `tail` (R, 3): that share, β, K (inf: an exponential tail that is taken as given)."""

    knots: Floats
    tail: Floats

    def surprise(self, sizes: Floats) -> Floats:
        """−ln p of each row: sizes (R, G) → (G,), the harmonic mean p of the readings, not negative."""
        each = self.each(sizes)
        return np.asarray(np.logaddexp.reduce(each, axis=0) - math.log(len(each)), dtype=np.float64)

    def each(self, sizes: Floats) -> Floats:
        """−ln p of each reading: (R, G) → (R, G)."""
        return np.stack([_surprise(*reading) for reading in zip(sizes, self.knots, self.tail, strict=True)])


def _surprise(sizes: Floats, knots: Floats, tail: Floats) -> Floats:
    share, mean, count = tail
    levels = np.linspace(0, -math.log(share), len(knots))
    inside = np.interp(TIE - sizes, -knots[::-1], levels[::-1])  # backwards: of equal knots the lowest level counts
    excess = np.maximum(sizes - knots[-1], 0) / mean
    beyond = excess if np.isinf(count) else count * np.log1p(excess / count)
    return np.asarray(inside + beyond)


def _knots(sizes: Floats, share: float) -> tuple[Floats, float]:
    """Where −ln p of sizes (G,) rises evenly up to −ln of the share that lies above the last one; and that share, less
    than the one asked for where many are equal."""
    edge = float(np.quantile(sizes, 1 - share))
    above = max(1.0, float((sizes > edge).sum())) / len(sizes)
    wanted = np.exp(-np.linspace(0, -math.log(above), KNOTS))
    knots = np.minimum(np.maximum.accumulate(np.quantile(sizes, 1 - wanted)), edge)
    knots[-1] = edge
    return knots, above


@dataclass(frozen=True)
class EventCalibration:
    """`tails`: of the readings; `theta`: the extremal index; `length`: steps of a stretch; `behind`: rows that this was
    learned from; `stretches`: the highest scores of held-out stretches of that length, None where a series is judged by
    itself."""

    tails: Tails
    theta: float
    length: int
    behind: int
    stretches: Conformal | None

    @classmethod
    def fit(cls, sizes: Floats, pieces: Sequence[tuple[int, int]], apart: int) -> EventCalibration:
        """From the readings (R, G) of held-out normals, `pieces` laid end to end."""
        knots, tails, events, above = [], [], 0, 0
        for row in sizes:
            levels, share = _knots(row, SHARE)
            heights = [row[a:b].max() - levels[-1] for a, b in _events(row > levels[-1], pieces, apart)]
            known = len(heights) + PRIOR
            knots.append(levels)
            tails.append((share, (sum(heights) + PRIOR * PRIOR_EXCESS) / known, known))
            events, above = events + len(heights), above + int((row > levels[-1]).sum())
        found = Tails(np.array(knots), np.array(tails))
        theta = min(1.0, max(1, events) / max(1, above))
        length = max(apart, sizes.shape[1] // MAX_STRETCHES)
        return cls(found, theta, length, sizes.shape[1], _stretches(found.surprise(sizes), pieces, length, theta))

    @classmethod
    def of_bulk(cls, sizes: Floats, apart: int) -> EventCalibration:
        """From the readings (R, G) of a series that may hold anomalies itself: its calmer BULK is taken as normal, and
        its tail as exponential with the mean that this implies."""
        knots, tails, events, above = [], [], 0, 0
        for row in sizes:
            levels, share = _knots(row, 1 - BULK)
            knots.append(levels)
            tails.append((share, max(_bulk_excess(row), LEAST_EXCESS), math.inf))
            over = row > levels[-1]
            events, above = events + len(_events(over, [(0, len(row))], apart)), above + int(over.sum())
        theta = min(1.0, max(1, events) / max(1, above))
        return cls(Tails(np.array(knots), np.array(tails)), theta, apart, sizes.shape[1], None)

    def opinion(self, profile: Profile) -> RuleScore:
        """What a rule says of a sample with this profile: scores and p-values of its rows, and of the whole."""
        scores = self.tails.surprise(profile.sizes)
        highest = float(scores.max())
        p_values = np.clip(np.exp(-scores), P_FLOOR, 1.0)
        whole = self.whole_p(highest, len(scores))
        said = RuleScore(scores.astype(np.float32), p_values.astype(np.float32), highest, whole)
        said = said if profile.moves is None else self.raised(said, profile.moves.max(1))
        return said if profile.rare is None else self.with_rare(said, profile.rare.max(1))

    def raised(self, said: RuleScore, surprise: Floats) -> RuleScore:
        """What a rule says, with rows raised to a surprise (G,) that they have for another reason, each by itself."""
        surprise = np.maximum(surprise + math.log(self.theta), 0)  # so that `independent` steps of it are all of them
        scores = np.maximum(said.scores, surprise)
        p_values = np.minimum(said.p_values, np.clip(np.exp(-surprise), P_FLOOR, 1.0))
        highest = max(said.sample_score, float(surprise.max()))
        whole = min(said.sample_p, self.whole_p(float(surprise.max()), len(scores)))
        return RuleScore(scores.astype(np.float32), p_values.astype(np.float32), highest, whole)

    def with_rare(self, said: RuleScore, surprise: Floats) -> RuleScore:
        """What a rule says, and rare events with a surprise (G,) beside it. By the order of its rows these are as
        surprising as two independent p-values, s (1 − ln s) with s their product (Fisher 1925), as the readings know
        nothing of them: so rows of a long event differ by what else is odd. Its p-values and the alarm go by the
        smaller of both, as channels that drift do so together."""
        both = np.maximum(surprise + math.log(self.theta), 0) + said.scores
        found = self.raised(said, surprise)
        joint = np.where(surprise > 0, both - np.log1p(both), 0)
        scores = np.maximum(found.scores, joint).astype(np.float32)
        return replace(found, scores=scores, sample_score=float(scores.max()))

    def whole_p(self, highest: float, steps: int) -> float:
        """P-value of a series of `steps` steps by its highest score."""
        return float(np.clip(-math.expm1(-self.independent(steps) * math.exp(-highest)), P_FLOOR, 1.0))

    def independent(self, steps: int) -> float:
        """How many independent rows a series of `steps` steps counts for."""
        return max(1.0, self.theta * steps)

    def is_extrapolated(self, highest: float) -> bool:
        """Whether a highest score lies beyond those of all held-out stretches."""
        return self.stretches is None or highest > float(self.stretches.kept[-1])

    def smallest_p(self, steps: int) -> float:
        """The smallest p-value that a series of `steps` steps can get: sizes are not bounded."""
        return P_FLOOR

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        own = {"knots": self.tails.knots, "tail": self.tails.tail, "theta": np.array([self.theta])}
        kept = {f"{prefix}.events.{name}": array for name, array in own.items()}
        kept |= {f"{prefix}.length": np.array([self.length]), f"{prefix}.events.behind": np.array([self.behind])}
        return kept if self.stretches is None else kept | self.stretches.state(f"{prefix}.stretches")

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> EventCalibration:
        """Restore what `state` gave."""
        tails = Tails(state[f"{prefix}.events.knots"], state[f"{prefix}.events.tail"])
        theta, behind = float(state[f"{prefix}.events.theta"][0]), int(state[f"{prefix}.events.behind"][0])
        length = int(state[f"{prefix}.length"][0])
        return cls(tails, theta, length, behind, Conformal.from_state(state, f"{prefix}.stretches"))


def is_in(state: dict[str, NDArray[Any]], prefix: str) -> bool:
    """Whether `state` holds one: detectors saved before there were any judge by stretches (`stretches.py`)."""
    return f"{prefix}.events.theta" in state


def _events(above: NDArray[np.bool_], pieces: Sequence[tuple[int, int]], apart: int) -> list[tuple[int, int]]:
    """Runs of True in (G,) that are at least `apart` steps clear of one another, or in other pieces."""
    found: list[tuple[int, int]] = []
    for start, stop in pieces:
        found += [(start + a, start + b) for a, b in joined(runs(above[start:stop]), apart)]
    return found


def _bulk_excess(sizes: Floats) -> float:
    """The mean excess over the edge of the bulk that the median and this edge imply, if not twice what the calmer half
    implies: where so much lies about an anomaly that it reaches into the bulk."""
    quarter, middle, edge = np.quantile(sizes, [1 - BULK, 0.5, BULK])
    calm = float(middle - quarter) / math.log(BULK / 0.5)
    return min(float(edge - middle) / math.log(0.5 / (1 - BULK)), WIDEST * calm)


def _stretches(scores: Floats, pieces: Sequence[tuple[int, int]], length: int, theta: float) -> Conformal:
    """The highest score of each held-out stretch, and beyond them all the tail that the alarm goes by."""
    parts = [p for a, b in pieces for p in np.array_split(scores[a:b], max(1, round((b - a) / length)))]
    fitted = Conformal.fit([float(part.max()) for part in parts])
    highest = float(fitted.kept[-1])
    share = min(1.0, length * theta * math.exp(-highest))
    return Conformal(fitted.kept, fitted.above, fitted.count, (share, highest, 0.0, 1.0))
