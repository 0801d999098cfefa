"""What lies in a folder: the files that are one kind's samples, and what was left out, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anomalyst.errors import InputError
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import (
    as_path,
    display_name,
    existing,
    left_out_notes,
    listing,
    shown,
)
from anomalyst.modalities.registry import modalities
from anomalyst.modalities.sources import Parts


@dataclass(frozen=True)
class FolderInputs:
    """The inputs in a folder, all of one kind, and what was left out of it, in words."""

    kind: Modality
    files: list[Path]
    notes: tuple[str, ...] = ()


def folder_inputs(folder: Path, kind: Modality | None = None) -> FolderInputs:
    """The samples of a folder, those of one kind if it is given. InputError if it holds several kinds, or none.

    Other files (notes, JSON), and what belongs to the samples, such as masks beside pictures, are left out.
    """
    found = listing(folder)
    inside = {one: one.inside(found) for one in modalities().values()}
    held = [one for one in inside if inside[one].files]
    if kind is None and len(held) > 1:
        counts = " and ".join(f"{len(inside[k].files) + len(inside[k].aside)} {k.ways.inside}" for k in held)
        raise InputError(f"the folder {shown(folder)} holds {counts}; say which is meant.", "modality")
    chosen = kind or (held[0] if held else None)
    taken = list(inside[chosen].files or (inside[chosen].perhaps if kind else ())) if chosen else []
    if not taken or chosen is None:
        raise _nothing_in(folder, kind, found.left_out)
    aside = {path: what for one in inside.values() for path, what in one.aside.items()}
    left_out = found.left_out | _others(found.files, set(taken), aside)
    return FolderInputs(chosen, taken, left_out_notes(folder, left_out))


def parts_of(path: Path, kind: Modality | None) -> Parts:
    """The samples of a file or a folder, as the kind tells if it is given, else each file is one."""
    if kind is not None and (own := kind.parts(path)) is not None:
        return own
    if not path.is_dir():
        return Parts([path], count=1)
    found = folder_inputs(path, kind)
    return Parts(found.files, found.notes, len(found.files))


def normals_of(sources: Sequence[Any], kind: Modality) -> Parts:
    """The normal samples of several sources, as the kind tells, else all that is in them."""
    own = kind.normals(sources)
    return gathered(sources, kind) if own is None else own


def gathered(sources: Sequence[Any], kind: Modality) -> Parts:
    """The samples of several sources: of each path its parts, and each object in memory."""
    parts: list[Any] = []
    notes: list[str] = []
    for source in sources:
        if not isinstance(source, str | Path):
            parts.append(source)
            continue
        found = parts_of(existing(as_path(source)), kind)
        parts += found.parts
        notes += found.notes
    return Parts(parts, tuple(notes), len(parts))


def _others(files: list[Path], taken: set[Path], aside: Mapping[Path, str]) -> dict[str, list[str]]:
    """Names of the files that were not taken, by what they are."""
    others: dict[str, list[str]] = {}
    for path in files:
        if path in taken:
            continue
        what = aside.get(path, "other file")
        others.setdefault(what, []).append(path.name)
    return others


def _nothing_in(folder: Path, kind: Modality | None, left_out: dict[str, list[str]]) -> InputError:
    """The error for a folder without anything to read, with what to do."""
    wanted = [kind] if kind else [one for one in modalities().values() if one.ways.files]
    what = " or ".join(one.nouns.many + (f" ({one.ways.files})" if one.ways.files else "") for one in wanted)
    links = len(left_out.get("link out of the folder", ())) + len(left_out.get("broken link", ()))
    folders = sorted(repr(display_name(name)) for name in left_out.get("sub-folder", ()))
    hint = "; name a folder that does"
    if folders:
        hint = f"; it has sub-folders, name one of them: {', '.join(folders[:5])}"
    if links:
        hint = (
            f"; {links} link{'s' * (links > 1)} that lead{'s' * (links == 1)} out of it "
            f"{'was' if links == 1 else 'were'} left out: copy the files themselves, e.g. with `cp -rL`"
        )
    return InputError(f"the folder {shown(folder)} holds no {what}{hint}.")
