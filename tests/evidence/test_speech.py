"""Languages: no catalogue lacks what another has, all that can be said can be worded in each, and each wording says one
thing, in sentences that are well formed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from anomalyst.agent.report.steps import step_slots
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.agent.writer.write import told
from anomalyst.errors import InputError
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, filled
from anomalyst.evidence.speech.catalogue import ENGLISH, Catalogue, _texts, catalogue, languages
from anomalyst.evidence.speech.manner import Manner
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.wording import is_sayable, name
from anomalyst.modalities.registry import modalities
from tests.helpers.speaking import all_evidence, doubted, statements
from tests.helpers.verifier_evidence import random_evidence

SEEDS = 15
OWN_NOUNS = "noun-"  # in English the nouns are the kind's own, in `Nouns`
ADVISED = ("cause", "next_step")  # whose texts may be in English still
OTHERS = [language for language in languages() if language != ENGLISH]


@cache
def everything() -> tuple[tuple[Evidence, Said], ...]:
    """All statements over all evidence."""
    return tuple((evidence, said) for evidence in all_evidence(SEEDS) for said in statements(evidence))


def worded(language: str) -> Iterator[tuple[Evidence, Said, str]]:
    """Every wording of every statement."""
    speech = Speech(language)
    for evidence, said in everything():
        for text in said.wordings(speech):
            yield evidence, said, text


class _Slots(Visitor):  # type: ignore[misc]
    """The slots that a message uses."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - its name in the library
        self.found.add(node.id.name)


@cache
def slots(language: str) -> dict[str, set[str]]:
    """The slots of each message of a language."""
    used: dict[str, set[str]] = {}
    for text in _texts(language):
        for entry in FluentParser().parse(text).body:
            assert not isinstance(entry, ast.Junk), entry.content
            if isinstance(entry, ast.Message):
                seen = _Slots()
                seen.visit(entry)
                used[entry.id.name] = seen.found
    return used


def test_there_are_german_and_english() -> None:
    assert languages()[0] == ENGLISH and "de" in languages()
    with pytest.raises(InputError, match="xx"):
        Manner(language="xx")


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_lacks_a_message_or_a_wording(language: str) -> None:
    here, english = catalogue(language), catalogue(ENGLISH)
    own = {message for message in here.names() if not message.startswith(OWN_NOUNS)}
    assert own == set(english.names())
    assert len(here.names()) == len(set(here.names()))
    assert {m: here.wordings(m) for m in own} == {m: english.wordings(m) for m in own}


def test_what_a_language_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"xx": ["report-fact = fait"], ENGLISH: list(_texts(ENGLISH))}
    monkeypatch.setattr("anomalyst.evidence.speech.catalogue._texts", texts.__getitem__)
    lacking = Catalogue("xx")
    assert [lacking.text(name) for name in ("report-fact", "report-value")] == ["fait", "Value"]


@pytest.mark.parametrize("language", OTHERS)
def test_each_kind_of_data_has_its_nouns(language: str) -> None:
    for which in ("one", "normal", "normals", "thing", "things", "part", "alike"):
        common = set(catalogue(language).forms(f"noun-{which}"))
        for kind in modalities():
            assert set(catalogue(language).forms(f"noun-{which}-{kind}")) == common


@pytest.mark.parametrize("language", languages())
def test_every_slot_is_one_that_code_gives(language: str) -> None:
    given: dict[str, set[str]] = {}
    speech = Speech(language)
    for _, said in everything():
        given.setdefault(said.statement.message, set()).update(filled(said.slots, speech))
    for message, used in slots(language).items():
        if message in given:
            assert used <= given[message], message
        elif not message.startswith(OWN_NOUNS):
            forms = {
                f"{noun}-{form}" for noun in ("noun", "things", "alike") for form in speech.catalogue.forms_in("noun")
            }
            own = {form for form in forms if form.partition("-")[0] in slots(ENGLISH)[message]}
            own |= set(step_slots("", {}, speech)) if message.startswith("step-") else set()
            assert used <= slots(ENGLISH)[message] | own | {"raised", "sort"} | {"what-of"}, message


@pytest.mark.parametrize("language", languages())
def test_what_is_said_is_said_in_one_way_only(language: str) -> None:
    """Reading back: a text is the text of one statement. Only the same advice may rest on two findings."""
    speech = Speech(language)
    of: dict[int, dict[str, Said]] = {}
    for evidence, said in everything():
        for text in said.wordings(speech) if said.kind != "recommendation" else ():
            known = of.setdefault(id(evidence), {}).setdefault(text, said)
            assert known.statement == said.statement, text


