"""Anomalyst as it is used where the packages beside it are installed: on the command line, over HTTP and on the page.

    python used.py MODALITY DETECTOR NORMAL INPUT OUT

Prints one JSON object of what each gave.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import httpx
from gradio_client import Client, handle_file
from typer.testing import CliRunner

from anomalyst.agent.cli.main import app
from tests.helpers.page_server import serving


def main() -> None:
    """Every way to use it, one after the other."""
    modality, detector, normal, given, out = sys.argv[1:]
    used = commands(modality, detector, Path(normal), Path(given), Path(out))
    with serving(Path(out) / "home") as address:
        used |= page(address, detector, Path(normal), Path(given))
    sys.stdout.write(json.dumps(used) + "\n")


def commands(modality: str, detector: str, normal: Path, given: Path, out: Path) -> dict[str, Any]:
    """`detectors`, `explain`, `audit`, `verify`, `fit` and `score`."""
    run, fitted, table = out / "run", out / "fitted", out / "scores.csv"
    listed = command("detectors", "--json")
    explained = command(
        "explain", given, "--normal", normal, "--detector", detector, "--llm", "acme:parrot", "--out", run
    )  # fmt: skip
    audited = command("audit", run)
    command("fit", normal, "--modality", modality, "--detector", detector, "--out", fitted)
    command("score", given, "--detector", fitted, "--out", table)
    return {
        "listed": [card["name"] for card in json.loads(listed)],
        "explained": explained,
        "report": json.loads((run / "report.json").read_text(encoding="utf-8")),
        "page_of_report": (run / "report.html").stat().st_size,
        "audited": audited,
        "scored": table.read_text(encoding="utf-8"),
    }


def command(*words: object) -> str:
    """What a command prints; RuntimeError with its error line if it fails."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    sys.stderr.write(done.stderr)
    if done.exit_code:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr}") from done.exception
    return done.stdout


def page(address: str, detector: str, normal: Path, given: Path) -> dict[str, Any]:
    """The page as it is sent, and one call of the HTTP API."""
    client = Client(address, verbose=False)
    answer = client.predict(
        file=handle_file(given), normals=[handle_file(normal)], detector=detector, llm="acme:parrot",
        api_name="/explain",
    )  # fmt: skip
    return {"page": httpx.get(f"{address}/config").text, "answer": answer}


if __name__ == "__main__":
    main()
