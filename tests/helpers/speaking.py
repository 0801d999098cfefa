"""Everything that can be said: evidence of all kinds of data, and all statements that hold of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from random import Random
from typing import Any

from anomalyst.agent.statements.book import Book
from anomalyst.evidence.facts import Evidence, Fact, Finding, Region
from anomalyst.evidence.sentences import Said
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.units import PER_DAY, PER_ROWS
from anomalyst.modalities.image.places import IMAGE_PLACES
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.shown.places import SERIES_PLACES
from anomalyst.tools.doubts import decided
from tests.helpers.verifier_evidence import IMAGE_KINDS, SERIES_KINDS, SHAPES, Row, random_evidence, row

COMPARED = ("observed", "expected", "difference", "duration", "area", "peak_ratio", "peak_p", "channel_share", "lag")
ENDS = (
    ("2026-03-08", "2026-03-09"),
    ("2025-12-31", "2026-01-01"),
    ("2026-03-08 11:40:00", "2026-03-08 14:10:00"),
    ("2026-03-08 11:40:00.250", "2026-03-08 11:40:00.750"),
    ("2025-12-31 23:50:00", "2026-01-01 00:10:00"),
    ("2026-03-08 11:40:00", "2026-03-08 11:40:00"),
    (3, 9),
    (5, 5),
    (0.5, 12.25),
)


def all_evidence(seeds: int) -> Iterator[Evidence]:
    """So many random samples, and what those lack: pairs, budgets, verdicts that cannot be given, ends of all sorts,
    values of 1, every place and kind."""
    yield from (random_evidence(Random(seed)) for seed in range(seeds))
    yield from _pairs()
    yield from _cannot_tell()
    yield from _budgets()
    yield from _series()
    yield from _images()


def statements(evidence: Evidence) -> list[Said]:
    """All statements that hold: what the writer tells, and what is computed from its arguments."""
    book = Book(evidence)
    judged = (book.judge(statement) for statement in _computed(evidence))
    return [*book.told, *(one.said for one in judged if one.said is not None)]


def _computed(evidence: Evidence) -> Iterator[Statement]:
    yield from _of_facts(evidence)
    yield from _of_findings([f.id for f in evidence.findings])
    kinds = [fact.id for fact in evidence.facts if fact.kind == "anomaly_kind"]
    yield from (Statement(predicate="of_kind", facts=(name,)) for name in kinds)
    yield from (Statement(predicate="at_level", level=level) for level in (0.001, 0.02, 0.2))
    yield from (Statement(predicate=predicate) for predicate in ("only_channels", "not_measured", "findings_are"))
    yield from (Statement(predicate="none_of", operator=asked, word=word) for asked, word in _ASKED)
    yield from (Statement(predicate="not_done", operator=what) for what in ("detector", "planted", "healing"))


def _of_facts(evidence: Evidence) -> Iterator[Statement]:
    for kind in COMPARED:
        alike = [fact.id for fact in evidence.facts if fact.kind == kind][:4]
        for pair in permutations(alike, 2):
            for predicate, operator in (("ratio", ""), ("difference", ""), *(("against", how) for how in _AGAINST)):
                yield Statement(predicate=predicate, operator=operator, facts=pair)
        for name in alike:
            for operator in ("largest", "smallest"):
                yield Statement(predicate="rank", operator=operator, facts=(name,))
        for some in (*combinations(alike, 2), tuple(alike)):
            yield Statement(predicate="sum", facts=some)


def _of_findings(findings: list[str]) -> Iterator[Statement]:
    for two in permutations(findings, 2):
        for operator in ("before", "after", "during", "same-time"):
            yield Statement(predicate="in_time", operator=operator, findings=two)
    for finding in findings:
        for operator in ("first", "last"):
            yield Statement(predicate="first_of_all", operator=operator, findings=(finding,))


_AGAINST = ("greater", "less", "equal")
_ASKED = (("kind", "level shift"), ("kind", "dark area"), ("place", "upper left"), ("place", "evening"))


def _evidence(modality: str, rows: list[Row], regions: dict[str, Region] | None = None, **more: Any) -> Evidence:
    anomalous = more.get("verdict", "anomalous") == "anomalous"
    p, alpha = more.get("p", 0.001 if anomalous else 0.4), 0.05
    significant = more.pop("significant", True)
    head = [
        row("sample", "verdict", "anomalous" if anomalous else "normal"),
        row("sample", "finding_count", len(regions or {}) if significant else 0),
    ]
    if not more.get("bare"):
        head += [row("sample", "sample_p", p), row("sample", "alpha", alpha), row("sample", "fdr", 0.05)]
    return Evidence(
        modality=modality,  # type: ignore[arg-type]
        sample_name="x",
        verdict="anomalous" if anomalous else "normal",
        sample_p=p,
        alpha=alpha,
        findings=tuple(
            Finding(id=name, region=region, peak_p=0.001, peak_score=3.0, significant=significant)
            for name, region in (regions or {}).items()
        ),
        facts=tuple(Fact(id=f"F{i}", **one) for i, one in enumerate(head + rows, 1)),
    )


def _pairs() -> Iterator[Evidence]:
    region = PairRegion(start=0, stop=6, **_BOX)
    for kind, words, nats, fitting in (
        ("unsupported words", "intact", -43.3, "missing"),
        ("unsupported words", "fully intact", -1.0, "missing"),
        ("unsupported words", "fully intact", -1.0, None),
        ("unsupported words", "intact", 2.5, None),
        ("unsupported words", "intact", -1.0, None),
        ("unsupported words", "intact", None, None),
        ("unrelated text", "a bolt", -12.0, None),
    ):
        rows = [
            row("sample", "information", -12.5, "nats"), row("sample", "information_error", 0.98, "nats"),
            row("sample", "nearest_caption", "a bolt without a head", qualifier="1"),
            row("sample", "unknown_words", "head, thread"), row("sample", "calibration_normals", 300),
            row("sample", "calibration_method", "split-conformal"), row("R1", "anomaly_kind", kind),
            row("R1", "words", words), row("R1", "place", "centre"), row("R1", "peak_p", 0.0001),
            row("sample", "healed_p", 0.5), row("sample", "random_healed_p", 0.002),
        ]  # fmt: skip
        if nats is not None:
            rows += [row("R1", "information", nats, "nats"), row("R1", "information_error", 1.0, "nats")]
        rows += [row("R1", "fitting_words", fitting)] if fitting else []
        yield _evidence("pair", rows, {"R1": region})
        yield _evidence("pair", rows, {"R1": region}, significant=False)
    for seen in ("0 of 4", "1 of 4", "4 of 4"):
        yield _evidence("pair", [row("sample", "seen_faults", seen)], verdict="normal")
    healed = [row("sample", "healed_p", 0.001), row("sample", "random_healed_p", 0.5)]
    for modality in ("pair", "image"):
        yield _evidence(modality, healed, {"R1": region})
        yield _evidence(modality, [], verdict="normal", bare=True)
        yield _evidence(modality, [], {"R1": region}, bare=True)
        yield _evidence(modality, [], {"R1": region, "R2": region}, bare=True)


def _cannot_tell() -> Iterator[Evidence]:
    for modality in ("image", "series", "pair"):
        for given, needed in ((1, 1), (0, 19), (14, 199)):
            rows = [
                row("sample", "smallest_p", 0.5), row("sample", "normals_needed", needed),
                row("sample", "calibration_normals", given), row("sample", "calibration_method", "self-calibrated"),
            ]  # fmt: skip
            yield _evidence(modality, rows, verdict="normal")
        for rate in (1.0, 2.5, 1_200.0):
            rows = [row("sample", "calibration_normals", 1), row("sample", "missing_share", 1.0, "%")]
            yield _evidence(modality, [*rows, row("sample", "false_alarms", rate, PER_DAY)], verdict="normal")
            yield _evidence(modality, [row("sample", "false_alarms", rate, PER_ROWS)], verdict="normal")
        alone = [row("sample", "calibration_method", "self-calibrated")]
        for known in (1, 14, 300):
            normals = [row("sample", "calibration_normals", known)]
            yield _evidence(modality, normals, verdict="normal")
            yield _evidence(modality, normals + alone, verdict="normal")
        yield _evidence(modality, alone, verdict="normal")
        for level in ("very high", "high", "moderate", "low"):
            yield _evidence(modality, [row("sample", "confidence", level)], verdict="normal")
        yield from doubted(modality)


def doubted(modality: str) -> Iterator[Evidence]:
    """Samples without an alarm that cannot be called normal, for each reason alone and beside another."""
    start = [row("sample", "confidence", "low"), row("sample", "doubt", "none")]
    few = [row("sample", "normals_needed", 19), row("sample", "calibration_normals", 3)]
    unlike = [row("sample", "unlike_normals", "it has 3 channels and its normals have 2")]
    alone = [row("sample", "calibration_method", "self-calibrated")]
    some, none, most = ([row("sample", "seen_faults", f"{seen} of 4")] for seen in (1, 0, 4))
    for rows in (few, [*few, row("sample", "smallest_p", 0.25)], [], some, none, alone + some, alone + none):
        for more in ([], unlike):
            yield decided(_evidence(modality, [*start, *more, *rows], verdict="normal"))
    for p in (0.06, 0.4):
        yield decided(_evidence(modality, [*start, *most, *few], verdict="normal", p=p))
        yield decided(_evidence(modality, [*start, *most], verdict="normal", p=p))


def _budgets() -> Iterator[Evidence]:
    for share in (None, "0 of 12", "1 of 12", "3 of 12"):
        for extra in ([], [row("choice", "estimated_time", 12.0, "s")]):
            over = [row("choice", "over_budget", 3.5, "s")] if share else []
            rows = [
                row("choice", "budget", 60, "s"), row("choice", "detector", "image-density"), *extra, *over,
                row("choice", "choice_reason", "it is the most accurate"), row("choice", "run_time", 63.5, "s"),
                row("choice", "synthetic_auroc", 0.9), row("choice", "synthetic_auroc", 0.8, qualifier="aligned"),
            ]  # fmt: skip
            yield _evidence("image", rows + ([row("choice", "within_budget", share)] if share else []))


def _series() -> Iterator[Evidence]:
    region = SeriesRegion(start=3, stop=9, channels=("a_1", "b_2"))
    for number, (start, end) in enumerate(ENDS):
        unit = "row" if isinstance(start, int) else ""
        for duration in ([], [row("R1", "duration", 1, "rows")]):
            kind = SERIES_KINDS[number % len(SERIES_KINDS)]
            rows = [row("R1", "start", start, unit), row("R1", "end", end, unit), *duration]
            rows += [row("R1", "peak_at", start, unit), row("R1", "peak_ratio", 2.0), *_channels(kind)]
            yield _evidence("series", rows, {"R1": region})
            later = [row("R2", "start", start, unit), row("R2", "end", end, unit), row("R2", "place", "late")]
            yield _evidence("series", rows + later, {"R1": region, "R2": region})
        yield _evidence("series", [row("R1", "start", start, unit), *_channels("gap")], {"R1": region})
    for place in SERIES_PLACES:
        for kind in SERIES_KINDS:
            yield _evidence("series", [row("R1", "place", place), *_channels(kind)], {"R1": region})
    for kind in SERIES_KINDS:
        for seen in (None, 3.0, 17.0, 40.0):
            rows = [row("R1", "anomaly_kind", kind, qualifier="a_1"), row("R1", "start", 3, "row")]
            rows += [row("R1", "end", 9, "row"), row("R1", "duration", 7, "rows")]
            if seen is not None:
                rows.append(row("R1", "observed", seen, "bar", "a_1"))
                rows.append(row("R1", "expected", 17.5, "bar", "a_1", low=16.0, high=19.0))
                rows.append(row("R1", "difference", seen - 17.5, "bar", "a_1"))
            yield _evidence("series", rows, {"R1": region})
    alone = [row("R1", "observed", 3.0, "bar", "a_1"), row("R1", "anomaly_kind", "flat line", qualifier="a_1")]
    yield _evidence("series", [*alone, row("R1", "observed", 2.0)], {"R1": region})
    yield _evidence("series", [row("sample", "sample_size", "200 rows × 1 channel")], verdict="normal")
    yield _evidence("series", [], verdict="normal")
    for number, p in product((1, 2, 3), (0.5, 0.01)):
        alone = row("R1", "first_healed_p", p, qualifier="a_1")
        rows = [row("R1", "rule_agreement", f"{number} of 3"), alone, *_channels("spike")]
        yield _evidence("series", rows, {"R1": region})
        rows = [row("R1", "rule_agreement", f"{number} of 2"), alone, *_channels("dip")]
        rows += [row("R1", "rule_p", 0.01, qualifier=f"series-{name}") for name in ("density", "reconstruction")]
        yield _evidence("series", rows, {"R1": region, "R2": region})


def _channels(kind: str) -> list[Row]:
    rows = [row("R1", "top_channel", "a_1"), row("sample", "sample_size", "1,560 rows × 7 channels")]
    for name, unit in (("a_1", "%"), ("b_2", "bar")):
        rows.append(row("R1", "anomaly_kind", kind, qualifier=name))
        rows.append(row("R1", "channel_share", 50.0, "%", name))
        rows.append(row("R1", "lag", 0.0, "s", name))
        if kind not in ("missing data", "gap"):
            rows.append(row("R1", "observed", 12_345.0, unit, name))
            rows.append(row("R1", "expected", 12_344.0, unit, name, low=12_343.0, high=12_345.5))
            rows.append(row("R1", "difference", 1.0, "percentage points" if unit == "%" else unit, name))
    return rows


def _images() -> Iterator[Evidence]:
    region = ImageRegion(**_BOX)
    for place in IMAGE_PLACES:
        for kind in IMAGE_KINDS:
            rows = [row("R1", "place", place), row("R1", "anomaly_kind", kind), row("R1", "area", 1.0, "%")]
            rows.append(row("R1", "direction", "brighter"))
            yield _evidence("image", rows, {"R1": region})
            yield _evidence("image", rows[:2], {"R1": region})
            for shape in SHAPES:
                yield _evidence("image", [*rows, row("R1", "shape", shape)], {"R1": region})
        taken = "the image is less sharp than its normals: it was held against normals made so"
        yield _evidence("image", [row("sample", "retaken", taken)], verdict="normal")
        for significant in (True, False):
            whole = [row("sample", "whole_differs", True), *rows]
            yield _evidence("image", whole, {"R1": region}, significant=significant)
            whole.append(row("sample", "do_test", "not applicable"))
            yield _evidence("image", whole, {"R1": region}, significant=significant)
    for red, green, blue in (
        (5, 5, 5), (50, 50, 50), (95, 95, 95), (50, 25, 5), (90, 10, 10), (90, 45, 5), (90, 90, 5), (5, 90, 5),
        (5, 5, 90), (60, 5, 90), (90, 5, 60),
    ):  # fmt: skip
        rows = [row("R1", "place", "centre"), row("R1", "area", 2.0, "%")]
        for name, value in (("red", red), ("green", green), ("blue", blue), ("brightness", red)):
            usual = 100.0 - value
            rows += [row("R1", "observed", float(value), "%", name), row("R1", "expected", usual, "%", name)]
            rows.append(row("R1", "difference", value - usual, "percentage points", name))
        for kind, shape in product(IMAGE_KINDS, ("", *SHAPES)):
            shaped = [row("R1", "shape", shape)] if shape else []
            yield _evidence("image", [*rows, row("R1", "anomaly_kind", kind), *shaped], {"R1": region})


_BOX: Any = {"x0": 3, "y0": 4, "x1": 30, "y1": 40}
