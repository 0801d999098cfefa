"""A series in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.sources import Arrays
from anomalyst.samples import Sample

PARTS = ("lacking", "judged", "off", "apart", "mistimed", "rare", "besides")  # of the scores, where they are known


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of a series and of its score map."""
    series, detail = cast(SeriesSample, sample), score_map.detail
    arrays: Arrays = {"values": series.values, "index": series.index}
    about: dict[str, Any] = {"columns": list(series.columns), "units": list(series.units), "zone": series.zone}
    about |= {"gaps": [list(rows) for rows in series.gaps], "counters": list(series.counters)}
    if not isinstance(detail, SeriesScores):
        return about, arrays
    for name in PARTS:
        found = getattr(detail, name)
        arrays |= {} if found is None else {name: found}
    return about | {"independent": detail.independent}, arrays | {"channel_scores": detail.channels}


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[SeriesSample, SeriesScores | None]:
    """The series, and which channel is to blame."""
    columns, units = tuple(about["columns"]), tuple(about["units"])
    name, notes = str(about["name"]), tuple(about["notes"])
    series = SeriesSample(
        arrays["values"],
        columns,
        arrays["index"],
        units,
        name=name,
        notes=notes,
        zone=str(about.get("zone", "")),
        gaps=tuple((int(a), int(b)) for a, b in about.get("gaps", ())),
        counters=tuple(about.get("counters", ())),
    )
    if "channel_scores" not in arrays:
        return series, None
    independent = about.get("independent")
    known = None if independent is None else float(independent)
    told = (arrays.get(name) for name in PARTS)
    return series, SeriesScores(arrays["channel_scores"], known, *told)
