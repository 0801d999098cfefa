"""Runs made by hand for tests: an image with a dark blob, a series with a level shift, a pair with a wrong word; every
kind of claim in each."""

from __future__ import annotations

import numpy as np

from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.evidence.claims import CheckedClaim, Claim, Explanation, Verdict
from anomalyst.evidence.facts import Evidence, Fact, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, Repair, WordScore
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores

REPLAY = {"input": "part.png", "input_sha256": "ab" * 32, "detector": "detector", "alpha": 0.05, "fdr": 0.05, "seed": 0}
EVENTS = [
    {"kind": "looked", "message": "Looked at the input.", "data": {}},
    {"kind": "published", "message": "Published the explanation.", "data": {"claims": 3}},
]


def checked(text: str, cites: tuple[str, ...], kind: str, attempts: tuple[str, ...] = ()) -> CheckedClaim:
    claim = Claim.model_validate({"text": text, "cites": cites, "kind": kind})
    return CheckedClaim(
        claim=claim, verdict=Verdict(outcome="supported", facts=cites), author="builtin", attempts=attempts
    )


def image_record(size: int = 160) -> RunRecord:
    """A grey noise texture with a dark disc, found as R1."""
    rng = np.random.default_rng(0)
    rows, cols = np.mgrid[:size, :size]
    normal = 0.55 + 0.08 * np.sin(cols / 5) + rng.normal(0, 0.03, (size, size))
    disc = (rows - 0.3 * size) ** 2 + (cols - 0.7 * size) ** 2 < (0.12 * size) ** 2
    grey = np.rint(np.clip(np.where(disc, 0.2, normal), 0, 1) * 255).astype(np.float32) / np.float32(255)
    expected = np.repeat((0.55 + 0.08 * np.sin(cols / 5))[..., None], 3, axis=2).astype(np.float32)
    scores = (disc * 6.0 + rng.gamma(2, 0.4, disc.shape)).astype(np.float32)
    p_values = np.where(disc, 1e-6, 0.4).astype(np.float32)
    score_map = ScoreMap(
        "image", scores, p_values, 8.2, 0.0031, True, expected,
        (expected + rng.normal(0, 0.03, (4, *expected.shape))).astype(np.float32),
        Calibration("split-conformal", 40, 40 * size * size),
        {"density": RuleScore(scores, p_values, 8.2, 0.0031)},
    )  # fmt: skip
    ys, xs = np.flatnonzero(disc.any(1)), np.flatnonzero(disc.any(0))
    region = ImageRegion(x0=int(xs[0]), y0=int(ys[0]), x1=int(xs[-1]) + 1, y1=int(ys[-1]) + 1)
    facts = _facts(
        ("sample", "verdict", "anomalous", ""), ("sample", "sample_p", 0.0031, ""), ("sample", "alpha", 0.05, ""),
        ("sample", "confidence", "high", ""), ("R1", "place", "upper right", ""), ("R1", "area", 4.5, "%"),
        ("R1", "box", "x 93–131, y 29–67", ""), ("R1", "anomaly_kind", "darker", ""),
        ("R1", "observed", 51.0, "grey levels", "brightness"),
        ("R1", "expected", 140.0, "grey levels", "brightness", 133.0, 148.0),
        ("R1", "rule_agreement", "3 of 3", ""), ("sample", "healed_p", 0.62, ""),
        ("sample", "random_healed_p", 0.0031, ""), ("sample", "do_test", "passed", ""),
    )  # fmt: skip
    evidence = Evidence(
        modality="image", sample_name="part.png", verdict="anomalous", sample_p=0.0031, alpha=0.05,
        findings=(Finding(id="R1", region=region, peak_p=1e-6, peak_score=9.1),), facts=facts,
    )  # fmt: skip
    sample = ImageSample(
        np.repeat(grey[..., None], 3, axis=2),
        name="part.png",
        grey=True,
        notes=("Transparent parts were laid over white.",),
    )
    return RunRecord(_explanation(evidence, "darker", "image-density"), sample, score_map, {"R1": disc}, REPLAY, EVENTS)


