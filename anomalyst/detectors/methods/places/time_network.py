"""Diffusion-time estimation: a small network guesses how much noise a vector carries; an anomaly seems to carry much.

After Livernoche et al. 2024 (arXiv 2305.18593), in the VE form x = x₀ + σ n with log σ uniform between two bounds
(their DDPM form is this one divided by √(1 + σ²)). Of one normal x₀ the posterior of the variance is inverse-gamma,

    p(σ² | x, x₀) ∝ (σ²)^(−d/2 − 1) exp(−‖x − x₀‖² / 2σ²) = InvGamma(a = d/2, b = ‖x − x₀‖² / 2)      (their Sec. 3.2)

(a = d/2 under the log-uniform prior; theirs on σ² is flat, a = d/2 − 1). Of many normals it is a mixture of those, and
is estimated either as a softmax over bins of log σ ("categorical") or as one inverse-gamma of shape a whose scale b the
network gives ("inverse_gamma"). Scores are E[log σ | x] of the estimated posterior, as `empirical.diffusion_time` gives
without a network.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.methods.places.network import BLOCK_ROWS, layers, pace, packed, unpack
from anomalyst.detectors.training.loop import Run, Task
from anomalyst.errors import InputError
from anomalyst.stopping import check_stop

if TYPE_CHECKING:
    from accelerate import Accelerator

Kind = Literal["categorical", "inverse_gamma"]
LEAST_RMS = 1e-6


@dataclass(frozen=True)
class TimeSettings:
    """How the network is built and trained. `sigma_min`, `sigma_max`: bounds of σ, in standard deviations of the data;
    `bins`: of log σ (categorical); `width`, `depth`: of the hidden layers; `learning_rate`: the first, falling to 0."""

    sigma_min: float = 0.02
    sigma_max: float = 20.0
    bins: int = 32
    width: int = 256
    depth: int = 3
    steps: int = 1_500
    batch: int = 512
    learning_rate: float = 2e-3
    clip: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.sigma_min < self.sigma_max:
            raise InputError(f"got sigma_min={self.sigma_min!r}, sigma_max={self.sigma_max!r}; give 0 < min < max.")
        counts = (self.bins - 1, self.width, self.depth, self.steps, self.batch)
        if min(counts) < 1 or self.learning_rate <= 0 or self.clip <= 0:
            raise InputError(f"got {self!r}; bins must be 2 or more, all other settings positive.")


class TimeEstimator:
    """A trained estimator of log σ. Make one with `fit`, or with `from_state` from what `state` gave."""

    def __init__(self, kind: Kind, settings: TimeSettings, centre: Tensor, scale: Tensor) -> None:
        self.kind, self.settings, self.centre, self.scale = kind, settings, centre, scale
        self.net = layers(len(centre) + 1, settings.bins if kind == "categorical" else 1, settings)

    @classmethod
    def fit(
        cls,
        vectors: Tensor,
        kind: Kind = "categorical",
        settings: TimeSettings | None = None,
        on_step: OnStep | None = None,
    ) -> Self:
        """Train on normal vectors (N, d), float32. Raises InputError on another shape, non-finite values or kind."""
        from accelerate import Accelerator  # slow to import

        settings = settings or TimeSettings()
        if kind not in get_args(Kind):
            raise InputError(f"got kind {kind!r}; give one of {', '.join(get_args(Kind))}.")
        if vectors.ndim != 2 or not vectors.numel() or not torch.isfinite(vectors).all():
            raise InputError(f"got vectors of shape {tuple(vectors.shape)}; give finite ones of shape (N, d).")
        scale = vectors.std(0, correction=0)
        generator = torch.Generator().manual_seed(settings.seed)
        with torch.random.fork_rng(devices=[]):  # the weights too come from the seed, the caller's is not touched
            torch.manual_seed(settings.seed)
            estimator = cls(kind, settings, vectors.mean(0), torch.where(scale > 0, scale, 1.0))
        accelerator = Accelerator(mixed_precision="no")
        Run(TimeTask(estimator, estimator._scaled(vectors), generator, accelerator), accelerator).go(on_step)
        estimator.net.to("cpu").eval()
        return estimator

    @torch.no_grad()
    def scores(self, vectors: Tensor) -> Tensor:
        """E[log σ | x] of vectors (M, d), σ in standard deviations of the normals: (M,), higher is more abnormal."""
        if vectors.ndim != 2 or vectors.shape[1] != len(self.centre):
            raise InputError(f"got vectors of shape {tuple(vectors.shape)}; give (M, {len(self.centre)}).")
        parts = self._scaled(vectors.float()).split(BLOCK_ROWS)
        return torch.cat([self._judged(part) for part in parts])

    def _judged(self, part: Tensor) -> Tensor:
        check_stop()
        return self._expected(self.net(features(part)))

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        head = json.dumps({"kind": self.kind, **asdict(self.settings)}).encode()
        ends = {f"{prefix}.centre": self.centre.numpy(), f"{prefix}.scale": self.scale.numpy()}
        return packed(self.net, prefix) | ends | {f"{prefix}.head": np.frombuffer(head, dtype=np.uint8).copy()}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        head = json.loads(state[f"{prefix}.head"].tobytes())
        centre, scale = (torch.from_numpy(np.array(state[f"{prefix}.{name}"])) for name in ("centre", "scale"))
        estimator = cls(head.pop("kind"), TimeSettings(**head), centre, scale)
        unpack(estimator.net, state, prefix)
        return estimator

    def _scaled(self, vectors: Tensor) -> Tensor:
        return (vectors - self.centre) / self.scale

    def loss(self, out: Tensor, log_sigma: Tensor) -> Tensor:
        """Negative log-likelihood of the true log σ (B,), less what does not depend on the network."""
        if self.kind == "categorical":
            edges = self._edges(out.shape[1] + 1)
            return nn.functional.cross_entropy(out, torch.bucketize(log_sigma, edges[1:-1].to(out.device)))
        # −log InvGamma(σ²; a, b) / a with b = a e^(2 out), so that `out` is near log σ whatever d is
        gap = 2 * (out[:, 0] - log_sigma)
        return (gap.exp() - gap).mean()

    def _expected(self, out: Tensor) -> Tensor:
        """E[log σ] of the estimated posterior: (B,)."""
        if self.kind == "categorical":
            edges = self._edges(out.shape[1] + 1)
            return torch.softmax(out, 1) @ ((edges[1:] + edges[:-1]) / 2)
        shape = torch.tensor(len(self.centre) / 2)
        return out[:, 0] + (torch.log(shape) - torch.digamma(shape)) / 2

    def _edges(self, count: int) -> Tensor:
        return torch.linspace(math.log(self.settings.sigma_min), math.log(self.settings.sigma_max), count)


class TimeTask(Task):
    """An estimator that learns the noise of noisy vectors. Draws are the processor's, so that they are the same
    everywhere, and follow one another from one generator, so that training cannot be gone on with."""

    def __init__(
        self, estimator: TimeEstimator, data: Tensor, generator: torch.Generator, accelerator: Accelerator
    ) -> None:
        super().__init__(pace(estimator.settings), accelerator)
        self.estimator, self.data, self.generator = estimator, data, generator
        self.net = estimator.net.to(self.device)

    def forward(self, step: int) -> Tensor:
        """The loss of vectors under noise whose log σ is uniform."""
        check_stop()
        chosen, data, drawn = self.estimator.settings, self.data, self.generator
        low, high = math.log(chosen.sigma_min), math.log(chosen.sigma_max)
        rows = torch.randint(len(data), (chosen.batch,), generator=drawn)
        log_sigma = low + (high - low) * torch.rand(chosen.batch, generator=drawn)
        noise = torch.randn(chosen.batch, data.shape[1], generator=drawn)
        noisy = data[rows] + log_sigma.exp()[:, None] * noise
        return self.estimator.loss(self.net(features(noisy.to(self.device))), log_sigma.to(self.device))


def features(scaled: Tensor) -> Tensor:
    """What the network sees of x (B, d): x at unit size and the logarithm of its size, (B, d + 1).

    Nothing is lost, and inputs stay small whatever the noise; log σ is nearly linear in the last one far away.
    """
    size = scaled.square().mean(1, keepdim=True).sqrt().clamp_min(LEAST_RMS)
    return torch.cat([scaled / size, size.log()], 1)
