"""The cards: complete, well-formed, every citation with its proof, safe against hostile data, readable in the dark."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from anomalyst.agent.page.answer.card import alpha_panel, answer_card, reply_card
from anomalyst.agent.page.answer.words import p_words, plain_text
from anomalyst.agent.page.chat.box_drawer import BoxDrawer
from anomalyst.agent.page.parts.assets import TOKENS, page_head
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Verdict
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.statements import Statement
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.series.shown.blame import MAX_SHOWN, blamed_first
from anomalyst.modalities.series.shown.plot import MAX_POINTS, series_figure
from tests.helpers.run_records import checked, image_record, pair_record, series_record

HOSTILE = "<img src=x onerror=alert(1)>\"'`${alert(2)}{{3}}</script>"
VOID = {"br", "img", "input", "hr"}
RUN = "0123456789abcdef0123456789abcdef"


class Page(HTMLParser):
    """Collects tags and text of a fragment, and checks that tags are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, *names: str) -> list[str]:
        return [v for _, attrs in self.tags for n, v in attrs.items() if n in names and v is not None]

    def having(self, name: str, word: str) -> list[dict[str, str | None]]:
        """The attributes of all tags whose attribute `name` holds `word`."""
        return [attrs for _, attrs in self.tags if word in (attrs.get(name) or "").split()]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


RECORDS = {"image": image_record(96), "series": series_record(600), "pair": pair_record()}


@pytest.fixture(scope="module", params=list(RECORDS))
def record(request: pytest.FixtureRequest) -> RunRecord:
    return RECORDS[request.param]


@pytest.fixture(scope="module")
def page(record: RunRecord) -> Page:
    return Page(answer_card(record, RUN))


def hostile(record: RunRecord) -> RunRecord:
    """The record with markup in everything that comes from data or from a language model."""
    sample, e = record.sample, record.explanation
    if isinstance(sample, SeriesSample):
        names, units = (HOSTILE, *sample.columns[1:]), (HOSTILE, *sample.units[1:])
        sample = SeriesSample(sample.values, names, sample.index, units, name=HOSTILE, notes=(HOSTILE,))
    else:
        sample = replace(sample, name=HOSTILE, notes=(HOSTILE,))
    evidence = e.evidence.model_copy(
        update={
            "sample_name": HOSTILE,
            "facts": tuple(
                fact.model_copy(update={"value": HOSTILE, "qualifier": HOSTILE, "unit": HOSTILE})
                if isinstance(fact.value, str)
                else fact
                for fact in e.evidence.facts
            ),
        }
    )
    said = checked(HOSTILE, ("F5", "F6"), "observation", (HOSTILE,))
    bad = said.model_copy(update={"author": HOSTILE, "verdict": Verdict(outcome="contradicted", reasons=(HOSTILE,))})
    explanation = e.model_copy(
        update={
            "evidence": evidence, "claims": (said, bad), "summary": HOSTILE, "question": HOSTILE, "llm": HOSTILE,
            "detector": HOSTILE, "confidence": HOSTILE,
        }
    )  # fmt: skip
    return replace(record, sample=sample, explanation=explanation)


def harmless(html: str) -> None:
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link", "style", "form"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert all(link.startswith(("#", "data:image/")) for link in page.values("href", "xlink:href", "src"))
    assert not re.search(r"url\(", html)


def test_every_part_of_the_explanation_is_there(page: Page, record: RunRecord) -> None:
    e = record.explanation
    for part in (e.summary, e.question, e.confidence, "Anomalous", f"p = {e.p_value:.2g}", e.detector):
        assert part in page.words
    for said in (*e.claims, *e.possible_causes, *e.next_actions):
        assert said.claim.text in page.words and all(attempt in page.words for attempt in said.attempts)
    table = answer_card(record, RUN)
    assert all(f'<th scope="row">{fact.id}</th>' in table for fact in e.evidence.facts)
    for title in ("What was measured", "Possible causes", "What to do next"):
        assert title in page.words
    assert "Checked by code, worded by the built-in writer." in page.words


