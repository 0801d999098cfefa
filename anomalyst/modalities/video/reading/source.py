"""Where clips come from: what is one, normals that fit, and what is known before any detector ran.

A folder of frames is a clip only where a video is asked for: by its files alone it may as well be a folder of images.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anomalyst.errors import InputError
from anomalyst.modalities.files import (
    Listing,
    as_path,
    check_size,
    existing,
    left_out_notes,
    listing,
    refuse_kind,
    shown,
)
from anomalyst.modalities.sources import Inside, Matched, Parts
from anomalyst.modalities.video.reading.frames import Source, container, moves, numbered, of_folder, opened, small
from anomalyst.modalities.video.reading.reduce import CELL, MOST_STEPS, Reducer, working_size
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.samples import Sample

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"})
FILES = "MP4, AVI, MKV, WebM or an animated GIF"
SURE = 0.95  # of a file: more than an image says of a GIF
MOST_BYTES = 60_000_000_000
LEAST_STEPS = 8


def knows(source: Any) -> float:
    """How sure it is that a source is a clip; a folder never is one by itself."""
    if isinstance(source, Path):
        form = None if source.is_dir() else container(source)
        return 0.0 if form is None or (form == "gif" and not moves(source)) else SURE
    return float(isinstance(source, VideoSample))


def read(source: Any) -> VideoSample:
    """A clip from a file or a folder of frames."""
    if isinstance(source, VideoSample):
        return source
    if not isinstance(source, str | Path):
        raise InputError(f"got an object of type {type(source).__name__!r}; give the path of a video.")
    path = existing(as_path(source))
    return _of_folder(path) if path.is_dir() else _of_file(path)


def _of_file(path: Path) -> VideoSample:
    check_size(path, MOST_BYTES, "cut it into parts")
    form = container(path)
    if form is None:
        raise refuse_kind(path, f"a video ({FILES})")
    with opened(path, form) as source:
        return _reduced(source, path)


def _of_folder(path: Path) -> VideoSample:
    files = numbered(path)
    if files:
        return _reduced(of_folder(files), path)
    clips = _clips(listing(path))
    if len(clips) == 1:
        return read(clips[0])
    if clips:
        raise InputError(
            f"the folder {shown(path)} holds {len(clips)} videos; name one of them, or score them all.", "several"
        )
    raise InputError(
        f"the folder {shown(path)} holds neither a video ({FILES}) nor frames, pictures whose names differ in a last "
        "number alone."
    )


def _reduced(source: Source, path: Path) -> VideoSample:
    """The clip, frame by frame."""
    reducer: Reducer | None = None
    for time, lasts, frame in source.frames:
        reducer = reducer or Reducer(source.shown)
        if reducer.wants(time, lasts):
            reducer.take(small(frame, source), time)
    if reducer is None or reducer.taken < LEAST_STEPS:
        seen = 0 if reducer is None else reducer.taken
        raise InputError(
            f"{shown(path)} has {seen} frame{'s' * (seen != 1)} to look at; a clip needs at least {LEAST_STEPS}, each "
            "a tenth of a second after the other: give a longer one, or a single picture as an image."
        )
    cells, times, strip = reducer.reduced()
    notes = tuple(source.notes)
    if reducer.every > 1:
        notes += (f"of its steps, of which at most {MOST_STEPS:,} are kept, every {reducer.every}th was",)
    side = CELL * max(source.shown) / max(working_size(*source.shown))
    return VideoSample(cells, times, source.shown, side, strip, name=path.name, notes=notes)


def _clips(found: Listing) -> list[Path]:
    return [file for file in found.files if file.suffix.lower() in SUFFIXES]


def inside(found: Listing) -> Inside:
    """Video files; GIFs only where videos are asked for."""
    return Inside(_clips(found), perhaps=[f for f in found.files if f.suffix.lower() == ".gif" and moves(f)])


def parts(path: Path) -> Parts | None:
    """The clips of a folder that holds no video files: one of its frames, or its folders of frames."""
    if not path.is_dir():
        return None
    found = listing(path)
    own = inside(found)
    if own.files or (own.perhaps and not numbered(path)):
        return None
    if numbered(path):
        return Parts([path], count=1)
    root, folders = path.resolve(), sorted(name for name in found.left_out.get("sub-folder", ()))
    clips = [path / name for name in folders if root in (path / name).resolve().parents and numbered(path / name)]
    if not clips:
        return None
    others = {"sub-folder": [name for name in folders if path / name not in clips]}
    return Parts(clips, left_out_notes(path, {what: names for what, names in others.items() if names}), len(clips))


def matched(normals: Sequence[Sample], like: Sample | None) -> Matched:
    """Normals whose frames have the shape of the input's; others are refused."""
    clips = [normal for normal in normals if isinstance(normal, VideoSample)]
    if not clips:
        return Matched(normals)
    reference = like if isinstance(like, VideoSample) else clips[0]
    fitting = [clip for clip in clips if clip.shape[1:] == reference.shape[1:]]
    return Matched(fitting, [_unlike(clip, reference) for clip in clips if clip.shape[1:] != reference.shape[1:]])


def _unlike(clip: VideoSample, like: VideoSample) -> InputError:
    (width, height), (other, high) = clip.size, like.size
    return InputError(
        f"{clip.name!r} has frames of {width} × {height} pixels and {like.name!r} of {other} × {high}; give normal "
        "clips of the same view."
    )


def profile(sample: Sample | None, normals: Sequence[Sample]) -> dict[str, Any]:
    """Steps, seconds and size of the clip, and the steps of the normals."""
    known = [normal for normal in normals if isinstance(normal, VideoSample)]
    told = sample if isinstance(sample, VideoSample) else next(iter(known), None)
    steps = sample.shape[0] if isinstance(sample, VideoSample) else 0
    seconds = float(sample.times[-1]) if isinstance(sample, VideoSample) else 0.0
    return {
        "steps": steps,
        "seconds": round(seconds, 1),
        "frame": [] if told is None else list(told.size),
        "normal_steps": sum(clip.shape[0] for clip in known),
    }
