"""The Detectors tab: fitting in the background, hostile files, cancelling, thresholds and their picture."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from test_agent import recording

from anomalyst.agent.page.calibration import LEVELS, Judge, judges, threshold
from anomalyst.agent.page.calibration_figure import calibration_figure
from anomalyst.agent.page.desk import Desk
from anomalyst.agent.page.detectors import (
    card_html,
    cards_html,
    choices,
    fitted_list,
    fitted_row,
    opened,
    progress_html,
    remove,
)
from anomalyst.agent.page.detectors_tab import _DetectorsTab, build
from anomalyst.agent.page.fit_jobs import FitOrder, Fits, Progress, normals_of, planned, told_modality
from anomalyst.agent.page.home import Home
from anomalyst.agent.page.store import FittedRow
from anomalyst.detectors.conformal import REACH, Conformal
from anomalyst.detectors.registry import detector_names, list_detectors, load_detector
from anomalyst.errors import InputError
from tests.pair_data import matching

OWNER, OTHER = "browser:" + "a" * 32, "browser:" + "b" * 32
NAME = "pump <img src=x onerror=alert(1)>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(Home.open(tmp_path / "home"), workers=1)
    yield made
    made.close()


@pytest.fixture
def normal(tmp_path: Path) -> Path:
    recording(0, faulty=False).to_csv(tmp_path / "normal.csv", index=False)
    return tmp_path / "normal.csv"


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, FittedRow]]:
    """A desk and a detector fitted on it through the page's job."""
    place = tmp_path_factory.mktemp("fitted")
    recording(0, faulty=False).to_csv(place / "normal.csv", index=False)
    desk = Desk(Home.open(place / "home"), workers=1)
    done = Fits(desk).start(OWNER, FitOrder((place / "normal.csv",), NAME)).wait(240)
    assert done.status == "done" and done.row is not None, done.error
    yield desk, done.row
    desk.close()


def picture(path: Path, seed: int) -> Path:
    pixels = np.random.default_rng(seed).integers(90, 160, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def left_over(desk: Desk) -> list[Path]:
    return list(desk.home.detectors.iterdir())


def test_a_fit_is_kept_and_can_be_chosen(fitted: tuple[Desk, FittedRow]) -> None:
    desk, row = fitted
    assert (row.detector, row.modality, row.normals, row.name) == ("series-density", "series", 1, NAME)
    assert load_detector(row.folder).card.name == "series-density"
    assert choices(desk, OWNER)[0] == (f"{NAME} (fitted series-density)", f"fitted:{row.id}")
    assert [value for _, value in choices(desk, OTHER)] == detector_names()
    html = fitted_list(desk.store.fitted(OWNER))
    assert "&lt;img" in html and "<img" not in html and f'data-pick="{row.id}"' in html


def test_the_progress_of_a_fit_is_told(desk: Desk, normal: Path) -> None:
    fits = Fits(desk)
    job = fits.start(OWNER, FitOrder((normal,), detector="series-score"))
    with pytest.raises(InputError, match="is being fitted"):
        fits.start(OWNER, FitOrder((normal,)))
    seen: list[Progress] = []
    while len([p for p in seen if p.total > 1]) < 3 and not job.progress.over:
        seen.append(job.progress)
        time.sleep(0.05)
    steps = [(p.done, p.total) for p in seen if p.total > 1]
    assert steps == sorted(steps) and steps[-1][0] > 0
    assert any(p.doing == "Fitting series-score" for p in seen)
    job.cancel()
    assert job.wait(120).status == "cancelled"
    assert desk.store.fitted(OWNER) == [] and left_over(desk) == []
    assert fits.of(OWNER) is job and fits.of(OTHER) is None


def test_a_fit_that_waits_for_another_can_be_cancelled(desk: Desk, normal: Path) -> None:
    fits = Fits(desk)
    with fits.turn:
        job = fits.start(OWNER, FitOrder((normal,)))
        assert not job.progress.over and "another detector" in job.progress.doing
        job.cancel()
        assert job.wait(5).status == "cancelled"


def test_a_guess_of_the_time_left_is_proportional() -> None:
    half = Progress("running", done=50, total=100, since=time.monotonic() - 10)
    assert half.seconds_left == pytest.approx(10, abs=0.5)
    assert Progress("running", since=time.monotonic() - 10).seconds_left is None
    html = progress_html(half)
    assert 'max="100" value="50"' in html and "about 10 s left" in html


def archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("normal.csv", "a\n1\n")
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: archive(p / "normals.zip"), "ZIP"),
        (lambda p: written(p / "fake.png", b"not an image"), "fake.png"),
        (lambda p: written(p / "empty.csv", b""), "empty"),
        (lambda p: written(p / "a.csv", b"\x00\x01\x02" * 50), "unknown kind"),
        (lambda p: p / "gone.csv", "cannot be read|does not exist"),
    ],
)
def test_a_hostile_file_is_one_clear_line(make: Any, said: str, desk: Desk, tmp_path: Path) -> None:
    done = Fits(desk).start(OWNER, FitOrder((make(tmp_path),))).wait(120)
    assert done.status == "failed" and pd.Series([done.error]).str.contains(said).all(), done.error
    assert "Traceback" not in done.error and str(desk.home.root) not in done.error
    assert desk.store.fitted(OWNER) == [] and left_over(desk) == []
    assert "Nothing was fitted" in progress_html(done)


