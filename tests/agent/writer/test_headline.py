"""The headline: short, plain, correct English, without ids and p-values; its false twins are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from random import Random

import pytest

from anomalyst.agent.publishing import summarise, with_unsaid
from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.agent.writer.headline import ALL, ONE, about_headline, headline_size
from anomalyst.agent.writer.sample import about_verdict
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Claim
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.series.region import SeriesRegion
from tests.helpers.verifier_evidence import IMAGE_KINDS, SERIES_KINDS, random_evidence
from tests.helpers.verifier_samples import Row, cannot_tell, facts, image, planted, sample_rows, series, sized

TIMES = {
    "a day": ("2024-03-21 11:20:00", "2024-03-21 14:40:00"),
    "two days": ("2024-03-21 23:20:00", "2024-03-22 00:30:00"),
    "two years": ("2024-12-31 23:20:00", "2025-01-01 00:30:00"),
    "one row": ("2024-03-21 11:20:00", "2024-03-21 11:20:00"),
    "dates": ("2024-03-21", "2024-03-24"),
    "rows": (120, 168),
    "a row": (120, 120),
}


@dataclass(frozen=True)
class Case:
    """One finding of a series."""

    kind: str
    up: bool = True
    when: str = "a day"
    others: int = 0


def finding(case: Case) -> Evidence:
    """A series with one finding, of temp_c and as many other channels."""
    start, end = TIMES[case.when]
    unit = "row" if isinstance(start, int) else ""
    seen, gap = (23.2, 3.9) if case.up else (15.4, -3.9)
    names = ("temp_c", "load_pct", "flow_l")[: 1 + case.others]
    rows: list[Row] = [*sample_rows("anomalous", 0.001, "high", 24, 1), ("R1", "place", "late")]
    rows += [("R1", "start", start, unit), ("R1", "end", end, unit), ("R1", "top_channel", "temp_c")]
    lacking = case.kind in ("missing data", "gap")
    for name in names:
        rows += [("R1", "channel_share", 30.0, "%", name)] * (not lacking)
        rows += [("R1", "anomaly_kind", case.kind, "", "" if case.kind == "gap" else name)]
    if not lacking:
        rows += [("R1", "observed", seen, "°C", "temp_c"), ("R1", "expected", 19.3, "°C", "temp_c", 19.1, 19.4)]
        rows += [("R1", "difference", gap, "°C", "temp_c")]
    region = SeriesRegion(start=120, stop=169, channels=names)
    return anomalous("series", Finding(id="R1", region=region, peak_p=1e-5, peak_score=9), rows)


def anomalous(modality: str, found: Finding, rows: list[Row]) -> Evidence:
    """The evidence of an anomalous sample with one finding."""
    return Evidence(
        modality=modality,  # type: ignore[arg-type]
        sample_name="x",
        verdict="anomalous",
        sample_p=0.001,
        alpha=0.05,
        findings=(found,),
        facts=facts(rows),
    )


def picture(kind: str, place: str = "upper left", colours: tuple[float, ...] = (87, 54, 21)) -> Evidence:
    """An image with one finding, orange where grey is normal unless other colours are given."""
    rows: list[Row] = [
        *sample_rows("anomalous", 0.001, "high", 24, 1),
        ("R1", "place", place),
        ("R1", "area", 2.03, "%"),
    ]
    rows += [("R1", "anomaly_kind", kind)]
    for name, value in zip(("brightness", "red", "green", "blue"), (58.0, *colours), strict=True):
        usual = 70.0 if kind == "darker" else 43.0
        rows += [("R1", "observed", value, "%", name), ("R1", "expected", usual, "%", name, 40.0, 44.0)]
        rows += [("R1", "difference", round(value - usual, 1), "percentage points", name)]
    region = ImageRegion(x0=1, y0=1, x1=9, y1=9)
    return anomalous("image", Finding(id="R1", region=region, peak_p=1e-5, peak_score=9), rows)


def pair(kind: str = "unsupported words", words: str = "red shirt", fitting: str = "blue shirt") -> Evidence:
    """An image with its text, of which some words do not fit."""
    rows: list[Row] = [*sample_rows("anomalous", 0.001, "high", 24, 1), ("R1", "words", words)]
    rows += [("R1", "fitting_words", fitting)] * bool(fitting)
    rows += [("R1", "anomaly_kind", kind), ("R1", "information", -4.2, "nats"), ("R1", "place", "centre")]
    region = PairRegion(start=2, stop=11, x0=1, y0=1, x1=9, y1=9)
    return anomalous("pair", Finding(id="R1", region=region, peak_p=1e-5, peak_score=9), rows)


def headline(evidence: Evidence) -> list[Claim]:
    """The headline's claims."""
    return [said.claim(evidence) for said in about_headline(evidence)]


