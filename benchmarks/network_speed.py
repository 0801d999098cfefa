"""What batching, channels-last and `torch.compile` bring to the learned detectors' small networks, on one core.

    python -m benchmarks.network_speed [--no-compile]

Seconds are of the process's own processor time, the least of some repeats, so that other work on the machine hardly
counts; those of compiling are by the clock. Ratios are to the plain network: above 1 is faster.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from anomalyst.detectors.denoisers.neural import NeuralDenoiser

GRIDS: dict[str, tuple[int, ...]] = {
    "image features, 32 × 32 × 32": (32, 32, 32),
    "image features, 32 × 16 × 16": (32, 16, 16),
    "image pixels, 3 × 64 × 64": (3, 64, 64),
    "series window, 8 × 64": (8, 64),
}
BATCHES = (1, 16)
Act = Callable[[], Any]


@dataclass(frozen=True)
class Speed:
    """Seconds of one call at a batch: `ask` of a denoising, `learn` of a training step; `difference`: the largest of
    the answers to the plain network's, relative to their largest value."""

    ask: float
    learn: float
    difference: float = 0.0


def least_seconds(act: Act, repeats: int) -> float:
    """Processor time of the fastest of some calls, after one that does not count."""
    act()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        act()
        found.append(time.process_time() - start)
    return min(found)


def training_step(denoiser: Callable[..., Tensor], x: Tensor, sigma: Tensor, weights: list[nn.Parameter]) -> None:
    """Forward, backward; no step, so that all variants keep the same weights."""
    torch.autograd.grad((denoiser(x, sigma) - x).square().mean(), weights)


def speed(
    denoiser: Callable[..., Tensor], weights: list[nn.Parameter], x: Tensor, truth: Tensor, repeats: int
) -> Speed:
    """How fast a denoiser answers and learns on x, and how far its answer is from `truth`."""
    sigma = torch.full((len(x),), 0.5)
    with torch.no_grad():
        answer = denoiser(x, sigma)
        ask = least_seconds(lambda: denoiser(x, sigma), repeats)
    learn = least_seconds(lambda: training_step(denoiser, x, sigma, weights), repeats)
    return Speed(ask, learn, float((answer - truth).abs().max() / truth.abs().max()))


def variants(denoiser: NeuralDenoiser, compiled: bool) -> dict[str, Callable[[], Callable[..., Tensor]]]:
    """Makers of what is compared; each changes the one network, so the plain one comes first."""

    def in_channels_last() -> Callable[..., Tensor]:
        denoiser.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return lambda x, sigma: denoiser(x.contiguous(memory_format=torch.channels_last), sigma)

    found: dict[str, Callable[[], Callable[..., Tensor]]] = {"plain": lambda: denoiser}
    if compiled:
        found["compile"] = partial(torch.compile, denoiser, dynamic=False)
    if len(denoiser.shape) == 3:
        found["channels-last"] = in_channels_last
    return found


def measure(shape: tuple[int, ...], repeats: int, compiled: bool) -> list[str]:
    """Lines of the table for one grid."""
    torch.manual_seed(0)
    data = torch.randn(max(BATCHES), *shape)
    denoiser = NeuralDenoiser.for_data(data, seed=0)
    for weight in denoiser.parameters():  # the last layer starts at zero: then all answers would be alike
        nn.init.normal_(weight, std=0.05) if not weight.any() else None
    weights = [p for p in denoiser.parameters() if p.requires_grad]
    lines: list[str] = []
    plain: dict[int, Speed] = {}
    with torch.no_grad():
        truth = {b: denoiser(data[:b], torch.full((b,), 0.5)) for b in BATCHES}
    for name, make in variants(denoiser, compiled).items():
        run = make()
        for batch in BATCHES:
            torch._dynamo.reset()  # else its limit of recompilations is reached, and the plain network runs unannounced
            start = time.perf_counter()
            found = speed(run, weights, data[:batch], truth[batch], repeats)
            whole = time.perf_counter() - start
            base = plain.setdefault(batch, found)
            cells = [
                f"{1e3 * found.ask / batch:.2f}",
                f"{1e3 * found.learn / batch:.2f}",
                f"{base.ask / found.ask:.2f}",
            ]
            cells += [f"{base.learn / found.learn:.2f}", f"{found.difference:.0e}"]
            extra = f"{whole - (repeats + 1) * (found.ask + found.learn):.0f}" if name == "compile" else "–"
            lines.append(f"{name} | {batch} | {' | '.join(cells)} | {extra} |")
    return lines


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--grids", nargs="*", choices=list(GRIDS), default=list(GRIDS))
    parser.add_argument("--no-compile", action="store_true", help="leave out torch.compile, which needs a C++ compiler")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(
        "| network | variant | batch | asked, ms per sample | learning, ms per sample | asked, times as fast "
        "| learning, times as fast | difference | s to compile |\n" + "|---" * 9 + "|"
    )
    for grid in options.grids:
        for line in measure(GRIDS[grid], options.repeats, not options.no_compile):
            print(f"| {grid} | {line}", flush=True)


if __name__ == "__main__":
    main()
