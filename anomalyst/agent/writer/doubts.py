"""Built-in statements on what cannot be told: why, from the facts that say so, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from anomalyst.agent.writer.slots import noun, number, things
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import Said, Slot, say, told_p
from anomalyst.evidence.wording import one
from anomalyst.tools import doubts

Reason = tuple[str, Mapping[str, Slot], tuple[Fact, ...]]  # (operator, slots, facts)


def about_doubts(evidence: Evidence) -> Iterator[Said]:
    """That no verdict can be given, with the weightiest reason; then the other reasons."""
    doubt = one(evidence, "sample", "doubt")
    found = (_REASONS[told](evidence) for told in doubts.told(evidence))
    for place, (how, slots, facts) in enumerate(reason for reason in found if reason is not None):
        message = ("cannot_tell", how if place == 0 else f"also-{how}")
        yield say("verdict", message, {"noun": noun(evidence, "one"), **slots}, *facts, doubt)


def about_unlike(evidence: Evidence) -> Iterator[Said]:
    """In what a sample that raised an alarm is unlike its normals, so that the alarm may be due to that; not where it
    was held against normals made like it."""
    if evidence.about("sample", "retaken"):
        return
    for fact in evidence.about("sample", "unlike_normals"):
        yield say("data", "beware", {"unlike": str(fact.value)}, fact)


def about_remedies(evidence: Evidence) -> Iterator[Said]:
    """What to do about the weightiest reason why no verdict can be given."""
    needed, doubt = one(evidence, "sample", "normals_needed"), one(evidence, "sample", "doubt")
    for told in doubts.told(evidence)[:1]:
        slots: dict[str, Slot] = {"thing": noun(evidence, "thing"), "things": noun(evidence, "things")}
        counted = needed if told == doubts.FEW else None
        if counted is not None:
            slots |= _counted("needed", counted, evidence)
        yield say("action", ("what_to_do", _REMEDIES[told]), slots, doubt, counted, kind="recommendation")


def _few(evidence: Evidence) -> Reason | None:
    """Too few normals: no alarm was possible, or the sample is more abnormal than all of them, which show no more."""
    p, alpha, normals, least, needed = _facts(
        evidence, "sample_p", "alpha", "calibration_normals", "smallest_p", "normals_needed"
    )
    if alpha is None or normals is None or needed is None:
        return None
    slots: dict[str, Slot] = {"alpha": number(alpha)}
    slots |= _counted("normals", normals, evidence) | _counted("needed", needed, evidence)
    if least is not None:
        slots["least"] = lambda s: s.p(float(least.value))
        return "few", slots, (alpha, normals, least, needed)
    if p is None:
        return None
    return "lowest", slots | told_p(evidence, p)[0], (p, normals, needed, alpha)


def _close(evidence: Evidence) -> Reason | None:
    p, alpha = _facts(evidence, "sample_p", "alpha")
    if p is None or alpha is None:
        return None
    return "close", {"p": lambda s: s.p(float(p.value)), "alpha": number(alpha)}, (p, alpha)


def _unlike(evidence: Evidence) -> Reason | None:
    facts = evidence.about("sample", "unlike_normals")
    return ("unlike", {"unlike": str(facts[0].value)}, (facts[0],)) if facts else None


def _unseen(evidence: Evidence) -> Reason | None:
    (seen,) = _facts(evidence, "seen_faults")
    if seen is None:
        return None
    some, _, total = str(seen.value).partition(" of ")
    return "none-seen" if some == "0" else "few-seen", {"some": some, "all": total}, (seen,)


def _alone(evidence: Evidence) -> Reason | None:
    (method,), unseen = _facts(evidence, "calibration_method"), _unseen(evidence)
    if method is None or unseen is None:
        return None
    how, slots, facts = unseen
    return f"alone-{how}", slots, (method, *facts)


def _untried(evidence: Evidence) -> Reason | None:
    return None if one(evidence, "sample", "doubt") is None else ("untried", {}, ())


_REASONS: dict[str, Callable[[Evidence], Reason | None]] = {
    doubts.FEW: _few, doubts.UNLIKE: _unlike, doubts.CLOSE_BY: _close,
    doubts.ALONE: _alone, doubts.UNTRIED: _untried, doubts.UNSEEN: _unseen,
}  # fmt: skip
_REMEDIES = {
    doubts.FEW: "few", doubts.UNLIKE: "unlike", doubts.CLOSE_BY: "close", doubts.ALONE: "alone",
    doubts.UNTRIED: "untried", doubts.UNSEEN: "unseen",
}  # fmt: skip


def _facts(evidence: Evidence, *kinds: FactKind) -> tuple[Fact | None, ...]:
    return tuple(one(evidence, "sample", kind) for kind in kinds)


def _counted(slot: str, fact: Fact, evidence: Evidence) -> dict[str, Slot]:
    """So many normals: their number, and what they are called."""
    return {slot: number(fact), f"{slot}-things": things(evidence, float(fact.value))}
