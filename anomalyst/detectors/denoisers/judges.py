"""Judges: one denoiser on one view of the cells, with the call that scores them by any rules.

Both denoisers are closed-form optima of the diffusion objective: the empirical one (`empirical.py`) knows every stored
normal and answers at low noise, the Gaussian one (`gaussian.py`) knows their moments by place and answers at high
noise. Both can leave out one normal, so that this one is scored as if it had been held out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.bank import AlignedBank, Bank, Box, GlobalBank, grown, load_bank
from anomalyst.detectors.denoisers.closed_form import density, gratings, imputation, reconstruction
from anomalyst.detectors.denoisers.empirical import Neighbours, weights
from anomalyst.detectors.denoisers.gaussian import Gaussian, Moments
from anomalyst.detectors.effort import Effort
from anomalyst.detectors.noise import sigma_ladder

LADDER = (0.5, 2.0)  # lowest and highest noise, in typical distances between neighbouring normals
NEAR = 32  # neighbours over which the denoiser's sums run; farther ones weigh nothing
BY_PLACE = 32  # times as many vectors are kept where each is compared with those of its place only


@dataclass(frozen=True)
class NearCells:
    """The NEAR nearest of a bank's cells to each of M queries."""

    bank: Bank
    found: Neighbours

    @property
    def squared(self) -> Tensor:
        """(M, NEAR)."""
        return self.found.squared

    def denoised(self, sigma: float) -> Tensor:
        """D(x; σ) over them: (M, d)."""
        return (weights(self.squared, sigma).unsqueeze(-2) @ self._vectors)[:, 0]

    @cached_property
    def _vectors(self) -> Tensor:
        """(M, NEAR, d): taken from all over the bank, so once for all levels."""
        return self.bank.flat[self.found.index]


def _length(residuals: Tensor) -> Tensor:
    found: Tensor = torch.linalg.vector_norm(residuals, dim=-1)
    return found


def _hidden_length(residuals: Tensor, hidden: Tensor) -> Tensor:
    """As of all coordinates."""
    return _length(residuals * hidden) * math.sqrt(len(hidden) / max(1.0, float(hidden.sum())))


class Judge(Protocol):
    """What the detector asks of a view."""

    def scores(
        self, rules: Sequence[Rule], cells: Tensor, leave_out: int | None = None, box: Box | None = None
    ) -> list[Tensor]:
        """Scores of cells (rows, columns, d), or of those in a `box` of them alone, by each rule: (rows, columns),
        higher is more abnormal."""

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""


@dataclass(frozen=True)
class EmpiricalJudge:
    """The empirical denoiser of the stored normals, at the noise levels `sigmas` (S,)."""

    bank: Bank
    sigmas: Tensor

    @classmethod
    def fit(cls, vectors: Tensor, neighbours: str, limit: int, effort: Effort, seed: int) -> Self:
        """From vectors (n, rows, columns, d), compared with the same place ("aligned") or with any ("global"); `limit`:
        most vectors stored at the usual effort."""
        bank: Bank
        limit = round(effort.bank * limit)
        if neighbours == "aligned":
            bank = AlignedBank.fit(vectors, BY_PLACE * limit, seed, effort.radius)
        else:
            bank = GlobalBank.fit(vectors, limit, seed)
        step = max(1, len(vectors) // 8)
        nearest = [bank.nearest(vectors[i], 1, i).squared[:, 0] for i in range(0, len(vectors), step)]
        found = torch.cat(nearest)
        typical = float(found[torch.isfinite(found)].median().sqrt().clamp_min(1e-3))
        return cls(bank, sigma_ladder(LADDER[0] * typical, LADDER[1] * typical, effort.levels))

    def scores(
        self, rules: Sequence[Rule], cells: Tensor, leave_out: int | None = None, box: Box | None = None
    ) -> list[Tensor]:
        """See `Judge`."""
        if box is not None:
            wide, inner = grown(box, self.bank.radius, cells.shape[:2])
            part = replace(self, bank=self.bank.part(wide))
            return [one[inner] for one in part.scores(rules, cells[wide], leave_out)]
        queries, sigmas = cells.flatten(0, 1), self.sigmas

        @cache
        def all_seen() -> NearCells:
            return near(None)

        def near(mask: Tensor | None) -> NearCells:
            return NearCells(self.bank, self.bank.nearest(cells, NEAR, leave_out, mask))

        def one(rule: Rule) -> Tensor:
            if rule == "density":
                return density(all_seen(), sigmas)
            if rule == "reconstruction":
                return reconstruction(queries, all_seen(), sigmas, _length)
            return imputation(queries, near, gratings(cells.shape[-1]), sigmas.split(1), _hidden_length)

        return [one(rule).reshape(cells.shape[:2]) for rule in rules]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.sigmas": self.sigmas.numpy(), **self.bank.state(prefix)}


@dataclass(frozen=True)
class GaussianJudge:
    """The Gaussian denoiser by place. `moments`: kept while fitting, when normals are left out; None once loaded."""

    gaussian: Gaussian
    moments: Moments | None = None

    @classmethod
    def fit(cls, vectors: Tensor) -> Self:
        """From vectors (n, rows, columns, d)."""
        moments = Moments.fit(vectors)
        return cls(moments.gaussian(), moments)

    def scores(
        self, rules: Sequence[Rule], cells: Tensor, leave_out: int | None = None, box: Box | None = None
    ) -> list[Tensor]:
        """See `Judge`."""
        if leave_out is None:
            gaussian = self.gaussian
        elif self.moments is None:
            raise ValueError("a judge without its moments cannot leave a normal out; fit it again")
        else:
            gaussian = self.moments.leaving_out(leave_out)
        if box is not None:
            gaussian, cells = gaussian.within(box), cells[box]
        return [gaussian.scores(rule, cells) for rule in rules]

    def fitted(self) -> Self:
        """Without what only fitting needs."""
        return type(self)(self.gaussian)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return self.gaussian.state(prefix)


def load_judge(state: dict[str, NDArray[Any]], prefix: str) -> Judge:
    """Restore what a judge's `state` gave."""
    if f"{prefix}.factor" in state:
        return GaussianJudge(Gaussian.from_state(state, prefix))
    sigmas = torch.from_numpy(np.array(state[f"{prefix}.sigmas"]))
    return EmpiricalJudge(load_bank(state, prefix), sigmas)
