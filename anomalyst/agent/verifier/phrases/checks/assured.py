"""How far a verdict is to be trusted: why its confidence is low, how rarely it is wrong, what it cannot see."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.amounts import ABOUT
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.units import PER_DAY

ONCE = 0.5  # false alarms, from which on "at most once" is not far too many


def confidence_because(said: Matched) -> Judged:
    """ "The confidence is moderate, since there are only 15 normals": what a confidence rests on."""
    told = [f for f in said.evidence.about("sample", "confidence") if f.value == said.group("which")]
    if not told or told[0].value in ("high", "very high"):
        return UNKNOWN
    if said.group("failed"):
        reason = [f for f in said.evidence.about("sample", "do_test") if f.value == "failed"]
        return Judged(bool(reason), (*told, *reason))
    return both(
        Judged(True, tuple(told)), states(said, said.amounts[-1], said.evidence.about("sample", "calibration_normals"))
    )


def times_once(said: Matched) -> Judged:
    """ "A false alarm at most once in four days": the rate that is allowed."""
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == PER_DAY]
    unit = seconds(said.amounts[-1].unit)
    days = said.amounts[-1].value
    if not facts or unit is None or days is None:
        return UNKNOWN
    rate = float(facts[0].value) * days * unit / 86400
    return Judged(ONCE <= rate <= 1 if said.group("most") else abs(rate - 1) <= ABOUT, tuple(facts))


def stain(said: Matched) -> Judged:
    """ "A stain of 10 points would have been noticed, one of 5 would not"."""
    kinds: dict[bool, FactKind] = {True: "stain_seen", False: "stain_unseen"}
    first, *rest = [a for a in said.amounts if a.value != 1 or a.unit]
    told = [(first, not said.denied), *((amount, bool(said.group("seen"))) for amount in rest)]
    return both(*(states(said, amount, said.evidence.about("sample", kinds[seen])) for amount, seen in told))


CHECKS = {
    "confidence-because": confidence_because,
    "times-once": times_once,
    "stain": stain,
}
