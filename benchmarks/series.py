"""Series: accuracy, speed, right reasons and calibration of the series detectors beside their peers.

    python -m benchmarks.series --data ../shared/data [--half dev|test|all] [--more FOLDER] [--sets nab,smd] [--limit N]
                                [--methods A,B] [--parts accuracy,…] [--cache DIR] [--out results.json] [--markdown]

Peers need the packages of `benchmarks/requirements.txt`. Every method gets the same series (see `series_data`);
VUS-PR is TSB-AD's, its buffer by TSB-AD's period rule on the first channel. Our defaults were chosen on the half "dev";
`--more` names a second folder of the same layout, whose series belong to "test". `--cache` keeps each method's scores,
so that a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.samples import SeriesSample
from benchmarks.peers_series import PEERS
from benchmarks.series_checks import calibration, reasons
from benchmarks.series_data import HALVES, SETS, Case, read_set
from benchmarks.vus import sliding_window, vus_pr

Scores = NDArray[np.float64]


def as_sample(values: Scores) -> SeriesSample:
    """Plain rows as a series sample."""
    return SeriesSample(values, tuple(f"c{i}" for i in range(values.shape[1])), np.arange(len(values), dtype=float))


def own_method(name: str) -> Callable[[Case], Scores]:
    """Our detector with its defaults: fitted on the train part, or self-calibrating where there is none."""

    def run(case: Case) -> Scores:
        detector = detector_class(name)()
        detector.fit([] if case.train is None else [as_sample(case.train)])
        return np.asarray(detector.score(as_sample(case.test)).scores, dtype=np.float64)

    return run


def methods() -> dict[str, Callable[[Case], Scores]]:
    """Every method by name, ours first."""
    return {name: own_method(name) for name in detector_names("series")} | PEERS


def measured(run: Callable[[Case], Scores], case: Case) -> tuple[Scores, float, float]:
    """Scores, seconds, and by how many MB the process grew at its peak (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    start = time.perf_counter()
    scores = np.nan_to_num(np.asarray(run(case), dtype=np.float64))
    return scores, time.perf_counter() - start, max(0.0, _memory("VmHWM") - before)


def _memory(key: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(key))


def evaluate(case: Case, name: str, run: Callable[[Case], Scores], cache: Path | None) -> dict[str, Any]:
    """One row of results."""
    key = f"{case.dataset}__{case.name}__{len(case.test)}_{int(case.label.sum())}__{name.replace(' ', '_')}"
    file = None if cache is None else cache / f"{key}.npz"
    if file is not None and file.exists():
        with np.load(file) as kept:
            scores, seconds = kept["s"].astype(np.float64), float(kept["t"])
            memory = float(kept["m"]) if "m" in kept.files else float("nan")
    else:
        scores, seconds, memory = measured(run, case)
        if file is not None:
            np.savez(file, s=scores.astype(np.float32), t=seconds, m=memory)
    label, score = case.label[case.start :], scores[case.start :]
    vus = vus_pr(label, score, sliding_window(case.test[:, 0]))
    auroc = float(roc_auc_score(label, score))
    return {"set": case.dataset, "case": case.name, "method": name, "vus_pr": vus, "auroc": auroc,
            "seconds": seconds, "memory_mb": memory}  # fmt: skip


def accuracy_table(rows: list[dict[str, Any]]) -> str:
    """Markdown: mean of each set, then the mean over sets."""
    sets = list(dict.fromkeys(r["set"] for r in rows))
    lines = ["| method | " + " | ".join(sets) + " | **mean VUS-PR** | mean AUROC | s per series | peak MB |"]
    lines.append("|---" * (len(sets) + 5) + "|")
    for name in dict.fromkeys(r["method"] for r in rows):
        own = [r for r in rows if r["method"] == name]
        by = {s: [r for r in own if r["set"] == s] for s in sets}
        vus = [float(np.mean([r["vus_pr"] for r in by[s]])) if by[s] else float("nan") for s in sets]
        roc = [float(np.mean([r["auroc"] for r in by[s]])) for s in sets if by[s]]
        peak = np.nanmax([r["memory_mb"] for r in own] + [0.0])
        cells = " | ".join(f"{v:.3f}" for v in vus)
        seconds = np.mean([r["seconds"] for r in own])
        lines.append(f"| {name} | {cells} | **{np.mean(vus):.3f}** | {np.mean(roc):.3f} | {seconds:.1f} | {peak:.0f} |")
    return "\n".join(lines)


def accuracy(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Every chosen method on every chosen series."""
    chosen = {n: m for n, m in methods().items() if arguments.methods is None or n in arguments.methods.split(",")}
    rows: list[dict[str, Any]] = []
    for dataset in arguments.sets.split(","):
        for case in cases_of(arguments, dataset):
            for name, run in chosen.items():
                rows.append(evaluate(case, name, run, arguments.cache))
                last = rows[-1]
                line = f"{dataset} {case.name} {name}: VUS-PR {last['vus_pr']:.3f}, {last['seconds']:.1f} s"
                print(line, file=sys.stderr, flush=True)
    return rows


def cases_of(arguments: argparse.Namespace, dataset: str) -> Iterator[Case]:
    """The series of a set that were asked for."""
    return islice(read_set(arguments.data, dataset, arguments.half, arguments.more), arguments.limit)


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--limit", type=int, help="at most this many series of each set")
    parser.add_argument("--half", choices=HALVES, default="dev", help="series the defaults were chosen on, or others")
    parser.add_argument("--more", type=Path, help="a second folder with timeseries/, read for --half test and all")
    parser.add_argument("--methods", help="comma-separated names; all if left out")
    parser.add_argument("--parts", default="accuracy,reasons,calibration")
    parser.add_argument("--cache", type=Path, help="folder that keeps each method's scores")
    parser.add_argument("--out", type=Path, help="JSON file of all results")
    parser.add_argument("--markdown", action="store_true", help="print the tables as markdown (always done)")
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    if arguments.cache is not None:
        arguments.cache.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    if "accuracy" in arguments.parts:
        results["accuracy"] = accuracy(arguments)
        print(accuracy_table(results["accuracy"]) + "\n")
    for part, run in (("reasons", reasons), ("calibration", calibration)):
        if part in arguments.parts:
            cases = [c for s in arguments.sets.split(",") for c in cases_of(arguments, s)]
            results[part], table = run(cases, as_sample)
            print(table + "\n", flush=True)
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
