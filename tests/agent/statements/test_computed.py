"""Predicates that are computed from their arguments: true, false, and arguments that cannot be used."""

from __future__ import annotations

from typing import Any

from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.checking import check_claim
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.statements import Statement
from anomalyst.modalities.series.region import SeriesRegion
from tests.helpers.verifier_samples import cannot_tell, facts, image, normal, sample_rows, series


def judged(evidence: Evidence, predicate: str, *names: str, operator: str = "", level: float | None = None) -> Any:
    """The judgement on a statement about these facts and findings."""
    of = tuple(name for name in names if name[0] == "F")
    statement = Statement(
        predicate=predicate,
        facts=of,
        findings=tuple(name for name in names if name[0] == "R"),
        operator=operator,
        level=level,
    )
    return Book(evidence).judge(statement)


def text(evidence: Evidence, predicate: str, *names: str, **arguments: Any) -> str:
    """How a statement that holds is worded; its claim passes the check, and with another number it does not."""
    said = judged(evidence, predicate, *names, **arguments).said
    assert said is not None
    claim = said.claim(evidence)
    assert check_claim(claim, evidence).outcome == "supported"
    assert check_claim(claim.model_copy(update={"text": f"{claim.text[:-1]}7."}), evidence).outcome != "supported"
    for derived in said.derived:
        wrong = (derived.model_copy(update={"value": derived.value + 1}),)
        assert check_claim(claim.model_copy(update={"derived": wrong}), evidence).outcome == "contradicted"
    return str(claim.text)


def outcome(evidence: Evidence, predicate: str, *names: str, **arguments: Any) -> tuple[str, str]:
    judgement = judged(evidence, predicate, *names, **arguments)
    assert judgement.said is None and judgement.reason
    return judgement.outcome, judgement.reason


def findings(*rows: tuple[Any, ...], count: int = 2) -> Evidence:
    """A series with so many findings and facts of them, from F10."""
    found = [
        Finding(
            id=f"R{n}", region=SeriesRegion(start=9 * n, stop=9 * n + 5, channels=("a",)), peak_p=0.01, peak_score=5
        )
        for n in range(1, count + 1)
    ]
    return Evidence(
        modality="series", sample_name="x", verdict="anomalous", sample_p=0.001, alpha=0.05, findings=tuple(found),
        facts=facts([*sample_rows("anomalous", 0.001, "high", 24, count), *rows]),
    )  # fmt: skip


TIMED = findings(
    ("R1", "start", "2026-03-02 14:05:00"), ("R1", "end", "2026-03-02 14:25:00"),
    ("R2", "start", "2026-03-02 14:10:00"), ("R2", "end", "2026-03-02 14:20:00"),
    ("R3", "start", "2026-03-02 14:05:00"), ("R3", "end", "2026-03-02 15:05:00"), count=3,
)  # fmt: skip
MIXED = findings(("R1", "start", "2026-03-02 14:05:00"), ("R2", "start", 120, "row"))
SIZES = findings(
    ("R1", "duration", 20.0, "min"), ("R2", "duration", 0.0, "min"), ("R3", "duration", 20.0, "min"),  # F10 … F12
    ("R1", "difference", -5.0, "ms", "a"), ("R2", "difference", 3.0, "ms", "a"), ("R3", "difference", 1.0, "s", "a"),
    ("R1", "peak_ratio", 6.0), ("R2", "peak_ratio", 2.0), ("R3", "peak_ratio", 3.0), count=3,  # F16 … F18
)  # fmt: skip


def test_a_ratio() -> None:
    assert text(series(), "ratio", "F21", "F22") == (
        "The value of latency_ms in R1 is 2.65 times the usual value of latency_ms in R1."
    )
    said = judged(series(), "ratio", "F21", "F22").said
    assert [(d.id, d.value, d.unit) for d in said.derived] == [("ratio(F21, F22)", 2.65, "times")]
    assert outcome(SIZES, "ratio", "F10", "F11") == ("unverifiable", "a ratio is only told of two numbers above 0")
    assert " 1.67 times " in text(SIZES, "ratio", "F13", "F14")  # of deviations the sizes count: 5 and 3
    assert "cannot be compared" in outcome(SIZES, "ratio", "F14", "F15")[1]  # ms and s
    assert "cannot be compared" in outcome(series(), "ratio", "F18", "F29")[1]  # a share and a value, both in percent
    for names in (("F21",), ("F21", "F1"), ("F1", "F5"), ()):
        assert outcome(series(), "ratio", *names)[0] == "unverifiable"


