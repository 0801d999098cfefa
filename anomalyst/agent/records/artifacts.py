"""A finished run on disk: the explanation, the arrays behind it, how to replay it, and the report people read.

report.html    the explanation with its pictures, one self-contained file
report.json    the explanation for machines (pydantic, `schema_version`); report.schema.json describes it
evidence.npz   the sample, the score map and the masks of the findings
replay.json    input, detector, seed, versions: what `anomalyst audit` needs to run it again
events.jsonl   the run's log, one event a line
detector/      the fitted detector
               and what the kind of data adds: of a table rows.csv, its rows from the worst on
manifest.json  SHA-256 and size of every file
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from anomalyst.agent.records.arrays import load_arrays, record_arrays, restore_arrays
from anomalyst.agent.records.bundle import ManifestProblem, check_manifest, new_folder, read_json, write_manifest
from anomalyst.detectors.contract import Detector
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality

__all__ = ["ManifestProblem", "RunRecord", "check_manifest", "read_run", "write_run"]

REPORT_HTML = "report.html"
REPORT_JSON = "report.json"
SCHEMA_JSON = "report.schema.json"
EVIDENCE_NPZ = "evidence.npz"
REPLAY_JSON = "replay.json"
EVENTS_JSONL = "events.jsonl"
DETECTOR_DIR = "detector"


def write_run(record: RunRecord, out: Path, detector: Detector | None) -> Path:
    """Write the run to folder `out` in one move and return it.

    On failure or Ctrl-C nothing is left behind. Raises OutputError if `out` holds other files, or if
    the place is not writable.
    """
    from anomalyst.agent.report.render import render_report  # draws: only where a report is written

    with new_folder(Path(out)) as folder:
        (folder / REPORT_JSON).write_text(record.explanation.model_dump_json(indent=2) + "\n", encoding="utf-8")
        _write_json(folder / SCHEMA_JSON, Explanation.model_json_schema())
        _write_json(folder / REPLAY_JSON, record.replay)
        lines = (json.dumps(event, ensure_ascii=False) + "\n" for event in record.events)
        (folder / EVENTS_JSONL).write_text("".join(lines), encoding="utf-8")
        arrays = record_arrays(record.sample, record.score_map, record.masks)
        np.savez_compressed(folder / EVIDENCE_NPZ, allow_pickle=False, **arrays)
        if detector is not None:
            detector.save_pretrained(folder / DETECTOR_DIR)
        (folder / REPORT_HTML).write_text(render_report(record), encoding="utf-8")
        for name, text in modality(record.sample.modality).files(record).items():
            (folder / Path(name).name).write_text(text, encoding="utf-8")
        write_manifest(folder)
    return Path(out)


def read_run(out: Path) -> RunRecord:
    """Read what `write_run` wrote; InputError if it is incomplete, not ours or not well-formed.

    The manifest's sums are not checked here: see `check_manifest`.
    """
    out = Path(out)
    if not out.is_dir():
        raise InputError(f"{str(out)!r} is no folder; name the output folder of a run.", "run")
    try:
        explanation = Explanation.model_validate(read_json(out / REPORT_JSON))
    except ValidationError as error:
        raise InputError(
            f"{str(out / REPORT_JSON)!r} does not follow the schema ({_first_line(error)}); explain the input again."
        ) from error
    sample, score_map, masks = restore_arrays(load_arrays(out / EVIDENCE_NPZ), out / EVIDENCE_NPZ)
    return RunRecord(explanation, sample, score_map, masks, _read_replay(out), _read_events(out / EVENTS_JSONL))


def _first_line(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_replay(out: Path) -> dict[str, Any]:
    replay = read_json(out / REPLAY_JSON)
    if not isinstance(replay, dict):
        raise InputError(f"{str(out / REPLAY_JSON)!r} holds {type(replay).__name__!r}, not an object; explain again.")
    return replay


def _read_events(path: Path) -> list[dict[str, Any]]:
    try:
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}); explain the input again.") from error
    if not all(isinstance(event, dict) for event in events):
        raise InputError(f"{str(path)!r} holds a line that is no object; explain the input again.")
    return events
