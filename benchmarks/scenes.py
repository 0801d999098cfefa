"""How well the information detector tells false captions of drawn scenes: verdict, word and place, by kind of mismatch.

    python -m benchmarks.scenes [--weights FOLDER] [--pairs 100] [--tier few] [--first 1000000] [--out FILE]

Each mismatched pair is judged against the same picture with its true caption. Pictures are of held-out seeds; in the
second table each also shows a colour-shape pair that training never did. AUROC: of `PairCalibration.mismatch`. Word
first: a false word has the least information. Place: the map of that word, averaged over 3 × 3 pixels, has its lowest
point in the region that the mismatch concerns. A share of chance is given beside it: the mean share of the picture that
the region covers. Alarms: of p-values at most 0.05 by the calibration that ships, of false captions and of true ones.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional

from anomalyst.datasets.scenes import KINDS, TEST_SEEDS, Scene, mismatched
from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.information import TextInformation, text_information
from anomalyst.detectors.effort import TIERS, Tier
from anomalyst.errors import InputError
from anomalyst.modalities.pair.space.calibration import PairCalibration
from anomalyst.modalities.pair.space.information import EFFORT
from anomalyst.modalities.pair.space.shipped import shipped_calibration, shipped_folder

ALPHA = 0.05


@dataclass(frozen=True)
class Judged:
    """One picture: mismatch score of its true caption and of the false one, and what was found in the false one."""

    true: float
    false: float
    word_first: bool
    in_region: bool
    region_share: float
    missed: str


def judge(denoiser: ConditionalDenoiser, usual: PairCalibration, scene: Scene, tier: Tier) -> Judged:
    """Score one mismatched scene and its matched twin."""
    assert scene.mismatch is not None
    picture = torch.from_numpy(scene.pixels).permute(2, 0, 1)
    true, false = (
        text_information(denoiser, picture, text, None, *EFFORT[tier], scene.seed)
        for text in (scene.shown.caption, scene.caption)
    )
    least = int(np.argmin([word.given_rest.nats for word in false.words]))
    # Both split a caption into the same words, commas among them.
    known = denoiser.text.words(scene.caption)
    starts = {known[place].start for place in scene.mismatch.positions}
    region = scene.mismatch.region
    return Judged(
        usual.mismatch(true),
        usual.mismatch(false),
        false.words[least].word.start in starts,
        bool(region.reshape(-1)[lowest(false, least)]),
        float(region.mean()),
        f"{scene.caption!r}, truth {scene.mismatch.truth}, said {false.words[least].word.text!r}",
    )


def lowest(found: TextInformation, word: int) -> int:
    """The pixel (flat) where a word's smoothed map is lowest."""
    smooth = functional.avg_pool2d(found.words[word].given_rest.map[None, None], 3, 1, 1)
    return int(smooth.argmin())


def row(kind: str, judged: list[Judged], seconds: float, normal: Conformal) -> str:
    """One line of the table."""
    truth = [0] * len(judged) + [1] * len(judged)
    auroc = roc_auc_score(truth, [j.true for j in judged] + [j.false for j in judged])
    shares = [np.mean([getattr(j, name) for j in judged]) for name in ("word_first", "in_region", "region_share")]
    found, wrongly = ((normal.p_values([getattr(j, n) for j in judged]) <= ALPHA).mean() for n in ("false", "true"))
    percents = " | ".join(f"{100 * share:.0f} %" for share in (*shares, found, wrongly))
    return f"| {kind} | {auroc:.3f} | {percents} | {seconds:.2f} |"


def table(denoiser: ConditionalDenoiser, combinations: str, options: argparse.Namespace) -> list[str]:
    """The table of one set of combinations."""
    tier, pairs = options.tier, options.pairs
    usual = shipped_calibration(tier)
    lines = [
        f"{combinations} combinations, {pairs} pictures of each kind, tier {tier}: {EFFORT[tier][0]} levels x "
        f"{EFFORT[tier][1]} draws\n",
        "| mismatch | AUROC | false word first | lowest pixel in region | region's share | alarms: false | true | "
        "CPU s per pair |",
        "|---" * 8 + "|",
    ]
    aurocs: list[str] = []
    by_the_clock, judged_pairs = 0.0, 0
    for kind in KINDS:
        try:
            scenes = [mismatched(options.first + i, kind, combinations) for i in range(pairs)]  # type: ignore[arg-type]
        except InputError:
            continue  # no such mismatch among held-out combinations
        started, began = time.process_time(), time.perf_counter()
        judged = [judge(denoiser, usual, scene, tier) for scene in scenes]
        by_the_clock, judged_pairs = by_the_clock + time.perf_counter() - began, judged_pairs + 2 * pairs
        lines.append(row(kind, judged, (time.process_time() - started) / (2 * pairs), usual.whole))
        print(lines[-1], flush=True)
        aurocs.append(lines[-1].split("|")[2])
        for miss in [j for j in judged if not j.word_first][: options.show]:
            print("   ", miss.missed)
    lines.append(f"\nmean AUROC {np.mean([float(a) for a in aurocs]):.3f}; by the clock, {options.threads} threads: ")
    lines[-1] += f"{by_the_clock / judged_pairs:.3f} s per pair\n"
    return lines


def main() -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=shipped_folder(), help="those that ship without")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--tier", choices=TIERS, default="few")
    parser.add_argument("--first", type=int, default=TEST_SEEDS, help="seed of the first picture of each kind")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print this many missed words of each kind")
    parser.add_argument("--out", type=Path, help="also write the tables here")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    denoiser = ConditionalDenoiser.from_pretrained(options.weights)
    lines = [line for combinations in ("trained", "held out") for line in table(denoiser, combinations, options)]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
