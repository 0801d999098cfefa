"""Surprise: it rises with the score, agrees with the shares it was made from, and never claims more than is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from anomalyst.modalities.series.space.grid import Grid
from anomalyst.modalities.series.space.model import learn
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.space.scores import Store
from anomalyst.modalities.series.space.surprise import Level, strongest


def normals(count: int = 4000) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(size=(1, count))).float()


def test_it_rises_and_tells_the_share_of_normals() -> None:
    level = Level.fit(normals(), apart=1)
    grid = torch.linspace(-4, 8, 200)[None]
    found = level.surprise(grid)[0]
    assert (found.diff() >= 0).all() and found[0] == 0
    assert float(level.surprise(torch.zeros(1, 1))) == pytest.approx(math.log(2), abs=0.05)
    assert float(level.surprise(torch.full((1, 1), 1.645))) == pytest.approx(math.log(20), abs=0.15)
    assert float(level.middle[0]) == pytest.approx(0, abs=0.1)


def test_few_rare_events_claim_less_than_many() -> None:
    quiet = torch.zeros(1, 4000)
    once, often = quiet.clone(), quiet.clone()
    once[0, 1000:1040] = 3.0
    often[0, ::100] = 3.0
    asked = torch.full((1, 1), 12.0)
    rare, known = (float(Level.fit(x, apart=100).surprise(asked)) for x in (once, often))
    assert math.log(100) < rare < known


def test_the_bulk_is_not_moved_by_an_anomaly_in_the_upper_quarter() -> None:
    clean = normals()
    spoilt = clean.clone()
    spoilt[0, :200] = 50.0
    asked = torch.full((1, 1), 4.0)
    before, after = (float(Level.of_bulk(x).surprise(asked)) for x in (clean, spoilt))
    assert after == pytest.approx(before, rel=0.15)


def test_the_strongest_of_many_is_led_by_the_largest() -> None:
    surprise = torch.tensor([[0.5], [0.7], [20.0]])
    assert float(strongest(surprise, 3)[0]) == pytest.approx(20 - math.log(3), abs=1e-3)


def test_a_switch_adds_no_more_than_the_rule_of_succession_allows() -> None:
    rng = np.random.default_rng(1)
    switch = np.zeros(3000)
    switch[500:520] = 1.0
    values = np.stack([rng.normal(size=3000), switch, np.full(3000, 7.0)], 1)
    grid = Grid(values, np.ones_like(values, dtype=bool), np.arange(3000))
    model, _ = learn([grid], (8, 32), Store(500)).held_out("density", False)
    wild = values.copy()
    wild[1000:1100, 1] = np.tile([0.0, 1.0], 50)
    wild[2000:2100, 2] = 9.0
    seen = model.score(model.scaled(Grid(wild, grid.observed, grid.rows))[0], "density", False).channels
    assert float(seen[1].max()) <= math.log1p(3000 / 32) + 1e-4
    assert float(seen[2].max()) == pytest.approx(math.log1p(3000 / 32), abs=1e-3)


def test_blame_looks_past_what_is_odd_everywhere() -> None:
    rows = np.ones(100)
    rows[50:60] = 30.0
    channels = torch.full((2, 100), 0.5)
    channels[0] = 9.0  # odd all the time
    channels[1, 50:60] = 7.0  # odd where the rows stand out
    blame = Profile(rows[None], lambda: (channels, rows)).blame()
    assert int(blame[:, 50:60].sum(1).argmax()) == 1 and float(blame[0, 55]) == 0
    assert torch.equal(blame[:, 0], channels[:, 0])
