"""What is shown of a clip: on the card, in the report, beside a step, to mark a time on, and healed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageOps

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.times import span
from anomalyst.evidence.wording import one
from anomalyst.modalities.shown import Card, Drawn, Healed, HealedPicture, Picture, Pictures, ToMark, finding_in_words
from anomalyst.modalities.video.region import clip_region
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.shown.strip import curve, filmstrip, still
from anomalyst.samples import expect

WHOLE, OF_FINDING, BRIEF = 4, 4, 3  # frames shown
SMALL = 96  # pixels of a thumbnail
BRIEF_SIDE = 130
LOW, MIDDLE, HIGH = "#440154", "#21918c", "#fde725"  # three points of viridis
MAP_SHARE = 0.6  # how much of the score map covers the frame


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, e.g. "fast motion, lower left, from 0:12 to 0:19"."""
    what = finding_in_words(evidence, finding.id, speech)
    start, end = one(evidence, finding.id, "start"), one(evidence, finding.id, "end")
    if start is None or end is None:
        return what
    return speech.text("clip-name", {"what": what, "span": span((start, end), evidence, speech)})


def _curve(record: RunRecord) -> Markup:
    sample, count = expect(VideoSample, record.sample), len(record.explanation.evidence.findings)
    alt = record.speech.text("clip-alt", {"name": sample.name, "count": str(count)})
    return curve(record, sample, alt)


def _strip(record: RunRecord, finding: Finding, count: int = OF_FINDING, **size: int) -> Markup:
    name = finding_name(record.explanation.evidence, finding, record.speech)
    return filmstrip(expect(VideoSample, record.sample), clip_region(finding), count, f"{finding.id}: {name}", **size)


def card(record: RunRecord, ident: str, *, brief: bool) -> Card:
    """The score over time, and the frames of each finding; in brief those of the first one alone."""
    findings = record.explanation.evidence.findings
    if brief:
        strips = [_strip(record, finding, BRIEF, across=BRIEF_SIDE) for finding in findings[:1]]
        return Card(whole=(*strips, _curve(record)), heading=record.speech.text("clip-heading"))
    close_ups = {finding.id: _strip(record, finding) for finding in findings}
    whole = _curve(record)
    if not findings:
        return Card(whole=(whole, _frames(record)), heading=record.speech.text("clip-heading"))
    return Card(whole=(whole, *close_ups.values()), heading=record.speech.text("clip-heading"))


def _frames(record: RunRecord) -> Markup:
    sample = expect(VideoSample, record.sample)
    return filmstrip(sample, None, WHOLE, sample.name)


def report(record: RunRecord, detailed: int) -> Pictures:
    """The score over time; of the first findings their frames, with the box that moves."""
    speech, findings = record.speech, record.explanation.evidence.findings
    shown = [Picture(speech.text("clip-score"), _curve(record), speech.text("clip-score-caption"))]
    if not findings:
        shown.append(Picture(speech.text("clip-strip"), _frames(record), ""))
    close_ups = {finding.id: Drawn(lines=_strip(record, finding), legend=False) for finding in findings[:detailed]}
    return Pictures(speech.text("clip-heading"), Drawn(lines=Markup("").join(p.svg for p in shown), legend=False),
                    close_ups)  # fmt: skip


def to_mark(record: RunRecord) -> ToMark:
    """The clip, to mark steps on."""
    return ToMark(Markup("").join([_curve(record), _frames(record)]), (record.sample.shape[0],))


def healing_shown(record: RunRecord, states: Sequence[Healed]) -> list[HealedPicture]:
    """The states of the healing test: the cells that are held against normal ones, at the step where most was healed,
    brighter where more moves."""
    shown = []
    for state in states:
        sample = expect(VideoSample, state.sample)
        masks = [one.mask for one in states if one.mask is not None]
        step = int(masks[0].any(axis=(1, 2)).argmax()) if masks else 0
        shown.append(HealedPicture(state.title, state.said, _cells(sample, step, state.title)))
    return shown


def _cells(sample: VideoSample, step: int, alt: str) -> Markup:
    """How fast each cell moves at a step, as a grid of squares."""
    fast = np.hypot(sample.cells[step, ..., 0], sample.cells[step, ..., 1])
    share, side = np.clip(fast / 0.3, 0, 1), 14
    rows, columns = fast.shape
    square = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="currentColor" fill-opacity="{:.2f}"/>')
    made = [
        square.format(side * c, side * r, side - 1, side - 1, 0.08 + 0.9 * float(share[r, c]))
        for r in range(rows) for c in range(columns)
    ]  # fmt: skip
    size = Markup(' width="{0}" height="{1}" viewBox="0 0 {0} {1}"').format(side * columns, side * rows)
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg"{} role="img" aria-label="{}">{}</svg>')
    return head.format(size, alt, Markup("").join(made))


def thumbnail(sample: VideoSample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
    """A frame, with the finding's box, else under its score map if given."""
    if finding is not None:
        region = clip_region(finding)
        shown = int(sample.strip.steps[sample.strip.nearest(region.peak)])
        return still(sample, region.peak, [region.box(shown)], SMALL)
    if score_map is None:
        return still(sample, sample.shape[0] // 2, [], SMALL)
    step = int(score_map.scores.max((1, 2)).argmax())
    small = still(sample, step, [], SMALL)
    low, high = float(score_map.scores.min()), float(score_map.scores.max())
    share = (score_map.scores[step] - low) / max(high - low, 1e-9)
    grey = Image.fromarray(np.rint(255 * share).astype(np.uint8)).resize(small.size, Image.Resampling.BILINEAR)
    return Image.blend(small.convert("L").convert("RGB"), ImageOps.colorize(grey, LOW, HIGH, mid=MIDDLE), MAP_SHARE)
