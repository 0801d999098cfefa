"""Every kind of fact is told once, and nowhere else."""

from __future__ import annotations

from typing import get_args

import pytest

from anomalyst.agent.report.facts import show_label
from anomalyst.evidence.declared import COLUMNS, FACTS
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.speech.catalogue import languages
from anomalyst.evidence.speech.speech import Speech


def test_every_kind_of_fact_is_told_once() -> None:
    assert set(FACTS) == set(get_args(FactKind))
    assert all(declared.name for declared in FACTS.values())


@pytest.mark.parametrize("language", languages())
def test_labels_tell_kinds_apart(language: str) -> None:
    labels = [show_label(kind, Speech(language)) for kind in FACTS]
    assert all(labels) and len(set(labels)) == len(labels)


def test_each_column_of_the_report_shows_something_and_nothing_stands_in_an_unknown_one() -> None:
    assert {declared.column for declared in FACTS.values()} - {""} == set(COLUMNS)
