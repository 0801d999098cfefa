"""Tables of ADBench: NPZ files with X (rows, columns) and y (0 normal, 1 anomaly)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from anomalyst.datasets.folders import arrays_of, files_of
from anomalyst.datasets.labelled import LabelledTable
from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, shown


def read_adbench(source: str | Path) -> Iterator[LabelledTable]:
    """The tables of a folder (or one file), one at a time. There is no split into train and test."""
    for path in files_of(source, ".npz", "ADBench's NPZ files"):
        arrays = arrays_of(path, ("X", "y"))
        x, y = arrays["X"], arrays["y"].reshape(-1)
        if x.ndim != 2 or len(x) != len(y) or x.dtype.kind not in "biuf":
            raise InputError(
                f"{shown(path)}: got X of shape {x.shape!r} and y of shape {y.shape!r}; X is a table of numbers and y "
                "holds one label per row."
            )
        yield LabelledTable(display_name(path.stem), x.astype(np.float64), y != 0)
