"""Trains the model of scenes that ships: draws the pairs, trains, logs, and writes the weights.

python -m benchmarks.scenes_train --out FOLDER            (goes on from FOLDER/checkpoint after a kill)
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from anomalyst.datasets.scenes import matched, words
from anomalyst.detectors.diffusion.conditional import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.diffusion.conditional_training import PairTraining, train_pairs
from anomalyst.detectors.diffusion.text import TextEncoder


def draw_pairs(count: int) -> tuple[torch.Tensor, list[str]]:
    """Scenes of seeds 0 … count − 1: pictures uint8 (count, 3, 32, 32) and captions."""
    pictures, captions = [], []
    for seed in range(count):
        scene = matched(seed)
        pictures.append((scene.pixels * 255).round().astype(np.uint8).transpose(2, 0, 1))
        captions.append(scene.caption)
    return torch.from_numpy(np.stack(pictures)), captions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=80_000)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    pictures, captions = draw_pairs(options.scenes)
    part = pictures[:4000].float() / 255
    config = ConditionalConfig(mean=round(float(part.mean()), 3), deviation=round(float(part.std()), 3))
    denoiser = ConditionalDenoiser(config, TextEncoder.of_words(words()))
    training = PairTraining(steps=options.steps, batch=options.batch)
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "training.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"scenes": options.scenes, "model": asdict(config), "training": asdict(training)}) + "\n")

    def report(step: int, loss: float, seconds: float) -> None:
        line = json.dumps({"step": step, "loss": round(loss, 5), "seconds": round(seconds, 1)})
        print(line, flush=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    train_pairs(denoiser, pictures, captions, training, folder=options.out / "checkpoint", on_report=report)
    denoiser.save_pretrained(options.out)


if __name__ == "__main__":
    main()
