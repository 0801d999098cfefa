"""An image with its text in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.image.storage import picture, picture_arrays
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, Repair, WordScore, pair_scores
from anomalyst.modalities.sources import Arrays
from anomalyst.samples import Sample


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of a pair and of its score map."""
    pair, said = cast(PairSample, sample), pair_scores(score_map)
    about = {"grey": pair.image.grey, "text": pair.text}
    arrays = picture_arrays(pair.image, score_map)
    if said is None:
        return about, arrays
    return about | {"pair": _about_words(said)}, arrays | {"word_maps": said.word_maps}


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[PairSample, PairScores | None]:
    """The pair, and what its score map says of words."""
    image = picture(about, arrays)
    pair = PairSample(image, str(about["text"]), name=image.name, notes=image.notes)
    return pair, _scores(about.get("pair"), arrays)


def _about_words(said: PairScores) -> dict[str, Any]:
    """What the scores of a pair hold besides arrays."""
    return {
        "information": said.information,
        "error": said.error,
        "words": [asdict(word) for word in said.words],
        "captions": list(said.captions),
        "repairs": [asdict(repair) for repair in said.repairs],
    }


def _scores(about: Mapping[str, Any] | None, arrays: Arrays) -> PairScores | None:
    if about is None:
        return None
    return PairScores(
        information=float(about["information"]),
        error=float(about["error"]),
        words=tuple(WordScore(**word) for word in about["words"]),
        word_maps=arrays["word_maps"],
        captions=tuple(str(caption) for caption in about["captions"]),
        repairs=tuple(Repair(**repair) for repair in about["repairs"]),
    )
