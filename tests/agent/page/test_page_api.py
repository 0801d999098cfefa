"""The API as its callers meet it: only uploads are opened, errors are one line, leaving ends the work, logins hold."""

from __future__ import annotations

import base64
import json
import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import pandas as pd
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from anomalyst.agent.page.api.detectors import _scored, numbers
from anomalyst.agent.records.scoring import Judging
from anomalyst.modalities.pair.space.embedding import PairEmbedding
from anomalyst.modalities.sources import AlarmLevel
from anomalyst.tools.workbench import learned
from tests.helpers.page_server import serving, write_files
from tests.helpers.pair_data import matching

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("api")]
OUTSIDE = {"meta": {"_type": "gradio.FileData"}, "url": None, "orig_name": "x"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


@pytest.fixture(scope="module")
def run(client: Client, files: Path) -> dict[str, Any]:
    answer: dict[str, Any] = client.predict(
        file=handle_file(files / "bad.csv"), normals=[handle_file(files / "normal.csv")], api_name="/explain"
    )
    return answer


def refused(client: Client, name: str, **arguments: Any) -> str:
    """The line in which the server refuses a call."""
    with pytest.raises(AppError) as error:
        client.predict(**arguments, api_name=f"/{name}")
    said = str(error.value.message)
    assert "\n" not in said and "Traceback" not in said and "/tmp/" not in said, said
    return said


def begin(address: str, name: str, body: dict[str, Any], **options: Any) -> httpx.Response:
    return httpx.post(f"{address}/gradio_api/call/v2/{name}", json=body, **options)


def answer_of(address: str, name: str, body: dict[str, Any]) -> tuple[str, Any]:
    """The last event of a call over plain HTTP, and its data."""
    event = begin(address, name, body).json()["event_id"]
    lines = httpx.get(f"{address}/gradio_api/call/v2/{name}/{event}", timeout=60).text.strip().splitlines()
    return lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))


def test_a_run_in_a_field_of_work_is_explained_in_its_words(client: Client, files: Path) -> None:
    given = {"file": handle_file(files / "bad.csv"), "normals": [handle_file(files / "normal.csv")]}
    answer = client.predict(**given, field="servers", ideas=False, api_name="/explain")["explanation"]
    assert [f["value"] for f in answer["evidence"]["facts"] if f["kind"] == "field"] == ["servers"]
    assert answer["ideas"] == [] and answer["possible_causes"]
    assert "one of general, machines, servers" in refused(client, "explain", **given, field="gardening")


def test_an_answer_is_told_in_the_manner_that_was_asked_for(client: Client, files: Path) -> None:
    given = {"file": handle_file(files / "bad.csv"), "normals": [handle_file(files / "normal.csv")]}
    manner = {"language": "de", "length": "short", "audience": "expert"}
    answer = client.predict(**given, **manner, api_name="/explain")
    asked = {"run_id": answer["run_id"], "question": "Wie sicher ist das?"}
    told = client.predict(**asked, **manner, api_name="/ask")["explanation"]
    for explanation in (answer["explanation"], told):
        assert {name: explanation[name] for name in manner} == manner
    assert answer["explanation"]["summary"].startswith(
        ("latency_ms lag von ", "latency_ms war von ", "latency_ms stand von ")
    )
    asked["question"] = "How sure is that?"
    english = client.predict(**asked, api_name="/ask")["explanation"]
    assert (english["language"], english["length"], english["audience"]) == ("en", "normal", "plain")
    assert english["summary"] != told["summary"]
    assert "one of en, de" in refused(client, "explain", **given, language="xx")
    assert "language" in refused(client, "ask", **asked, language="../de")


def test_an_answer_holds_no_path_of_the_server(run: dict[str, Any], home: Path) -> None:
    told = json.dumps(run)
    assert run["explanation"]["verdict"] == "anomalous"
    assert str(home) not in told and "/tmp" not in told and "out" not in run["explanation"]


