"""Packages of strangers, installed for a test: sources and entry points in a folder, as `pip --target` leaves them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.helpers.places import TESTS

PLUGINS = TESTS / "plugin"


def install(plugin: Path, target: Path) -> None:
    """What installing the package of this folder writes; nothing is built or downloaded."""
    project = tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for package in (folder for folder in plugin.iterdir() if (folder / "__init__.py").is_file()):
        shutil.copytree(package, target / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    told = target / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"].items()
    lines = [f"[{group}]\n" + "".join(f"{name} = {at}\n" for name, at in points.items()) for group, points in groups]
    (told / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def python(target: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Python with what is installed in `target`, Anomalyst and the tests' own helpers."""
    beside = [str(target), str(TESTS.parent), str(TESTS), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, beside))}
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, env=env)
