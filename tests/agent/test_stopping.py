"""Ending a long work: it ends at its next part, whichever that is, in every detector, and leaves nothing behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from anomalyst import Anomalyst
from anomalyst.agent.page.desk.desk import Desk, Order
from anomalyst.agent.page.desk.fit_jobs import FitOrder, Fits
from anomalyst.agent.page.desk.home import Home
from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.modalities.reading import load_sample
from anomalyst.samples import Sample
from anomalyst.stopping import StoppedError, check_stop, stopped_by, stops_here
from anomalyst.tools.workbench import build_detector
from tests.agent.test_agent import recording
from tests.helpers.pair_data import matching

SECONDS = 2.0  # that a work may go on after it was stopped
SIDE = 64


class Asked(threading.Event):
    """An event that is set once it was asked for `limit` times, and counts."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit, self.count = limit, 0

    def is_set(self) -> bool:
        self.count += 1
        return self.count > self.limit


def normals_for(modality: str) -> list[Sample]:
    rng = np.random.default_rng(0)
    if modality == "image":
        return [load_sample(rng.random((SIDE, SIDE, 3), dtype=np.float32)) for _ in range(8)]
    if modality == "pair":
        return list(map(matching, range(40)))
    return [load_sample(recording(0, faulty=False)[:300])]


def closed_form(name: str) -> Detector:
    """A detector with all its score rules; for small images."""
    detector = build_detector(name, None, 0)
    options = {"size": SIDE} if name.startswith("image") else {}
    return type(detector)(**(detector.config() | options))


def asked_for(work: Callable[[], object]) -> int:
    """How often a whole work asks whether it is still wanted."""
    asked = Asked(np.inf)
    with stopped_by(asked):
        work()
    return asked.count


def ended_after(work: Callable[[], object], asked: int) -> None:
    """Stop a work once it asked so often: it must not ask again, and not come to its end."""
    stop = Asked(asked)
    with pytest.raises(StoppedError), stopped_by(stop):
        work()
    assert stop.count == asked + 1


def test_events_around_one_another_all_count_and_are_gone_afterwards() -> None:
    outer, inner = threading.Event(), threading.Event()
    with stopped_by(outer):
        with stopped_by(inner):
            check_stop()
            assert stops_here() == (outer, inner)
            outer.set()
            with pytest.raises(StoppedError):
                check_stop()
        with pytest.raises(StoppedError):
            check_stop()
    check_stop()


CLOSED = ["image-density", "image-reconstruction", "image-imputation", "series-density", "series-reconstruction"]
CLOSED += ["series-imputation", "pair-embedding"]


@pytest.mark.parametrize("name", CLOSED)
def test_fits_and_scores_of_closed_form_detectors_end_at_any_part(name: str) -> None:
    normals = normals_for(name.split("-")[0])
    whole = asked_for(lambda: closed_form(name).fit(normals))
    assert whole > 20
    for part in (0, whole // 3, whole - 2):
        ended_after(lambda: closed_form(name).fit(normals), part)
    fitted = closed_form(name).fit(normals)
    scored = asked_for(lambda: fitted.score(normals[0]))
    assert scored > 2
    for part in (0, scored // 2):
        ended_after(lambda: fitted.score(normals[0]), part)


@pytest.mark.parametrize("name", ["image-ddpm", "image-time", "series-ddpm", "series-flow", "pair-information"])
def test_training_ends_at_any_step(name: str) -> None:
    kind = detector_class(name)
    options = {"size": SIDE} if name.startswith("image") else {}
    normals = normals_for(name.split("-")[0])

    def fit() -> None:
        kind(train_steps=40, **options).fit(normals)  # type: ignore[call-arg]

    ended_after(fit, 12)


def test_every_kind_of_detector_is_among_those_tried() -> None:
    assert {name.split("-")[0] for name in detector_names()} == {"image", "series", "pair", "table", "video"}


def long_images(folder: Path, count: int = 60, side: int = 256) -> list[Path]:
    """Normal photographs that take long to learn from: smooth noise."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(count):
        small = torch.from_numpy(rng.random((1, 3, side // 8, side // 8), dtype=np.float32))
        large = torch.nn.functional.interpolate(small, (side, side), mode="bicubic").clamp(0, 1)[0]
        paths.append(folder / f"n{number}.png")
        Image.fromarray((large.permute(1, 2, 0).numpy() * 255).astype(np.uint8)).save(paths[-1])
    return paths


def alive(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


def ends(name: str, before: Sequence[threading.Thread]) -> float:
    """Seconds until no new thread of this name is alive; at most ten times what is allowed."""
    began = time.monotonic()
    while set(alive(name)) - set(before) and time.monotonic() - began < 10 * SECONDS:
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Home.open(tmp_path / "home"), workers=1)


def test_a_run_that_is_stopped_in_its_fit_ends_and_leaves_nothing(tmp_path: Path, desk: Desk) -> None:
    paths, before = long_images(tmp_path), alive("anomalyst-run")
    job = desk.submit("ann", "talk", Order(paths[0], "n0.png", tuple(paths), detector="image-density"))
    while "fitting" not in job.turn().doing:
        time.sleep(0.05)
        assert not job.done(), job.turn().error
    time.sleep(1)
    steps = job.turn().steps
    job.stop()
    assert ends("anomalyst-run", before) < SECONDS
    assert job.turn().status == "stopped" and job.turn().steps == steps and not job.turn().error
    assert list(desk.home.runs.iterdir()) == []
    desk.close()


def test_a_fit_that_is_cancelled_ends_and_leaves_nothing(tmp_path: Path, desk: Desk) -> None:
    job = Fits(desk).start("ann", FitOrder(tuple(long_images(tmp_path)), detector="image-density"))
    while not job.progress.doing.startswith("Fitting"):
        time.sleep(0.05)
    time.sleep(1)
    job.cancel()
    began = time.monotonic()
    assert job.wait(10 * SECONDS).status == "cancelled" and time.monotonic() - began < SECONDS
    assert list(desk.home.detectors.iterdir()) == [] and desk.store.fitted("ann") == []
    desk.close()


def test_leaving_the_events_ends_a_long_scoring() -> None:
    rng, before = np.random.default_rng(0), alive("anomalyst-run")
    frame = pd.DataFrame(np.cumsum(rng.normal(size=(30_000, 4)), 0), columns=list("abcd"))
    events = Anomalyst().stream(frame, detector="series-density")  # judged by itself: all the work is scoring
    for event in events:
        if event.message.startswith("scoring"):
            break
    time.sleep(1)
    assert set(alive("anomalyst-run")) - set(before)
    events.close()  # type: ignore[attr-defined]
    assert ends("anomalyst-run", before) < SECONDS
