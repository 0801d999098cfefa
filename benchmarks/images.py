"""The image benchmark: our detectors, training-free peers and anomalib's on the same images, backbone, layers and
resolution.

    python -m benchmarks.images --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 --markdown

Times are of the processor, not of the clock, so that other work on the machine hardly counts; "work" is all there is to
do for an image: learning and scoring, divided by the number of images judged.
`--categories` and `--methods` list what is run. Needs `benchmarks/requirements.txt`; without anomalib, or without
`--peer-code` the code of DTE (see `peers_diffusion`), the peers' rows are left out and this is said.
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

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.backbone import BackboneSpace
from benchmarks import image_data as d
from benchmarks import peers_training_free
from benchmarks.image_alarms import Outline, Peer, calibrated_row, cross_conformal, outlined
from benchmarks.image_tables import Results, markdown, mean_rows
from benchmarks.memory import forget_peak, process_memory
from benchmarks.peers_diffusion import VARIABLE, DTEImages, image_peers
from benchmarks.shared_training import share_training

SIZE = 256
OWN_OUTLINES: dict[str, Outline] = {"SuperADD": peers_training_free.superadd_outline}
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
        "ours, none left out": lambda: own(backbone=weights, trim=0.0),
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
    rows |= {name: (lambda kind=kind: kind(weights, size)) for name, kind in peers_training_free.PEERS.items()}
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
    make = methods(run.weights, run.size)[name]
    method = make()
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
        outlines = list(map(outlined, category.cases, method.maps))
        return row | ours_only(method) | calibrated_row(category, method.maps, outlines)
    return row if name in image_peers() else row | peer_alarms(category, make, answers, OWN_OUTLINES.get(name))


def peer_alarms(
    category: d.Category, make: Callable[[], Peer], answers: list[tuple[d.Map, float]], outline: Outline | None
) -> dict[str, Any]:
    """A peer's calibrated numbers; those of DTE are left out, as it would be trained FOLDS times more."""
    yardstick = cross_conformal(make, category.normals)
    told = [yardstick.told(case.sample, *answer) for case, answer in zip(category.cases, answers, strict=True)]
    outlines = [
        outlined(case, found) if outline is None else outline(found.scores, yardstick.high)
        for case, found in zip(category.cases, told, strict=True)
    ]
    return calibrated_row(category, told, outlines)


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


def ours_only(method: Ours) -> dict[str, Any]:
    """What only ours chooses."""
    choice = method.detector.choice_
    return {"neighbours": _neighbours(method.detector), "choice": choice.auroc if choice else {}}


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
    parser.add_argument("--left-out", nargs="*", default=[], help="categories that nothing was chosen on: means apart")
    parser.add_argument("--peer-code", help=f"folder with DTE/; {VARIABLE} if left out")
    options = parser.parse_args()
    if options.peer_code is not None:
        os.environ[VARIABLE] = options.peer_code  # also read by the processes that judge
    folders = sorted(p for p in (options.data / "images").iterdir() if p.is_dir())
    kept = options.out and options.out.exists()
    results: Results = json.loads(options.out.read_text())["results"] if kept else {}
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
        print(markdown(results, options.left_out))


if __name__ == "__main__":
    main()
