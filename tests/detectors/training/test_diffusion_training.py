"""Training a neural denoiser: it learns what is known in closed form, repeats itself, and survives being killed."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.sampling.noises import Noise, fields
from anomalyst.detectors.training.draws import HeldOut, denoising_losses
from anomalyst.detectors.training.training import Training, train
from anomalyst.errors import InputError, ModelError
from tests.helpers.launched import run_script

MEAN = torch.tensor([0.4, -0.2])
COVARIANCE = torch.tensor([[1.0, 0.6], [0.6, 0.8]])
# Root mean square error of D allowed, where the data have a standard deviation of about 1 and D = x is wrong by σ.
TOLERANCE = 0.15
NONE = torch.empty(0, 2)


def gaussian(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return MEAN + torch.randn(count, 2, generator=generator) @ torch.linalg.cholesky(COVARIANCE).T


def exact(x: Tensor, sigma: Tensor) -> Tensor:
    """E[x₀ | x] of the Gaussian; x: (B, 2), sigma: (B, 1, 1)."""
    gain = COVARIANCE @ torch.linalg.inv(COVARIANCE + sigma**2 * torch.eye(2))
    return MEAN + (gain @ (x - MEAN)[..., None])[..., 0]


def weights(denoiser: NeuralDenoiser) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in denoiser.state_dict().items()}


def assert_equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


def held_out_loss(denoiser: NeuralDenoiser, held_out: Tensor, model: Callable[[Tensor, Tensor], Tensor]) -> float:
    """The loss of `model` on the held-out noise that training uses for `denoiser`."""
    fixed = HeldOut(denoiser, held_out, 128)
    with torch.no_grad():
        return float(denoising_losses(model, denoiser, fixed.clean, fixed.noise, fixed.sigma).mean())


@pytest.mark.parametrize("parameterisation", ["edm", "vp", "ve", "ddpm"])
def test_an_mlp_learns_a_gaussian(parameterisation: str) -> None:
    data, held_out = gaussian(2000, 0), gaussian(500, 1)
    denoiser = NeuralDenoiser.for_data(data, parameterisation=parameterisation, sigma_min=0.05, sigma_max=10.0)
    before = held_out_loss(denoiser, held_out, denoiser)
    # The error of F counts σ times for "ve", whose inputs are not scaled either: it needs longer.
    steps = 800 if parameterisation == "ve" else 400
    settings = Training(steps=steps, batch=128, evaluations=4, ema=0.99, learning_rate=3e-3)
    history = train(denoiser, data, held_out, settings)
    assert not denoiser.training
    best = held_out_loss(denoiser, held_out, lambda x, sigma: exact(x, sigma[:, None, None]))
    assert min(history.held_out_losses) < best + 0.1 * (before - best)
    for sigma in (0.3, 1.0, 3.0):
        noisy = gaussian(2000, 2) + sigma * torch.randn(2000, 2, generator=torch.Generator().manual_seed(3))
        level = torch.full((2000,), sigma)
        with torch.no_grad():
            error = (denoiser(noisy, level) - exact(noisy, level[:, None, None])).square().mean().sqrt()
        assert error < TOLERANCE, (sigma, float(error))


@pytest.mark.parametrize("noise", ["gaussian", "simplex"])
@pytest.mark.parametrize("shape", [(12, 3, 21), (6, 2, 9, 13)])
def test_the_unets_train_on_any_grid(shape: tuple[int, ...], noise: Noise) -> None:
    data = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    denoiser = NeuralDenoiser.for_data(data)
    before = weights(denoiser)
    seen: list[tuple[int, int, float | None]] = []
    history = train(
        denoiser,
        data,
        data[:2],
        Training(steps=4, batch=2, evaluations=2, noise=noise),
        on_step=lambda *at: seen.append(at),
    )
    first = history.held_out_losses[0]
    assert seen == [(1, 4, None), (2, 4, None), (3, 4, first), (4, 4, first)]
    assert (history.steps, history.stopped) == ([2, 4], "steps")
    assert np.isfinite([*history.losses, *history.held_out_losses]).all()
    assert any(not torch.equal(before[name], value) for name, value in weights(denoiser).items())
    with torch.no_grad():
        assert denoiser(data, torch.ones(len(data))).shape == data.shape


@pytest.mark.parametrize("axes", [(64,), (24, 40)])
def test_simplex_draws_have_unit_variance_are_smooth_and_independent(axes: tuple[int, ...]) -> None:
    drawn = fields((300, 2, *axes), torch.Generator().manual_seed(0))
    assert torch.equal(drawn, fields((300, 2, *axes), torch.Generator().manual_seed(0)))
    assert drawn.mean().abs() < 0.05 and drawn.std() == pytest.approx(1, abs=0.05)
    near = (drawn[..., 1:] * drawn[..., :-1]).mean()
    assert near > 0.3
    between = (drawn[:, 0] * drawn[:, 1]).flatten(1).mean(1)  # channels of one sample
    assert between.mean().abs() < 0.1


def test_simplex_needs_a_grid() -> None:
    with pytest.raises(InputError, match="simplex"):
        train(NeuralDenoiser.for_data(gaussian(9, 0)), gaussian(9, 0), NONE, Training(steps=1, noise="simplex"))
    with pytest.raises(InputError, match="noise"):
        Training(noise="pink")  # type: ignore[arg-type]


def test_one_seed_one_result() -> None:
    def trained(seed: int) -> dict[str, Tensor]:
        torch.manual_seed(np.random.default_rng().integers(1000))  # the global generator plays no part
        denoiser = NeuralDenoiser.for_data(gaussian(100, 0), seed=0)
        settings = Training(steps=20, batch=16, seed=seed, evaluations=2)
        train(denoiser, gaussian(100, 0), gaussian(30, 1), settings, augment=jittered)
        return weights(denoiser)

    assert_equal(trained(0), trained(0))
    other = trained(1)
    assert any(not torch.equal(value, other[name]) for name, value in trained(0).items())


def jittered(batch: Tensor, generator: torch.Generator) -> Tensor:
    return batch + 0.01 * torch.randn(batch.shape, generator=generator)


def test_a_saved_denoiser_answers_alike() -> None:
    denoiser = NeuralDenoiser.for_data(gaussian(100, 0), parameterisation="vp")
    train(denoiser, gaussian(100, 0), NONE, Training(steps=10, batch=16))
    again = NeuralDenoiser.from_state(denoiser.config(), denoiser.state())
    x = gaussian(10, 4)
    with torch.no_grad():
        assert torch.equal(denoiser(x, torch.ones(10)), again(x, torch.ones(10)))
    with pytest.raises(ModelError, match="fit it again"):
        NeuralDenoiser.from_state({**denoiser.config(), "colour": 1}, denoiser.state())
    with pytest.raises(ModelError, match="fit it again"):
        NeuralDenoiser.from_state(denoiser.config(), {})


def test_it_stops_when_held_out_data_get_worse_and_keeps_the_best() -> None:
    """Learning the training data, far from the held-out ones, makes these ever worse."""
    data, held_out = gaussian(200, 0) * 0.1 + 2, gaussian(50, 1) * 0.1 - 2
    denoiser = NeuralDenoiser.for_data(torch.cat([data, held_out]))
    settings = Training(steps=1000, batch=32, evaluations=100, patience=3)
    history = train(denoiser, data, held_out, settings)
    assert history.stopped == "patience" and history.steps[-1] < 1000
    best = int(np.argmin(history.held_out_losses))
    assert history.best_step == history.steps[best]
    assert len(history.steps) == best + 1 + 3
    # The kept weights are those of the best step, not the last ones.
    assert held_out_loss(denoiser, held_out, denoiser) == pytest.approx(min(history.held_out_losses), rel=1e-5)


def test_the_time_limit_stops_it() -> None:
    denoiser = NeuralDenoiser.for_data(gaussian(100, 0))
    history = train(denoiser, gaussian(100, 0), gaussian(30, 1), Training(steps=10**6, batch=16, time_limit=0.5))
    assert history.stopped == "time"
    assert history.losses and np.isfinite(history.losses).all()
    assert history.best_step > 0


def test_hidden_anomalies_are_left_out() -> None:
    """Points on a line, one in ten of them far off it."""
    line = gaussian(400, 0)[:, :1].repeat(1, 6)
    hidden = list(range(0, 400, 10))
    line[hidden] = 2 * torch.randn(40, 6, generator=torch.Generator().manual_seed(5))
    denoiser = NeuralDenoiser.for_data(line)
    history = train(denoiser, line, torch.empty(0, 6), Training(steps=500, batch=64, trim=0.1, patience=None))
    assert len(history.excluded) == 40
    assert len(set(history.excluded) & set(hidden)) >= 28, "at least 7 of 10 found"


SCRIPT = """
import os, signal, sys, torch
from pathlib import Path
from safetensors.torch import save_file
from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.training.training import Training, train

