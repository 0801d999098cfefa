"""The Audit tab on a real run: list, claims, healing test, replay, texts to verify, the folder to take along."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from anomalyst import Anomalyst
from anomalyst.agent.page.answer.healing import healed_states
from anomalyst.agent.page.audit.session import (
    MOST_LISTED,
    claim_table,
    feedback_list,
    healing_pictures,
    opened,
    packed,
    replayed,
    run_list,
    verified,
)
from anomalyst.agent.page.audit.tab import _AuditTab, build
from anomalyst.agent.page.desk.desk import Desk, Order
from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.desk.store import Feedback, RunRow
from anomalyst.agent.records.artifacts import check_manifest, read_run, write_run
from anomalyst.agent.records.bundle import write_manifest
from anomalyst.errors import InputError
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from tests.agent.test_agent import recording
from tests.helpers.detectors import ImageDensity
from tests.helpers.pair_data import matching, wrong
from tests.helpers.run_records import image_record, series_record

OWNER, OTHER = "browser:" + "a" * 32, "browser:" + "b" * 32
HOSTILE = "<img src=x onerror=alert(1)>.csv"


@dataclass(frozen=True)
class Made:
    """A desk with one run on it."""

    desk: Desk
    run: RunRow

    @property
    def record(self) -> RunRecord:
        return read_run(self.run.folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    files = tmp_path_factory.mktemp("files")
    for name, faulty in (("normal", False), ("faulty", True)):
        recording(int(faulty), faulty=faulty).to_csv(files / f"{name}.csv", index=False)
    desk = Desk(Home.open(tmp_path_factory.mktemp("home")), workers=1)
    turn = desk.submit(OWNER, "c", Order(files / "faulty.csv", HOSTILE, (files / "normal.csv",))).wait(240)
    assert turn.run is not None, turn.error
    yield Made(desk, desk.store.run(turn.run))
    desk.close()


@pytest.fixture(scope="module")
def image_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-made run with a detector that was fitted on such images."""
    record, dice = image_record(64), np.random.default_rng(0)
    noise = (dice.normal(0, 0.03, record.sample.pixels.shape) for _ in range(3))
    normals = [ImageSample(np.clip(record.score_map.expected + n, 0, 1).astype(np.float32)) for n in noise]
    out = tmp_path_factory.mktemp("image") / "run"
    return write_run(record, out, ImageDensity(size=64, steps="one", neighbours="aligned").fit(normals))


def someone() -> Any:
    return SimpleNamespace(username=None, session_hash="visit")


def named(login: str) -> Any:
    return SimpleNamespace(username=login, session_hash="visit")


def test_runs_are_listed_newest_first_and_their_names_are_text(made: Made) -> None:
    newer = replace(made.run, id="f" * 32, name="newer.csv", verdict="normal", p_value=0.4)
    html = run_list([newer, made.run], False, made.run.id)
    assert html.index("newer.csv") < html.index("&lt;img src=x") and "<img" not in html
    assert f'data-pick="{made.run.id}" class="anomalous" aria-current="true"' in html
    assert "No run yet" in run_list([], False) and "No run like that" in run_list([], True)
    assert "3 earlier runs are not listed" in run_list([made.run] * (MOST_LISTED + 3), False)


def test_every_sentence_stands_in_the_claim_table_with_what_it_rests_on() -> None:
    record = series_record()
    html = claim_table(record)
    explanation = record.explanation
    for checked in (*explanation.claims, *explanation.possible_causes, *explanation.next_actions):
        assert checked.claim.text in html
    assert "<s>R1 is a purple dot.</s>" in html
    assert "kind of anomaly: level shift" in html and "hypothesis" in html
    assert html.count("supported") == 2 * (html.count("<tr>") - 1)  # as its class and as its word, in every row


def test_a_replay_shows_that_it_goes_on_and_then_every_check(made: Made) -> None:
    shown = list(replayed(made.run.folder, beat=0.05))
    assert len(shown) > 2 and "healing again" in shown[0]
    assert "The audit passed" in shown[-1] and "replay: scores" in shown[-1] and "healing test" in shown[-1]


def test_a_replay_can_be_left(made: Made) -> None:
    left = threading.Event()
    shown = replayed(made.run.folder, left, beat=0.05)
    next(shown)
    left.set()
    assert list(shown) == [""]


def test_a_replay_of_a_changed_folder_fails_and_says_where(made: Made, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made.run.folder, tmp_path / "run"))
    (copy / "report.json").write_text("{}")
    last = list(replayed(copy))[-1]
    assert "The audit failed" in last and "report.json: changed" in last
    with pytest.raises(InputError, match="changed since it was recorded"):
        healed_states(made.record, copy)


def test_a_replay_names_no_folder_of_the_server(made: Made, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made.run.folder, tmp_path / "run"))
    (copy / "detector" / "detector.json").write_text("{}")
    write_manifest(copy)
    last = list(replayed(copy))[-1]
    assert "does not run on the sample" in last and str(tmp_path) not in last


def test_a_text_is_verified_sentence_by_sentence(made: Made) -> None:
    said = f"{made.record.explanation.claims[0].claim.text} The series is normal. <b>It smells.</b>"
    html = verified(said, made.record)
    assert "1 of 3 sentences are supported" in html and "contradicted" in html and "not understood" in html
    assert "<b>It smells" not in html
    with pytest.raises(InputError, match="without a sentence"):
        verified("  ", made.record)
    with pytest.raises(InputError, match="at most 20,000"):
        verified("a" * 20_001, made.record)