def test_how_sure_it_is_stands_apart_and_closed_in_the_words_of_its_language(record: RunRecord) -> None:
    told = Statement(predicate="test")
    sure = checked("It was compared with normal data.", ("F2",), "observation")
    sure = sure.model_copy(update={"claim": sure.claim.model_copy(update={"statement": told})})
    explanation = record.explanation.model_copy(update={"claims": (*record.explanation.claims, sure)})
    titles = {"en": ("How sure?", "Possible causes"), "de": ("Wie sicher ist das?", "Mögliche Ursachen")}
    for language, (how_sure, causes) in titles.items():
        said = explanation.model_copy(update={"language": language})
        html = answer_card(replace(record, explanation=said), RUN)
        before, _, after = html.partition(f"<details><summary>{how_sure}</summary>")
        assert sure.claim.text in after.partition("</details>")[0] and sure.claim.text not in before
        assert f"<h4>{causes}</h4>" in html
        banner = html.partition("</header>")[0]
        assert f'<p class="an-summary">{escape(said.summary)}</p>' in banner and "<details>" not in banner
    whole = answer_card(replace(record, explanation=explanation.model_copy(update={"length": "full"})), RUN)
    assert "How sure?" not in whole and sure.claim.text in whole


def test_ids_are_unique_and_every_reference_has_its_target(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in page.values("href") if link.startswith("#")} | set(page.values("aria-controls"))
    assert targets and targets <= set(ids)


def test_every_citation_has_its_fact_in_its_panel(record: RunRecord) -> None:
    html = answer_card(record, RUN)
    sentences = re.findall(r"<li data-about=.*?</li>", html, re.DOTALL)
    e = record.explanation
    cites = [c.claim.cites for c in (*e.claims, *e.possible_causes, *e.next_actions)]
    assert sorted(len(c) for c in cites) == sorted(len(re.findall('class="an-chip"', s)) for s in sentences)
    for sentence in sentences:
        page = Page(sentence)
        chips = page.having("class", "an-chip")
        assert [chip["data-fact"] for chip in chips] == [fact["data-fact"] for fact in page.having("class", "an-fact")]
        assert all(chip["aria-expanded"] == "false" for chip in chips)
        assert {chip["aria-controls"] for chip in chips} == {page.having("class", "an-proof")[0]["id"]}
        assert all("hidden" in proof for proof in page.having("class", "an-proof"))


def test_every_finding_is_on_the_picture_and_can_be_reached_by_keyboard(page: Page, record: RunRecord) -> None:
    marks = [a for _, a in page.tags if a.get("role") == "button" and "data-region" in a]
    assert {mark["data-region"] for mark in marks} == {f.id for f in record.explanation.evidence.findings}
    assert all(mark["tabindex"] == "0" and mark["aria-pressed"] == "false" and mark["aria-label"] for mark in marks)


def test_observed_and_expected_of_an_image_are_compared_by_a_labelled_slider() -> None:
    page = Page(answer_card(RECORDS["image"], RUN))
    slider = next(attrs for tag, attrs in page.tags if tag == "input")
    assert slider["type"] == "range" and slider["aria-label"] and slider["aria-valuetext"]
    pictures = [attrs["href"] for tag, attrs in page.tags if tag == "image" and attrs.get("id")]
    assert len(pictures) == 2 and pictures[0] != pictures[1]
    assert all(attrs.get("aria-label") for _, attrs in page.tags if attrs.get("role") == "img")


def test_words_of_a_pair_are_coloured_and_told() -> None:
    record = pair_record()
    page = Page(answer_card(record, RUN))
    words = page.having("class", "an-word")
    assert [word["aria-label"] for word in words] == [
        "Acme: not learned, not judged", "red: -2.1 ± 0.2 nats, in R1", "square: +0.9 ± 0.2 nats",
        "plate: +0.3 ± 0.2 nats",
    ]  # fmt: skip
    assert [word.get("data-region") for word in words] == [None, "R1", None, None]
    assert "an-flagged" in str(words[1]["class"]) and words[1]["style"] == "background:rgba(179, 88, 6,0.55)"
    assert isinstance(record.sample, PairSample) and record.sample.text in page.text


