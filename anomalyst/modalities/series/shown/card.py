"""What the page shows of a run on a series: its card, the names of its findings, and what a place is marked on."""

from __future__ import annotations

from markupsafe import Markup

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.figure import blamed_first
from anomalyst.modalities.series.shown.spark import HEIGHT, WIDTH, Window, close_up, spark
from anomalyst.modalities.shown import Card, ToMark, first_value, in_place
from anomalyst.samples import expect

MAX_CHANNELS = 3
MAX_MARKED = 4  # channels to mark a place on


def finding_name(evidence: Evidence, finding: Finding) -> str:
    """What a finding is, e.g. "spike in disk_write, late"."""
    kind, channel, place = (
        first_value(evidence, finding.id, name) for name in ("anomaly_kind", "top_channel", "place")
    )
    return in_place(f"{kind or 'abnormal'} in {channel}" if channel else kind or "abnormal region", place)


def card(record: RunRecord, ident: str, *, brief: bool) -> Card:
    """A close-up of each finding, its id beginning with `ident`, and the whole series; in brief the whole alone."""
    whole = _whole(record, MAX_CHANNELS)
    if brief:
        return Card(whole=whole)
    sample, evidence = expect(SeriesSample, record.sample), record.explanation.evidence
    close_ups = {
        finding.id: close_up(sample, record.score_map, finding, _names(evidence), f"{ident}-{finding.id}")
        for finding in evidence.findings
    }
    return Card(close_ups=close_ups, box=f"0 0 {WIDTH} {HEIGHT}", whole=whole, heading="The whole series")


def to_mark(record: RunRecord) -> ToMark:
    """The whole series to mark rows on."""
    return ToMark(Markup("").join(_whole(record, MAX_MARKED)), (record.sample.shape[0],))


def _whole(record: RunRecord, channels: int) -> tuple[Markup, ...]:
    """The whole span of the channels most to blame, every finding shaded."""
    sample, evidence = expect(SeriesSample, record.sample), record.explanation.evidence
    shown = blamed_first(sample, record.score_map, evidence.findings)[:channels]
    windows = [Window(channel, 0, sample.shape[0]) for channel in shown]
    return tuple(spark(sample, record.score_map, evidence.findings, window, _names(evidence)) for window in windows)


def _names(evidence: Evidence) -> dict[str, str]:
    return {finding.id: finding_name(evidence, finding) for finding in evidence.findings}
