"""Trains the model of scenes that ships: draws the pairs, trains, logs, and writes the weights.

python -m benchmarks.scenes_train --out FOLDER            (goes on from FOLDER/checkpoint after a kill)
accelerate launch -m benchmarks.scenes_train --out FOLDER (on several GPUs)

Each picture meets false captions of every kind that its family can have, in equal shares, and one of another scene.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator

from anomalyst.datasets.scene_plans import kind_of
from anomalyst.datasets.scenes import Kind, Scene, falsified, matched, words
from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.conditional.training import PairTraining, train_pairs

Drawn = tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], str, list[str]]
PART = 1000  # scenes that a process draws at once


def draw_pairs(count: int) -> tuple[torch.Tensor, list[str], list[list[str]]]:
    """Scenes of seeds 0 … count − 1: pictures uint8 (count, 3, 32, 32), captions, and the false captions of each."""
    parts = [range(start, min(start + PART, count)) for start in range(0, count, PART)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        pictures, captions, false = zip(*chain.from_iterable(pool.map(_draw, parts)), strict=True)
    return torch.from_numpy(np.stack(pictures)), list(captions), list(false)


def _draw(seeds: range) -> list[Drawn]:
    drawn = []
    for seed in seeds:
        scene = matched(seed)
        kinds: list[Kind] = sorted({kind_of(name) for name in scene.shown.attributes})
        dice = np.random.default_rng([seed, 2])
        false = [_false(scene, kind, dice) for kind in (*kinds, "swap")]
        drawn.append(((scene.pixels * 255).round().astype(np.uint8).transpose(2, 0, 1), scene.caption, false))
    return drawn


def _false(scene: Scene, kind: Kind, dice: np.random.Generator) -> str:
    """A false caption of trained combinations: were held-out ones among them, they would be learned to be false."""
    while (said := falsified(scene, kind, dice)).said.shows_held_out():
        pass
    return said.caption


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=60_000)
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--contrasted", type=int, default=36)
    parser.add_argument("--until", type=int, help="stop at this step of --steps")
    parser.add_argument("--time-limit", type=float, help="seconds after which training ends, annealed")
    parser.add_argument("--start", type=Path, help="a folder of weights to begin with")
    parser.add_argument("--sketch-steps", type=int, default=600)
    parser.add_argument("--contrast", type=float, default=0.2)
    parser.add_argument("--learning-rate", type=float, default=1.5e-3)
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--attention", type=int, nargs="+", default=[0, 1])
    return parser.parse_args()


def beginning(options: argparse.Namespace, pictures: torch.Tensor) -> ConditionalDenoiser:
    """The weights to begin with: those of `--start`, or new ones for these pictures."""
    if options.start:
        return ConditionalDenoiser.from_pretrained(options.start).requires_grad_(True)
    part = pictures[:4000].float() / 255
    config = ConditionalConfig(
        widths=options.widths,
        attention=[bool(a) for a in options.attention],
        mean=round(float(part.mean()), 3),
        deviation=round(float(part.std()), 3),
    )
    return ConditionalDenoiser(config, TextEncoder.of_words(words(), width=128, layers=2))


def training_of(options: argparse.Namespace) -> PairTraining:
    """How to train."""
    return PairTraining(
        options.steps,
        options.batch,
        options.learning_rate,
        contrast=options.contrast,
        contrasted=options.contrasted,
        sketch_steps=options.sketch_steps,
        warm_up=50,
        no_text=0.5,
        no_word=0.3,
        no_words=0.1,
        until=options.until,
        time_limit=options.time_limit,
    )


def main() -> None:
    """Draw, train, write."""
    options = read_options()
    torch.set_flush_denormal(True)
    pictures, captions, false = draw_pairs(options.scenes)
    denoiser, training = beginning(options, pictures), training_of(options)
    options.out.mkdir(parents=True, exist_ok=True)
    first = Accelerator(mixed_precision="no").is_main_process  # the only process that writes

    def log(line: dict[str, Any]) -> None:
        with (options.out / "training.log").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def report(step: int, loss: float, seconds: float) -> None:
        line = {"step": step, "loss": round(loss, 5), "seconds": round(seconds, 1)}
        print(json.dumps(line), flush=True)
        log(line)

    if first:
        log({"scenes": options.scenes, "model": asdict(denoiser.settings), "training": asdict(training)})
    train_pairs(
        denoiser, pictures, captions, training, false_texts=false, folder=options.out / "checkpoint", on_report=report
    )
    if first:
        denoiser.save_pretrained(options.out)


if __name__ == "__main__":
    main()
