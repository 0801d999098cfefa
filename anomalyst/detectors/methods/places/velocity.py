"""Flow matching by a small network, conditioned on prototypes, and how far its velocity misses the true one.

After Lipman et al. 2023 (arXiv 2210.02747), Sec. 4.1 with straight paths: between a normal x and noise ε

    x_t = t x + (1 − t) ε,   dx_t / dt = x − ε,   v(x_t, t, c) = E[x − ε | x_t, c]   learned by least squares
    s = ‖v(x_t, t, c) − (x − ε)‖                 of one step, no path is followed: the mismatch

c is the prototype nearest to x, one of the centres of the normals (k-means): the network is told what kind of normal it
should make of x_t, so that it can learn several kinds, and does not learn to copy what is none of them (the identical
shortcut that You et al. 2022, UniAD, arXiv 2206.03687, name).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.methods.places.network import BLOCK_ROWS, layers, pace, packed, unpack
from anomalyst.detectors.training.loop import Run, Task
from anomalyst.errors import InputError
from anomalyst.stopping import check_stop

if TYPE_CHECKING:
    from accelerate import Accelerator

OCTAVES = 8  # of waves in which the network is told the time
CLUSTERED = 20_000  # vectors of which prototypes are made
HALFWAY = 0.5  # time at which the mismatch is read: the network sees as much of x as of noise


@dataclass(frozen=True)
class VelocitySettings:
    """How the network is built and trained. `prototypes`: of normals, at most; `width`, `depth`: of the hidden layers;
    `learning_rate`: the first, falling to 0."""

    prototypes: int = 32
    width: int = 256
    depth: int = 3
    steps: int = 1_000
    batch: int = 1_024
    learning_rate: float = 2e-3
    clip: float = 1.0
    seed: int = 0


class VelocityField:
    """A trained velocity. Make one with `fit`, or with `from_state` from what `state` gave."""

    def __init__(self, settings: VelocitySettings, centre: Tensor, scale: Tensor, prototypes: Tensor) -> None:
        self.settings, self.centre, self.scale, self.prototypes = settings, centre, scale, prototypes
        self.net = layers(2 * len(centre) + 2 * OCTAVES, len(centre), settings)

    @classmethod
    def fit(cls, vectors: Tensor, settings: VelocitySettings, on_step: OnStep | None = None) -> Self:
        """Train on normal vectors (N, d), float32. Raises InputError on another shape or values that are not finite."""
        from accelerate import Accelerator  # slow to import

        if vectors.ndim != 2 or not vectors.numel() or not torch.isfinite(vectors).all():
            raise InputError(f"got vectors of shape {tuple(vectors.shape)}; give finite ones of shape (N, d).")
        centre, spread = vectors.mean(0), vectors.std(correction=0)
        scale = torch.where(spread > 0, spread, 1.0)  # one for all, so that what varies little stays small
        scaled = (vectors - centre) / scale
        generator = torch.Generator().manual_seed(settings.seed)
        with torch.random.fork_rng(devices=[]):  # the weights too come from the seed, the caller's is not touched
            torch.manual_seed(settings.seed)
            field = cls(settings, centre, scale, _prototypes(scaled, settings))
        accelerator = Accelerator(mixed_precision="no")
        Run(VelocityTask(field, scaled, generator, accelerator), accelerator).go(on_step)
        field.net.to("cpu").eval()
        return field

    @torch.no_grad()
    def scores(self, vectors: Tensor, noises: Tensor) -> Tensor:
        """Root mean square mismatch of vectors (M, d), halfway to each of the noises (K, d): (M,)."""
        if vectors.ndim != 2 or vectors.shape[1] != len(self.centre):
            raise InputError(f"got vectors of shape {tuple(vectors.shape)}; give (M, {len(self.centre)}).")
        return torch.cat([self._judged(part, noises) for part in vectors.float().split(BLOCK_ROWS)])

    def _judged(self, part: Tensor, noises: Tensor) -> Tensor:
        check_stop()
        x = (part - self.centre) / self.scale
        kind, time = self.nearest(x), torch.full((len(x),), HALFWAY)
        missed = torch.zeros(len(x))
        for noise in noises:
            missed += (self.net(seen(mixed(x, noise, time), time, kind)) - (x - noise)).square().mean(1)
        return (missed / len(noises)).sqrt()

    def nearest(self, scaled: Tensor) -> Tensor:
        """The prototype nearest to each scaled vector: (M, d)."""
        return self.prototypes[torch.cdist(scaled, self.prototypes).argmin(1)]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        head = np.frombuffer(json.dumps(asdict(self.settings)).encode(), dtype=np.uint8).copy()
        kept = {f"{prefix}.{name}": getattr(self, name).numpy() for name in _KEPT}
        return packed(self.net, prefix) | kept | {f"{prefix}.head": head}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        settings = VelocitySettings(**json.loads(state[f"{prefix}.head"].tobytes()))
        field = cls(settings, *(torch.from_numpy(np.array(state[f"{prefix}.{name}"])) for name in _KEPT))
        unpack(field.net, state, prefix)
        return field


_KEPT = ("centre", "scale", "prototypes")


class VelocityTask(Task):
    """A field that learns the velocities of straight paths. Draws are the processor's, so that they are the same
    everywhere, and follow one another from one generator, so that training cannot be gone on with."""

    def __init__(
        self, field: VelocityField, data: Tensor, generator: torch.Generator, accelerator: Accelerator
    ) -> None:
        super().__init__(pace(field.settings), accelerator)
        self.field, self.data, self.generator = field, data, generator
        self.net = field.net.to(self.device)

    def forward(self, step: int) -> Tensor:
        """The squared mismatch of vectors at times drawn evenly."""
        check_stop()
        count, drawn = self.field.settings.batch, self.generator
        x = self.data[torch.randint(len(self.data), (count,), generator=drawn)]
        noise, time = torch.randn(x.shape, generator=drawn), torch.rand(count, generator=drawn)
        told = seen(mixed(x, noise, time), time, self.field.nearest(x)).to(self.device)
        missed: Tensor = self.net(told) - (x - noise).to(self.device)
        return missed.square().mean()


def mixed(x: Tensor, noise: Tensor, time: Tensor) -> Tensor:
    """x_t, for times (B,)."""
    return time[:, None] * x + (1 - time[:, None]) * noise


def seen(x_t: Tensor, time: Tensor, kind: Tensor) -> Tensor:
    """What the network sees: where it is (B, d), the time in waves, and the prototype (B, d)."""
    angles = math.pi * time[:, None] * 2.0 ** torch.arange(-1, OCTAVES - 1)
    return torch.cat([x_t, angles.sin(), angles.cos(), kind], 1)


def _prototypes(scaled: Tensor, settings: VelocitySettings) -> Tensor:
    """Centres of the normals, as many as asked for at most: (K, d)."""
    from sklearn.cluster import MiniBatchKMeans  # slow to import

    some = scaled[torch.randperm(len(scaled), generator=torch.Generator().manual_seed(settings.seed))[:CLUSTERED]]
    count = min(settings.prototypes, len(some))
    found = MiniBatchKMeans(count, random_state=settings.seed, n_init=1).fit(some.numpy())
    return torch.from_numpy(np.ascontiguousarray(found.cluster_centers_, dtype=np.float32))
