"""The HTML report: complete, self-contained, safe against hostile data, and true to the spikes of long series."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from anomalyst.agent.report.facts import healing_rows, show_number, show_p, show_value
from anomalyst.agent.report.render import render_report
from anomalyst.evidence.facts import Fact, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores, channel_scores
from anomalyst.modalities.series.shown.card import report
from anomalyst.modalities.series.shown.decimate import bucket_edges, extremes, gap_spans, outline
from tests.helpers.run_records import image_record, series_record

BUCKETS = 700
HOSTILE = '<script>alert("x")</script>$\\frac{1}$&\x1b[31m'
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Collects tags, ids, links and text, and checks that tags are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

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


@pytest.fixture(scope="module", params=["image", "series"])
def record(request: pytest.FixtureRequest) -> RunRecord:
    return image_record(96) if request.param == "image" else series_record(600)


@pytest.fixture(scope="module")
def html(record: RunRecord) -> str:
    return render_report(record)


def test_the_page_is_well_formed_and_every_link_has_its_target(html: str) -> None:
    page = Page(html)
    ids = page.values("id")
    assert page.open == [] and len(ids) == len(set(ids))
    targets = {link[1:] for link in page.values("href", "xlink:href") if link.startswith("#")}
    assert targets <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)


def test_nothing_is_loaded_from_outside(html: str) -> None:
    page = Page(html)
    assert all(link.startswith(("#", "data:image/")) for link in page.values("href", "xlink:href", "src"))
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "link", "img"}
    assert "@import" not in html and not re.search(r"url\((?!#)", html)
    policy = next(
        a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None and policy.startswith("default-src 'none'")


def test_verdict_claims_causes_actions_and_facts_are_all_there(html: str, record: RunRecord) -> None:
    text = " ".join(Page(html).text.split())
    e = record.explanation
    for part in (
        e.summary,
        e.question,
        e.confidence,
        "Anomalous",
        show_p(e.p_value),
        str(e.evidence.alpha),
        e.detector,
    ):
        assert part in text
    for c in (*e.claims, *e.possible_causes, *e.next_actions):
        assert c.claim.text in text and all(attempt in text for attempt in c.attempts)
        assert all(f'href="#{cite}"' in html for cite in c.claim.cites)
    for fact in e.evidence.facts:
        assert f'<tr id="{fact.id}">' in html and show_value(fact) in text
    assert text.index("Possible causes") < text.index(e.possible_causes[0].claim.text)
    assert "Hypotheses: nothing here was measured" in text and "anomalyst audit" in text


def test_every_picture_has_a_description(html: str) -> None:
    page = Page(html)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert pictures and all(a.get("role") == "img" and a.get("aria-label") for a in pictures)


def test_the_same_record_gives_the_same_page(html: str, record: RunRecord) -> None:
    assert render_report(record) == html


def test_an_image_report_outlines_the_finding_and_shows_expected_and_difference() -> None:
    html = render_report(image_record(96))
    assert html.count('class="outline"') == 4  # original, score map, difference, close-up
    assert html.count(">R1</text>") == 3
    for title in ("Original", "Anomaly score", "What normal would look like", "Difference", "How sure of normal"):
        assert f"<b>{title}</b>" in html
    assert "Tested by healing" in html and "✓ passed" in html


def test_a_large_image_is_embedded_small() -> None:
    html = render_report(image_record(1600))
    assert 'viewBox="0 0 1600 1600"' in html and len(html) < 8_000_000


def test_a_normal_verdict_shows_no_finding() -> None:
    record = image_record(64)
    e = record.explanation
    evidence = e.evidence.model_copy(update={"verdict": "normal", "findings": (), "sample_p": 0.7})
    calm = e.model_copy(update={"verdict": "normal", "p_value": 0.7, "evidence": evidence, "possible_causes": ()})
    html = render_report(replace(record, explanation=calm, masks={}, events=[], replay={}))
    assert "Nothing abnormal found" in html and 'class="outline"' not in html
    assert "No region stands out" in html and "Possible causes" not in html


def test_hostile_names_are_shown_and_not_run() -> None:
    record = series_record(200)
    sample = record.sample
    assert isinstance(sample, SeriesSample)
    renamed = SeriesSample(sample.values, (HOSTILE, "mem", "disk"), sample.index, (HOSTILE, "", ""), name=HOSTILE)
    e = record.explanation
    evidence = e.evidence.model_copy(update={"sample_name": HOSTILE})
    events = [{"kind": "looked", "message": HOSTILE}]
    explanation = e.model_copy(update={"evidence": evidence, "question": HOSTILE, "summary": HOSTILE})
    html = render_report(replace(record, sample=renamed, explanation=explanation, events=events))
    assert "<script" not in html and "alert(&#34;x&#34;)" in html


def test_the_overview_shows_the_first_channel_of_every_finding() -> None:
    names = ("a", "b", "c", "d", "e")
    rows = np.random.default_rng(0).normal(size=(200, 5))
    sample = SeriesSample(rows, names, np.arange(200.0), name="five")
    record = series_record()
    score_map = replace(
        record.score_map,
        scores=np.ones(200, np.float32),
        p_values=np.full(200, 0.5, np.float32),
        expected=rows.astype(np.float32),
        samples=rows[None].astype(np.float32),
        detail=SeriesScores(np.ones((200, 5), np.float32)),
    )
    regions = [
        SeriesRegion(start=10, stop=20, channels=("e", "d", "c")),
        SeriesRegion(start=90, stop=99, channels=("b",)),
    ]
    findings = [Finding(id=f"R{n}", region=r, peak_p=0.01, peak_score=3.0) for n, r in enumerate(regions, 1)]
    evidence = record.explanation.evidence.model_copy(update={"findings": tuple(findings)})
    explanation = record.explanation.model_copy(update={"evidence": evidence})
    whole = report(replace(record, sample=sample, score_map=score_map, explanation=explanation), 0).whole.lines
    assert whole is not None and "The whole of five: e, b, d" in whole


def test_many_findings_are_listed_but_not_all_drawn() -> None:
    record = series_record(600)
    first = record.explanation.evidence.findings[0]
    regions = [SeriesRegion(start=20 * n, stop=20 * n + 5, channels=("mem",)) for n in range(20)]
    findings = tuple(first.model_copy(update={"id": f"R{n}", "region": r}) for n, r in enumerate(regions, 1))
    evidence = record.explanation.evidence.model_copy(update={"findings": findings})
    html = render_report(replace(record, explanation=record.explanation.model_copy(update={"evidence": evidence})))
    assert html.count('<div class="finding"') == 12 and "8 more findings" in html
    page = Page(html)
    links = {link[1:] for link in page.values("href") if link.startswith("#R")}
    assert links <= set(page.values("id"))


@pytest.mark.parametrize("length", [1, 2, 5])
def test_very_short_series_can_be_drawn(length: int) -> None:
    record = series_record(60)
    sample, whole = record.sample, record.score_map
    assert isinstance(sample, SeriesSample) and (blame := channel_scores(whole)) is not None
    cut = SeriesSample(sample.values[:length], sample.columns, sample.index[:length], sample.units)
    short = replace(
        whole, scores=whole.scores[:length], p_values=whole.p_values[:length], expected=whole.expected[:length],
        samples=whole.samples[:, :length], detail=SeriesScores(blame[:length]),
    )  # fmt: skip
    evidence = record.explanation.evidence.model_copy(update={"findings": ()})
    explanation = record.explanation.model_copy(update={"evidence": evidence})
    assert "<svg" in render_report(replace(record, sample=cut, score_map=short, explanation=explanation))


def test_a_long_series_keeps_its_spikes_in_a_small_page() -> None:
    record = series_record(60_000)
    html = render_report(record)
    assert len(html) < 1_500_000


def test_extremes_keep_every_spike_and_the_order() -> None:
    rng = np.random.default_rng(0)
    x, y = np.arange(100_000.0), rng.normal(size=100_000)
    y[12_345], y[77_777] = 50, -50
    y[40_000:60_000] = np.nan
    kept_x, kept_y = extremes(x, y, BUCKETS)
    assert len(kept_x) <= 2 * BUCKETS and (np.diff(kept_x) > 0).all()
    assert {(12_345.0, 50.0), (77_777.0, -50.0)} <= set(zip(kept_x, kept_y, strict=True))
    assert np.isnan(kept_y[(kept_x > 40_200) & (kept_x < 59_800)]).all()


@pytest.mark.parametrize("length", [1, 2, BUCKETS, BUCKETS + 1, 10 * BUCKETS])
def test_bucket_edges_are_strictly_increasing(length: int) -> None:
    edges = bucket_edges(length, BUCKETS)
    assert edges[0] == 0 and edges[-1] < length and (np.diff(edges) > 0).all() and len(edges) <= BUCKETS


def test_gaps_are_runs_of_missing_values_and_long_steps() -> None:
    x = np.array([0, 1, 2, 3, 4, 5, 50, 51, 52], dtype=float)
    y = np.array([1, np.nan, np.nan, 1, 1, 1, 1, 1, np.nan])
    assert gap_spans(x, y) == [(0.0, 3.0), (5.0, 50.0), (51.0, 52.0)]
    line_x, line_y = outline(x, y, BUCKETS)
    assert len(line_x) == 10 and np.isnan(line_y[6]) and line_x[6] == 5


@pytest.mark.parametrize("buckets", [10, 100, BUCKETS])
def test_a_line_is_never_drawn_across_a_long_step_of_time(buckets: int) -> None:
    x = np.delete(np.arange(9000.0), np.r_[2001:3000, 7001:7100])
    line_x, line_y = outline(x, np.sin(x), buckets)
    assert (np.diff(line_x) >= 0).all()
    for before in (2000, 7000):
        assert np.isnan(line_y[line_x == before]).any()
        assert np.isnan(line_y[np.searchsorted(line_x, before, side="right") - 1])


def test_values_are_shown_with_units_bounds_and_no_false_digits() -> None:
    fact = Fact(id="F1", subject="R1", kind="expected", value=39.7, unit="%", low=-1.5, high=42.0)
    assert show_value(fact) == "39.7 % (−1.5 to 42)"
    assert [show_number(v) for v in (True, 12345, 0.05, 3.1e-7, "centre")] == [
        "yes",
        "12,345",
        "0.05",
        "3.1e-07",
        "centre",
    ]
    assert [show_p(p) for p in (0.0312, 0.5, 1e-12)] == ["0.031", "0.5", "1e-12"]


def test_the_healing_tests_are_read_off_the_facts() -> None:
    tests = healing_rows(image_record(32).explanation.evidence)
    assert [t.subject for t in tests] == ["sample"]
    assert tests[0].healed is not None and tests[0].healed.value == 0.62 and tests[0].region is None
