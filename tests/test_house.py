"""The rules of the house, measured on the source: who may import whom, how full a folder may be, who may ask which kind
of data something is. Each says file and line of what breaks it. Docs: `docs/architecture.md`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.house import (
    KINDS,
    OF_A_KIND,
    ROOT,
    circles,
    edges,
    folder_edges,
    imports,
    imports_of_kinds,
    switches,
)
from tests.helpers.places import TESTS

FLOORS = (
    ("agent", "testing", "__init__.py"),
    ("datasets",),
    ("tools",),
    ("modalities",),
    ("evidence",),
    ("detectors",),
    ("plugins.py",),
    ("errors.py", "samples.py", "stopping.py"),
)
MOST_ENTRIES = 20


def test_nobody_but_a_kind_asks_which_kind_something_is() -> None:
    found = switches()
    assert not found, f"{len(found)} switches outside of {OF_A_KIND}:\n" + "\n".join(found)


def test_nobody_but_a_kind_imports_what_is_a_kinds_own() -> None:
    found = imports_of_kinds()
    assert not found, f"{len(found)} imports of {KINDS}:\n" + "\n".join(found)


def test_nothing_imports_upwards() -> None:
    """In functions and for the type checker too: what a floor only speaks of, it knows of as well."""
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    found = [
        f"{source}:{line} imports {target}"
        for (source, target), line in edges(typing=True).items()
        if floor[Path(source).parts[0]] > floor[Path(target).parts[0]]
    ]
    assert not found, "\n".join(found)


def test_no_files_import_each_other_in_a_circle() -> None:
    """In functions too, where a circle only waits. Not for the type checker: nothing runs, and two classes may speak of
    each other."""
    found = circles(edges(typing=False))
    assert not found, "\n".join(map(" ↔ ".join, found))


def test_no_folders_import_each_other_in_a_circle() -> None:
    """Of the entries of each folder, taken as one thing each with all that lies in them."""
    found = [f"in {folder}: {' ↔ '.join(one)}" for folder, pairs in folder_edges().items() for one in circles(pairs)]
    assert not found, "\n".join(found)


def test_no_folder_is_too_full_to_see_at_once() -> None:
    """An `__init__.py` is the folder itself."""
    aside = ("__pycache__", "__init__.py")
    folders = [ROOT, *(folder for folder in ROOT.rglob("*") if folder.is_dir() and folder.name not in aside)]
    full = {
        folder.relative_to(ROOT.parent).as_posix(): count
        for folder in folders
        if (count := sum(entry.name not in aside for entry in folder.iterdir())) > MOST_ENTRIES
    }
    assert not full


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("gradio", ("agent/page/",)),
        ("typer", ("agent/cli/",)),
        ("langchain", ("agent/", "tools/")),
        ("langchain_core", ("agent/", "tools/")),
        ("langgraph", ("agent/",)),
    ],
)
def test_libraries_of_the_upper_floors_stay_there(package: str, only: tuple[str, ...]) -> None:
    found = [
        f"{path}:{one.line} imports {one.target}"
        for path, ones in imports().items()
        for one in ones
        if one.target.split(".")[0] == package and not path.startswith(only)
    ]
    assert not found, "\n".join(found)


def test_every_kind_is_one_folder() -> None:
    assert set(KINDS) == {"image", "pair", "series", "table", "video"}


def test_tests_need_no_benchmark() -> None:
    tests = TESTS
    words = tuple(f"{how} benchmarks" for how in ("from", "import"))
    found = [
        f"{file.relative_to(tests)}:{number}"
        for file in sorted(tests.rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip().startswith(words)
    ]
    assert not found, found
