"""The chat's logic without a browser: what a message begins, what is shown while it runs and after, whose it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from anomalyst.agent.page.chat import session
from anomalyst.agent.page.chat.examples import EXAMPLES, order_of
from anomalyst.agent.page.chat.messages import STOPPED, chat_messages, plain
from anomalyst.agent.page.chat.settings import Settings
from anomalyst.agent.page.chat.tab import ChatTab
from anomalyst.agent.page.desk.desk import Desk, Order
from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.desk.people import new_token, owner_of
from anomalyst.agent.page.desk.store import FittedRow, now
from anomalyst.agent.page.desk.turns import Turn
from anomalyst.errors import InputError
from anomalyst.evidence.speech.manner import Manner
from tests.helpers.page_data import faulty_order, series_files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return series_files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = Desk(Home.open(tmp_path_factory.mktemp("home")), workers=1)
    yield opened
    opened.close()


def message(text: str = "", *files: Path) -> dict[str, Any]:
    return {"text": text, "files": [str(file) for file in files]}


def told(messages: list[gr.ChatMessage]) -> str:
    parts = [str(m.content.value if isinstance(m.content, gr.HTML) else m.content) for m in messages]
    return " ".join([*parts, *(str(m.metadata.get("title", "")) for m in messages)])


def test_a_file_with_a_question_then_a_question_alone(desk: Desk, files: dict[str, Path]) -> None:
    settings = Settings(normals=(files["normal"],))

    async def followed() -> list[tuple[str, bool]]:
        return [(told(shown), more) async for shown, more in session.follow(desk, "talk")]

    session.begin(desk, "ann", "talk", message("Is latency normal?", files["faulty"]), settings)
    states = asyncio.run(followed())
    assert len(states) >= 4 and states[0][1] and not states[-1][1]  # it streamed, and ended
    last = states[-1][0]
    assert "Looked at the input" in last and "Checked every sentence" in last and "latency" in last
    assert any(isinstance(m.content, gr.Plot) for m in session.messages_of(desk, "talk"))
    session.begin(desk, "ann", "talk", message("Which channel is it?"), settings)[0].wait(60)
    assert "latency" in told(session.messages_of(desk, "talk")[-1:])


def test_each_file_is_an_analysis_of_its_own(desk: Desk, files: dict[str, Path]) -> None:
    jobs = session.begin(desk, "ann", "two", message("", files["faulty"], files["normal"]), Settings())
    assert [job.turn().files[0] for job in jobs] == ["faulty.csv", "normal.csv"]
    for job in jobs:
        job.stop()
    assert told(session.messages_of(desk, "two")).count(STOPPED) == 2


def test_what_cannot_be_begun_says_what_to_do(desk: Desk, files: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="send a file first"):
        session.begin(desk, "ann", "empty", message("How sure are you?"), Settings())
    with pytest.raises(InputError, match="at most 20"):
        session.begin(desk, "ann", "empty", message("", *[files["faulty"]] * 21), Settings())
    with pytest.raises(InputError, match="no longer there"):
        session.begin(desk, "ann", "empty", message("", files["faulty"]), Settings(detector="fitted:x"))


def test_the_text_of_an_image_is_data_and_not_a_question(desk: Desk, files: dict[str, Path]) -> None:
    job = session.begin(desk, "ann", "pair", message("Red *shoes*", files["fake"]), Settings(is_text=True))[0]
    assert (job.turn().text, job.turn().question) == ("Red *shoes*", "")
    job.wait(60)
    assert "Red \\*shoes\\*" in told(session.messages_of(desk, "pair"))


def test_a_fitted_detector_is_its_owners(desk: Desk, files: dict[str, Path]) -> None:
    row = FittedRow("f1", "ann", "line 3", "series-density", "series", 1, now(), 1.0, desk.home.detectors / "f1")
    desk.store.add_fitted(row)
    order = Settings(detector="fitted:f1").order(desk, "ann", files["faulty"])
    assert order.detector == str(row.folder)
    with pytest.raises(InputError):
        Settings(detector="fitted:f1").order(desk, "bob", files["faulty"])


def test_settings_come_in_the_order_of_their_controls() -> None:
    values = [["a.csv"], True, "series-density", ["series-flow"], 0.01, 30, "builtin", "servers", False]
    values += ["de", "full", "expert"]
    assert Settings.of(values) == Settings(
        (Path("a.csv"),), True, "series-density", ("series-flow",), 0.01, 30.0, "builtin", "servers", False,
        Manner("de", "full", "expert"),
    )  # fmt: skip
    assert Settings.of([None, False, "", None, 0.05, None, "", None, True, "en", "normal", "plain"]) == Settings()


def test_names_and_texts_of_data_are_text() -> None:
    assert plain("<script>*x*</script>[a](b)\n# c") == "&lt;script&gt;\\*x\\*&lt;/script&gt;\\[a\\](b) \\# c"
    turn = Turn(id="t", conversation="c", files=("<img src=x onerror=alert(1)>.csv",), status="failed", error="<b>")
    shown = told(chat_messages([turn], {}, Path()))
    assert "<img" not in shown and "<b>" not in shown


def test_waiting_tells_the_place_in_the_queue() -> None:
    turn = Turn(id="t", conversation="c", files=("a.csv",))
    assert "number 3 in the queue" in told(chat_messages([turn], {"t": 3}, Path()))


def test_a_false_alarm_adds_its_input_to_what_it_was_compared_with(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    order = Order(Path("c.csv"), "c.csv", (tmp_path,))
    assert session.with_its_input(order, []) == [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "c.csv"]
    assert session.with_its_input(order, ["x.csv", "c.csv"]) == ["x.csv", "c.csv"]


def test_retry_is_the_same_message_under_the_settings_of_now(desk: Desk, files: dict[str, Path]) -> None:
    first = session.begin(desk, "ann", "retry", message("Why?", files["faulty"]), Settings(detector="series-flow"))[0]
    first.stop()
    now_set = Settings((files["normal"],), detector="series-density", alpha=0.01, budget=30.0, off=("series-flow",))
    again = session.again(desk, "ann", first.turn(), now_set)
    work = again.work
    assert isinstance(work, Order) and (work.source, work.question, work.text) == (files["faulty"], "Why?", None)
    assert work == replace(now_set.order(desk, "ann", files["faulty"], "faulty.csv"), question="Why?")
    again.stop()
    reloaded = session.again(desk, "ann", again.turn(), Settings()).work  # the settings show no normal examples then
    assert isinstance(reloaded, Order) and reloaded.normals == (files["normal"],) and reloaded.detector is None
    said = session.again(desk, "ann", first.turn(), Settings(is_text=True)).work
    assert isinstance(said, Order) and (said.text, said.question) == ("Why?", "")
    with pytest.raises(InputError, match="no longer there"):
        session.again(desk, "ann", first.turn(), Settings(detector="fitted:gone"))
    for job in session.jobs_of(desk, "retry"):
        job.stop()


def test_detectors_are_offered_once_they_are_fitted_and_withdrawn_once_they_are_removed(tmp_path: Path) -> None:
    desk, request = Desk(Home.open(tmp_path), workers=1), gr.Request()
    request.username, request.session_hash = "ann", "s1"
    with gr.Blocks():
        chat = ChatTab(desk, gr.BrowserState(""))
    before = chat.offer("", "", [], request)[1]
    assert "" in before and "series-density" in before
    row = FittedRow("f9", "user:ann", "line 9", "series-density", "series", 1, now(), 1.0, desk.home.detectors / "f9")
    desk.store.add_fitted(row)
    dropdown, offered = chat.offer("", "series-density", before, request)
    assert set(offered) - set(before) == {"fitted:f9"} and dropdown.value == "series-density"
    assert chat.offer("", "fitted:f9", offered, request) == (gr.skip(), gr.skip())  # nothing is new: nothing is sent
    desk.store.remove_fitted("user:ann", "f9")
    dropdown, offered = chat.offer("", "fitted:f9", offered, request)
    assert offered == before and dropdown.value == ""
    desk.close()


def test_the_last_order_and_record_are_those_of_the_last_run(desk: Desk, files: dict[str, Path]) -> None:
    desk.submit("ann", "last", faulty_order(files)).wait(120)
    order = session.last_order(desk, "last")
    assert order is not None and order.source == files["faulty"]
    record = session.last_record(desk, "last")
    assert record is not None and record.explanation.verdict == "anomalous"
    assert session.last_record(desk, "nothing yet") is None and session.last_order(desk, "nothing yet") is None


def test_examples_are_real_files(desk: Desk) -> None:
    for name in EXAMPLES:
        order = order_of(name, desk.home, Settings(alpha=0.01))
        assert order.source.is_file() and all(path.exists() for path in order.normals) and order.alpha == 0.01
        assert order.normals or order.text


def test_the_example_of_a_pair_finds_the_false_word(desk: Desk) -> None:
    turn = desk.submit("ann", "bolt", order_of("bolt", desk.home, Settings())).wait(240)
    assert turn.run is not None and desk.store.run(turn.run).verdict == "anomalous", turn.error
    record = session.last_record(desk, "bolt")
    assert record is not None
    told = {fact.kind: fact.value for fact in record.explanation.evidence.about("R1")}
    assert told["words"] == "intact" and told["fitting_words"] == "missing"


def test_who_somebody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    request = gr.Request()
    request.username, request.session_hash = None, "s1"
    token = new_token()
    assert owner_of(token, request) == f"browser:{token}"
    assert owner_of("short", request) == owner_of(None, request) == "visit:s1"
    request.username = "ann"
    assert owner_of(token, request) == "user:ann"
