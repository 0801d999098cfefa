"""What clips offer to methods."""

from __future__ import annotations

from anomalyst.detectors.offer import Amount, CardWords, Offer, Usual

OFFER = Offer(
    "video",
    CardWords(
        one="clip",
        place="cell of a frame",
        part="cell",
        seen="cells of frames as vectors of motion and looks",
        few="10 normal clips of 15 seconds",
        speed="a second per 10 seconds of a clip",
        closed="a second per 10 seconds of normal clips on one core",
    ),
    trained="anomalyst.modalities.video.space.trained:VideoGrids",
    untrained="anomalyst.modalities.video.space.untrained:VideoCells",
    without=("ddpm", "sde", "conditioned", "one-step", "masked", "flow", "inversion", "simplex"),
    fused=("density", "imputation"),
    words={
        "density": {
            "best_for": "things that move faster, another way or elsewhere than in normal clips; the default",
            "avoid_when": "the camera itself moves",
        },
    },
    amount=Amount(normals="normal_steps", sample="steps", unit=1000),
    usual=Usual("10 normal clips of 15 seconds", {"normals": 10, "steps": 150, "normal_steps": 1500}),
)
