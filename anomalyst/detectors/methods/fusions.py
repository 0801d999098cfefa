"""The fused detectors: which detectors judge together on images, and which on time series."""

from __future__ import annotations

from typing import ClassVar

from anomalyst.detectors.contract import Card
from anomalyst.detectors.methods.fusion import FusionDetector

_PAPERS = "Liu & Xie 2020, JASA 115 (Cauchy combination); Vovk & Wang 2020, Biometrika 107 (harmonic mean)"


class ImageFusion(FusionDetector):
    """Density and reconstruction of images, combined."""

    default_members = ("image-density", "image-reconstruction")
    card: ClassVar[Card] = Card(
        name="image-fusion",
        modality="image",
        family="hybrid",
        summary="Combines the p-values of two detectors, density and reconstruction, and keeps each one's vote.",
        cost="that of its members together: about twice image-density",
        best_for="a second opinion where the kind of defect is not known and what one detector misses matters",
        avoid_when="time is short, or one detector is known to suit: the other one adds false alarms",
        paper=_PAPERS,
    )


class SeriesFusion(FusionDetector):
    """Density and imputation of time series, combined."""

    self_calibrating: ClassVar[bool] = True
    default_members = ("series-density", "series-imputation")
    card: ClassVar[Card] = Card(
        name="series-fusion",
        modality="series",
        family="hybrid",
        summary="Combines the p-values of two detectors, density and imputation, and keeps each one's vote.",
        cost="that of its members together: about four times series-density",
        best_for="a second opinion where unusual patterns and short faults may both occur",
        avoid_when="time is short, or one detector is known to suit: the other one adds false alarms",
        paper=_PAPERS,
    )
