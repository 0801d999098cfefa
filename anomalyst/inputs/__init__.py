"""What users give (paths, arrays, pictures, data frames) to samples; whatever cannot be used is an InputError.

`load_sample(source)`, `load_normals(source, modality)`, `iter_inputs(path)`.
"""

from __future__ import annotations

from anomalyst.inputs.columns import LABEL_NAMES, TIME_NAMES
from anomalyst.inputs.files import display_name
from anomalyst.inputs.loading import Reading, Source, align_columns, iter_inputs, list_inputs, load_normals, load_sample

__all__ = [
    "LABEL_NAMES",
    "TIME_NAMES",
    "Reading",
    "Source",
    "align_columns",
    "display_name",
    "iter_inputs",
    "list_inputs",
    "load_normals",
    "load_sample",
]
