"""What is kept: feedback, history over a reload and a restart of the server; stopping and doing again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NORMAL_IMAGES, MakeVisitor
from tests.helpers.browsing import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # they share a server
SERVER_GONE = ("net::ERR_", "Failed to fetch", "network error", "Connection errored out")  # the last is Gradio's


def test_feedback_is_kept_with_the_run_and_a_false_alarm_becomes_normal(ann: Visitor) -> None:
    ann.find("#feedback").get_by_role("button", name="Right").click()
    expect(ann.find("#noted")).to_contain_text("the explanation was right")
    ann.find("#feedback").get_by_role("button", name="False alarm").click()
    expect(ann.find("#noted")).to_contain_text("one of the normal examples")
    expect(ann.find('#normals td.filename[aria-label="faulty.csv"]')).to_be_attached()
    ann.to_tab("Audit")
    ann.find("#audit-runs [data-pick]").filter(has_text="faulty.csv").first.click()
    ann.page.get_by_role("tab", name="Feedback").click()
    expect(ann.find("#audit-run .said li")).to_have_count(2)
    ann.shot("audit-feedback")
    ann.to_tab("Chat")


def test_a_missed_stretch_is_drawn_and_kept(ann: Visitor) -> None:
    ann.find("#feedback").get_by_role("button", name="Something was missed").click()
    canvas = ann.find("#missing .an-canvas")
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    ann.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    ann.page.mouse.down()
    ann.page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=5)
    ann.page.mouse.up()
    start, stop = (int(ann.find(f"#missing [data-edge={edge}]").input_value()) for edge in ("start", "stop"))
    assert abs(start - 120) <= 3 and abs(stop - 240) <= 3  # a fifth and two fifths of 600 rows
    ann.shot("chat-missed")
    ann.page.keyboard.press("Escape")
    expect(ann.find("#missing .an-rect")).to_be_hidden()
    ann.find("#missing [data-edge=start]").fill("30")  # the same by keyboard
    ann.find("#missing [data-edge=stop]").fill("60")
    ann.find("#missing textarea, #missing input[type=text]").first.fill("a dip at the beginning")
    ann.find("#missing").get_by_role("button", name="Mark this place").press("Enter")
    expect(ann.find("#noted")).to_contain_text("something was missed here")
    ann.to_tab("Audit")
    ann.find("#audit-runs [data-pick]").filter(has_text="faulty.csv").first.click()
    ann.page.get_by_role("tab", name="Feedback").click()
    expect(ann.find("#audit-run .said")).to_contain_text("a dip at the beginning")
    expect(ann.find("#audit-run .said")).to_contain_text("start 30, stop 60")
    ann.to_tab("Chat")


def test_history_survives_a_reload_and_a_restart_of_the_server(ann: Visitor) -> None:
    answers = ann.cards().count()
    ann.open()
    ann.wait_for_answers(answers)
    before = list(ann.errors)
    ann.server.stop()
    ann.server.start()
    ann.open()
    ann.wait_for_answers(answers)
    # While the server was gone requests had to fail, whichever were under way; nothing else may go wrong.
    ann.errors[len(before) :] = [e for e in ann.errors[len(before) :] if not any(words in e for words in SERVER_GONE)]
    ann.find(".sidebar .toggle-button").click()
    expect(ann.find("#history").get_by_text("faulty.csv")).to_be_visible()
    ann.shot("chat-history")
    ann.find("#new-chat").click()
    expect(ann.cards()).to_have_count(0)
    ann.find("#history").get_by_text("faulty.csv").click()
    ann.wait_for_answers(answers)
    ann.find(".sidebar .toggle-button").click()


def test_a_run_is_stopped_and_done_again(visitor: Visitor, gravel: tuple[Path, list[Path]]) -> None:
    image, normals = gravel
    visitor.give_normals(normals[:NORMAL_IMAGES])
    visitor.attach(image)
    visitor.send()
    expect(visitor.find("#conversation").get_by_text("Looked at the input")).to_be_visible()
    visitor.find("#message .stop-button").click()
    expect(visitor.find("#conversation")).to_contain_text("Stopped.")
    expect(visitor.cards()).to_have_count(0)
    visitor.shot("chat-stopped")
    visitor.find("#feedback").get_by_role("button", name="Retry").click()
    visitor.wait_for_answers(1)


def test_two_people_at_once_see_only_their_own(come: MakeVisitor, files: dict[str, Path], tmp_path: Path) -> None:
    people = {}
    for name in ("one", "two"):
        own = tmp_path / f"{name}.csv"
        own.write_bytes(files["faulty"].read_bytes())
        people[name] = come()
        people[name].attach(own)
    for visitor in people.values():
        visitor.send()
    for visitor in people.values():
        visitor.wait_for_answers(1)
    for name, visitor in people.items():
        other = "two" if name == "one" else "one"
        visitor.find(".sidebar .toggle-button").click()
        expect(visitor.find("#history").get_by_text(f"{name}.csv")).to_be_visible()
        visitor.to_tab("Audit")
        expect(visitor.find("#audit-runs [data-pick]")).to_have_count(1)
        expect(visitor.find("#audit-runs")).to_contain_text(f"{name}.csv")
        assert f"{other}.csv" not in visitor.page.content()
        visitor.close()
        assert visitor.outside == [] and visitor.errors == []


def test_a_report_of_the_chat_says_nothing_of_the_servers_folders(ann: Visitor) -> None:
    for tab in ("Audit", "Detectors", "About this machine", "Chat"):
        ann.to_tab(tab)
        assert str(ann.server.home.parent) not in ann.find("body").inner_text()
    run = next((ann.server.home / "runs").iterdir())
    assert str(ann.server.home) not in json.dumps(json.loads((run / "report.json").read_text(encoding="utf-8")))


def test_what_is_not_understood_is_told_and_an_error_says_what_to_do_here(
    visitor: Visitor, files: dict[str, Path], gravel: tuple[Path, list[Path]]
) -> None:
    visitor.attach(files["faulty"])
    visitor.send()
    visitor.wait_for_answers(1)
    visitor.send("Lorem ipsum dolor?")
    visitor.wait_for_answers(2)
    expect(visitor.cards().last).to_contain_text("I did not understand the question; ask, for example")
    visitor.shot("chat-not-understood")
    visitor.attach(gravel[0])
    visitor.send()
    expect(visitor.find("#conversation")).to_contain_text("“Normal examples” or “Detector” in the settings beside")
    expect(visitor.find("#conversation")).not_to_contain_text("--")
    visitor.give_normals(gravel[1][:NORMAL_IMAGES])  # which is what retrying compares with
    visitor.find("#feedback").get_by_role("button", name="Retry").click()
    visitor.wait_for_answers(3)
    visitor.shot("chat-retried")
