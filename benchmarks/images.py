"""The image benchmark: our detectors and anomalib's on the same images, backbone, layers and resolution.

    python -m benchmarks.images --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 --markdown

Times are of the processor, not of the clock, so that other work on the machine hardly counts; "work" is all there is to
do for an image: learning and scoring, divided by the number of images judged.
Needs `benchmarks/requirements.txt`; without anomalib, or without `--peer-code` the code of DTE (see `peers_diffusion`),
the peers' rows are left out and this is said.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binom

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.modalities.image.found.findings import image_regions
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.backbone import BackboneSpace
from benchmarks import image_data as d
from benchmarks.memory import forget_peak, process_memory
from benchmarks.peers_diffusion import VARIABLE, DTEImages, image_peers
from benchmarks.shared_training import share_training

SIZE = 256
ALPHAS = (0.01, 0.05, 0.1)
LEARNED = [name for name in detector_names("image") if "train_steps" in detector_class(name).defaults()]


class Ours:
    """Our detector behind the calls that peers have too; keeps the score maps for calibration and outlines."""

    def __init__(self, rule: str = "density", **options: Any) -> None:
        self.detector = detector_class(f"image-{rule}")(**options)
        self.maps: list[ScoreMap] = []

    def fit(self, normals: list[ImageSample]) -> None:
        self.detector.fit(normals)

    def score(self, sample: ImageSample) -> tuple[d.Map, float]:
        found = self.detector.score(sample)
        self.maps.append(found)
        return found.scores, found.sample_score


def methods(weights: str | None, size: int = SIZE) -> dict[str, Callable[[], Any]]:
    """A maker of every method, by the name of its row; peers only where anomalib is installed. `size`: root of the
    number of pixels that each works on."""
    own = partial(Ours, size=size)
    rows: dict[str, Callable[[], Any]] = {
        "ours (default)": lambda: own(backbone=weights),
        "ours, aligned": lambda: own(backbone=weights, neighbours="aligned"),
        "ours, global": lambda: own(backbone=weights, neighbours="global"),
        "ours, backbone without patches": lambda: own(backbone=weights, patches=False),
        "ours, no backbone": lambda: own(),
        "ours, reconstruction": lambda: own("reconstruction", backbone=weights),
        "ours, imputation": lambda: own("imputation", backbone=weights),
        "ours, fusion": lambda: own("fusion", backbone=weights),
    }
    learned = [name.removeprefix("image-") for name in LEARNED]
    rows |= {f"learned, {name}": (lambda rule=name: own(rule, backbone=weights)) for name in learned}
    if weights is None:
        return rows
    if importlib.util.find_spec("anomalib"):
        from benchmarks.peers_images import PEERS

        rows |= {name: (lambda kind=kind: kind(weights, size)) for name, kind in PEERS.items()}
    return rows | {name: (lambda name=name: DTEImages(name, weights, size)) for name in image_peers()}


@dataclass(frozen=True)
class Setting:
    """What all rows of a run have in common; see the options of `main`."""

    weights: str
    limit: int | None
    size: int
    networks: Path | None


def ready(weights: str) -> None:
    """Import what every method imports, so that no row pays for it."""
    sigma_ladder(0.1, 1.0, 2)
    BackboneSpace(weights)


def judge(folder: Path, name: str, run: Setting) -> dict[str, Any]:
    """Fit and score one method on one category: all its numbers. Peak memory is the process's since the row began
    (Linux), of which an earlier row may have left some allocated."""
    category = d.read_category(folder, run.limit)
    forget_peak()
    start = time.process_time()
    method = methods(run.weights, run.size)[name]()
    key = f"{folder.name}_{run.limit}_{run.size}"
    spared = share_training(method.detector, run.networks, key) if isinstance(method, Ours) else []
    method.fit(category.normals)
    fitted = time.process_time()
    answers = [method.score(case.sample) for case in category.cases]
    done = time.process_time()
    maps, scores = [m for m, _ in answers], [s for _, s in answers]
    row: dict[str, Any] = {
        "image_auroc": d.image_auroc(category.cases, scores),
        "fit_s": fitted - start + sum(spared),
        "score_s": (done - fitted) / len(scores),
        "work_s": (done - start + sum(spared)) / len(scores),
        "peak_mb": process_memory("VmHWM"),
    }
    if category.masks != "none":
        row["hit_rate"] = d.hit_rate(category.cases, maps)
    if category.masks == "pixel":
        masks, stacked = d.masks_of(category.cases), np.stack([d.to_metric(m) for m in maps])
        row |= {"pixel_auroc": d.pixel_auroc(masks, stacked), "aupro": d.aupro(masks, stacked)}
    if isinstance(method, Ours):
        row |= ours_only(category, method)
    return row


def judged(folder: Path, names: list[str], run: Setting) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one category, one after the other in a process of their own."""
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=ready, initargs=(run.weights,)) as process:
        for name in names:
            yield name, process.submit(judge, folder, name, run).result()


def _neighbours(detector: object) -> str:
    """Which neighbours a detector of ours asks, "–" of a peer."""
    choice = getattr(detector, "choice_", None)
    return "–" if choice is None else choice.option


def ours_only(category: d.Category, method: Ours) -> dict[str, Any]:
    """What peers do not give: false alarms at stated levels, outlined regions, and the option chosen."""
    cases = list(zip(category.cases, method.maps, strict=True))
    p_values = np.array([m.sample_p for case, m in cases if not case.abnormal])
    row: dict[str, Any] = {
        "neighbours": _neighbours(method.detector),
        "choice": method.detector.choice_.auroc if method.detector.choice_ else {},
        "false_alarms": {str(a): alarms(p_values, a) for a in ALPHAS},
        "detected_at_0.05": float(np.mean([m.sample_p <= 0.05 for case, m in cases if case.abnormal])),
    }
    outlined = [_overlap(c, m) for c, m in cases if c.mask is not None and m.sample_p <= 0.05]
    if outlined:
        row["outline_hits"] = float(np.mean([iou > 0 for iou in outlined]))
        row["outline_iou"] = float(np.mean(outlined))
    return row


