"""What a detector says of a small seeded sample, as plain values: to be held against what it said before.

`python -m tests.unchanged.snapshot` writes the values of today's code to `golden/`. Do this only for a change that is
meant to change results, and say so in its commit.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.agent.writer.write import write_claims
from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample
from anomalyst.tools.looking import counterfactual
from anomalyst.tools.workbench import Workbench, choice_rows
from tests.helpers.fault_data import image
from tests.helpers.pair_data import matching, wrong

GOLDEN = Path(__file__).parent / "golden"
NORMALS = {"image": 12, "series": 2, "pair": 40}
QUICK: dict[str, Any] = {"train_steps": 40, "size": 96, "time_limit": None}
FEW_PAIRS: dict[str, Any] = {"train_steps": 20, "network": "small", "size": 16}
STRIDE = 6  # of a map's rows and columns, every sixth is kept
ALONE = "alone"


def series(seed: int, fault: bool = False) -> SeriesSample:
    """Two noisy sines of 500 rows, a minute apart; the fault lifts the second over rows 300–330."""
    rng = np.random.default_rng(seed)
    time = np.arange(500.0)
    values = np.stack([np.sin(time / 6), np.cos(time / 6)], 1) + 0.1 * rng.normal(size=(500, 2))
    if fault:
        values[300:330, 1] += 4
    index = np.datetime64("2026-03-01", "ns") + np.arange(500) * np.timedelta64(1, "m")
    return SeriesSample(values, ("flow", "temperature"), index, ("", "°C"), name=f"series {seed}")


def sample_of(kind: str, seed: int) -> Sample:
    """A sample with a fault."""
    return {"image": lambda: image(seed, True), "series": lambda: series(seed, True), "pair": lambda: wrong(seed)[0]}[
        kind
    ]()


def normals_of(kind: str) -> list[Sample]:
    """Normal samples of a kind, as many as its detectors need to learn a little."""
    make = {"image": image, "series": series, "pair": matching}[kind]
    return [make(100 + number) for number in range(NORMALS[kind])]


def cases() -> list[tuple[str, bool]]:
    """(detector, whether it has normals): every registered one of the kinds of data that there were when the house was
    rebuilt, with normals, and alone where it can do without."""
    known = [name for kind in NORMALS for name in detector_names(kind)]
    return [(name, True) for name in known] + [(name, False) for name in known if detector_class(name).self_calibrating]


def made(name: str) -> Detector:
    """The detector, quick to train."""
    kind = detector_class(name)
    known = kind().config()
    wanted = (FEW_PAIRS if kind.card.modality == "pair" else QUICK) if "train_steps" in known else {"size": 96}
    return kind(**{key: value for key, value in wanted.items() if key in known})  # type: ignore[call-arg]


def snapshot(name: str, with_normals: bool) -> dict[str, Any]:
    """Scores, p-values, regions, facts and built-in claims of a sample with a fault, as JSON values."""
    kind = detector_class(name).card.modality
    bench = Workbench(sample=sample_of(kind, 1), normals=normals_of(kind) if with_normals else [])
    bench.detector = made(name).fit(bench.normals)
    return seen(bench)


def seen(bench: Workbench) -> dict[str, Any]:
    """What the detector on the bench says of the sample there."""
    assert bench.detector is not None
    evidence = bench.score(choice_rows(bench.detector))
    for finding in evidence.findings:
        counterfactual(bench, finding.id)
    evidence, score_map = bench.need_evidence(), bench.score_map
    assert score_map is not None
    return {
        "scores": thinned(score_map.scores),
        "p_values": thinned(score_map.p_values),
        "expected": thinned(score_map.expected),
        "sample": [score_map.sample_score, score_map.sample_p, score_map.extrapolated],
        "rules": {rule: [opinion.sample_score, opinion.sample_p] for rule, opinion in score_map.rules.items()},
        "regions": [finding.region.model_dump(mode="json") for finding in evidence.findings],
        "facts": [fact.model_dump(mode="json") for fact in evidence.facts],
        "claims": [claim.model_dump(mode="json") for claim in write_claims(evidence)],
    }


def thinned(array: NDArray[Any]) -> list[Any]:
    """Every STRIDE-th element along the first axes; numbers with as many digits as float32 has."""
    axes = min(2, array.ndim)
    kept = array[(slice(None, None, STRIDE),) * axes]
    numbers: list[Any] = [float(f"{value:.8g}") for value in kept.ravel().tolist()]
    return numbers


_TELLING = ("model name", "cpu family", "model", "stepping", "cache size", "flags")


def processor() -> str:
    """What floating-point results depend on: another processor, or another torch, rounds otherwise."""
    told = {line.split(":")[0].strip(): line.split(":")[1].strip() for line in _cpuinfo() if ":" in line}
    # One name is borne by processors that compute otherwise: kernels are chosen by what else is told of them.
    name = " ".join(told.get(part, "") for part in _TELLING) if told else platform.processor()
    return hashlib.sha256(f"{name} {torch.__version__} {np.__version__}".encode()).hexdigest()[:16]


def _cpuinfo() -> Sequence[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def differences(before: Any, now: Any, tolerance: float, place: str = "") -> list[str]:
    """Where two JSON values differ: numbers by more than `tolerance` of the larger of them, all else at all."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = [key for key in {**before, **now} if key not in before or key not in now]
        found = [f"{place}.{key}: only {'before' if key in before else 'now'}" for key in keys]
        return found + [
            d for key in before if key in now for d in differences(before[key], now[key], tolerance, f"{place}.{key}")
        ]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [
            d
            for number, pair in enumerate(zip(before, now, strict=True))
            for d in differences(*pair, tolerance, f"{place}[{number}]")
        ]
    if _both_numbers(before, now):
        far = abs(before - now) > tolerance * max(abs(before), abs(now), 1e-30)
        return [f"{place}: {before!r} became {now!r}"] if far else []
    return [] if before == now else [f"{place}: {before!r} became {now!r}"]


def _both_numbers(before: Any, now: Any) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in (before, now))


def golden_file(name: str, with_normals: bool) -> Path:
    """Where a case's values lie."""
    return GOLDEN / f"{name}{'' if with_normals else '-' + ALONE}.json"


def write() -> None:
    """Write all cases."""
    GOLDEN.mkdir(exist_ok=True)
    for name, with_normals in cases():
        taken = {"processor": processor()} | snapshot(name, with_normals)
        text = json.dumps(taken, indent=None, separators=(",", ":"), ensure_ascii=False)
        golden_file(name, with_normals).write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(f"{name} {'with normals' if with_normals else ALONE}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write()
