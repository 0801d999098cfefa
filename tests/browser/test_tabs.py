"""The other tabs: a run is replayed and texts are checked against it; a detector is fitted; the machine is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.helpers.browsing import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # they share a server


def test_a_past_run_is_found_opened_and_replayed(ann: Visitor) -> None:
    ann.to_tab("Audit")
    wanted = ann.page.get_by_label("Find a run by its name")
    for _ in range(5):  # on a busy machine Gradio may draw the tab once more, and loses what was just typed
        wanted.fill("")
        wanted.fill("nothing like it")
        ann.page.wait_for_timeout(2000)
        if "No run like that" in (ann.find("#audit-runs").text_content() or ""):
            break
    expect(ann.find("#audit-runs")).to_contain_text("No run like that")
    ann.page.get_by_label("Find a run by its name").fill("FAULTY")
    row = ann.find("#audit-runs [data-pick]").first
    row.focus()
    ann.page.keyboard.press("Enter")
    expect(ann.find("#audit-run .an-card").first).to_contain_text("Anomalous")
    ann.shot("audit")
    ann.page.get_by_role("tab", name="Claims").click()
    expect(ann.find("#audit-run .claims-table tbody tr").first).to_contain_text("supported")
    ann.shot("audit-claims")
    ann.page.get_by_role("tab", name="Healing test").click()
    states = ann.find("#audit-run .healing figure")
    expect(states.locator("svg").filter(visible=True)).to_have_count(3)
    expect(states.filter(has_text="— healed")).to_have_count(2)
    expect(ann.find("#audit-run")).to_contain_text("the alarm is gone")
    ann.shot("audit-healing")
    ann.page.get_by_role("tab", name="Replay").click()
    ann.find("#audit-run").get_by_role("button", name="Replay", exact=True).click()
    expect(ann.find("#audit-table")).to_contain_text("The audit passed")
    ann.shot("audit-replay")
    ann.to_tab("Chat")


def test_a_text_is_verified_sentence_by_sentence(ann: Visitor) -> None:
    ann.to_tab("Audit")
    ann.find("#audit-runs [data-pick]").filter(has_text="faulty.csv").first.click()
    ann.page.get_by_role("tab", name="Verify a text").click()
    ann.page.get_by_label("What was said about this run").fill(
        "The series is anomalous. In R1, cpu_percent reached 900 %."
    )
    ann.page.wait_for_timeout(1_500)  # the run that was picked and the text that was filled in reach the server first
    ann.find("#audit-run").get_by_role("button", name="Verify", exact=True).click()
    rows = ann.find("#audit-sentences tbody tr")
    expect(rows.nth(0)).to_contain_text("supported")
    expect(rows.nth(1)).not_to_contain_text("supported")
    ann.shot("audit-verify")
    ann.to_tab("Chat")


def test_a_run_is_taken_along_as_a_folder(ann: Visitor) -> None:
    ann.to_tab("Audit")
    ann.find("#audit-runs [data-pick]").filter(has_text="faulty.csv").first.click()
    with ann.page.expect_download() as saved:
        ann.find("#audit-run").get_by_role("button", name="Whole folder as .zip").click()
    assert saved.value.suggested_filename.endswith(".zip")
    ann.to_tab("Chat")


def test_a_detector_is_fitted_and_used(visitor: Visitor, files: dict[str, Path]) -> None:
    other = visitor.context.new_page()  # the same person has a second page open, which is not loaded again
    other.goto(visitor.server.address)
    other.get_by_text("Detector, time and language model").click()
    expect(other.locator("#detector input")).to_be_visible()
    visitor.to_tab("Detectors")
    visitor.find("#fit-files input[type=file]").set_input_files(files["normal"])
    expect(visitor.find("#fit-files td.filename")).to_be_visible()
    expect(visitor.find("#fit-card")).to_contain_text("series-density")  # what the page does with the file is done
    name = visitor.page.get_by_label("Name", exact=True)
    for _ in range(5):  # on a busy machine Gradio may draw the tab once more, and empties what was just typed
        name.fill("pump 3")
        name.press("Tab")  # what is typed reaches the page once the field is left
        visitor.page.wait_for_timeout(1000)
        if name.input_value() == "pump 3":
            break
    expect(name).to_have_value("pump 3")
    visitor.find("#fit-start").click()
    row = visitor.find("#fitted-list [data-pick]").filter(has_text="pump 3")
    expect(row).to_be_visible()
    row.click()
    expect(visitor.find("#calibration .js-plotly-plot")).to_be_visible()
    visitor.shot("detectors")
    _choose(other, "pump 3")
    if visitor.shots is not None:
        other.screenshot(path=visitor.shots / "detector-offered.png")
    other.close()
    visitor.to_tab("Chat")  # and this one neither
    visitor.page.get_by_text("Detector, time and language model").click()
    _choose(visitor.page, "pump 3")
    visitor.attach(files["faulty"])
    visitor.send()
    visitor.wait_for_answers(1)
    expect(visitor.cards().first).to_contain_text("Anomalous")


def _choose(page: Page, detector: str) -> None:
    """Choose a fitted detector, once it is offered: within seconds."""
    page.wait_for_timeout(3000)  # two looks at what there is
    page.locator("#detector input").click()
    page.get_by_role("option", name=detector).click()
    expect(page.locator("#detector input")).to_have_value(re.compile(detector))


def test_the_machine_is_told(ann: Visitor) -> None:
    ann.to_tab("About this machine")
    expect(ann.find(".about")).to_contain_text(torch.__version__.split("+")[0])
    expect(ann.find(".about")).to_contain_text("Licence")
    ann.shot("about")
    ann.to_tab("Chat")