@pytest.mark.parametrize("kind", list(RECORDS))
def test_hostile_data_is_shown_and_not_run(kind: str) -> None:
    record = hostile(RECORDS[kind])
    for html in (answer_card(record, HOSTILE), reply_card(record.explanation, HOSTILE), alpha_panel(record, 0.05)):
        harmless(html)
        assert "&lt;img src=x onerror=alert(1)&gt;" in html
    harmless(BoxDrawer.update(record)["drawing"])


def test_a_hostile_text_of_a_pair_is_shown_and_not_run() -> None:
    text = "Acme <img/src=x/onerror=alert(1)> square plate"
    harmless(answer_card(pair_record(text), RUN))


def test_cards_without_data_of_the_outside_stay_small(record: RunRecord) -> None:
    html = answer_card(record, RUN)
    harmless(html)
    assert len(html) < 400_000


def test_a_long_series_and_a_large_image_make_small_cards() -> None:
    assert len(answer_card(series_record(60_000), RUN)) < 400_000
    large = image_record(1600)
    assert isinstance(large.sample, ImageSample)
    html = answer_card(large, RUN)
    assert 'viewBox="0 0 1600 1600"' in html and len(html) < 3_000_000


def test_no_sentence_is_lost_or_told_twice() -> None:
    record = image_record(64)
    said = [checked(f"Sentence {n} of many.", cites, "observation") for n, cites in enumerate(
        [("F1",), ("F5",), ("F12",), (), ("F99",), ("F5", "F12"), ("F10", "F2")])]  # fmt: skip
    evidence = record.explanation.evidence
    extra = [("choice", "detector", "image-density"), ("sample", "calibration_normals", 40)]
    facts = [Fact(id=f"F{50 + n}", subject=s, kind=k, value=v) for n, (s, k, v) in enumerate(extra)]  # type: ignore[arg-type]
    said += [checked(f"On {f.kind}.", (f.id,), "observation") for f in facts]
    evidence = evidence.model_copy(update={"facts": (*evidence.facts, *facts)})
    explanation = record.explanation.model_copy(update={"claims": tuple(said), "evidence": evidence, "summary": ""})
    html = answer_card(replace(record, explanation=explanation), RUN)
    for one in said:
        assert html.count(f'<p class="an-said">{one.claim.text}') == 1
    assert 'an-unknown">F99<' in html


@pytest.mark.parametrize(
    ("method", "normals", "extrapolated", "p", "words"),
    [
        ("split-conformal", 500, False, 0.002, "about 1 of 500 normal images looks at least this abnormal"),
        ("split-conformal", 40, False, 0.62, "about 62 of 100 normal images look at least this abnormal"),
        ("cross-conformal", 20, True, 0.0005, 
         "read from a fitted tail, as 20 normal images alone cannot show less than 1 in 21"),
        ("self-calibrated", 0, True, 0.01, "no normal data was given: the image is compared with the rest of itself"),
    ],
)  # fmt: skip
def test_the_p_value_is_put_into_words_only_where_the_facts_allow(
    method: Any, normals: int, extrapolated: bool, p: float, words: str
) -> None:
    record = image_record(32)
    calibration = replace(record.score_map.calibration, method=method, normals=normals)
    score_map = replace(record.score_map, calibration=calibration, extrapolated=extrapolated)
    evidence = record.explanation.evidence.model_copy(update={"sample_p": p})
    assert p_words(evidence, score_map) == words


