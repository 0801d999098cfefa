"""What time series offer to methods."""

from __future__ import annotations

from anomalyst.detectors.offer import Amount, CardWords, Offer, Usual

OFFER = Offer(
    "series",
    CardWords(
        one="series",
        place="value",
        part="stretch",
        seen="windows of all channels",
        few="1,000 normal rows",
        speed="less than a second per 1,000 rows",
        closed="seconds for 100,000 rows on one core",
    ),
    trained="anomalyst.modalities.series.space.trained:SeriesWindows",
    untrained="anomalyst.modalities.series.space.untrained:SeriesViews",
    without=("conditioned", "simplex"),
    called={"masked": "imdiffusion"},
    fused=("density", "imputation"),
    words={
        "density": {
            "best_for": "unusual patterns, level shifts, lost periodicity and spikes; the default",
            "avoid_when": "the series is shorter than about 30 rows",
        },
        "reconstruction": {
            "best_for": "sharp deviations whose exact rows and channels matter",
            "avoid_when": "the fault is a plausible shape at the wrong time",
        },
        "imputation": {
            "best_for": "short faults and stuck values within a regular series",
            "avoid_when": "the fault is much longer than the windows",
        },
        "masked": {
            "best_for": "short faults that break how values follow one another, in channels that depend on each other",
            "avoid_when": "the fault is longer than a window, or there are fewer than about 1,000 normal rows",
        },
        "fusion": {"best_for": "a second opinion where unusual patterns and short faults may both occur"},
    },
    amount=Amount(normals="normal_rows", sample="rows", each="channels", unit=1000),
    usual=Usual(
        "5000 normal rows of 5 channels", {"normals": 1, "rows": 2000, "normal_rows": 5000, "channels": "abcde"}
    ),
)