def test_a_difference() -> None:
    told = text(series(), "difference", "F29", "F30", operator="less")
    assert told == "The value of cpu in R2 is 33 percentage points below the usual value of cpu in R2."
    assert text(series(), "difference", "F29", "F30") == told  # the operator may be left out
    assert outcome(series(), "difference", "F29", "F30", operator="more") == (
        "contradicted", "the difference is -33, so the operator is 'less'"
    )  # fmt: skip
    assert "above" in text(series(), "difference", "F30", "F29", operator="more")
    assert text(SIZES, "difference", "F10", "F12") == "The duration of R1 equals the duration of R3."
    assert outcome(SIZES, "difference", "F10", "F12", operator="more")[0] == "contradicted"


def test_a_sum() -> None:
    assert text(series(), "sum", "F17", "F18") == (
        "Together, latency_ms and cpu account for 83.5 % of the score of R1."
    )
    for names in (("F17",), ("F21", "F22"), ("F17", "F29")):
        assert outcome(series(), "sum", *names)[0] == "unverifiable"
    areas = findings(("R1", "area", 1.2, "%"), ("R2", "area", 2.0, "%"), ("R2", "area", 3.0, "%"))
    assert text(areas, "sum", "F10", "F11") == "Together, R1 and R2 cover 3.2 % of the image."
    assert outcome(areas, "sum", "F10", "F11", "F12")[0] == "unverifiable"  # two of one finding


def test_an_order_in_time() -> None:
    for names, operator in (
        (("R1", "R2"), "before"), (("R2", "R1"), "after"), (("R2", "R1"), "during"), (("R1", "R3"), "same-time"),
        (("R1", "R3"), "during"),
    ):  # fmt: skip
        assert text(TIMED, "in_time", *names, operator=operator).startswith(names[0])
    for names, operator in (
        (("R1", "R2"), "after"), (("R2", "R1"), "before"), (("R1", "R2"), "during"), (("R1", "R2"), "same-time"),
        (("R1", "R1"), "before"),
    ):  # fmt: skip
        assert outcome(TIMED, "in_time", *names, operator=operator)[0] == "contradicted"
    assert outcome(MIXED, "in_time", "R1", "R2", operator="before")[0] == "unverifiable"  # a time and a row
    assert outcome(series(), "in_time", "R1", "R2", operator="before")[0] == "unverifiable"  # R2 has none
    for names, operator in ((("R1",), "before"), (("R1", "R2"), ""), (("R1", "R2"), "above")):
        assert outcome(TIMED, "in_time", *names, operator=operator)[0] == "unverifiable"


def test_the_first_of_all() -> None:
    rows = findings(("R1", "start", 9, "row"), ("R2", "start", 120, "row"), ("R3", "start", 60, "row"), count=3)
    assert "first of three" in text(rows, "first_of_all", "R1", operator="first")
    assert "last of three" in text(rows, "first_of_all", "R2", operator="last")
    assert outcome(rows, "first_of_all", "R3", operator="first")[0] == "contradicted"
    assert outcome(TIMED, "first_of_all", "R1", operator="first")[0] == "contradicted"  # R3 began at the same time
    alone = findings(("R1", "start", 9, "row"), count=1)
    for evidence in (alone, MIXED, series()):
        assert outcome(evidence, "first_of_all", "R1", operator="first")[0] == "unverifiable"


