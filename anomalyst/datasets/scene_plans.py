"""What a scene shows, before it is drawn: its family, its attributes, and the sentence that says them.

    object   a striped red square at the top left
    pair     a red square left of a blue circle
    group    three green rings
    bolt     M6 bolt, head missing
    gasket   black gasket with two holes
    washer   washer, surface scratched

Some colour-shape pairs are kept out of training altogether (`HELD_OUT`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from anomalyst.datasets.scene_drawing import COLOURS, SHAPES, TEXTURES

Family = Literal["object", "pair", "group", "bolt", "gasket", "washer"]
Kind = Literal["colour", "shape", "count", "position", "relation", "texture", "size", "state", "swap"]
Combinations = Literal["trained", "held out"]

SHARES: dict[Family, float] = {
    "object": 0.3, "pair": 0.34, "group": 0.14, "bolt": 0.09, "gasket": 0.08, "washer": 0.05
}  # fmt: skip
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
NUMBERS = {"two": 2, "three": 3, "four": 4}
VALUES: dict[str, tuple[str, ...]] = {
    "colour": tuple(COLOURS),
    "shape": tuple(SHAPES),
    "texture": TEXTURES,
    "row": ("top", "middle", "bottom"),
    "column": ("left", "centre", "right"),
    "relation": tuple(OPPOSITE),
    "count": tuple(NUMBERS),
    "size": ("M4", "M6", "M8"),
    "head": ("intact", "missing"),
    "surface": ("clean", "scratched"),
    "gasket": ("black", "green", "brown"),
}
KIND_OF: dict[str, Kind] = {
    "colour": "colour", "gasket": "colour", "shape": "shape", "texture": "texture", "row": "position",
    "column": "position", "relation": "relation", "count": "count", "size": "size", "head": "state", "surface": "state",
}  # fmt: skip
# One colour of each shape, so that each colour and each shape is seen, but never these together.
HELD_OUT = frozenset(
    {("red", "triangle"), ("green", "circle"), ("blue", "cross"), ("yellow", "ring"), ("purple", "square")}
)
PLURAL = {"cross": "crosses"}

# The sentence of each family; {name} is the word of an attribute, and each other word stands for itself.
SENTENCES: dict[Family, str] = {
    "object": "a {texture} {colour} {shape} at the {row} {column}",
    "pair": "a {colour} {shape} {relation} a {colour2} {shape2}",
    "group": "{count} {colour} {shape}",
    "bolt": "{size} bolt , head {head}",
    "gasket": "{gasket} gasket with {count} holes",
    "washer": "washer , surface {surface}",
}


@dataclass(frozen=True)
class Word:
    """A word of a caption and the attribute that it says, None for the others ("a", "of", "bolt")."""

    text: str
    attribute: str | None = None


@dataclass(frozen=True)
class Plan:
    """A family and the value of each of its attributes, as `VALUES` has them ("colour2" takes the values of
    "colour")."""

    family: Family
    attributes: Mapping[str, str]

    @property
    def words(self) -> tuple[Word, ...]:
        """The caption word by word; a comma is a word."""
        said: list[Word] = []
        for part in SENTENCES[self.family].split():
            name = part.strip("{}")
            if name == part:
                said.append(Word(part))
                continue
            value = self.attributes[name]
            plural = self.family == "group" and name == "shape"
            said.append(Word(PLURAL.get(value, f"{value}s") if plural else value, name))
            if name == "relation" and value in ("left", "right"):
                said.append(Word("of"))
        return tuple(said)

    @property
    def caption(self) -> str:
        """The caption as text."""
        return " ".join(word.text for word in self.words).replace(" ,", ",")

    def things(self) -> tuple[tuple[str, str], ...]:
        """The (colour, shape) pairs it shows."""
        known = self.attributes
        names = (("colour", "shape"), ("colour2", "shape2"))
        return tuple((known[c], known[s]) for c, s in names if c in known and s in known)

    def shows_held_out(self) -> bool:
        """Whether it shows a colour-shape pair that is kept out of training."""
        return any(thing in HELD_OUT for thing in self.things())


def base_of(attribute: str) -> str:
    """ "colour2" → "colour": the attribute whose values it takes."""
    return attribute.removesuffix("2")


def kind_of(attribute: str) -> Kind:
    """The kind of mismatch that a change of this attribute is."""
    return KIND_OF[base_of(attribute)]


def draw_plan(dice: np.random.Generator, family: Family, combinations: Combinations) -> Plan:
    """A plan whose colour-shape pairs are all trained ones, or of which at least one is held out."""
    names = [part.strip("{}") for part in SENTENCES[family].split() if part.startswith("{")]
    while True:
        plan = Plan(family, {name: str(dice.choice(VALUES[base_of(name)])) for name in names})
        things = plan.things()
        if len(set(things)) == len(things) and plan.shows_held_out() == (combinations == "held out"):
            return plan


def edits(plan: Plan, attribute: str) -> tuple[str, ...]:
    """The values that make the caption false: all others; of a relation only its opposite, so that grammar stays."""
    value = plan.attributes[attribute]
    if attribute == "relation":
        return (OPPOSITE[value],)
    return tuple(other for other in VALUES[base_of(attribute)] if other != value)


def says_the_same(one: Plan, other: Plan) -> bool:
    """Whether two plans of one family say the same: "A left of B" is "B right of A"."""
    if one.family == "pair":
        turned = {base_of(k) if k.endswith("2") else f"{k}2": v for k, v in other.attributes.items() if k != "relation"}
        if dict(one.attributes) == {**turned, "relation": OPPOSITE[other.attributes["relation"]]}:
            return True
    return dict(one.attributes) == dict(other.attributes)