def alarms(p_values: np.ndarray, alpha: float) -> dict[str, Any]:
    """Alarms on good test images: count, number, and the central 95 % interval of counts at the stated rate."""
    number = len(p_values)
    low, high = binom.ppf([0.025, 0.975], number, alpha)
    return {"alarms": int((p_values <= alpha).sum()), "of": number, "interval": [int(low), int(high)]}


def _overlap(case: d.Case, found: ScoreMap) -> float:
    """Intersection over union of the mask or box and all regions outlined at alarm and discovery rates of 0.05."""
    mask = case.mask
    assert mask is not None
    outlined = image_regions(case.sample, found).union(mask.shape)
    return float((outlined & mask).sum() / max(1, (outlined | mask).sum()))


def mean_rows(results: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean over categories of each method; brain_mri apart, as its labels are noisy."""
    sums: dict[str, dict[str, list[float]]] = {}
    for name, rows in results.items():
        for method, row in rows.items():
            for key, value in row.items():
                if isinstance(value, float) and not name.startswith(d.NOISY):
                    sums.setdefault(method, {}).setdefault(key, []).append(value)
    return {m: {k: float(np.nanmean(v)) for k, v in row.items()} for m, row in sums.items()}


def markdown(results: dict[str, dict[str, Any]]) -> str:
    """Tables: the mean of every method, image and pixel AUROC by category, false alarms of the default."""
    means = mean_rows(results)
    keys = ("image_auroc", "pixel_auroc", "aupro", "hit_rate", "fit_s", "score_s", "work_s", "peak_mb")
    lines = ["| method | " + " | ".join(keys) + " |", "|---" * (len(keys) + 1) + "|"]
    lines += [f"| {m} | " + " | ".join(_cell(row.get(k)) for k in keys) + " |" for m, row in means.items()]
    for key in ("image_auroc", "pixel_auroc", "aupro", "hit_rate"):
        lines += ["", f"| {key} | " + " | ".join(means) + " |", "|---" * (len(means) + 1) + "|"]
        lines += [
            f"| {name} | " + " | ".join(_cell(rows.get(m, {}).get(key)) for m in means) + " |"
            for name, rows in results.items()
        ]
    return "\n".join([*lines, "", *_alarm_table(results)])


def _alarm_table(results: dict[str, dict[str, Any]]) -> list[str]:
    head = " | ".join(f"α = {a}" for a in ALPHAS)
    lines = [
        f"| false alarms on test/good (95 % interval at α) | {head} | detected at 0.05 "
        "| of these, outline meets mask | IoU | neighbours |"
    ]
    lines.append("|---" * (len(ALPHAS) + 5) + "|")
    for name, rows in results.items():
        row = next((r for r in rows.values() if "false_alarms" in r), None)
        if row is None:
            continue
        alarms = [row["false_alarms"][str(a)] for a in ALPHAS]
        cells = " | ".join(f"{a['alarms']} of {a['of']} ({a['interval'][0]}–{a['interval'][1]})" for a in alarms)
        outline = " | ".join(_cell(row.get(key)) for key in ("outline_hits", "outline_iou"))
        lines.append(f"| {name} | {cells} | {row['detected_at_0.05']:.2f} | {outline} | {row['neighbours']} |")
    return lines


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


def main() -> None:
    """Read the options, run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--weights", required=True, help="folder of the transformers backbone")
    parser.add_argument("--categories", nargs="*", help="names of categories; all without")
    parser.add_argument("--methods", nargs="*", help="names of rows; all without")
    parser.add_argument("--limit", type=int, help="at most so many normals, good and bad images per category")
    parser.add_argument(
        "--size", type=int, default=SIZE, help="root of the number of pixels that every method works on"
    )
    parser.add_argument("--out", type=Path, help="JSON file to write; what it holds already is not run again")
    parser.add_argument("--networks", type=Path, help="folder that keeps networks: equal trainings are done once")
    parser.add_argument("--markdown", action="store_true", help="print tables")
    parser.add_argument("--peer-code", help=f"folder with DTE/; {VARIABLE} if left out")
    options = parser.parse_args()
    if options.peer_code is not None:
        os.environ[VARIABLE] = options.peer_code  # also read by the processes that judge
    folders = sorted(p for p in (options.data / "images").iterdir() if p.is_dir())
    results = json.loads(options.out.read_text())["results"] if options.out and options.out.exists() else {}
    rows = list(methods(options.weights))
    if not any(name.startswith("anomalib") for name in rows):
        print("anomalib is not installed: its rows are left out (see benchmarks/requirements.txt)")
    if not image_peers():
        print(f"DTE is left out: no folder DTE in --peer-code / {VARIABLE}")
    run = Setting(options.weights, options.limit, options.size, options.networks)
    for folder in folders:
        if folder.name in (options.categories or [folder.name]):
            done = results.setdefault(folder.name, {})
            asked = [name for name in rows if name in (options.methods or [name]) and name not in done]
            for name, row in judged(folder, asked, run):
                done[name] = row
                print(folder.name, name, {k: round(v, 4) for k, v in row.items() if isinstance(v, float)}, flush=True)
                if options.out:
                    options.out.write_text(json.dumps({"results": results, "mean": mean_rows(results)}, indent=1))
    if options.markdown:
        print(markdown(results))


if __name__ == "__main__":
    main()
