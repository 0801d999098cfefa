"""What is shown of a series: on the card, in the report, beside a step, to mark a place on, and healed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.blame import blamed_by, blamed_first, by_score
from anomalyst.modalities.series.shown.chart import Window, healed_chart, run_chart
from anomalyst.modalities.series.shown.svg import Look, draw
from anomalyst.modalities.series.units import channel_names
from anomalyst.modalities.shown import (
    Card,
    Drawn,
    Healed,
    HealedPicture,
    Pictures,
    ToMark,
    finding_in_words,
    first_value,
)
from anomalyst.samples import expect

MAX_CHANNELS = 3
MAX_MARKED = 4  # channels to mark a place on
LEAST_ROWS = 30  # shown before and after a finding, or what was healed
SPARK = Look("an-spark an-marks", 360, 70, pressed=True)
WIDE = Look("wide", 960, 120, strip=56, letters=12, ticks=9)
NARROW = Look("narrow", 360, 90, strip=50, ticks=7)  # for phones: the same, its letters as high
SMALL = Look("", 96, 54, letters=0)


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, e.g. "spike in disk_write, late"."""
    return finding_in_words(evidence, finding.id, speech, first_value(evidence, finding.id, "top_channel"))


def card(record: RunRecord, ident: str, *, brief: bool) -> Card:
    """A close-up of each finding, its id beginning with `ident`, and the whole series; in brief the whole alone."""
    whole = _whole(record, MAX_CHANNELS)
    if brief:
        return Card(whole=whole)
    sample, close_ups = expect(SeriesSample, record.sample), {}
    for finding in record.explanation.evidence.findings:
        window = Window(*_near(sample, finding), (blamed_by(sample, [finding]) or [0])[:1])
        close_ups[finding.id] = _drawn(record, SPARK, window, [finding], ident=f"{ident}-{finding.id}")
    box = f"0 0 {SPARK.width:g} {SPARK.height(1):g}"
    return Card(close_ups=close_ups, box=box, whole=whole, heading=record.speech.text("chart-whole"))


def to_mark(record: RunRecord) -> ToMark:
    """The whole series to mark rows on, one as wide as another."""
    return ToMark(Markup("").join(_whole(record, MAX_MARKED, by_row=True)), (record.sample.shape[0],))


def report(record: RunRecord, detailed: int) -> Pictures:
    """What the report shows of a run: the whole, and a close-up of each of the first findings."""
    sample, findings = expect(SeriesSample, record.sample), record.explanation.evidence.findings
    whole = _wide(record, (0, sample.shape[0]), findings, "chart-whole-of", {"name": sample.name})
    close_ups = {
        finding.id: _wide(record, _near(sample, finding), [finding], "chart-finding", {"finding": finding.id})
        for finding in findings[:detailed]
    }
    return Pictures(record.speech.text("chart-whole"), whole, close_ups)


def thumbnail(sample: SeriesSample, score_map: ScoreMap | None, finding: Finding | None) -> Markup:
    """Up to three channels, the most to blame first; what was expected and the finding's rows if given."""
    own = blamed_by(sample, [finding])[:1] if finding else []
    channels = own or by_score(sample, score_map)[:MAX_CHANNELS]
    window = Window(0, sample.shape[0], channels)
    chart = run_chart(sample, score_map, window, SMALL.buckets, [finding] if finding else [])
    return draw(chart, replace(SMALL, panel=SMALL.panel / len(channels)), alt="a series, small")


def healing_shown(record: RunRecord, states: Sequence[Healed]) -> list[HealedPicture]:
    """The states of the healing test in the channels most to blame, around all that was healed."""
    sample = expect(SeriesSample, record.sample)
    channels = blamed_by(sample, record.explanation.evidence.findings, each=1)[:MAX_CHANNELS] or [0]
    rows = np.flatnonzero(np.logical_or.reduce([state.mask for state in states if state.mask is not None]))
    window = Window(*_around(sample, int(rows[0]), int(rows[-1]) + 1, 1 / 6), channels)
    looks = [replace(look, strip=0.0, legend=True) for look in (WIDE, NARROW)]

    def drawn(state: Healed) -> Markup:
        alt = f"{sample.name}: {state.title.lower()}"
        return Markup("").join(draw(healed_chart(sample, state, window, look.buckets), look, alt=alt) for look in looks)

    return [HealedPicture(state.title, state.said, drawn(state)) for state in states]


def _whole(record: RunRecord, channels: int, *, by_row: bool = False) -> tuple[Markup, ...]:
    """The whole span of the channels most to blame, every finding shaded."""
    sample, findings = expect(SeriesSample, record.sample), record.explanation.evidence.findings
    shown = blamed_first(sample, record.score_map, findings)[:channels]
    windows = (Window(0, sample.shape[0], [channel], by_row) for channel in shown)
    return tuple(_drawn(record, SPARK, window, findings) for window in windows)


def _wide(
    record: RunRecord, rows: tuple[int, int], findings: Sequence[Finding], message: str, slots: Mapping[str, str]
) -> Drawn:
    """Some rows of the channels that findings blame, else of the highest-scoring ones; `message`: what it is, by their
    names and `slots`."""
    sample = expect(SeriesSample, record.sample)
    channels = (blamed_by(sample, findings) or by_score(sample, record.score_map))[:MAX_CHANNELS]
    names = ", ".join(channel_names(sample)[channel] for channel in channels)
    alt = record.speech.text(message, {"channels": names, **slots})
    window = Window(*rows, channels)
    made = (_drawn(record, look, window, findings, alt=alt) for look in (WIDE, NARROW))
    return Drawn(lines=Markup("").join(one + "\n" for one in made))  # as older reports have them, for the audit


def _drawn(record: RunRecord, look: Look, window: Window, findings: Sequence[Finding], **said: str) -> Markup:
    sample, evidence, speech = expect(SeriesSample, record.sample), record.explanation.evidence, record.speech
    names = {finding.id: finding_name(evidence, finding, speech) for finding in findings}
    return draw(run_chart(sample, record.score_map, window, look.buckets, findings, names), look, speech, **said)


def _near(sample: SeriesSample, finding: Finding) -> tuple[int, int]:
    """The rows of a finding and as many on both sides."""
    region = row_region(finding)
    return _around(sample, region.start, region.stop, 1)


def _around(sample: SeriesSample, start: int, stop: int, share: float) -> tuple[int, int]:
    """Rows [start, stop) and a share of them on both sides, enough to be seen."""
    pad = max(LEAST_ROWS, round(share * (stop - start)), sample.shape[0] // 200)
    return max(0, start - pad), min(sample.shape[0], stop + pad)
