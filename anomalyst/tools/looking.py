"""Looking closer: facts of a finding, the healing test, and at a normal sample what would have been seen in it."""

from __future__ import annotations

from dataclasses import replace

from anomalyst.errors import InputError
from anomalyst.evidence.facts import Fact, Finding
from anomalyst.tools.doubts import decided
from anomalyst.tools.healing import healing_test
from anomalyst.tools.planted import Trials
from anomalyst.tools.workbench import Workbench


def find(bench: Workbench, finding: str) -> Finding:
    """The finding with this id; InputError names those there are."""
    evidence = bench.need_evidence()
    for candidate in evidence.findings:
        if candidate.id == finding:
            return candidate
    known = ", ".join(f.id for f in evidence.findings) or "none"
    raise InputError(f"got finding {str(finding)[:40]!r}; this sample's findings are: {known}.")


def zoom(bench: Workbench, finding: str) -> list[Fact]:
    """All facts about the finding."""
    return bench.need_evidence().about(find(bench, finding).id)


def compare(bench: Workbench, finding: str) -> list[Fact]:
    """What was observed in the finding, and what the nearest normal examples have there."""
    return [fact for fact in zoom(bench, finding) if fact.kind in _COMPARING]


def relate(bench: Workbench, finding: str) -> list[Fact]:
    """Which parts of the sample take part in the finding, which of them moved first and how much later the others."""
    return [fact for fact in zoom(bench, finding) if fact.kind in _RELATING]


def counterfactual(bench: Workbench, finding: str) -> list[Fact]:
    """Heal the finding's region, score again, and add what came of it as facts (`healed_p`, `do_test`, ...).

    The test heals all findings together, since the alarm can only go when none is left; it runs once.
    """
    wanted = find(bench, finding)
    evidence = bench.need_evidence()
    if not evidence.about(wanted.id, "do_test"):
        if bench.detector is None or bench.score_map is None or bench.found is None:
            raise InputError("the detector is not at hand any more; run it again.")
        hurried = bool(evidence.about("choice", "budget"))  # it is estimated without what is scored only to learn more
        result = healing_test(
            bench.detector,
            bench.need_sample(),
            bench.score_map,
            bench.found,
            seed=bench.seed,
            alpha=bench.alpha,
            alone=not hurried,
        )
        whole = bool(evidence.about("sample", "whole_differs"))
        for subject, rows in replace(result, whole=whole).rows().items():
            bench.add_facts(subject, rows)
        bench.evidence = decided(bench.need_evidence())
    return [f for f in bench.need_evidence().facts if f.kind in _HEALING_FACTS and f.subject in ("sample", wanted.id)]


def plant_faults(bench: Workbench, seconds: float | None = None, *, sizes: bool = True) -> list[Fact]:
    """Add as facts how many planted faults would have been seen, and with `sizes` how small ones, where there is no
    alarm and one was possible.

    `seconds`: what is left for it, None if there is no limit.
    """
    evidence = bench.need_evidence()
    if evidence.verdict == "anomalous" or evidence.about("sample", "smallest_p"):
        return []
    if bench.detector is None:
        raise InputError("the detector is not at hand any more; run it again.")
    trials = Trials(bench.detector, bench.need_sample(), bench.alpha, bench.seed)
    facts = bench.add_facts("sample", trials.facts(seconds=seconds, sizes=sizes))
    bench.evidence = decided(bench.need_evidence())
    return facts


_COMPARING = ("observed", "expected", "difference", "direction", "peak_ratio", "normals_as_extreme", "fitting_words")
_RELATING = ("top_channel", "channel_share", "moved_first", "lag", "first_healed_p", "words", "information")
_HEALING_FACTS = ("healed_p", "healed_region_p", "first_healed_p", "random_healed_p", "do_test")
