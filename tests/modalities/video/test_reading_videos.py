"""Clips from files and folders: times, sizes, and what is refused in one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anomalyst.errors import InputError
from anomalyst.modalities.reading import find_parts, load_sample, read_normals
from anomalyst.modalities.video.reading import frames as reading
from anomalyst.modalities.video.reading import reduce
from anomalyst.modalities.video.sample import CHANGE, RIGHT, VideoSample
from anomalyst.modalities.video.tried.trial import Thing, drawn
from tests.helpers.clips import folder, written

FRAMES = drawn([Thing(-4, 40, 3.0)], 1, 30)


def clip(path: Path, kind: str | None = None) -> VideoSample:
    sample = load_sample(path, kind)
    assert isinstance(sample, VideoSample)
    return sample


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv", ".webm", ".gif"])
def test_every_container_is_known_by_its_content(tmp_path: Path, suffix: str) -> None:
    found = clip(written(tmp_path / f"clip{suffix}", FRAMES))
    assert found.shape == (30, 6, 10)
    assert found.size == (160, 96)
    assert found.times == pytest.approx(np.arange(30) / 10, abs=0.011)
    moving = found.cells[5:, 2:5]
    fast = moving[moving[..., CHANGE] > 2][:, RIGHT]
    assert np.median(fast) * found.per_second == pytest.approx(30, rel=0.35)


def test_a_folder_of_frames_is_a_clip_only_where_a_video_is_asked_for(tmp_path: Path) -> None:
    where = folder(tmp_path / "frames", FRAMES[:12])
    found = clip(where, "video")
    assert found.shape[0] == 12
    assert "numbered frames" in found.notes[0]
    with pytest.raises(InputError, match="holds 12 image files"):
        load_sample(where)


def test_folders_of_frames_are_normals_each_by_itself(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder(tmp_path / name, FRAMES[:12])
    assert len(list(find_parts(tmp_path, "video").parts)) == 2
    assert [one.name for one in read_normals(tmp_path, "video").samples] == ["a", "b"]


def test_fast_clips_are_looked_at_ten_times_a_second(tmp_path: Path) -> None:
    slow = [frame for frame in FRAMES for _ in range(3)]
    assert clip(written(tmp_path / "fast.mp4", slow, rate=30)).shape[0] == 30


def test_times_of_a_variable_rate_are_the_clips_own(tmp_path: Path) -> None:
    times = [0.1 * n for n in range(15)] + [2.0 + 0.2 * n for n in range(15)]
    found = clip(written(tmp_path / "variable.mkv", FRAMES, times=times))
    assert found.times == pytest.approx(times, abs=0.011)


def test_a_turned_frame_is_shown_the_right_way_up() -> None:
    source = reading.Source((4, 2), iter(()), turn=1)
    assert source.shown == (2, 4)


def test_memory_does_not_grow_with_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reduce, "MOST_STEPS", 10)
    monkeypatch.setattr(reduce, "MOST_SHOWN", 4)
    reducer = reduce.Reducer((160, 96))
    for number, pixels in enumerate(FRAMES):
        reducer.take(pixels, number / 10)
        assert len(reducer.cells) <= 10 and len(reducer.shown) <= 4
    cells, times, strip = reducer.reduced()
    assert reducer.every == 4
    assert times == pytest.approx(np.arange(0, 30, 4) / 10)
    assert len(cells) == 8 and strip.picture(0).size == (160, 96)


def refused(path: Path, words: str, kind: str | None = "video") -> None:
    with pytest.raises(InputError, match=words) as caught:
        load_sample(path, kind)
    assert "\n" not in str(caught.value)


def test_what_is_no_clip_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refused(tmp_path / "empty.mp4", "empty")
    whole = written(tmp_path / "whole.mp4", FRAMES)
    (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refused(tmp_path / "cut.mp4", "cut off")
    refused(written(tmp_path / "one.mp4", FRAMES[:1]), "has 1 frame to look at")
    (tmp_path / "text.mp4").write_text("no video")
    refused(tmp_path / "text.mp4", "give a video")
    (tmp_path / "other").mkdir()
    refused(tmp_path / "other", "neither a video")


def test_what_was_read_before_a_file_ends_early_is_used_and_this_is_said(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.mkv", FRAMES)
    (tmp_path / "cut.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    found = clip(tmp_path / "cut.mkv")
    assert 8 <= found.shape[0] < 30


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "sound.mp4"), "w") as out:
        stream = out.add_stream("aac", rate=44_100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44_100
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    refused(tmp_path / "sound.mp4", "no video stream")


def test_frames_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PIXELS", 1_000)
    refused(written(tmp_path / "large.mp4", FRAMES), "at most 1,000 pixels")
    refused(folder(tmp_path / "frames", FRAMES[:9]), "at most 1,000 pixels")


def test_a_still_gif_is_an_image(tmp_path: Path) -> None:
    Image.fromarray(FRAMES[0]).save(tmp_path / "still.gif")
    assert load_sample(tmp_path / "still.gif").modality == "image"


def test_normals_of_another_shape_are_refused(tmp_path: Path) -> None:
    like = clip(written(tmp_path / "wide.mkv", FRAMES))
    tall = [np.ascontiguousarray(frame.transpose(1, 0, 2)) for frame in FRAMES]
    written(tmp_path / "tall.mkv", tall)
    with pytest.raises(InputError, match="same view"):
        read_normals(tmp_path / "tall.mkv", "video", like=like)
