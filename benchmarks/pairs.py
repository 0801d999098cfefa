"""Image-text pairs: matched against mismatched by kind, ours beside ridge, cca and k-NN on the same vectors.

    python -m benchmarks.pairs --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 \
                               [--text-encoder FOLDER] [--sets fashion,flickr8k] [--photos 50 --draws 5] [--information]

Learned from are pairs none of whose images or texts occurs in the test; with `--photos` those of so many photos, drawn
anew in each draw, of which the mean is told. The encoders share no space, so the peers learn one from the same pairs
(`benchmarks/pair_peers.py`). `--information` also trains and judges `pair-information` on features of the same
encoders, from their tokens.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from anomalyst.errors import InputError
from anomalyst.modalities.pair.reader import pair_of
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.pair.space.embedding import PairEmbedding, same_images
from anomalyst.modalities.pair.space.features import FeatureDenoiser
from anomalyst.modalities.pair.space.information import PairInformation
from anomalyst.modalities.pair.space.text import words_of
from benchmarks.pair_peers import Learned, peers

TABLES = {"fashion": ("products.csv", "title"), "flickr8k": ("captions.csv", "caption")}
LEVELS = (0.01, 0.05, 0.1)
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Matching pairs to learn from, pairs to judge, their kinds, and the word that was put in for another one ("" if
    none). At the end of those to judge stand the images of edited texts with their true ones, in the same order: their
    kind is TRUTH."""

    learned: list[PairSample]
    judged: list[PairSample]
    kinds: list[str]
    edited: list[str]
    replaced: list[str]


TRUTH = "truth"


def read(folder: Path, limit: int | None, photos: int | None = None, seed: int = 0) -> Pairs:
    """One data set; `limit` cuts both parts, `photos` draws the images to learn from."""
    table, column = TABLES[folder.name]
    pairs, tests = pd.read_csv(folder / table), pd.read_csv(folder / "pairs_test.csv", keep_default_na=False)
    rest = pairs[~pairs["image"].isin(set(tests["image"]) | set(tests["caption_from"]))]
    if photos:
        names = np.random.default_rng(seed).permutation(np.sort(rest["image"].unique()))
        rest = rest[rest["image"].isin(names[:photos])]
    rest, tests = rest.head(limit) if limit else rest, tests.head(limit) if limit else tests
    true = dict(zip(pairs["image"], pairs[column], strict=True))
    edited = [image for image, word in zip(tests["image"], tests["edited_attribute"], strict=True) if word]
    truths = pd.DataFrame({"image": edited, "caption": [true[image] for image in edited], "kind": TRUTH})
    tests = pd.concat([tests[["image", "caption", "kind", "edited_attribute"]], truths.assign(edited_attribute="")])
    images = folder / "images"
    return Pairs(
        [pair_of(images / i, t) for i, t in zip(rest["image"], rest[column], strict=True)],
        [pair_of(images / i, t) for i, t in zip(tests["image"], tests["caption"], strict=True)],
        list(tests["kind"]),
        [str(e).partition("->")[2] for e in tests["edited_attribute"]],
        [str(e).partition("->")[0] for e in tests["edited_attribute"]],
    )


def others(detector: PairEmbedding, data: Pairs) -> dict[str, Scores]:
    """Minus how well the peers find that texts fit, from the detector's own vectors."""

    def vectors(pairs: list[PairSample]) -> tuple[Scores, Scores]:
        seen = detector.image_scaler_.apply(detector.encoder.images([p.image for p in pairs]).views())
        said = detector.text_scaler_.apply(detector.encoder.texts([p.text for p in pairs], detector.vocabulary_))
        return seen.double().numpy(), said.double().numpy()

    scaler = detector.text_scaler_
    offset = np.concatenate([m.numpy() * s for m, s in zip(scaler.means, scaler.scales, strict=True)])
    fits = peers(Learned(*vectors(data.learned), same_images(data.learned)[0], offset))
    judged = vectors(data.judged)
    return {name: -fit(*judged) for name, fit in fits.items()}


@dataclass(frozen=True)
class Judged:
    """A detector's scores, p-values (NaN both where it does not judge a text), and the word of each pair that is
    supported least ("" if none is judged)."""

    scores: Scores
    p: Scores
    worst: list[str]


def embedded(detector: PairEmbedding, pairs: list[PairSample]) -> Judged:
    """By the vectors of encoders."""
    scores, p, worst = np.full(len(pairs), np.nan), np.full(len(pairs), np.nan), [""] * len(pairs)
    for k, pair in enumerate(pairs):
        try:
            found = detector.score(pair)
        except InputError:  # of a text most of whose words it has not learned
            continue
        scores[k], p[k], told = found.sample_score, found.sample_p, pair_scores(found)
        words = [w for w in told.words if w.known] if told else []
        worst[k] = min(words, key=lambda w: w.information).text if words else ""
    return Judged(scores, p, worst)


def informed(detector: PairInformation, pairs: list[PairSample]) -> Judged:
    """By the denoiser that reads the text; without looking for words that would fit, which takes longest."""
    if isinstance(detector.denoiser_, FeatureDenoiser):
        print(f"its network {'adds nothing to' if detector.denoiser_.denoiser.idle else 'corrects'} the prior")
    read = [[found for _, found in detector.read(pair)] for pair in pairs]
    scores = np.array([max(detector.calibration_.mismatch(found) for found in parts) for parts in read])
    words = [[word for found in parts for word in found.words] for parts in read]
    worst = [min(own, key=lambda w: w.given_rest.nats).word.text if own else "" for own in words]
    return Judged(scores, detector.calibration_.whole.p_values(scores), worst)


