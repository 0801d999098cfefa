"""The verdict, of three: anomalous, normal, or that it cannot be told.

An alarm makes a sample anomalous. Without one it is normal only if an alarm was due to come had there been a reason: if
the normals are enough for the alarm level, if they are like the sample or were made so, if the p-value is well above
that level, and if at least half of the anomalies of the usual size that were planted in this very sample raised the
alarm. What keeps it from being normal is a doubt; each is a fact, and said with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from anomalyst.evidence.facts import Evidence, FactKind, VerdictWord
from anomalyst.tools.planted import seen_enough, seen_share

CLOSE = 2  # a p-value of at most so many times the alarm level is too close to it for a normal verdict
MODERATE = 5  # up to here a normal verdict is only moderately sure
HALF = 0.5  # of the planted anomalies: if fewer raise the alarm, a normal verdict says nothing
VERY_HIGH, HIGH = 1 / 50, 1 / 5  # an alarm is that sure when p is at most this share of alpha

NONE = "none"
FEW, UNLIKE, CLOSE_BY = "too few normals", "unlike its normals", "close to the alarm level"
ALONE, UNTRIED, UNSEEN = "compared with itself only", "no anomaly planted", "planted anomalies unseen"


def decided(evidence: Evidence) -> Evidence:
    """The evidence with the verdict, the confidence in it and the doubts that its other facts make; the same again
    however often it is asked for."""
    found = () if evidence.sample_p <= evidence.alpha else tuple(doubts(evidence))
    verdict: VerdictWord = "anomalous" if evidence.sample_p <= evidence.alpha else "cannot tell" if found else "normal"
    values: Mapping[FactKind, str] = {
        "verdict": verdict,
        "confidence": _confidence(evidence, verdict),
        "doubt": ", ".join(found) or NONE,
    }
    facts = (
        fact.model_copy(update={"value": values[fact.kind]})
        if fact.subject == "sample" and fact.kind in values
        else fact
        for fact in evidence.facts
    )
    return evidence.model_copy(update={"verdict": verdict, "facts": tuple(facts)})


def doubts(evidence: Evidence) -> Iterator[str]:
    """Why a sample without an alarm cannot be called normal, the weightiest first."""
    p, alone = evidence.sample_p, _is_alone(evidence)
    if _has(evidence, "normals_needed"):
        yield FEW
    if _has(evidence, "unlike_normals") and not _has(evidence, "retaken"):
        yield UNLIKE
    share = seen_share(evidence)
    if share is None and not _has(evidence, "smallest_p"):
        yield UNTRIED
    elif share is not None and alone and not seen_enough(evidence):
        yield ALONE
    elif share is not None and share < HALF:
        yield UNSEEN
    if p <= CLOSE * evidence.alpha:
        yield CLOSE_BY


def told(evidence: Evidence) -> tuple[str, ...]:
    """The doubts that an evidence tells, the weightiest first; of runs from before there were any, that of too few
    normals."""
    facts = evidence.about("sample", "doubt")
    if not facts:
        return (FEW,) if evidence.cannot_tell else ()
    return () if facts[0].value == NONE else tuple(str(facts[0].value).split(", "))


def _confidence(evidence: Evidence, verdict: VerdictWord) -> str:
    """How sure the verdict is. Anomalous: very high for p ≤ α/50, high for p ≤ α/5, else moderate, and a level less
    where the healing test failed; never more than high where p lies below what the normals show, nor than moderate
    where the sample was compared with itself only. Normal: high for p > 5α where the planted anomalies were seen, else
    moderate. Low where none can be given."""
    if verdict == "cannot tell":
        return "low"
    if verdict == "anomalous":
        failed = any(fact.value == "failed" for fact in evidence.about("sample", "do_test"))
        return _sure("moderate" if _is_alone(evidence) else _level(evidence), int(failed))
    unsure = evidence.sample_p <= MODERATE * evidence.alpha or _is_alone(evidence) or not seen_enough(evidence)
    return "moderate" if unsure else "high"


def _level(evidence: Evidence) -> str:
    share = evidence.sample_p / evidence.alpha
    shown = not any(evidence.sample_p < float(fact.value) for fact in evidence.about("sample", "p_bound"))
    return "very high" if share <= VERY_HIGH and shown else "high" if share <= HIGH else "moderate"


CONFIDENCES = ("low", "moderate", "high", "very high")


def _sure(level: str, lower: int) -> str:
    return CONFIDENCES[max(0, CONFIDENCES.index(level) - lower)]


def _is_alone(evidence: Evidence) -> bool:
    return any(fact.value == "self-calibrated" for fact in evidence.about("sample", "calibration_method"))


def _has(evidence: Evidence, kind: FactKind) -> bool:
    return bool(evidence.about("sample", kind))
