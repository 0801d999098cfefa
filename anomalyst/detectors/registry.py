"""The registry: every detector by name, imported only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Literal

from anomalyst.detectors.contract import Card, Detector, read_saved
from anomalyst.errors import InputError, ModelError

_PLACES = {
    "image-density": "anomalyst.modalities.image.untrained_cards:ImageDensity",
    "image-reconstruction": "anomalyst.modalities.image.untrained_cards:ImageReconstruction",
    "image-imputation": "anomalyst.modalities.image.untrained_cards:ImageImputation",
    "image-ddpm": "anomalyst.modalities.image.trained_cards:ImageDDPM",
    "image-ddim": "anomalyst.modalities.image.trained_cards:ImageDDIM",
    "image-sde": "anomalyst.modalities.image.trained_cards:ImageSDE",
    "image-conditioned": "anomalyst.modalities.image.trained_cards:ImageConditioned",
    "image-one-step": "anomalyst.modalities.image.trained_cards:ImageOneStep",
    "image-masked": "anomalyst.modalities.image.trained_cards:ImageMasked",
    "image-flow": "anomalyst.modalities.image.trained_cards:ImageFlow",
    "image-score": "anomalyst.modalities.image.trained_cards:ImageScore",
    "image-inversion": "anomalyst.modalities.image.trained_cards:ImageInversion",
    "image-simplex": "anomalyst.modalities.image.trained_cards:ImageSimplex",
    "image-time": "anomalyst.modalities.image.trained_cards:ImageTime",
    "series-density": "anomalyst.modalities.series.untrained_cards:SeriesDensity",
    "series-reconstruction": "anomalyst.modalities.series.untrained_cards:SeriesReconstruction",
    "series-imputation": "anomalyst.modalities.series.untrained_cards:SeriesImputation",
    "series-ddpm": "anomalyst.modalities.series.trained_cards:SeriesDDPM",
    "series-ddim": "anomalyst.modalities.series.trained_cards:SeriesDDIM",
    "series-sde": "anomalyst.modalities.series.trained_cards:SeriesSDE",
    "series-one-step": "anomalyst.modalities.series.trained_cards:SeriesOneStep",
    "series-imdiffusion": "anomalyst.modalities.series.trained_cards:SeriesImDiffusion",
    "series-flow": "anomalyst.modalities.series.trained_cards:SeriesFlow",
    "series-score": "anomalyst.modalities.series.trained_cards:SeriesScore",
    "series-inversion": "anomalyst.modalities.series.trained_cards:SeriesInversion",
    "series-time": "anomalyst.modalities.series.trained_cards:SeriesTime",
    "image-fusion": "anomalyst.detectors.methods.fusions:ImageFusion",
    "series-fusion": "anomalyst.detectors.methods.fusions:SeriesFusion",
    "pair-information": "anomalyst.modalities.pair.space.information:PairInformation",
    "pair-embedding": "anomalyst.modalities.pair.space.embedding:PairEmbedding",
}


def detector_names(modality: str | None = None) -> list[str]:
    """Registered names, of one modality if given."""
    return [name for name in _PLACES if modality is None or name.startswith(modality + "-")]


def detector_class(name: str) -> type[Detector]:
    """The class registered as `name`; InputError if there is none."""
    if name not in _PLACES:
        raise InputError(f"got detector {name!r}; known are {', '.join(_PLACES)}.")
    module, _, attribute = _PLACES[name].partition(":")
    found: type[Detector] = getattr(import_module(module), attribute)
    return found


def list_detectors(modality: str | None = None) -> list[Card]:
    """The cards of all registered detectors, of one modality if given."""
    return [detector_class(name).card for name in detector_names(modality)]


def raters(names: Iterable[str]) -> Literal["detectors", "score rules"]:
    """What the opinions of a score map, by these names, are the opinions of: members of a fusion, or rules of one."""
    found = set(names)
    return "detectors" if found and found <= set(_PLACES) else "score rules"


def load_detector(folder: str | Path) -> Detector:
    """Load any saved detector from its folder."""
    head, weights = read_saved(folder)
    try:
        detector = detector_class(str(head.get("detector")))(**head["config"])
        detector.load_state(weights)
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(
            f"the detector saved in {str(folder)!r} cannot be restored ({error}); fit it again."
        ) from error
    return detector
