"""What people say of a table's findings, by the numbers of rows: true sentences, and others false in one thing each."""

from __future__ import annotations

import pytest

from anomalyst import Anomalyst
from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.facts import Evidence
from tests.helpers.payments import payments


@pytest.fixture(scope="module")
def told() -> Explanation:
    judged = payments(60, 7).astype({"payments_today": int})
    judged.loc[[9, 29], "payments_today"] = [34, 31]
    judged.loc[19, "country"] = "XK"
    return Anomalyst().explain(judged, payments(300, 3), detector="table-density")


@pytest.fixture(scope="module")
def evidence(told: Explanation) -> Evidence:
    return told.evidence


def outcome(text: str, evidence: Evidence) -> set[str]:
    return {one.verdict.outcome for one in verify_text(text, evidence)}


def test_headlines_and_plain_words_for_them_are_proved(told: Explanation, evidence: Evidence) -> None:
    assert "Row 10, the worst of 2 rows: payments_today is 34, where normal rows have 1 to" in told.summary
    for text in (
        told.summary,
        'Row 20: country is "XK", which no normal row has.',
        "The country in row 20 is XK.",
        "Row 10 is the worst of two rows.",
        "In row 10 payments_today was 34.",
    ):
        assert outcome(text, evidence) == {"supported"}, text


def test_another_row_word_column_or_number_is_not(evidence: Evidence) -> None:
    for text in (
        'Row 21: country is "XK", which no normal row has.',
        'Row 10: country is "XK", which no normal row has.',
        "The country in row 20 is DE.",
        "The shop in row 20 is XK.",
        "Row 10 is the worst of three rows.",
        "Row 30 is the worst of two rows.",
        "Row 20: payments_today is 34, where normal rows have 1 to 3.",
        "Row 10: payments_today is 3, where normal rows have 34.",
        "In row 10 payments_today was 31.",
    ):
        assert "supported" not in outcome(text, evidence), text