def test_the_report_is_where_the_answer_says_and_does_not_tell_where_it_lies(run: dict[str, Any], home: Path) -> None:
    page, machine = httpx.get(run["report"]["html"]), httpx.get(run["report"]["json"])
    assert "<html" in page.text and machine.json()["verdict"] == "anomalous"
    assert str(home) not in page.text + machine.text


def test_a_site_that_points_to_this_machine_reads_nothing(address: str) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        assert httpx.get(address + path, headers={"Host": "evil.example"}).status_code == 403
        assert httpx.get(address + path, headers={"Host": "localhost"}).status_code == 200


def test_a_path_of_the_server_opens_nothing(address: str, client: Client, files: Path) -> None:
    secret = str(files / "bad.csv")  # it is there, but was not uploaded
    assert "got the file" in refused(client, "explain", file="/etc/passwd")
    assert "was not uploaded" in refused(client, "explain", file=f"{address}/gradio_api/file={secret}")
    for given in ({"path": secret}, {"path": secret, **OUTSIDE}, {"path": "../../etc/passwd"}):
        assert answer_of(address, "explain", {"file": given})[0] == "error"
    kind, told = answer_of(address, "explain", {"file": {"path": secret}})
    assert (kind, "was not uploaded" in told["error"]) == ("error", True)


def test_an_address_elsewhere_is_not_fetched(address: str, client: Client) -> None:
    for given in (f"{address}/theme.css", "http://203.0.113.1/bad.csv"):
        assert "got the file" in refused(client, "explain", file=given)
        assert "does not fetch" in refused(client, "explain", file=handle_file(given))


def test_a_file_may_be_sent_along(client: Client, files: Path) -> None:
    content = base64.b64encode((files / "bad.csv").read_bytes()).decode()
    state = next(iter(client.submit(file=f"data:text/csv;name=a%20b.csv;base64,{content}", api_name="/explain")))
    assert state["status"] in ("waiting", "running")
    assert "base64" in refused(client, "explain", file="data:text/csv;base64,@@")
    large = base64.b64encode(b"a,b\n" * 300_000).decode()
    assert "1,048,576 bytes" in refused(client, "explain", file=f"data:text/csv;base64,{large}")


