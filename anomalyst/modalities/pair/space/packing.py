"""A learned denoiser of pairs as arrays, to lie in one file with its detector's calibration, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.pipeline import PipelineDenoiser
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.errors import ModelError
from anomalyst.modalities.pair.space.encoders import PairEncoder
from anomalyst.modalities.pair.space.features import FeatureDenoiser
from anomalyst.modalities.pair.space.learning import text_encoder_of
from anomalyst.modalities.pair.space.text import packed, unpacked
from anomalyst.modalities.sources import Arrays

PairDenoiser = ConditionalDenoiser | FeatureDenoiser | PipelineDenoiser


def packed_denoiser(denoiser: PairDenoiser) -> Arrays:
    """A denoiser as arrays: weights in half precision, but for those of a prior; of a text encoder that was taken as it
    is only the words that were learned."""
    if isinstance(denoiser, PipelineDenoiser):
        raise ModelError("a pipeline is not saved with the detector; name its folder as `model`.")
    features: Arrays = {}
    if isinstance(denoiser, FeatureDenoiser):
        features, denoiser = denoiser.state(), denoiser.denoiser
    weights = {f"denoiser.{k}": v for k, v in denoiser.own_state().items()}
    if denoiser.text.trainable:
        weights |= {f"text.{k}": v for k, v in denoiser.text.model.state_dict().items()}
    arrays = {k: _halved(k, v) for k, v in weights.items()}
    head = json.dumps(asdict(denoiser.settings)).encode()
    arrays["config"] = np.frombuffer(head, dtype=np.uint8).copy()
    return arrays | features | {"words": packed(denoiser.text.vocabulary)}


def _halved(name: str, value: torch.Tensor) -> NDArray[Any]:
    halved = value.is_floating_point() and not name.startswith("denoiser.prior.")
    found: NDArray[Any] = (value.detach().half() if halved else value.detach()).numpy()
    return found


def unpacked_denoiser(state: Arrays, encoder: PairEncoder) -> ConditionalDenoiser | FeatureDenoiser:
    """Restore what `packed_denoiser` gave; `encoder` as it was when learning."""
    settings = ConditionalConfig(**json.loads(bytes(state["config"])))
    words = unpacked(state["words"])
    text = text_encoder_of(encoder) if "text." not in {k[:5] for k in state} else None
    if text is None:
        text = TextEncoder.of_words(words)
        text.model.load_state_dict(_part(state, "text."))
    else:
        text.lexicon = tuple(words)
    denoiser = ConditionalDenoiser(settings, text)
    denoiser.load_own_state(_part(state, "denoiser."))
    denoiser.eval().requires_grad_(False)
    features = {k: v for k, v in state.items() if k.startswith("features.")}
    return FeatureDenoiser.from_state(features, encoder, denoiser) if features else denoiser


def _part(state: Arrays, prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): torch.from_numpy(np.array(v)) for k, v in state.items() if k.startswith(prefix)}
