"""The report's addresses: opened by a run's id alone, in a page that loads nothing and runs nothing but its print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from anomalyst.agent.page.api.downloads import add_downloads
from anomalyst.agent.page.chat.messages import links
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.home import Home
from tests.helpers.page_data import faulty_order, series_files


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    files: dict[str, Path] = series_files(tmp_path_factory.mktemp("files"))
    desk = Desk(Home.open(tmp_path_factory.mktemp("home")), workers=1)
    run = desk.submit("ann", "talk", faulty_order(files)).wait(120).run
    app = FastAPI()
    add_downloads(app, desk)
    assert run is not None
    yield TestClient(app), run
    desk.close()


def test_every_link_of_an_answer_leads_somewhere(served: tuple[TestClient, str]) -> None:
    client, run = served
    found = [part.split('"')[0] for part in links(run).split('href="')[1:]]
    assert len(found) == 4
    for address in found:
        answer = client.get(f"/{address}")
        policy = answer.headers["content-security-policy"]
        assert answer.status_code == 200 and "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
        kind = "attachment" if "download" in address else "inline"
        assert answer.headers.get("content-disposition", "inline").startswith(kind)


def test_only_the_printed_one_runs_a_script_and_only_its_own(served: tuple[TestClient, str]) -> None:
    client, run = served
    printed, report = (client.get(f"/runs/{run}/{form}").text for form in ("print", "report.html"))
    assert printed.count("<script") == 1 and "print()" in printed and "<script" not in report


def test_what_is_not_there_is_not_given(served: tuple[TestClient, str]) -> None:
    client, run = served
    assert client.get("/runs/0123/report.html").status_code == 404
    assert client.get(f"/runs/{run}/evidence.npz").status_code == 404
    assert client.get(f"/runs/{run}/..%2f..%2fpage.sqlite").status_code == 404
