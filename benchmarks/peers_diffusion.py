"""Diffusion peers, run by their papers' own code, which lies in a folder that the user names (none of it is here).

    git clone https://github.com/vicliv/DTE FOLDER/DTE                    Livernoche et al., ICLR 2024, arXiv 2305.18593
    git clone https://github.com/17000cyh/IMDiffusion FOLDER/IMDiffusion  Chen et al., VLDB 2023, arXiv 2307.00754
    ANOMALYST_PEER_CODE=FOLDER python -m benchmarks.series …              (or --peer-code FOLDER)

DTE and its DDPM judge vectors: windows of a series, the same as for k-NN of windows, or cells of an image's backbone
features. Their defaults are kept (400 epochs); only DTE-NP takes smaller batches, to fit into memory.
ImDiffusion keeps its network, its masks and its 50 sampling steps; what is cut is training (see TRAIN_SECONDS).
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.preprocessing import MinMaxScaler
from torch import Tensor

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.backbone import BackboneSpace
from anomalyst.modalities.image.space.pixels import to_working
from benchmarks.peers_series import Scores, windows_of
from benchmarks.series_data import Case

VARIABLE = "ANOMALYST_PEER_CODE"
Scorer = Callable[[], Scores]

DTE_KINDS = {
    "DTE categorical": ("diffusion.dte", "DTECategorical"),
    "DTE inverse gamma": ("diffusion.dte", "DTEInverseGamma"),
    "DTE non-parametric": ("diffusion.non_param_dte", "DTENonParametric"),
    "DTE's DDPM": ("diffusion.ddpm", "DDPM"),
}
PAIR_VALUES = 50_000_000  # queries × stored × values of a vector that DTE-NP's code holds at once

TRAIN_SECONDS = float(os.environ.get("IMDIFFUSION_SECONDS", "180"))  # theirs: up to 500 epochs with early stopping
WINDOW, BATCH, LEARNING_RATE, SCALE = 100, 12, 1e-3, 20  # theirs: exe_machine.py, dataset.py, config/base.yaml
SPLIT, STRIDE, AT_ONCE = 4, 50, 24  # theirs: evaluate_machine_window_middle.py
VOTING_STEPS = range(0, 30, 3)  # theirs: ensemble_proper.py

CELLS = 5000
BLUR = 4.0  # anomalib's for PatchCore and PaDiM


def code_of(project: str) -> Path | None:
    """The folder of a project's code, if the user has named one that holds it."""
    folder = os.environ.get(VARIABLE)
    place = Path(folder) / project if folder else None
    return place if place is not None and place.is_dir() else None


def say_absent() -> None:
    """One line for each project whose code is not there."""
    for project in ("DTE", "IMDiffusion"):
        if code_of(project) is None:
            print(f"{project} is left out: no folder {project} in --peer-code / {VARIABLE}", file=sys.stderr)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Their code prints every epoch and every shape."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _load(project: str, module: str) -> Any:
    place = str(code_of(project))
    sys.path.insert(0, place)
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(place)


