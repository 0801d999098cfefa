"""Built-in sentences on what cannot be told: why, from the facts that say so, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import Said, say
from anomalyst.evidence.wording import number, one, p_text
from anomalyst.modalities.registry import modality
from anomalyst.tools import doubts

Reason = tuple[str, tuple[Fact, ...]]


def about_doubts(evidence: Evidence) -> Iterator[Said]:
    """That no verdict can be given, with the weightiest reason; then the other reasons."""
    noun, doubt = modality(evidence.modality).nouns.one, one(evidence, "sample", "doubt")
    reasons = [found for told in doubts.told(evidence) if (found := _REASONS[told](evidence)) is not None]
    for number_, (text, facts) in enumerate(reasons):
        opening = f"Cannot tell whether the {noun} is normal: " if number_ == 0 else "Also, "
        yield say("verdict", f"{opening}{text}.", *facts, doubt)


def about_unlike(evidence: Evidence) -> Iterator[Said]:
    """In what a sample that raised an alarm is unlike its normals, so that the alarm may be due to that."""
    for fact in evidence.about("sample", "unlike_normals"):
        yield say("data", f"Beware: {fact.value}.", fact)


def about_remedies(evidence: Evidence) -> Iterator[Said]:
    """What to do about the weightiest reason why no verdict can be given."""
    nouns = modality(evidence.modality).nouns
    needed, doubt = one(evidence, "sample", "normals_needed"), one(evidence, "sample", "doubt")
    for told in doubts.told(evidence)[:1]:
        count = "" if needed is None else _normals(evidence, needed)
        text = _REMEDIES[told].format(thing=nouns.thing, things=nouns.things, count=count)
        yield say("action", text, doubt, needed if told == doubts.FEW else None, kind="recommendation")


def _few(evidence: Evidence) -> Reason | None:
    """Too few normals: no alarm was possible, or the sample is more abnormal than all of them, which show no more."""
    p, alpha, normals, least, needed = _facts(
        evidence, "sample_p", "alpha", "calibration_normals", "smallest_p", "normals_needed"
    )
    if alpha is None or normals is None or needed is None:
        return None
    takes = f"it takes at least {_normals(evidence, needed)} to reach the alarm level of {number(float(alpha.value))}"
    have = _normals(evidence, normals)
    if least is not None:
        text = f"with {have} the smallest p-value is {p_text(float(least.value))}, so no alarm was possible; {takes}"
        return text, (alpha, normals, least, needed)
    if p is None:
        return None
    return f"p = {p_text(float(p.value))} is as low as {have} show; {takes}", (p, normals, needed, alpha)


def _close(evidence: Evidence) -> Reason | None:
    p, alpha = _facts(evidence, "sample_p", "alpha")
    if p is None or alpha is None:
        return None
    text = f"the p-value of {p_text(float(p.value))} is close to the alarm level of {number(float(alpha.value))}"
    return text, (p, alpha)


def _unlike(evidence: Evidence) -> Reason | None:
    facts = evidence.about("sample", "unlike_normals")
    return (str(facts[0].value), (facts[0],)) if facts else None


def _unseen(evidence: Evidence) -> Reason | None:
    (seen,) = _facts(evidence, "seen_faults")
    if seen is None:
        return None
    some, _, all_ = str(seen.value).partition(" of ")
    share = f"none of {all_}" if some == "0" else f"only {seen.value}"
    return f"{share} planted anomalies of the usual size raised the alarm", (seen,)


def _alone(evidence: Evidence) -> Reason | None:
    method, seen = _facts(evidence, "calibration_method", "seen_faults")
    unseen = _unseen(evidence)
    if method is None or seen is None or unseen is None:
        return None
    nouns = modality(evidence.modality).nouns
    return f"the {nouns.one} was compared with itself only, and {unseen[0]}", (method, seen)


def _untried(evidence: Evidence) -> Reason | None:
    (doubt,) = _facts(evidence, "doubt")
    return None if doubt is None else ("no anomaly was planted to see if it raises the alarm", ())


_REASONS: dict[str, Callable[[Evidence], Reason | None]] = {
    doubts.FEW: _few, doubts.UNLIKE: _unlike, doubts.CLOSE_BY: _close,
    doubts.ALONE: _alone, doubts.UNTRIED: _untried, doubts.UNSEEN: _unseen,
}  # fmt: skip
_REMEDIES = {
    doubts.FEW: "Inspect the {thing} by eye, and collect at least {count} to compare with.",
    doubts.UNLIKE: "Collect normal {things} recorded as this {thing} was, and run the analysis again.",
    doubts.CLOSE_BY: "Inspect the {thing} by eye, and collect more normal {things}.",
    doubts.ALONE: "Collect a normal {thing} to compare with, and run the analysis again.",
    doubts.UNTRIED: "Inspect the {thing} by eye.",
    doubts.UNSEEN: "Inspect the {thing} by eye, and collect more normal {things} similar to it.",
}


def _facts(evidence: Evidence, *kinds: FactKind) -> tuple[Fact | None, ...]:
    return tuple(one(evidence, "sample", kind) for kind in kinds)


def _normals(evidence: Evidence, fact: Fact) -> str:
    """So many normals: "3 normal images"."""
    nouns, count = modality(evidence.modality).nouns, int(float(fact.value))
    return f"{number(count)} normal {nouns.normal if count == 1 else nouns.normals}"
