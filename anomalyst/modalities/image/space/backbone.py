"""The backbone-feature space: hidden states of any `transformers` vision model, laid on one grid of cells.

Layers are brought to one grid, as in PatchCore (Roth et al. 2022, arXiv 2106.08265), but not averaged over neighbouring
cells, which where normals are few lost more in place than it gained. A strided convolution does not look at the centre
of its cell: padding moves its field of view by up to half a cell. The shift is measured once, from gradients, and
undone in the scores, so that maps are true to the pixel.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from anomalyst.errors import InputError, ModelError, first_line
from anomalyst.modalities.image.space.pixels import STEP, Looks, View
from anomalyst.modalities.image.space.whole import pooled

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HALF = (0.5, 0.5, 0.5)  # TensorFlow's scaling to [−1, 1], which these families were trained with
HALF_FAMILIES = ("mobilenet_v1", "mobilenet_v2", "vit", "efficientnet")
MAX_PREFIX = 17  # class, distillation and register tokens before the patches


class BackboneSpace:
    """`name`: a folder or a hub name. `layers`: indices of hidden states; None picks them by stride or by depth."""

    def __init__(self, name: str, layers: tuple[int, ...] | None = None) -> None:
        self.model = _load(name)
        self.mean, self.std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in _normalisation(name, self.model.config))
        patch = getattr(self.model.config, "patch_size", STEP)
        self.step = int(patch if isinstance(patch, int) else STEP)
        if self.step < STEP // 2 and STEP % self.step == 0:
            self.step = STEP
        probe = self.maps(torch.zeros(1, 3, 8 * self.step, 8 * self.step))
        self.layers = _checked_layers(layers, len(probe)) if layers else _middle_layers(probe, 8 * self.step)
        parts = ((sum(probe[k].shape[1] for k in self.layers), 1.0),)
        shift = self._mean_shift(probe) if self._convolutional else (0.0, 0.0)
        self.views = View("gaussian", parts, shift), View("empirical", parts, shift)

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) in [0, 1] → the features (B, rows, columns, d) on the finest chosen layer's grid, the same for
        both denoisers."""
        return self.look(images).cells

    def wholes(self, images: Tensor) -> Tensor:
        """Mean and spread of the deepest hidden state of each picture: (B, d)."""
        return pooled(self.maps(images)[-1])

    def look(self, images: Tensor) -> Looks:
        """The same, and of each whole picture mean and spread of the deepest hidden state."""
        maps = self.maps(images)
        chosen = [maps[k] for k in self.layers]
        finest = max(chosen, key=lambda m: m.shape[-2] * m.shape[-1])
        grid = (finest.shape[-2], finest.shape[-1])
        placed = [m if m.shape[-2:] == grid else functional.interpolate(m, grid, mode="bilinear") for m in chosen]
        return Looks([torch.cat(placed, 1).permute(0, 2, 3, 1)] * len(self.views), pooled(maps[-1]))

    def maps(self, images: Tensor) -> list[Tensor]:
        """All hidden states as maps (B, C, rows, columns)."""
        options: dict[str, Any] = {"output_hidden_states": True}
        if "interpolate_pos_encoding" in inspect.signature(self.model.forward).parameters:
            options["interpolate_pos_encoding"] = True
        hidden = self.model(pixel_values=(images - self.mean) / self.std, **options).hidden_states
        self._convolutional = hidden[0].ndim == 4
        return [_as_map(state, (images.shape[-2], images.shape[-1])) for state in hidden]

    def _mean_shift(self, probe: list[Tensor]) -> tuple[float, float]:
        """How far, in cells of the finest chosen layer, the layers look below and right of their cells on average."""
        finest = max(probe[k].shape[-1] for k in self.layers)
        shifts = [torch.tensor(self._shift(k)) * finest / probe[k].shape[-1] for k in self.layers]
        down, across = torch.stack(shifts).mean(0).tolist()
        return down, across

    def _shift(self, layer: int) -> tuple[float, float]:
        """How far, in its own cells, the field of view of `layer` lies below and right of its cell's centre."""
        side = 8 * self.step
        image = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)).requires_grad_()
        cells = self.maps(image)[layer]
        middle = cells.shape[-1] // 2
        (gradient,) = torch.autograd.grad(cells[..., middle, middle].abs().sum(), image)
        energy = gradient.square().sum((0, 1))
        axis = torch.arange(side) + 0.5
        centre = [float((energy.sum(1 - d) * axis).sum() / energy.sum()) for d in (0, 1)]
        stride = side / cells.shape[-1]
        return centre[0] / stride - middle - 0.5, centre[1] / stride - middle - 0.5


def _load(name: str) -> Any:
    """The vision model, frozen, in evaluation mode."""
    from transformers import AutoModel

    try:
        model = AutoModel.from_pretrained(name)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(
            f"the backbone {name!r} cannot be loaded ({first_line(error)}); give a folder with config.json and "
            "model.safetensors, or a hub name such as 'facebook/dinov2-small'."
        ) from error
    model = getattr(model, "vision_model", model)  # CLIP and its kin: only the half that sees
    return model.eval().requires_grad_(False)


def _normalisation(name: str, config: Any) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(mean, std) of the folder's image processor; without one, the habit of the model's family."""
    from transformers.image_processing_base import ImageProcessingMixin

    try:
        head, _ = ImageProcessingMixin.get_image_processor_dict(name)
        return tuple(head["image_mean"]), tuple(head["image_std"])
    except (OSError, KeyError, TypeError):
        half = getattr(config, "model_type", "") in HALF_FAMILIES
        return (HALF, HALF) if half else (IMAGENET_MEAN, IMAGENET_STD)


def _as_map(state: Tensor, image_shape: tuple[int, int]) -> Tensor:
    """A hidden state as (B, C, rows, columns); tokens go to their grid, the tokens before the patches are dropped."""
    if state.ndim == 4:
        return state
    height, width = image_shape
    tokens = state.shape[1]
    for stride in range(2, min(height, width) + 1):
        rows, columns = height // stride, width // stride
        prefix = tokens - rows * columns
        if height % stride == 0 and width % stride == 0 and 0 <= prefix <= MAX_PREFIX:
            grid: Tensor = state[:, prefix:].mT.unflatten(2, (rows, columns))
            return grid
    raise ModelError(f"the backbone gives {tokens} tokens for {height} × {width} pixels; they lie on no regular grid.")


def _checked_layers(layers: tuple[int, ...], count: int) -> tuple[int, ...]:
    wrong = [k for k in layers if not -count <= k < count]
    if wrong:
        raise InputError(f"got layers {wrong!r}; the backbone has hidden states 0 to {count - 1}: choose among these.")
    return tuple(k % count for k in layers)


def _middle_layers(maps: list[Tensor], side: int) -> tuple[int, ...]:
    """Where strides differ, the last layer of each of the strides 8 and 16; else at 2/5, 3/5 and 4/5 of the depth."""
    strides = [round(side / m.shape[-1]) for m in maps]
    wanted = sorted({s for s in strides if 8 <= s <= 16})
    if len(set(strides)) > 1 and wanted:
        return tuple(max(k for k, s in enumerate(strides) if s == stride) for stride in wanted)
    return tuple(sorted({round(share * (len(maps) - 1)) for share in (0.4, 0.6, 0.8)}))