def test_nearly_all_statements_were_reached() -> None:
    """That the other tests look at what they are about."""
    reached = {said.statement.message for _, said in everything()}
    stating = {m for m, used in slots(ENGLISH).items() if len(catalogue(ENGLISH).wordings(m)) > 1}
    assert sorted(stating - reached) == []
    assert len(reached) > 150


# --- grammar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_sentences_are_well_formed(language: str) -> None:
    for evidence, _, text in worded(language):
        assert "  " not in text and not re.search(r"\s[.,;:)]|\(\s|\{|\}", text), text
        assert text == text.strip() and text.endswith("."), text
        assert text[0].isupper() or text[0].isdigit() or text.startswith(_names(evidence)), text


def test_english_articles_and_numbers_agree() -> None:
    for evidence, _, text in worded(ENGLISH):
        bare = _without_data(text, evidence)
        assert not re.search(r"\b[Aa] (?!one|uni|us)[aeiou]|\b[Aa]n [^aeiouhAX\W]", bare), text
        assert not re.search(r"(?<![\d.,–(-])1 (?:rows|percentage points|false alarms|channels)\b", bare), text
        assert not re.search(r"\bOne (?!of)[\w ]*\b(?:stand|are)\b", bare), text


_ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|were|with|for|from|than|to|normally|regions?|findings?|"
    r"score|level|spike|shift|rows?|brighter|darker|higher|lower|expected|anomalous|very|high|moderate|series|pair|"
    r"picture|percentage|points?|times|one|two|three|false|red|green|blue|grey|short|long|windows?)\b"
)


def test_german_has_no_english_words_and_its_own_signs() -> None:
    for evidence, said, text in worded("de"):
        bare = _without_data(text, evidence)
        if said.statement.predicate not in ADVISED:
            assert not _ENGLISH.search(bare), text
            assert not re.search(r"\d\.\d(?!\d\d)|\d,\d{3},\d|\de-?\d", bare), text
        assert not re.search(r"(?<![\d.,–(-])1 (?:Zeilen|Prozentpunkte|Fehlalarme|Kanälen|normalen \w+n)\b", bare), text
        assert not re.search(r"\bein(?:e|en)? (?:Abschnitte|Bereiche|Stellen)\b", bare, re.I), text


def _names(evidence: Evidence) -> tuple[str, ...]:
    """What the data bring, as it is printed: names of channels, quoted texts."""
    named = ("top_channel", "moved_first", "detector", "detector_option")
    found = {fact.qualifier for fact in evidence.facts} | {str(f.value) for f in evidence.facts if f.kind in named}
    return tuple(sorted((name(one) for one in found if one and is_sayable(one)), key=len, reverse=True))


def _without_data(text: str, evidence: Evidence) -> str:
    """A text without names and quoted texts from the data."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|„[^“]*“', "X", text)
    for one in _names(evidence):
        bare = re.sub(rf"(?<![\w]){re.escape(one)}(?!\w)", "X", bare)
    return bare


# --- how it sounds ----------------------------------------------------------------------------------------------------


def test_numbers_units_and_times_in_german() -> None:
    german = Speech("de")
    assert german.measure(13_700, "bar") == "13.700 bar"
    assert german.measure(13_700, "kB/s") == "13,7 MB/s"
    assert german.measure(70, "percentage points") == "70 Prozentpunkte"
    assert german.measure(1, "rows") == "1 Zeile"
    assert german.p(3.5e-8) == "3,5 · 10⁻⁸"
    texts = [text for *_, text in worded("de")]
    for part in (
        "von 11:40 bis 14:10 Uhr am 8. März 2026", "vom 31. Dezember 2025 bis zum 1. Januar 2026",
        "um 11:40 Uhr am 8. März 2026", "von 23:50 Uhr am 31. Dezember 2025 bis 00:10 Uhr am 1. Januar 2026",
        "von Zeile 3 bis 9", "in Zeile 5", "von 11:40:00,250 bis 11:40:00,750 Uhr", "bei 0,5",
    ):  # fmt: skip
        assert any(part in text for text in texts), part


def test_words_that_a_language_lacks_are_said_as_they_are() -> None:
    assert Speech("de").forms("anomaly", "wobble")["akk"] == "wobble"
    assert Speech("en").forms("anomaly", "wobble") == {"": "wobble", "a": "wobble"}


# --- the reader -------------------------------------------------------------------------------------------------------


def test_the_verifier_reads_each_english_wording() -> None:
    """Of what the writer tells of samples as they are measured; what is computed is judged by its arguments alone."""
    measured = [random_evidence(Random(seed)) for seed in range(SEEDS)]
    for evidence in (*measured, *(one for kind in modalities() for one in doubted(kind))):
        for said in told(evidence):
            for text in said.wordings():
                verdict = verify_claim(said.worded(text), evidence)
                assert verdict.outcome == "supported", (text, verdict.reasons)
