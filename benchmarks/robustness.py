"""How far anomalies hidden in the training data, and changes of the test data, move accuracy and false alarms.

    python -m benchmarks.robustness --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 --markdown

Hidden anomalies: real ones of the same category or series that are not tested on take the place of 0, 1, 5 and 10 % of
the normals; each detector learns with `trim` 0, with `trim` at the true share (at 0 %: at the highest share, to show
what it costs when it is not needed), and with "auto" where it has that; how many hidden ones and how many others were
left out is counted. Changed inputs: a detector that learned from clean normals judges changed ones.
False alarms: good test images with p ≤ 0.05, of series normal test rows with p ≤ 0.05. Results depend on `--seed` only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.body import MethodDetector
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.effort import AUTO, Trim, trim_of
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample
from benchmarks import image_data as d
from benchmarks.changes import (
    IMAGE_CHANGES,
    SERIES_CHANGES,
    Rows,
    changed_image,
    donors_and_rest,
    hidden_among,
    set_aside,
    spliced,
)
from benchmarks.series_data import Case, read_set
from benchmarks.vus import sliding_window, vus_pr

ALPHA = 0.05
RATES = (0.0, 0.01, 0.05, 0.1)
MOST = max(RATES)
PIECE = 16  # rows of a hidden piece of an anomaly
Row = dict[str, Any]


def build(name: str, trim: Trim, options: argparse.Namespace) -> Detector:
    """A detector with the options of this run that it takes."""
    given = {"seed": options.seed, "trim": trim, "samples": 1}
    if name.startswith("image"):
        given |= {"backbone": options.weights, "size": options.size}
    if options.train_steps is not None:
        given["train_steps"] = options.train_steps
    known = detector_class(name)().config()
    return detector_class(name)(**{key: value for key, value in given.items() if key in known})


def image_row(cases: list[d.Case], maps: list[ScoreMap]) -> Row:
    """Image AUROC, AUPRO and false alarms of one detector on test images."""
    good = [m.sample_p <= ALPHA for case, m in zip(cases, maps, strict=True) if not case.abnormal]
    masks, stacked = d.masks_of(cases), np.stack([d.to_metric(m.scores) for m in maps])
    return {
        "auroc": d.image_auroc(cases, [m.sample_score for m in maps]),
        "localised": d.aupro(masks, stacked),
        "false_alarms": float(np.mean(good)),
        "detected": float(np.mean([m.sample_p <= ALPHA for c, m in zip(cases, maps, strict=True) if c.abnormal])),
    }


def series_row(rows: Rows, found: ScoreMap) -> Row:
    """Area under ROC over rows, VUS-PR and false alarms of one detector on test rows."""
    scores = np.nan_to_num(found.scores.astype(np.float64))
    alarms = found.p_values <= ALPHA
    return {
        "auroc": float(roc_auc_score(rows.label, scores)),
        "localised": vus_pr(rows.label, scores, sliding_window(rows.values[:, 0])),
        "false_alarms": float(alarms[rows.label == 0].mean()),
        "detected": float(alarms[rows.label == 1].mean()),
    }


def as_sample(rows: Rows) -> SeriesSample:
    """A stretch as a sample."""
    return SeriesSample(rows.values, tuple(f"c{i}" for i in range(rows.values.shape[1])), rows.index)


def plain(values: np.ndarray[Any, Any], label: np.ndarray[Any, Any] | None = None) -> Rows:
    """Rows at even times, normal unless labelled."""
    return Rows(values, np.zeros(len(values), np.int64) if label is None else label, np.arange(float(len(values))))


def arms(options: argparse.Namespace, names: Sequence[str]) -> Iterator[tuple[float, Trim, str]]:
    """Share of hidden anomalies, `trim`, and the detectors that have both."""
    for rate, trim, name in product(options.rates, options.trims, names):
        if trim == "share":
            yield rate, rate or MOST, name
        elif trim != AUTO or detector_class(name)().config().get("trim") == AUTO:
            yield rate, trim_of(trim), name


def left_out(detector: Detector, normals: int, rate: float) -> Row:
    """How many hidden anomalies, the last ones, and how many of the other normals a detector left out."""
    numbers = getattr(detector.space, "left_out_", {}) if isinstance(detector, MethodDetector) else {}
    hidden = sum(number >= normals - round(rate * normals) for number in numbers)
    return {"hidden left out": hidden, "others": len(numbers) - hidden}


def hidden_images(category: d.Category, options: argparse.Namespace) -> Iterator[Row]:
    """Every detector on one category, by share of hidden anomalies and trim."""
    good, bad = ([c for c in category.cases if c.abnormal == abnormal] for abnormal in (False, True))
    spare, tested = set_aside(bad, round(MOST * options.normals), options.seed)
    normals, _ = set_aside(category.normals, options.normals, options.seed)
    cases = [*good[: options.tests], *tested[: options.tests]]
    for rate, trim, name in arms(options, options.image_detectors):
        detector = build(name, trim, options).fit(hidden_among(normals, [c.sample for c in spare], rate))
        row = image_row(cases, [detector.score(case.sample) for case in cases])
        row |= left_out(detector, len(normals), rate)
        yield {"on": category.name, "detector": name, "hidden": rate, "trim": trim, **row}


def changed_images(category: d.Category, options: argparse.Namespace) -> Iterator[Row]:
    """Every detector on one category, by change of the test images."""
    normals, _ = set_aside(category.normals, options.normals, options.seed)
    good, bad = ([c for c in category.cases if c.abnormal == abnormal] for abnormal in (False, True))
    cases = [*good[: options.tests], *bad[: options.tests]]
    for name in options.image_detectors:
        detector = build(name, 0.0, options).fit(normals)
        for change in options.changes:
            samples: list[ImageSample] = [
                changed_image(c.sample, change, options.seed + k) for k, c in enumerate(cases)
            ]
            row = image_row(cases, [detector.score(sample) for sample in samples])
            yield {"on": category.name, "detector": name, "change": change, **row}


def hidden_series(case: Case, options: argparse.Namespace) -> Iterator[Row]:
    """Every detector on one series, by share of hidden anomalies and trim."""
    assert case.train is not None
    donors, rest = donors_and_rest(case)
    train, test = case.train[-options.rows :], plain(rest.test[: options.rows], rest.label[: options.rows])
    for rate, trim, name in arms(options, options.series_detectors):
        learned = plain(spliced(train, donors, rate, PIECE, options.seed))
        found = build(name, trim, options).fit([as_sample(learned)]).score(as_sample(test))
        row = series_row(test, found)
        yield {"on": f"{case.dataset} {case.name}", "detector": name, "hidden": rate, "trim": trim, **row}


def changed_series(case: Case, options: argparse.Namespace) -> Iterator[Row]:
    """Every detector on one series, by change of the test rows."""
    assert case.train is not None
    _, rest = donors_and_rest(case)
    train, test = case.train[-options.rows :], plain(rest.test[: options.rows], rest.label[: options.rows])
    for name in options.series_detectors:
        detector = build(name, 0.0, options).fit([as_sample(plain(train))])
        for change, apply in SERIES_CHANGES.items():
            seen = apply(test, train.std(0), np.random.default_rng(options.seed))
            row = series_row(seen, detector.score(as_sample(seen)))
            yield {"on": f"{case.dataset} {case.name}", "detector": name, "change": change, **row}


def table(rows: list[Row], keys: tuple[str, ...]) -> str:
    """Markdown: means over categories or series, a line for each value of `keys`, three columns a detector."""
    names = list(dict.fromkeys(r["detector"] for r in rows))
    columns = [key for key in rows[0] if key not in ("on", "detector", "hidden", "trim", "change")]
    said = {"auroc": "AUROC", "false_alarms": "false alarms"}
    local = {n: said | {"localised": "AUPRO" if n.startswith("image") else "VUS-PR"} for n in names}
    head = [f"{n}: " + " | ".join(local[n].get(c, c) for c in columns) for n in names]
    lines = ["| " + " | ".join([*keys, *head]) + " |", "|---" * (len(keys) + len(columns) * len(names)) + "|"]
    for place in dict.fromkeys(tuple(r[k] for k in keys) for r in rows):
        cells = [p if isinstance(p, str) else f"{100 * p:g} %" for p in place]
        for name, column in product(names, columns):
            found = [r[column] for r in rows if r["detector"] == name and tuple(r[k] for k in keys) == place]
            cells.append(f"{np.mean(found):.3f}" if found else "–")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def image_parts(options: argparse.Namespace) -> Iterator[tuple[str, Row]]:
    """All rows of images."""
    for name in options.categories:
        category = d.read_category(options.data / "images" / name, None)
        for part, run in (("hidden", hidden_images), ("changed", changed_images)):
            if part in options.parts:
                yield from ((f"image, {part}", row) for row in run(category, options))


def series_parts(options: argparse.Namespace) -> Iterator[tuple[str, Row]]:
    """All rows of series; of each set the named or the first series with two labelled anomalies in reach."""
    for name in options.series:
        dataset, _, wanted = name.partition(":")
        cases = [c for c in read_set(options.data, dataset, "all") if c.train is not None and wanted in c.name]
        case = next(c for c in cases if usable(c, options.rows))
        for part, run in (("hidden", hidden_series), ("changed", changed_series)):
            if part in options.parts:
                yield from ((f"series, {part}", row) for row in run(case, options))


def usable(case: Case, rows: int) -> bool:
    """Whether an anomaly to hide is there, and one to find in the first rows after it."""
    try:
        _, rest = donors_and_rest(case)
    except ValueError:
        return False
    return 0 < rest.label[:rows].sum() < len(rest.label[:rows])


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/ and timeseries/")
    parser.add_argument("--weights", help="folder of the transformers backbone; pixel patches without")
    parser.add_argument("--categories", nargs="*", default=["aitex_fabric02", "neu_steel_a"])
    parser.add_argument("--series", nargs="*", default=["asd", "smap_msl"], help="sets, or set:part of a series' name")
    parser.add_argument("--image-detectors", nargs="*", default=["image-density", "image-one-step", "image-score"])
    parser.add_argument("--series-detectors", nargs="*", default=["series-density", "series-flow"])
    parser.add_argument("--normals", type=int, default=60, help="normal images learned from")
    parser.add_argument("--tests", type=int, default=40, help="good and bad test images, at most so many of each")
    parser.add_argument("--size", type=int, default=256, help="root of the number of pixels worked on")
    parser.add_argument("--rows", type=int, default=4000, help="rows of a train part, and of a test part, at most")
    parser.add_argument("--rates", nargs="*", type=float, default=RATES, help="shares of hidden anomalies, at most 0.1")
    parser.add_argument(
        "--trims", nargs="*", default=["0", "share", AUTO], help="shares, 'share': the true one, 'auto'"
    )
    parser.add_argument("--parts", nargs="*", default=["hidden", "changed"])
    parser.add_argument(
        "--changes", nargs="*", default=list(IMAGE_CHANGES), choices=list(IMAGE_CHANGES), help="of images"
    )
    parser.add_argument("--train-steps", type=int, help="of learned detectors; their own number without")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="JSON file of all rows, written as they come")
    parser.add_argument("--markdown", action="store_true", help="print tables (always done)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results: dict[str, list[Row]] = {}
    for run in (series_parts, image_parts):
        for part, row in run(options):
            results.setdefault(part, []).append(row)
            print(part, row, file=sys.stderr, flush=True)
            if options.out:
                options.out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    for part, rows in results.items():
        keys = ("hidden", "trim") if part.endswith("hidden") else ("change",)
        print(f"\n{part}\n\n{table(rows, keys)}")


if __name__ == "__main__":
    main()