def test_no_file_and_a_detector_of_another_kind_are_refused(desk: Desk, normal: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        Fits(desk).start(OWNER, FitOrder(()))
    done = Fits(desk).start(OWNER, FitOrder((normal,), detector="image-density")).wait(120)
    assert done.status == "failed" and "not for series data" in done.error


def test_the_kind_of_input_is_told_by_content(tmp_path: Path, normal: Path) -> None:
    image = picture(tmp_path / "a.csv.png", 0)
    np.save(tmp_path / "x.npy", np.zeros((4, 4)))
    assert told_modality((image,)) == "image" and told_modality((normal,)) == "series"
    assert told_modality((image, normal)) == "pair"
    with pytest.raises(InputError, match="say which"):
        told_modality((tmp_path / "x.npy",))


def test_what_would_be_fitted_is_told_before(tmp_path: Path, normal: Path) -> None:
    images = tuple(picture(tmp_path / f"{n}.png", n) for n in range(3))
    assert planned(FitOrder(images), None)[1].name == "image-density"
    assert planned(FitOrder((normal,)), None)[0] == "series"
    assert "series-density" in card_html(FitOrder((normal,)), None) and card_html(FitOrder(()), None) == ""
    assert "image-score" in card_html(FitOrder((), detector="image-score"), None)


def test_pairs_are_a_table_and_its_images(tmp_path: Path) -> None:
    files, rows = [], []
    for number in range(3):
        folder = tmp_path / str(number)  # as uploads come: each in a folder of its own
        folder.mkdir()
        pair = matching(number)
        place = folder / f"{number}.png"
        Image.fromarray((pair.image.pixels * 255).round().astype(np.uint8)).save(place)
        files.append(place)
        rows.append({"image": place.name, "caption": pair.text})
    pd.DataFrame(rows).to_csv(tmp_path / "texts.csv", index=False)
    modality, normals = normals_of(FitOrder((*files, tmp_path / "texts.csv")))
    assert modality == "pair" and [getattr(n, "text", "") for n in normals.samples] == [row["caption"] for row in rows]
    with pytest.raises(InputError, match="two files called"):
        normals_of(FitOrder((files[0], files[0], tmp_path / "texts.csv")))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=3, max_size=120), st.sampled_from(LEVELS))
def test_from_its_threshold_on_and_not_before_a_score_alarms(scores: list[float], alpha: float) -> None:
    conformal = Conformal.fit(scores)
    level = threshold(conformal, alpha)
    assert level.observed == (alpha * (len(scores) + 1) >= 1)
    if level.score is None:
        assert min(scores) == max(scores) or 1 / (REACH * (len(scores) + 1)) > alpha or conformal.tail[3] <= 0
        return
    assert conformal.sample_p(level.score) <= alpha
    assert conformal.sample_p(level.score - 1e-6 * max(1.0, abs(level.score))) > alpha or level.score <= min(scores)
    assert level.above == sum(score >= level.score for score in scores)


