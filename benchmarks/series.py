"""Series: accuracy, speed, right reasons and calibration of the series detectors beside their peers.

    python -m benchmarks.series --data ../shared/data [--half dev|test|all] [--more FOLDER] [--sets nab,smd] [--limit N]
                                [--rows N] [--methods A,B] [--parts accuracy,…] [--peer-code FOLDER]
                                [--cache DIR] [--networks DIR] [--out results.json] [--markdown]

Peers need the packages of `benchmarks/requirements.txt`, diffusion peers their own code (see `peers_diffusion`). Every
method gets the same series (see `series_data`); VUS-PR is TSB-AD's, its buffer by TSB-AD's period rule on the first
channel. Our defaults were chosen on the half "dev"; `--more` names a second folder of the same layout, whose series
belong to "test". `--cache` keeps each method's scores, so that a run that was cut off goes on where it stopped;
`--networks` keeps what the learned detectors of a series share, so that it is trained once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.modalities.series.sample import SeriesSample
from benchmarks.memory import forget_peak, process_memory
from benchmarks.peers_diffusion import VARIABLE, say_absent, series_peers
from benchmarks.peers_series import PEERS
from benchmarks.series_checks import DEFAULT, calibration, reasons
from benchmarks.series_data import HALVES, SETS, Case, read_set
from benchmarks.series_lines import LINE_PEERS, Scored
from benchmarks.shared_training import share_training
from benchmarks.vus import sliding_window, vus_pr

Scores = NDArray[np.float64]
TRIM = 0.1  # share of windows left out of what is learned from a series that may hold anomalies


@dataclass(frozen=True)
class Answer:
    """What gives the scores once all is learned, and seconds of learning that another method spared."""

    scores: Callable[[], Scores]
    spared: float = 0.0

    def __call__(self) -> Scores:
        """The scores."""
        return self.scores()


Method = Callable[[Case], Scores | Callable[[], Scores]]  # scores, or what gives them once all is learned


def as_sample(values: Scores) -> SeriesSample:
    """Plain rows as a series sample."""
    return SeriesSample(values, tuple(f"c{i}" for i in range(values.shape[1])), np.arange(len(values), dtype=float))


def own_method(name: str, networks: Path | None) -> Method:
    """Our detector with its defaults, fitted on the train part. Where there is none it calibrates itself or, if it
    cannot, learns from the series itself without the windows that are hardest to learn."""

    def run(case: Case) -> Answer:
        kind = detector_class(name)
        itself = case.train is None and not kind.self_calibrating
        options = {"trim": TRIM} if itself and "trim" in kind.defaults() else {}
        detector = kind(**options)
        spared = share_training(detector, networks, f"{case.dataset}_{case.name}_{len(case.test)}_{itself}")
        normals = case.test if itself else case.train
        detector.fit([] if normals is None else [as_sample(normals)])
        return Answer(lambda: np.asarray(detector.score(as_sample(case.test)).scores, dtype=np.float64), sum(spared))

    return run


def methods(networks: Path | None = None) -> dict[str, Method]:
    """Every method by name, ours first."""
    lines = {name: partial(_rows, run) for name, run in LINE_PEERS.items() if name not in PEERS}
    return {name: own_method(name, networks) for name in detector_names("series")} | PEERS | lines | series_peers()


def _rows(run: Callable[[Case], Scored], case: Case) -> Scores:
    """The scores of a peer that is one line."""
    return run(case).rows


def measured(run: Method, case: Case) -> tuple[Scores, float, float, float]:
    """Scores, processor seconds in all and of scoring alone (NaN where it is not apart), and by how many MB the process
    grew at its peak (Linux)."""
    forget_peak()
    before = process_memory("VmRSS")
    start = time.process_time()
    answer = run(case)
    learned = time.process_time() if callable(answer) else float("nan")
    scores = np.nan_to_num(np.asarray(answer() if callable(answer) else answer, dtype=np.float64))
    end = time.process_time()
    spared = answer.spared if isinstance(answer, Answer) else 0.0
    return scores, end - start + spared, end - learned, max(0.0, process_memory("VmHWM") - before)


def evaluate(case: Case, name: str, run: Method, cache: Path | None) -> dict[str, Any]:
    """One row of results."""
    key = f"{case.dataset}__{case.name}__{len(case.test)}_{int(case.label.sum())}__{name.replace(' ', '_')}"
    file = None if cache is None else cache / f"{key}.npz"
    if file is not None and file.exists():
        with np.load(file) as kept:
            scores, seconds = kept["s"].astype(np.float64), float(kept["t"])
            memory, scoring = (float(kept[k]) if k in kept.files else float("nan") for k in ("m", "q"))
    else:
        scores, seconds, scoring, memory = measured(run, case)
        if file is not None:
            np.savez(file, s=scores.astype(np.float32), t=seconds, q=scoring, m=memory)
    label, score = case.label[case.start :], scores[case.start :]
    vus = vus_pr(label, score, sliding_window(case.test[:, 0]))
    auroc = float(roc_auc_score(label, score))
    return {"set": case.dataset, "case": case.name, "method": name, "vus_pr": vus, "auroc": auroc,
            "seconds": seconds, "score_seconds": scoring, "rows": len(case.test), "memory_mb": memory}  # fmt: skip


def accuracy_table(rows: list[dict[str, Any]]) -> str:
    """Markdown: mean of each set, then the mean over sets."""
    sets = list(dict.fromkeys(r["set"] for r in rows))
    lines = [
        "| method | "
        + " | ".join(sets)
        + " | **mean VUS-PR** | mean AUROC | s per series | score, µs per row | peak MB |"
    ]
    lines.append("|---" * (len(sets) + 6) + "|")
    for name in dict.fromkeys(r["method"] for r in rows):
        own = [r for r in rows if r["method"] == name]
        by = {s: [r for r in own if r["set"] == s] for s in sets}
        vus = [float(np.mean([r["vus_pr"] for r in by[s]])) if by[s] else float("nan") for s in sets]
        roc = [float(np.mean([r["auroc"] for r in by[s]])) for s in sets if by[s]]
        peak = np.nanmax([r["memory_mb"] for r in own] + [0.0])
        cells = " | ".join(f"{v:.3f}" for v in vus)
        seconds = np.mean([r["seconds"] for r in own])
        row = 1e6 * sum(r["score_seconds"] for r in own) / sum(r["rows"] for r in own)
        mean = f"**{np.mean(vus):.3f}** | {np.mean(roc):.3f}"
        each = "–" if np.isnan(row) else f"{row:,.0f}"
        lines.append(f"| {name} | {cells} | {mean} | {seconds:.1f} | {each} | {peak:.0f} |")
    return "\n".join(lines)


def accuracy(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Every chosen method on every chosen series."""
    chosen = {
        n: m
        for n, m in methods(arguments.networks).items()
        if arguments.methods is None or n in arguments.methods.split(",")
    }
    rows: list[dict[str, Any]] = []
    for dataset in arguments.sets.split(","):
        for case in cases_of(arguments, dataset):
            for name, run in chosen.items():
                rows.append(evaluate(case, name, run, arguments.cache))
                last = rows[-1]
                line = f"{dataset} {case.name} {name}: VUS-PR {last['vus_pr']:.3f}, {last['seconds']:.1f} s"
                print(line, file=sys.stderr, flush=True)
    return rows