def headlines(evidence: Evidence) -> list[list[Claim]]:
    """The headline in all its wordings."""
    return [list(claims) for claims in product(*(map(s.worded, s.wordings()) for s in about_headline(evidence)))]


def texts(evidence: Evidence) -> list[str]:
    """All that the headline may be."""
    return [" ".join(claim.text for claim in claims) for claims in headlines(evidence)]


_WRONG = re.compile(
    r"  | [.,;)]|\(\)|\ba [aeiou]|\ban [^aeiou]|\b1 (?:rows|channels|words|regions)\b|\bword \"\w+ |\bwords \"\w+\"|"
    r"\b(?:and \S+|s) also deviates|(?<!and \w)\b(\w+) \1\b|\b(?:nan|inf|None)\b|:00\b(?=.*:00\b.*:00\b)"
)


def check_english(evidence: Evidence) -> None:
    """The headline in each of its wordings is good English."""
    for claims in headlines(evidence):
        check_claims(claims, evidence)


def check_claims(claims: list[Claim], evidence: Evidence) -> None:
    """Short, proved with and without citations, no ids or p-values, articles and numbers that agree."""
    words = [len(claim.text.split()) for claim in claims]
    assert claims and max(words) <= ONE and sum(words) <= ALL
    for claim in claims:
        assert verify_claim(claim, evidence).outcome == "supported", claim.text
        assert [s.verdict.outcome for s in verify_text(claim.text, evidence)] == ["supported"], claim.text
        assert not _WRONG.search(claim.text.replace("level shift", "shift")), claim.text
        assert claim.text.endswith(".") and not re.search(r"\b[RF]\d|\bp\b|alarm level|confidence", claim.text)


@pytest.mark.parametrize("kind", SERIES_KINDS)
def test_every_kind_of_a_series_in_every_direction_at_every_time_reads_well(kind: str) -> None:
    for up, when, others in product((True, False), TIMES, (0, 1, 2)):
        evidence = finding(Case(kind, up, when, others))
        check_english(evidence)


@pytest.mark.parametrize("kind", IMAGE_KINDS)
def test_every_kind_of_an_image_reads_well(kind: str) -> None:
    for place, colours in product(
        ("upper left", "centre", "most of the image"), ((87, 54, 21), (54, 54, 54), (20, 20, 90), (9, 9, 9))
    ):
        evidence = picture(kind, place, colours)
        check_english(evidence)


@pytest.mark.parametrize(
    "seed", [*range(0, 40, 4), *(pytest.param(n, marks=pytest.mark.long) for n in range(40, 120, 4))]
)
def test_random_findings_read_well(seed: int) -> None:
    for evidence in (random_evidence(Random(n)) for n in range(seed, seed + 4)):
        if not evidence.cannot_tell:
            check_english(evidence)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (
            finding(Case("level shift")),
            "temp_c was 3.9 °C too high from 11:20 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        ),
        (
            finding(Case("level shift", up=False, when="two days")),
            "temp_c was 3.9 °C too low from 23:20 on 21 March to 00:30 on 22 March 2024 (15.4 °C; normally 19.3 °C).",
        ),
        (
            finding(Case("spike", when="one row", others=1)),
            "temp_c jumped to 23.2 °C at 11:20 on 21 March 2024 (normally 19.3 °C); load_pct also deviates.",
        ),
        (
            finding(Case("dip", up=False, when="rows")),
            "temp_c dropped to 15.4 °C between rows 120 and 168 (normally 19.3 °C).",
        ),
        (
            finding(Case("missing data", others=1)),
            "No values of temp_c and load_pct from 11:20 to 14:40 on 21 March 2024.",
        ),
        (finding(Case("gap", when="dates")), "Nothing was recorded from 21 March to 24 March 2024."),
        (
            finding(Case("noisy stretch", when="two years", others=2)),
            "temp_c fluctuated more than normal from 23:20 on 31 December 2024 to 00:30 on 1 January 2025, and rose to "
            "23.2 °C (normally 19.3 °C).",
        ),
        (finding(Case("change of period", when="a row")), "temp_c changed its rhythm at row 120."),
        (picture("extra part"), "There is an orange extra part in the upper left, 2 % of the picture (normally grey)."),
        (
            picture("colour shift", colours=(20, 20, 90)),
            "A blue spot in the upper left, 2 % of the picture (normally grey).",
        ),
        (image(), "A spot in the upper left, 1.2 % of the picture, is too dark (brightness 22.4 %; normally 61 %)."),
        (pair(), 'The words "red shirt" do not fit the picture; "blue shirt" would fit.'),
        (pair(words="intact", fitting=""), 'The word "intact" does not fit the picture.'),
        (pair("unrelated text"), "The text does not fit the picture."),
        (
            planted("1 of 4"),
            "Nothing unusual was found in this image; an anomaly of the usual size can pass unnoticed here.",
        ),
        (cannot_tell(), ""),
    ],
)  # fmt: skip
def test_what_a_headline_says(evidence: Evidence, said: str) -> None:
    assert said in texts(evidence)


