"""A series in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.sources import Arrays
from anomalyst.samples import Sample


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of a series and of its score map."""
    series, detail = cast(SeriesSample, sample), score_map.detail
    arrays: Arrays = {"values": series.values, "index": series.index}
    about = {"columns": list(series.columns), "units": list(series.units), "zone": series.zone}
    if not isinstance(detail, SeriesScores):
        return about, arrays
    found: Arrays = {"channel_scores": detail.channels} | ({} if detail.off is None else {"off_level": detail.off})
    return about | {"independent": detail.independent}, arrays | found


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[SeriesSample, SeriesScores | None]:
    """The series, and which channel is to blame."""
    columns, units = tuple(about["columns"]), tuple(about["units"])
    name, notes = str(about["name"]), tuple(about["notes"])
    series = SeriesSample(
        arrays["values"], columns, arrays["index"], units, name=name, notes=notes, zone=str(about.get("zone", ""))
    )
    if "channel_scores" not in arrays:
        return series, None
    independent = about.get("independent")
    known = None if independent is None else float(independent)
    return series, SeriesScores(arrays["channel_scores"], known, arrays.get("off_level"))
