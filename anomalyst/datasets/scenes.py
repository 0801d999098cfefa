"""Small scenes drawn from a seed, with captions and exact labels: matched pairs, and pairs in which one thing is wrong.

    scene = matched(7)                   # a picture, its caption, where each attribute is
    scene = mismatched(7, "colour")      # the same picture, one word of the caption false

A mismatch knows its kind, the false words, the words that would fit, and the pixels it concerns. Training draws seeds
below `TEST_SEEDS` and never sees the colour-shape pairs in `HELD_OUT`; tests draw seeds from there on, and with
combinations="held out" scenes that show one of those pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from anomalyst.datasets.scene_drawing import SIZE, Array
from anomalyst.datasets.scene_layout import draw
from anomalyst.datasets.scene_plans import (
    HELD_OUT,
    SENTENCES,
    SHARES,
    VALUES,
    Combinations,
    Family,
    Kind,
    Plan,
    Word,
    base_of,
    draw_plan,
    edits,
    kind_of,
    says_the_same,
)
from anomalyst.errors import InputError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.samples import Mask

__all__ = [
    "HELD_OUT", "KINDS", "SIZE", "TEST_SEEDS", "Kind", "Mismatch", "Scene", "falsified", "matched", "mismatched",
    "words",
]  # fmt: skip

KINDS: tuple[Kind, ...] = get_args(Kind)
TEST_SEEDS = 1_000_000


@dataclass(frozen=True)
class Mismatch:
    """What is wrong with a caption: `positions` of the false words among the caption's words, the `truth` that would
    stand there, and the `region` they concern, bool (32, 32)."""

    kind: Kind
    positions: tuple[int, ...]
    truth: tuple[str, ...]
    region: Mask


@dataclass(frozen=True)
class Scene:
    """A picture, float32 (32, 32, 3) in [0, 1], and its caption. `shown`: what the picture shows, `said`: what the
    caption says; `regions`: for each attribute the pixels it concerns, bool (32, 32); `mismatch`: None if they agree.
    """

    seed: int
    pixels: Array
    shown: Plan
    said: Plan
    regions: Mapping[str, Mask]
    mismatch: Mismatch | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """The caption's words."""
        return self.said.words

    @property
    def caption(self) -> str:
        """The caption as text."""
        return self.said.caption

    @property
    def pair(self) -> PairSample:
        """Picture and caption as a sample."""
        name = f"scene {self.seed}"
        return PairSample(ImageSample(self.pixels, name), self.caption, name)


def matched(seed: int, combinations: Combinations = "trained", family: Family | None = None) -> Scene:
    """The scene of this seed with its true caption; `family`: None for one drawn by `SHARES`."""
    if seed < 0:
        raise InputError(f"got seed {seed!r}; give a whole number from 0 on.")
    return _scene(np.random.default_rng([seed, len(combinations)]), seed, combinations, family)


def mismatched(seed: int, kind: Kind, combinations: Combinations = "trained") -> Scene:
    """A scene whose caption is false in one word ("swap": it is that of another scene of its family).

    Same seed, same picture for all kinds that a family can have. Raises InputError for an unknown kind.
    """
    if kind not in KINDS:
        raise InputError(f"got kind {kind!r}; it is one of {', '.join(map(repr, KINDS))}.")
    families = _families(kind, combinations)
    dice = np.random.default_rng([seed, KINDS.index(kind), 1])
    shares = np.array([SHARES[family] for family in families])
    family = families[int(dice.choice(len(families), p=shares / shares.sum()))]
    return falsified(matched(seed, combinations, family), kind, dice)


def falsified(scene: Scene, kind: Kind, dice: np.random.Generator) -> Scene:
    """A matched scene with a false caption of this kind; its family must be able to have one."""
    said = _swapped(scene.shown, dice) if kind == "swap" else _edited(scene.shown, kind, dice)
    return replace(scene, said=said, mismatch=_mismatch(scene, said, kind))


def words() -> tuple[str, ...]:
    """Every word that a caption can hold, sorted: the vocabulary."""
    known: set[str] = {"of"}
    for family, sentence in SENTENCES.items():
        names = [part.strip("{}") for part in sentence.split() if part.startswith("{")]
        for name in names:
            for value in VALUES[base_of(name)]:
                attributes = {other: VALUES[base_of(other)][0] for other in names}
                known |= {word.text for word in Plan(family, {**attributes, name: value}).words}
    return tuple(sorted(known))


def _scene(dice: np.random.Generator, seed: int, combinations: Combinations, family: Family | None) -> Scene:
    usual = _families("swap", combinations)
    shares = np.array([SHARES[name] for name in usual])
    drawn = usual[int(dice.choice(len(usual), p=shares / shares.sum()))]
    plan = draw_plan(dice, family or drawn, combinations)
    pixels, regions = draw(plan, dice)
    return Scene(seed, pixels, plan, plan, regions)


def _families(kind: Kind, combinations: Combinations) -> list[Family]:
    """The families that can have this mismatch; those with a colour and a shape, where combinations are held out."""
    found: list[Family] = []
    for family, sentence in SENTENCES.items():
        names = [part.strip("{}") for part in sentence.split() if part.startswith("{")]
        able = kind == "swap" or any(kind_of(name) == kind for name in names)
        if able and (combinations == "trained" or "shape" in names):
            found.append(family)
    if not found:
        raise InputError(f"no scene of held-out combinations has a mismatch of kind {kind!r}; use the trained ones.")
    return found


def _edited(plan: Plan, kind: Kind, dice: np.random.Generator) -> Plan:
    """The plan with one attribute of this kind changed."""
    able = [name for name in plan.attributes if kind_of(name) == kind]
    name = str(dice.choice(able))
    return replace(plan, attributes={**plan.attributes, name: str(dice.choice(edits(plan, name)))})


def _swapped(plan: Plan, dice: np.random.Generator) -> Plan:
    """Another plan of the same family that says something else."""
    while True:
        other = draw_plan(dice, plan.family, "trained")
        if not says_the_same(plan, other):
            return other


def _mismatch(scene: Scene, said: Plan, kind: Kind) -> Mismatch:
    """What differs between what is shown and said. Words are compared attribute by attribute, as "left of" is longer
    than "above"."""
    false = [name for name, value in scene.shown.attributes.items() if said.attributes[name] != value]
    positions = tuple(i for i, word in enumerate(said.words) if word.attribute in false)
    truth = {word.attribute: word.text for word in scene.shown.words}
    region = np.logical_or.reduce([scene.regions[name] for name in false])
    if kind == "position":
        region = region | draw_cell(said)
    return Mismatch(kind, positions, tuple(truth[said.words[i].attribute] for i in positions), region)


def draw_cell(plan: Plan) -> Mask:
    """The ninth of the picture that a plan's row and column name."""
    row, column = VALUES["row"].index(plan.attributes["row"]), VALUES["column"].index(plan.attributes["column"])
    edges = np.linspace(0, SIZE, 4).round().astype(int)
    cell = np.zeros((SIZE, SIZE), dtype=np.bool_)
    cell[edges[row] : edges[row + 1], edges[column] : edges[column + 1]] = True
    return cell
