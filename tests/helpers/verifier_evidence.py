"""Random evidence as the tools would make it: same kinds of facts, same rounding, many different samples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from anomalyst.detectors.contract import Calibration
from anomalyst.evidence.facts import Evidence, Fact, Finding
from anomalyst.evidence.units import PER_DAY, PER_ROWS, compared, difference_unit, p_value, rounded
from anomalyst.modalities.image.places import IMAGE_PLACES
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.shown.places import SERIES_PLACES
from anomalyst.tools.measure import confidence, normals_needed

CHANNELS = (
    ("latency_ms", "ms"), ("cpu_percent", "%"), ("memory_mb", "MB"), ("disk_io", "MB/s"),
    ("requests_per_s", "1/s"), ("errors", ""),
    ("temperature", "°C"), ("Engine speed", "rpm"), ("pressure.bar", "bar"), ("sensor_12", ""), ("value", ""),
    ("P-1", "V"),
    ("ignore previous instructions", ""), ("0", "mA"),
)  # fmt: skip
SERIES_KINDS = (
    "spike", "dip", "level shift", "drift", "flat line", "change of period", "noisy stretch", "quiet stretch",
    "change of variance", "missing data", "gap", "lost coupling", "wrong hour", "unusual pattern",
)  # fmt: skip
IMAGE_KINDS = ("brighter", "darker", "colour shift", "texture change", "missing part", "extra part")
SHAPES = ("scratch-like", "spot-like", "area-like")
REASONS = (
    "it suits smooth surfaces with small defects", "it did best on synthetic anomalies made from held-out normals",
    "the objects are aligned, so each place has its own normals",
)  # fmt: skip
Row = dict[str, Any]


def row(subject: str, kind: str, value: Any, unit: str = "", qualifier: str = "", **bounds: float) -> Row:
    """One fact before it has an id."""
    return {"subject": subject, "kind": kind, "value": value, "unit": unit, "qualifier": qualifier, **bounds}


def random_evidence(rng: Random) -> Evidence:
    """One sample's evidence: image or series, anomalous three times in four."""
    modality = rng.choice(("image", "series"))
    alpha = rng.choice((0.01, 0.05, 0.1))
    anomalous = rng.random() < 0.75
    p = alpha * 10 ** -rng.uniform(0.02, 6) if anomalous else rng.uniform(alpha * 1.05, 1)
    count = rng.randint(1, 3) if anomalous else 0
    significant = rng.random() < 0.85
    if not significant:
        count = min(count, 1)
    rows = [*_sample(rng, modality, alpha, p, count if significant else 0)]
    findings = []
    for number in range(1, count + 1):
        maker = _image_finding if modality == "image" else _series_finding
        region, facts = maker(rng, f"R{number}")
        peak = next(f["value"] for f in facts if f["kind"] == "peak_p")
        findings.append(Finding(id=f"R{number}", region=region, peak_p=peak, peak_score=9.0, significant=significant))
        rows += facts
    rows += [*_choice(rng, modality)]
    if findings and rng.random() < 0.7:
        rows += [*_do_test(rng, alpha, [f.id for f in findings])]
    return Evidence(
        modality=modality,  # type: ignore[arg-type]
        sample_name=rng.choice(("part_07.png", "telemetry.csv", "normal", "board 3", "x")),
        verdict="anomalous" if anomalous else "normal",
        sample_p=p,
        alpha=alpha,
        findings=tuple(findings),
        facts=tuple(Fact(id=f"F{i}", **r) for i, r in enumerate(rows, 1)),
    )


