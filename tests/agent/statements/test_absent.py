"""Statements on what is not there, and on what was measured because somebody asked: true, false, of no use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.checking import check_claim
from anomalyst.agent.statements.judgement import Judgement
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.moments import seconds_of
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.statements import Statement
from tests.helpers.verifier_recorded import recorded
from tests.helpers.verifier_samples import normal


def judged(evidence: Evidence, **statement: Any) -> Judgement:
    return Book(evidence).judge(Statement(**statement))


def text(evidence: Evidence, language: str = "en", **statement: Any) -> str:
    """How a statement that holds is worded; its claim passes the check, and in other words it does not."""
    said = judged(evidence, **statement).said
    assert said is not None
    claim = said.claim(evidence, Speech(language))
    assert check_claim(claim, evidence).outcome == "supported"
    assert check_claim(claim.model_copy(update={"text": f"{claim.text[:-1]}7."}), evidence).outcome != "supported"
    return claim.text


def at(hour: int, minute: int, day: int = 18) -> float:
    return seconds_of(datetime(2026, 9, day, hour, minute))


def with_facts(evidence: Evidence, *rows: tuple[str, str, Any, str]) -> Evidence:
    start = len(evidence.facts) + 1
    more = [
        Fact.model_validate({"id": f"F{n}", "subject": of, "kind": kind, "value": value, "qualifier": name})
        for n, (of, kind, value, name) in enumerate(rows, start)
    ]
    return evidence.model_copy(update={"facts": (*evidence.facts, *more)})


def test_nothing_at_a_time() -> None:
    boiler = recorded("boiler")
    assert text(boiler, predicate="nothing_at", level=at(14, 30), until=at(14, 30) + 59) == (
        "Nothing unusual was found at 14:30:00 on 18 September 2026; the nearest finding is R1, from 14:56:40 to "
        "15:29:50 on 18 September 2026."
    )
    assert "do not reach" in text(boiler, predicate="nothing_at", level=at(9, 0), until=at(9, 1))
    assert "zwischen" in text(boiler, "de", predicate="nothing_at", level=at(14, 0), until=at(14, 20))
    assert judged(boiler, predicate="nothing_at", level=at(15, 0)).outcome == "contradicted"
    assert judged(boiler, predicate="nothing_at", level=at(14, 0), until=at(15, 0)).outcome == "contradicted"
    assert judged(boiler, predicate="nothing_at").outcome == "unverifiable"
    assert judged(boiler, predicate="nothing_at", level=2.0, until=1.0).outcome == "unverifiable"
    assert judged(recorded("paper"), predicate="nothing_at", level=3.0).outcome == "unverifiable"
    assert text(normal(), predicate="nothing_at", level=3.0, until=9.0).startswith("Nothing unusual was found")


def test_none_of_a_kind_or_in_a_place() -> None:
    assert text(recorded("boiler"), predicate="none_of", operator="kind", word="drift") == (
        "None of the findings is a drift."
    )
    assert judged(recorded("boiler"), predicate="none_of", operator="kind", word="spike").outcome == "contradicted"
    paper = recorded("paper")
    assert text(paper, "de", predicate="none_of", operator="place", word="lower left").endswith("(unten links).")
    assert judged(paper, predicate="none_of", operator="place", word="upper").outcome == "contradicted"
    assert judged(paper, predicate="none_of", word="upper").outcome == "unverifiable"


def test_which_findings_there_are_and_what_was_not_done() -> None:
    assert "R1, R2, R3 and R4" in text(recorded("boiler"), predicate="findings_are")
    assert judged(recorded("boiler"), predicate="findings_are", findings=("R1",)).outcome == "contradicted"
    assert judged(normal(), predicate="findings_are").outcome == "unverifiable"
    assert "series-density" in text(recorded("boiler"), predicate="not_done", operator="detector")
    assert judged(recorded("boiler"), predicate="not_done", operator="healing").outcome == "contradicted"
    asked = with_facts(recorded("boiler"), ("sample", "second_p", 0.2, "series-time"))
    assert judged(asked, predicate="not_done", operator="detector").outcome == "contradicted"


def test_findings_at_a_stricter_level() -> None:
    assert text(recorded("server"), predicate="found_at", level=0.01).endswith("all five findings stay.")
    assert "only R1, R2, R3 and R4 stay" in text(recorded("server"), predicate="found_at", level=0.0006)
    assert judged(recorded("server"), predicate="found_at", level=0.2).outcome == "unverifiable"
    assert judged(recorded("server"), predicate="found_at", level=0.01, operator="some").outcome == "contradicted"


@pytest.mark.parametrize(("p", "fate"), [(0.001, "anomalous"), (0.4, "normal")])
def test_a_second_opinion(p: float, fate: str) -> None:
    seen = [(f"R{n}", "second_finds", n < 3, "series-time") for n in range(1, 5)]
    asked = with_facts(
        recorded("boiler"),
        ("sample", "second_p", p, "series-time"),
        ("sample", "second_count", 3, "series-time"),
        *seen,
    )
    assert "series-time" in text(asked, predicate="second_opinion", operator=fate)
    other = {"anomalous": "normal", "normal": "anomalous"}[fate]
    assert judged(asked, predicate="second_opinion", operator=other).outcome == "contradicted"
    assert text(asked, predicate="second_finds") == (
        "Of what was found, series-time finds R1 and R2 again, but not R3 and R4."
    )
    assert judged(recorded("boiler"), predicate="second_opinion").outcome == "unverifiable"


def test_a_part_and_another_level() -> None:
    rows = (("part_start", 100), ("part_end", 400), ("part_p", 0.002), ("part_count", 1))
    part = with_facts(recorded("boiler"), *(("sample", kind, value, "1") for kind, value in rows))
    assert text(part, predicate="part_alone").endswith("with one finding.")
    assert judged(part, predicate="part_alone", operator="normal").outcome == "contradicted"
    assert judged(recorded("boiler"), predicate="part_alone").outcome == "unverifiable"
    more = with_facts(recorded("boiler"), ("sample", "level_count", 6, "0.2"))
    assert text(more, "de", predicate="count_at").startswith("Bei einer Alarmschwelle von 0,2 fielen")
    assert judged(recorded("boiler"), predicate="count_at").outcome == "unverifiable"
