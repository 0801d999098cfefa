"""What each detector takes on this machine, into `anomalyst/data/measured.json`, which choices under a budget rest on.

    python -m benchmarks.costs [DETECTOR ...] [--out FILE]

Seconds are of the process's own processor time on one thread, with all score rules, on the photographs and the
telemetry that ship, and on rows that are drawn. Without names the detectors of these that train nothing are measured;
one that trains is to be named, as it takes minutes. Each is fitted on two amounts of data, so that what comes with each
unit is told apart from what comes anyway. What is not measured here stays as it stands in the file: accuracies, which
the other benchmarks measure, the least and the most data, detectors not named, and those of pairs, as what ships of
pairs is too small to tell. A plugin's detector gets a row of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from anomalyst.datasets import bundled_images, bundled_series
from anomalyst.detectors.contract import Detector
from anomalyst.detectors.cost import FILE, Measured, measured
from anomalyst.detectors.registry import detector_class, detector_names, offer_of
from anomalyst.errors import InputError
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.table.tried.trial import rows
from anomalyst.samples import Sample
from anomalyst.tools.workbench import build_detector

ROWS = (1000, 2000)  # of the telemetry, as two amounts of normals
LEAST = 0.01  # seconds; less is told as this


@dataclass(frozen=True)
class Data:
    """Two amounts of normals, and a sample to score."""

    few: Sequence[Sample]
    more: Sequence[Sample]
    sample: Sample


@cache
def data_of(kind: str) -> Data:
    """What ships of a kind of data; InputError where nothing does."""
    if kind not in DATA:
        raise InputError(f"got a detector of {kind} data; it can be measured on {', '.join(DATA)} data.")
    return DATA[kind]()


def _images() -> Data:
    images = bundled_images("gravel", normals=20, tests=1)
    return Data(images.normals[:10], images.normals, images.tests[0].sample)


def _series() -> Data:
    series = bundled_series()
    if series.train is None:
        raise InputError("the telemetry that ships has no normal part; install Anomalyst again.")
    few, more = (_rows(series.train, count) for count in ROWS)
    return Data([few], [more], _rows(series.test, ROWS[0]))


def _rows(series: SeriesSample, count: int) -> SeriesSample:
    return replace(series, values=series.values[:count], index=series.index[:count])


def _tables() -> Data:
    table = replace(rows(0), values=np.concatenate([rows(seed).values for seed in range(10)]))
    few, more = (replace(table, values=table.values[:count]) for count in ROWS)
    return Data([few], [more], few)


def _videos() -> Data:
    trial = modality("video").trial(0)
    return Data(trial.normals[:4], trial.normals, trial.normal[0])


DATA: dict[str, Callable[[], Data]] = {"image": _images, "series": _series, "table": _tables, "video": _videos}


def measure(name: str, data: Data) -> Measured:
    """The detector's numbers from fits on two amounts of normals; what these do not tell stays as measured before."""
    trains = "train_steps" in detector_class(name).defaults()
    untrained = {"train_steps": 1} if trains else {}
    few, _ = fitted(name, data.few, untrained)
    more, detector = fitted(name, data.more, untrained)
    train = fitted(name, data.few, {})[0] - few if trains else 0.0
    before = measured(name) or Measured(0.0, 0.0, 0.0)
    (first, scored), (second, _) = units(name, data.few, data.sample), units(name, data.more, data.sample)
    each = max(0.0, more - few) / (second - first)
    score = seconds(lambda: detector.score(data.sample))
    return replace(
        before,
        fit=digits(few - each * first),
        fit_each=digits(each),
        train=digits(train) if trains else 0.0,
        score=digits(score - before.score_each * scored),
        date=datetime.now(UTC).date().isoformat(),
        machine=machine(),
    )


def units(name: str, normals: Sequence[Sample], sample: Sample) -> tuple[float, float]:
    """Units of data to learn from, and to score."""
    profile = modality(sample.modality).profile(sample, normals, False)
    return offer_of(name).amount.units({"normals": len(normals)} | profile)


def fitted(name: str, normals: Sequence[Sample], options: dict[str, Any]) -> tuple[float, Detector]:
    """Seconds to fit, and what was fitted."""
    detector = type(build := build_detector(name, None, 0))(**build.config() | options)
    return seconds(lambda: detector.fit(normals)), detector


def seconds(act: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    act()
    return time.process_time() - start


def digits(measured_seconds: float) -> float:
    """Two digits: an estimate is good to a factor of two."""
    return float(f"{max(LEAST, measured_seconds):.2g}")


def machine() -> str:
    """This machine in words, without its name."""
    return f"{os.cpu_count()} cores of {platform.machine()} without a GPU, one thread"


def rewritten(stored: dict[str, Any], found: dict[str, Measured]) -> str:
    """The file with these numbers in place of the old, all else as it stands, a line a detector."""
    rows = stored["detectors"] | {name: _row(seen) for name, seen in found.items()}
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in rows.items())
    head = json.dumps({key: value for key, value in stored.items() if key != "detectors"}, indent=2)
    return f'{head.removesuffix("}").rstrip()},\n  "detectors": {{\n{lines}\n  }}\n}}\n'


def _row(seen: Measured) -> dict[str, Any]:
    """The numbers that are not what is taken for granted."""
    values = {field.name: (getattr(seen, field.name), field.default) for field in fields(seen)}
    return {name: value for name, (value, default) in values.items() if value != default}


def main() -> None:
    """Measure, tell, rewrite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detectors", nargs="*", help="names; without any, all that train nothing")
    parser.add_argument("--out", type=Path, default=FILE, help="the file to rewrite")
    given = parser.parse_args()
    torch.set_num_threads(1)
    names = [name for kind in DATA for name in detector_names(kind)]
    closed = [name for name in names if "train_steps" not in detector_class(name).defaults()]
    found = {}
    for name in given.detectors or closed:
        found[name] = measure(name, data_of(offer_of(name).name))
        print(name, json.dumps(_row(found[name]), ensure_ascii=False), flush=True)
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    given.out.write_text(rewritten(stored, found), encoding="utf-8")


if __name__ == "__main__":
    main()