def test_the_archive_holds_the_whole_run(made: Made, tmp_path: Path) -> None:
    archive = packed(made.run)
    assert archive.suffix == ".zip" and "<" not in archive.name
    with zipfile.ZipFile(archive) as packed_run:
        packed_run.extractall(tmp_path / "run")
    assert check_manifest(tmp_path / "run") == []
    assert json.loads((tmp_path / "run" / "report.json").read_text())["verdict"] == "anomalous"


def test_a_run_whose_folder_is_gone_is_refused(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no longer there"):
        opened(replace(made.run, folder=tmp_path / "gone"))


def test_a_series_is_healed_where_it_was_flagged_and_elsewhere(made: Made) -> None:
    before, healed, random = healed_states(made.record, made.run.folder)
    assert "the alarm is gone, as it should be" in healed.said and "still on, as it should be" in random.said
    assert healed.mask is not None and random.mask is not None and not (healed.mask & random.mask).any()
    for state in (healed, random):
        assert isinstance(before.sample, SeriesSample) and isinstance(state.sample, SeriesSample)
        changed = (before.sample.values != state.sample.values).any(axis=1)
        assert changed.any() and not changed[~state.mask].any()
    shown = modality("series").healing_shown(made.record, [before, healed, random])
    assert [("— healed" in str(one.svg), "var(--strip" in str(one.svg)) for one in shown] == [
        (False, False), (True, False), (True, True)
    ]  # fmt: skip
    assert all("latency_ms" in str(one.svg) and "— observed" in str(one.svg) for one in shown)
    html = healing_pictures(made.record, made.run.folder)
    assert html.count("<figure>") == 3 and all(escape(one.said) in html for one in shown)


def test_an_image_is_healed_in_pictures(image_run: Path) -> None:
    record = read_run(image_run)
    states = healed_states(record, image_run)
    shown = modality("image").healing_shown(record, states)
    assert [one.title for one in shown] == ["As it was observed", "Findings healed", "A random place healed"]
    assert all('class="outline"' in str(one.svg) for one in shown)
    disc = record.masks["R1"]
    healed = states[1].sample
    assert isinstance(healed, ImageSample)
    assert healed.pixels[disc].mean() > record.sample.pixels[disc].mean() + 0.1  # the dark disc is gone
    html = healing_pictures(record, image_run)
    assert html.count("<figure>") == 3 and "p = 0.62: the alarm is gone" in html


def test_a_pair_is_healed_by_other_words(tmp_path: Path) -> None:
    pair, said = wrong(5)
    normals = [matching(seed) for seed in range(96)]
    Anomalyst().explain(pair, normals, detector="pair-embedding", out=tmp_path / "run")
    record = read_run(tmp_path / "run")
    before, healed, other = healed_states(record, tmp_path / "run")
    assert isinstance(before.sample, PairSample) and isinstance(healed.sample, PairSample)
    assert said in before.sample.text and said not in healed.sample.text
    assert isinstance(other.sample, PairSample) and said in other.sample.text
    assert len(other.sample.text.split()) == len(before.sample.text.split()) - 1
    shown = modality("pair").healing_shown(record, [before, healed, other])
    assert shown[0].svg is not None and shown[1].svg is None and shown[1].text == healed.sample.text


def test_feedback_is_shown_as_text() -> None:
    given = [Feedback("r", "missed", "<script>alert(1)</script>", {"x0": 3, "y0": 4}, "2026-01-02T03:04:05+00:00")]
    html = feedback_list(given)
    assert "Something was missed" in html and "&lt;script&gt;" in html and "x0 3" in html and "03:04 UTC" in html
    assert "Nobody has said" in feedback_list([])


def test_the_tab_shows_only_ones_own_runs_and_no_path_of_the_server(made: Made) -> None:
    with gr.Blocks(analytics_enabled=False):
        tab = _AuditTab(made.desk, gr.BrowserState(""))
    own = tab.listed("", "", "", "", "a" * 32, someone())
    assert made.run.id in own and made.run.id not in tab.listed("", "", "", "", "b" * 32, someone())
    assert made.run.id not in tab.listed("nothing like it", "", "", "", "a" * 32, someone())
    shown = tab.show(SimpleNamespace(picked=made.run.id), someone())  # type: ignore[arg-type]
    assert shown[0] == made.run.id and "report.json" in shown[3]
    refused = tab.show(SimpleNamespace(picked="../../etc"), someone())  # type: ignore[arg-type]
    assert refused[0] == "" and len(refused) == len(shown)
    said = [own, *map(str, shown), tab.heal(made.run.id, someone())]
    said.append(tab.checked("It is anomalous.", made.run.id, someone()))
    assert not [text for text in said if str(made.desk.home.root) in text]


def test_nothing_of_the_tab_is_an_endpoint_for_others(made: Made) -> None:
    with gr.Blocks(analytics_enabled=False) as app:
        who = gr.BrowserState("")
        with gr.Tab("Audit"):
            assert build(made.desk, who) is None
    assert app.get_api_info()["named_endpoints"] == {} and app.get_api_info()["unnamed_endpoints"] == {}


def test_with_logins_another_persons_run_is_as_one_that_is_not_there(made: Made) -> None:
    with gr.Blocks(analytics_enabled=False):
        tab = _AuditTab(made.desk, gr.BrowserState(""))
    for asked in (made.run.id, "0" * 32):  # the run was made in a browser, before there were logins
        shown = tab.show(SimpleNamespace(picked=asked), named("eve"))  # type: ignore[arg-type]
        assert shown[0] == "" and "no run of this id" in str(shown[4].value)
        told = [tab.heal(asked, named("eve")), tab.checked("It is normal.", asked, named("eve"))]
        told += [tab.pack(asked, named("eve"))[1].value, list(tab.audited(asked, named("eve")))[-1][0]]
        assert all("no run of this id" in one for one in told)
