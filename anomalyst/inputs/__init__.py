"""What users give (paths, arrays, pictures, data frames) to samples; whatever cannot be used is an InputError.

`load_sample(source)`, `load_normals(source, modality)`, `iter_inputs(path)`.
"""

from __future__ import annotations

from anomalyst.inputs.columns import LABEL_NAMES, TIME_NAMES
from anomalyst.inputs.files import display_name
from anomalyst.inputs.loading import (
    Inputs,
    Normals,
    Reading,
    Source,
    align_columns,
    find_inputs,
    iter_inputs,
    list_inputs,
    load_normals,
    load_sample,
    read_normals,
)
from anomalyst.inputs.notes import input_notes, merged_notes, rate_notes
from anomalyst.inputs.pairs import every_pair, pair_notes

__all__ = [
    "LABEL_NAMES",
    "TIME_NAMES",
    "Inputs",
    "Normals",
    "Reading",
    "Source",
    "align_columns",
    "display_name",
    "every_pair",
    "find_inputs",
    "input_notes",
    "iter_inputs",
    "list_inputs",
    "load_normals",
    "load_sample",
    "merged_notes",
    "pair_notes",
    "rate_notes",
    "read_normals",
]
