"""What stands before the page: against other web sites, headers that cannot be read, guesses, curious users."""

from __future__ import annotations

import base64
import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.datastructures import Headers

from anomalyst.agent.page import app as page_app
from anomalyst.agent.page.api.attempts import FREE_OF_ADDRESS, FREE_OF_NAME, LONGEST, MEMORY, MOST, Attempts
from anomalyst.agent.page.api.hosts import from_elsewhere
from anomalyst.agent.page.desk.home import Home
from anomalyst.errors import OutputError
from tests.helpers.page_server import serving

ACCOUNTS = [("joe", "pass:wörd"), ("ann", "another"), ("ben", "third")]
EVIL = "http://evil.example"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def address(homes: Path) -> Iterator[str]:
    with serving(homes / "open") as running:
        yield running


@pytest.fixture(scope="module")
def guarded(homes: Path) -> Iterator[str]:
    with serving(homes / "guarded", accounts=ACCOUNTS) as running:
        yield running


@pytest.fixture(params=["address", "guarded"])
def either(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


# Other web sites


@pytest.mark.parametrize(
    ("host", "headers", "elsewhere"),
    [
        ("127.0.0.1:7860", {}, False),  # a program
        ("127.0.0.1:7860", {"origin": "http://127.0.0.1:7860"}, False),
        ("localhost:7860", {"origin": "http://LOCALHOST:7860"}, False),
        ("[::1]:7860", {"origin": "http://[::1]:7860"}, False),
        ("page.example", {"origin": "https://page.example"}, False),  # a proxy with TLS before it
        ("page.example", {"origin": "https://page.example:443"}, False),
        ("127.0.0.1:7860", {"origin": "https://page.example", "x-forwarded-host": "page.example"}, False),
        ("127.0.0.1:7860", {"sec-fetch-site": "same-origin"}, False),
        ("127.0.0.1:7860", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, False),  # a link
        ("127.0.0.1:7860", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, True),  # a picture
        ("127.0.0.1:7860", {"origin": "http://localhost:7860"}, True),
        ("127.0.0.1:7860", {"origin": "http://127.0.0.1:8000"}, True),  # another server of this machine
        ("127.0.0.1:7860", {"origin": "null"}, True),
        ("127.0.0.1:7860", {"origin": ""}, True),
        ("127.0.0.1:7860", {"origin": "http://["}, True),
        ("127.0.0.1:7860", {"origin": "chrome-extension://127.0.0.1:7860"}, True),
        ("page.example", {"origin": "https://page.example.evil.example"}, True),
        ("page.example", {"origin": "https://evil.example", "x-forwarded-host": ""}, True),
        ("", {"origin": "http://"}, True),
    ],
)
def test_who_sends_a_request(host: str, headers: dict[str, str], elsewhere: bool) -> None:
    assert from_elsewhere(Headers({"host": host, **headers})) is elsewhere


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
def test_another_site_changes_nothing(either: str) -> None:
    account = ACCOUNTS[0]
    with httpx.Client(base_url=either, auth=account) as program:
        file = {"files": ("a.csv", b"a,b\n1,2\n", "text/csv")}
        assert program.post("/gradio_api/upload", files=file).status_code == 200
        own = {"Origin": either}
        assert program.post("/gradio_api/upload", files=file, headers=own).status_code == 200
        for foreign in ({"Origin": EVIL}, {"Origin": "null"}, {"Origin": "http://localhost:1"}):
            refused = [program.post("/gradio_api/upload", files=file, headers=foreign)]
            for path in ("call/detectors", "call/v2/detectors", "queue/join", "run/detectors", "cancel", "reset"):
                refused.append(program.post(f"/gradio_api/{path}", json={}, headers=foreign))
            refused += [program.post("/login", data={"username": "joe"}, headers=foreign)]
            refused += [program.post("/gradio_api/mcp/", json={}, headers=foreign)]
            refused += [program.get("/config", headers=foreign)]
            for answer in refused:
                assert answer.status_code == 403 and "another web site" in answer.json()["error"], answer.url
                assert answer.headers.get("access-control-allow-origin") is None
        asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
        assert program.options("/gradio_api/upload", headers=asked).status_code == 403


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
def test_a_name_that_points_here_is_refused_without_logins_also_with_a_fitting_origin(address: str) -> None:
    rebound = {"Host": "evil.example", "Origin": EVIL}
    assert httpx.post(f"{address}/gradio_api/upload", headers=rebound).status_code == 403
    assert "no logins" in httpx.get(address, headers=rebound).text


# What a browser is told


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
def test_every_answer_is_fenced_in(either: str) -> None:
    paths = ("/", "/config", "/theme.css", "/nosuch", "/gradio_api/file=/etc/passwd", f"/runs/{'0' * 32}/report.html")
    answers = [httpx.get(either + path) for path in paths]
    answers += [httpx.post(f"{either}/gradio_api/upload"), httpx.get(either, headers={"Origin": EVIL})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy and "default-src 'self'" in policy, answer.url
        assert "http" not in policy and "*" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["referrer-policy"] == "same-origin"


# Headers that cannot be read

UNREADABLE = (
    b"Authorization: Basic \xe9",
    b"Authorization: B\xc3\xa9arer x",
    b"Origin: http://\xe9.example",
    b"Cookie: a=\xe9",
    b"Cookie: a=1; b=\xc3\xa9",
    b"X-Anomalyst-Inner: \xe9",
    b"X-Forwarded-Host: \xff",
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/x")


def raw(address: str, path: str, *headers: bytes, host: bytes | None = None) -> tuple[int, str]:
    """Status and body, asked for in bytes."""
    place = urlsplit(address)
    lines = [f"GET {path} HTTP/1.1".encode(), b"Host: " + (host or place.netloc.encode()), *headers]
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=30) as line:
        line.sendall(b"\r\n".join((*lines, b"Connection: close", b"", b"")))
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
@pytest.mark.parametrize("path", ["/", "/gradio_api/info", f"/runs/{'0' * 32}/report.html", "/gradio_api/mcp/"])
def test_headers_that_are_not_ascii_are_named(either: str, path: str) -> None:
    for header in UNREADABLE:
        status, told = raw(either, path, header)
        name = header.split(b":")[0].decode().lower()
        assert status == 400 and repr(name) in json.loads(told)["error"] and "not ASCII" in told, (header, told)
    for host in (b"\xe9.example", b"a b", b"[::1", b"a/b"):
        assert raw(either, path, host=host)[0] == 400
    assert raw(either, path, b"User-Agent: \xe9", b"X-Forwarded-User: Jos\xc3\xa9")[0] == raw(either, path)[0]


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
def test_a_login_that_cannot_be_read_is_none(guarded: str) -> None:
    codes = ("@@@", *(base64.b64encode(one).decode() for one in (b"jo\xe9:x", b"joe", b"\xff\xfe:\x00", b":")))
    for header in ("", "Basic", "Bearer x", *(f"Basic {code}" for code in codes)):
        for path in ("/", "/gradio_api/info"):
            answer = httpx.get(guarded + path, headers={"Authorization": header})
            assert answer.status_code == 401 and "name and password" in answer.json()["error"], header
    for body in (b"", b"x" * 100_000, b"username=joe", b"--x\r\n\r\n"):
        for kind in FORMS:
            assert httpx.post(f"{guarded}/login", content=body, headers={"Content-Type": kind}).status_code == 400


# Guessed passwords


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def guess(attempts: Attempts, times: int, name: str = "joe", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        attempts.failed(name, address)


def test_waiting_grows_ends_and_is_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    guess(attempts, FREE_OF_NAME - 1)
    assert attempts.wait("joe", "10.0.0.1") == 0
    waits = []
    for _ in range(12):
        guess(attempts, 1, address=f"10.0.1.{len(waits)}")
        waits.append(attempts.wait("joe", "10.9.9.9"))
    assert waits[:4] == [1, 2, 4, 8] and waits[-1] == LONGEST == max(waits)
    assert attempts.wait("ann", "10.9.9.9") == 0
    clock.now += LONGEST
    assert attempts.wait("joe", "10.9.9.9") == 0  # however many guesses there were
    clock.now += MEMORY
    guess(attempts, 1)
    assert attempts.wait("joe", "10.0.0.1") == 0


def test_an_address_is_slowed_over_all_names() -> None:
    attempts = Attempts(Clock())
    for number in range(FREE_OF_ADDRESS):
        guess(attempts, 1, name=f"name{number}", address=f"2001:db8::{number:x}")  # one customer's network
    assert attempts.wait("joe", "2001:db8::ffff") == 1
    assert attempts.wait("joe", "2001:db8:0:1::1") == 0


def test_guesses_from_elsewhere_do_not_lock_out_who_was_here_before() -> None:
    attempts = Attempts(Clock())
    attempts.succeeded("joe", "10.0.0.7")
    for number in range(50):
        guess(attempts, 1, address=f"10.1.{number}.1")
    assert attempts.wait("joe", "10.1.99.1") == LONGEST and attempts.wait("joe", "10.0.0.7") == 0
    guess(attempts, FREE_OF_NAME, address="10.0.0.7")  # here, too, nobody guesses for ever
    attempts.succeeded("joe", "10.0.0.7")
    assert attempts.wait("joe", "10.0.0.7") == 1


def test_what_is_remembered_is_bounded() -> None:
    attempts = Attempts(Clock())
    for number in range(MOST + 50):
        guess(
            attempts,
            1,
            name="x" * 1000 + str(number),
            address=f"10.{number // 65536}.{number // 256 % 256}.{number % 256}",
        )
        attempts.succeeded(f"name{number}", "10.0.0.1")
    assert len(attempts._wrong) == len(attempts._known) == MOST


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
@pytest.mark.parametrize("by_form", [False, True])
def test_wrong_passwords_are_slowed_down(guarded: str, by_form: bool) -> None:
    name, right = ACCOUNTS[1 + by_form]

    def given(password: str) -> httpx.Response:
        if by_form:
            return httpx.post(f"{guarded}/login", data={"username": name, "password": password})
        return httpx.get(f"{guarded}/gradio_api/info", auth=(name, password))

    assert given(right).status_code == 200
    assert {given(f"guess {number}").status_code for number in range(FREE_OF_NAME)} == {400 if by_form else 401}
    slowed = given(right)
    assert slowed.status_code == 429 and slowed.headers["retry-after"] == "1"
    assert "wait 1 s" in slowed.json()["error"]
    assert httpx.get(f"{guarded}/gradio_api/info", auth=ACCOUNTS[0]).status_code == 200  # nobody else is
    time.sleep(1.1)
    assert given(right).status_code == 200


# Where data is kept


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_up(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.slow
@pytest.mark.xdist_group("guard")
def test_the_home_of_a_running_page_is_for_its_user_only(address: str, homes: Path) -> None:
    bases = {path.name for path in (homes / "open").iterdir() if path.is_file()}
    assert {"page.sqlite", "page.sqlite-wal", "page.sqlite-shm", "threads.sqlite", "browser.key"} <= bases
    assert mode(homes / "open") == 0o700
    assert {mode(path) for path in (homes / "open").iterdir()} == {0o700, 0o600}


def test_a_home_that_was_open_is_closed_and_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.touch()
    root = Home.open(tmp_path / "home").root
    (root / "runs" / "one").mkdir()
    for name in ("runs/one/report.json", "page.sqlite-wal", "page.sqlite-shm"):
        (root / name).touch()
    open_up(root)
    outside.chmod(0o666)
    (root / "runs" / "link").symlink_to(outside)
    Home.open(root)
    kept = [path for path in (root, *root.rglob("*")) if not path.is_symlink()]
    assert {mode(path) for path in kept if path.is_dir()} == {0o700}
    assert {mode(path) for path in kept if path.is_file()} == {0o600} and mode(outside) == 0o666


def test_a_home_of_somebody_else_or_of_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(OutputError, match="all users share"):
        Home.open(shared)
    assert mode(shared) == 0o1777 and not list(shared.iterdir())
    root = Home.open(tmp_path / "home").root
    monkeypatch.setattr(os, "getuid", lambda: root.stat().st_uid + 1)
    with pytest.raises(OutputError, match="belongs to another user"):
        Home.open(root)


def test_what_the_command_writes_is_for_its_user_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def started(*_: object) -> None:
        (tmp_path / "upload").touch()
        raise StoppedError

    monkeypatch.setattr(page_app, "start", started)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    (tmp_path / "uploads").mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        with pytest.raises(StoppedError):
            page_app.launch(serving=page_app.Serving(home=tmp_path / "home"))
    finally:
        os.umask(before)
    assert mode(tmp_path / "upload") == 0o600 and mode(tmp_path / "uploads") == 0o700
