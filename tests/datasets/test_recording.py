"""A short run of the recorder: a real server, real load, every fault once."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.places import ROOT

pytest.importorskip("psutil")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the recorder reads what Linux counts for each process"),
]
SCRIPT = ROOT / "examples" / "record_telemetry.py"
COUNT = 14


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("recording")
    options = ["--normal-seconds", "4", "--test-seconds", str(COUNT), "--day-seconds", "8"]
    subprocess.run([sys.executable, str(SCRIPT), "--out", str(out), *options], check=True, timeout=120)
    return out


def read(path: Path) -> SeriesSample:
    sample = load_sample(path)
    assert isinstance(sample, SeriesSample)
    return sample


def test_both_parts_hold_a_row_per_second_of_a_server_at_work(recording: Path) -> None:
    for name, rows in (("normal.csv", 4), ("test.csv", COUNT)):
        sample = read(recording / name)
        assert len(sample.values) == rows and sample.has_times
        values = dict(zip(sample.columns, sample.values.T, strict=True))
        assert values["requests_per_s"].sum() > 0 and values["cpu_percent"].sum() > 0
        assert (values["memory_mb"] > 5).all()


def test_labels_name_faults_channels_and_times_within_the_test_part(recording: Path) -> None:
    sample = read(recording / "test.csv")
    with (recording / "labels.csv").open(newline="") as file:
        labels = list(csv.DictReader(file))
    stamps = [row.split(",")[0] for row in (recording / "test.csv").read_text().splitlines()[1:]]
    assert labels and {"cpu_hog", "dropped_requests"} & {row["kind"] for row in labels}
    for row in labels:
        assert stamps.index(row["start"]) <= stamps.index(row["end"])
        assert set(row["channels"].split()) <= set(sample.columns)


def test_the_card_is_written_and_no_process_is_left(recording: Path) -> None:
    import psutil

    card = (recording / "README.md").read_text(encoding="utf-8")
    assert f"{COUNT} rows" in card and "{" not in card
    assert not [c for c in psutil.Process().children(recursive=True) if str(SCRIPT) in " ".join(c.cmdline())]
