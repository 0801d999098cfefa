"""A sample as a small picture for a step of the page: the sample, its score map, or one finding marked.

Each kind of data draws its own, in colours that hold on a light and on a dark page, so that one picture serves both.
"""

from __future__ import annotations

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import data_uri
from anomalyst.samples import Sample


def thumbnail(sample: Sample, score_map: ScoreMap | None = None, finding: Finding | None = None) -> str:
    """A data URI, of a PNG or of an SVG, of the sample, of its score map if given, of a finding if given."""
    return data_uri(modality(sample.modality).thumbnail(sample, score_map, finding), "png")
