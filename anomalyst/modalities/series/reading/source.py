"""Where series come from: what is one, normals with the same columns, and what is known before any detector ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from anomalyst.errors import InputError
from anomalyst.modalities.files import file_kind, is_no_table, some_names
from anomalyst.modalities.rows.tables import may_be_picture, read_npy
from anomalyst.modalities.series.reading.counters import as_rises, shared_counters
from anomalyst.modalities.series.reading.dates import agreed
from anomalyst.modalities.series.reading.rates import in_step_of, to_one_step
from anomalyst.modalities.series.reading.reader import read_series, series_from_array, series_from_frame
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.sources import Matched
from anomalyst.samples import Sample


def knows(source: Any) -> float:
    """How sure it is that a source is a series. Any table may be one, unless it has the name of a picture; so may any
    array file, whose shape only its header tells."""
    if isinstance(source, Path):
        if is_no_table(source):
            return 0.0
        return {"parquet": 0.6, "text": 0.6, "npy": 0.5}.get(file_kind(source), 0.0)
    if isinstance(source, np.ndarray):
        return 0.1 if source.ndim >= 3 else 0.5 if may_be_picture(source) else 0.9
    return 1.0 if isinstance(source, SeriesSample) else 0.9 if isinstance(source, pd.DataFrame | pd.Series) else 0.0


def read(source: Any) -> SeriesSample:
    """A series from a file, an array or pandas."""
    if isinstance(source, Path):
        if file_kind(source) == "npy":
            return series_from_array(read_npy(source), source.name)
        return read_series(source).sample
    return series_from_array(source) if isinstance(source, np.ndarray) else series_from_frame(source)


def matched(normals: Sequence[Sample], like: Sample | None) -> Matched:
    """Normals in the columns of `like`, or of most of them; those with others are refused. Dates in doubt
    are read as those of the rest are. Beside `like`, what counts up is read as rises, and rows are brought to the wider
    of both steps."""
    series = agreed(_series(normals), _series([like]))
    if not series:
        return Matched(normals)
    usual = Counter(frozenset(s.columns) for s in series).most_common(1)[0][0]
    first = next(s for s in series if frozenset(s.columns) == usual)
    reference = like if isinstance(like, SeriesSample) else first
    aligned: list[SeriesSample] = []
    refused: list[InputError] = []
    for one in series:
        try:
            aligned.append(align_columns(reference, one))
        except InputError as error:
            refused.append(error)
    if not isinstance(like, SeriesSample) or not aligned:
        return Matched(aligned, refused)
    one = next(iter(agreed([like], aligned)))
    counters = shared_counters(one, aligned)
    fitted = to_one_step(as_rises(one, counters), [as_rises(normal, counters) for normal in aligned])
    return Matched(fitted.normals, [*refused, *fitted.refused], fitted.notes)


def settled(sample: Sample, normals: Sequence[Sample]) -> Sample:
    """A series whose dates were guessed, in the order that those of its normals show; what counts up in them as rises,
    and averaged to their step where that is wider."""
    known = _series(normals)
    one = next(iter(agreed(_series([sample]), known)), None)
    if one is None or not known:
        return one or sample
    return in_step_of(as_rises(one, [c for c in known[0].counters if c in one.columns]), known)


def _series(samples: Sequence[Sample | None]) -> list[SeriesSample]:
    return [sample for sample in samples if isinstance(sample, SeriesSample)]


def align_columns(reference: SeriesSample, other: SeriesSample) -> SeriesSample:
    """`other` with its columns in the order of `reference`; InputError names missing and extra columns."""
    if reference.columns == other.columns:
        return other
    missing = [c for c in reference.columns if c not in other.columns]
    extra = [c for c in other.columns if c not in reference.columns]
    if missing or extra:
        parts = [f"{word} {some_names(names)}" for word, names in (("missing", missing), ("extra", extra)) if names]
        raise InputError(
            f"{other.name!r} has other columns than {reference.name!r}: {'; '.join(parts)}; "
            "give series with the same columns."
        )
    order = [other.columns.index(c) for c in reference.columns]
    units = tuple(other.units[i] for i in order)
    return replace(other, values=other.values[:, order], columns=reference.columns, units=units)


def profile(sample: Sample | None, normals: Sequence[Sample]) -> dict[str, Any]:
    """What is known of a series and its normals; without one, of the normals: the most missing values of any."""
    known = [normal for normal in normals if isinstance(normal, SeriesSample)]
    rows = sum(normal.shape[0] for normal in known)
    if isinstance(sample, SeriesSample):
        return {
            "rows": sample.shape[0],
            "channels": list(sample.columns),
            "missing_percent": round(_missing(sample), 2),
            "time_stamps": sample.has_times,
            "normal_rows": rows,
        }
    channels = list(known[0].columns) if known else []
    missing = max(map(_missing, known), default=0.0)
    return {"missing_percent": missing, "channels": channels, "rows": 0, "normal_rows": rows}


def _missing(series: SeriesSample) -> float:
    """The percentage of values that are missing."""
    return float(np.isnan(series.values).mean()) * 100
