"""From a plan to a picture: where its things stand, and which pixels each attribute concerns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from anomalyst.datasets.scene_drawing import SIZE, TILT, Array, Canvas, Pose, box_of, rectangle, shaded
from anomalyst.datasets.scene_plans import NUMBERS, VALUES, Family, Plan
from anomalyst.samples import Mask

CELL = SIZE / 3
JITTER = 0.7  # pixels that a thing is off the middle of its cell, at most
RADIUS = (4.4, 5.0)
STEEL = (0.45, 0.62)
Regions = dict[str, Mask]

# Ways to lay out two, three and four things on a grid of 3 × 3 (row, column).
LAYOUTS: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    2: (((1, 0), (1, 2)), ((0, 1), (2, 1)), ((0, 0), (2, 2)), ((0, 2), (2, 0))),
    3: (((1, 0), (1, 1), (1, 2)), ((0, 1), (1, 1), (2, 1)), ((0, 1), (2, 0), (2, 2)), ((0, 0), (0, 2), (2, 1))),
    4: (((0, 0), (0, 2), (2, 0), (2, 2)), ((0, 1), (1, 0), (1, 2), (2, 1))),
}


def draw(plan: Plan, dice: np.random.Generator) -> tuple[Array, Regions]:
    """The picture of a plan, float32 (32, 32, 3) in [0, 1], and the region of each attribute, bool (32, 32)."""
    canvas = Canvas(dice)
    regions = _PAINTERS[plan.family](plan, canvas, dice)
    return canvas.finished(), regions


def _pose(row: float, column: float, dice: np.random.Generator) -> Pose:
    """A place in the cell at `row` and `column`, somewhat off its middle."""
    x, y = ((place + 0.5) * CELL + dice.uniform(-JITTER, JITTER) for place in (column, row))
    return Pose(x, y, dice.uniform(*RADIUS), dice.uniform(-TILT, TILT))


def _object(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    known = plan.attributes
    place = VALUES["row"].index(known["row"]), VALUES["column"].index(known["column"])
    box = box_of(canvas.shape(known["shape"], known["colour"], known["texture"], _pose(*place, dice)))
    return dict.fromkeys(known, box)


def _pair(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    known, relation = plan.attributes, plan.attributes["relation"]
    first, second = [(0, 1), (1, 2), (0, 2)][dice.integers(3)]
    if relation in ("right", "below"):
        first, second = second, first
    across = int(dice.integers(3))
    flat = relation in ("left", "right")
    places = [(across, along) if flat else (along, across) for along in (first, second)]
    names = (("shape", "colour"), ("shape2", "colour2"))
    boxes = [
        box_of(canvas.shape(known[s], known[c], "plain", _pose(*place, dice)))
        for (s, c), place in zip(names, places, strict=True)
    ]
    own = {name: box for pair, box in zip(names, boxes, strict=True) for name in pair}
    return {**own, "relation": boxes[0] | boxes[1]}


def _group(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    known = plan.attributes
    layouts = LAYOUTS[NUMBERS[known["count"]]]
    masks = [
        canvas.shape(known["shape"], known["colour"], "plain", _pose(*place, dice))
        for place in layouts[dice.integers(len(layouts))]
    ]
    things = np.logical_or.reduce([box_of(mask) for mask in masks])
    # A thing too many or too few has no pixels of its own: the number concerns all that the group spans.
    return {"colour": things, "shape": things, "count": box_of(things)}


def _bolt(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    """A bolt that lies on its side, its head to the left."""
    half = {"M4": 1.6, "M6": 3.2, "M8": 4.8}[plan.attributes["size"]]
    pose = Pose(SIZE / 2 + dice.uniform(-1, 1), SIZE / 2 + dice.uniform(-3, 3), half, dice.uniform(-TILT, TILT))
    x, y = pose.axes()
    steel = np.full(3, dice.uniform(*STEEL), np.float32)
    thread = 0.16 * np.sin(2 * np.pi * x / 3.2)[..., None]
    shaft = canvas.lay(rectangle(x - 2, y, 10, half), np.clip(steel + thread, 0, 1).astype(np.float32))
    head = rectangle(x + 10.5, y, 2.5, half * 1.25 + 2.5)
    if plan.attributes["head"] == "intact":
        canvas.lay(head, steel * 0.8)
    # A larger size has a larger head too.
    return {"size": box_of(shaft | (head <= 0)), "head": box_of(head <= 0)}


def _gasket(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    """A round plate with holes that show the paper."""
    pose = Pose(SIZE / 2 + dice.uniform(-2, 2), SIZE / 2 + dice.uniform(-2, 2), dice.uniform(11, 12.5))
    x, y = pose.axes()
    paper = canvas.pixels.copy()
    plate = canvas.lay(np.hypot(x, y) - np.float32(pose.radius), shaded(plan.attributes["gasket"], dice))
    number, turn = NUMBERS[plan.attributes["count"]], dice.uniform(-0.4, 0.4)
    holes = np.zeros((SIZE, SIZE), dtype=np.bool_)
    for angle in turn + 2 * np.pi * np.arange(number) / number:
        away = np.hypot(x - np.float32(6.6 * np.cos(angle)), y - np.float32(6.6 * np.sin(angle)))
        holes |= canvas.lay(away - np.float32(2.7), paper)
    return {"gasket": box_of(plate), "count": box_of(plate)}


def _washer(plan: Plan, canvas: Canvas, dice: np.random.Generator) -> Regions:
    """A steel ring, its surface clean or with scratches across."""
    pose = Pose(SIZE / 2 + dice.uniform(-2, 2), SIZE / 2 + dice.uniform(-2, 2), dice.uniform(11, 12.5))
    x, y = pose.axes()
    steel = np.full(3, dice.uniform(*STEEL), np.float32)
    away = np.hypot(x, y)
    ring = np.maximum(away - np.float32(pose.radius), np.float32(4.5) - away)
    face = canvas.lay(ring, steel)
    if plan.attributes["surface"] == "scratched":
        turn = dice.uniform(0, np.pi)
        along = x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))
        for offset in (-3.0, 0.0, 3.0):
            canvas.lay(np.maximum(np.abs(along - np.float32(offset)) - np.float32(0.75), ring), steel * 0.3)
    return {"surface": box_of(face)}


_Painter = Callable[[Plan, Canvas, np.random.Generator], Regions]
_PAINTERS: dict[Family, _Painter] = {
    "object": _object,
    "pair": _pair,
    "group": _group,
    "bolt": _bolt,
    "gasket": _gasket,
    "washer": _washer,
}