def own_names(arguments: argparse.Namespace) -> list[str]:
    """Our detectors among the methods asked for; the default alone where none was named."""
    asked = [DEFAULT] if arguments.methods is None else arguments.methods.split(",")
    return [name for name in detector_names("series") if name in asked]


def cases_of(arguments: argparse.Namespace, dataset: str) -> Iterator[Case]:
    """The series of a set that were asked for."""
    cases = islice(read_set(arguments.data, dataset, arguments.half, arguments.more), arguments.limit)
    return cases if arguments.rows is None else (excerpt(case, arguments.rows) for case in cases)


def excerpt(case: Case, rows: int) -> Case:
    """Of the test part at most `rows` rows, half of them before the first anomaly (for methods that are slow)."""
    first = max(0, min(int(np.argmax(case.label[case.start :])) + case.start - rows // 2, len(case.label) - rows))
    kept = slice(first, first + rows)
    causes = None if case.causes is None else case.causes[kept]
    start = max(0, case.start - first)
    return replace(case, test=case.test[kept], label=case.label[kept], start=start, causes=causes)


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--limit", type=int, help="at most this many series of each set")
    parser.add_argument("--rows", type=int, help="of each series at most this many rows around its first anomaly")
    parser.add_argument("--peer-code", help=f"folder with DTE/ and IMDiffusion/; {VARIABLE} if left out")
    parser.add_argument("--half", choices=HALVES, default="dev", help="series the defaults were chosen on, or others")
    parser.add_argument("--more", type=Path, help="a second folder with timeseries/, read for --half test and all")
    parser.add_argument("--methods", help="comma-separated names; all if left out")
    parser.add_argument("--parts", default="accuracy,reasons,calibration")
    parser.add_argument("--cache", type=Path, help="folder that keeps each method's scores")
    parser.add_argument("--networks", type=Path, help="folder that keeps networks: equal trainings are done once")
    parser.add_argument("--out", type=Path, help="JSON file of all results")
    parser.add_argument("--markdown", action="store_true", help="print the tables as markdown (always done)")
    arguments = parser.parse_args()
    if arguments.peer_code is not None:
        os.environ[VARIABLE] = arguments.peer_code
    say_absent()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    if arguments.cache is not None:
        arguments.cache.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    if "accuracy" in arguments.parts:
        results["accuracy"] = accuracy(arguments)
        print(accuracy_table(results["accuracy"]) + "\n")
    checks = {
        "reasons": reasons,
        "calibration": partial(calibration, names=own_names(arguments), networks=arguments.networks),
    }
    for part, run in checks.items():
        if part in arguments.parts:
            cases = [c for s in arguments.sets.split(",") for c in cases_of(arguments, s)]
            results[part], table = run(cases, as_sample)
            print(table + "\n", flush=True)
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
