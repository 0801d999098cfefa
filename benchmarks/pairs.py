"""Image-text pairs: matched against mismatched by kind, ours beside cosine similarity of the same encoders.

    python -m benchmarks.pairs --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 \
                               [--text-encoder FOLDER] [--sets fashion,flickr8k] [--information] [--markdown]

Learned from are pairs none of whose images or texts occurs in the test. The encoders share no space, so cosine
similarity is taken after ridge regression of the text's vector on the image's (strength by cross-validation, images
apart), as it is and with both sides centred; it gets the same vectors as ours. `--information` also trains and judges
`pair-information` on features of the same encoders, from their tokens.
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
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, GroupKFold

from anomalyst.modalities.pair.reader import pair_of
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.pair.space.embedding import PairEmbedding, same_images
from anomalyst.modalities.pair.space.features import FeatureDenoiser
from anomalyst.modalities.pair.space.information import PairInformation
from anomalyst.modalities.pair.space.text import words_of

TABLES = {"fashion": ("products.csv", "title"), "flickr8k": ("captions.csv", "caption")}
STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # of the ridge, as multiples of the number of pairs
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Matching pairs to learn from, pairs to judge, their kinds, and the word that was put in, and the one that it
    stands for ("" if none)."""

    learned: list[PairSample]
    judged: list[PairSample]
    kinds: list[str]
    edited: list[str]
    replaced: list[str]


def read(folder: Path, limit: int | None) -> Pairs:
    """One data set; `limit` cuts both parts."""
    table, column = TABLES[folder.name]
    pairs, tests = pd.read_csv(folder / table), pd.read_csv(folder / "pairs_test.csv", keep_default_na=False)
    used = set(tests["image"]) | set(tests["caption_from"])
    rest = pairs[~pairs["image"].isin(used)]
    rest, tests = rest.head(limit) if limit else rest, tests.head(limit) if limit else tests
    images = folder / "images"
    return Pairs(
        [pair_of(images / i, t) for i, t in zip(rest["image"], rest[column], strict=True)],
        [pair_of(images / i, t) for i, t in zip(tests["image"], tests["caption"], strict=True)],
        list(tests["kind"]),
        [str(e).partition("->")[2] for e in tests["edited_attribute"]],
        [str(e).partition("->")[0] for e in tests["edited_attribute"]],
    )


def cosines(detector: PairEmbedding, data: Pairs) -> dict[str, Scores]:
    """Minus the cosine of text and ridge-predicted text, plain and centred, from the detector's own vectors."""

    def vectors(pairs: list[PairSample]) -> tuple[Scores, Scores]:
        seen = detector.image_scaler_.apply(detector.encoder.images([p.image for p in pairs]).views())
        said = detector.text_scaler_.apply(detector.encoder.texts([p.text for p in pairs], detector.vocabulary_))
        return seen.double().numpy(), said.double().numpy()

    (seen, said), (new, text) = vectors(data.learned), vectors(data.judged)
    # Captions of one image stay together, or the strength would be chosen on images already seen.
    search = GridSearchCV(Ridge(), {"alpha": [len(seen) * a for a in STRENGTHS]}, cv=GroupKFold(5))
    ridge = search.fit(seen, said, groups=same_images(data.learned)[0])
    guess = ridge.predict(new)
    offset = np.concatenate(
        [m.numpy() * s for m, s in zip(detector.text_scaler_.means, detector.text_scaler_.scales, strict=True)]
    )
    return {
        "cosine after ridge": -_cosine(guess + offset, text + offset),
        "cosine after ridge, centred": -_cosine(guess, text),
    }


def _cosine(a: Scores, b: Scores) -> Scores:
    size = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    found: Scores = (a * b).sum(1) / np.maximum(size, 1e-12)
    return found


@dataclass(frozen=True)
class Judged:
    """A detector's scores, p-values, and the word of each pair that is supported least ("" if none is judged)."""

    scores: Scores
    p: Scores
    worst: list[str]


def embedded(detector: PairEmbedding, pairs: list[PairSample]) -> Judged:
    """By the vectors of encoders."""
    maps = [detector.score(pair) for pair in pairs]
    words = [[] if pair_scores(m) is None else [w for w in pair_scores(m).words if w.known] for m in maps]
    worst = [min(own, key=lambda w: w.information).text if own else "" for own in words]
    return Judged(np.array([m.sample_score for m in maps]), np.array([m.sample_p for m in maps]), worst)


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
    """Area under ROC of matching pairs against each kind of mismatch."""
    kinds = np.array(data.kinds)
    found = {}
    for kind in sorted(set(kinds) - {"match"}):
        both = (kinds == kind) | (kinds == "match")
        found[kind] = float(roc_auc_score(kinds[both] == kind, scores[both]))
    return found


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds text_image/")
    parser.add_argument("--weights", help="folder of the backbone; colours alone without")
    parser.add_argument("--text-encoder", help="folder of a sentence-transformers model; words alone without")
    parser.add_argument("--sets", default=",".join(TABLES))
    parser.add_argument("--information", action="store_true", help="pair-information too: about ten minutes a set")
    parser.add_argument("--limit", type=int, help="at most so many pairs to learn from and to judge")
    parser.add_argument("--markdown", action="store_true", help="print tables as markdown (always done)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.sets.split(","):
        report(name, read(options.data / "text_image" / name, options.limit), options)


def report(name: str, data: Pairs, options: argparse.Namespace) -> None:
    """Learn, judge and print the tables of one data set."""
    embedding = PairEmbedding(options.weights, options.text_encoder)
    judged = {"pair-embedding": clocked(embedding, embedded, data)}
    others = cosines(embedding, data)
    if options.information:
        judged["pair-information"] = clocked(
            PairInformation(backbone=options.weights, text_encoder=options.text_encoder), informed, data
        )
    scores = {method: found.scores for method, found in judged.items()} | others
    kinds = by_kind(data, scores["pair-embedding"])
    print(f"\n{name}: {len(data.learned)} pairs learned from, {len(data.judged)} judged\n")
    print("| method | " + " | ".join(kinds) + " |\n" + "|---" * (len(kinds) + 1) + "|")
    for method, values in scores.items():
        print(f"| {method} | " + " | ".join(f"{v:.3f}" for v in by_kind(data, values).values()) + " |")
    match = np.array(data.kinds) == "match"
    for method, found in judged.items():
        alarms = [int((found.p[match] <= a).sum()) for a in (0.01, 0.05, 0.1)]
        print(f"\n{method}: false alarms at 0.01, 0.05, 0.1: {alarms} of {match.sum()}")
        first, among = first_ranked(data, found.worst)
        if among:
            print(f"edited word ranked first: {first} of {among} ({first / among:.1%})")


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
