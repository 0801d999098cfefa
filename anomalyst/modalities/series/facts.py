"""Facts about one finding of a series: when, which channels, what kind of anomaly, observed against expected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, strength
from anomalyst.evidence.units import Measure, compared, cut, difference_unit, rounded
from anomalyst.modalities.series.kinds.kind import kind_in
from anomalyst.modalities.series.kinds.stretch import Stretch, power_of, stretch_of
from anomalyst.modalities.series.region import SeriesKind, SeriesRegion, row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import expected_events, lacking, told_of
from anomalyst.modalities.series.shown.blame import MAX_CHANNELS, channel_shares
from anomalyst.modalities.series.shown.channels import to_blame
from anomalyst.modalities.series.shown.onset import onset
from anomalyst.modalities.series.shown.places import series_place
from anomalyst.modalities.series.units import channel_names, duration, lag, moment

BAND = (0.05, 0.95)  # quantiles of the posterior samples that bound an expected value
LACKING: tuple[SeriesKind, ...] = ("missing data", "gap")
LASTING: tuple[SeriesKind, ...] = ("level shift", "drift", "flat line", "wrong hour", *LACKING)
"""Kinds whose observed and expected values are means over the finding; those of the others are read at the row that
deviates most."""


def sample_facts(sample: SeriesSample) -> Iterator[Measure]:
    """Facts about the whole series."""
    rows, channels = sample.shape
    yield Measure("sample", "sample_size", f"{rows:,} rows × {channels:,} channel{'s' if channels != 1 else ''}")
    yield Measure("sample", "missing_share", rounded(100 * float(np.isnan(sample.values).mean())), "%")
    if sample.has_times:
        yield Measure("sample", "time_span", f"{moment(sample, 0)[0]} to {moment(sample, rows - 1)[0]}")


def finding_facts(
    sample: SeriesSample, score_map: ScoreMap, found: FoundRegions, finding: Finding
) -> Iterator[Measure]:
    """Facts of strength, place, time and channels of one finding."""
    region = row_region(finding)
    yield from strength(score_map, finding)
    yield from _series_facts(sample, score_map, finding, region, _normal_rows(sample, found))


def _normal_rows(sample: SeriesSample, found: FoundRegions) -> NDArray[np.bool_]:
    """The rows that are in no finding (T,); all where none is."""
    normal = ~found.union((len(sample.values),))
    return normal if normal.any() else ~normal


def _series_facts(
    sample: SeriesSample, score_map: ScoreMap, finding: Finding, region: SeriesRegion, normal: NDArray[np.bool_]
) -> Iterator[Measure]:
    """`normal` (T,): the rows that are in no finding."""
    start, stop, subject = region.start, region.stop, finding.id
    score_map = _told_of(sample, score_map, region)
    yield Measure(subject, "place", series_place(start, stop, len(sample.values)))
    yield Measure(subject, "start", *moment(sample, start))
    yield Measure(subject, "end", *moment(sample, stop - 1))
    yield Measure(subject, "duration", *duration(sample, start, stop))
    peak = start + int(np.argmax(score_map.scores[start:stop]))
    yield Measure(subject, "peak_at", *moment(sample, peak))
    shares, names = channel_shares(score_map, start, stop), channel_names(sample)
    absent = _lacking_channels(sample, score_map, region)
    if absent:
        yield from _lacking_facts(sample, subject, region, absent)
        return
    chosen = to_blame(sample, score_map, slice(start, stop), normal)
    if chosen:
        yield Measure(subject, "top_channel", names[chosen[0]])
    for channel in chosen:
        yield Measure(subject, "channel_share", rounded(100 * shares[channel]), "%", names[channel])
    for channel in chosen:
        stretch = stretch_of(sample, score_map, slice(start, stop), normal, channel)
        yield from _channel_facts(sample, score_map, subject, stretch, channel)
    yield from _order_facts(sample, subject, _moves(sample, score_map, region, normal))


def _told_of(sample: SeriesSample, score_map: ScoreMap, region: SeriesRegion) -> ScoreMap:
    """The answer by which a finding is told: a rare event of another channel in the same rows is another finding."""
    names = channel_names(sample)
    places = [names.index(name) for name in region.channels if name in names]
    return told_of(score_map, slice(region.start, region.stop), places)


def first_to_move(
    sample: SeriesSample, score_map: ScoreMap, found: FoundRegions, finding: Finding
) -> tuple[int, str] | None:
    """Position and name of the channel that moved first in a finding; None where that cannot be told of one."""
    region = row_region(finding)
    moves = _moves(sample, _told_of(sample, score_map, region), region, _normal_rows(sample, found))
    return (moves[0][0], channel_names(sample)[moves[0][0]]) if moves and moves[0][1] < moves[1][1] else None


def _moves(
    sample: SeriesSample, score_map: ScoreMap, region: SeriesRegion, normal: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """(channel, row at which it left what was expected) of those to blame, the first first; none unless two did, and in
    runs of the first version."""
    found = []
    for channel in to_blame(sample, score_map, slice(region.start, region.stop), normal):
        stretch = stretch_of(sample, score_map, slice(region.start, region.stop), normal, channel)
        draws = score_map.samples[:, region.start : region.stop, channel].astype(np.float64)
        row = onset(stretch, np.ldexp(draws, -power_of(sample, channel)))
        found += [] if row is None else [(channel, row)]
    known = len(found) > 1 and expected_events(score_map) is not None
    return sorted(found, key=lambda move: move[1]) if known else []


def _order_facts(sample: SeriesSample, subject: str, moves: list[tuple[int, int]]) -> Iterator[Measure]:
    """Which channel moved first and how much later the others did; where several were first, all by their lag."""
    names, alone = channel_names(sample), len(moves) > 1 and moves[0][1] < moves[1][1]
    if alone:
        yield Measure(subject, "moved_first", names[moves[0][0]])
    for channel, row in moves[int(alone) :]:
        yield Measure(subject, "lag", *lag(sample, moves[0][1], row), names[channel])


def _lacking_channels(sample: SeriesSample, score_map: ScoreMap, region: SeriesRegion) -> list[str]:
    """The channels of a finding if it is one of what they lack; none else."""
    missing, names = lacking(score_map), channel_names(sample)
    if missing is None or not region.channels:
        return []
    places = [names.index(channel) for channel in region.channels if channel in names]
    share = missing[region.start : region.stop, places].mean(axis=0)
    return list(region.channels) if len(share) and (share >= 0.5).all() else []


def _lacking_facts(sample: SeriesSample, subject: str, region: SeriesRegion, channels: list[str]) -> Iterator[Measure]:
    """That rows are absent, or that values of some channels are missing."""
    gap = any(start <= region.start and region.stop <= stop for start, stop in sample.gaps)
    if len(channels) == 1 and sample.shape[1] > 1:
        yield Measure(subject, "top_channel", channels[0])
        yield Measure(subject, "channel_share", rounded(100.0), "%", channels[0])
    if gap:
        yield Measure(subject, "anomaly_kind", "gap")
        return
    for channel in channels[:MAX_CHANNELS]:
        yield Measure(subject, "anomaly_kind", "missing data", qualifier=channel)


def _channel_facts(
    sample: SeriesSample, score_map: ScoreMap, subject: str, stretch: Stretch, channel: int
) -> Iterator[Measure]:
    """Kind, direction, and observed against expected of one channel; the stretch without its power of two."""
    power, name, unit = power_of(sample, channel), channel_names(sample)[channel], sample.units[channel]
    kind = kind_in(stretch, score_map, channel)
    yield Measure(subject, "anomaly_kind", kind, qualifier=name)
    rows = _telling_rows(stretch, kind)
    draws = np.ldexp(score_map.samples[:, rows, channel].astype(np.float64), -power)
    normal = _mean(stretch.expected[rows])
    if not np.isfinite(normal):
        return
    means = np.array([_mean(draw) for draw in draws])
    band = np.quantile(means[np.isfinite(means)], BAND) if np.isfinite(means).any() else np.full(2, normal)
    seen = _mean(stretch.observed[rows])
    band, seen, normal = np.ldexp(band, power), float(np.ldexp(seen, power)), float(np.ldexp(normal, power))
    if not np.isfinite(seen) or kind in LACKING:
        yield _expected(subject, name, unit, compared(normal, normal)[1:], band)
        return
    observed, expected, difference, places = compared(seen, normal)
    if difference:
        yield Measure(subject, "direction", "above" if difference > 0 else "below", qualifier=name)
    yield Measure(subject, "observed", observed, unit, name)
    yield _expected(subject, name, unit, (expected, difference, places), band)
    yield Measure(subject, "difference", difference, difference_unit(unit), name)


def _expected(
    subject: str, name: str, unit: str, printed: tuple[float, float, int], band: NDArray[np.float64]
) -> Measure:
    """The expected value with its band, which is widened where it would not hold the value itself."""
    value, _, places = printed
    low, high = (cut(float(bound), places) for bound in band)
    return Measure(subject, "expected", value, unit, name, low=min(low, value), high=max(high, value))


def _telling_rows(stretch: Stretch, kind: SeriesKind) -> slice:
    """The rows whose values are told: all for kinds that last, else the one that deviates most."""
    if kind in LASTING:
        return slice(stretch.start, stretch.stop)
    deviation = np.nan_to_num(np.abs(stretch.residual[stretch.start : stretch.stop]), nan=-1.0)
    row = stretch.start + int(np.argmax(deviation))
    return slice(row, row + 1)


def _mean(values: NDArray[np.float64]) -> float:
    """Mean of the finite values; NaN if there is none."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else float("nan")
