"""Opening the page's port: any free one is tried again where a server is late; one that was asked for is not."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from anomalyst.agent.page import app
from anomalyst.errors import AnomalystError


@pytest.mark.parametrize(("asked", "tries"), [(0, app.TRIES), (7860, 1)])
def test_a_late_server_is_tried_again_on_another_free_port(
    asked: int, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = []

    def late(desk: Any, serving: app.Serving, port: int) -> Any:
        ports.append(port)
        raise AnomalystError("late")

    monkeypatch.setattr(app, "_start", late)
    with pytest.raises(AnomalystError, match="late"):
        app.start(None, app.Serving(port=asked, home=Path("unused")))  # type: ignore[arg-type]
    assert len(ports) == tries and all(ports) and (asked == 0 or set(ports) == {asked})


def test_a_free_port_is_one_that_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", app.free_port("127.0.0.1"))):
        pass
    with pytest.raises(AnomalystError, match="choose another with --host"):
        app.free_port("203.0.113.7")
