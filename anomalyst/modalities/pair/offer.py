"""What images with their texts offer: no space for methods, and detectors of their own."""

from __future__ import annotations

from anomalyst.detectors.offer import Offer, Usual

OFFER = Offer(
    "pair",
    detectors={
        "pair-information": "anomalyst.modalities.pair.space.information:PairInformation",
        "pair-embedding": "anomalyst.modalities.pair.space.embedding:PairEmbedding",
    },
    usual=Usual("1000 matching pairs and one more", {"normals": 1000}),
)
