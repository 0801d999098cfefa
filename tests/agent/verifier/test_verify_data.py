"""Whatever stands in the data — captions, channel names, file names, units — is found again in sentences about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomalyst.agent.verifier.marks import mark
from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.names import key, needs_quotes
from anomalyst.evidence.text import normalise
from anomalyst.evidence.units import clean_name
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.registry import modalities
from anomalyst.modalities.series.region import SeriesRegion
from tests.helpers.verifier_samples import facts
from tests.helpers.writing import every_claim

PIECES = (
    "A dog", "runs", " .", ".", "...", "…", "!", "?", " ", "  ", "\u00a0", "\t", "\n", "\u200b", "\u2028", "'", '"',
    "“", "”", "’", "«", "»", "`", "-", "–", "*", "**", "_", "#", "[x](y)", "|", "(", ")", "R1", "F3", "12", "3.5 ms",
    "2026-01-02", "İ", "ı", "ſ", "\u212a", "K", "ß", "e\u0301", "é", "\u0301", "ﬁ", "１２", "10⁻³", "µ", "Ω", "日本",
    "\U0001f600", "\ue000", "0\ue001", "e.g.", "Mr. ", "A. B. ", "latency", "temp_c", "x",
)  # fmt: skip
nasty = st.one_of(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.text(max_size=30))
AGAINST = 'In R1 the image speaks against "cat" (-3 ± 0.5 nats).'
OUTCOMES = {"supported", "contradicted", "unverifiable"}


def pair(caption: str, name: str = "photo.png") -> Evidence:
    """An abnormal pair whose nearest matching pair says `caption`, F5, and something else, F6."""
    rows: list[tuple[Any, ...]] = [
        ("sample", "verdict", "anomalous"), ("sample", "sample_p", 0.001), ("sample", "alpha", 0.05),
        ("sample", "finding_count", 1), ("sample", "nearest_caption", caption, "", "1"),
        ("sample", "nearest_caption", "A cat sleeps .", "", "2"), ("R1", "words", "cat"),
        ("R1", "information", -3.0, "nats"), ("R1", "information_error", 0.5, "nats"),
    ]  # fmt: skip
    box = ImageRegion(x0=0, y0=0, x1=4, y1=4)
    found = Finding(id="R1", region=box, peak_p=0.001, peak_score=5.0)
    return Evidence(modality="pair", sample_name=name, verdict="anomalous", sample_p=0.001, alpha=0.05,
                    findings=(found,), facts=facts(rows))  # fmt: skip


def series(first: str, second: str, unit: str = "", name: str = "a.csv") -> Evidence:
    """An abnormal series of two channels; R1 is a spike of the first."""
    rows: list[tuple[Any, ...]] = [
        ("sample", "verdict", "anomalous"), ("sample", "sample_p", 0.001), ("sample", "alpha", 0.05),
        ("R1", "place", "early"), ("R1", "top_channel", first), ("R1", "channel_share", 60.0, "%", first),
        ("R1", "channel_share", 40.0, "%", second), ("R1", "anomaly_kind", "spike", "", first),
        ("R1", "direction", "above", "", first), ("R1", "observed", 8.2, unit, first),
        ("R1", "expected", 3.1, unit, first, 2.5, 3.6), ("R1", "difference", 5.1, unit, first),
    ]  # fmt: skip
    region = SeriesRegion(start=3, stop=9, channels=(first, second))
    found = Finding(id="R1", region=region, peak_p=0.001, peak_score=5.0)
    return Evidence(modality="series", sample_name=name, verdict="anomalous", sample_p=0.001, alpha=0.05,
                    findings=(found,), facts=facts(rows))  # fmt: skip


def refused(evidence: Evidence) -> list[tuple[str, tuple[str, ...]]]:
    """The built-in writer's sentences that do not pass, with the reasons."""
    checked = ((claim.text, verify_claim(claim, evidence)) for claim in every_claim(evidence))
    return [(text, verdict.reasons) for text, verdict in checked if verdict.outcome != "supported"]


