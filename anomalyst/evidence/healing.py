"""The outcome of the healing test, and what it is made of: a sample with a part of it healed, and as much elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from anomalyst.evidence.facts import FactRow
from anomalyst.evidence.units import p_value
from anomalyst.samples import Mask, Sample

PASSED, FAILED, NOT_APPLICABLE = "passed", "failed", "not applicable"
DRAWS = 500  # tries to find a random place that no finding touches


@dataclass(frozen=True)
class HealedSample:
    """A sample with a part of it healed. `sample`: None where nothing is left of it that could be abnormal; `mask`: the
    place that was healed, on the axes of the score map, None where that is no place on them."""

    sample: Sample | None
    mask: Mask | None = None


@dataclass(frozen=True)
class HealingWords:
    """How the healing test of a kind of data is told. `how`: which of its messages are meant ("words"; "" where places
    are replaced by what was expected); `findings_title`, `elsewhere_title`: what the healed samples are called."""

    how: str = ""
    findings_title: str = "Findings healed"
    elsewhere_title: str = "A random place healed"


Healings = tuple[HealedSample, HealedSample | None]
"""The findings healed; as much elsewhere, None where there is no room for it."""


@dataclass(frozen=True)
class HealedRegion:
    """One finding after healing. `smallest_p`: smallest element p-value left, None of words that were left out;
    `simes_p`: the p-value of all of it."""

    smallest_p: float | None
    simes_p: float


@dataclass(frozen=True)
class HealingTest:
    """Outcome of the healing test at level `alpha`. `healed_p`: p-value of the sample with all findings healed;
    `random_healed_p`: with a random part of the same shape healed instead, None where there is no room for one;
    `regions`: each finding after healing, by id; `first`: the part of a finding that moved first, and the p-value of
    the sample with this alone healed in it and the other findings whole; `whole`: whether the alarm is about the whole
    sample more than about any place in it, so that no healed place needs to end it."""

    alpha: float
    healed_p: float
    random_healed_p: float | None
    regions: dict[str, HealedRegion]
    first: dict[str, tuple[str, float]] = field(default_factory=dict)
    whole: bool = False

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
    def outcome(self) -> str:
        """What the test says: PASSED, FAILED, or NOT_APPLICABLE where it did not pass and need not."""
        return outcome(self.passed, self.whole)

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

    def rows(self) -> dict[str, list[FactRow]]:
        """Facts by subject: of the sample both p-values and the outcome; of a finding, which passes if it is normal
        as a whole once healed (Simes p > alpha), its smallest p-value left and its outcome."""
        sample: list[FactRow] = [("healed_p", p_value(self.healed_p, self.alpha), "", "")]
        if self.random_healed_p is not None:
            sample.append(("random_healed_p", p_value(self.random_healed_p, self.alpha), "", ""))
        sample.append(("do_test", self.outcome, "", ""))
        rows = {"sample": sample} | {name: _region_rows(region, self.alpha) for name, region in self.regions.items()}
        for finding, (name, p) in self.first.items():
            rows[finding].append(("first_healed_p", p_value(p, self.alpha), "", name))
        return rows


def _region_rows(region: HealedRegion, alpha: float) -> list[FactRow]:
    left: list[FactRow] = [] if region.smallest_p is None else [("healed_region_p", p_value(region.smallest_p), "", "")]
    return [*left, ("do_test", outcome(region.simes_p > alpha), "", "")]


def healed_places(heal: Callable[[Mask], Sample], flagged: Mask, seed: int) -> Healings:
    """What `heal` makes of the place that was flagged, and of one as large elsewhere."""
    elsewhere = moved_elsewhere(flagged, seed)
    healed = HealedSample(heal(flagged), flagged)
    return healed, None if elsewhere is None else HealedSample(heal(elsewhere), elsewhere)


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


def outcome(passed: bool, whole: bool = False) -> str:
    """The word for what a healing test says; `whole`: of an alarm that is about no one place."""
    return PASSED if passed else NOT_APPLICABLE if whole else FAILED
