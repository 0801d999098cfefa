"""How a kind of data is spoken of: its nouns, and the words and sentences that are the same for all its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anomalyst.evidence.healing import HealingWords
from anomalyst.evidence.sentences import Advice


@dataclass(frozen=True)
class Nouns:
    """What things of this kind are called. `title`: a heading ("Images"); `one`, `many`: samples; `input`: one as the
    page calls it; `data`: what they are made of, as a card says it ("time series"); `thing`, `things`: what a person
    keeps or collects ("recording"); `normal`, `normals`: what p-values are counted in ("stretch"); `alike`: normals as
    a whole sample is compared with ("normal series as long as this one"); `examples`: what there is to learn from
    ("normal examples"); `part`: what a finding is called."""

    title: str
    one: str
    many: str
    input: str
    data: str
    thing: str
    things: str
    normal: str
    normals: str
    alike: str
    examples: str = "normal examples"
    part: str = "region"


@dataclass(frozen=True)
class Telling:
    """What may be said of any sample. `words`: for things of this kind, which any checked sentence may use; `places`:
    which words say where something lies, those of a plane ("upper left") or of time ("late"); `advice`: what may be the
    cause of a finding, and what to do next; `qualities`: names that facts give to what they measure ("brightness"),
    beside names from the data; `appearances`: words for what a finding looks like, one of which the kind's
    `appearance` gives; `kinds`: of anomaly that only this kind of data has, and that are called by their name alone
    wherever a sentence is read; `healing`: how the healing test is told."""

    words: frozenset[str]
    places: Literal["plane", "time"]
    advice: Advice
    qualities: tuple[str, ...] = ()
    appearances: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    healing: HealingWords = HealingWords()