def test_a_calm_verdict_has_its_own_word_and_icon() -> None:
    record = image_record(64)
    e = record.explanation
    evidence = e.evidence.model_copy(update={"verdict": "normal", "findings": (), "sample_p": 0.7})
    calm = e.model_copy(update={"verdict": "normal", "p_value": 0.7, "evidence": evidence, "possible_causes": ()})
    html = answer_card(replace(record, explanation=calm, masks={}), RUN)
    assert 'class="an-banner normal"' in html and "Nothing abnormal found" in html and "Possible causes" not in html


def test_a_reply_proves_its_sentences_without_pictures() -> None:
    record = image_record(64)
    explanation = record.explanation.model_copy(update={"question": "How sure?", "next_actions": ()})
    page = Page(reply_card(explanation, RUN))
    assert all(c.claim.text in page.words for c in (*explanation.claims, *explanation.possible_causes))
    assert len(page.having("class", "an-chip")) == sum(
        len(c.claim.cites) for c in (*explanation.claims, *explanation.possible_causes)
    )
    card_ids = set(Page(answer_card(record, RUN)).values("id"))
    assert not card_ids & set(page.values("id"))  # both stand on one page
    empty = explanation.model_copy(update={"claims": (), "possible_causes": ()})
    assert explanation.summary in Page(reply_card(empty, RUN)).words  # e.g. that the question was not understood
    assert "say nothing about that" in reply_card(empty.model_copy(update={"summary": ""}), RUN)


def test_the_alarm_level_changes_what_is_shown(record: RunRecord) -> None:
    loud, calm = Page(alpha_panel(record, 0.2)), Page(alpha_panel(record, 0.001))
    assert "Anomalous at α = 0.2" in loud.words and "R1" in loud.words and "1 finding" in loud.words
    assert "Cannot tell at α = 0.001" in calm.words and "No finding" in calm.words  # nothing was planted at it
    assert "At the recorded level of 0.05 the verdict is anomalous." in calm.words
    assert loud.values("data-region") and not calm.values("data-region")


def test_the_copied_text_holds_every_sentence_with_its_citations(record: RunRecord) -> None:
    explanation = record.explanation
    text = plain_text(explanation)
    for said in (*explanation.claims, *explanation.possible_causes, *explanation.next_actions):
        assert f"- {said.claim.text} [{', '.join(said.claim.cites)}]" in text
    assert text in Page(answer_card(record, RUN)).values("data-copy")


def test_the_plot_shows_the_blamed_channel_first_in_few_points() -> None:
    record = series_record(40_000)
    figure = series_figure(record, RUN)
    shown = json.loads(figure.to_json())
    assert shown["layout"]["annotations"][0]["text"] == "cpu [%]" and shown["layout"]["meta"] == {"run": RUN}
    for axis in ("y", "y2", "y3"):
        points = sum(len(trace.x) for trace in figure.data if trace.yaxis == axis)
        assert 1000 < points <= MAX_POINTS
    sample = record.sample
    assert isinstance(sample, SeriesSample)
    observed = next(trace for trace in figure.data if trace.name == "observed")
    assert np.nanmax(observed.y) == np.nanmax(sample.values[:, 0])  # no spike is lost
    assert "%{y:,.5~g} %" in observed.hovertemplate
    (shape,) = figure.layout.shapes
    region = record.explanation.evidence.findings[0].region
    assert region.kind == "series" and shape.name == "R1"
    half = np.timedelta64(31, "s")
    assert np.datetime64(shape.x0) - sample.index[region.start] > -half
    assert sample.index[region.stop - 1] + half > np.datetime64(shape.x1)
    assert [button.label for button in figure.layout.updatemenus[0].buttons] == ["All", "R1"]


def test_a_plot_of_many_channels_shows_the_highest_scoring_ones() -> None:
    values = np.random.default_rng(0).normal(size=(300, 12))
    record = series_record(300)
    blame = np.tile(np.arange(12.0, dtype=np.float32), (300, 1))
    score_map = replace(
        record.score_map, expected=values.astype(np.float32), samples=values[None].astype(np.float32),
        detail=SeriesScores(blame),
    )  # fmt: skip
    sample = SeriesSample(values, tuple(f"c{n}" for n in range(12)), np.arange(300.0), name="wide")
    assert blamed_first(sample, score_map, ()) == [11, 10, 9, 8, 7, 6] and MAX_SHOWN == 6
    findings = record.explanation.evidence.findings
    assert blamed_first(sample, score_map, findings) == [11, 10, 9, 8, 7, 6]  # it blames a channel that is not here
    assert len(series_figure(replace(record, sample=sample, score_map=score_map)).data) == 2 * 6 + 1


