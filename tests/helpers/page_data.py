"""Small real inputs and a desk for the tests of the page."""

from __future__ import annotations

from pathlib import Path

from anomalyst.agent.page.desk.desk import Order
from tests.agent.test_agent import recording


def series_files(folder: Path) -> dict[str, Path]:
    """A normal recording, a faulty one, and a file that is no image though it says so."""
    for name, faulty in (("normal", False), ("faulty", True)):
        recording(int(faulty), faulty=faulty).to_csv(folder / f"{name}.csv", index=False)
    (folder / "fake.png").write_text("not an image")
    return {path.stem: path for path in folder.iterdir()}


def faulty_order(files: dict[str, Path], **options: object) -> Order:
    """An analysis of the faulty recording against the normal one."""
    return Order(files["faulty"], "faulty.csv", (files["normal"],), **options)  # type: ignore[arg-type]
