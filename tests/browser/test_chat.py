"""The chat: files are sent, steps stream in, the answer is read, questioned, tried at other alarm levels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NORMAL_IMAGES
from tests.helpers.browsing import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # they share a server

STEPS = ("Looked at the input", "Learned what normal is", "Scored the input", "Checked every sentence")


def test_an_image_is_explained_step_by_step(visitor: Visitor, gravel: tuple[Path, list[Path]]) -> None:
    image, normals = gravel
    visitor.shot("chat-empty")
    visitor.give_normals(normals[:NORMAL_IMAGES])
    visitor.attach(image)
    visitor.send()
    expect(visitor.find("#conversation").get_by_text("Looked at the input")).to_be_visible()
    expect(visitor.cards()).to_have_count(0)  # the steps come before the answer
    visitor.shot("chat-steps")
    visitor.wait_for_answers(1)
    card = visitor.cards().first
    expect(card).to_contain_text("Anomalous")
    expect(card.locator(".an-frame .an-marks [data-region=R1]")).to_be_visible()
    expect(card.locator(".an-banner")).to_be_in_viewport()  # the chat stops at the head of the answer
    visitor.shot("chat-image")
    slider = card.locator(".an-slide input")
    slider.focus()
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 % observed, 100 % expected")
    visitor.shot("chat-image-expected")

    visitor.find("#conversation .thought-group > .title").first.click()
    for step in STEPS:
        expect(visitor.find("#conversation").get_by_text(step).first).to_be_visible()
    visitor.find("#conversation").get_by_text("Scored the input").click()
    thumbnail = visitor.find("#conversation img.thumbnail").first
    expect(thumbnail).to_be_visible()
    assert thumbnail.evaluate("image => image.naturalWidth") >= 48
    visitor.shot("chat-image-steps")


def test_a_series_is_explained_with_a_plot_to_zoom(ann: Visitor) -> None:
    expect(ann.cards().first).to_contain_text("latency_ms")
    plot = ann.find("#conversation .js-plotly-plot")
    expect(plot).to_have_count(1)
    whole = plot.evaluate("plot => plot.layout.xaxis.range.map(String)")
    plot.locator(".updatemenu-button").filter(has_text="R1").click()
    ann.page.wait_for_function(
        "whole => String(document.querySelector('#conversation .js-plotly-plot').layout.xaxis.range) !== String(whole)",
        arg=whole,
    )
    ann.shot("chat-series-plot")


def test_a_citation_opens_its_fact_and_lights_its_region(ann: Visitor) -> None:
    card = ann.cards().first
    chip = card.locator(".an-chip[data-region=R1]").first
    fact = chip.get_attribute("data-fact")
    mark = card.locator(".an-marks [data-region=R1]").first
    chip.click()
    proof = card.locator(f"#{chip.get_attribute('aria-controls')}")
    expect(proof.locator(f'dl[data-fact="{fact}"]')).to_be_visible()
    expect(proof).to_contain_text("Checked by code")
    expect(mark).to_have_class(re.compile("is-lit"))
    ann.shot("chat-citation")
    chip.press("Enter")
    expect(proof).to_be_hidden()
    expect(mark).not_to_have_class(re.compile("is-lit"))
    chip.press("Enter")
    expect(proof).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(proof).to_be_hidden()


def test_a_region_on_the_picture_shows_its_sentences(ann: Visitor) -> None:
    card = ann.cards().first
    mark = card.locator(".an-marks [data-region=R1]").first
    mark.focus()
    ann.page.keyboard.press("Enter")
    expect(card.locator("li[data-about~=R1]").first).to_have_class(re.compile("is-lit"))
    ann.page.keyboard.press("Enter")
    expect(card.locator("li.is-lit")).to_have_count(0)


def test_another_alarm_level_is_judged_and_fits_nothing(ann: Visitor) -> None:
    effect, number = ann.find("#effect"), ann.find("#alpha input[type=number]")
    expect(effect).to_contain_text("Anomalous")
    runs = len(list((ann.server.home / "runs").iterdir()))
    number.fill("0.001")
    number.press("Tab")
    expect(effect).to_contain_text("Anomalous at α = 0.001")
    expect(effect).to_contain_text("the confidence is moderate")  # very high at 0.05
    ann.shot("chat-alpha")
    slider = ann.find("#alpha input[type=range]")
    slider.focus()
    slider.press("End")
    expect(effect).to_contain_text("α = 0.2")
    expect(effect).to_contain_text("Anomalous")
    ann.find("#alpha [data-testid=reset-button]").click()
    expect(effect).to_contain_text("α = 0.05")
    assert len(list((ann.server.home / "runs").iterdir())) == runs


def test_a_question_about_the_answer_is_answered_from_its_facts(ann: Visitor) -> None:
    before = ann.cards().count()
    ann.send("Which channel is to blame?")
    ann.wait_for_answers(before + 1)
    expect(ann.cards().last).to_contain_text("latency_ms")
    expect(ann.cards().last.locator(".an-chip").first).to_be_visible()
    ann.shot("chat-question")


def test_the_answer_can_be_copied_and_its_report_opened(ann: Visitor) -> None:
    ann.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=ann.server.address)
    ann.cards().first.locator("[data-copy]").click()
    expect(ann.cards().first.get_by_text("Copied", exact=True)).to_be_visible()
    assert "latency_ms" in ann.page.evaluate("navigator.clipboard.readText()")
    with ann.context.expect_page() as opened:
        ann.find("#conversation").get_by_role("link", name="Open the report").first.click()
    report = opened.value
    expect(report.locator("body")).to_contain_text("latency_ms")
    report.close()
    with ann.page.expect_download() as saved:
        ann.find("#conversation").get_by_role("link", name="Report (JSON)").first.click()
    assert saved.value.suggested_filename.endswith(".json")