def test_thresholds_of_nineteen_normals() -> None:
    tenth, twentieth, hundredth = (threshold(Conformal.fit(np.arange(19.0)), alpha) for alpha in LEVELS)
    assert tenth.score == pytest.approx(17, rel=1e-5) and tenth.above == 1 and tenth.observed
    assert twentieth.score == pytest.approx(18, rel=1e-5) and twentieth.above == 0 and twentieth.observed
    assert hundredth.score is not None and hundredth.score > 19 and not hundredth.observed


def test_the_own_rule_judges_first_and_each_has_its_picture(fitted: tuple[Desk, FittedRow]) -> None:
    _, row = fitted
    found = judges(row.folder)
    assert [judge.name for judge in found][0] == "density" and len(found) == 3
    live: Any = load_detector(row.folder)
    assert found[0].length == live.calibrations_["density"].length
    assert np.array_equal(found[0].conformal.kept, live.calibrations_["density"].stretches.kept)
    one = opened(row)
    assert "Alarm from score" in one.html and "&lt;img" in one.html and one.names == [judge.name for judge in found]
    other = opened(row, one.names[1])
    assert one.figure is not None and other.figure is not None
    assert list(one.figure.data[0].x) != list(other.figure.data[0].x)


def test_the_picture_shows_every_normal_and_every_level() -> None:
    judge = Judge("density", Conformal.fit(np.arange(40.0)), None)
    levels = [threshold(judge.conformal, alpha) for alpha in LEVELS]
    drawn = calibration_figure(judge, levels)
    normals = next(trace for trace in drawn.data if trace.mode == "markers")
    assert list(normals.x) == list(range(40)) and normals.y[0] == 1
    assert [a.text for a in drawn.layout.annotations] == ["α 0.1", "α 0.05", "α 0.01"]
    assert [a.x for a in drawn.layout.annotations] == [level.score for level in levels]
    assert drawn.layout.xaxis.range[1] > max(level.score or 0 for level in levels)
    many = Judge("density", Conformal.fit(np.arange(5000.0)), None)
    thinned = calibration_figure(many, [threshold(many.conformal, 0.05)])
    shown = next(trace for trace in thinned.data if trace.mode == "markers")
    assert len(shown.x) <= 500 and max(shown.x) == 4999 and "of 5,000 normals" in shown.name


def test_a_detector_is_removed_by_its_owner_only(desk: Desk, normal: Path) -> None:
    row = Fits(desk).start(OWNER, FitOrder((normal,))).wait(240).row
    assert row is not None
    with pytest.raises(InputError, match="no longer there"):
        remove(desk, OTHER, row.id)
    assert fitted_row(desk, OWNER, row.id).folder.is_dir()
    remove(desk, OWNER, row.id)
    assert desk.store.fitted(OWNER) == [] and left_over(desk) == []


def test_cards_are_filtered() -> None:
    every = cards_html("", "")
    assert all(f'aria-label="{card.name}"' in every for card in list_detectors())
    some = cards_html("series", "imputation")
    assert "series-imputation" in some and "series-density" not in some and "image-imputation" not in some


def test_the_tab_follows_a_fit_and_survives_a_reload(desk: Desk, normal: Path) -> None:
    who: Any = SimpleNamespace(username=None, session_hash="visit")
    with gr.Blocks(analytics_enabled=False):
        tab = _DetectorsTab(desk, gr.BrowserState(""))
    assert "no file" in str(tab.begin(None, "", "", "", "a" * 32, who)[0])
    told = tab.begin([str(normal)], "pump", "", "series-score", "a" * 32, who)
    assert "progress" in str(told[0])
    again = tab.refresh("", "a" * 32, who)  # another page of the same person
    assert "refusal" not in str(again[1]) and tab.fits.of(OWNER) is not None
    tab.cancelled("a" * 32, who)
    job = tab.fits.of(OWNER)
    assert job is not None and job.wait(120).status == "cancelled"
    assert "Cancelled" in str(tab.tick("", "", "a" * 32, who)[1])


def test_nothing_of_the_tab_is_an_endpoint_for_others(desk: Desk) -> None:
    with gr.Blocks(analytics_enabled=False) as app:
        who = gr.BrowserState("")
        with gr.Tab("Detectors"):
            assert build(desk, who) is None
    assert app.get_api_info()["named_endpoints"] == {} and app.get_api_info()["unnamed_endpoints"] == {}
