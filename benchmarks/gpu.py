"""What a GPU saves in fitting the learned detectors, and that accuracy stays: each is fitted with its network trained
on the processor, then on the GPU, with the same data, options and seed.

    python -m benchmarks.gpu [--detectors NAME …] [--data ../shared/data] [--train-steps N] [--out rows.json]

Without `--data` on what ships (`anomalyst.datasets.bundled`), so that it runs anywhere. Seconds are of the clock on the
wall, as a GPU's time is not the processor's; the processor's part has one thread. Only training is done on the GPU:
features, calibration and scoring are the processor's in both. Detectors not named here train the same networks.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor

from anomalyst.datasets.bundled import bundled_images, bundled_series
from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.denoisers.neural import NeuralDenoiser
from anomalyst.detectors.methods.learner import Learner, Model
from anomalyst.detectors.registry import detector_class
from anomalyst.detectors.training.training import Training, train
from anomalyst.samples import Sample
from benchmarks.image_data import read_category
from benchmarks.robustness import Row, as_sample, plain
from benchmarks.series_data import read_set

DETECTORS = ("image-one-step", "image-time", "series-score", "series-time")
DEVICES = ("cpu", "cuda")
FORCE_CPU = "ACCELERATE_USE_CPU"  # what accelerate itself asks, before it looks for a GPU
Data = tuple[list[Sample], list[Sample], list[np.ndarray[Any, Any]]]  # normals, tests, labels of each test's scores


@contextmanager
def training_on(device: str) -> Iterator[None]:
    """Trainings inside choose their device anew, the processor for "cpu"."""
    from accelerate.state import AcceleratorState

    before = os.environ.get(FORCE_CPU)
    os.environ[FORCE_CPU] = str(device == "cpu").lower()
    AcceleratorState._reset_state(reset_partial_state=True)  # or the first choice would hold for the whole process
    try:
        yield
    finally:
        os.environ.pop(FORCE_CPU)
        if before is not None:
            os.environ[FORCE_CPU] = before
        AcceleratorState._reset_state(reset_partial_state=True)


def time_learning(detector: Any) -> list[float]:
    """A list that will hold how many seconds `detector` learned, without features and calibration."""
    learner: Learner = detector.learner
    seconds: list[float] = []

    class Timed:
        restored = learner.restored

        def learn(self, learned: Tensor, checked: Tensor, on_step: OnStep | None) -> Model:
            start = time.perf_counter()
            model = learner.learn(learned, checked, on_step)
            seconds.append(time.perf_counter() - start)
            return model

    kind = type(detector)
    detector.__class__ = type(kind.__name__, (kind,), {"learner": property(lambda _: Timed())})
    return seconds


def images(options: argparse.Namespace) -> Data:
    """A category of the public sets, or a photograph that ships, with and without objects laid in."""
    if options.data is None:
        found = bundled_images("gravel", normals=40, tests=40)
        return list(found.normals), [t.sample for t in found.tests], [np.array([t.label]) for t in found.tests]
    category = read_category(options.data / "images" / options.category, options.limit)
    cases = category.cases
    return list(category.normals), [c.sample for c in cases], [np.array([c.abnormal]) for c in cases]


def series(options: argparse.Namespace) -> Data:
    """The first series of a public set that has a train part, or the recording that ships."""
    if options.data is None:
        found = bundled_series()
        assert found.train is not None
        return [found.train], [found.test], [found.labels]
    case = next(islice((c for c in read_set(options.data, options.set, "all") if c.train is not None), 1))
    assert case.train is not None
    return [as_sample(plain(case.train))], [as_sample(plain(case.test))], [case.label]


def auroc(detector: Any, data: Data) -> float:
    """Area under ROC: of images their own scores, of a series those of its rows."""
    _, tests, labels = data
    maps = [detector.score(sample) for sample in tests]
    whole = len(tests) > 1
    scores = [np.array([m.sample_score]) if whole else np.nan_to_num(m.scores.astype(np.float64)) for m in maps]
    return float(roc_auc_score(np.concatenate(labels).astype(int), np.concatenate(scores)))


def fitted(name: str, device: str, data: Data, options: argparse.Namespace) -> Row:
    """One detector, trained on `device`: seconds of fit and of training in it, area under ROC, peak memory in MB."""
    given = {"seed": options.seed} | ({} if options.train_steps is None else {"train_steps": options.train_steps})
    detector = detector_class(name)(**given)
    learning = time_learning(detector)
    gpu = device == "cuda" and torch.cuda.is_available()
    if gpu:
        torch.cuda.reset_peak_memory_stats()
    with training_on(device):
        start = time.perf_counter()
        detector.fit(data[0])
        seconds = time.perf_counter() - start
    peak = torch.cuda.max_memory_allocated() / 2**20 if gpu else 0.0
    return {"detector": name, "device": device, "fit": seconds, "training": sum(learning),
            "auroc": auroc(detector, data), "gpu_mb": peak}  # fmt: skip


def warm_up() -> None:
    """Loads what a process loads at its first training on a GPU, so that no detector pays for it."""
    grids = torch.randn(16, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    with training_on("cuda"):
        train(NeuralDenoiser.for_data(grids), grids, grids[:0], Training(steps=3, batch=16))


def table(rows: list[Row]) -> str:
    """Markdown: a line a detector."""
    lines = [
        "| detector | fit: processor, s | GPU, s | times as fast | training: processor, s | GPU, s | times as fast | "
        "AUROC: processor | GPU | GPU memory, MB |",
        "|---" * 10 + "|",
    ]
    for name in dict.fromkeys(r["detector"] for r in rows):
        here, there = (next(r for r in rows if (r["detector"], r["device"]) == (name, d)) for d in DEVICES)
        cells = [f"{here[k]:.1f} | {there[k]:.1f} | {here[k] / there[k]:.1f}" for k in ("fit", "training")]
        cells += [f"{here['auroc']:.3f} | {there['auroc']:.3f} | {there['gpu_mb']:.0f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Read the options, run, print the table; ends with an error where there is no GPU."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detectors", nargs="*", default=list(DETECTORS), help="learned detectors")
    parser.add_argument("--data", type=Path, help="folder that holds images/ and timeseries/; what ships without")
    parser.add_argument("--category", default="aitex_fabric02", help="of the images in --data")
    parser.add_argument("--limit", type=int, default=40, help="at most so many normals, good and bad test images")
    parser.add_argument("--set", default="asd", help="of the series in --data")
    parser.add_argument("--train-steps", type=int, help="of every detector; its own number without")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="JSON file of all rows, written as they come")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("torch sees no GPU here, so nothing can be compared; run this on a machine with one.")
    torch.set_num_threads(1)
    warm_up()
    print(f"{torch.cuda.get_device_name(0)}, torch {torch.__version__}", flush=True)
    rows: list[Row] = []
    for name in options.detectors:
        data = images(options) if name.startswith("image") else series(options)
        for device in DEVICES[::-1]:
            rows.append(fitted(name, device, data, options))
            print(rows[-1], file=sys.stderr, flush=True)
            if options.out:
                options.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(table(rows), flush=True)


if __name__ == "__main__":
    main()
