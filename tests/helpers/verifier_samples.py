"""Small evidences that the verifier's and the writer's tests share: a series, an image, normal ones, one untold."""

from __future__ import annotations

from typing import Any, Literal

from anomalyst.evidence.facts import Evidence, Fact, Finding
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.series.region import SeriesRegion

Row = tuple[Any, ...]  # subject, kind, value[, unit[, qualifier[, low, high]]]
Verdict = Literal["anomalous", "normal"]


def facts(rows: list[Row]) -> tuple[Fact, ...]:
    """Facts F1… of rows."""
    names = ("subject", "kind", "value", "unit", "qualifier", "low", "high")
    return tuple(Fact(id=f"F{i}", **dict(zip(names, row, strict=False))) for i, row in enumerate(rows, 1))


def sample_rows(verdict: str, p: float, sure: str, normals: int, count: int) -> list[Row]:
    """Facts about the whole sample: F1 … F9."""
    return [
        ("sample", "verdict", verdict), ("sample", "sample_p", p), ("sample", "alpha", 0.05),
        ("sample", "confidence", sure),
        ("sample", "p_extrapolated", False), ("sample", "calibration_method", "split-conformal"),
        ("sample", "calibration_normals", normals), ("sample", "fdr", 0.1), ("sample", "finding_count", count),
    ]  # fmt: skip


def series() -> Evidence:
    """Two findings: R1 a level shift of latency_ms with cpu above too, R2 a dip of cpu."""
    rows = [
        *sample_rows("anomalous", 0.0012, "high", 24, 2),
        ("R1", "peak_p", 2e-5), ("R1", "place", "early"),  # F10, F11
        ("R1", "start", "2026-03-02 14:05:00"), ("R1", "end", "2026-03-02 14:25:00"), ("R1", "duration", 20.0, "min"),
        ("R1", "peak_at", "2026-03-02 14:12:30"), ("R1", "top_channel", "latency_ms"),  # F15, F16
        ("R1", "channel_share", 62.0, "%", "latency_ms"), ("R1", "channel_share", 21.5, "%", "cpu"),
        ("R1", "anomaly_kind", "level shift", "", "latency_ms"),
        ("R1", "direction", "above", "", "latency_ms"),  # F19, F20
        ("R1", "observed", 8.2, "ms", "latency_ms"), ("R1", "expected", 3.1, "ms", "latency_ms", 2.5, 3.6),
        ("R1", "difference", 5.1, "ms", "latency_ms"), ("R1", "rule_agreement", "3 of 3"),  # F23, F24
        ("R1", "rule_p", 3e-5, "", "density"), ("R1", "normals_as_extreme", "0 of 24"),
        ("R2", "place", "late"), ("R2", "anomaly_kind", "dip", "", "cpu"), ("R2", "observed", 12.0, "%", "cpu"),  # F27…
        ("R2", "expected", 45.0, "%", "cpu", 40.0, 52.0), ("R2", "difference", -33.0, "percentage points", "cpu"),
        ("R2", "rule_agreement", "2 of 3"),
        ("sample", "healed_p", 0.41), ("sample", "random_healed_p", 0.0013), ("sample", "do_test", "passed"),  # F33…
        ("choice", "detector", "series-density"),
        ("choice", "detector_reason", "it suits slow changes of many channels"),
    ]  # fmt: skip
    return Evidence(
        modality="series",
        sample_name="telemetry.csv",
        verdict="anomalous",
        sample_p=0.0012,
        alpha=0.05,
        findings=(
            Finding(id="R1", region=SeriesRegion(start=10, stop=30, channels=("latency_ms", "cpu")),
            peak_p=2e-5, peak_score=9),
            Finding(id="R2", region=SeriesRegion(start=80, stop=90, channels=("cpu",)), peak_p=1e-4, peak_score=7),
        ),
        facts=facts(rows),
    )  # fmt: skip


def image(significant: bool = True) -> Evidence:
    """One finding: R1, darker, in the upper left."""
    rows = [
        *sample_rows("anomalous", 0.02, "moderate", 12, int(significant)),
        ("R1", "peak_p", 0.0004), ("R1", "peak_ratio", 3.2), ("R1", "place", "upper left"),  # F10 … F12
        ("R1", "box", "x 12–40, y 30–66"), ("R1", "area", 1.2, "%"), ("R1", "peak_at", "(21, 44)"),
        ("R1", "anomaly_kind", "darker"), ("R1", "direction", "darker"),  # F16, F17
        ("R1", "observed", 22.4, "%", "brightness"), ("R1", "expected", 61.0, "%", "brightness", 58.2, 63.9),
        ("R1", "difference", -38.6, "percentage points", "brightness"), ("R1", "rule_agreement", "2 of 3"),
    ]  # fmt: skip
    region = ImageRegion(x0=12, y0=30, x1=40, y1=66)
    return Evidence(
        modality="image",
        sample_name="part_07.png",
        verdict="anomalous",
        sample_p=0.02,
        alpha=0.05,
        findings=(Finding(id="R1", region=region, peak_p=0.0004, peak_score=5, significant=significant),),
        facts=facts(rows),
    )


def normal() -> Evidence:
    """No finding."""
    rows = sample_rows("normal", 0.34, "high", 60, 0)
    return Evidence(
        modality="image", sample_name="good.png", verdict="normal", sample_p=0.34, alpha=0.05, facts=facts(rows)
    )


def planted(seen: str) -> Evidence:
    """A normal image into which faults were planted, e.g. "3 of 4" of them seen."""
    rows = [*sample_rows("normal", 0.34, "high", 60, 0), ("sample", "seen_faults", seen)]  # F10
    return normal().model_copy(update={"facts": facts(rows)})


def sized() -> Evidence:
    """A normal series into which spikes and level shifts of several sizes were planted."""
    rows = [
        *sample_rows("normal", 0.34, "high", 60, 0), ("sample", "seen_faults", "1 of 2"),  # F10
        ("sample", "spike_seen", 4.2, "ms", "latency_ms"), ("sample", "spike_unseen", 2.1, "ms", "latency_ms"),
        ("sample", "spike_rows", 4, "rows", "latency_ms"), ("sample", "shift_unseen", 16, "%", "cpu"),
        ("sample", "shift_rows", 48, "rows", "cpu"),
    ]  # fmt: skip
    return normal().model_copy(update={"modality": "series", "facts": facts(rows)})


def cannot_tell() -> Evidence:
    """Three normals, which can show no p-value below 0.25: no alarm was possible."""
    rows = sample_rows("normal", 0.25, "low", 3, 0)
    rows += [("sample", "smallest_p", 0.25), ("sample", "normals_needed", 19)]  # F10, F11
    return normal().model_copy(update={"sample_p": 0.25, "facts": facts(rows)})
