"""Where the page keeps its data between restarts: conversations, runs, fitted detectors. For its user's eyes only."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
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

        All that is in it is closed to other people of the machine, also what was left open before. Raises OutputError
        if it cannot be written, or belongs to somebody else or to all.
        """
        place = Path(root or os.environ.get(VARIABLE) or _data_folder()).expanduser().absolute()
        home = cls(place)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_owners(place, home.kept)
            _close(place)
            for folder in (home.runs, home.detectors, home.examples):
                folder.mkdir(mode=0o700, exist_ok=True)
            for file in (home.database, home.threads):  # SQLite gives its -wal and -shm the mode of the file itself
                file.touch(mode=0o600)
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
    def kept(self) -> tuple[Path, ...]:
        """The files that everything else is found by, whether they are there or not."""
        bases = (self.database, self.threads)
        beside = (base.with_name(base.name + end) for base in bases for end in ("-wal", "-shm", "-journal"))
        return (*bases, *beside, self.root / "browser.key")

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


def _check_owners(place: Path, kept: Iterable[Path]) -> None:
    """OutputError for what is not the user's own: who owns it could open it again, and read all."""
    if not hasattr(os, "getuid"):
        return
    if place.stat().st_mode & stat.S_ISVTX:
        raise OutputError(
            f"the folder {str(place)!r} is one that all users share, such as /tmp; name a folder of your own, in it or "
            f"elsewhere, with --home or ${VARIABLE}."
        )
    for path in (place, *(file for file in kept if file.is_symlink() or file.exists())):
        owner = path.stat().st_uid if path == place else path.lstat().st_uid
        if owner != os.getuid():
            raise OutputError(
                f"{str(path)!r} belongs to another user (number {owner}), who could read what is kept in it; take it "
                f"over (chown), or name another folder with --home or ${VARIABLE}."
            )


def _close(place: Path) -> None:
    """Take from everybody but the owner the right to a folder and all that is in it. No link is followed."""
    place = place.resolve()
    narrow(place, 0o700)
    for folder, folders, files in os.walk(place):
        for name in folders:
            narrow(Path(folder, name), 0o700)
        for name in files:
            narrow(Path(folder, name), 0o600)


def narrow(path: Path, mode: int) -> None:
    """Give a file or folder this mode if it is open to others and the user's own; what is gone by now needs none."""
    with suppress(FileNotFoundError):
        found = path.lstat()
        own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if own and found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode):
            path.chmod(mode)


def _data_folder() -> Path:
    """The user's data folder by the XDG base directory specification."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "anomalyst"
