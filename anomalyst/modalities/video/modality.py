"""The answers for a video, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.modalities.base import Modality
from anomalyst.modalities.shown import Axis, Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import AlarmLevel, Arrays, Inside, Matched, Part, Parts, Ways
from anomalyst.modalities.told import Nouns
from anomalyst.modalities.trial import Trial
from anomalyst.modalities.video.offer import OFFER
from anomalyst.modalities.video.region import VideoRegion
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.shown.headline import headline
from anomalyst.modalities.video.shown.words import TOLD, finding_sentences
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from PIL.Image import Image

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.healing import Healings
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Said
    from anomalyst.evidence.speech.speech import Speech
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.files import Listing


class Video(Modality):
    """A clip, whose frames are reduced to cells of motion and looks."""

    name = "video"
    nouns = Nouns(
        title="Videos", one="clip", many="clips", input="video", data="videos", thing="clip", things="clips",
        normal="stretch", normals="stretches", alike="normal clips as long as this one", examples="normal clips",
        part="event",
    )  # fmt: skip
    sample = VideoSample
    region = VideoRegion
    offer = OFFER
    ways = Ways(
        files="MP4, AVI, MKV, WebM or an animated GIF",
        suffixes=frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"}),
        inside="videos",
        beside=True,
        limit=("Largest frame", "40 million pixels"),
    )
    told = TOLD
    marking = Marking(
        (Axis("start", "stop", "from step", "to step"),),
        "Type the steps that were missed, counted from 0, ten a second.",
        "start < stop in steps",
    )

    # in

    def knows(self, source: Any) -> float:
        """Files of video; a folder of frames only where it is asked for."""
        from anomalyst.modalities.video.reading.source import knows

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """A clip from a file, or from a folder of frames."""
        from anomalyst.modalities.video.reading.source import read

        return read(source)

    def inside(self, found: Listing) -> Inside:
        """Video files."""
        from anomalyst.modalities.video.reading.source import inside

        return inside(found)

    def parts(self, path: Path) -> Parts | None:
        """The folders of frames of a folder, or a folder of frames itself."""
        from anomalyst.modalities.video.reading.source import parts

        return parts(path)

    def matched(self, normals: Sequence[Sample], like: Sample | None) -> Matched:
        """Normals whose frames have the proportions of the input's."""
        from anomalyst.modalities.video.reading.source import matched

        return matched(normals, like)

    def part(self, sample: Sample, start: float, stop: float, rows: bool) -> Part | None:
        """A stretch of the clip."""
        from anomalyst.modalities.video.part import part

        return part(expect(VideoSample, sample), start, stop, rows)

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """How long and how large it is, and how long the normals are."""
        from anomalyst.modalities.video.reading.source import profile

        return profile(sample, normals)

    def size(self, sample: Sample) -> str:
        """Seconds and pixels."""
        from anomalyst.modalities.video.facts import size

        return size(expect(VideoSample, sample))

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        from anomalyst.modalities.video.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        from anomalyst.modalities.video.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(steps, rows, columns), and the features of each cell."""
        return sample.shape, expect(VideoSample, sample).cells.shape

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A row a step."""
        from anomalyst.modalities.video.table import rows

        return rows(expect(VideoSample, sample), score_map)

    def trial(self, seed: int) -> Trial:
        from anomalyst.modalities.video.tried.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        from anomalyst.modalities.video.findings import video_regions

        return video_regions(expect(VideoSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        from anomalyst.modalities.video.facts import sample_facts

        return sample_facts(expect(VideoSample, sample))

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        from anomalyst.modalities.video.facts import finding_facts

        return finding_facts(expect(VideoSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        from anomalyst.modalities.video.healing import healed_clip

        return healed_clip(expect(VideoSample, sample), score_map, found, seed)

    def faulty(self, sample: Sample, number: int, seed: int, times: float | None = 1.0) -> Sample | None:
        from anomalyst.modalities.video.tried.planted import faulty_clip

        return faulty_clip(expect(VideoSample, sample), number, seed, times)

    def alarm_level(self, sample: Sample, alarms: float) -> AlarmLevel:
        """Per day."""
        from anomalyst.modalities.video.rate import alarm_level

        return alarm_level(expect(VideoSample, sample), alarms)

    def alarm_facts(self, sample: Sample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
        """How many false alarms a level allows."""
        from anomalyst.modalities.video.rate import alarm_facts

        return alarm_facts(expect(VideoSample, sample), score_map, alpha)

    # told

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return headline(evidence, finding)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return finding_sentences(evidence, finding)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        from anomalyst.modalities.video.shown.card import finding_name

        return finding_name(evidence, finding, speech)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        from anomalyst.modalities.video.shown.card import report

        return report(record, detailed)

    def files(self, record: RunRecord) -> Mapping[str, str]:
        """The score of each step."""
        from anomalyst.modalities.video.table import rows

        table = rows(expect(VideoSample, record.sample), record.score_map)
        return {"steps.csv": table.to_csv(index=False, lineterminator="\n")}

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        from anomalyst.modalities.video.shown.card import card

        return card(record, ident, brief=brief)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image:
        from anomalyst.modalities.video.shown.card import thumbnail

        return thumbnail(expect(VideoSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        from anomalyst.modalities.video.shown.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        from anomalyst.modalities.video.shown.card import healing_shown

        return healing_shown(record, states)


VIDEO = Video()
