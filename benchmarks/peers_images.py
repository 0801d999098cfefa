"""anomalib's PatchCore and PaDiM (pinned in requirements.txt) on the product's backbone, layers and preprocessing.

Their torch models are used as they are, with their own settings (coreset 0.1, nine neighbours; all features for PaDiM,
as there are fewer than its usual 100). Two parts are replaced: the timm feature extractor by an adapter, and the loop
that picks PatchCore's coreset by one with the same rule that is fast enough for two cores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.backbone import BackboneSpace
from anomalyst.modalities.image.space.pixels import to_working

CORESET = 0.1
BATCH = 8


class Extractor(nn.Module):
    """anomalib's feature-extractor interface over a `transformers` backbone: images in [0, 1] → maps by layer."""

    def __init__(self, space: BackboneSpace) -> None:
        super().__init__()
        self.space = space
        self.layers = [str(k) for k in space.layers]

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        maps = self.space.maps(images)
        return {str(k): maps[k] for k in self.space.layers}


class Peer(ABC):
    """A peer behind the two calls of the benchmark: `fit`, and `score` → (map (H, W), image score)."""

    def __init__(self, weights: str, size: int) -> None:
        self.space = BackboneSpace(weights)
        self.shape = (size, size)
        self.model = self.build(Extractor(self.space))

    @abstractmethod
    def build(self, extractor: Extractor) -> Any:
        """anomalib's torch model on our features."""

    @abstractmethod
    def finish(self) -> None:
        """What the model does once it has seen all normals."""

    def fit(self, normals: Sequence[ImageSample]) -> None:
        torch.manual_seed(0)
        self.model.train()
        images = [to_working(n, self.shape) for n in normals]
        for start in range(0, len(images), BATCH):
            self.model(torch.stack(images[start : start + BATCH]))
        self.finish()
        self.model.eval()

    def score(self, sample: ImageSample) -> tuple[NDArray[np.float32], float]:
        with torch.no_grad():
            result = self.model(to_working(sample, self.shape)[None])
        full = torch.nn.functional.interpolate(result.anomaly_map, sample.shape, mode="bilinear")
        return full[0, 0].numpy(), float(result.pred_score)


class PatchCore(Peer):
    """Roth et al. 2022, arXiv 2106.08265."""

    def build(self, extractor: Extractor) -> Any:
        from anomalib.models.image.patchcore.torch_model import PatchcoreModel

        model = PatchcoreModel(layers=["layer2", "layer3"], backbone="resnet18", pre_trained=False)
        model.feature_extractor, model.layers = extractor, extractor.layers
        return model

    def finish(self) -> None:
        embedding = torch.vstack(self.model.embedding_store)
        self.model.embedding_store.clear()
        self.model.memory_bank = embedding[k_center_greedy(embedding, int(CORESET * len(embedding)))]


class PaDiM(Peer):
    """Defard et al. 2021, arXiv 2011.08785."""

    def build(self, extractor: Extractor) -> Any:
        from anomalib.models.image.padim.torch_model import PadimModel

        model = PadimModel(backbone="resnet18", pre_trained=False)
        model.feature_extractor, model.layers = extractor, extractor.layers
        probe = extractor(torch.zeros(1, 3, *self.shape))
        model.idx = torch.arange(sum(m.shape[1] for m in probe.values()))
        return model

    def finish(self) -> None:
        self.model.fit()


def k_center_greedy(points: Tensor, count: int) -> Tensor:
    """Numbers of `count` of (N, d) points, each the farthest from those before it, from a random first one.

    anomalib's rule, with distances from a matrix product; without its random projection, which would raise these
    few dimensions to about 300.
    """
    squares = points.square().sum(1)
    chosen = [int(torch.randint(len(points), (1,)))]
    closest = torch.full((len(points),), torch.inf)
    for _ in range(count - 1):
        centre = points[chosen[-1]]
        closest = torch.minimum(closest, squares - 2 * (points @ centre) + squares[chosen[-1]])
        closest[chosen[-1]] = -1
        chosen.append(int(closest.argmax()))
    return torch.tensor(chosen)


PEERS: dict[str, type[Peer]] = {"anomalib PatchCore": PatchCore, "anomalib PaDiM": PaDiM}
