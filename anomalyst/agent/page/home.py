"""Where the page keeps its data between restarts: conversations, runs, fitted detectors. Readable by its user only."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from anomalyst.errors import OutputError

VARIABLE = "ANOMALYST_HOME"


@dataclass(frozen=True)
class Home:
    """The folders and files of one page."""

    root: Path

    @classmethod
    def open(cls, root: str | Path | None = None) -> Home:
        """The home at `root`, else at $ANOMALYST_HOME, else in the user's data folder; made if it is not there.

        Raises OutputError if it cannot be written.
        """
        place = Path(root or os.environ.get(VARIABLE) or _data_folder()).expanduser().absolute()
        home = cls(place)
        try:
            for folder in (place, home.runs, home.detectors, home.examples):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (place / ".writable").touch()
            (place / ".writable").unlink()
        except OSError as error:
            raise OutputError(
                f"cannot keep data in {str(place)!r} ({error.strerror}); name another with --home or ${VARIABLE}."
            ) from error
        return home

    @property
    def database(self) -> Path:
        """SQLite file of conversations, runs and feedback."""
        return self.root / "page.sqlite"

    @property
    def threads(self) -> Path:
        """SQLite file of LangGraph's checkpoints: the evidence that follow-up questions are answered from."""
        return self.root / "threads.sqlite"

    @property
    def runs(self) -> Path:
        """Folder of the recorded runs, one folder each."""
        return self.root / "runs"

    @property
    def detectors(self) -> Path:
        """Folder of the fitted detectors, one folder each."""
        return self.root / "detectors"

    @property
    def examples(self) -> Path:
        """Folder of the example inputs."""
        return self.root / "examples"

    def secret(self) -> str:
        """The key that browsers' tokens are sealed with; made at the first call, the same ever after."""
        file = self.root / "browser.key"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(32))
        return file.read_text(encoding="ascii")


def _data_folder() -> Path:
    """The user's data folder by the XDG base directory specification."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "anomalyst"
