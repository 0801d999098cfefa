"""The image detectors: one composition of space, neighbours, score rule and calibration under three names."""

from __future__ import annotations

from typing import ClassVar

from anomalyst.detectors.contract import Card
from anomalyst.modalities.image.untrained import ImageDetector

_COST = "fits in seconds to minutes on a CPU, scores a 256-pixel image in well under a second; nothing is trained"


class ImageDensity(ImageDetector):
    """How improbable each patch is among the normal ones, over a ladder of noise levels."""

    card: ClassVar[Card] = Card(
        name="image-density",
        modality="image",
        family="density",
        summary="Log-density of image patches under two closed-form diffusion models of the normals: all of them as "
        "neighbours at low noise, their mean and covariance by place at high noise.",
        cost=_COST,
        best_for="the first choice for photographs of parts, textures, boards and scans with normal examples at hand",
        avoid_when="normal images share nothing with each other, or fewer than about 20 of them must decide an alarm",
        paper="Karras et al. 2022, arXiv 2206.00364; Livernoche et al. 2024, arXiv 2305.18593",
    )


class ImageReconstruction(ImageDetector):
    """How far each patch lies from its denoised self, over a ladder of noise levels."""

    card: ClassVar[Card] = Card(
        name="image-reconstruction",
        modality="image",
        family="reconstruction",
        summary="Residual between image patches and what the closed-form diffusion model denoises them to.",
        cost=_COST,
        best_for="smooth or well-aligned objects, where the denoised patch comes close to every normal one",
        avoid_when="textures are random in detail: then even normal patches are reconstructed badly",
        paper="Wyatt et al. 2022, AnoDDPM; Karras et al. 2022, arXiv 2206.00364",
    )


class ImageImputation(ImageDetector):
    """How badly the masked half of each patch is predicted from its visible half."""

    card: ClassVar[Card] = Card(
        name="image-imputation",
        modality="image",
        family="imputation",
        summary="Error of predicting masked stripes of image patches from the others with the normal images' help.",
        cost=_COST + "; two searches for neighbours instead of one",
        best_for="a second opinion: anomalies that break the relation between features rather than their range",
        avoid_when="time is short",
        paper="Chen et al. 2023, ImDiffusion, arXiv 2307.00754",
    )