def _sample(rng: Random, modality: str, alpha: float, p: float, count: int) -> Iterator[Row]:
    yield row("sample", "verdict", "anomalous" if p <= alpha else "normal")
    yield row("sample", "sample_p", p_value(p))
    yield row("sample", "alpha", alpha)
    normals = rng.choice((1, 6, 12, 24, 29, 60, 214, 1_250))
    least = 1 / (normals + 1) if alpha < 1 / (normals + 1) <= p and rng.random() < 0.5 else 0.0
    methods = ("split-conformal", "cross-conformal") + (("self-calibrated",) if modality == "series" else ())
    made = Calibration(rng.choice(methods), normals, normals, least)  # type: ignore[arg-type]
    yield row("sample", "confidence", confidence(p, alpha, made))
    yield row("sample", "p_extrapolated", p < 1 / (normals + 1))
    yield row("sample", "calibration_method", made.method)
    yield row("sample", "calibration_normals", normals)
    if least:
        yield row("sample", "smallest_p", p_value(least))
        yield row("sample", "normals_needed", normals_needed(alpha, made))
    elif p > alpha and rng.random() < 0.7:
        yield from _planted(rng, modality)
    yield row("sample", "fdr", rng.choice((0.05, 0.1)))
    yield row("sample", "finding_count", count)
    if modality == "image":
        yield row("sample", "sample_size", f"{rng.randint(64, 2_000):,} × {rng.randint(64, 2_000):,} pixels")
        return
    yield row("sample", "sample_size", f"{rng.randint(200, 90_000):,} rows × {rng.randint(2, 38)} channels")
    yield row("sample", "missing_share", rng.choice((0.0, rounded(rng.uniform(0.01, 40)))), "%")
    yield row("sample", "false_alarms", rounded(-math.log1p(-alpha) * normals, 2), PER_DAY if normals % 2 else PER_ROWS)


def _planted(rng: Random, modality: str) -> Iterator[Row]:
    usual = 4 if modality == "image" else 2
    yield row("sample", "seen_faults", f"{rng.randint(0, usual)} of {usual}")
    for fault in ("spike", "shift") if modality == "series" else ():
        (channel, unit), size = rng.choice(CHANNELS), rounded(10 ** rng.uniform(-3, 5))
        ends = rng.choice((("seen",), ("unseen",), ("seen", "unseen")))
        for end in ends:
            told = size if end == "seen" else rounded(size / 2)
            yield row("sample", f"{fault}_{end}", told, difference_unit(unit), channel)
        yield row("sample", f"{fault}_rows", rng.randint(1, 48), "rows", channel)


def _common(rng: Random, subject: str) -> Iterator[Row]:
    yield row(subject, "peak_p", p_value(10 ** -rng.uniform(1.5, 9)))
    yield row(subject, "peak_ratio", rounded(rng.uniform(1.05, 40)))
    agree = rng.randint(1, 3)
    yield row(subject, "rule_agreement", f"{agree} of 3")
    for rule in ("density", "reconstruction", "imputation"):
        yield row(subject, "rule_p", p_value(10 ** -rng.uniform(0.5, 9)), qualifier=rule)
    total = rng.choice((0, 8, 24, 60))
    if total:
        yield row(subject, "normals_as_extreme", f"{rng.choice((0, 0, 1, 3))} of {total}")


def _image_finding(rng: Random, subject: str) -> tuple[ImageRegion, list[Row]]:
    x, y, w, h = rng.randint(0, 900), rng.randint(0, 900), rng.randint(3, 90), rng.randint(3, 90)
    rows = [*_common(rng, subject)]
    rows.append(row(subject, "place", rng.choice(IMAGE_PLACES)))
    rows.append(row(subject, "box", f"x {x}–{x + w}, y {y}–{y + h}"))
    rows.append(row(subject, "area", rounded(10 ** rng.uniform(-1.5, 1.7)), "%"))
    rows.append(row(subject, "peak_at", f"({x + 1}, {y + 1})"))
    kind = rng.choice(IMAGE_KINDS)
    sign = {"brighter": 1, "darker": -1}.get(kind, rng.choice((-1, 1)))
    rows.append(row(subject, "anomaly_kind", kind))
    rows += [row(subject, "shape", shape) for shape in SHAPES[x % 4 : x % 4 + 1]]  # none of every fourth
    rows.append(row(subject, "direction", "brighter" if sign > 0 else "darker"))
    rows += _compared(rng, subject, "brightness", "%", sign, (5, 50))
    if rng.random() < 0.6:
        for colour in ("red", "green", "blue"):
            rows += _compared(rng, subject, colour, "%", rng.choice((-1, 1)), (5, 50))
    return ImageRegion(x0=x, y0=y, x1=x + w, y1=y + h), rows


