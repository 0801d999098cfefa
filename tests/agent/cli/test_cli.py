"""The command line: exit codes, one-line errors, machine output, and real runs of every command."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from anomalyst.agent.cli import common as cli_common
from anomalyst.agent.cli.common import EXIT_CODES, one_line
from anomalyst.agent.cli.main import app
from anomalyst.agent.records.artifacts import write_run
from anomalyst.errors import AnomalystError, InputError, ModelError, OutputError
from tests.helpers.run_records import image_record

COMMANDS = ("explain", "demo", "chat", "fit", "score", "detectors", "audit", "verify")


def invoke(*args: object, **options: Any) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args], **options)


def fails(result: Result, code: int, pattern: str) -> None:
    """One line on stderr, the documented code, no traceback, nothing on stdout."""
    assert result.exit_code == code, result.stderr
    assert re.search(pattern, result.stderr) and result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1 and "Traceback" not in result.stderr and result.stdout == ""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with normal and faulty series, normal and faulty images, and files that cannot be used."""
    folder = tmp_path_factory.mktemp("data")
    _series(0, faulty=False).to_csv(folder / "normal.csv", index=False)
    _series(1, faulty=True).to_csv(folder / "bad.csv", index=False)
    rng = np.random.default_rng(0)
    for name in ("good", "mixed"):
        (folder / name).mkdir()
    for n in range(8):
        _image(rng, folder / "good" / f"{n}.png")
    _image(rng, folder / "mixed" / "a.png")
    _image(rng, folder / "mixed" / "b.png", hole=True)
    (folder / "mixed" / "c.png").write_bytes((folder / "mixed" / "a.png").read_bytes()[:200])
    (folder / "text.png").write_text("not an image, only words\n")
    (folder / "empty.csv").touch()
    return folder


def _series(seed: int, *, faulty: bool) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    clock = np.arange(400)
    values = np.stack([100 + 10 * np.sin(clock / 8), 50 + 5 * np.cos(clock / 8)], 1) + rng.normal(0, 1, (400, 2))
    if faulty:
        values[280:300, 0] += 40
    frame = pd.DataFrame(values, columns=["latency_ms", "cpu"])
    frame.insert(0, "time", pd.date_range("2026-01-01", periods=400, freq="min"))
    return frame


def _image(rng: np.random.Generator, path: Path, *, hole: bool = False) -> None:
    grey = rng.normal(120, 10, (48, 48))
    if hole:
        grey[15:27, 20:32] = 10
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(path)


@pytest.fixture(scope="module")
def run(data: Path) -> Path:
    """The output folder of one real explanation."""
    result = invoke("explain", data / "bad.csv", "--normal", data / "normal.csv", "--out", data / "run")
    assert result.exit_code == 0, result.output
    return data / "run"


def test_help_is_fast_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['anomalyst', '--help']; from anomalyst.agent.cli.main import main\n"
        "try: main()\nfinally: print(sorted(sys.modules))"
    )
    times = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        times.append(time.perf_counter() - start)
    heavy = {"torch", "numpy", "pandas", "matplotlib", "transformers", "langchain_core", "gradio", "pydantic"}
    assert not heavy & {name for name in re.findall(r"'([\w.]+)'", done.stdout)}
    assert min(times) < 1.0


def test_help_names_every_command_and_every_exit_code() -> None:
    text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", invoke("--help").stdout).split())
    assert all(command in text for command in COMMANDS)
    assert all(f"{code} {meaning}" in text for code, meaning in EXIT_CODES.items())
    assert all(error.exit_code in EXIT_CODES for error in (AnomalystError, InputError, OutputError, ModelError))


def test_explain_writes_the_report_and_says_what_was_found(run: Path) -> None:
    assert (run / "report.html").is_file() and (run / "manifest.json").is_file()
    explanation = json.loads((run / "report.json").read_text())
    assert explanation["verdict"] == "anomalous" and explanation["evidence"]["findings"]


def test_explain_json_is_json_and_nothing_else(data: Path, tmp_path: Path) -> None:
    result = invoke("explain", data / "bad.csv", "--normal", data / "normal.csv", "--out", tmp_path / "run", "--json")
    assert result.exit_code == 0 and result.stderr == ""
    recorded = json.loads((tmp_path / "run" / "report.json").read_text())
    assert recorded["out"] is None  # the report is given away: it does not say where it lay
    assert json.loads(result.stdout) == recorded | {"out": str(tmp_path / "run")}


