"""The fused detectors: combined p-values, each member's vote by name, and words that stay true of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from anomalyst import Anomalyst, Explanation, verify
from anomalyst.detectors.calibration.combine import cauchy, harmonic
from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.methods import fusion as fusion_detector
from anomalyst.detectors.methods.fusion import FusionDetector
from anomalyst.detectors.registry import detector_class, load_detector, raters
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.series.healing import heal_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.tools.workbench import build_detector
from tests.helpers.detectors import ImageFusion, SeriesFusion

MEMBERS = ("series-density", "series-imputation")


def series(seed: int, fault: bool = False) -> SeriesSample:
    """Two noisy sines; the fault lifts the second by 4 amplitudes over rows 300-330."""
    rng = np.random.default_rng(seed)
    time = np.arange(500.0)
    values = np.stack([np.sin(time / 6), np.cos(time / 6)], 1) + 0.1 * rng.normal(size=(500, 2))
    if fault:
        values[300:330, 1] += 4
    return SeriesSample(values, ("a", "b"), time, name=f"series {seed}")


@cache
def fitted() -> FusionDetector:
    return SeriesFusion(seed=3).fit([series(0), series(1)])


@cache
def scored() -> ScoreMap:
    return fitted().score(series(5, fault=True))


def test_members_are_what_they_are_alone_and_their_votes_are_kept() -> None:
    assert tuple(scored().rules) == MEMBERS
    for name in MEMBERS:
        alone = detector_class(name)(seed=3).fit([series(0), series(1)]).score(series(5, fault=True))
        vote = scored().rules[name]
        np.testing.assert_array_equal(vote.scores, alone.scores)
        np.testing.assert_array_equal(vote.p_values, alone.p_values)
        assert (vote.sample_score, vote.sample_p) == (alone.sample_score, alone.sample_p)


@pytest.mark.parametrize(("combine", "rule"), [("cauchy", cauchy), ("harmonic", harmonic)])
def test_p_values_are_combined_and_scores_are_decades_of_them(combine: str, rule: object) -> None:
    fused = SeriesFusion(combine=combine, seed=3)  # type: ignore[arg-type]
    fused.members_ = fitted().members_
    found = fused.score(series(5, fault=True))
    votes = list(found.rules.values())
    expected = fusion_detector.COMBINERS[combine]([v.p_values for v in votes])
    np.testing.assert_allclose(found.p_values, expected, rtol=1e-5)
    assert found.sample_p == pytest.approx(float(rule([v.sample_p for v in votes])))  # type: ignore[operator]
    assert np.abs(found.scores + np.log10(found.p_values)).max() < 0.2
    first = votes[0].scores
    most = np.flatnonzero(found.p_values == found.p_values.min())
    assert found.scores[most].argmax() == first[most].argmax()


def test_expected_values_and_healing_are_the_first_members() -> None:
    first = fitted().members_[MEMBERS[0]].score(series(5, fault=True))
    np.testing.assert_array_equal(scored().expected, first.expected)
    np.testing.assert_array_equal(channel_scores(scored()), channel_scores(first))
    assert replace(scored().calibration, smallest=0) == replace(first.calibration, smallest=0)
    mask = np.zeros(500, dtype=bool)
    mask[300:330] = True
    healed = heal_region(fitted(), series(5, fault=True), mask)
    assert isinstance(healed, SeriesSample) and np.abs(healed.values[mask]).max() < 2


def test_the_least_p_values_stay_above_zero() -> None:
    assert np.float32(fitted()._combined([np.array([0.0]), np.array([0.0])])[0]) > 0


def test_a_fitted_tail_counts_only_below_what_normals_show() -> None:
    from dataclasses import replace

    tail = replace(scored(), extrapolated=True)
    least = 1 / (tail.calibration.normals + 1)
    assert fusion_detector._extrapolated(least / 2, [tail, tail])
    assert not fusion_detector._extrapolated(least, [tail, tail])
    assert not fusion_detector._extrapolated(least / 2, [replace(tail, extrapolated=False)] * 2)


def test_progress_never_goes_back() -> None:
    told: list[tuple[int, int]] = []
    fused = ImageFusion(members=("image-density", "image-imputation"))
    fused.on_step = lambda done, total, loss=None: told.append((done, total))
    for place in range(2):
        step = fused._progress(place)
        assert step is not None
        for done in range(1, 4):
            step(done, 3)
    assert told == [(k, 6) for k in range(1, 7)]


@pytest.mark.parametrize(
    "options",
    [
        {"members": ["series-density"]},
        {"members": ["series-density", "series-density"]},
        {"members": ["series-density", "image-density"]},
        {"members": ["series-density", "series-fusion"]},
        {"members": ["series-density", "nope"]},
        {"combine": "mean"},
    ],
)
def test_bad_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match="got"):
        SeriesFusion(**options)  # type: ignore[arg-type]


def test_the_backbone_goes_to_those_who_take_it_and_states_fit_their_members(tmp_path: Path) -> None:
    fused = build_detector("image-fusion", "some/backbone", 4)
    assert isinstance(fused, ImageFusion)
    assert {fused._new(name).config()["backbone"] for name in fused.members} == {"some/backbone"}
    fitted().save_pretrained(tmp_path)
    assert isinstance(load_detector(tmp_path), SeriesFusion)
    with pytest.raises(ModelError, match="fit the detector again"):
        SeriesFusion(members=MEMBERS[::-1]).load_state(fitted().state())
    with pytest.raises(InputError, match="not fitted"):
        ImageFusion().score(series(0))


def test_without_normals_a_series_is_its_own_reference() -> None:
    found = SeriesFusion().fit([]).score(series(5, fault=True))
    assert found.calibration.method == "self-calibrated" and 290 <= found.scores.argmax() <= 340


@cache
def explained(detector: str) -> Explanation:
    frames = [sample.values for sample in (series(5, fault=True), series(0))]
    import pandas as pd

    sample, normal = (pd.DataFrame(values, columns=["a", "b"]) for values in frames)
    explanation = list(Anomalyst().stream(sample, normal, detector=detector))[-1].explanation
    assert explanation is not None
    return explanation


def outcome(text: str, detector: str) -> str:
    return verify(text, explained(detector).evidence)[0].verdict.outcome


def test_facts_name_the_members_and_every_sentence_is_supported() -> None:
    evidence = explained("series-fusion").evidence
    assert {f.qualifier for f in evidence.facts if f.kind == "rule_p"} == set(MEMBERS)
    assert "2 of 2" in {f.value for f in evidence.facts if f.kind == "rule_agreement"}
    claims = explained("series-fusion").claims
    assert all(c.verdict.outcome == "supported" for c in claims)
    texts = " ".join(c.claim.text for c in claims)
    assert "score rule" not in texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Both detectors flag R1.", "supported"),
        ("All detectors agree on R1.", "supported"),
        ("2 of 2 detectors flag R1.", "supported"),
        ("Both score rules flag R1.", "contradicted"),
        ("2 of 2 score rules flag R1.", "contradicted"),
        ("1 of 2 detectors flags R1.", "contradicted"),
        ("All three detectors flag R1.", "contradicted"),
        ("Not all detectors flag R1.", "unverifiable"),
        ("In R1, the smallest p-value by series-imputation is {p}.", "supported"),
        ("In R1, the smallest p-value by series-imputation is 0.4.", "unverifiable"),
    ],
)
def test_words_about_members_are_checked(text: str, expected: str) -> None:
    facts = explained("series-fusion").evidence.facts
    p = next(f.value for f in facts if (f.subject, f.kind, f.qualifier) == ("R1", "rule_p", "series-imputation"))
    assert outcome(text.format(p=p), "series-fusion") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("All three score rules flag R1.", "supported"), ("All three detectors flag R1.", "contradicted"),
     ("3 of 3 detectors flag R1.", "contradicted"), ("Both score rules flag R1.", "contradicted")],
)  # fmt: skip
def test_rules_of_one_detector_are_no_detectors(text: str, expected: str) -> None:
    assert outcome(text, "series-density") == expected


def test_what_opinions_are_of() -> None:
    assert raters(MEMBERS) == "detectors"
    assert raters(["density", "imputation"]) == raters([]) == "score rules"
