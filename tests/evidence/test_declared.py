"""Every kind of fact is told once, and nowhere else."""

from __future__ import annotations

from typing import get_args

from anomalyst.evidence.declared import COLUMNS, FACTS
from anomalyst.evidence.facts import FactKind


def test_every_kind_of_fact_is_told_once() -> None:
    assert set(FACTS) == set(get_args(FactKind))
    assert all(declared.label and declared.name for declared in FACTS.values())


def test_labels_tell_kinds_apart() -> None:
    labels = [declared.label for declared in FACTS.values()]
    assert len(set(labels)) == len(labels)


def test_each_column_of_the_report_shows_something_and_nothing_stands_in_an_unknown_one() -> None:
    assert {declared.column for declared in FACTS.values()} - {""} == set(COLUMNS)
