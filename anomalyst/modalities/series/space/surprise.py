"""Surprise: how rarely normals score so high, −ln p, so that every window length and channel speaks in the same unit.

For normal scores x₁…x_G (logarithms) of one channel at one length, p(x) is the share of them that reach x. The highest
TAIL of them stand for all that lies beyond: their excesses over the threshold t are taken as exponential, and p is
the predictive tail given that its mean β was estimated from m independent excesses (as in `calibration/conformal.py`):

    p(x) = p(t) · (1 + (x − t) / mβ)^−m            x > t

so that a channel of which few rare events are known cannot claim that the next one is unheard of. A series that is
its own reference may hold the anomaly in its upper quarter: there β is read off the bulk (as in `judged/alarm.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

TAIL = 0.05
BULK = 0.75  # share of a series' own scores that is taken as normal
LEAST_EXCESS = 0.1  # of log scores: normals that hardly vary do not make a change of a tenth unheard of
KNOTS = 13
KNOWN = 1e6  # excesses behind an exponential tail that is taken as given


@dataclass(frozen=True)
class Level:
    """What is normal. `knots` (…, KNOTS): the log scores at which −ln p rises evenly from 0 to −ln `share`, the last
    one being the threshold t; `tail` (…, 3): −ln p(t), β, m."""

    knots: Tensor
    tail: Tensor
    share: float = TAIL

    @classmethod
    def fit(cls, normal: Tensor, apart: int) -> Level:
        """From log scores (…, G) of normals; excesses within `apart` steps are one."""
        knots = _reached(normal, _shares(TAIL))
        over = normal > knots[..., -1:]
        total = over.sum(-1).clamp_min(1)
        excess = ((normal - knots[..., -1:]) * over).sum(-1) / total
        start = -(total / normal.shape[-1]).log()
        return cls(knots, torch.stack([start, excess.clamp_min(LEAST_EXCESS), _runs(over, apart)], -1))

    @classmethod
    def edge(cls, normal: Tensor) -> Level:
        """The threshold t of log scores (…, G) alone, from which sizes are read but no surprise."""
        return cls(_reached(normal, _shares(TAIL)[-1:]), torch.zeros(0))

    @classmethod
    def of_bulk(cls, scores: Tensor) -> Level:
        """From the log scores (…, G) of a series that may hold anomalies itself."""
        share = 1 - BULK
        knots = _reached(scores, _shares(share))
        middle, edge, high = _reached(scores, torch.tensor([0.5, share, 0.1])).unbind(-1)
        # Two looks at the same tail: from the median to the edge, and on to the 90 % point.
        excess = torch.maximum((edge - middle) / math.log(0.5 / share), (high - edge) / math.log(share / 0.1))
        start = torch.full_like(excess, -math.log(share))
        tail = torch.stack([start, excess.clamp_min(LEAST_EXCESS), torch.full_like(excess, KNOWN)], -1)
        return cls(knots, tail, share)

    @property
    def middle(self) -> Tensor:
        """The median log score (…)."""
        step = -math.log(self.share) / (KNOTS - 1)
        return self.knots[..., round(math.log(2) / step)]

    def surprise(self, scores: Tensor) -> Tensor:
        """−ln p of log scores (…, G)."""
        right = torch.searchsorted(self.knots, scores.contiguous()).clamp(1, KNOTS - 1)
        high, low = self.knots.gather(-1, right), self.knots.gather(-1, right - 1)
        step = -math.log(self.share) / (KNOTS - 1)
        part = ((scores - low) / (high - low).clamp_min(1e-9)).clamp(0, 1)
        inside = step * (right - 1 + part)
        start, mean, count = (self.tail[..., i : i + 1] for i in range(3))
        beyond = (scores - self.knots[..., -1:]) / mean
        tail = start + count * torch.log1p(beyond.clamp_min(0) / count)
        return torch.where(beyond > 0, tail, inside)


def _shares(last: float) -> Tensor:
    """The shares that reach each of KNOTS, down to the last one."""
    return torch.exp(-torch.linspace(0, -math.log(last), KNOTS))


def _reached(scores: Tensor, shares: Tensor) -> Tensor:
    """The values that these shares of the scores (…, G) reach or exceed: (…, len(shares))."""
    count = scores.shape[-1]
    place = (count - torch.ceil(shares * count)).long().clamp(0, count - 1)
    ordered = np.partition(scores.numpy(), place.numpy(), axis=-1)  # in a fraction of the time that torch takes
    return torch.from_numpy(np.ascontiguousarray(ordered[..., place.numpy()]))


def _runs(over: Tensor, apart: int) -> Tensor:
    """How many blocks of `apart` steps hold any True: (…, G) → (…), 1 at least."""
    blocks = [part.any(-1) for part in over.split(apart, -1)]
    return torch.stack(blocks, -1).sum(-1).clamp_min(1).float()


def strongest(surprise: Tensor, count: int) -> Tensor:
    """ln of the mean of 1/p over `count` channels (C, G → G): the harmonic mean p-value, which holds for dependent
    channels too (Wilson 2019, PNAS 116) and is led by the most surprised one."""
    return surprise.logsumexp(0) - math.log(count)