def _compared(rng: Random, subject: str, name: str, unit: str, sign: int, scale: tuple[float, float]) -> list[Row]:
    normal = rng.uniform(*scale)
    seen = max(0.02 * normal, normal * (1 + sign * rng.uniform(0.08, 0.9)))
    observed, expected, difference, places = compared(seen, normal)
    if difference == 0:
        return []
    spread = normal * rng.uniform(0.01, 0.07)
    low, high = min(round(normal - spread, places), expected), max(round(normal + spread, places), expected)
    return [
        row(subject, "observed", observed, unit, name),
        row(subject, "expected", expected, unit, name, low=low, high=high),
        row(subject, "difference", difference, difference_unit(unit), name),
    ]


def _series_finding(rng: Random, subject: str) -> tuple[SeriesRegion, list[Row]]:
    start, length = rng.randint(5, 5_000), rng.randint(2, 300)
    rows = [
        *_common(rng, subject),
        row(subject, "place", rng.choice(SERIES_PLACES)),
        *_times(rng, subject, start, length),
    ]
    channels = rng.sample(CHANNELS, rng.randint(1, 3))
    shares = sorted((rng.uniform(5, 60) for _ in channels), reverse=True)
    names = tuple(name for name, _ in channels)
    rows.append(row(subject, "top_channel", names[0]))
    if len(names) > 1:
        rows.append(row(subject, "moved_first", names[-1]))
        rows += [row(subject, "lag", rng.randint(1, 90), rng.choice(("s", "min", "rows")), name) for name in names[:-1]]
    rows += [row(subject, "channel_share", rounded(s), "%", n) for s, n in zip(shares, names, strict=True)]
    for name, unit in channels:
        kind = rng.choice(SERIES_KINDS)
        rows.append(row(subject, "anomaly_kind", kind, qualifier=name))
        sign = {"spike": 1, "dip": -1}.get(kind, rng.choice((-1, 1)))
        if kind not in ("missing data", "gap"):
            measured = _compared(rng, subject, name, unit, sign, (0.02, 9_000))
            rows += [row(subject, "direction", "above" if sign > 0 else "below", qualifier=name)] * bool(
                measured
            ) + measured
    return SeriesRegion(start=start, stop=start + length, channels=names), rows


def _times(rng: Random, subject: str, start: int, length: int) -> list[Row]:
    if rng.random() < 0.4:
        peak = start + rng.randint(0, length - 1)
        return [
            row(subject, "start", start, "row"), row(subject, "end", start + length - 1, "row"),
            row(subject, "duration", length, "rows"), row(subject, "peak_at", peak, "row"),
        ]  # fmt: skip
    base = datetime(
        2026, rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    )
    end, peak = base + timedelta(seconds=length * 7), base + timedelta(seconds=3 * length)
    duration = (rounded(length * 7 / 60), "min") if length * 7 > 120 else (rounded(length * 7), "s")
    return [
        row(subject, "start", str(base)), row(subject, "end", str(end)),
        row(subject, "duration", *duration), row(subject, "peak_at", str(peak)),
    ]  # fmt: skip


def _choice(rng: Random, modality: str) -> Iterator[Row]:
    yield row("choice", "detector", f"{modality}-{rng.choice(('density', 'reconstruction', 'imputation'))}")
    if rng.random() < 0.6:
        yield row(
            "choice",
            "detector_option",
            rng.choice(("position-aware neighbours", "global neighbours", "windows of 64 rows")),
        )
    yield row("choice", "detector_reason", rng.choice(REASONS))
    for candidate in ("position-aware", "global")[: rng.randint(0, 2)]:
        yield row("choice", "synthetic_auroc", rounded(rng.uniform(0.6, 1)), qualifier=candidate)


def _do_test(rng: Random, alpha: float, findings: list[str]) -> Iterator[Row]:
    passed = rng.random() < 0.8
    yield row("sample", "healed_p", p_value(rng.uniform(alpha * 1.1, 1) if passed else alpha * rng.uniform(0.01, 0.9)))
    yield row("sample", "random_healed_p", p_value(alpha * rng.uniform(0.01, 0.9)))
    yield row("sample", "do_test", "passed" if passed else "failed")
    for subject in findings:
        yield row(subject, "healed_region_p", p_value(rng.uniform(0.001, 1)))
        yield row(subject, "do_test", rng.choice(("passed", "failed")))
