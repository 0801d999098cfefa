"""Report, card and terminal in the language of the answer: no built-in word of them is left in English, and what came
from data stays as it is, escaped."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any, get_args

import pytest
from fluent.syntax import FluentParser, ast
from rich.console import Console

from anomalyst.agent.cli.render import explanation_view, summary_table
from anomalyst.agent.page.answer.card import alpha_panel, answer_card, reply_card
from anomalyst.agent.page.answer.words import plain_text
from anomalyst.agent.report.facts import show_value
from anomalyst.agent.report.render import render_report
from anomalyst.agent.report.steps import step_name, step_words
from anomalyst.evidence.claims import CheckedClaim
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.catalogue import ENGLISH, _texts, languages
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.shown.plot import series_figure
from tests.helpers.run_records import image_record, pair_record, series_record

OTHERS = [language for language in languages() if language != ENGLISH]
RECORDS: dict[str, Callable[[], RunRecord]] = {
    "image": lambda: image_record(96),
    "series": lambda: series_record(600),
    "pair": pair_record,
}
AROUND = (
    "label-", "column-", "value-yes", "value-no", "value-bounded", "value-from-to", "subject-", "result-", "way-",
    "setting-", "rule-", "doubt-", "field-", "extent-of-", "place-", "anomaly-", "confidence-", "outcome-", "name-",
    "legend-", "worded-", "title-", "check-", "proof-", "report-", "calibrated-", "card-", "alpha-", "several-",
    "picture-", "pair-", "chart-",
)  # fmt: skip
"""Groups of messages that stand around sentences."""
WORDED: dict[FactKind, tuple[str | float, ...]] = {
    "verdict": ("anomalous", "normal", "cannot tell"), "confidence": ("very high", "low"),
    "doubt": ("too few normals, unlike its normals, close to the alarm level", "none"), "do_test": ("passed", "failed"),
    "calibration_method": ("split-conformal", "self-calibrated"), "place": ("upper left", "over most of the series"),
    "anomaly_kind": ("level shift", "unrelated text"), "direction": ("above", "brighter"), "field": ("machines",),
    "detector_option": ("long windows",), "sample_size": ("1,560 rows × 1 channel", "128 × 128 pixels, 1 word"),
    "seen_faults": ("3 of 4",), "time_span": ("2025-03-01 16:30:00.250 to 2025-03-02",), "start": ("2025-03-01 16:30",),
    "p_bound": (0.0003,), "region_p_bound": (1e-9,),
}  # fmt: skip
NAME = "Xyzzy"


def told(language: str, record: RunRecord) -> RunRecord:
    """The record in a language, with a fact of every kind, and sentences that are a name."""
    explanation = record.explanation

    def renamed(claims: tuple[CheckedClaim, ...]) -> tuple[CheckedClaim, ...]:
        named = (c.claim.model_copy(update={"text": f"{NAME} {n}."}) for n, c in enumerate(claims))
        both = zip(claims, named, strict=True)
        return tuple(c.model_copy(update={"claim": claim, "attempts": (NAME,)}) for c, claim in both)

    facts = list(explanation.evidence.facts)
    for kind in get_args(FactKind):
        for value in WORDED.get(kind, (1234.5,)):
            facts.append(Fact(id=f"F{len(facts) + 1}", subject="sample", kind=kind, value=value, unit="rows"))
    changed = {
        "language": language, "question": NAME, "summary": NAME, "notes": (NAME,), "ideas": (NAME,), "llm": NAME,
        "evidence": explanation.evidence.model_copy(update={"facts": tuple(facts)}),
        "claims": renamed(explanation.claims), "possible_causes": renamed(explanation.possible_causes),
        "next_actions": renamed(explanation.next_actions),
    }  # fmt: skip
    return replace(record, explanation=explanation.model_copy(update=changed), events=[{"kind": "x", "message": NAME}])


def terminal(record: RunRecord) -> str:
    console = Console(width=500, file=io.StringIO(), record=True)
    console.print(explanation_view(record.explanation), summary_table([record.explanation]))
    return console.export_text()


SHOWN: dict[str, Callable[[RunRecord], str]] = {
    "report": render_report,
    "card": lambda record: answer_card(record, "0123"),
    "reply": lambda record: reply_card(record.explanation, "0123"),
    "alpha": lambda record: alpha_panel(record, 0.04),
    "text": lambda record: plain_text(record.explanation),
    "terminal": terminal,
}


def words(html: str) -> str:
    """All that is read of it: text, and what is read out or shown under a pointer."""
    bare = re.sub(r"<style>.*?</style>|data:image/[^\"]*", "", html, flags=re.DOTALL)
    read = re.findall(r'\b(?:aria-\w+|title|data-(?:label|said|copied|copy))="([^"]*)"', bare)
    return unescape("\n".join((re.sub(r"<[^>]*>", "\n", bare), *read)))


def pieces(language: str) -> Iterator[tuple[str, str]]:
    """(name of the message, a piece of its text between slots) of all that stands around sentences."""
    for text in _texts(language):
        for entry in FluentParser().parse(text).body:
            if isinstance(entry, ast.Message) and entry.value and entry.id.name.startswith(AROUND):
                for part in entry.value.elements:
                    if isinstance(part, ast.TextElement) and (piece := part.value.strip(" ,.:;()\n")):
                        yield entry.id.name, piece


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("what", SHOWN)
def test_no_built_in_word_is_left_in_english(what: str, kind: str, language: str) -> None:
    own = {piece for _, piece in pieces(language)}
    record = told(language, RECORDS[kind]())
    text = words(SHOWN[what](record))
    for message, piece in pieces(ENGLISH):
        if piece not in own and len(piece) > 2:  # names of detectors and the like are joined by hyphens
            found = re.search(rf"(?<![\w-]){re.escape(piece)}(?![\w-])", text)
            assert not found, (message, text[max(0, found.start() - 60) : found.end() + 60])


@pytest.mark.parametrize("kind", RECORDS)
def test_the_english_pieces_are_those_of_the_english_report(kind: str) -> None:
    """That the test above looks for what is there."""
    texts = {what: words(show(told(ENGLISH, RECORDS[kind]()))) for what, show in SHOWN.items()}
    for what, piece in (
        ("report", "What can be said, and what it rests on"), ("report", "smallest p-value that a sample can get here"),
        ("card", "Every number, name and place in it agrees with the facts it cites."), ("card", "Copied"),
        ("reply", "Copy as text"), ("alpha", "at or below this alarm level; the confidence is"),
        ("text", "alarm level 0.05, detector"), ("terminal", "Worded by"),
    ):  # fmt: skip
        assert piece in texts[what], (what, piece)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", RECORDS)
def test_a_page_says_which_language_it_is_in(kind: str, language: str) -> None:
    record = told(language, RECORDS[kind]())
    assert f'<!doctype html>\n<html lang="{language}">' in render_report(record)
    assert f'lang="{language}"' in answer_card(record, "0123") and f'lang="{language}"' in reply_card(
        record.explanation, "0123"
    )


def test_numbers_dates_and_units_are_german_in_a_german_report() -> None:
    text = words(render_report(told("de", RECORDS["series"]())))
    for part in (
        "p = 0,012", "1.234,5 Zeilen", "61,8 %", "39,7 % (37,2 bis 42,1)", "01.03.2025 16:30", "3 von 4",
        "01.03.2025 16:30:00,250 bis 02.03.2025", "1.560 Zeilen × 1 Kanal", "128 × 128 Pixel, 1 Wort",
        "zu wenige normale Proben, anders als die normalen Proben, nahe an der Alarmschwelle", "nicht bestanden",
    ):  # fmt: skip
        assert part in text, part
    one = Fact(id="F1", subject="R1", kind="lag", value=1, unit="rows")
    assert show_value(one, speech=Speech("de")) == "1 Zeile"
    assert "01.03.2025" in words(answer_card(told("de", RECORDS["series"]()), "0123"))


def test_names_from_the_data_are_not_translated() -> None:
    """A channel may be called as a quality of images, a rule, or a kind of anomaly is."""
    record = RECORDS["series"]()
    evidence = record.explanation.evidence
    facts = [fact.model_copy(update={"qualifier": "red"}) if fact.qualifier else fact for fact in evidence.facts]
    facts += [Fact(id="F98", subject="R1", kind="top_channel", value="spike")]
    named = evidence.model_copy(update={"facts": tuple(facts)})
    explanation = record.explanation.model_copy(update={"evidence": named, "language": "de"})
    html = render_report(replace(record, explanation=explanation))
    assert "beobachtet: red" in html and "Rotanteil" not in html
    finding = named.findings[0]
    name = modality("series").finding_name(named, finding, replace(record, explanation=explanation).speech)
    assert name == "Niveausprung bei spike"


def test_the_plot_of_a_series_speaks_its_language() -> None:
    figure = series_figure(told("de", RECORDS["series"]()))
    assert {trace.name for trace in figure.data if trace.showlegend} == {
        "beobachtet",
        "erwartet",
        "erwartet, 90-%-Band",
    }
    assert figure.layout.updatemenus[0].buttons[0].label == "Alles" and figure.layout.separators == ",."


def test_steps_are_told_in_german_as_far_as_code_can_and_in_english_as_they_were() -> None:
    german, english = Speech("de"), Speech(ENGLISH)
    steps: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("looked", "a.csv: series, 9 rows × 2 channels, 1 normal example", {"name": "a.csv", "normals": 1},
         "a.csv eingelesen, mit einem normalen Beispiel"),
        ("planned", "chose series-density: it is the only one", {"detector": "series-density", "reason": "it is"},
         "series-density gewählt; als Grund ist auf Englisch vermerkt: „it is“"),
        ("scored", "anomalous, p = 0.01, 1 finding", {"verdict": "anomalous", "p": 0.01}, "Alarm"),
        ("looked_closer", "counterfactual R1", {"tool": "x", "args": {"finding": "R1"}}, "R1 näher untersucht"),
        ("looked_closer", "planted faults: 1 of 2", {}, "nachgesehen, ob eingepflanzte Fehler bemerkt würden"),
        ("checked", "3 of 5 statements hold", {"failed": 2}, "Aussagen geprüft, 2 verworfen"),
        ("unheard_of", "a message", {}, "a message"),
    )  # fmt: skip
    for kind, message, data, words_of_it in steps:
        assert step_words(kind, message, data, english) == message
        assert step_words(kind, message, data, german) == words_of_it
    assert step_name("looked_closer", english) == "looked closer" and step_name("wrote", german) == "formuliert"


def test_every_message_of_the_report_and_the_card_is_one_that_is_used() -> None:
    from importlib.resources import files

    root = files("anomalyst.agent")
    places = ("report/templates", "page/templates", "page/answer", "cli")
    source = "".join(
        entry.read_text(encoding="utf-8")
        for place in places
        for entry in root.joinpath(place).iterdir()
        if entry.is_file()
    )
    for message in {name for name, _ in pieces(ENGLISH) if name.startswith(("report-", "card-", "several-"))}:
        assert f'"{message}"' in source or f'told("{message.removeprefix("card-p-")}"' in source, message


@pytest.mark.parametrize("language", languages())
def test_no_message_around_sentences_holds_markup(language: str) -> None:
    """They are put into pages as they are, also between quotes."""
    for text in _texts(language):
        for line in text.splitlines():
            if line.startswith(AROUND):
                assert not re.search('[<>&"]', re.sub(r'{ " " }|{ [$]count ->$', "", line)), line
