"""Marking a place on what a kind of data gives to mark it on: its axes decide what a drag means."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from anomalyst.agent.page.chat.box_drawer import BoxDrawer, _asset
from anomalyst.agent.page.parts.assets import page_head
from anomalyst.evidence.record import RunRecord
from tests.helpers.run_records import image_record, pair_record, series_record

BEGIN = """([html, script, shown]) => {
    window.marked = [];
    const element = document.querySelector("#drawer");
    element.innerHTML = new Function(...Object.keys(shown), "return `" + html + "`")(...Object.values(shown));
    new Function("element", "props", "trigger", script)(element, {}, (name, box) => window.marked.push(box));
}"""


@pytest.mark.parametrize(
    ("record", "box"),
    [
        (image_record(100), {"x0": 20, "y0": 10, "x1": 60, "y1": 50}),
        (pair_record(size=50), {"x0": 10, "y0": 5, "x1": 30, "y1": 25}),
        (series_record(200), {"start": 40, "stop": 120}),
    ],
    ids=["image", "pair", "series"],
)
def test_a_drag_marks_a_place_on_the_axes_of_its_kind(browser: Browser, record: RunRecord, box: dict[str, int]) -> None:
    page = browser.new_page()
    page.set_content(f'{page_head()}<div id="drawer"></div>')
    shown = {
        key: value for key, value in BoxDrawer.update(record).items() if key in ("drawing", "hint", "edges", "stamp")
    }
    page.evaluate(BEGIN, [_asset("box_drawer.html"), _asset("box_drawer.js"), shown])
    canvas = page.locator(".an-canvas").bounding_box()
    assert canvas is not None
    at = [(canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]) for x, y in ((0.6, 0.5), (0.2, 0.1))]
    page.mouse.move(*at[0])  # from the lower right corner to the upper left one
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()
    drawn = page.locator(".an-rect").bounding_box()
    page.get_by_role("button", name="Mark this place").click()
    (marked,) = page.evaluate("window.marked")
    assert list(marked) == list(box) and all(abs(marked[edge] - box[edge]) <= 2 for edge in box)
    assert drawn is not None and abs(drawn["width"] - 0.4 * canvas["width"]) < 0.03 * canvas["width"]
    share = 0.4 if len(box) == 4 else 1.0  # a stretch of a series reaches from top to bottom
    assert abs(drawn["height"] - share * canvas["height"]) < 0.05 * canvas["height"] + 4
    page.locator("[data-edge]").last.fill("0")  # it ends before it begins
    assert page.get_by_role("button", name="Mark this place").is_disabled()
    page.keyboard.press("Escape")
    assert page.locator("[data-edge]").first.input_value() == ""
    page.close()
