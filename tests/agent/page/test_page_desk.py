"""The desk: one queue, jobs that outlive their page, stop, restart; and what the store keeps, by owner."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from anomalyst.agent.analyst import Anomalyst
from anomalyst.agent.page.desk.advising import Advising
from anomalyst.agent.page.desk.desk import DEFECT, RESTARTED, Desk, Order
from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.desk.store import Feedback, Store
from anomalyst.agent.page.desk.turns import Turn
from anomalyst.agent.records.artifacts import read_run
from anomalyst.errors import InputError, ModelError, OutputError
from anomalyst.evidence.speech.manner import PLAIN, Manner
from tests.helpers.page_data import faulty_order, series_files

PICTURED = ("looked", "scored", "looked_closer")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return series_files(tmp_path_factory.mktemp("files"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(Home.open(tmp_path / "home"), workers=1)
    yield opened
    opened.close()


def test_an_analysis_then_a_question_about_it(desk: Desk, files: dict[str, Path]) -> None:
    turn = desk.submit("ann", "talk", faulty_order(files)).wait(120)
    assert turn.status == "done" and turn.run is not None, turn.error
    assert [step.kind for step in turn.steps][:3] == ["looked", "planned", "fitted"]
    assert all(step.thumbnail.startswith("data:image/svg+xml") for step in turn.steps if step.kind in PICTURED)
    assert len({step.thumbnail for step in turn.steps if step.kind in PICTURED}) >= 3  # sample, map, finding
    assert not any(step.thumbnail for step in turn.steps if step.kind not in PICTURED)
    assert turn.ended is not None and turn.first_step is not None and turn.began < turn.first_step < turn.ended
    row = desk.store.run(turn.run, ("ann",))
    assert row.verdict == "anomalous" and row.name == "faulty.csv" and (row.folder / "report.html").is_file()

    answered = desk.ask("ann", "talk", turn.run, "Which channel is it?").wait(60)
    assert answered.answer is not None and "latency" in answered.answer["summary"]
    assert [t.status for t in desk.turns("talk")] == ["done", "done"]


def test_field_of_work_and_own_causes_are_the_servers_unless_a_run_names_another_field(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("entries:\n  - kind: any finding\n    causes:\n      - en: a full tape drive\n")
    desk = Desk(Home.open(tmp_path / "home"), workers=1, advising=Advising("servers", own))
    try:
        order = faulty_order(files)
        jobs = [desk.submit("ann", "talk", one) for one in (order, replace(order, field="machines"))]
        for job, field in zip(jobs, ("servers", "machines"), strict=True):
            turn = job.wait(120)
            assert turn.run is not None, turn.error
            evidence = read_run(desk.home.runs / turn.run).explanation.evidence
            assert [fact.value for fact in evidence.about("sample", "field")] == [field]
            assert [fact.value for fact in evidence.about("R1", "own_cause")] == ["a full tape drive"]
    finally:
        desk.close()


def test_ideas_reach_the_analyst_only_where_server_and_run_want_them(tmp_path: Path, files: dict[str, Path]) -> None:
    for server, run, wanted in ((True, True, True), (False, True, False), (True, False, False)):
        desk = Desk(Home.open(tmp_path / f"{server}{run}"), workers=1, advising=Advising(ideas=server))
        try:
            assert desk._analyst("builtin", run, replace(faulty_order(files), ideas=run)).ideas is wanted
        finally:
            desk.close()


def test_an_order_is_kept_with_its_manner_and_earlier_ones_had_none(files: dict[str, Path]) -> None:
    order = replace(faulty_order(files), manner=Manner("de", "full", "expert"))
    kept = json.loads(json.dumps(order.as_json()))
    assert Order.from_json(kept) == order
    del kept["manner"]
    assert Order.from_json(kept) == replace(order, manner=PLAIN)


def test_a_queue_tells_the_place_and_a_waiting_job_can_be_stopped(desk: Desk, files: dict[str, Path]) -> None:
    first, second, third = (desk.submit("ann", "talk", faulty_order(files)) for _ in range(3))
    while first.turn().status == "waiting":
        time.sleep(0.01)
    assert (first.position(), second.position(), third.position()) == (0, 1, 2)
    second.stop()
    assert second.turn().status == "stopped" and (second.position(), third.position()) == (0, 1)
    assert first.wait(120).status == "done" and third.wait(120).status == "done"
    assert second.turn().run is None and len(desk.store.runs("ann")) == 2


def test_a_running_job_stops_at_once_and_leaves_no_run(desk: Desk, files: dict[str, Path]) -> None:
    job = desk.submit("ann", "talk", faulty_order(files))
    while not job.turn().steps:
        time.sleep(0.02)
    job.stop()
    assert job.turn().status == "stopped" and job.done()
    assert desk.submit("ann", "talk", faulty_order(files)).wait(120).status == "done"  # the worker is free again
    assert len(list(desk.home.runs.iterdir())) == 1


def test_what_was_running_when_the_server_died_says_so(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    store = Store(home)
    store.begin_conversation("talk", "ann", "x.csv")
    store.save_turn(Turn(id="t", conversation="talk", status="running", began=1.0))
    store.close()
    desk = Desk(home, workers=1)
    assert [(t.status, t.error) for t in desk.turns("talk")] == [("failed", RESTARTED)]
    desk.close()


def test_conversations_survive_a_restart(tmp_path: Path, files: dict[str, Path]) -> None:
    desk = Desk(Home.open(tmp_path), workers=1)
    run = desk.submit("ann", "talk", faulty_order(files)).wait(120).run
    desk.close()
    desk = Desk(Home.open(tmp_path), workers=1)
    assert run is not None and desk.turns("talk")[0].run == run
    assert desk.ask("ann", "talk", run, "How sure are you?").wait(60).status == "done"
    desk.close()


def test_bad_input_is_one_line_without_the_servers_folders(desk: Desk, files: dict[str, Path]) -> None:
    turn = desk.submit("ann", "talk", Order(files["fake"], "fake.png")).wait(60)
    assert turn.status == "failed" and "fake.png" in turn.error and str(files["fake"].parent) not in turn.error


def test_a_defect_is_told_as_one_and_the_desk_goes_on(
    desk: Desk, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Anomalyst, "stream", lambda *_, **__: 1 / 0)
        assert desk.submit("ann", "talk", faulty_order(files)).wait(60).error == DEFECT
    assert desk.submit("ann", "talk", faulty_order(files)).wait(120).status == "done"


def test_switched_off_detectors_are_not_chosen(desk: Desk, files: dict[str, Path]) -> None:
    turn = desk.submit("ann", "talk", faulty_order(files, skip_detectors=("series-density",))).wait(120)
    assert turn.run is not None and desk.store.run(turn.run).detector != "series-density"


def test_what_is_anns_is_not_bobs(desk: Desk) -> None:
    store = desk.store
    store.begin_conversation("talk", "ann", "a.csv")
    assert not store.owns("bob", "talk") and store.owns("bob", "another")
    store.forget("bob", "talk")
    assert [c.title for c in store.conversations("ann")] == ["a.csv"] and store.conversations("bob") == []
    with pytest.raises(InputError, match="no run of this id"):
        store.run("x", ("bob",))


def test_feedback_is_kept_with_its_run(desk: Desk, files: dict[str, Path]) -> None:
    run = desk.submit("ann", "talk", faulty_order(files)).wait(120).run
    assert run is not None
    with pytest.raises(InputError):
        desk.store.add_feedback(("bob",), Feedback(run, "right"))
    desk.store.add_feedback(("ann",), Feedback(run, "missed", "a step", {"start": 3, "stop": 9}))
    kept = desk.store.feedback(run)
    assert [(f.kind, f.note, f.box) for f in kept] == [("missed", "a step", {"start": 3, "stop": 9})]


def test_filters_of_runs(desk: Desk, files: dict[str, Path]) -> None:
    desk.submit("ann", "talk", faulty_order(files)).wait(120)
    assert len(desk.store.runs("ann", text="FAULTY", modality="series", verdict="anomalous")) == 1
    assert desk.store.runs("ann", text="%") == [] == desk.store.runs("ann", verdict="normal")


def test_an_empty_question_and_a_bad_model_are_refused(desk: Desk, files: dict[str, Path]) -> None:
    run = desk.submit("ann", "talk", faulty_order(files)).wait(120).run
    assert run is not None
    with pytest.raises(InputError, match="empty question"):
        desk.ask("ann", "talk", run, "  ")
    with pytest.raises(ModelError):
        Desk(desk.home, "nosuch:model")


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--home"):
        Home.open(tmp_path / "file")
