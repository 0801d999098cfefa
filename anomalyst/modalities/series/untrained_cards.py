"""The time-series detectors: three score rules over one engine, with or without normal series to learn from."""

from __future__ import annotations

from anomalyst.detectors.contract import Card
from anomalyst.modalities.series.space.expected import heal
from anomalyst.modalities.series.untrained import SeriesDetector

__all__ = ["SeriesDensity", "SeriesDetector", "SeriesImputation", "SeriesReconstruction", "heal"]

_PAPERS = "Karras et al. 2022 (arXiv 2206.00364), App. B.3; "


class SeriesDensity(SeriesDetector):
    """Density of multi-scale windows under diffused normals."""

    card = Card(
        name="series-density",
        modality="series",
        family="density",
        summary="How unlikely each stretch of the series is among normal stretches, at several window lengths.",
        cost="seconds for 100,000 rows on one core",
        best_for="unusual patterns, level shifts, lost periodicity and spikes; the default",
        avoid_when="the series is shorter than about 30 rows",
        paper=_PAPERS + "Livernoche et al. 2024 (arXiv 2305.18593)",
    )


class SeriesReconstruction(SeriesDetector):
    """Difference between the series and its denoised self."""

    card = Card(
        name="series-reconstruction",
        modality="series",
        family="reconstruction",
        summary="How far each value lies from the series denoised at several noise levels.",
        cost="about twice the density rule",
        best_for="sharp deviations whose exact rows and channels matter",
        avoid_when="the fault is a plausible shape at the wrong time",
        paper=_PAPERS + "Liu et al. 2025 (arXiv 2501.11430), reconstruction family",
    )


class SeriesImputation(SeriesDetector):
    """Difference between masked values and what the unmasked ones around them imply."""

    card = Card(
        name="series-imputation",
        modality="series",
        family="imputation",
        summary="How far each value lies from what the values around it imply, by complementary masks along time.",
        cost="about three times the density rule",
        best_for="short faults and stuck values within a regular series",
        avoid_when="the fault is much longer than the windows",
        paper=_PAPERS + "Chen et al. 2023 (ImDiffusion, arXiv 2307.00754)",
    )