def test_names_of_channels_are_text_in_the_plot() -> None:
    shown = series_figure(hostile(series_record(200))).to_json()
    assert "<img" not in shown.replace("\\u003c", "<") and "&lt;img" in shown.replace("\\u003c", "<")
    with pytest.raises(TypeError, match="got image data 'part.png' where SeriesSample belongs"):
        series_figure(image_record(32))


@pytest.mark.parametrize(
    ("kind", "value", "box"),
    [
        ("image", "", None),
        ("series", None, None),
        ("image", '{"x0": 1, "y0": 2, "x1": 30, "y1": 40}', {"x0": 1, "y0": 2, "x1": 30, "y1": 40}),
        ("pair", '{"x1": 30, "x0": 1, "y0": 2, "y1": 40}', {"x0": 1, "y0": 2, "x1": 30, "y1": 40}),
        ("series", '{"start": 0, "stop": 7}', {"start": 0, "stop": 7}),
    ],
)
def test_a_marked_place_is_read(kind: str, value: Any, box: dict[str, int] | None) -> None:
    assert BoxDrawer.box_of(value, kind) == box


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("image", value) for value in (
            "nonsense", "[1, 2]", '{"x0": 1}', '{"x0": 5, "y0": 2, "x1": 5, "y1": 4}', "9" * 500, 7,
            '{"start": 0, "stop": 7}', '{"x0": 1, "y0": 2, "x1": 30, "y1": 40, "z": 1}')),
        *(("series", value) for value in (
            '{"start": 3, "stop": 2}', '{"start": -1, "stop": 2}', '{"start": true, "stop": 2}',
            '{"start": 0.5, "stop": 2}', '{"start": 0, "stop": 1e400}', {"start": 0, "stop": 2},
            '{"x0": 1, "y0": 2, "x1": 30, "y1": 40}')),
    ],
)  # fmt: skip
def test_a_place_that_is_none_of_its_kind_is_refused(kind: str, value: Any) -> None:
    rule = {"image": "x0 < x1 and y0 < y1 in pixels", "series": "start < stop in rows"}[kind]
    with pytest.raises(InputError, match=f"it holds {rule}: mark the place again"):
        BoxDrawer.box_of(value, kind)


def test_the_drawer_knows_the_edges_of_what_it_shows_and_how_far_they_reach() -> None:
    image, series = BoxDrawer.update(RECORDS["image"]), BoxDrawer.update(RECORDS["series"])
    assert image["edges"] == [["x0", "left", 96], ["y0", "top", 96], ["x1", "right", 96], ["y1", "bottom", 96]]
    assert series["edges"] == [["start", "from row", 600], ["stop", "to row", 600]] and "stretch" in series["hint"]
    assert image["value"] == "" and image["stamp"] != series["stamp"]


def test_the_head_of_the_page_loads_nothing() -> None:
    head = page_head()
    assert "://" not in head and "@import" not in head and "url(" not in head and "src=" not in head
    assert head.count("<script>") == head.count("</script>") == 1 and head.count("</style>") == 1


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft", "accent", "alarm", "calm", "flag") for ground in ("card", "page")),
        ("accent", "accent-soft"), ("alarm", "alarm-soft"), ("calm", "calm-soft"), ("soft", "alarm-soft"),
        ("soft", "calm-soft"), ("card", "accent"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_has_contrast_in_both_modes(text: str, ground: str, mode: int) -> None:
    colours = {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", TOKENS.read_text())
    }
    assert contrast(colours[text][mode], colours[ground][mode]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
