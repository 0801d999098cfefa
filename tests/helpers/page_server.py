"""A page for tests: its server on a free port of this machine, and the files that callers send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.agent.test_agent import recording

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")


@contextmanager
def serving(home: Path, *, accounts: list[tuple[str, str]] | None = None, mcp: bool = False) -> Iterator[str]:
    """The address of a running page that keeps its data in `home`, without a "/" at its end."""
    from anomalyst.agent.page.app import Serving, start
    from anomalyst.agent.page.desk.desk import Desk
    from anomalyst.agent.page.desk.home import Home

    desk = Desk(Home.open(home))
    try:
        app, address = start(desk, Serving(port=0, auth=accounts, mcp=mcp, max_upload="1mb"))
        try:
            yield address.rstrip("/")
        finally:
            app.close(verbose=False)
    finally:
        desk.close()


def write_files(folder: Path) -> None:
    """`normal.csv`, `bad.csv` with a fault in it, and `fake.png`, which is no image."""
    for name, faulty in (("normal", False), ("bad", True)):
        recording(int(faulty), faulty=faulty).to_csv(folder / f"{name}.csv", index=False)
    (folder / "fake.png").write_text("not an image", encoding="utf-8")
