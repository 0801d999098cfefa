"""The shipped examples explained, as the JSON that users get, without what every run has of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from anomalyst import Anomalyst
from anomalyst.datasets import bundled_examples
from anomalyst.datasets.pairs_example import pair_example

GOLDEN = Path(__file__).parent / "golden-examples"


def explained(folder: Path) -> dict[str, dict[str, Any]]:
    """`report.json` of an image, the series and the pair that ship."""
    analyst, pair = Anomalyst(), pair_example(folder)
    examples = {example.name: example for example in bundled_examples(folder)}
    image, series = examples["gravel"], examples["telemetry"]
    analyst.explain(image.input, image.normal, out=folder / "out-image")
    analyst.explain(series.input, series.normal, out=folder / "out-series")
    analyst.explain(pair.input, text=pair.text, out=folder / "out-pair")
    return {kind: told(folder / f"out-{kind}") for kind in ("image", "series", "pair")}


def told(out: Path) -> dict[str, Any]:
    """The report's JSON without the folder that it lies in."""
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {key: value for key, value in report.items() if key != "out"}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for name, report in explained(Path(place)).items():
            text = json.dumps(report, indent=1, ensure_ascii=False)
            (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            sys.stdout.write(f"{name}: {report['summary']}\n")
