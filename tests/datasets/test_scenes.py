"""The drawn scenes: labels are exact, seeds decide all, training and test are apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from anomalyst.datasets import scene_plans, scenes
from anomalyst.datasets.scene_drawing import COLOURS
from anomalyst.datasets.scenes import KINDS, TEST_SEEDS, Kind, Scene, matched, mismatched
from anomalyst.errors import InputError


def nearest_colour(scene: Scene, attribute: str) -> str:
    """The named colour of most painted pixels in the attribute's region."""
    inside = scene.pixels[scene.regions[attribute]]
    painted = inside[np.abs(inside - np.median(scene.pixels.reshape(-1, 3), 0)).max(1) > 0.3]
    off = [np.abs(painted - np.array(rgb)).sum(1) for rgb in COLOURS.values()]
    return list(COLOURS)[np.bincount(np.argmin(off, 0)).argmax()]


def test_a_seed_draws_the_same_scene_and_another_seed_another() -> None:
    one, again, other = matched(5), matched(5), matched(6)
    assert one.caption == again.caption and np.array_equal(one.pixels, again.pixels)
    assert not np.array_equal(one.pixels, other.pixels)
    assert one.pixels.dtype == np.float32 and one.pixels.shape == (32, 32, 3)
    assert one.pixels.min() >= 0 and one.pixels.max() <= 1


@pytest.mark.parametrize("family", ["object", "pair", "group"])
def test_colours_said_are_the_colours_of_the_region(family: scene_plans.Family) -> None:
    for seed in range(40):
        scene = matched(seed, family=family)
        for name in ("colour", "colour2"):
            # Stripes and dots are the colour mixed with white.
            if name in scene.shown.attributes and scene.shown.attributes.get("texture", "plain") == "plain":
                assert nearest_colour(scene, name) == scene.shown.attributes[name], scene.caption


def test_counts_said_are_the_number_of_things() -> None:
    for seed in range(60):
        scene = matched(seed, family="group")
        paper = np.median(scene.pixels.reshape(-1, 3), 0)
        painted = np.abs(scene.pixels - paper).max(2) > 0.25
        _, found = ndimage.label(painted, np.ones((3, 3)))
        # Neighbours in a row may touch, so that fewer are found; never more.
        assert found <= scene_plans.NUMBERS[scene.shown.attributes["count"]]
        sides = [np.ptp(np.flatnonzero(painted.any(axis))) for axis in (0, 1)]
        assert found == scene_plans.NUMBERS[scene.shown.attributes["count"]] or max(sides) > 20, scene.caption


def test_places_and_relations_are_as_said() -> None:
    for seed in range(60):
        scene = matched(seed, family="object")
        row, column = ndimage.center_of_mass(scene.regions["shape"])
        assert scene.shown.attributes["row"] == scene_plans.VALUES["row"][int(row * 3 / 32)]
        assert scene.shown.attributes["column"] == scene_plans.VALUES["column"][int(column * 3 / 32)]
        scene = matched(seed, family="pair")
        middle = {name: np.array(ndimage.center_of_mass(scene.regions[name])) for name in ("shape", "shape2")}
        down, right = middle["shape2"] - middle["shape"]
        ahead = {"left": right, "right": -right, "above": down, "below": -down}
        assert ahead[scene.shown.attributes["relation"]] > 6


@pytest.mark.parametrize("kind", KINDS)
def test_a_mismatch_knows_its_words_their_truth_and_their_place(kind: Kind) -> None:
    for seed in range(TEST_SEEDS, TEST_SEEDS + 30):
        scene = mismatched(seed, kind)
        found = scene.mismatch
        assert found is not None and found.kind == kind
        assert scene.caption != scene.shown.caption
        assert found.region.shape == (32, 32) and 0 < found.region.mean() <= 1
        assert len(found.positions) == len(found.truth) >= 1
        if kind == "swap":
            continue
        (place,), (truth,) = found.positions, found.truth
        said = [word.text for word in scene.words]
        said[place] = truth
        assert " ".join(said).replace(" ,", ",") == scene.shown.caption
        assert scene_plans.kind_of(scene.words[place].attribute or "") == kind


def test_training_never_shows_a_held_out_pair_and_the_held_out_scenes_all_do() -> None:
    assert not any(matched(seed).shown.shows_held_out() for seed in range(300))
    assert all(matched(seed, "held out").shown.shows_held_out() for seed in range(TEST_SEEDS, TEST_SEEDS + 100))
    # Each colour and each shape of a held-out pair is seen in training with others.
    seen = {thing for seed in range(2000) for thing in matched(seed).shown.things()}
    for colour, shape in scene_plans.HELD_OUT:
        assert {colour} & {c for c, _ in seen} and {shape} & {s for _, s in seen}


def test_a_swapped_caption_never_says_the_same_in_other_words() -> None:
    one = scene_plans.Plan(
        "pair", {"colour": "red", "shape": "ring", "relation": "left", "colour2": "blue", "shape2": "circle"}
    )
    turned = scene_plans.Plan(
        "pair", {"colour": "blue", "shape": "circle", "relation": "right", "colour2": "red", "shape2": "ring"}
    )
    assert one.caption == "a red ring left of a blue circle"
    assert turned.caption == "a blue circle right of a red ring"
    assert scene_plans.says_the_same(one, turned)
    assert not scene_plans.says_the_same(one, scene_plans.Plan("pair", {**turned.attributes, "relation": "left"}))


def test_every_caption_is_made_of_the_vocabulary() -> None:
    known = set(scenes.words())
    for seed in range(300):
        assert {word.text for word in matched(seed).words} <= known


def test_unknown_kinds_and_seeds_are_refused() -> None:
    with pytest.raises(InputError, match="colour"):
        mismatched(0, "smell")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="held-out"):
        mismatched(0, "state", "held out")
    with pytest.raises(InputError, match="from 0"):
        matched(-1)
