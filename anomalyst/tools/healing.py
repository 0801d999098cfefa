"""The healing test: heal what was found and the alarm must go; heal as much elsewhere and it must stay.

If the findings are the reason of the alarm, what their surroundings lead one to expect in their place makes the sample
normal, and as large a random part of it does not. An alarm that is about the whole sample more than about any place
need not go with what was found: where it stays, the test does not apply.
"""

from __future__ import annotations

import numpy as np

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.errors import InputError
from anomalyst.evidence.findings import FoundRegions, simes
from anomalyst.evidence.healing import HealedRegion, HealingTest
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample


def healing_test(
    detector: Detector,
    sample: Sample,
    score_map: ScoreMap,
    found: FoundRegions,
    *,
    seed: int = 0,
    alpha: float,
    alone: bool = False,
) -> HealingTest:
    """Heal all findings together and score again; heal as much elsewhere instead and score again.

    Two scorings, whatever the number of findings; `alone`: one more for each of the first findings whose first part is
    known, with this alone healed in it. Raises InputError if nothing was found.
    """
    if not found.findings:
        raise InputError(f"{sample.name!r} has no finding to heal; the healing test needs an alarm.")
    detector = detector.without_witnesses()
    healed, elsewhere = modality(sample.modality).healed(detector, sample, score_map, found, seed)
    after = None if healed.sample is None else detector.score(healed.sample)
    healed_p = 1.0 if after is None else after.sample_p
    places = None if healed.mask is None else after
    regions = {finding.id: _left(places, healed_p, found, finding.id) for finding in found.findings}
    random_p = _p(detector, elsewhere.sample) if elsewhere is not None else None
    parts = modality(sample.modality).healed_alone(detector, sample, score_map, found) if alone else {}
    first = {finding: (name, _p(detector, part)) for finding, (name, part) in parts.items()}
    return HealingTest(alpha, healed_p, random_p, regions, first)


def _p(detector: Detector, sample: Sample | None) -> float:
    """The p-value of a healed sample; 1 where nothing is left that could be abnormal."""
    return 1.0 if sample is None else detector.score(sample).sample_p


def _left(after: ScoreMap | None, healed_p: float, found: FoundRegions, name: str) -> HealedRegion:
    """What healing left of a finding: in its place on the map; where it has none, of the whole sample."""
    if after is None:
        return HealedRegion(None, healed_p)
    p_values = after.p_values[found.masks[name]]
    return HealedRegion(float(np.nanmin(p_values)), simes(p_values))