def test_without_out_each_run_gets_a_folder_of_its_own(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for n in (1, 2):
        result = invoke("explain", data / "bad.csv")
        assert result.exit_code == 0 and f"anomalyst-out/bad-{n}/report.html" in result.stdout


def test_a_folder_is_explained_image_by_image_and_a_bad_one_does_not_stop_it(data: Path, tmp_path: Path) -> None:
    result = invoke("explain", data / "mixed", "--normal", data / "good", "--out", tmp_path / "all", "--json")
    assert result.exit_code == 2 and result.stderr.startswith("error: ") and "c.png" in result.stderr
    verdicts = {e["evidence"]["sample_name"]: e["verdict"] for e in json.loads(result.stdout)}
    assert verdicts["b.png"] == "anomalous" and set(verdicts) == {"a.png", "b.png"}
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == ["a", "b"]


@pytest.mark.parametrize(
    ("args", "code", "pattern"),
    [
        (("explain", "none.png"), 2, "no such file"),
        (("explain", "{data}/text.png"), 2, "text.png"),
        (("explain", "{data}/empty.csv"), 2, "empty"),
        (("explain", "{data}/bad.csv", "--alpha", "1.5"), 2, "alpha=1.5"),
        (("explain", "{data}/bad.csv", "--alpha", "0.05", "--alarms-per-day", "1"), 2, "give one of them"),
        (("explain", "{data}/bad.csv", "--alarms-per-day", "0"), 2, "alarms_per_day=0.0; it must be a positive"),
        (("explain", "{data}/bad.csv", "--alarms-per-day", "inf"), 2, "alarms_per_day=inf"),
        (("explain", "{data}/bad.csv", "--alarms-per-day", "nan"), 2, "alarms_per_day=nan"),
        (("explain", "{data}/good/0.png", "--normal", "{data}/good", "--alarms-per-day", "1"), 2, "without time"),
        (("score", "{data}/bad.csv", "--detector", "d", "--alpha", ".1", "--alarms-per-day", "1"), 2, "give one"),
        (("score", "{data}/bad.csv", "--detector", "d", "--alarms-per-day", "-1"), 2, "alarms_per_day=-1.0"),
        (("explain", "{data}/bad.csv", "--normal", "none.csv"), 2, "no such file"),
        (("explain", "{data}/bad.csv", "--detector", "{data}/good"), 4, "no saved detector"),
        (("explain", "{data}/bad.csv", "--detector", "image-density"), 2, "choose one of series-density"),
        (("explain", "{data}/bad.csv", "--llm", "nobody:none"), 4, "nobody"),
        (("explain", "{data}/bad.csv", "--out", "{data}/text.png/run"), 3, "not a folder"),
        (("explain", "{data}/bad.csv", "--out", "{data}/good"), 3, "holds other files"),
        (("fit", "{data}/normal.csv", "--modality", "series", "--out", "{data}/text.png"), 3, "not a folder"),
        (("fit", "{data}/good", "--modality", "image", "--detector", "series-density", "--out", "{data}/d"), 2, "auto"),
        (("score", "{data}/bad.csv", "--detector", "{data}/good", "--out", "{data}/bad.csv/x.csv"), 3, "not a folder"),
        (("score", "{data}/bad.csv", "--detector", "{data}/good"), 4, "no saved detector"),
        (("score", "{data}/bad.csv", "--detector", "{data}/good", "--out", "x.txt"), 2, ".parquet"),
        (("audit", "{data}/good"), 2, "manifest.json"),
        (("audit", "none"), 2, "no such file"),
        (("verify", "{data}/good"), 2, "report.json"),
        (("chat", "--host", "0.0.0.0"), 2, "loopback"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_with_its_code(args: tuple[str, ...], code: int, pattern: str, data: Path) -> None:
    before = sorted(data.rglob("*"))
    fails(invoke(*(a.format(data=data) for a in args)), code, pattern)
    assert sorted(data.rglob("*")) == before


def test_an_unknown_option_is_refused() -> None:
    assert invoke("explain", "x.png", "--share").exit_code == 2


def test_a_defect_is_named_as_one_and_debug_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr("anomalyst.detectors.registry.list_detectors", broken)
    fails(invoke("detectors"), 1, r"defect in Anomalyst \(ZeroDivisionError: one two\).*--debug")
    assert isinstance(invoke("--debug", "detectors").exception, ZeroDivisionError)
    invoke("detectors")
    assert not cli_common.SETTINGS.debug


def test_fit_then_score_series_to_every_format(data: Path, tmp_path: Path) -> None:
    fitted = invoke("fit", data / "normal.csv", "--modality", "series", "--out", tmp_path / "detector")
    assert fitted.exit_code == 0, fitted.output
    assert "series-density fitted on 1 normal sample" in fitted.stdout
    tables = []
    for name in ("s.csv", "s.parquet", "s.jsonl"):
        out = tmp_path / name
        assert invoke("score", data / "bad.csv", "--detector", tmp_path / "detector", "--out", out).exit_code == 0
        read = {".csv": pd.read_csv, ".parquet": pd.read_parquet}.get(out.suffix, lambda p: pd.read_json(p, lines=True))
        tables.append(read(out))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["detector", "s.csv", "s.jsonl", "s.parquet"]
    for table in tables:
        assert (
            list(table) == ["input", "time", "score", "p_value", "top_channel", "verdict", "doubt"]
            and len(table) == 400
        )
        assert table.top_channel[table.score.idxmax()] == "latency_ms"
        assert np.allclose(table.score, tables[1].score, rtol=1e-5)


def test_scored_series_each_get_the_level_that_allows_so_many_false_alarms(data: Path, tmp_path: Path) -> None:
    detector = tmp_path / "detector"
    assert invoke("fit", data / "normal.csv", "--modality", "series", "--out", detector).exit_code == 0
    bad = pd.read_csv(data / "bad.csv")
    bad.drop(columns="time").to_csv(tmp_path / "rows.csv", index=False)

    def verdicts(*options: str) -> tuple[dict[str, str], str]:
        result = invoke("score", data / "bad.csv", tmp_path / "rows.csv", "--detector", detector, *options)
        assert result.exit_code == 0, result.stderr
        table = pd.read_csv(io.StringIO(result.stdout))
        return {Path(k).name: v for k, v in table.groupby("input").verdict.first().items()}, result.stderr

    assert verdicts("--alarms-per-day", "1")[0] == {"bad.csv": "anomalous", "rows.csv": "anomalous"}
    told, notes = verdicts("--alarms-per-day", "0.001")  # of 0.28 days, and of 0.4 times 1,000 rows
    assert told["bad.csv"] == "cannot tell" and "0.001 false alarms are allowed per 1,000 rows" in notes
    assert verdicts("--alpha", "1e-6")[0] == {"bad.csv": "cannot tell", "rows.csv": "cannot tell"}


def test_fit_then_score_a_folder_of_images(data: Path, tmp_path: Path) -> None:
    detector = tmp_path / "detector"
    options = ("--modality", "image", "--detector", "image-density", "--out", detector)
    assert invoke("fit", data / "good", *options).exit_code == 0
    result = invoke("score", data / "mixed", "--detector", detector)
    assert result.exit_code == 2 and "c.png" in result.stderr
    rows = [line.split(",") for line in result.stdout.splitlines()]
    assert rows[0] == ["input", "sample_p", "sample_score", "verdict", "doubt"]
    assert [(Path(r[0]).name, r[3]) for r in rows[1:]][1] == ("b.png", "anomalous")


def test_the_line_of_a_fit_tells_how_far_it_is_and_the_loss() -> None:
    from anomalyst.agent.cli.render import fit_progress, working

    shown = working()
    told = fit_progress(shown, shown.add_task("Fitting"), "image-ddpm")
    told(1, 40)
    assert (shown.tasks[0].description, shown.tasks[0].completed) == ("Fitting image-ddpm", 1)
    told(30, 40, 0.1234)
    assert (shown.tasks[0].description, shown.tasks[0].percentage) == ("Fitting image-ddpm, loss 0.123", 75)


def test_detectors_lists_cards() -> None:
    cards = json.loads(invoke("detectors", "--json").stdout)
    assert {"name", "modality", "family", "summary", "cost", "best_for", "avoid_when", "paper"} <= set(cards[0])
    assert "series-density" in invoke("detectors").stdout


def test_audit_passes_on_a_true_run_and_fails_on_a_changed_one(run: Path, tmp_path: Path) -> None:
    result = invoke("audit", run, "--json")
    assert result.exit_code == 0, result.stdout
    assert json.loads(result.stdout)["passed"] is True
    changed = tmp_path / "run"
    changed.mkdir()
    for file in (f for f in run.rglob("*") if f.is_file()):
        target = changed / file.relative_to(run)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    (changed / "report.json").write_text((run / "report.json").read_text().replace("anomalous", "normal"))
    result = invoke("audit", changed)
    assert result.exit_code == 5 and "report.json: changed" in " ".join(result.stdout.split())


def test_verify_judges_the_runs_own_claims_and_any_text(run: Path, tmp_path: Path) -> None:
    assert invoke("verify", run).exit_code == 0
    true = invoke("verify", run, "--text", "-", "--json", input="The series is anomalous.")
    assert true.exit_code == 0 and json.loads(true.stdout)["sentences"][0]["outcome"] == "supported"
    lie = tmp_path / "lie.txt"
    lie.write_text("The series is anomalous. The series is normal.")
    result = invoke("verify", run, "--text", lie, "--json")
    assert result.exit_code == 5
    assert [s["outcome"] for s in json.loads(result.stdout)["sentences"]] == ["supported", "contradicted"]
    assert "contradicted" in invoke("verify", run, "--text", lie).stdout


def test_verify_reads_claims_files_and_refuses_others(run: Path, tmp_path: Path) -> None:
    explanation = json.loads((run / "report.json").read_text())
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"claims": [c["claim"] for c in explanation["claims"]]}))
    assert invoke("verify", run, "--claims", file).exit_code == 0
    file.write_text(json.dumps({"claims": [{"text": "It is pink.", "cites": ["F1"], "kind": "observation"}]}))
    assert invoke("verify", run, "--claims", file).exit_code == 5
    for content in ("[]", "{", '{"claims": []}', '{"claims": [{"text": "x", "kind": "rumour"}]}'):
        file.write_text(content)
        fails(invoke("verify", run, "--claims", file), 2, "no set of claims")
    fails(invoke("verify", run, "--claims", file, "--text", file), 2, "one of them")
    fails(invoke("verify", run, "--text", "-", input="  "), 2, "no sentence")
    file.write_bytes(b"\xff\xfe\x00")
    fails(invoke("verify", run, "--text", file), 2, "UTF-8")


def test_names_from_data_reach_the_terminal_harmless(tmp_path: Path) -> None:
    assert one_line("a\x1b[31mred\x07\nb") == "a [31mred b"
    out = write_run(image_record(32), tmp_path / "[bold]run[/nope]", None)
    result = invoke("verify", out, "--text", "-", input="[/red] is \x1b[31m pink.")
    assert result.exit_code == 5 and "\x1b" not in result.stdout and "[/red]" in result.stdout


@pytest.mark.parametrize(("command", "lines"), [("explain", 1), ("explain", 2), ("fit", 0)])
def test_ctrl_c_stops_at_once_with_code_130_and_leaves_nothing(
    command: str, lines: int, data: Path, tmp_path: Path
) -> None:
    options = {"explain": [str(data / "bad.csv")], "fit": [str(data / "good"), "--modality", "image"]}[command]
    process = subprocess.Popen(
        [sys.executable, "-m", "anomalyst.agent.cli.main", command, *options, "--out", "run"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert process.stderr is not None
    if lines:
        for _ in range(lines):
            process.stderr.readline()  # a step was shown: the run is under way
    else:
        _until(lambda: any(tmp_path.iterdir()))  # the folder being made is there: the fit is under way
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 130, rest
    assert time.monotonic() - sent < 10
    assert rest.rstrip().splitlines()[-1] == "stopped; nothing half-written is left." and "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not there() and time.monotonic() < end:
        time.sleep(0.05)


def test_a_reader_that_leaves_early_is_no_defect(run: Path) -> None:
    command = f"{sys.executable} -m anomalyst.agent.cli.main detectors --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout == "[\n" and "defect" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "pattern"),
    [
        (["chat", "--port", "99999"], "'--port'.*see `anomalyst chat --help`"),
        (["explain"], "Missing argument 'INPUT'; see `anomalyst explain --help`"),
        (["explain", "x", "--share"], "No such option"),
        (["nosuch"], "No such command 'nosuch'"),
    ],
)
def test_a_misused_command_is_one_line_too(args: list[str], pattern: str) -> None:
    done = subprocess.run([sys.executable, "-m", "anomalyst.agent.cli.main", *args], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ") and re.search(pattern, done.stderr)


def test_a_full_disk_is_no_defect() -> None:
    command = f"{sys.executable} -m anomalyst.agent.cli.main detectors --json > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 3 and done.stderr.startswith("error: cannot write the result: No space left")
    assert done.stderr.count("\n") == 1
