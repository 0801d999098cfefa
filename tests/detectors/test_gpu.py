"""What differs on a GPU: where and in which precision a network is trained. Scoring is done by the processor."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.methods.places.time_network import Kind, TimeEstimator, TimeSettings
from anomalyst.detectors.registry import detector_class
from anomalyst.detectors.training.training import Training, train
from tests.helpers.fault_data import image
from tests.helpers.places import ROOT

needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no GPU here: training on one, and its times, were not tested"
)
needs_none = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
SPREAD, NOISE = 0.7, 0.5


def trained() -> NeuralDenoiser:
    data = SPREAD * torch.randn(3000, 4, generator=torch.Generator().manual_seed(0))
    denoiser = NeuralDenoiser.for_data(data[500:], sigma_min=0.05, sigma_max=10.0)
    train(denoiser, data[500:], data[:500], Training(steps=400, batch=128, ema=0.99, learning_rate=3e-3))
    return denoiser


def error(denoiser: NeuralDenoiser, device: str) -> float:
    """Root mean square distance from the exact D(x; σ) = x s² / (s² + σ²) of a Gaussian of standard deviation s."""
    clean = SPREAD * torch.randn(2000, 4, generator=torch.Generator().manual_seed(1))
    noisy = clean + NOISE * torch.randn(2000, 4, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        found: Tensor = denoiser.to(device)(noisy.to(device), torch.full((2000,), NOISE, device=device)).cpu()
    return float((found - noisy * SPREAD**2 / (SPREAD**2 + NOISE**2)).square().mean().sqrt())


def test_a_network_comes_back_to_the_processor_wherever_it_was_trained() -> None:
    denoiser = trained()
    assert {p.device.type for p in denoiser.parameters()} == {"cpu"}
    assert {p.dtype for p in denoiser.parameters()} == {torch.float32}
    assert error(denoiser, "cpu") < 0.15


@needs_gpu
def test_a_network_answers_on_a_gpu_as_on_the_processor() -> None:
    denoiser = trained()
    assert error(denoiser, "cuda") == pytest.approx(error(denoiser, "cpu"), abs=1e-3)


@needs_gpu
def test_a_detector_trained_on_a_gpu_finds_the_fault() -> None:
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.max_memory_allocated()
    detector = detector_class("image-one-step")(size=96, train_steps=60).fit([image(100 + i) for i in range(12)])
    assert torch.cuda.max_memory_allocated() > before
    found = detector.score(image(1, True))
    assert found.sample_score > detector.score(image(2)).sample_score


@pytest.mark.parametrize("kind", ["categorical", "inverse_gamma"])
@needs_gpu
def test_diffusion_time_is_learned_on_a_gpu_as_on_the_processor(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    import accelerate

    class OnProcessor:
        device = torch.device("cpu")

    vectors = torch.randn(2000, 8, generator=torch.Generator().manual_seed(0))
    settings = TimeSettings(steps=400)
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.max_memory_allocated()
    there = TimeEstimator.fit(vectors, kind, settings)
    assert torch.cuda.max_memory_allocated() > before
    assert {p.device.type for p in there.net.parameters()} == {"cpu"}
    monkeypatch.setattr(accelerate, "Accelerator", lambda **_: OnProcessor())
    here = TimeEstimator.fit(vectors, kind, settings)
    asked = torch.cat([scale * vectors[:200] for scale in (1, 3, 10)])
    assert (there.scores(asked) - here.scores(asked)).abs().mean() < 0.05


@needs_none
def test_a_comparison_with_a_gpu_ends_with_an_error_where_there_is_none() -> None:
    ended = subprocess.run([sys.executable, "-m", "benchmarks.gpu"], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 1 and "no GPU" in ended.stderr and not ended.stdout
