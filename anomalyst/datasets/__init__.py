"""Labelled data: what ships with the package, and readers of public formats from a folder that the user names.

Readers are generators: one sample is in memory at a time.
"""

from __future__ import annotations

from anomalyst.datasets.bundled import (
    TEXTURES,
    Example,
    bundled_examples,
    bundled_images,
    bundled_series,
    telemetry_folder,
)
from anomalyst.datasets.images import image_categories, mvtec_categories, read_labelled_images, read_mvtec
from anomalyst.datasets.labelled import Event, ImageSet, LabelledImage, LabelledSeries, LabelledTable
from anomalyst.datasets.series import (
    read_asd,
    read_kpi,
    read_labelled_csv,
    read_mba,
    read_nab,
    read_skab,
    read_smap_msl,
    read_smd,
    read_ucr,
)
from anomalyst.datasets.tables import read_adbench

__all__ = [
    "Event", "Example", "ImageSet", "LabelledImage", "LabelledSeries", "LabelledTable", "TEXTURES",
    "bundled_examples", "bundled_images", "bundled_series", "image_categories", "mvtec_categories", "read_adbench",
    "read_asd", "read_kpi", "read_labelled_csv", "read_labelled_images", "read_mba", "read_mvtec", "read_nab",
    "read_skab", "read_smap_msl", "read_smd", "read_ucr", "telemetry_folder",
]  # fmt: skip
