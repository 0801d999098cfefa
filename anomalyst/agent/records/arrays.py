"""The arrays of a run in one .npz without pickles: sample, score map and masks, by name and back again."""

from __future__ import annotations

import json
import math
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.errors import AnomalystError, InputError
from anomalyst.modalities.registry import modality
from anomalyst.modalities.sources import Arrays
from anomalyst.samples import Sample

MAX_TOTAL_BYTES = 8 * 2**30
MAX_ARRAYS = 10_000


def record_arrays(sample: Sample, score_map: ScoreMap, masks: dict[str, NDArray[np.bool_]]) -> Arrays:
    """All arrays of a run by name; "meta" is a JSON text with what is no array."""
    about, own = modality(sample.modality).arrays(sample, score_map)
    arrays: Arrays = {"meta": np.array(json.dumps(_meta(sample, score_map, about)))}
    arrays |= {
        "scores": score_map.scores,
        "p_values": score_map.p_values,
        "expected": score_map.expected,
        "samples": score_map.samples,
    }
    arrays |= own
    for name, rule in score_map.rules.items():
        arrays |= {f"rule.{name}.scores": rule.scores, f"rule.{name}.p_values": rule.p_values}
    return arrays | {f"mask.{key}": np.asarray(mask, dtype=bool) for key, mask in masks.items()}


def load_arrays(path: Path) -> Arrays:
    """Read an .npz whose every declared size was checked before any memory is taken; no pickles.

    Raises InputError if the file is missing, damaged, too large or holds objects.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ARRAYS or sum(e.file_size for e in entries) > MAX_TOTAL_BYTES:
                raise InputError(f"{str(path)!r} unpacks to more than {MAX_TOTAL_BYTES // 2**30} GiB; do not trust it.")
            for entry in entries:
                with archive.open(entry) as stream:
                    _check_header(stream, entry.file_size)
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}); explain the input again.") from error


def restore_arrays(arrays: Arrays, path: Path) -> tuple[Sample, ScoreMap, dict[str, NDArray[np.bool_]]]:
    """Sample, score map and masks from what `record_arrays` gave; InputError if they do not fit together."""
    try:
        meta = json.loads(str(arrays["meta"]))
        about = meta | meta["sample"]  # what a kind keeps lies with the sample; in older runs, beside it
        sample, detail = modality(about["modality"]).restored(about, arrays)
        score_map = _restore_map(meta, arrays, detail)
    except (KeyError, TypeError, ValueError, AnomalystError) as error:
        raise InputError(f"{str(path)!r} is incomplete ({error}); explain the input again.") from error
    masks = {name.removeprefix("mask."): a.astype(bool) for name, a in arrays.items() if name.startswith("mask.")}
    _check_shapes(sample, score_map, masks, path)
    return sample, score_map, masks


def _meta(sample: Sample, score_map: ScoreMap, about: dict[str, Any]) -> dict[str, Any]:
    """What is no array; `about`: what the kind of data keeps of the sample."""
    return {
        "sample": {"modality": sample.modality, "name": sample.name, "notes": list(sample.notes), **about},
        "sample_score": float(score_map.sample_score),
        "sample_p": float(score_map.sample_p),
        "extrapolated": bool(score_map.extrapolated),
        "calibration": asdict(score_map.calibration),
        "rules": {name: [float(r.sample_score), float(r.sample_p)] for name, r in score_map.rules.items()},
    }


def _check_header(stream: IO[bytes], size: int) -> None:
    """ValueError unless the .npy header declares exactly the bytes that follow it, and no objects."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("it holds Python objects")
    if math.prod(shape) * dtype.itemsize != size - stream.tell():
        raise ValueError("an array's header does not fit its size")


def _restore_map(meta: dict[str, Any], arrays: Arrays, detail: object | None) -> ScoreMap:
    rules = {
        name: RuleScore(arrays[f"rule.{name}.scores"], arrays[f"rule.{name}.p_values"], score, p)
        for name, (score, p) in meta["rules"].items()
    }
    return ScoreMap(
        modality=meta["sample"]["modality"],
        scores=arrays["scores"],
        p_values=arrays["p_values"],
        sample_score=meta["sample_score"],
        sample_p=meta["sample_p"],
        extrapolated=meta["extrapolated"],
        expected=arrays["expected"],
        samples=np.asarray(arrays["samples"], np.result_type(arrays["samples"].dtype, np.float32)),
        calibration=Calibration(**meta["calibration"]),
        rules=rules,
        detail=detail,
    )


def _check_shapes(sample: Sample, score_map: ScoreMap, masks: dict[str, NDArray[np.bool_]], path: Path) -> None:
    axes, full = modality(sample.modality).shapes(sample)
    wrong = [
        name
        for name, got, allowed in [
            ("scores", score_map.scores.shape, (axes,)),
            ("p_values", score_map.p_values.shape, (axes,)),
            ("expected", score_map.expected.shape, (full,)),
            ("samples", score_map.samples.shape[1:], (full,)),
            *((f"mask {key}", mask.shape, (axes, full)) for key, mask in masks.items()),
        ]
        if got not in allowed
    ]
    if wrong:
        raise InputError(
            f"in {str(path)!r} the shape of {wrong[0]} does not fit the sample's; explain the input again."
        )
