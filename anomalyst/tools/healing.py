"""The do-test: heal what was found and the alarm must go; heal as much elsewhere and it must stay.

If the findings are the reason of the alarm, what their surroundings lead one to expect in their place makes the sample
normal, and as large a random part of it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.errors import InputError
from anomalyst.evidence.facts import FactKind, Finding
from anomalyst.evidence.findings import FoundRegions, simes
from anomalyst.evidence.units import Value, p_value
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, pair_scores
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample

Mask = NDArray[np.bool_]
Row = tuple[FactKind, Value, str, str]  # kind, value, unit, qualifier

RIM_SHARE = 0.03  # of an image's shorter side: width of the rim healed with a region
DRAWS = 500  # tries to find a random place that no finding touches


@dataclass(frozen=True)
class HealedRegion:
    """One finding after healing. `smallest_p`: smallest element p-value left, None of words that were left out;
    `simes_p`: the p-value of all of it."""

    smallest_p: float | None
    simes_p: float


@dataclass(frozen=True)
class DoTest:
    """Outcome of the do-test at level `alpha`. `healed_p`: p-value of the sample with all findings healed;
    `random_healed_p`: with a random part of the same shape healed instead, None where there is no room for one;
    `regions`: each finding after healing, by id."""

    alpha: float
    healed_p: float
    random_healed_p: float | None
    regions: dict[str, HealedRegion]

    @property
    def alarm_gone(self) -> bool:
        """Whether healing the findings ends the alarm: p > alpha."""
        return self.healed_p > self.alpha

    @property
    def alarm_stays(self) -> bool:
        """Whether healing a random part leaves the alarm on: p ≤ alpha; true where there is no room for the test."""
        return self.random_healed_p is None or self.random_healed_p <= self.alpha

    @property
    def passed(self) -> bool:
        """Both halves of the test."""
        return self.alarm_gone and self.alarm_stays

    @property
    def healed_detail(self) -> str:
        """One line for the audit table."""
        return f"p {p_value(self.healed_p):g} with the findings healed, alarm level {self.alpha:g}"

    @property
    def random_detail(self) -> str:
        """One line for the audit table."""
        if self.random_healed_p is None:
            return "the findings leave no room for a random region of their size"
        return f"p {p_value(self.random_healed_p):g} with a random region healed, alarm level {self.alpha:g}"

    def rows(self) -> dict[str, list[Row]]:
        """Facts by subject: of the sample both p-values and the outcome; of a finding, which passes if it is normal
        as a whole once healed (Simes p > alpha), its smallest p-value left and its outcome."""
        sample: list[Row] = [("healed_p", p_value(self.healed_p), "", "")]
        if self.random_healed_p is not None:
            sample.append(("random_healed_p", p_value(self.random_healed_p), "", ""))
        sample.append(("do_test", _word(self.passed), "", ""))
        return {"sample": sample} | {name: _region_rows(region, self.alpha) for name, region in self.regions.items()}


def _region_rows(region: HealedRegion, alpha: float) -> list[Row]:
    left: list[Row] = [] if region.smallest_p is None else [("healed_region_p", p_value(region.smallest_p), "", "")]
    return [*left, ("do_test", _word(region.simes_p > alpha), "", "")]


def do_test(
    detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, *, seed: int = 0, alpha: float
) -> DoTest:
    """Heal all findings together and score again; heal a random part of the same shape instead and score again.

    Two scorings, whatever the number of findings. Raises InputError if nothing was found.
    """
    if not found.findings:
        raise InputError(f"{sample.name!r} has no finding to heal; the do-test needs an alarm.")
    if isinstance(sample, PairSample):
        return _other_words(detector, sample, score_map, found, seed, alpha)
    flagged = found.union(score_map.scores.shape)
    healed = detector.score(heal_region(detector, sample, flagged))
    elsewhere = moved_elsewhere(flagged, seed)
    random_p = None
    if elsewhere is not None:
        random_p = detector.score(heal_region(detector, sample, elsewhere)).sample_p
    regions = {
        name: HealedRegion(float(np.nanmin(healed.p_values[mask])), simes(healed.p_values[mask]))
        for name, mask in found.masks.items()
    }
    return DoTest(alpha, healed.sample_p, random_p, regions)


def healed_texts(
    sample: PairSample, pair: PairScores, findings: Sequence[Finding], seed: int
) -> tuple[str, str | None]:
    """A pair's texts of the test: with what would fit in the place of the findings' words; with as many other words,
    chosen at random, left out, None where that would leave nothing but the finding."""
    from anomalyst.modalities.pair.findings import healed_text, words_in
    from anomalyst.modalities.pair.space.text import Word, without

    regions = [f.region for f in findings if isinstance(f.region, PairRegion)]
    words = [Word(w.text, w.start, w.stop) for w in pair.words]
    flagged = words_in(pair, regions)
    others = [k for k in range(len(words)) if k not in flagged]
    healed = healed_text(sample, pair, regions)
    if len(others) <= len(flagged):
        return healed, None
    chosen = np.random.default_rng(seed).choice(others, len(flagged), replace=False).tolist()
    return healed, without(sample.text, [words[k] for k in chosen])


def _other_words(
    detector: Detector, sample: PairSample, score_map: ScoreMap, found: FoundRegions, seed: int, alpha: float
) -> DoTest:
    """The test of a pair."""
    assert pair_scores(score_map) is not None

    def p_of(text: str) -> float:
        if not any(character.isalnum() for character in text):
            return 1.0  # no word is left that could be wrong
        return detector.score(replace(sample, text=text)).sample_p

    healed, others = healed_texts(sample, pair_scores(score_map), found.findings, seed)
    healed_p = p_of(healed)
    random_p = None if others is None else p_of(others)
    return DoTest(alpha, healed_p, random_p, {f.id: HealedRegion(None, healed_p) for f in found.findings})


def heal_region(detector: Detector, sample: Sample, mask: Mask) -> Sample:
    """The sample with what its surroundings lead the detector to expect where `mask` is set: image (H, W), series (T,).

    Of an image the rim of the mask is healed too: masks are cut at half height, and what is left of a defect's edge
    would alarm again.
    """
    # the healers bring torch along
    from anomalyst.modalities.image.space.expected import Pictured
    from anomalyst.modalities.image.space.expected import heal as heal_image
    from anomalyst.modalities.series.space.expected import heal as heal_series

    if isinstance(sample, PairSample):
        raise InputError(f"{sample.name!r} is a pair: it is healed by leaving out words, not pixels.")
    if isinstance(sample, SeriesSample):
        for start, stop in runs(mask):
            sample = heal_series(detector.healer, sample, start, stop)
        return sample
    healer = detector.healer
    if not isinstance(healer, Pictured):
        raise InputError(
            f"got detector {detector.card.name!r}; once fitted, only the image detectors can heal an image."
        )
    rim = round(RIM_SHARE * min(mask.shape))
    return heal_image(healer, sample, maximum_filter(mask, size=2 * rim + 1))


def moved_elsewhere(mask: Mask, seed: int) -> Mask | None:
    """`mask` shifted by a random offset, round the edges, to where it does not touch itself; None if no try does."""
    generator = np.random.default_rng(seed)
    positions = np.argwhere(mask)
    for _ in range(DRAWS):
        shifted = (positions + generator.integers(0, mask.shape)) % mask.shape
        if not mask[tuple(shifted.T)].any():
            moved: Mask = np.zeros_like(mask)
            moved[tuple(shifted.T)] = True
            return moved
    return None


def _word(passed: bool) -> str:
    return "passed" if passed else "failed"