folder, out, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
generator = torch.Generator().manual_seed(0)
data, held_out = torch.randn(100, 4, generator=generator), torch.randn(20, 4, generator=generator)

def on_step(step, of, loss):
    if step == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

noise = sys.argv[4] if len(sys.argv) > 4 else "gaussian"
if noise == "simplex":  # which needs a grid
    data, held_out = data[..., None].repeat(1, 1, 16), held_out[..., None].repeat(1, 1, 16)
denoiser = NeuralDenoiser.for_data(data, seed=1)
settings = Training(steps=60, batch=16, evaluations=6, trim=0.1, patience=None, noise=noise)
where = None if folder == "none" else Path(folder)
history = train(denoiser, data, held_out, settings, folder=where, on_step=on_step)
rank = os.environ.get("RANK", "0")
save_file(denoiser.state_dict(), f"{out}.{rank}")
Path(f"{out}.{rank}.steps").write_text(f"{history.steps} {history.excluded}")
"""


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["gaussian", pytest.param("simplex", marks=pytest.mark.long)])
def test_killed_and_gone_on_it_ends_as_if_nothing_had_happened(tmp_path: Path, noise: str) -> None:
    folder = str(tmp_path / "run")
    killed = run_script(SCRIPT, tmp_path, folder, str(tmp_path / "never"), "37", noise)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "run" / "training.safetensors").exists() and not (tmp_path / "never.0").exists()
    for arguments in ((folder, str(tmp_path / "resumed"), "0"), ("none", str(tmp_path / "whole"), "0")):
        done = run_script(SCRIPT, tmp_path, *arguments, noise)
        assert done.returncode == 0, done.stderr
    assert_equal(load_file(tmp_path / "resumed.0"), load_file(tmp_path / "whole.0"))
    assert (tmp_path / "resumed.0.steps").read_text() == (tmp_path / "whole.0.steps").read_text()


def test_a_checkpoint_of_other_data_is_refused(tmp_path: Path) -> None:
    settings = Training(steps=4, batch=4, evaluations=2)
    train(NeuralDenoiser.for_data(gaussian(20, 0)), gaussian(20, 0), NONE, settings, folder=tmp_path)
    with pytest.raises(InputError, match="other data or settings"):
        train(NeuralDenoiser.for_data(gaussian(20, 0)), gaussian(20, 1), NONE, settings, folder=tmp_path)
    checkpoint = tmp_path / "training.safetensors"
    with safe_open(checkpoint, framework="pt") as file:
        head = json.loads(file.metadata()["head"])
    del head["format"]  # as it was before there was one
    save_file(load_file(checkpoint), checkpoint, {"head": json.dumps(head)})
    with pytest.raises(InputError, match="another version"):
        train(NeuralDenoiser.for_data(gaussian(20, 0)), gaussian(20, 0), NONE, settings, folder=tmp_path)
    checkpoint.write_bytes(b"torn")
    with pytest.raises(ModelError, match="delete it"):
        train(NeuralDenoiser.for_data(gaussian(20, 0)), gaussian(20, 0), NONE, settings, folder=tmp_path)


def test_finished_training_is_not_repeated(tmp_path: Path) -> None:
    settings = Training(steps=6, batch=4, evaluations=2)
    first, second = (NeuralDenoiser.for_data(gaussian(20, 0)) for _ in range(2))
    done = train(first, gaussian(20, 0), gaussian(9, 1), settings, folder=tmp_path)
    seen: list[int] = []
    again = train(
        second, gaussian(20, 0), gaussian(9, 1), settings, folder=tmp_path, on_step=lambda at, of, loss: seen.append(at)
    )
    assert not seen and again.steps == done.steps and again.stopped == done.stopped
    assert_equal(weights(first), weights(second))


@pytest.mark.slow
def test_two_processes_do_what_one_does(tmp_path: Path) -> None:
    both = run_script(SCRIPT, tmp_path, "none", str(tmp_path / "both"), "0", processes=2)
    assert both.returncode == 0, both.stderr
    one = run_script(SCRIPT, tmp_path, "none", str(tmp_path / "one"), "0")
    assert one.returncode == 0, one.stderr
    first, second, alone = (load_file(tmp_path / name) for name in ("both.0", "both.1", "one.0"))
    assert_equal(first, second)
    for name, value in alone.items():  # sums in another order: equal but for rounding, which training enlarges
        torch.testing.assert_close(first[name], value, rtol=1e-2, atol=1e-3)
    assert (tmp_path / "both.1.steps").read_text() == (tmp_path / "one.0.steps").read_text()


@pytest.mark.parametrize(
    ("data", "held_out", "words"),
    [
        (torch.ones(5, 3), NONE, "takes"),
        (torch.ones(5, 2), torch.ones(5, 3), "held-out"),
        (torch.full((5, 2), torch.nan), NONE, "not finite"),
        (NONE, NONE, "no training data"),
    ],
)
def test_unusable_data_are_refused(data: Tensor, held_out: Tensor, words: str) -> None:
    with pytest.raises(InputError, match=words):
        train(NeuralDenoiser.for_data(gaussian(9, 0)), data, held_out, Training(steps=1))
