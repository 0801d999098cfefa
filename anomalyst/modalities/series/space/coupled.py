"""How far each channel lies from what the others say of it: a reading beside those of its windows.

Channels that come apart may each stay in their range. The Gaussian denoiser of the normal rows across channels (as in
`detectors/denoisers/gaussian.py`) expects a channel given the others; with Σ the covariance of normal rows (Lauritzen
1996, Graphical Models, ch. 5)

    x_c − E[x_c | others] = (P (x − μ))_c / P_cc             P = (Σ + σ²I)⁻¹

and how far it is off, as ln of its root mean square within WINDOW steps over what USUAL of normal steps exceed, is the
reading. It counts half, as how still a channel is (`plain.py`): couplings shift with the load by large factors.
Channels of which the others explain less than COUPLED have none. What is usual, and the normals' own readings, come
from blocks of time that the coupling was not learned from. A series that is judged by itself has none: its coupling
would be learned from what may have come apart.

Channels that were drawn one by one, to heal a series, do not hold together. Of a direction in which normals vary by λ
the denoiser takes away A = σ²P, a share σ² / (λ + σ²). So what differs from a stretch z of normals in directions where
these hardly vary is put right by x − A²(x − z), TAKEN times over; the square leaves all others alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from torch import Tensor

from anomalyst.modalities.series.space.plain import reached

NOISE = 0.1  # σ, in standard deviations of a channel: a closer coupling is none
COUPLED = 0.5  # share of a channel's variance
WEIGHT = 0.5
WINDOW = 32
USUAL = 0.05
FOLDS = 5
ROWS = 10  # normal rows for each channel, at least, of which a fold leaves enough
FLOOR = 1e-3
FAR = 4.0  # standard deviations of a normal residual
TAKEN = 10


@dataclass(frozen=True)
class Coupling:
    """`mean`: (C, 1); `precision`: P, (C, C); `usual`: ln of the size that USUAL normal steps exceed, inf where a
    channel is not coupled, and `spread`: the standard deviation of its normal residual, both (C, 1)."""

    mean: Tensor
    precision: Tensor
    usual: Tensor
    spread: Tensor

    def sizes(self, series: Tensor) -> Tensor:
        """How far apart from the others the channels of a scaled series (C, G) are: (C, G), −inf where not coupled."""
        return WEIGHT * (_log_size(self.residual(series)) - self.usual)

    def residual(self, series: Tensor) -> Tensor:
        """x_c − E[x_c | others] of a scaled series (C, G): (C, G)."""
        return _residual(self.precision, series.double() - self.mean)

    def apart(self, series: Tensor, reached: Tensor) -> Tensor:
        """The cells of a scaled series (C, G) in which channels are apart, of those that are `reached` by it: the ones
        that lie in none but such windows, and about them where the residual is far from usual."""
        inside = ~near(~reached)
        return inside | (near(inside) & (self.residual(series).abs() > FAR * self.spread))

    def held_together(self, series: Tensor, drawn: Tensor, normals: Tensor, seed: int) -> Tensor:
        """What was `drawn` for channels of a scaled series (C, G), True in it, as a stretch of `normals` (C, N) holds
        together: (C, G)."""
        generator = torch.Generator().manual_seed(seed)
        first = int(torch.randint(normals.shape[1], (1,), generator=generator))
        like = normals[:, (first + torch.arange(series.shape[1])) % normals.shape[1]]
        healed, taken = series.double(), torch.linalg.matrix_power(NOISE**2 * self.precision, 2)
        for _ in range(TAKEN):
            healed = torch.where(drawn[:, None], healed - taken @ (healed - like), healed)
        return healed.float()


def coupling(
    normals: Tensor, switches: Tensor, kept: NDArray[np.bool_] | None = None
) -> tuple[Coupling, Tensor] | None:
    """How the channels of scaled normals (C, G) hold together, and the normals' own sizes (C, G); None where too few
    rows tell, or nothing holds. `switches`: channels that are not looked at, (C, 1) bool; `kept`: the steps (G,) that
    tell, None: all."""
    channels, steps = normals.shape
    known = torch.ones(steps, dtype=torch.bool) if kept is None else torch.from_numpy(kept)
    if channels < 2 or int(known.sum()) < ROWS * channels:
        return None
    series = normals.double()
    mean, precision = _fitted(series[:, known])
    apart = torch.cat([_residual(p, series[:, fold] - m) for fold, m, p in _left_out(series, known)], 1)
    spread = series[:, known].var(1, correction=0)
    coupled = ~switches[:, 0] & (spread > 0) & (apart[:, known].square().mean(1) <= (1 - COUPLED) * spread)
    if not coupled.any():
        return None
    sizes = _log_size(apart)
    usual = reached(sizes[:, known], USUAL).masked_fill(~coupled[:, None], torch.inf)
    return Coupling(mean, precision, usual, apart[:, known].std(1, keepdim=True).float()), WEIGHT * (sizes - usual)


def _left_out(series: Tensor, known: Tensor) -> Iterator[tuple[slice, Tensor, Tensor]]:
    """Each block of time, with mean and precision of all others."""
    edges = np.linspace(0, series.shape[1], FOLDS + 1).astype(int)
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        others = known.clone()
        others[start:stop] = False
        yield slice(start, stop), *_fitted(series[:, others])


def _fitted(series: Tensor) -> tuple[Tensor, Tensor]:
    mean = series.mean(1, keepdim=True)
    centred = series - mean
    covariance = centred @ centred.T / series.shape[1]
    return mean, torch.linalg.inv(covariance + NOISE**2 * torch.eye(len(series), dtype=series.dtype))


def _residual(precision: Tensor, centred: Tensor) -> Tensor:
    return precision @ centred / precision.diagonal()[:, None]


def _log_size(apart: Tensor) -> Tensor:
    """ln of the root mean square within WINDOW steps about each: (C, G)."""
    mean = uniform_filter1d(apart.square().numpy(), min(WINDOW, apart.shape[1]), axis=1)
    return torch.from_numpy(np.log(np.sqrt(mean.clip(min=0)) + FLOOR)).float()


def near(cells: Tensor) -> Tensor:
    """The steps of cells (C, G) from which WINDOW steps about them reach a cell that is True: (C, G)."""
    return torch.nn.functional.max_pool1d(cells.float(), WINDOW + 1, stride=1, padding=WINDOW // 2) > 0
