"""The neural denoiser: a network and its preconditioning, D(x; σ) = c_skip x + c_out F(c_in x, c_noise).

After Karras et al. 2022 (arXiv 2206.00364), Table 1; x = x₀ + σ n whatever the parameterisation:

            c_skip              c_out                   c_in             training σ
    edm     σ_d² / (σ² + σ_d²)  σ σ_d / √(σ² + σ_d²)    1 / √(σ² + σ_d²) ln(σ/σ_d) ~ N(P_mean, P_std²)
    vp      1 / (1 + σ²)        −σ / √(1 + σ²)          1 / √(1 + σ²)    t uniform, β linear (Song et al. 2021)
    ve      1                   σ                       1                ln σ uniform (Song & Ermon 2019)
    ddpm    1                   −σ                      1 / √(1 + σ²)    one of 1000 steps, uniform (Ho et al. 2020)

F is v for vp (Salimans & Ho 2022, arXiv 2202.00512), ε for ddpm. The loss weight is λ(σ) = 1 / c_out², i.e. each
network output counts alike: the v loss for vp, the ε loss for ddpm. c_noise is ln(σ)/4 everywhere (ddpm: of the nearest
step's σ): the table's other labels are functions of it, and a common one is resolved alike by all networks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from anomalyst.detectors.denoisers.networks import Kind, Size, build
from anomalyst.errors import InputError, ModelError
from anomalyst.stopping import check_stop

Parameterisation = Literal["edm", "vp", "ve", "ddpm"]

# β(t) = BETA_MIN + BETA_RANGE t of the continuous VP process (Song et al. 2021, arXiv 2011.13456, App. C).
BETA_MIN, BETA_RANGE = 0.1, 19.9
DDPM_STEPS = 1000


@dataclass(frozen=True)
class NeuralConfig:
    """What a neural denoiser is made of; JSON values only.

    `channels`, `shape`: x is (B, channels, *shape). `sigma_data`: standard deviation of the clean data. [`sigma_min`,
    `sigma_max`]: the noise levels it is trained for. `p_mean`, `p_std`: of ln(σ / σ_data) in training, "edm" only; the
    defaults are the paper's −1.2 and 1.2, given there for σ_data = ½. `seed`: of the first weights.
    """

    kind: Kind
    channels: int
    shape: tuple[int, ...]
    size: Size = "small"
    parameterisation: Parameterisation = "edm"
    sigma_data: float = 1.0
    sigma_min: float = 0.01
    sigma_max: float = 50.0
    p_mean: float = -0.5
    p_std: float = 1.2
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape))
        if self.parameterisation not in get_args(Parameterisation):
            raise InputError(
                f"got parameterisation {self.parameterisation!r}; known are {', '.join(get_args(Parameterisation))}."
            )
        if not 0 < self.sigma_min < self.sigma_max or self.sigma_data <= 0 or self.p_std <= 0:
            raise InputError(
                f"got sigma_min {self.sigma_min!r}, sigma_max {self.sigma_max!r}, sigma_data {self.sigma_data!r}, "
                f"p_std {self.p_std!r}; all must be positive and sigma_min below sigma_max."
            )


class NeuralDenoiser(nn.Module):
    """D(x; σ) ≈ E[x₀ | x₀ + σ n = x], learned. x: float32 (B, C, *shape); σ: (B,) or a single value."""

    ddpm_sigmas: Tensor

    def __init__(self, settings: NeuralConfig) -> None:
        super().__init__()
        self.settings = settings
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.network = build(settings.kind, settings.size, settings.channels, settings.shape)
        self.register_buffer("ddpm_sigmas", ddpm_sigmas(), persistent=False)

    @classmethod
    def for_data(cls, data: Tensor, **options: Any) -> Self:
        """One that fits `data` (N, C, *axes): its kind, shape, standard deviation; `options`: more of NeuralConfig."""
        kinds: dict[int, Kind] = {2: "mlp", 3: "unet1d", 4: "unet2d"}
        if data.ndim not in kinds or data.shape[0] == 0:
            raise InputError(
                f"got training data of shape {tuple(data.shape)}; allowed are (N, d), (N, C, L), (N, C, h, w); N ≥ 1."
            )
        spread = max(float(data.std(correction=0)), 1e-3)  # constant data has none
        settings = {"sigma_data": spread, **options}
        return cls(NeuralConfig(kinds[data.ndim], data.shape[1], tuple(data.shape[2:]), **settings))

    @property
    def shape(self) -> tuple[int, ...]:
        """(C, *axes) of one sample."""
        return (self.settings.channels, *self.settings.shape)

    @property
    def sigma_min(self) -> float:
        """The least noise it was trained for."""
        return self.settings.sigma_min

    @property
    def sigma_max(self) -> float:
        """The most noise it was trained for."""
        return self.settings.sigma_max

    @property
    def sigma_data(self) -> float:
        """Standard deviation of the clean data."""
        return self.settings.sigma_data

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        """D(x; σ), same shape as x."""
        check_stop()
        level = torch.as_tensor(sigma, dtype=torch.float32, device=x.device).expand(x.shape[0])
        c_skip, c_out, c_in = (c.reshape(-1, *[1] * (x.ndim - 1)) for c in self._coefficients(level))
        out: Tensor = c_skip * x + c_out * self.network(c_in * x, self._noise_label(level).log() / 4)
        return out

    def loss_weight(self, sigma: Tensor) -> Tensor:
        """λ(σ) = 1 / c_out²: (B,) → (B,)."""
        return self._coefficients(sigma)[1].square().reciprocal()

    def sigma_quantile(self, u: Tensor) -> Tensor:
        """The training distribution of σ as the inverse of its distribution function: u in (0, 1) → σ, same shape."""
        least, most = self.sigma_min, self.sigma_max
        match self.settings.parameterisation:
            case "edm":
                log_ratio: Tensor = self.settings.p_mean + self.settings.p_std * torch.special.ndtri(u)
                scaled: Tensor = self.sigma_data * log_ratio.exp()
                return scaled.clamp(least, most)
            case "vp":
                start, end = _vp_time(least), _vp_time(most)
                return _vp_sigma(start + (end - start) * u)
            case "ve":
                return torch.exp(math.log(least) + math.log(most / least) * u)
            case "ddpm":
                ladder = self.ddpm_sigmas.to(u.device)
                inside = ladder[(ladder >= least) & (ladder <= most)]
                return inside[(u * len(inside)).long().clamp(max=len(inside) - 1)]

    def _coefficients(self, sigma: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """c_skip, c_out, c_in of the table above, each (B,)."""
        match self.settings.parameterisation:
            case "edm":
                return _skip_coefficients(sigma, self.sigma_data)
            case "vp":
                c_skip, c_out, c_in = _skip_coefficients(sigma, 1.0)
                return c_skip, -c_out, c_in
            case "ve":
                return torch.ones_like(sigma), sigma, torch.ones_like(sigma)
            case "ddpm":
                return torch.ones_like(sigma), -sigma, (1 + sigma.square()).rsqrt()

    def _noise_label(self, sigma: Tensor) -> Tensor:
        """The σ that the network is told: for "ddpm" that of the nearest discrete step."""
        if self.settings.parameterisation != "ddpm":
            return sigma
        ladder = self.ddpm_sigmas
        above = torch.searchsorted(ladder, sigma.contiguous()).clamp(1, len(ladder) - 1)
        lower, upper = ladder[above - 1], ladder[above]
        return torch.where(sigma - lower < upper - sigma, lower, upper)

    def config(self) -> dict[str, Any]:
        """The settings as JSON values."""
        return {**asdict(self.settings), "shape": list(self.settings.shape)}

    def state(self) -> dict[str, NDArray[Any]]:
        """The weights by name, float32."""
        return {name: value.detach().cpu().float().numpy().copy() for name, value in self.state_dict().items()}

    def packed(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Settings and weights as arrays to save, under `prefix`."""
        head = np.frombuffer(json.dumps(self.config()).encode(), dtype=np.uint8).copy()
        return {f"{prefix}.config": head, **{f"{prefix}.weights.{k}": value for k, value in self.state().items()}}

    @classmethod
    def unpacked(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `packed` gave."""
        mark = f"{prefix}.weights."
        weights = {name.removeprefix(mark): value for name, value in arrays.items() if name.startswith(mark)}
        return cls.from_state(json.loads(bytes(arrays[f"{prefix}.config"])), weights)

    @classmethod
    def from_state(cls, config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The denoiser that `config` and `state` came from: equal weights, equal answers, in eval mode."""
        unknown = set(config) - {field.name for field in fields(NeuralConfig)}
        if unknown:
            raise ModelError(f"the saved denoiser has unknown settings {sorted(unknown)!r}; fit it again.")
        try:
            denoiser = cls(NeuralConfig(**config))
            denoiser.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in arrays.items()})
        except (InputError, RuntimeError, TypeError) as error:
            raise ModelError(f"the saved denoiser cannot be restored ({error}); fit it again.") from error
        return denoiser.eval()


def ddpm_sigmas() -> Tensor:
    """σ_t = √((1 − ᾱ_t) / ᾱ_t) of DDPM's 1000 steps, rising from 0.01 to 157: float32 (1000,)."""
    betas = torch.linspace(1e-4, 0.02, DDPM_STEPS, dtype=torch.float64)
    kept = torch.cumprod(1 - betas, 0)
    return ((1 - kept) / kept).sqrt().float()


def _skip_coefficients(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor]:
    total = sigma.square() + sigma_data**2
    return sigma_data**2 / total, sigma * sigma_data * total.rsqrt(), total.rsqrt()


def _vp_sigma(time: Tensor) -> Tensor:
    """σ(t) = √(exp(½ β_d t² + β_min t) − 1)."""
    return torch.expm1(0.5 * BETA_RANGE * time.square() + BETA_MIN * time).sqrt()


def _vp_time(sigma: float) -> float:
    """The inverse of `_vp_sigma`."""
    growth = float(np.log1p(sigma**2))
    return float((np.sqrt(BETA_MIN**2 + 2 * BETA_RANGE * growth) - BETA_MIN) / BETA_RANGE)
