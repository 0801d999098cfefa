"""Answers: every sentence is proved, about what was asked, and as long as it should be; in English and German."""

from __future__ import annotations

import pytest

from anomalyst.agent.answering.answers import ANSWERS, MOST, answer
from anomalyst.agent.answering.asked import NO_QUESTIONS, Asked, Intent
from anomalyst.agent.answering.remarks import remark
from anomalyst.agent.answering.understand import understand
from anomalyst.agent.statements.checking import check_claims
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.speech import Speech
from tests.helpers.verifier_recorded import recorded
from tests.helpers.verifier_samples import cannot_tell, image, normal, series

RUNS = ("boiler", "paper", "bolt_note", "impeller")


def told(question: str, evidence: Evidence) -> list[Claim]:
    asked = understand(question, evidence)
    return [said.claim(evidence, Speech(asked.language)) for said in answer(asked, evidence)]


def text(question: str, run: str = "boiler") -> str:
    return " ".join(claim.text for claim in told(question, recorded(run)))


@pytest.mark.parametrize("run", RUNS)
def test_whatever_is_asked_every_sentence_is_proved_in_both_languages(run: str) -> None:
    evidence = recorded(run)
    ids = tuple(finding.id for finding in evidence.findings)
    for language in ("en", "de"):
        claims = []
        for intent in ANSWERS:
            for whom in {(), ids[:1], ids[:2]}:
                asked = Asked(intent=intent, findings=whom, language=language, level=0.01)  # type: ignore[arg-type]
                said = answer(asked, evidence)
                assert len(said) <= MOST["normal"]
                claims += [one.claim(evidence, Speech(language)) for one in said]
        unique = list({claim.text: claim for claim in claims}.values())
        assert {verdict.outcome for verdict in check_claims(unique, evidence)} == {"supported"}


@pytest.mark.parametrize("evidence", [series(), image(), normal(), cannot_tell()])
def test_every_usual_question_has_an_answer(evidence: Evidence) -> None:
    for question in ("Is it ok?", "How sure are you?", "Why?", "What is it?", "What should I do?", "How many?"):
        assert told(question, evidence), question


def test_an_answer_is_about_what_was_asked() -> None:
    assert text("When was R2?") == (
        "R2 lies early in the series: it is from 13:50:10 to 13:50:30 on 18 September 2026 and lasts 30 s."
    )
    assert "R1 began after R2" in text("compare R1 with R2") and "R3" not in text("compare R1 with R2")
    assert text("Use α = 0.01").startswith("At an alarm level of 0.01 it would be anomalous too")
    assert "the nearest finding is R1" in text("and at 14:30?")
    assert text("was there a drift?").startswith("None of the findings is a drift.")
    assert "R1, R2, R3 and R4; there are no others" in text("is R9 serious?")
    assert "lower left" in text("anything in the lower left?", "paper")
    assert '"missing" would fit' in text("what about the word intact?", "bolt_note")


@pytest.mark.parametrize(
    ("question", "present", "absent"),
    [
        ("Where is it?", "early in the series", "confidence"),
        ("When did it start?", "from 14:05:00 to 14:25:00 on 2 March 2026", "confidence"),
        ("Which channel is to blame?", "latency_ms", "p-value is based"),
        ("How sure are you?", "confidence", "level shift"),
        ("What would normal look like?", "3.1 ms", "confidence"),
        ("What should I do?", "Check", "confidence"),
        ("Is it a false alarm?", "alarm goes", "latency_ms accounts"),
        ("What could have caused it?", "operating point", "confidence"),
        ("Why do you think so?", "8.2 ms", "log of events"),
    ],
)
def test_a_question_is_answered(question: str, present: str, absent: str) -> None:
    said = " ".join(claim.text for claim in told(question, series()))
    assert present in said and absent not in said


def test_a_german_question_gets_a_german_answer() -> None:
    assert text("Wann war R2?").endswith("bis 13:50:30 Uhr am 18. September 2026 zu sehen (30 s).")
    assert "Grund für die Wahl" in text("Welche Methode hast du benutzt?")


def test_lengths() -> None:
    evidence = recorded("vitals")
    short, usual, full = (
        answer(understand(f"{how} R2", evidence), evidence) for how in ("briefly:", "explain", "in detail:")
    )
    assert (len(short), len(usual)) == (1, 3) and 4 <= len(full) <= 8


@pytest.mark.parametrize("intent", sorted(NO_QUESTIONS))
def test_what_is_no_question_gets_one_sentence_and_no_statement(intent: Intent) -> None:
    asked = Asked(intent=intent)
    assert answer(asked, recorded("boiler")) == []
    for language in ("en", "de"):
        said = remark(asked, Speech(language))
        assert said.count(".") + said.count("?") >= 1 and "R1" not in said
        assert remark(asked, Speech(language), gone=True) != said


def test_what_is_offered_instead_is_understood() -> None:
    for evidence in (series(), image()):
        for question in ("What was found?", "Where?", "How sure are you?", "What is normal?", "What if α = 0.01?"):
            assert f"“{question}”" in remark(Asked(intent="unknown")) and told(question, evidence), question
