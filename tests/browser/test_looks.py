"""How it looks elsewhere: in the dark, on a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeVisitor
from tests.helpers.browsing import PHONE, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # they share a server

WIDTH = "[document.documentElement.scrollWidth, innerWidth]"
TABS = ("Audit", "Detectors", "About this machine", "Chat")
LUMINANCE = """node => {
  const [r, g, b] = getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""


@pytest.fixture(params=["dark", "phone"])
def elsewhere(request: pytest.FixtureRequest, come: MakeVisitor, files: dict[str, Path]) -> Iterator[Visitor]:
    """Somebody at a dark screen, and somebody with a phone, each with an answer before them."""
    options = {"color_scheme": "dark"} if request.param == "dark" else {"size": PHONE, "has_touch": True}
    visitor = come(**options)
    visitor.give_normals([files["normal"]])
    visitor.attach(files["faulty"])
    visitor.send()
    visitor.wait_for_answers(1)
    yield visitor
    visitor.close()
    assert visitor.outside == [] and visitor.errors == []


def test_every_tab_fits_dark_and_on_a_phone(elsewhere: Visitor, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["elsewhere"]
    elsewhere.cards().first.locator(".an-chip").first.click()
    elsewhere.shot(f"{kind}-chat")
    for tab in TABS:
        if kind == "phone" and not elsewhere.page.get_by_role("tab", name=tab, exact=True).is_visible():
            elsewhere.page.get_by_label("More tabs").first.click()
            elsewhere.find(".overflow-dropdown").first.get_by_text(tab).click()
        else:
            elsewhere.to_tab(tab)
        if tab == "Audit":
            elsewhere.find("#audit-runs [data-pick]").first.click()
            expect(elsewhere.find("#audit-run .an-card").first).to_be_visible()
        shown, wide = elsewhere.page.evaluate(WIDTH)
        assert shown <= wide, f"{tab} can be pushed sideways: {shown} of {wide} pixels"
        elsewhere.shot(f"{kind}-{tab.split()[0].lower()}")
    if kind == "dark":
        assert elsewhere.find("body").evaluate(LUMINANCE) < 0.2


def test_a_file_is_sent_and_the_answer_read_without_a_mouse(visitor: Visitor, files: dict[str, Path]) -> None:
    visitor.attach(files["faulty"])
    visitor.find("#message textarea").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for_answers(1)
    visitor.find("#message textarea").focus()
    for _ in range(40):  # backwards from the message: the feedback, the plot, then the answer
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.page.evaluate("document.activeElement.matches('#conversation .an-chip')"):
            break
    visitor.page.keyboard.press("Enter")
    expect(visitor.find("#conversation .an-proof:not([hidden])")).to_be_visible()
    outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # what has the focus is seen