LIES = {
    "level shift": (
        "temp_c was 3.9 °C too low from 11:20 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 9.3 °C too high from 11:20 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        "load_pct was 3.9 °C too high from 11:20 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on 22 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:30 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:50 on 21 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on 21 March 2023 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on -21 March 2024 (23.2 °C; normally 19.3 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on 21 March 2024 (19.3 °C; normally 23.2 °C).",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on 21 March 2024 (23.2 °C; normally 19.3 bar).",
        "temp_c fluctuated more than normal from 11:20 to 14:40 on 21 March 2024.",
        "temp_c fluctuated less than normal from 11:20 to 14:40 on 21 March 2024.",
        "temp_c changed its rhythm from 11:20 to 14:40 on 21 March 2024.",
        "temp_c was stuck at 23.2 °C from 11:20 to 14:40 on 21 March 2024.",
        "temp_c dropped to 23.2 °C from 11:20 to 14:40 on 21 March 2024.",
        "No values of temp_c from 11:20 to 14:40 on 21 March 2024.",
        "Nothing was recorded from 11:20 to 14:40 on 21 March 2024.",
        "temp_c was 3.9 °C too high from 11:20 to 14:40 on 21 March 2024; flow_l also deviates.",
    ),
    "noisy stretch": (
        "temp_c fluctuated less than normal from 11:20 to 14:40 on 21 March 2024.",
        "load_pct fluctuated more than normal from 11:20 to 14:40 on 21 March 2024.",
        "temp_c fluctuated more than normal from 11:20 to 14:40 on 21 March 2024, and fell to 23.2 °C.",
    ),
    "missing data": (
        "No values of load_pct from 11:20 to 14:40 on 21 March 2024.",
        "No values of temp_c and load_pct from 11:20 to 14:40 on 21 March 2024.",
        "Nothing was recorded from 11:20 to 14:40 on 21 March 2024.",
    ),
}


@pytest.mark.parametrize(("kind", "lie"), [(kind, lie) for kind, lies in LIES.items() for lie in lies])
def test_false_twins_of_a_series_are_refused(kind: str, lie: str) -> None:
    refused(finding(Case(kind)), lie)


def refused(evidence: Evidence, lie: str) -> None:
    """Whether a sentence fails with all facts cited that a claim may cite, and without citations."""
    cites = tuple(f.id for f in evidence.facts if f.subject == "R1" or f.kind in ("verdict", "sample_size"))[:12]
    assert verify_claim(Claim(text=lie, cites=cites, kind="comparison"), evidence).outcome != "supported"
    assert [s.verdict.outcome for s in verify_text(lie, evidence)] != ["supported"]


def test_times_on_two_days_are_not_told_as_one() -> None:
    refused(
        finding(Case("level shift", when="two days")),
        "temp_c was 3.9 °C too high from 23:20 to 00:30 on 21 March 2024.",
    )
    refused(finding(Case("spike", when="rows")), "temp_c jumped to 23.2 °C between rows 120 and 169.")


@pytest.mark.parametrize(
    "lie",
    [
        "There is a blue extra part in the upper left, 2 % of the picture (normally grey).",
        "There is an orange extra part in the upper left, 2 % of the picture (normally white).",
        "There is a grey extra part in the upper left, 2 % of the picture (normally orange).",
        "There is an orange extra part in the lower left, 2 % of the picture (normally grey).",
        "There is an orange extra part in the upper left, 20 % of the picture (normally grey).",
        "A part is missing in the upper left, 2 % of the picture.",
        "A spot in the upper left, 2 % of the picture, has an unusual texture.",
        "A spot in the upper left, 2 % of the picture, is too dark.",
    ],
)
def test_false_twins_of_an_image_are_refused(lie: str) -> None:
    refused(picture("extra part"), lie)


@pytest.mark.parametrize(
    "lie",
    [
        'The words "blue shirt" do not fit the picture; "red shirt" would fit.',
        'The words "blue shirt" do not fit the picture.',
        'The words "red shirt" do not fit the picture; "red shirt" would fit.',
        "The text does not fit the picture.",
    ],
)
def test_false_twins_of_a_pair_are_refused(lie: str) -> None:
    refused(pair(), lie)


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ("Nothing unusual in 1,000 rows of 7 channels.", True),
        ("Nothing unusual in 1,000 rows.", True),
        ("Nothing unusual was found in 1,000 rows of 7 channels.", True),
        ("Nothing unusual was found in 1,100 rows of 7 channels.", False),
        ("Nothing unusual in 1,100 rows of 7 channels.", False),
        ("Nothing unusual in 1,000 rows of 8 channels.", False),
        ("Nothing unusual in 7 rows.", False),
        ("A spike of 4.2 ms or more in latency_ms would have been seen.", False),
        ("A spike of 2.1 ms or more in latency_ms would have been seen.", False),
        ("A spike of 2.1 ms or more in latency_ms would have passed unnoticed.", False),
        ("A spike of 4.2 ms or more in cpu would have been seen.", False),
    ],
)
def test_what_is_said_of_a_normal_series(said: str, passes: bool) -> None:
    evidence = sized()
    size = facts([("sample", "sample_size", "1,000 rows × 7 channels")])[0].model_copy(update={"id": "F99"})
    evidence = evidence.model_copy(update={"facts": (*evidence.facts, size)})
    outcomes = [s.verdict.outcome == "supported" for s in verify_text(said, evidence)]
    assert outcomes == [passes]


