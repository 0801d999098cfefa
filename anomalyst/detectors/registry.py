"""The registry: every detector by name, imported only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Literal

from anomalyst.detectors.base import Card, Detector, read_saved
from anomalyst.errors import InputError, ModelError

_PLACES = {
    "image-density": "anomalyst.detectors.image:ImageDensity",
    "image-reconstruction": "anomalyst.detectors.image:ImageReconstruction",
    "image-imputation": "anomalyst.detectors.image:ImageImputation",
    "image-ddpm": "anomalyst.detectors.image_learned:ImageDDPM",
    "image-ddim": "anomalyst.detectors.image_learned:ImageDDIM",
    "image-sde": "anomalyst.detectors.image_learned:ImageSDE",
    "image-conditioned": "anomalyst.detectors.image_learned:ImageConditioned",
    "image-one-step": "anomalyst.detectors.image_learned:ImageOneStep",
    "image-masked": "anomalyst.detectors.image_learned:ImageMasked",
    "image-flow": "anomalyst.detectors.image_learned:ImageFlow",
    "image-score": "anomalyst.detectors.image_learned:ImageScore",
    "image-inversion": "anomalyst.detectors.image_learned:ImageInversion",
    "image-simplex": "anomalyst.detectors.image_learned:ImageSimplex",
    "image-time": "anomalyst.detectors.image_learned:ImageTime",
    "series-density": "anomalyst.detectors.series:SeriesDensity",
    "series-reconstruction": "anomalyst.detectors.series:SeriesReconstruction",
    "series-imputation": "anomalyst.detectors.series:SeriesImputation",
    "series-ddpm": "anomalyst.detectors.series_learned:SeriesDDPM",
    "series-ddim": "anomalyst.detectors.series_learned:SeriesDDIM",
    "series-sde": "anomalyst.detectors.series_learned:SeriesSDE",
    "series-one-step": "anomalyst.detectors.series_learned:SeriesOneStep",
    "series-imdiffusion": "anomalyst.detectors.series_learned:SeriesImDiffusion",
    "series-flow": "anomalyst.detectors.series_learned:SeriesFlow",
    "series-score": "anomalyst.detectors.series_learned:SeriesScore",
    "series-inversion": "anomalyst.detectors.series_learned:SeriesInversion",
    "series-time": "anomalyst.detectors.series_learned:SeriesTime",
    "image-fusion": "anomalyst.detectors.fusions:ImageFusion",
    "series-fusion": "anomalyst.detectors.fusions:SeriesFusion",
    "pair-information": "anomalyst.detectors.pair_conditional:PairInformation",
    "pair-embedding": "anomalyst.detectors.pair_detector:PairEmbedding",
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