def by_kind(data: Pairs, scores: Scores) -> dict[str, float]:
    """Area under ROC of matching pairs against each kind of mismatch; of edited texts also how often the score is above
    that of the true text of the same image."""
    kinds, judged = np.array(data.kinds), ~np.isnan(scores)
    found = {}
    for kind in sorted(set(kinds) - {"match", TRUTH}):
        both = judged & ((kinds == kind) | (kinds == "match"))
        found[kind] = float(roc_auc_score(kinds[both] == kind, scores[both]))
    edited, true = scores[[bool(word) for word in data.edited]], scores[kinds == TRUTH]
    above = ((edited > true) + 0.5 * (edited == true))[~np.isnan(edited + true)]
    return found | ({"edited above its true text": float(above.mean())} if len(above) else {})


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds text_image/")
    parser.add_argument("--weights", help="folder of the backbone; colours alone without")
    parser.add_argument("--text-encoder", help="folder of a sentence-transformers model; words alone without")
    parser.add_argument("--sets", default=",".join(TABLES))
    parser.add_argument("--photos", type=int, help="learn from so many photos, with all their texts")
    parser.add_argument("--draws", type=int, default=1, help="how often the photos are drawn")
    parser.add_argument("--information", action="store_true", help="pair-information too: about ten minutes a set")
    parser.add_argument("--limit", type=int, help="at most so many pairs to learn from and to judge")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.sets.split(","):
        folder = options.data / "text_image" / name
        report(name, [read(folder, options.limit, options.photos, draw) for draw in range(options.draws)], options)


def report(name: str, draws: list[Pairs], options: argparse.Namespace) -> None:
    """Learn and judge each draw, and print the tables of one data set, of means over the draws."""
    results = [judged_all(data, options) for data in draws]
    areas = [
        {method: by_kind(data, scores) for method, scores in found.items()}
        for data, (_, found) in zip(draws, results, strict=True)
    ]
    kinds = list(next(iter(areas[0].values())))
    judged = ~np.isnan(results[0][1]["pair-embedding"][[kind != TRUTH for kind in draws[0].kinds]])
    print(f"\n{name}: {len(draws[0].learned)} pairs learned from, {judged.sum()} of {len(judged)} judged\n")
    print("| method | " + " | ".join(kinds) + " |\n" + "|---" * (len(kinds) + 1) + "|")
    for method in areas[0]:
        print(f"| {method} | " + " | ".join(f"{np.mean([a[method][k] for a in areas]):.3f}" for k in kinds) + " |")
    for method in results[0][0]:
        told = [alarms(data, found[method]) for data, (found, _) in zip(draws, results, strict=True)]
        print(f"\n{method}: alarms at {', '.join(map(str, LEVELS))}")
        for kind in told[0]:
            print(f"  {kind}: " + ", ".join(f"{share:.1%}" for share in np.mean([t[kind] for t in told], 0)))
        ranks = [first_ranked(data, found[method].worst) for data, (found, _) in zip(draws, results, strict=True)]
        if ranks[0][1]:
            print(f"edited word ranked first: {np.mean([first / among for first, among in ranks]):.1%}")


def judged_all(data: Pairs, options: argparse.Namespace) -> tuple[dict[str, Judged], dict[str, Scores]]:
    """What the detectors find, and the scores of all methods."""
    embedding = PairEmbedding(options.weights, options.text_encoder)
    judged = {"pair-embedding": clocked(embedding, embedded, data)}
    if options.information:
        information = PairInformation(backbone=options.weights, text_encoder=options.text_encoder)
        judged["pair-information"] = clocked(information, informed, data)
    unread = np.where(np.isnan(judged["pair-embedding"].scores), np.nan, 0.0)  # judged by nobody
    scores = {method: found.scores for method, found in judged.items()} | others(embedding, data)
    return judged, {method: found + unread for method, found in scores.items()}


def alarms(data: Pairs, found: Judged) -> dict[str, list[float]]:
    """The share of each kind of pairs that alarms at each level."""
    kinds = np.array(data.kinds)
    p = {k: found.p[(kinds == k) & ~np.isnan(found.p)] for k in sorted(set(kinds) - {TRUTH})}
    return {kind: [float((own <= a).mean()) for a in LEVELS] for kind, own in p.items()}


def clocked(detector: Any, judge: Callable[[Any, list[PairSample]], Judged], data: Pairs) -> Judged:
    """Fit and judge, and say how much of the processor each took."""
    start = time.process_time()
    detector.fit(data.learned)
    fitted = time.process_time()
    found = judge(detector, data.judged)
    each = (time.process_time() - fitted) / len(data.judged)
    print(f"{detector.card.name}: learned in {fitted - start:.0f} s, {1000 * each:.0f} ms a pair", flush=True)
    return found


def first_ranked(data: Pairs, worst: list[str]) -> tuple[int, int]:
    """How often the word with the least information is (one of) those put in, and of how many pairs with one."""
    put_in = [{w.key for w in words_of(edited)} for edited in data.edited]
    among = [(keys, word) for keys, word in zip(put_in, worst, strict=True) if keys]
    return sum(bool({w.key for w in words_of(word)} & keys) for keys, word in among), len(among)


if __name__ == "__main__":
    main()
