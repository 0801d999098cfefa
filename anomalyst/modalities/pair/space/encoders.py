"""Images and texts of pairs as vectors: colours and a backbone's features on a grid, words and a text encoder.

Every vector is a concatenation of views of unit variance. An image's views are means over a grid of cells, so that it
can be told what the image would say without one cell. Two-tower encoders (CLIP and its kin) give a view to each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.errors import ModelError, first_line
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.space.text import Vocabulary
from anomalyst.stopping import check_stop

GRID = 7  # cells along each side, unless told
SIDE = 224  # pixels that a backbone sees
DOTS = 4  # pixels along a cell's side that colours are counted on
BINS = (4, 6, 6)  # of lightness and of the two axes of colour
SPAN = 60.0  # of the axes of colour (CIELAB)
BATCH = 32


@dataclass(frozen=True)
class Seen:
    """Images as encoded. `cells`: per view (N, grid², d), whose mean over cells is the view (of `rooted` views its
    square root); `whole`: per view (N, d), not divisible."""

    cells: tuple[Tensor, ...]
    rooted: tuple[bool, ...]
    whole: tuple[Tensor, ...] = ()

    def views(self) -> list[Tensor]:
        """The views of the whole images: (N, d) each."""
        return [*(_root(c.mean(1), r) for c, r in zip(self.cells, self.rooted, strict=True)), *self.whole]

    def views_without(self, row: int) -> list[Tensor]:
        """The views of image `row` without each of its cells: (grid², d) each."""
        found = []
        for cells, rooted in zip(self.cells, self.rooted, strict=True):
            own = cells[row]
            found.append(_root((own.sum(0) - own) / (len(own) - 1), rooted))
        return [*found, *(w[row].expand(len(found[0]), -1) for w in self.whole)]


def _root(values: Tensor, rooted: bool) -> Tensor:
    return values.clamp_min(0).sqrt() if rooted else values


class PairEncoder:
    """`backbone`: a `transformers` vision or two-tower model (folder or hub name), or None for colours alone;
    `text_encoder`: a sentence-transformers model, or None for the words (or for the text half of a two-tower
    `backbone`); `grid`: cells along each side."""

    def __init__(self, backbone: str | None = None, text_encoder: str | None = None, grid: int = GRID) -> None:
        self.backbone, self.text_encoder, self.grid = backbone, text_encoder, grid

    @property
    def reads_all(self) -> bool:
        """Whether texts are read by an encoder of its own, not only by the words that were learned."""
        return self.text_encoder is not None or self._towers is not None

    @cached_property
    def _towers(self) -> Any:
        """The two-tower model and its tokenizer; None where the backbone is none."""
        if self.backbone is None:
            return None
        from transformers import AutoConfig, AutoModel, AutoTokenizer

        try:
            if not hasattr(AutoConfig.from_pretrained(self.backbone), "text_config"):
                return None
            model = AutoModel.from_pretrained(self.backbone).eval().requires_grad_(False)
            return model, AutoTokenizer.from_pretrained(self.backbone)
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(f"the encoder {self.backbone!r} cannot be loaded ({first_line(error)}).") from error

    @cached_property
    def _vision(self) -> Any:
        from anomalyst.modalities.image.space.backbone import BackboneSpace

        assert self.backbone is not None
        with torch.enable_grad():  # it looks at the gradients of its layers
            return BackboneSpace(self.backbone)

    @cached_property
    def _sentences(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelError(
                "a text encoder needs sentence-transformers; run: pip install 'anomalyst[text]', or leave it out."
            ) from error
        try:
            return SentenceTransformer(self.text_encoder, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the text encoder {self.text_encoder!r} cannot be loaded ({first_line(error)}); give a folder or a "
                "hub name such as 'sentence-transformers/all-MiniLM-L6-v2'."
            ) from error

    @torch.no_grad()
    def images(self, images: Sequence[ImageSample]) -> Seen:
        """Encode images of any size."""
        parts = [self._images(images[k : k + BATCH]) for k in range(0, len(images), BATCH)]
        cells = tuple(torch.cat(view) for view in zip(*(p.cells for p in parts), strict=True))
        whole = tuple(torch.cat(view) for view in zip(*(p.whole for p in parts), strict=True))
        return Seen(cells, parts[0].rooted, whole)

    def _images(self, images: Sequence[ImageSample]) -> Seen:
        check_stop()
        colours = torch.stack([colour_cells(image.pixels, self.grid) for image in images])
        if self.backbone is None:
            return Seen((colours,), (True,))
        pixels = torch.stack([resized(image.pixels, SIDE) for image in images])
        maps = self._vision.maps(pixels)
        chosen = [maps[k] for k in dict.fromkeys([*self._vision.layers, len(maps) - 1])]
        pooled = [functional.adaptive_avg_pool2d(m, self.grid).flatten(2).mT for m in chosen]
        whole: tuple[Tensor, ...] = ()
        if self._towers is not None:
            model, _ = self._towers
            shaped = (pixels - self._vision.mean) / self._vision.std
            whole = (functional.normalize(_pooled(model.get_image_features(pixel_values=shaped)), dim=1),)
        return Seen((colours, *pooled), (True, *[False] * len(pooled)), whole)

    @torch.no_grad()
    def texts(self, texts: Sequence[str], vocabulary: Vocabulary) -> list[Tensor]:
        """The views of texts: (N, d) each."""
        views = [torch.from_numpy(vocabulary.encode(texts))]
        if self.text_encoder is not None:
            found = self._sentences.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
            views.append(torch.from_numpy(np.asarray(found, dtype=np.float32)))
        elif self._towers is not None:
            model, tokenizer = self._towers
            parts = []
            for k in range(0, len(texts), BATCH):
                check_stop()
                batch = tokenizer(list(texts[k : k + BATCH]), padding=True, truncation=True, return_tensors="pt")
                parts.append(functional.normalize(_pooled(model.get_text_features(**batch)), dim=1))
            views.append(torch.cat(parts))
        return views


def _pooled(found: Any) -> Tensor:
    """Features of a tower, whether given as a tensor or with what else the model tells."""
    features: Tensor = found if isinstance(found, Tensor) else found.pooler_output
    return features


def resized(pixels: NDArray[np.float32], side: int) -> Tensor:
    """An image (h, w, 3) as (3, side, side)."""
    image = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None]
    return functional.interpolate(image, (side, side), mode="bilinear", antialias=True)[0]


def colour_cells(pixels: NDArray[np.float32], grid: int = GRID) -> Tensor:
    """Share of each colour in each cell: (grid², bins)."""
    from skimage.color import rgb2lab

    side = grid * DOTS
    lab = rgb2lab(resized(pixels, side).permute(1, 2, 0).clamp(0, 1).numpy())
    unit = np.stack([lab[..., 0] / 100, (lab[..., 1] + SPAN) / (2 * SPAN), (lab[..., 2] + SPAN) / (2 * SPAN)], -1)
    place = np.clip(unit * BINS, 0, np.array(BINS) - 1).astype(np.int64)
    bins = torch.from_numpy(np.ravel_multi_index(tuple(np.moveaxis(place, -1, 0)), BINS))
    counted = functional.one_hot(bins, int(np.prod(BINS))).float().permute(2, 0, 1)
    return functional.avg_pool2d(counted, DOTS).flatten(1).T