@pytest.mark.parametrize("caption", [
    "A man in a hat .", "A man  .", "A man ..", "A man.", "a MAN .", "A man\u00a0.", "A man\t.", " A man . ", "A man ?",
    "A man !", "A man . A dog runs .", "A man! Is it a dog? No .", "A man 's dog .", "“A man” ", "A man .\u200b",
    "İ ı ſ \u212a .", "cafe\u0301 .", "It could be a dog .", "Mr. Smith of St. Ives .", "*A* **man** __x__ .",
    "- A man .", "12 men at 2026-01-02 .", "R1 and F3 .", "Check the dog .", "1. A man .",
])  # fmt: skip
def test_a_quoted_caption_is_found_again(caption: str) -> None:
    evidence = pair(caption)
    said = f'A matching pair whose image is like this says: "{caption}".'
    claim = Claim(text=said, cites=("F5",), kind="observation")
    assert verify_claim(claim, evidence).outcome == "supported", verify_claim(claim, evidence).reasons
    assert verify_claim(claim.model_copy(update={"cites": ("F6",)}), evidence).outcome != "supported"
    around = f"{said} {AGAINST} {said}"
    checked = verify_text(around, evidence)
    assert [c.verdict.outcome for c in checked] == ["supported"] * 3, checked
    other = claim.model_copy(update={"text": said.replace('."', ' and a cat ."').replace('".', ' and a cat".')})
    assert verify_claim(other, evidence).outcome != "supported"


def test_a_quoted_sentence_may_end_the_sentence_or_stand_within_it() -> None:
    evidence = pair("A man .")
    quoting = 'A matching pair whose image is like this says: "A man ."'
    checked = verify_text(f"{quoting} {AGAINST}", evidence)
    assert [c.text for c in checked] == [quoting, AGAINST]
    assert {c.verdict.outcome for c in checked} == {"supported"}
    within = 'A matching pair says "A man ." of an image like this.'
    assert [c.text for c in verify_text(within, evidence)] == [within]


@settings(max_examples=150, deadline=None)
@given(nasty, nasty)
def test_no_text_of_a_pair_breaks_the_verifier(caption: str, name: str) -> None:
    evidence = pair(caption, name)
    for claim in every_claim(evidence):
        assert verify_claim(claim, evidence).outcome in OUTCOMES
        assert all(s.verdict.outcome in OUTCOMES for s in verify_text(claim.text, evidence))
    for text in (caption, f'"{caption}"', f"{name} is anomalous: '{caption}'", caption.upper(), caption.swapcase()):
        assert all(s.verdict.outcome in OUTCOMES for s in verify_text(text, evidence))


@settings(max_examples=150, deadline=None)
@given(nasty, nasty, nasty)
def test_what_is_written_of_any_channel_is_proved(first: str, second: str, unit: str) -> None:
    one, two = clean_name(first) or "column 1", clean_name(second) or "column 2"
    if key(one) == key(two):
        two = f"{two} (2)"
    assert refused(series(one, two)) == []
    for text in (f'"{one}" is 8.2 {unit} in R1.', f"R1 is a spike in '{two}'.", one, two.upper()):
        assert all(s.verdict.outcome in OUTCOMES for s in verify_text(text, series(first, second, unit, second)))


@settings(max_examples=300, deadline=None)
@given(nasty)
def test_a_text_has_one_spelling_and_one_key(text: str) -> None:
    plain = normalise(text)
    assert normalise(plain) == plain
    assert key(key(text)) == key(text) == key(plain)
    evidence = series(text, "other")
    marked = mark(normalise(f'R1 is a spike in "{text}".'), evidence)
    assert not plain or [key(name) for name in marked.names] == [key(text)] or '"' in plain


def test_names_that_stand_for_things_of_a_kind_of_data_need_quotes_and_its_own_qualities_do_not() -> None:
    assert all(
        needs_quotes(word) for kind in modalities().values() for word in kind.told.words - {*kind.told.qualities}
    )
    assert not any(needs_quotes(name) for kind in modalities().values() for name in kind.told.qualities)
