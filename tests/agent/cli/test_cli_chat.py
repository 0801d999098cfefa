"""The command `chat`: what it refuses before the page opens, and that no password shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from anomalyst.agent.cli.chat import check_host, read_accounts
from anomalyst.errors import InputError
from tests.agent.cli.test_cli import invoke


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_needs_no_login(host: str) -> None:
    check_host(host, has_logins=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", "127.0.0.1.example.org"])
def test_others_are_let_in_only_with_a_login(host: str) -> None:
    check_host(host, has_logins=True)
    with pytest.raises(InputError, match="--auth"):
        check_host(host, has_logins=False)


def test_accounts_come_from_files_and_the_environment(tmp_path: Path) -> None:
    (tmp_path / "joe").write_text("a long: password\nsecond line\n", encoding="utf-8")
    found = read_accounts([f"joe:{tmp_path / 'joe'}"], "ann:x, bob:y:z,")
    assert found == [("joe", "a long: password"), ("ann", "x"), ("bob", "y:z")]
    assert read_accounts([], "") is None


def test_bad_accounts_are_refused_without_showing_them(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    for options, variable in (
        (["joe:hunter2"], ""),
        (["hunter2"], ""),
        ([f"joe:{tmp_path / 'empty'}"], ""),
        ([], "joe:x,hunter2"),
        ([], "joe:hunter2,joe:hunter2"),
    ):
        with pytest.raises(InputError) as error:
            read_accounts(options, variable)
        assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "0.0.0.0"],
        ["--max-upload", "much"],
        ["--max-upload", "0mb"],
        ["--auth", "joe:/nosuch"],
        ["--field", "gardening"],
        ["--causes", "/nosuch.yaml"],
    ],
)
def test_the_command_refuses_in_one_line(options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANOMALYST_AUTH", raising=False)
    result = invoke("chat", *options)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1 and "Traceback" not in result.stderr
