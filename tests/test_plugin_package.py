"""A package of somebody else's with a detector, a method, a kind of data and a chat model, installed and used: nothing
in Anomalyst knows of it. A broken one is named in a warning, and everything goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.helpers.installing import PLUGINS, install, python

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plugin")]
CHECKS = """
from anomalyst.testing import check_detector, check_method, check_modality
check_modality("bits")
check_detector("bits-run")
check_detector("acme-level", exact=False)
check_method("pull", {"train_steps": 60, "size": 96}, on=["series"])
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both packages are installed."""
    target = tmp_path_factory.mktemp("site")
    for plugin in ("acme", "broken"):
        install(PLUGINS / plugin, target)
    return target


def series(path: Path, seed: int, fault: bool) -> Path:
    rng = np.random.default_rng(seed)
    values = 20 + rng.normal(0, 1, (600, 2))
    if fault:
        values[300:330, 1] += 15
    pd.DataFrame(values, columns=["load", "heat"]).to_csv(path, index=False)
    return path


def bits(path: Path, seed: int, fault: bool) -> Path:
    rng = np.random.default_rng(seed)
    ones = rng.random(400) < 0.2
    if fault:
        ones[200:224] = True
    path.write_text("".join("01"[int(one)] for one in ones), encoding="utf-8")
    return path


def use(site: Path, folder: Path, modality: str, detector: str, normal: Path, bad: Path) -> tuple[dict[str, Any], str]:
    """What each way to use a detector gave, and what was said on stderr."""
    done = python(site, PLUGINS / "used.py", modality, detector, normal, bad, folder / "out")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def used(site: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """A stranger's detector on series."""
    folder = tmp_path_factory.mktemp("series")
    normal, bad = series(folder / "normal.csv", 0, False), series(folder / "bad.csv", 1, True)
    return use(site, folder, "series", "acme-level", normal, bad)


def test_a_strangers_detector_explains(used: tuple[dict[str, Any], str]) -> None:
    gave, _ = used
    assert {"acme-level", "series-pull", "image-pull"} <= set(gave["listed"])
    report = gave["report"]
    assert report["verdict"] == "anomalous"
    chosen = r"(\d+) of \1 sentences chosen by acme:parrot, all of them worded built-in"
    assert re.fullmatch(chosen, report["worded_by"])
    facts = {fact["kind"]: fact["value"] for fact in report["evidence"]["facts"] if fact["subject"] != "sample"}
    assert facts["detector"] == "acme-level" and gave["page_of_report"] > 1000
    assert "anomalous" in gave["explained"]


def test_its_run_passes_the_audit_and_it_scores(used: tuple[dict[str, Any], str]) -> None:
    gave, _ = used
    assert "passed" in gave["audited"] and "FAILED" not in gave["audited"]
    assert gave["scored"].count("\n") > 1


def test_it_works_over_http_and_stands_on_the_page(used: tuple[dict[str, Any], str]) -> None:
    gave, _ = used
    assert gave["answer"]["explanation"]["verdict"] == "anomalous"
    assert "acme-level" in gave["page"]


def test_a_broken_package_only_warns(used: tuple[dict[str, Any], str]) -> None:
    gave, said = used
    assert not [name for name in gave["listed"] if "broken" in name]
    for place in ("broken.smell:SMELL", "broken.one:Detector", "broken.method:METHOD", "broken.model:MODEL"):
        assert place in said
    notes = [line for line in said.splitlines() if "broken" in line]
    assert "Traceback" not in said and "note: the plugin 'broken-one'" in said
    assert all("cannot be loaded and is left out: ModuleNotFoundError" in line for line in notes), notes


def test_a_strangers_kind_of_data_is_used_like_our_own(site: Path, tmp_path: Path) -> None:
    normal, bad = bits(tmp_path / "normal.bits", 0, False), bits(tmp_path / "bad.bits", 1, True)
    gave, _ = use(site, tmp_path, "bits", "bits-run", normal, bad)
    report = gave["report"]
    assert report["verdict"] == "anomalous" and report["evidence"]["modality"] == "bits"
    region = report["evidence"]["findings"][0]["region"]
    assert region["kind"] == "bits" and abs(region["start"] - 200) < 9 and abs(region["stop"] - 224) < 9
    assert "passed" in gave["audited"] and "FAILED" not in gave["audited"]
    assert gave["answer"]["explanation"]["verdict"] == "anomalous" and "bits-run" in gave["page"]
    assert gave["scored"].count("\n") == 2


def test_its_own_test_is_one_line_each(site: Path) -> None:
    done = python(site, "-c", CHECKS)
    assert done.returncode == 0, done.stderr