def test_one_fact_against_another() -> None:
    assert text(series(), "against", "F21", "F22", operator="greater").endswith(": 8.2 ms, against 3.1 ms.")
    assert text(SIZES, "against", "F13", "F14", operator="greater").endswith(": 5 ms, against 3 ms.")
    assert text(SIZES, "against", "F10", "F12", operator="equal")
    for operator in ("less", "equal"):
        assert outcome(series(), "against", "F21", "F22", operator=operator)[0] == "contradicted"
    assert outcome(SIZES, "against", "F14", "F15", operator="less")[0] == "unverifiable"
    assert outcome(series(), "against", "F21", "F22")[0] == "unverifiable"


def test_a_rank() -> None:
    assert "largest of three" in text(SIZES, "rank", "F16", operator="largest")
    assert "smallest of three" in text(SIZES, "rank", "F17", operator="smallest")
    assert outcome(SIZES, "rank", "F18", operator="largest")[0] == "contradicted"
    assert outcome(SIZES, "rank", "F10", operator="largest")[0] == "contradicted"  # R3 lasts as long
    assert outcome(SIZES, "rank", "F13", operator="largest")[0] == "unverifiable"  # ms among s
    assert outcome(image(), "rank", "F14", operator="largest")[0] == "unverifiable"  # the only finding
    assert outcome(series(), "rank", "F16", operator="largest")[0] == "unverifiable"  # a name


def test_how_many_are_of_a_kind() -> None:
    assert text(series(), "of_kind", "F19", operator="some") == "One of two findings is of the kind level shift."
    assert outcome(series(), "of_kind", "F19", operator="all")[0] == "contradicted"
    same = findings(("R1", "anomaly_kind", "spike"), ("R2", "anomaly_kind", "spike"))
    assert text(same, "of_kind", "F10", operator="all") == "All two findings are of the kind spike."
    assert outcome(same, "of_kind", "F10", operator="some")[0] == "contradicted"
    assert text(image(), "of_kind", "F16") == "The only finding is of the kind darker."
    assert outcome(image(), "of_kind", "F16", operator="some")[0] == "contradicted"
    for names in ((), ("F1",), ("F19", "F28")):
        assert outcome(series(), "of_kind", *names)[0] == "unverifiable"


def test_that_no_other_channel_was_flagged() -> None:
    assert outcome(series(), "only_channels")[0] == "unverifiable"  # how many there are is not known
    sized = findings(
        ("sample", "sample_size", "1,000 rows × 7 channels"), ("R1", "channel_share", 60.0, "%", "a"), count=1
    )
    assert text(sized, "only_channels", "F11") == 'Of 7 channels, only "a" stood out.'
    many = findings(
        ("sample", "sample_size", "1,000 rows × 20 channels"),
        *(("R1", "channel_share", 5.0, "%", f"c{n}") for n in range(13)), count=1,
    )  # fmt: skip
    of_many = many.findings[0].region.model_copy(update={"channels": tuple(f"c{n}" for n in range(13))})
    many = many.model_copy(update={"findings": (many.findings[0].model_copy(update={"region": of_many}),)})
    assert text(many, "only_channels").startswith("Of 20 channels, only c0, c1")
    other = findings(
        ("sample", "sample_size", "1,000 rows × 7 channels"), ("R1", "channel_share", 60.0, "%", "a"),
        ("R1", "observed", 2.0, "", "b"), count=1,
    )  # fmt: skip
    assert outcome(other, "only_channels", "F12")[0] == "contradicted"


def test_another_alarm_level() -> None:
    assert "would be called normal" in text(series(), "at_level", level=0.001)
    assert "would be anomalous" in text(series(), "at_level", level=0.01, operator="anomalous")
    assert "would be anomalous" in text(series(), "at_level", level=0.0012)  # as a run at this level decides
    assert outcome(series(), "at_level", level=0.01, operator="normal")[0] == "contradicted"
    for level in (None, 0.0, 1.0, -1.0):
        assert outcome(series(), "at_level", level=level)[0] == "unverifiable"


def test_that_something_was_not_measured() -> None:
    for evidence in (series(), normal(), cannot_tell()):
        assert text(evidence, "not_measured") == "That cannot be answered from what was measured."
