"""Where pairs come from: an image and a text, a table of both, images with a .txt beside each."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from anomalyst.errors import InputError
from anomalyst.evidence.units import counted
from anomalyst.modalities.files import file_kind, shown
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.reader import every_pair, is_pair_source, pair_notes, read_pairs
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.registry import refused, surest
from anomalyst.modalities.sources import Parts
from anomalyst.samples import Sample

TEXT_SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl", ".parquet", ".pq")


def knows(source: Any) -> float:
    """How sure it is that a source holds pairs; files that were given together do, if there are pictures and texts."""
    if isinstance(source, Path):
        return float(is_pair_source(source))
    if isinstance(source, tuple):
        return float(any(file_kind(p) == "picture" for p in source) and any(map(_may_name_images, source)))
    return float(isinstance(source, PairSample))


def _may_name_images(path: Path) -> bool:
    """Whether a file may be the table of some images, or the text of one."""
    return path.suffix.lower() in TEXT_SUFFIXES and file_kind(path) in ("text", "parquet")


def read(source: Any, text: str | None) -> PairSample:
    """An image and its text, or the only pair of a table or a folder."""
    if text is None:
        return _only_pair(source)
    image = load_sample(source, "image")
    if not isinstance(image, ImageSample):
        raise InputError(f"got a text with {image.modality} data; a text goes with an image.")
    return PairSample(image, text, name=image.name, notes=image.notes)


def _only_pair(path: Path) -> PairSample:
    """The pair of a table or folder that holds one."""
    if path.is_file() and file_kind(path) == "picture":
        raise InputError(f"{shown(path)} is an image; give its text too.", "text")
    pairs = list(islice(read_pairs(path), 2))
    if len(pairs) > 1:
        raise InputError(
            f"{shown(path)} holds several pairs; give one image and its text, or score them all.", "text", "several"
        )
    return pairs[0]


def parts(path: Path) -> Parts:
    """Each pair of a table or a folder, read when it is asked for."""
    return Parts(every_pair(path), pair_notes(path))


def uploaded(folder: Path) -> list[Path]:
    """The tables of a folder that holds images too; without any, the folder itself."""
    tables = []
    for path in sorted(folder.iterdir()):
        if not surest(path):
            raise refused(path)
        if file_kind(path) in ("text", "parquet") and path.suffix.lower() != ".txt":
            tables.append(path)
    return tables or [folder]


def profile(sample: Sample | None, backbone: bool) -> dict[str, Any]:
    """What is known of a pair; of pairs to fit on, only their number counts."""
    if not isinstance(sample, PairSample):
        return {"backbone": backbone}
    return {"height": sample.shape[0], "width": sample.shape[1], "backbone": backbone, "text": sample.text}


def size(sample: Sample) -> str:
    """The image's width and height, and how many words the text has."""
    words = len(sample.text.split()) if isinstance(sample, PairSample) else 0
    return f"{sample.shape[1]} × {sample.shape[0]} pixels, {counted(words, 'word')}"
