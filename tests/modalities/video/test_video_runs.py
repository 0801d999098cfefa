"""Whole runs on clips: what is found is told with its way and speed, proved, kept and replayed; nothing looks ahead."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anomalyst.agent.analyst import Anomalyst
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.verifier.verify import verify_text
from anomalyst.detectors.registry import detector_class
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.speech.manner import Manner
from anomalyst.modalities.registry import modality
from anomalyst.modalities.trial import Trial
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores
from anomalyst.modalities.video.tried.trial import Thing, clip, trial, walkers

VIDEO = modality("video")


@cache
def example() -> Trial:
    return trial(0)


@cache
def fitted() -> Any:
    return detector_class("video-density")().fit(example().normals)


def facts_of(sample: VideoSample) -> list[dict[str, Any]]:
    """The facts of each finding by kind."""
    score_map = fitted().score(sample)
    found = VIDEO.locate(sample, score_map, 0.05, 0.05)
    return [{m.kind: m.value for m in VIDEO.finding_facts(sample, score_map, found, one)} for one in found.findings]


@pytest.mark.parametrize(("way", "told"), [(1, "left to right"), (-1, "right to left")])
def test_something_fast_is_told_with_its_way(way: int, told: str) -> None:
    sample = clip([*walkers(7), Thing(20, 52, way * 7.0, width=16)], 7)
    first = facts_of(sample)[0]
    assert first["anomaly_kind"] == "fast motion"
    assert first["heading"] == told
    assert first["speed_ratio"] > 1.3
    assert 1.5 <= first["start"] <= 3.5


def test_something_left_behind_is_told_by_its_looks() -> None:
    sample = clip(walkers(8), 8)
    cells = sample.cells.copy()
    cells[20:, 3:5, 4:6, 3] -= 0.3
    assert facts_of(replace(sample, cells=cells))[0]["anomaly_kind"] == "unusual appearance"


def test_normal_clips_raise_few_alarms() -> None:
    assert sum(fitted().score(clip(walkers(seed), seed)).sample_p <= 0.05 for seed in range(900, 912)) <= 1


def test_scores_know_nothing_of_what_comes_later() -> None:
    sample = example().faulty[0]
    whole, early = (video_scores(fitted().score(one)) for one in (sample, sample.part(0, 30)))
    assert whole is not None and early is not None
    assert early.steps == pytest.approx(whole.steps[:30], abs=1e-5)


def test_a_clip_by_itself_shows_what_happens_once() -> None:
    things = [thing for start in range(0, 240, 20) for thing in (Thing(start - 10, 18), Thing(start, 52, -2.0))]
    sample = clip([*things, Thing(120, 52, 8.0, width=16)], 5, 240)
    score_map = detector_class("video-density")().fit([]).score(sample)
    assert score_map.calibration.method == "self-calibrated"
    assert 118 <= int(score_map.scores.max((1, 2)).argmax()) <= 145


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Explanation]:
    out = tmp_path_factory.mktemp("clip") / "run"
    told = Anomalyst().explain(example().faulty[0], list(example().normals), detector="video-density", out=out)
    return out, told


def test_it_is_told_proved_and_audited(run: tuple[Path, Explanation]) -> None:
    out, told = run
    assert told.verdict == "anomalous"
    assert told.summary.startswith("From 0:0")
    assert "times as fast as almost anything in the normal clips, left to right" in told.summary
    assert all(claim.verdict.outcome == "supported" for claim in told.claims)
    assert audit_run(out).passed
    assert "<image href" in (out / "report.html").read_text(encoding="utf-8")


def test_it_is_told_in_german() -> None:
    manner = Manner(language="de")
    told = Anomalyst().explain(example().faulty[1], list(example().normals), detector="video-density", manner=manner)
    assert told.summary.startswith("Von 0:0")
    assert "von rechts nach links" in told.summary


def test_sentences_on_a_clip_are_read(run: tuple[Path, Explanation]) -> None:
    _, made = run
    start = next(fact.value for fact in made.evidence.about("R1", "start"))
    true, false = f"R1 starts at 0:{int(start):02d}.", "R1 starts at 0:59."
    assert [one.verdict.outcome for one in verify_text(f"{true} {false}", made.evidence)] == [
        "supported",
        "contradicted",
    ]
    said = verify_text("R1 moves left to right. R1 moves right to left.", made.evidence)
    assert [one.verdict.outcome == "supported" for one in said] == [True, False]


def test_parts_and_tables_keep_the_clock() -> None:
    sample = example().normal[0]
    part = VIDEO.part(sample, 2.0, 4.0, False)
    assert part is not None and (part.start, part.end, part.sample.shape[0]) == (2.0, 4.0, 21)
    table = VIDEO.rows(part.sample, fitted().score(part.sample))
    assert table is not None and np.allclose(table.seconds[:2], [2.0, 2.1])
