"""The page behind logins: the form lets in, what is one's own opens, for another person it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.browsing import PageServer, Visitor, chromium_path
from browser.conftest import SHOTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser-logins")]
PASSWORDS = {"joe": "a long password", "ann": "another one"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    folder = tmp_path_factory.mktemp("logins")
    options: list[str] = []
    for name, password in PASSWORDS.items():
        (folder / name).write_text(password, encoding="utf-8")
        options += ["--auth", f"{name}:{folder / name}"]
    served = PageServer(folder / "home", *options)
    served.start()
    yield served
    served.stop()
    assert "Traceback" not in served.log.read_text(encoding="utf-8")


def log_in(browser: Browser, server: PageServer, name: str, password: str | None = None) -> Visitor:
    """Somebody at the page, after the form was sent."""
    one = Visitor(browser, server, SHOTS)
    one.page.goto(server.address)
    one.page.get_by_label("username").fill(name)
    one.page.get_by_label("password").fill(password or PASSWORDS[name])
    one.page.get_by_role("button", name="Login").click()
    return one


def test_ones_own_opens_and_anothers_is_not_there(
    guarded: PageServer, browser: Browser, files: dict[str, Path]
) -> None:
    joe = log_in(browser, guarded, "joe")
    expect(joe.find("#message textarea")).to_be_editable()
    joe.give_normals([files["normal"]])
    joe.attach(files["faulty"])
    joe.send()
    joe.wait_for_answers(1)
    with joe.context.expect_page() as opened:
        joe.page.get_by_role("link", name="Open the report").click()
    report = opened.value
    expect(report.locator("body")).to_contain_text("Anomalous")
    with joe.page.expect_download() as saved:
        joe.page.get_by_role("link", name="Report (JSON)").click()
    assert saved.value.suggested_filename.endswith("report.json")
    joe.to_tab("Audit")
    joe.find("#audit-runs [data-pick]").first.click()
    expect(joe.find("#audit-run .an-card").first).to_be_visible()
    with joe.page.expect_download() as packed:
        joe.page.get_by_role("button", name="Whole folder as .zip").click()
    assert packed.value.path().stat().st_size > 10_000
    joe.shot("logins-audit")
    ann = log_in(browser, guarded, "ann")
    expect(ann.find("#message textarea")).to_be_editable()
    answer = ann.page.request.get(report.url)
    assert (answer.status, answer.text()) == (404, "There is no run of this id.")
    assert Visitor(browser, guarded).page.request.get(report.url).status == 401
    for one in (joe, ann):
        one.close()
        assert one.outside == [] and one.errors == []


def test_the_form_says_what_a_wrong_password_leads_to(guarded: PageServer, browser: Browser) -> None:
    eve = log_in(browser, guarded, "joe", "a guess")
    expect(eve.page.get_by_text("Incorrect Credentials")).to_be_visible()
    expect(eve.page.get_by_text("refused for a while")).to_be_visible()
    eve.shot("logins-wrong")
    eve.close()