def test_a_file_is_what_its_content_is(client: Client, files: Path) -> None:
    assert "plain text" in refused(client, "explain", file=handle_file(files / "fake.png"))


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {"run_id": "0" * 32, "question": "Why?"}, "no run of this id"),
        ("verify", {"run_id": "../../etc", "text": "It is normal."}, "no run of this id"),
        ("runs", {}, "no logins"),
        ("score", {"detector": "0" * 32, "files": []}, "nor the id of a detector that you fitted"),
    ],
)
def test_what_is_not_there(client: Client, name: str, arguments: dict[str, Any], said: str) -> None:
    assert said in refused(client, name, **arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("findings_at", {"alpha": "much"}, "got alpha='much'"),
        ("findings_at", {"alpha": 2}, "between 0 and 1"),
        ("feedback", {"kind": "wrong"}, "'right', 'false alarm' or 'missed'"),
        ("feedback", {"kind": "missed", "box": {"x0": 1}}, "start, stop"),
        ("ask", {"question": " "}, "empty question"),
        ("ask", {"question": "Why?", "llm": "hf:/etc"}, "provider:model"),
        ("verify", {"text": "a" * 20_001}, "20,000"),
    ],
)
def test_bad_arguments_are_named(
    client: Client, run: dict[str, Any], name: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in refused(client, name, run_id=run["run_id"], **arguments)


def test_a_malformed_call_is_no_fault_of_the_server(address: str) -> None:
    assert begin(address, "verify", {}).status_code == 422
    assert begin(address, "verify", {"run_id": "", "text": "", "more": 1}).status_code == 422
    assert begin(address, "nosuch", {}).status_code == 404
    assert httpx.post(f"{address}/gradio_api/call/nosuch", json={"data": []}).status_code == 404


def test_another_level_and_feedback_stay_with_the_run(client: Client, run: dict[str, Any]) -> None:
    strict = client.predict(run_id=run["run_id"], alpha=run["explanation"]["p_value"] / 2, api_name="/findings_at")
    assert (strict["verdict"], strict["findings"]) == ("cannot tell", [])  # twice that level would raise the alarm
    first = client.predict(run_id=run["run_id"], kind="right", api_name="/feedback")
    again = client.predict(run_id=run["run_id"], kind="false alarm", note="n", api_name="/feedback")
    assert again["given"] == first["given"] + 1


def test_who_leaves_ends_the_work(client: Client, files: Path, home: Path) -> None:
    job = client.submit(
        file=handle_file(files / "bad.csv"), normals=[handle_file(files / "normal.csv")], api_name="/explain"
    )
    next(iter(job))
    assert job.cancel()
    with closing(sqlite3.connect(home / "page.sqlite")) as base:
        for _ in range(100):
            (status,) = base.execute("SELECT status FROM turns ORDER BY began DESC LIMIT 1").fetchone()
            if status == "stopped":
                return
            time.sleep(0.1)
    raise AssertionError(f"the work was left {status}")


def test_a_fitted_detector_scores_and_explains(client: Client, files: Path) -> None:
    fitted = client.predict(files=[handle_file(files / "normal.csv")], name="rest", api_name="/fit")
    assert (fitted["name"], fitted["modality"], fitted["normals"]) == ("rest", "series", 1)
    sent = [handle_file(files / name) for name in ("bad.csv", "fake.png")]
    good, bad = client.predict(detector=fitted["id"], files=sent, api_name="/score")["results"]
    assert good["verdict"] == "anomalous" and len(good["rows"]) == 600
    assert max(good["rows"], key=lambda row: row["score"])["top_channel"] == "latency_ms"
    assert "plain text" in bad["error"] and "/tmp" not in bad["error"]
    again = client.predict(file=sent[0], detector=fitted["id"], api_name="/explain")
    assert again["explanation"]["detector"] == fitted["detector"]
    client.predict(detector=fitted["id"], api_name="/forget")
    assert "nor the id" in refused(client, "score", detector=fitted["id"], files=sent)


def test_scores_of_images_are_numbers_and_one_bad_file_ends_nothing(client: Client, tmp_path: Path) -> None:
    for n in range(6):
        Image.effect_noise((32, 32), 20 + n).save(tmp_path / f"{n}.png")
    (tmp_path / "film.gif").write_bytes(b"GIF89a")
    (tmp_path / "cut.png").write_bytes((tmp_path / "0.png").read_bytes()[:90])
    names = ["0.png", "1.png", "2.png", "3.png", "film.gif", "cut.png"]
    sent = [handle_file(tmp_path / name) for name in names]
    fitted = client.predict(files=sent, name="noise", api_name="/fit")
    assert (fitted["modality"], fitted["normals"]) == ("image", 4)
    assert "2 of 6 normals" in fitted["notes"][0] and "cut.png" in " ".join(fitted["notes"])
    sent = [handle_file(tmp_path / "4.png"), "data:image/png;base64,!", *sent[4:], handle_file(tmp_path / "5.png")]
    first, *bad, last = client.predict(detector=fitted["id"], files=sent, api_name="/score")["results"]
    for scored in (first, last):
        assert type(scored["sample_p"]) is float and type(scored["sample_score"]) is float and scored["notes"] == []
    assert [one["input"] for one in bad] == ["file 2", "film.gif", "cut.png"] and all(one["error"] for one in bad)


def test_numbers_of_any_detector_are_json_numbers() -> None:
    detector = learned(PairEmbedding(seed=0), [matching(n) for n in range(40)])
    scored = json.loads(
        orjson.dumps(_scored(Judging(detector), matching(50), AlarmLevel(0.05)))
    )  # what cannot be written is an error
    assert type(scored["sample_p"]) is float and type(scored["sample_score"]) is float
    assert scored["verdict"] == "normal" and scored["least_fitting_word"]
    given = {"sample_p": np.float32(0.5), "sample_score": np.float64("nan"), "other": float("inf"), "verdict": "normal"}
    values, notes = numbers(given)
    assert values == {"sample_p": 0.5, "sample_score": None, "other": None, "verdict": "normal"}
    assert [note.split(" is null")[0] for note in notes] == ["sample_score", "other"]


def test_false_alarms_per_day_are_a_level_for_each_file(client: Client, files: Path) -> None:
    fitted = client.predict(files=[handle_file(files / "normal.csv")], api_name="/fit")
    given = {"detector": fitted["id"], "files": [handle_file(files / "bad.csv")]}
    levels = [
        client.predict(**given, alarms_per_day=allowed, api_name="/score")["results"][0]["alpha"]
        for allowed in (0.1, 1)
    ]
    days = -math.log1p(-levels[1])
    assert levels[0] == pytest.approx(1 - math.exp(-0.1 * days), rel=1e-2)
    assert client.predict(**given, api_name="/score")["results"][0]["alpha"] == 0.05
    for name, more in (("score", given), ("explain", {"file": given["files"][0]})):
        assert "give one of them" in refused(client, name, **more, alpha=0.05, alarms_per_day=1)


def test_rows_without_a_score_are_null_and_say_why(client: Client, files: Path, tmp_path: Path) -> None:
    fitted = client.predict(files=[handle_file(files / "normal.csv")], api_name="/fit")
    holed = pd.read_csv(files / "bad.csv")
    holed.loc[100:119, ["latency_ms", "cpu_percent"]] = np.nan
    holed.to_csv(tmp_path / "holed.csv", index=False)
    sent = [handle_file(tmp_path / "holed.csv")]
    (scored,) = client.predict(detector=fitted["id"], files=sent, api_name="/score")["results"]
    assert type(scored["sample_p"]) is float and {type(row["score"]) for row in scored["rows"]} <= {float, type(None)}
    unscored = sum(row["score"] is None for row in scored["rows"])
    assert any("values are missing of 600 rows" in note for note in scored["notes"])
    assert any(f"{unscored} of 600 rows" in note for note in scored["notes"]) == bool(unscored)


@pytest.mark.parametrize(
    ("question", "part"), [("What should I do?", "next_actions"), ("What caused it?", "possible_causes")]
)
def test_a_question_for_advice_or_causes_is_answered_in_the_summary(
    client: Client, run: dict[str, Any], files: Path, question: str, part: str
) -> None:
    asked = client.predict(run_id=run["run_id"], question=question, api_name="/ask")["explanation"]
    assert asked[part] and asked["summary"].startswith(asked[part][0]["claim"]["text"])
    sent = {"file": handle_file(files / "bad.csv"), "normals": [handle_file(files / "normal.csv")]}
    whole = client.predict(**sent, question=question, api_name="/explain")
    summary = whole["explanation"]["summary"]
    assert summary.startswith(asked[part][0]["claim"]["text"])
    assert whole["explanation"]["claims"][0]["claim"]["text"] in summary
    assert client.predict(run_id=whole["run_id"], api_name="/audit")["passed"]


def test_logins_keep_people_apart(tmp_path: Path, files: Path) -> None:
    accounts = [("joe", "pass:wörd"), ("ann", "another")]
    with serving(tmp_path, accounts=accounts) as address:
        assert begin(address, "detectors", {}).status_code == 401
        for wrong in (("joe", "another"), ("joe", ""), ("", ""), ("eve", "x"), ("mcp", "")):
            assert begin(address, "detectors", {}, auth=wrong).status_code == 401
        assert begin(address, "detectors", {}, auth=accounts[0]).status_code == 200
        joe, ann = (Client(address, auth=account, verbose=False) for account in accounts)
        run = joe.predict(file=handle_file(files / "bad.csv"), api_name="/explain")["run_id"]
        assert [one["run_id"] for one in joe.predict(api_name="/runs")] == [run]
        assert ann.predict(api_name="/runs") == []