def fitted_dte(name: str, vectors: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Scores]:
    """One of DTE's models learned from (n, d) vectors: a call from (m, d) to (m,) scores."""
    module, kind = DTE_KINDS[name]
    torch.manual_seed(0)
    np.random.seed(0)
    small = {"batch_size": int(np.clip(PAIR_VALUES // vectors.size, 1, 64))} if kind == "DTENonParametric" else {}
    with _quiet():
        model = getattr(_load("DTE", module), kind)(**small)
        model.fit(vectors)

    def score(queries: NDArray[np.float32]) -> Scores:
        with _quiet():
            return np.nan_to_num(np.asarray(model.predict_score(queries), dtype=np.float64)).reshape(-1)

    return score


def dte_series(name: str) -> Callable[[Case], Scorer]:
    """DTE on the windows that k-NN of windows sees."""

    def run(case: Case) -> Scorer:
        windows = windows_of(case)
        score = fitted_dte(name, windows.normal)
        return lambda: windows.to_rows(score(windows.query))

    return run


def imdiffusion(case: Case) -> Scorer:
    """ImDiffusion, learned for TRAIN_SECONDS from the train part. A row's score is the absolute error, summed over
    channels and averaged over the sampling steps that vote (their vote needs a threshold chosen with labels)."""
    past = case.test if case.train is None else case.train
    scaler = MinMaxScaler().fit(past)
    learned, asked = (torch.from_numpy(scaler.transform(x)).float() * SCALE for x in (past, case.test))
    torch.manual_seed(0)
    model = _network(case.test.shape[1])
    steps = _train(model, learned)
    print(f"ImDiffusion: {steps} training steps on {case.name} in {TRAIN_SECONDS:.0f} s", file=sys.stderr)
    return lambda: _errors(model, asked)


def _network(channels: int) -> Any:
    import yaml

    place = code_of("IMDiffusion")
    assert place is not None
    config = yaml.safe_load((place / "config" / "base.yaml").read_text())
    config["model"]["is_unconditional"] = True  # exe_machine.py's
    with _quiet():
        return _load("IMDiffusion", "main_model").CSDI_Physio(config, "cpu", target_dim=channels, ratio=0.7)


def _train(model: Any, rows: Tensor) -> int:
    """Adam on random windows until the time is up; the number of steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=1e-6)
    model.train()
    end, steps = time.perf_counter() + TRAIN_SECONDS, 0
    while time.perf_counter() < end:
        starts = torch.randint(len(rows) - WINDOW + 1, (BATCH,))
        batch = _batch(torch.stack([rows[s : s + WINDOW] for s in starts]), torch.randint(2, (BATCH,)))
        optimizer.zero_grad()
        model(batch).backward()
        optimizer.step()
        steps += 1
    model.eval()
    return steps


def _batch(data: Tensor, strategy: Tensor) -> dict[str, Tensor]:
    """What their model reads: (B, L, C) rows, and for each the blocks that stay visible (even ones, or odd ones)."""
    block = torch.arange(WINDOW) // (WINDOW // SPLIT) % 2
    seen = (block[None] == strategy[:, None]).float()[..., None].expand_as(data)
    times = torch.arange(WINDOW).expand(len(data), -1)
    return {"observed_data": data, "observed_mask": torch.ones_like(data), "gt_mask": seen, "timepoints": times,
            "strategy_type": strategy}  # fmt: skip


def _errors(model: Any, rows: Tensor) -> Scores:
    """Their sampler on windows half of which overlap: of each the middle half counts (at the ends also the rest)."""
    last = len(rows) - WINDOW
    starts = sorted({*range(0, last, STRIDE), last})
    quarter, total = WINDOW // SPLIT, np.zeros(len(rows))
    for first in range(0, len(starts), AT_ONCE):
        some = starts[first : first + AT_ONCE]
        error = _window_errors(model, torch.stack([rows[s : s + WINDOW] for s in some]))
        for start, values in zip(some, error, strict=True):
            low = 0 if start == 0 else quarter
            high = WINDOW if start == last else WINDOW - quarter
            total[start + low : start + high] = values[low:high]
    return total


def _window_errors(model: Any, data: Tensor) -> Scores:
    """(B, L, C) → (B, L): each half imputed from the other, all channels, mean over the voting steps."""
    total = torch.zeros(data.shape[:2])
    for kind in (0, 1):
        batch = _batch(data, torch.full((len(data),), kind))
        with _quiet():
            *_, steps = model.get_middle_evaluate(batch, 1)  # (B, sampling steps, C, L)
        wrong = (steps[:, list(VOTING_STEPS)] - data.permute(0, 2, 1)[:, None]).abs().sum(2).mean(1)
        total += wrong * (1 - batch["gt_mask"][..., 0])
    return np.asarray(total, dtype=np.float64)


def series_peers() -> dict[str, Callable[[Case], Scorer]]:
    """The series methods whose code is there."""
    found: dict[str, Callable[[Case], Scorer]] = {}
    if code_of("DTE") is not None:
        found |= {name: dte_series(name) for name in DTE_KINDS}
    if code_of("IMDiffusion") is not None:
        found["ImDiffusion"] = imdiffusion
    return found


class DTEImages:
    """DTE on cells of the backbone's features, averaged over 3 × 3 cells and standardised; the image's score is its
    map's highest value. Learned from CELLS cells drawn from all normals."""

    def __init__(self, name: str, weights: str, size: int) -> None:
        self.name, self.space, self.shape = name, BackboneSpace(weights), (size, size)

    def fit(self, normals: Sequence[ImageSample]) -> None:
        grids = [self._cells(n) for n in normals]
        cells = np.concatenate([g.reshape(-1, g.shape[-1]) for g in grids])
        self.mean, self.scale = cells.mean(0), cells.std(0) + 1e-6
        kept = np.random.default_rng(0).choice(len(cells), min(CELLS, len(cells)), replace=False)
        self.judge = fitted_dte(self.name, (cells[kept] - self.mean) / self.scale)

    def score(self, sample: ImageSample) -> tuple[NDArray[np.float32], float]:
        cells = (self._cells(sample) - self.mean) / self.scale
        grid = self.judge(cells.reshape(-1, cells.shape[-1])).reshape(cells.shape[:2])
        blurred = gaussian_filter(_resized(grid, self.shape), BLUR)
        return _resized(blurred, sample.shape), float(blurred.max())

    def _cells(self, sample: ImageSample) -> NDArray[np.float32]:
        with torch.no_grad():
            cells = self.space.encode(to_working(sample, self.shape)[None])[0].permute(0, 3, 1, 2)
            averaged = torch.nn.functional.avg_pool2d(cells, 3, 1, 1)  # as PatchCore does
        return np.asarray(averaged[0].permute(1, 2, 0), dtype=np.float32)


def _resized(grid: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.float32]:
    placed = torch.from_numpy(np.asarray(grid, dtype=np.float32))[None, None]
    return np.asarray(torch.nn.functional.interpolate(placed, shape, mode="bilinear")[0, 0])


def image_peers() -> tuple[str, ...]:
    """Names of the image methods whose code is there."""
    return tuple(DTE_KINDS) if code_of("DTE") is not None else ()
