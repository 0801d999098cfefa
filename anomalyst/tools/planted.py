"""Planted faults: would an anomaly have raised the alarm in this very sample, and how small a one?

A normal verdict says that no alarm was raised, not that none was to be raised: the detector may be blind to what people
look for. So faults of a usual size are put into the sample one at a time, each faulty copy is scored, and it is counted
how many of them raise the alarm. Where a kind of data has faults of every size, each is then halved or doubled until
the smallest is known that does. Where it has none at all none is planted, and so none is seen.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anomalyst.detectors.contract import Detector
from anomalyst.evidence.facts import Evidence, FactKind, FactRow
from anomalyst.evidence.units import rounded
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample

ENOUGH = 0.75  # of the planted faults, from which on an anomaly of the usual size would have been seen
PLANTED = 4  # faults of the usual size, each of which costs one scoring
TIMES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # sizes, as multiples of the usual one, which stands in the middle
HALVINGS = 2  # scorings that it takes to find the smallest seen among them, besides that of the usual size
SIZES: tuple[FactKind, ...] = (
    "spike_seen", "spike_unseen", "shift_seen", "shift_unseen", "stain_seen", "stain_unseen",
)  # fmt: skip
P_KEPT = 6  # digits of the p-values of planted faults, which other alarm levels are held against


def seen_enough(evidence: Evidence) -> bool | None:
    """Whether an anomaly of the usual size would have raised the alarm; None where no fault was planted."""
    share = seen_share(evidence)
    return None if share is None else share >= ENOUGH


def seen_share(evidence: Evidence) -> float | None:
    """The share of the planted faults that raised the alarm; None where none was planted. Of faults that were left out
    for lack of time it is not known, and they count as unseen."""
    facts = evidence.about("sample", "seen_faults")
    found = re.fullmatch(r"(\d+) of (\d+)", str(facts[0].value)) if facts else None
    seen, planted = (int(found[1]), int(found[2])) if found else (0, 0)
    return seen / max(planted, modality(evidence.modality).usual_faults) if planted > 0 else None


def seen_at(p_values: Sequence[float], alpha: float) -> list[FactRow]:
    """How many of planted faults raise the alarm at a level, by the p-values that they gave the sample; and these."""
    rows: list[FactRow] = [("seen_faults", f"{sum(p <= alpha for p in p_values)} of {len(p_values)}", "", "")]
    return rows + [("planted_p", rounded(p, P_KEPT), "", str(n)) for n, p in enumerate(p_values, 1)]


@dataclass
class Trials:
    """Faults planted in a sample, one a scoring by `detector`, each held against the alarm level `alpha`."""

    detector: Detector
    sample: Sample
    alpha: float
    seed: int
    took: float = 0.0  # seconds of the longest scoring

    def facts(
        self, most: int = PLANTED, *, sizes: bool = True, first: bool = False, seconds: float | None = None
    ) -> list[FactRow]:
        """ "3 of 4": of `most` planted faults at most, those that raise the alarm; with `sizes` the smallest that do;
        `first`: of the sizes that runs of the first version were tried with.

        `seconds`: no fault is planted that would not be scored within them, by what those before took.
        """
        began, usual = time.monotonic(), list[float]()
        for number in range(min(most, PLANTED)):
            p = None if self._late(began, seconds, 1) else self._p(number, None if first else 1.0)
            if p is None:
                break
            usual.append(p)
        rows = seen_at(usual, self.alpha)
        if sizes and not self._late(began, seconds, HALVINGS * len(usual)):
            for number, p in enumerate(usual):
                rows += self._sizes(number, p <= self.alpha)
        return rows

    def _late(self, began: float, seconds: float | None, scorings: int) -> bool:
        return seconds is not None and time.monotonic() - began + scorings * self.took > seconds

    def _p(self, number: int, times: float | None) -> float | None:
        """The p-value of the sample with a fault; None where there is none of that size."""
        kind = modality(self.sample.modality)
        faulty = kind.faulty_for(self.detector, self.sample, number, self._seed(number), times)
        if faulty is None:
            return None
        start = time.monotonic()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=RuntimeWarning)  # all-NaN stretches of a series
            p = float(self.detector.without_witnesses().score(faulty).sample_p)
        self.took = max(self.took, time.monotonic() - start)
        return p

    def _seed(self, number: int) -> int:
        return self.seed * 1_000 + number

    def _sizes(self, number: int, usual: bool) -> Iterator[FactRow]:
        """Facts on the smallest of TIMES that raises the alarm, by halving: a larger one is taken to do so too."""
        middle = len(TIMES) // 2
        unseen, seen = (-1, middle) if usual else (middle, len(TIMES))
        while seen - unseen > 1:
            tried = (unseen + seen) // 2
            p = self._p(number, TIMES[tried])
            if p is None:
                return
            unseen, seen = (unseen, tried) if p <= self.alpha else (tried, seen)
        ends = TIMES[seen] if seen < len(TIMES) else None, TIMES[unseen] if unseen >= 0 else None
        for fact in modality(self.sample.modality).fault_facts(self.sample, number, self._seed(number), *ends):
            yield fact.kind, fact.value, fact.unit, fact.qualifier
