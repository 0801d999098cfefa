"""How rows are judged: exact shares of columns, counterfactuals that heal, calibration, categories, bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from anomalyst.detectors.denoisers.closed_form import density
from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError
from anomalyst.evidence.findings import simes
from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.modalities.table.scores import blamed, table_scores
from anomalyst.modalities.table.space.blame import _parts, _scores
from anomalyst.modalities.table.space.coreset import coreset
from anomalyst.modalities.table.space.encode import Encoder, NumberCoder, WordCoder
from anomalyst.modalities.table.space.rows import RowBank
from anomalyst.modalities.table.tried.trial import rows


def numbers(count: int, columns: int, seed: int) -> TableSample:
    values = np.random.default_rng(seed).normal(size=(count, columns))
    return TableSample(values, tuple(Column(f"c{k}") for k in range(columns)))


def test_a_score_without_a_column_is_exactly_that_of_the_other_columns() -> None:
    table = rows(0)
    encoder = Encoder.fit(table)
    vectors, owner = torch.from_numpy(encoder.vectors(table)), torch.from_numpy(encoder.owner)
    bank, query = RowBank.fit(vectors[1:], owner, 4), vectors[0]
    parts = _parts(bank, query)
    for column in range(len(table.columns)):
        kept = owner != column
        less = RowBank(bank.vectors[:, kept], owner[kept], bank.sigmas)
        alone = float(density(less.near(query[kept][None]), bank.sigmas)[0])
        assert float(_scores(bank, parts.sum(1)[:, None] - parts)[column]) == pytest.approx(alone, abs=1e-3)


def test_the_changed_columns_are_named_and_their_replacement_heals() -> None:
    normal, tried = numbers(400, 8, 1), numbers(30, 8, 2)
    values = tried.values.copy()
    for row in range(10):
        values[row, [row % 8, (row + 3) % 8]] += 9.0
    detector = detector_class("table-density")().fit([normal])
    told = detector.score(replace(tried, values=values))
    assert all(set(blamed(told, row)) <= {row % 8, (row + 3) % 8} for row in range(10))
    healed = detector.score(replace(tried, values=np.asarray(told.expected)))
    assert (told.p_values[:10] < 0.01).all() and (healed.p_values[:10] > 0.05).all()
    detail = table_scores(told)
    assert detail is not None
    np.testing.assert_allclose(detail.cells.sum(1), 1, rtol=1e-4)


@pytest.mark.parametrize("columns", [3, 100])
def test_p_values_of_normal_rows_are_uniform(columns: int) -> None:
    """Where there are many columns the scale of few rows must not flatter them."""
    small, tables = [], []
    for seed in range(6):
        detector = detector_class("table-density")().fit([numbers(120, columns, 10 + seed)]).without_witnesses()
        p = detector.score(numbers(300, columns, 50 + seed)).p_values
        small.append((p <= 0.1).mean())
        tables += [simes(part) <= 0.1 for part in np.split(p, 10)]
    assert 0.05 < np.mean(small) < 0.15
    assert np.mean(tables) < 0.2


def test_a_table_by_itself_tells_what_is_wild_and_no_more() -> None:
    table = numbers(200, 6, 3)
    values = table.values.copy()
    values[7] = 40.0
    alone = detector_class("table-density")().fit([])
    assert alone.score(table).sample_p > 0.05
    wild = alone.score(replace(table, values=values))
    assert wild.sample_p < 0.05 and int(np.argmax(wild.scores)) == 7
    assert wild.calibration.method == "self-calibrated"
    with pytest.raises(InputError, match="too few"):
        alone.score(numbers(10, 2, 0))


def test_a_word_counts_as_a_column_and_an_unseen_one_for_more() -> None:
    places = np.array([0.0, 0, 0, 1, 1, np.nan])
    coder = WordCoder.fit(places, ("x", "y"))
    x, y, unseen, missing = coder.vectors(np.array([0.0, 1, 2, np.nan]), ("x", "y", "z"))
    assert ((x - y) ** 2).sum() < ((x - unseen) ** 2).sum()
    assert ((x - missing) ** 2).sum() > 1
    assert coder.unseen(np.array([0.0, 2]), ("x", "y", "z")).tolist() == [False, True]
    number = NumberCoder.fit(np.array([1.0, 2, 3, np.nan]))
    heights = number.vectors(np.array([1.0, 3, 1e6, np.nan]))
    assert heights[0, 0] < heights[1, 0] < heights[2, 0] < 60 and heights[3, 1] > 0
    alike = NumberCoder.fit(np.array([5.0, 5, 5])).vectors(np.array([5.0, 6]))
    assert alike[0, 0] == 0 and alike[1, 0] >= 5


def test_of_many_rows_as_many_are_kept_as_are_asked_for() -> None:
    vectors = torch.from_numpy(numbers(3_000, 3, 0).values).float()
    vectors[5] = 30.0
    kept = coreset(vectors, 200, 0)
    assert len(kept) == 200 and 5 in kept
    detector = detector_class("table-density")(max_bank=200).fit([numbers(1_500, 3, 0)])
    assert len(detector.space.bank_.vectors) == 200
    assert detector.score(numbers(50, 3, 1)).calibration.method == "split-conformal"
