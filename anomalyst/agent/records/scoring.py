"""Scores as a table: a row per sample, or, where its kind has them, a row per element of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample
from anomalyst.tools.measure import no_alarm_possible

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap


def score_rows(name: str, sample: Sample, score_map: ScoreMap, alpha: float) -> pd.DataFrame:
    """The rows of one sample, called `name`; the verdict is the one at alarm level `alpha` on the whole of it."""
    import pandas as pd

    rows, whole = modality(sample.modality).rows(sample, score_map), whole_score(sample, score_map, alpha)
    if rows is None:
        return pd.DataFrame([{"input": name, **whole}])
    rows.insert(0, "input", name)
    return rows.assign(verdict=whole["verdict"])


def whole_score(sample: Sample, score_map: ScoreMap, alpha: float) -> dict[str, Any]:
    """What the detector says of the sample as a whole; "undecided" where no alarm was possible at this level."""
    calm = "undecided" if no_alarm_possible(alpha, score_map.calibration) else "normal"
    verdict = "anomalous" if score_map.sample_p <= alpha else calm
    whole = {"sample_p": score_map.sample_p, "sample_score": score_map.sample_score, "verdict": verdict}
    return whole | modality(sample.modality).row(sample, score_map)
