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
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, Repair, WordScore, pair_scores
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores, channel_scores
from anomalyst.samples import FloatArray, Sample

MAX_TOTAL_BYTES = 8 * 2**30
MAX_ARRAYS = 10_000
Arrays = dict[str, NDArray[Any]]


def record_arrays(sample: Sample, score_map: ScoreMap, masks: dict[str, NDArray[np.bool_]]) -> Arrays:
    """All arrays of a run by name; "meta" is a JSON text with what is no array."""
    arrays = {"meta": np.array(json.dumps(_meta(sample, score_map)))}
    arrays |= _sample_arrays(sample)
    arrays |= {
        "scores": score_map.scores,
        "p_values": score_map.p_values,
        "expected": score_map.expected,
        "samples": score_map.samples if sample.modality == "series" else _half(score_map.samples),
    }
    if pair_scores(score_map) is not None:
        arrays["word_maps"] = pair_scores(score_map).word_maps
    if channel_scores(score_map) is not None:
        arrays["channel_scores"] = channel_scores(score_map)
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
        sample = _restore_sample(meta["sample"], arrays)
        score_map = _restore_map(meta, arrays)
    except (KeyError, TypeError, ValueError, AnomalystError) as error:
        raise InputError(f"{str(path)!r} is incomplete ({error}); explain the input again.") from error
    masks = {name.removeprefix("mask."): a.astype(bool) for name, a in arrays.items() if name.startswith("mask.")}
    _check_shapes(sample, score_map, masks, path)
    return sample, score_map, masks


def _meta(sample: Sample, score_map: ScoreMap) -> dict[str, Any]:
    about: dict[str, Any] = {"modality": sample.modality, "name": sample.name, "notes": list(sample.notes)}
    if isinstance(sample, SeriesSample):
        about |= {"columns": list(sample.columns), "units": list(sample.units), "zone": sample.zone}
    else:
        about["grey"] = (sample.image if isinstance(sample, PairSample) else sample).grey
    if isinstance(sample, PairSample):
        about["text"] = sample.text
    return {
        "sample": about,
        "pair": _pair_meta(pair_scores(score_map)),
        "sample_score": float(score_map.sample_score),
        "sample_p": float(score_map.sample_p),
        "extrapolated": bool(score_map.extrapolated),
        "calibration": asdict(score_map.calibration),
        "rules": {name: [float(r.sample_score), float(r.sample_p)] for name, r in score_map.rules.items()},
    }


def _pair_meta(pair: PairScores | None) -> dict[str, Any] | None:
    """What the scores of a pair hold besides arrays."""
    if pair is None:
        return None
    return {
        "information": pair.information,
        "error": pair.error,
        "words": [asdict(word) for word in pair.words],
        "captions": list(pair.captions),
        "repairs": [asdict(repair) for repair in pair.repairs],
    }


def _restore_pair(meta: dict[str, Any] | None, arrays: Arrays) -> PairScores | None:
    if meta is None:
        return None
    return PairScores(
        information=float(meta["information"]),
        error=float(meta["error"]),
        words=tuple(WordScore(**word) for word in meta["words"]),
        word_maps=arrays["word_maps"],
        captions=tuple(str(caption) for caption in meta["captions"]),
        repairs=tuple(Repair(**repair) for repair in meta["repairs"]),
    )


def _sample_arrays(sample: Sample) -> Arrays:
    if isinstance(sample, SeriesSample):
        return {"values": sample.values, "index": sample.index}
    pixels = sample.image.pixels if isinstance(sample, PairSample) else sample.pixels
    eight_bit = np.rint(pixels * 255).astype(np.uint8)
    same = np.array_equal(_from_eight_bit(eight_bit), pixels)
    return {"pixels": eight_bit if same else pixels}  # exact either way, so that a replay sees the same sample


def _from_eight_bit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return pixels.astype(np.float32) / np.float32(255)


def _half(array: FloatArray) -> FloatArray:
    """Float16 is enough for posterior samples of pixels in [0, 1]."""
    return array.astype(np.float16)


def _check_header(stream: IO[bytes], size: int) -> None:
    """ValueError unless the .npy header declares exactly the bytes that follow it, and no objects."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("it holds Python objects")
    if math.prod(shape) * dtype.itemsize != size - stream.tell():
        raise ValueError("an array's header does not fit its size")


def _restore_sample(about: dict[str, Any], arrays: Arrays) -> Sample:
    name, notes = str(about["name"]), tuple(about["notes"])
    if about["modality"] in ("image", "pair"):
        pixels = arrays["pixels"]
        exact = _from_eight_bit(pixels) if pixels.dtype == np.uint8 else pixels.astype(np.float32, copy=False)
        image = ImageSample(exact, name=name, grey=bool(about["grey"]), notes=notes)
        return image if about["modality"] == "image" else PairSample(image, str(about["text"]), name=name, notes=notes)
    columns, units = tuple(about["columns"]), tuple(about["units"])
    zone = str(about.get("zone", ""))
    return SeriesSample(arrays["values"], columns, arrays["index"], units, name=name, notes=notes, zone=zone)


def _restore_map(meta: dict[str, Any], arrays: Arrays) -> ScoreMap:
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
        detail=_restore_detail(meta, arrays),
    )


def _restore_detail(meta: dict[str, Any], arrays: Arrays) -> object | None:
    if "channel_scores" in arrays:
        return SeriesScores(arrays["channel_scores"])
    return _restore_pair(meta["pair"], arrays)


def _check_shapes(sample: Sample, score_map: ScoreMap, masks: dict[str, NDArray[np.bool_]], path: Path) -> None:
    series = isinstance(sample, SeriesSample)
    full = sample.values.shape if isinstance(sample, SeriesSample) else (*sample.shape, 3)
    axes = sample.shape[:1] if series else sample.shape
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