def series_record(length: int = 1500) -> RunRecord:
    """Three channels a minute apart; `cpu` shifts up at two thirds, `mem` has a gap before it."""
    rng = np.random.default_rng(1)
    time = np.arange(length)
    base = np.stack([40 + 10 * np.sin(time / 60), 8 + time / length, np.full(length, 3.0)], axis=1)
    values = base + rng.normal(0, [1.5, 0.1, 0.2], base.shape)
    start, stop = int(length * 0.66), int(length * 0.66) + max(4, length // 12)
    values[start:stop, 0] += 22
    values[length // 3 : length // 3 + length // 25, 1] = np.nan
    mask = np.zeros(length, dtype=bool)
    mask[start:stop] = True
    p_values = np.where(mask, 1e-5, rng.uniform(0.01, 1, length)).astype(np.float32)
    blame = np.abs(np.nan_to_num(values - base)).astype(np.float32)
    score_map = ScoreMap(
        "series", blame.sum(1), p_values, 22.0, 0.012, False, base.astype(np.float32),
        (base + rng.normal(0, [1.5, 0.1, 0.2], (16, *base.shape))).astype(np.float32),
        Calibration("self-calibrated", 99, length), {"density": RuleScore(blame.sum(1), p_values, 22.0, 0.012)},
        SeriesScores(blame),
    )  # fmt: skip
    region = SeriesRegion(start=start, stop=stop, channels=("cpu",))
    facts = _facts(
        ("sample", "verdict", "anomalous", ""), ("sample", "sample_p", 0.012, ""), ("sample", "alpha", 0.05, ""),
        ("sample", "confidence", "moderate", ""), ("R1", "start", "2025-03-01 16:30", ""),
        ("R1", "end", "2025-03-01 18:34", ""), ("R1", "duration", 125, "min"),
        ("R1", "anomaly_kind", "level shift", ""),
        ("R1", "observed", 61.8, "%", "cpu"), ("R1", "expected", 39.7, "%", "cpu", 37.2, 42.1),
        ("R1", "channel_share", 93.0, "%", "cpu"), ("R1", "direction", "above", ""),
    )  # fmt: skip
    evidence = Evidence(
        modality="series", sample_name="server.csv", verdict="anomalous", sample_p=0.012, alpha=0.05,
        findings=(Finding(id="R1", region=region, peak_p=1e-5, peak_score=24.0),), facts=facts,
    )  # fmt: skip
    index = np.datetime64("2025-03-01", "ns") + time * np.timedelta64(1, "m")
    sample = SeriesSample(
        values, ("cpu", "mem", "disk"), index, ("%", "GB", ""), name="server.csv", notes=("3 rows were put in order.",)
    )
    return RunRecord(
        _explanation(evidence, "level shift", "series-density"), sample, score_map, {"R1": mask}, REPLAY, EVENTS
    )


def pair_record(text: str = "Acme red square plate", size: int = 48) -> RunRecord:
    """A blue square whose text calls it red: the second word is R1."""
    pixels = np.full((size, size, 3), 0.55, np.float32)
    pixels[10:26, 20:36] = (0.1, 0.2, 0.9)
    starts = [i for i in range(len(text)) if text[i] != " " and (i == 0 or text[i - 1] == " ")]
    spans = [(start, (text + " ").index(" ", start)) for start in starts]
    shares = [0.0, -2.1, 0.9, 0.3]
    words = tuple(
        WordScore(text[a:b], a, b, share, 0.2, 0.001 if share < 0 else 0.6, known=n > 0)
        for n, ((a, b), share) in enumerate(zip(spans, shares, strict=False))
    )
    mask = np.zeros((size, size), dtype=bool)
    mask[10:26, 20:36] = True
    maps = np.zeros((len(words), 6, 6), np.float32)
    maps[1, 1:3, 2:4] = 1
    scores = mask.astype(np.float32)
    score_map = ScoreMap(
        "pair", scores, np.where(mask, 0.001, 0.5).astype(np.float32), 2.1, 0.004, False, pixels, pixels[None],
        Calibration("cross-conformal", 300, 1200), {},
        PairScores(-0.9, 0.3, words, maps, ("Acme blue square plate",), (Repair(1, "blue", 0.6),)),
    )  # fmt: skip
    start, stop = spans[1]
    region = PairRegion(start=start, stop=stop, x0=20, y0=10, x1=36, y1=26)
    facts = _facts(
        ("sample", "verdict", "anomalous", ""), ("sample", "sample_p", 0.004, ""), ("sample", "alpha", 0.05, ""),
        ("sample", "confidence", "high", ""), ("R1", "words", text[start:stop], ""),
        ("R1", "anomaly_kind", "unsupported words", ""), ("R1", "fitting_words", "blue", ""),
        ("R1", "place", "upper centre", ""), ("R1", "information", -2.1, "nats"),
    )  # fmt: skip
    evidence = Evidence(
        modality="pair", sample_name="plate.png", verdict="anomalous", sample_p=0.004, alpha=0.05,
        findings=(Finding(id="R1", region=region, peak_p=0.001, peak_score=2.1),), facts=facts,
    )  # fmt: skip
    sample = PairSample(ImageSample(pixels, name="plate.png"), text, name="plate.png")
    explanation = _explanation(evidence, "case of unsupported words", "pair-embedding")
    return RunRecord(explanation, sample, score_map, {"R1": mask}, REPLAY, EVENTS)


def _facts(*rows: tuple) -> tuple[Fact, ...]:
    names = ("subject", "kind", "value", "unit", "qualifier", "low", "high")
    return tuple(Fact(id=f"F{n}", **dict(zip(names, row, strict=False))) for n, row in enumerate(rows, 1))


def _explanation(evidence: Evidence, kind: str, detector: str) -> Explanation:
    kind_id = next(f.id for f in evidence.facts if f.kind == "anomaly_kind")
    return Explanation(
        summary=f"{evidence.sample_name} is anomalous (p = {evidence.sample_p}): one finding, a {kind}.",
        verdict=evidence.verdict, p_value=evidence.sample_p, confidence=str(evidence.facts[3].value), evidence=evidence,
        claims=(
            checked(f"The sample is anomalous at p = {evidence.sample_p}.", ("F1", "F2"), "observation"),
            checked(f"R1 is a {kind}.", (kind_id,), "observation", ("R1 is a purple dot.",)),
        ),
        possible_causes=(checked("R1 may come from a worn tool.", (kind_id,), "hypothesis"),),
        next_actions=(checked("Inspect R1 by eye.", (kind_id,), "recommendation"),),
        llm="builtin", detector=detector, seed=0, question="Is this part fine?",
    )  # fmt: skip