def checked(claims: list[Claim], evidence: Evidence, author: str) -> list[CheckedClaim]:
    """Claims as they are delivered."""
    return [CheckedClaim(claim=c, verdict=verify_claim(c, evidence), author=author) for c in claims]


def with_the_rest(claims: list[Claim], evidence: Evidence, author: str) -> list[CheckedClaim]:
    """What is delivered where somebody said this."""
    return with_unsaid(checked(claims, evidence, author), evidence, ENGLISH_SPEECH)


def test_the_summary_begins_with_the_headline_and_ids_stand_behind_it() -> None:
    evidence = series()
    claims = with_the_rest(write_claims(evidence), evidence, BUILTIN)
    size = headline_size(claims)
    summary = summarise(claims, evidence, headline=size)
    assert size == 2 and summary == " ".join(c.claim.text for c in claims[:2])
    assert "R1" not in summary and "0.0012" not in summary
    assert any("0.0012" in c.claim.text for c in claims[2:])


def test_a_model_without_a_headline_gets_the_built_in_one_and_its_own_words_take_their_place_in_it() -> None:
    evidence = series()
    built, (verdict,) = headline(evidence), (s.claim(evidence) for s in about_verdict(evidence) if s.topic == "verdict")
    claims = with_the_rest([verdict], evidence, "model")
    assert [c.author for c in claims[:3]] == [BUILTIN, BUILTIN, "model"]
    own = built[1].model_copy(update={"text": "cpu fell to 12 %; normal is 45 %."})
    claims = with_the_rest([verdict, own], evidence, "model")
    assert [c.claim for c in claims[:3]] == [built[0], own, verdict] and headline_size(claims) == 2
    assert [c.author for c in claims[:3]] == [BUILTIN, "model", "model"]
    told = " ".join(c.claim.text for c in claims)
    assert "R1 is a level shift" in told or "kind of anomaly in R1" in told


def test_the_most_telling_finding_comes_first() -> None:
    """A value outside what is expected, though a hole is less probable."""
    evidence = series()
    hole = evidence.facts[18].model_copy(update={"value": "missing data"})
    rest = tuple(hole if f.id == hole.id else f for f in evidence.facts if f.subject != "R1" or f.kind not in _MEASURED)
    assert texts(evidence.model_copy(update={"facts": rest}))[0].startswith("cpu dropped to 12 %")


_MEASURED = ("observed", "expected", "difference", "direction")
