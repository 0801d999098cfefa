"""What images offer to methods."""

from __future__ import annotations

from anomalyst.detectors.offer import CardWords, Offer, Usual

OFFER = Offer(
    "image",
    CardWords(
        one="image",
        place="cell",
        part="patch",
        seen="the image's features",
        few="30 normal images",
        speed="under half a second for an image",
        closed="fits in seconds to minutes on a CPU, scores a 256-pixel image in well under a second",
    ),
    trained="anomalyst.modalities.image.space.trained:ImageGrids",
    untrained="anomalyst.modalities.image.space.untrained:ImageViews",
    fused=("density", "reconstruction"),
    words={
        "density": {
            "best_for": "the first choice for photographs of parts, textures, boards and scans with normal examples at "
            "hand",
            "avoid_when": "normal images share nothing with each other, or fewer than about 20 of them must decide an "
            "alarm",
        },
        "reconstruction": {
            "best_for": "smooth or well-aligned objects, where the denoised patch comes close to every normal one",
            "avoid_when": "textures are random in detail: then even normal patches are reconstructed badly",
        },
        "fusion": {
            "best_for": "a second opinion where the kind of defect is not known and what one detector misses matters",
        },
    },
    usual=Usual("50 normal images and one more", {"normals": 50}),
)
