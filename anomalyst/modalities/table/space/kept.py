"""What is kept of normal rows as they were, to show what is usual; and the encoder, as arrays and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.space.encode import Coder, Encoder, NumberCoder, WordCoder

HEAD = "encoder"


@dataclass(frozen=True)
class KeptRows:
    """`values` (M, columns), of categories places among `levels`, by column."""

    values: NDArray[np.float64]
    levels: tuple[tuple[str, ...], ...]

    def as_levels(self, rows: Any, sample: TableSample) -> NDArray[np.float64]:
        """Some rows (K, columns) with the words counted as `sample` does; NaN for a word that it does not know."""
        found = np.atleast_2d(self.values[rows]).copy()
        for place, column in enumerate(sample.columns):
            if column.kind == "category":
                known = {word: number for number, word in enumerate(column.levels)}
                held = found[:, place]
                found[:, place] = [
                    np.nan if np.isnan(value) else known.get(self.levels[place][int(value)], np.nan) for value in held
                ]
        return found

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        return {f"{prefix}.values": self.values, f"{prefix}.levels": as_bytes([list(words) for words in self.levels])}

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[Any]], prefix: str) -> KeptRows:
        """Restore what `state` gave."""
        levels = of_bytes(state[f"{prefix}.levels"])
        return cls(state[f"{prefix}.values"], tuple(tuple(map(str, words)) for words in levels))


def encoder_state(encoder: Encoder) -> dict[str, NDArray[Any]]:
    """The encoder's arrays, what is no number among them as the bytes of a JSON text."""
    told: dict[str, Any] = {"names": encoder.names, "kinds": encoder.kinds, "words": []}
    arrays: dict[str, NDArray[Any]] = {}
    for place, coder in enumerate(encoder.coders):
        learned = coder.state()
        told["words"].append([learned.pop("words", []), learned.pop("rare", [])])
        arrays |= {f"{HEAD}.{place}.{name}": np.asarray(value) for name, value in learned.items()}
    return arrays | {HEAD: as_bytes(told)}


def encoder_of(state: Mapping[str, NDArray[Any]]) -> Encoder:
    """Restore what `encoder_state` gave."""
    told = of_bytes(state[HEAD])
    names, kinds = tuple(map(str, told["names"])), tuple(map(str, told["kinds"]))
    coders = tuple(_coder(state, place, kind, told["words"][place]) for place, kind in enumerate(kinds))
    return Encoder(names, kinds, coders)


def _coder(state: Mapping[str, NDArray[Any]], place: int, kind: str, words: list[list[str]]) -> Coder:
    head = [float(value) for value in state[f"{HEAD}.{place}.head"]]
    return (
        WordCoder(tuple(words[0]), tuple(words[1]), head[0], head[1])
        if kind == "category"
        else NumberCoder(head[0], head[1], head[2])
    )


def as_bytes(value: Any) -> NDArray[np.uint8]:
    """A JSON value as an array."""
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8).copy()


def of_bytes(array: NDArray[Any]) -> Any:
    """Back again."""
    return json.loads(bytes(array))
