"""Registered detectors, under the names that tests call them by."""

from __future__ import annotations

from typing import Any

from anomalyst.detectors.registry import detector_class

ImageDensity: Any = detector_class("image-density")
ImageReconstruction: Any = detector_class("image-reconstruction")
ImageImputation: Any = detector_class("image-imputation")
ImageDDIM: Any = detector_class("image-ddim")
ImageScore: Any = detector_class("image-score")
ImageTime: Any = detector_class("image-time")
ImageFusion: Any = detector_class("image-fusion")
SeriesDensity: Any = detector_class("series-density")
SeriesDDIM: Any = detector_class("series-ddim")
SeriesOneStep: Any = detector_class("series-one-step")
SeriesImDiffusion: Any = detector_class("series-imdiffusion")
SeriesFlow: Any = detector_class("series-flow")
SeriesScore: Any = detector_class("series-score")
SeriesTime: Any = detector_class("series-time")
SeriesFusion: Any = detector_class("series-fusion")
