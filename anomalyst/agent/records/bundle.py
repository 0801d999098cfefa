"""The output folder as a whole: written in one move, described by a manifest of SHA-256 sums, checked against it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from anomalyst.agent.version import made_by
from anomalyst.errors import InputError, OutputError

MANIFEST_NAME = "manifest.json"
FORMAT_NAME = "anomalyst-run"
FORMAT_VERSION = 1
MAX_JSON_BYTES = 64 * 2**20


@dataclass(frozen=True)
class ManifestProblem:
    """One file of an output folder that is not as its manifest says."""

    path: str
    problem: Literal["missing", "changed", "extra"]


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_json(path: Path) -> Any:
    """A JSON file of bounded size; InputError if it is missing, too large or no JSON."""
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise InputError(f"{str(path)!r} is larger than {MAX_JSON_BYTES // 2**20} MiB: not written by Anomalyst.")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}); name the output folder of a run.", "run") from error


def write_manifest(folder: Path) -> None:
    """Describe every file under `folder` in its manifest.json, sorted by path."""
    files = {name: _entry(folder / name) for name in _files_of(folder)}
    manifest = {"format": FORMAT_NAME, "version": FORMAT_VERSION, "made_by": made_by(), "files": files}
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def check_manifest(folder: Path) -> list[ManifestProblem]:
    """Files missing, changed or added since the folder was written; empty if all is as it was."""
    listed = _read_manifest(folder)
    present = set(_files_of(folder))
    problems = []
    for name, entry in listed.items():
        if name not in present:
            problems.append(ManifestProblem(name, "missing"))
        elif (folder / name).is_symlink() or _entry(folder / name) != entry:
            problems.append(ManifestProblem(name, "changed"))
    problems += [ManifestProblem(name, "extra") for name in sorted(present - set(listed))]
    return problems


def check_place(out: Path) -> None:
    """OutputError if `new_folder(out)` could not work: to be asked before hours of work, not after."""
    out = out.expanduser().absolute()
    _check_free(out)
    check_parent(out)


def check_parent(out: Path) -> None:
    """OutputError if nothing could be created at `out`, because of what lies above it."""
    out = out.expanduser().absolute()
    nearest = next(p for p in out.parents if os.path.lexists(p))
    if not nearest.is_dir():
        raise OutputError(f"cannot write {str(out)!r}: {str(nearest)!r} is not a folder; name another.", "out")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {str(out)!r}: no permission in {str(nearest)!r}; name another.", "out")


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A temporary sibling of `out` that becomes `out` when the block ends well, and vanishes otherwise.

    An existing `out` is replaced only if it is empty or holds nothing but an earlier run.
    Raises OutputError if `out` is taken or the place is not writable.
    """
    out = out.expanduser().absolute()
    parents = _missing_parents(out)
    work: Path | None = None
    try:
        _check_free(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        yield work
        work.chmod(0o777 & ~umask())
        _swap(work, out)
    except BaseException as error:
        _clean_up(work, parents)
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            raise OutputError(f"cannot write {str(out)!r}: {reason}; name a writable folder.", "out") from error
        raise


def _entry(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def _files_of(folder: Path) -> list[str]:
    """Relative POSIX paths of all files under `folder` but its manifest; links count as files."""
    found = (p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    return sorted(name for p in found if (name := p.relative_to(folder).as_posix()) != MANIFEST_NAME)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest's table of files; InputError if it is none of ours or names a path outside the folder."""
    manifest = read_json(folder / MANIFEST_NAME)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT_NAME:
        raise InputError(f"{str(folder / MANIFEST_NAME)!r} is no manifest of Anomalyst; name an output folder of it.")
    if manifest.get("version") != FORMAT_VERSION or not isinstance(manifest.get("files"), dict):
        raise InputError(
            f"{str(folder / MANIFEST_NAME)!r} has format version {manifest.get('version')!r}; "
            f"this version reads {FORMAT_VERSION}: explain the input again."
        )
    for name in manifest["files"]:
        _check_inside(name, folder)
    return dict(manifest["files"])


def _check_inside(name: str, folder: Path) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name:
        raise InputError(f"the manifest of {str(folder)!r} names {name!r}, outside the folder; do not trust it.")


def _check_free(out: Path) -> None:
    """OutputError unless `out` can be created or replaced without losing anything of the user's."""
    if not os.path.lexists(out):
        return
    if not out.is_dir() or out.is_symlink():
        raise OutputError(f"{str(out)!r} is not a folder; name another one.", "out")
    if out == Path.cwd():
        raise OutputError(f"{str(out)!r} is the current folder; name a new one inside it.", "out")
    if any(out.iterdir()) and not _only_ours(out):
        raise OutputError(f"{str(out)!r} holds other files; name an empty or new folder.", "out")


def _only_ours(out: Path) -> bool:
    try:
        return set(_files_of(out)) <= set(_read_manifest(out))
    except InputError:
        return False


def _missing_parents(out: Path) -> list[Path]:
    """Parents of `out` that do not exist yet, innermost first."""
    return [p for p in out.parents if not p.exists()]


def _swap(work: Path, out: Path) -> None:
    """Put `work` in the place of `out`; what was there goes only after the new one stands."""
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(old / "run")
    try:
        work.rename(out)
    except BaseException:
        (old / "run").rename(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _clean_up(work: Path | None, parents: list[Path]) -> None:
    if work is not None:
        shutil.rmtree(work, ignore_errors=True)
    for parent in parents:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def umask() -> int:
    """The permissions that new files are not given."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
