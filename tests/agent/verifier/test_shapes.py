"""Shapes in words: what the outline of a finding is like is read back, proved, and contradicted where it is another."""

from __future__ import annotations

from itertools import product

import pytest

from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.evidence.claims import Claim, Outcome
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.image.words import headline
from tests.helpers.verifier_evidence import SHAPES
from tests.helpers.verifier_samples import image

SAID = {
    "scratch-like": ("R1 is scratch-like.", "R1 is long and thin.", "The region R1 is elongated."),
    "spot-like": ("R1 is spot-like.", "R1 is small and round.", "R1 has a spot-like shape."),
    "area-like": ("R1 is area-like.", "R1 is broad.", "R1 is an area-like patch."),
}
HEADLINES = {
    "en": ("A scratch-like mark in the upper left, 1.2 %", "A round spot in the upper left", "A broad patch in"),
    "de": ("Ein kratzerartiger Strich oben links (1,2 %", "Ein runder Fleck oben links", "Ein flächiger Fleck"),
}


def shaped(shape: str) -> Evidence:
    known = image()
    fact = Fact(id="F99", subject="R1", kind="shape", value=shape)
    return known.model_copy(update={"facts": (*known.facts, fact)})


def read(text: str, evidence: Evidence) -> Outcome:
    """What anybody's sentence is found to be."""
    (one,) = verify_text(text, evidence)
    return one.verdict.outcome


def claimed(text: str, evidence: Evidence, *cites: str) -> Outcome:
    """What a claim that cites facts is found to be."""
    return verify_claim(Claim(text=text, cites=cites, kind="observation"), evidence).outcome


@pytest.mark.parametrize(("true", "told"), [*product(SHAPES, SHAPES)])
def test_a_shape_is_true_of_that_shape_only(true: str, told: str) -> None:
    for text in SAID[told]:
        right: Outcome = "supported" if told == true else "contradicted"
        assert (read(text, shaped(true)), claimed(text, shaped(true), "F99")) == (right, right), text


@pytest.mark.parametrize("told", SHAPES)
def test_where_no_shape_was_measured_none_can_be_said(told: str) -> None:
    for text in SAID[told]:
        assert (read(text, image()), claimed(text, image(), "F12")) == ("unverifiable", "unverifiable"), text


@pytest.mark.parametrize("true", SHAPES)
def test_a_denied_shape_is_false_of_it_and_true_of_others(true: str) -> None:
    for told in SHAPES:
        assert read(f"R1 is not {told}.", shaped(true)) == ("contradicted" if told == true else "supported")


def test_a_scratch_is_a_cause_that_no_shape_proves() -> None:
    assert read("R1 is a scratch.", shaped("scratch-like")) == "unverifiable"


@pytest.mark.parametrize(("language", "number"), [*product(HEADLINES, range(len(SHAPES)))])
def test_the_headline_names_the_shape_and_cites_it(language: str, number: int) -> None:
    evidence = shaped(SHAPES[number])
    for said in headline(evidence, "R1"):
        claim = said.claim(evidence, Speech(language))
        assert claim.text.startswith(HEADLINES[language][number]) and "F99" in claim.cites


@pytest.mark.parametrize("true", SHAPES)
def test_a_headline_of_another_shape_is_contradicted(true: str) -> None:
    for told in SHAPES:
        evidence = shaped(true)
        for said in headline(shaped(told), "R1"):
            outcome = verify_claim(said.claim(shaped(told)), evidence).outcome
            assert outcome == ("supported" if told == true else "contradicted")
            assert (read(said.text(shaped(told)), evidence) == "supported") == (told == true)
