"""What tables offer to methods."""

from __future__ import annotations

from anomalyst.detectors.offer import Amount, CardWords, Offer, Usual

OFFER = Offer(
    "table",
    CardWords(
        one="table",
        place="row",
        part="row",
        seen="rows as vectors",
        few="300 normal rows",
        speed="less than a second per 1,000 rows",
        closed="seconds for 100,000 rows on one core",
    ),
    trained="anomalyst.modalities.table.space.trained:TableGrids",
    untrained="anomalyst.modalities.table.space.untrained:TableRows",
    without=("ddpm", "sde", "conditioned", "one-step", "masked", "flow", "inversion", "simplex"),
    fused=("density", "imputation"),
    words={
        "density": {
            "best_for": "rows unlike any normal one, in a value or in how values go together; the default",
            "avoid_when": "fewer than about 100 normal rows must decide an alarm",
        },
        "imputation": {
            "best_for": "values that do not go with the others of their row",
            "avoid_when": "the columns have little to do with each other",
        },
    },
    amount=Amount(normals="normal_rows", sample="rows", each="columns", unit=1000),
    usual=Usual(
        "5000 normal rows of 10 columns", {"normals": 1, "rows": 2000, "normal_rows": 5000, "columns": "abcdefghij"}
    ),
)
