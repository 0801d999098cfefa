"""What belongs to one person, asked for by the owner, by another person, and by nobody in particular: every route.

Where there are logins, the others are answered as if it were not there, to the letter. Where there are none, an id or
the path of an upload is a secret, and who has it may use it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.page_server import serving, write_files

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("owners")]
ACCOUNTS = {"joe": "pass:wörd", "ann": "another"}
NOBODY = "0" * 32
Answer = tuple[int, str]


@dataclass(frozen=True)
class Things:
    """What joe has: a run, a fitted detector, an upload (its path), a visit of the page, a call that waits."""

    run: str
    detector: str
    upload: str
    visit: str
    event: str

    def missing(self) -> Things:
        """The same of things that are not there."""
        upload = str(Path(self.upload).parent.with_name(NOBODY) / Path(self.upload).name)
        return Things(NOBODY, NOBODY, upload, NOBODY, NOBODY)

    def hidden_in(self, text: str) -> str:
        """The text without what one asked for: an answer may repeat that."""
        for value in (self.upload, self.run, self.detector, self.visit, self.event):
            text = text.replace(value, "…")
        return text


class Person:
    """Somebody with a program. `account`: None for nobody in particular."""

    def __init__(self, address: str, account: tuple[str, str] | None) -> None:
        self.address = address
        self.web = httpx.Client(base_url=address, auth=account, timeout=120)

    def get(self, path: str) -> Answer:
        return self._read("GET", path)

    def post(self, path: str, **body: Any) -> Answer:
        return self._read("POST", path, json=body)

    def call(self, name: str, **arguments: Any) -> Answer:
        """A call of the API: how it was refused, or its last event."""
        begun = self.web.post(f"/gradio_api/call/v2/{name}", json=arguments)
        if begun.status_code != 200:
            return begun.status_code, begun.text
        return self.get(f"/gradio_api/call/v2/{name}/{begun.json()['event_id']}")

    def value(self, name: str, **arguments: Any) -> Any:
        """What a call that went well answered."""
        event, data = self.call(name, **arguments)[1].strip().splitlines()[-2:]
        assert event == "event: complete", data
        return json.loads(data.removeprefix("data: "))[0]

    def send(self, file: Path) -> str:
        with file.open("rb") as stream:
            return str(self.web.post("/gradio_api/upload", files={"files": stream}).raise_for_status().json()[0])

    def _read(self, method: str, path: str, **options: Any) -> Answer:
        try:
            answer = self.web.request(method, path, **options)
            return answer.status_code, answer.text
        except httpx.RemoteProtocolError:  # how Gradio ends the stream of a call that is not there
            return 0, "cut off"


def given(path: str) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


Route = Callable[[Person, Things], Answer]
ROUTES: dict[str, tuple[Route, str]] = {  # how it is asked for, and what only the owner's answer holds
    "report as a page": (lambda who, of: who.get(f"/runs/{of.run}/report.html"), "<html"),
    "report as JSON": (lambda who, of: who.get(f"/runs/{of.run}/report.json"), '"verdict"'),
    "report to print": (lambda who, of: who.get(f"/runs/{of.run}/print"), "print()"),
    "report to keep": (lambda who, of: who.get(f"/runs/{of.run}/report.html?download=true"), "<html"),
    "ask": (lambda who, of: who.call("ask", run_id=of.run, question="Which channel?"), "latency_ms"),
    "findings_at": (lambda who, of: who.call("findings_at", run_id=of.run, alpha=0.01), '"findings"'),
    "verify": (lambda who, of: who.call("verify", run_id=of.run, text="The series is anomalous."), "supported"),
    "audit": (lambda who, of: who.call("audit", run_id=of.run), '"passed"'),
    "report": (lambda who, of: who.call("report", run_id=of.run), "report.html"),
    "feedback": (lambda who, of: who.call("feedback", run_id=of.run, kind="right"), '"given": 1}'),
    "score": (lambda who, of: who.call("score", detector=of.detector, files=[]), "got files="),
    "upload, read": (lambda who, of: who.get(f"/gradio_api/file={of.upload}"), "latency_ms"),
    "upload, as a file": (lambda who, of: who.call("explain", file=given(of.upload)), '"run_id"'),
    "upload, as a bare path": (lambda who, of: who.call("explain", file={"path": of.upload}), '"run_id"'),
    "upload, by its address": (
        lambda who, of: who.call("explain", file=f"{who.address}/gradio_api/file={of.upload}"),
        '"run_id"',
    ),
    "upload, to fit on": (lambda who, of: who.call("fit", files=[given(of.upload)]), '"normals": 1'),
    "a visit's messages": (lambda who, of: who.get(f"/gradio_api/queue/data?session_hash={of.visit}"), "completed"),
    "a call's answer": (lambda who, of: who.get(f"/gradio_api/call/v2/verify/{of.event}"), "supported"),
    "forget": (lambda who, of: who.call("forget", detector=of.detector), '"forgotten"'),
}


def things_of(joe: Person, folder: Path) -> Things:
    upload = joe.send(folder / "bad.csv")
    run = joe.value("explain", file=given(upload), normals=[given(joe.send(folder / "normal.csv"))])["run_id"]
    detector = joe.value("fit", files=[given(joe.send(folder / "normal.csv"))])["id"]
    said = {"run_id": run, "text": "The series is anomalous."}
    event = joe.web.post("/gradio_api/call/v2/verify", json=said).json()["event_id"]
    visit = "joes-visit-1"
    named = joe.web.post("/gradio_api/queue/join", json=joining(joe, visit, run))
    assert named.status_code == 200, named.text
    return Things(run, detector, upload, visit, event)


def joining(who: Person, visit: str, run: str) -> dict[str, Any]:
    """A call as the page makes it, in a visit."""
    calls = who.web.get("/config").json()["dependencies"]
    number = next(call["id"] for call in calls if call["api_name"] == "report")
    return {"data": [run], "fn_index": number, "session_hash": visit}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home"), accounts=list(ACCOUNTS.items()), mcp=True) as running:
        yield running


@pytest.fixture(scope="module")
def joe(address: str) -> Person:
    return Person(address, ("joe", ACCOUNTS["joe"]))


@pytest.fixture(scope="module")
def others(address: str) -> dict[str, Person]:
    return {"another person": Person(address, ("ann", ACCOUNTS["ann"])), "nobody": Person(address, None)}


@pytest.fixture(scope="module")
def joes(joe: Person, files: Path) -> Things:
    return things_of(joe, files)


@pytest.mark.parametrize("name", list(ROUTES))
def test_others_are_answered_as_if_it_were_not_there(
    name: str, joe: Person, others: dict[str, Person], joes: Things
) -> None:
    route, sign = ROUTES[name]
    missing = joes.missing()
    for who, other in others.items():
        status, told = route(other, joes)
        status_of_none, told_of_none = route(other, missing)
        assert (status, joes.hidden_in(told)) == (status_of_none, missing.hidden_in(told_of_none)), who
        assert sign not in told and (status == 401) == (who == "nobody"), (who, told)
    assert sign in route(joe, joes)[1]


def test_others_stop_nothing_and_do_not_join(joe: Person, others: dict[str, Person], joes: Things) -> None:
    said = {"run_id": joes.run, "text": "The series is anomalous."}
    event = joe.web.post("/gradio_api/call/v2/verify", json=said).json()["event_id"]
    wish = {"session_hash": event, "event_id": event, "fn_index": 0}
    none = {"session_hash": NOBODY, "event_id": NOBODY, "fn_index": 0}
    for who in others.values():
        assert who.post("/gradio_api/cancel", **wish) == who.post("/gradio_api/cancel", **none)
        answer = who.web.post("/gradio_api/queue/join", json=joining(joe, joes.visit, joes.run))
        assert answer.status_code in (400, 401)
    assert "supported" in joe.get(f"/gradio_api/call/v2/verify/{event}")[1]
    assert others["nobody"].get(f"/gradio_api/heartbeat/{joes.visit}")[0] == 401


def test_the_same_content_may_be_of_two(joe: Person, others: dict[str, Person], files: Path) -> None:
    path = others["another person"].send(files / "fake.png")
    assert joe.get(f"/gradio_api/file={path}")[0] == 403
    assert joe.send(files / "fake.png") == path
    assert joe.get(f"/gradio_api/file={path}")[0] == others["another person"].get(f"/gradio_api/file={path}")[0] == 200


def test_over_mcp_it_is_the_same(address: str, joes: Things) -> None:
    pytest.importorskip("mcp", reason="needs the extra `mcp`")
    from tests.agent.page.test_page_mcp import talk, value

    told = []
    for name, run in (("ann", joes.run), ("ann", NOBODY), ("joe", joes.run)):
        code = base64.b64encode(f"{name}:{ACCOUNTS[name]}".encode()).decode()

        async def report(client: Any, run: str = run) -> Any:
            return await client.call_tool("report", {"run_id": run})

        told.append(talk(address, report, Authorization=f"Basic {code}"))
    assert told[0].isError and told[0].content[0].text == told[1].content[0].text
    assert joes.run in value(told[2])["html"]


def test_only_the_login_page_is_open_to_nobody(others: dict[str, Person]) -> None:
    nobody = others["nobody"].web
    assert nobody.get("/").status_code == 200 and "auth_required" in nobody.get("/").text
    for path in ("/config", "/gradio_api/info", "/gradio_api/queue/status", "/docs", "/openapi.json", "/monitoring"):
        assert nobody.get(path).status_code == 401, path
    for path in ("upload", "reset", "cancel", "stream/x", "component_server", "run/explain"):
        assert nobody.post(f"/gradio_api/{path}", json={}).status_code == 401, path


def test_without_logins_who_has_the_id_may_use_it(tmp_path: Path, files: Path) -> None:
    with serving(tmp_path) as address:
        one, other = Person(address, None), Person(address, None)
        ones = things_of(one, files)
        for name, (route, sign) in ROUTES.items():
            if name not in ("a visit's messages", "a call's answer"):  # which are told once
                assert sign not in route(other, ones.missing())[1], name
                assert sign in route(other, ones)[1], name
