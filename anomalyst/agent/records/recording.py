"""Recording a run: everything needed to show it, to check it and to replay it, in one folder."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from anomalyst.agent.events import Event, Published, as_json
from anomalyst.agent.records.artifacts import write_run
from anomalyst.evidence.record import RunRecord
from anomalyst.tools.workbench import Workbench

PACKAGES = ("anomalyst", "torch", "numpy", "scikit-image", "scikit-learn", "scipy", "diffusers", "transformers")


def record_run(published: Published, log: list[Event], bench: Workbench, source: Any, out: Path) -> Published:
    """Write the run to `out` and return the "published" event with the folder's name in its explanation.

    What is written does not say where it lies: it is moved, served and given away.
    """
    explanation = published.explanation
    if bench.score_map is None or bench.found is None:
        raise ValueError("only a finished run can be recorded")
    record = RunRecord(
        explanation=explanation,
        sample=bench.need_sample(),
        score_map=bench.score_map,
        masks=dict(bench.found.masks),
        replay=_replay(bench, source),
        events=[as_json(event) for event in log],
    )
    write_run(record, out, bench.detector)
    return published.model_copy(update={"explanation": explanation.model_copy(update={"out": str(out)})})


def _replay(bench: Workbench, source: Any) -> dict[str, Any]:
    """What it takes to run again: input, alarm level, seed, versions. File names only: no path of the machine."""
    is_file = isinstance(source, str | Path) and Path(source).is_file()
    return {
        "input": Path(source).name if is_file else bench.need_sample().name,
        "input_sha256": hashlib.sha256(Path(source).read_bytes()).hexdigest() if is_file else "",
        "detector": "detector",
        "alpha": bench.alpha,
        "fdr": bench.fdr,
        "seed": bench.seed,
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "machine": platform.machine(),
    }
