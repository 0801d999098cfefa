"""UCSD Ped2: whether bicycles, carts and skaters are found among pedestrians, where and how soon, never looking ahead.

    python -m benchmarks.video [--clips dev|other|all] [--detector video-density] [--held 3]

Ten normal clips are learned from, eight are judged; nothing is scaled by clip, and a frame's score rests on frames up
to it. Development looked at the clips 01, 03, 07 and 09 (`dev`) alone. Told are: the AUROC of frames, pooled; that of
pixels; of the events of the ground truth (places that hang together in space and time) the share of which a finding's
box meets the mask at half of its frames or more; how long after the first abnormal frame of a clip its score first
reaches the alarm; alarms on normal clips that were held out, `held` at a time; frames a second of reading and of
scoring, and the memory.
Mahadevan et al., "Anomaly Detection in Crowded Scenes", CVPR 2010.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.video.region import clip_region
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores

DEV, OTHER = ("01", "03", "07", "09"), ("02", "05", "08", "11")
ALPHA = 0.05
JOINED = 5  # frames that may lie between two masks of one event
LEAST = 10  # frames of an event


@dataclass(frozen=True)
class Judged:
    """A test clip, what was said of it, and its ground truth: `labels` (T,), `mask` (T, height, width)."""

    clip: VideoSample
    score_map: ScoreMap
    labels: NDArray[np.int64]
    mask: NDArray[np.bool_]

    @property
    def steps(self) -> NDArray[np.float64]:
        """−ln p of each frame."""
        detail = video_scores(self.score_map)
        assert detail is not None
        return detail.steps.astype(np.float64)


def root() -> Path:
    """Where the data lie."""
    return Path(os.environ["ANOMALYST_SHARED"]) / "data" / "video" / "ucsd_ped2"


def read(folder: Path) -> VideoSample:
    """A clip."""
    return cast(VideoSample, load_sample(folder, "video"))


def judged(detector: Detector, clip: VideoSample, name: str) -> Judged:
    """What a detector says of a test clip."""
    labels = np.array(json.loads((root() / "frame_labels.json").read_text())[name])
    mask = np.load(root() / "ground_truth" / f"{name}.npz")["mask"].astype(bool)
    return Judged(clip, detector.score(clip), labels, mask)


def auroc(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Area under ROC."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))


def pixels(one: Judged) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Ground truth and scores of every 16th pixel."""
    height, width = one.mask.shape[1:]
    down = np.minimum((np.arange(0, height, 4) / one.clip.side).astype(int), one.clip.shape[1] - 1)
    across = np.minimum((np.arange(0, width, 4) / one.clip.side).astype(int), one.clip.shape[2] - 1)
    return one.mask[:, ::4, ::4].ravel(), one.score_map.scores[:, down][:, :, across].ravel()


def met(one: Judged) -> list[bool]:
    """For each event of the ground truth whether a finding's box meets its mask at half of its frames or more."""
    found = modality("video").locate(one.clip, one.score_map, ALPHA, ALPHA, most=50)
    numbered = label(one.mask[:, ::2, ::2], structure=np.ones((3, 3, 3)))[0]
    told = []
    for number in range(1, numbered.max() + 1):
        event = numbered == number
        frames = np.flatnonzero(event.any(axis=(1, 2)))
        if len(frames) < LEAST:
            continue
        told.append(np.mean([_boxed(found, event[frame], int(frame)) for frame in frames]) >= 0.5)
    return told


def _boxed(found, event: NDArray[np.bool_], frame: int) -> bool:  # type: ignore[no-untyped-def]
    """Whether a finding's box meets the mask (of every second pixel) at a frame."""
    for finding in found.findings:
        region = clip_region(finding)
        if region.start <= frame < region.stop:
            box = region.box(frame)
            if event[box.y0 // 2 : -(-box.y1 // 2), box.x0 // 2 : -(-box.x1 // 2)].any():
                return True
    return False


def delay(one: Judged, threshold: float) -> float | None:
    """Seconds from a clip's first abnormal frame to the first alarm from then on; None without one."""
    first = int(np.argmax(one.labels))
    alarms = np.flatnonzero(one.steps[first:] >= threshold)
    return float(one.clip.times[first + alarms[0]] - one.clip.times[first]) if alarms.size else None


def alarm_score(one: Judged, detector: Detector) -> float:
    """The score from which on a clip of this length is alarmed."""
    yardstick = detector.yardsticks_[detector.card.family]  # type: ignore[attr-defined]
    grid = np.linspace(0, 60, 6001)
    return float(grid[[yardstick.events.whole_p(s, len(one.labels)) <= ALPHA for s in grid].index(True)])


def false_alarms(name: str, normals: list[VideoSample], held: int) -> tuple[int, int]:
    """Alarms on normal clips that were held out, so many at a time, and how many were."""
    alarms = count = 0
    for start in range(0, len(normals), held):
        rest = normals[:start] + normals[start + held :]
        detector = detector_class(name)().fit(rest)
        for clip in normals[start : start + held]:
            alarms, count = alarms + (detector.score(clip).sample_p <= ALPHA), count + 1
    return alarms, count


def main() -> None:
    """Judge, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", choices=("dev", "other", "all"), default="dev")
    parser.add_argument("--detector", default="video-density")
    parser.add_argument("--held", type=int, default=0, help="normal clips held out at a time; 0: none")
    given = parser.parse_args()
    torch.set_num_threads(1)
    names = {"dev": DEV, "other": OTHER, "all": tuple(sorted(DEV + OTHER))}[given.clips]
    began = time.process_time()
    normals = [read(folder) for folder in sorted((root() / "train").iterdir())]
    clips = [read(root() / "test" / name) for name in names]
    reading = sum(len(clip.times) for clip in normals + clips) / (time.process_time() - began)
    began = time.process_time()
    detector = detector_class(given.detector)().fit(normals)
    fitting, began = time.process_time() - began, time.process_time()
    every = [judged(detector, clip, name) for clip, name in zip(clips, names, strict=True)]
    scoring = sum(len(one.labels) for one in every) / (time.process_time() - began)
    truth, scores = np.concatenate([one.labels > 0 for one in every]), np.concatenate([one.steps for one in every])
    print(f"clips {' '.join(names)}; {given.detector}")
    print(f"frame AUROC {auroc(truth, scores):.3f}")
    both = [pixels(one) for one in every]
    print(f"pixel AUROC {auroc(np.concatenate([t for t, _ in both]), np.concatenate([s for _, s in both])):.3f}")
    events = [hit for one in every for hit in met(one)]
    print(f"events met by a box {sum(events)} of {len(events)}")
    print(
        "p of clips", " ".join(f"{name} {one.score_map.sample_p:.2g}" for name, one in zip(names, every, strict=True))
    )
    waits = [delay(one, alarm_score(one, detector)) for one in every]
    print("first alarm after", " ".join("never" if wait is None else f"{wait:.1f} s" for wait in waits))
    print(f"frames a second: reading {reading:.0f}, scoring {scoring:.0f}; fitting {fitting:.0f} s")
    if given.held:
        alarms, count = false_alarms(given.detector, normals, given.held)
        print(f"false alarms on held-out normal clips {alarms} of {count}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
