"""What the built-in policy finds out next, and that each call is made once."""

from __future__ import annotations

from typing import Any

import pytest

from anomalyst.agent.answering.asked import Asked
from anomalyst.agent.language.policy import Situation, next_calls
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.tools.toolbox import Call
from tests.helpers.verifier_samples import series

CARDS: list[dict[str, Any]] = [
    {"name": f"series-{name}", "modality": "series", "family": name, "estimated_seconds": 1.0, "training_seconds": 0.0,
     "measured_accuracy": accuracy, "enough_normals": True}
    for name, accuracy in (("density", 0.9), ("imputation", 0.5))
]  # fmt: skip


def without(evidence: Evidence, *kinds: FactKind, **changes: Any) -> Evidence:
    kept = tuple(fact for fact in evidence.facts if fact.kind not in kinds)
    return evidence.model_copy(update={"facts": kept, **changes})


def names(evidence: Evidence | None, **others: Any) -> list[str]:
    return [call.name for call in next_calls(Situation({}, CARDS, None, evidence, **others))]


def test_first_a_detector_then_the_healing_test_of_what_it_found() -> None:
    (first,) = next_calls(Situation({}, CARDS))
    assert first.args == {"detector": "series-density"} and "most accurate" in first.reason
    assert next_calls(Situation({}, CARDS, "series-imputation"))[0].args == {"detector": "series-imputation"}
    untested = without(series(), "do_test")
    assert names(untested) == ["counterfactual"] * len(untested.findings)
    told = tuple(
        Fact(id=f"F9{n}", subject=f.id, kind="do_test", value="passed") for n, f in enumerate(untested.findings)
    )
    assert names(untested.model_copy(update={"facts": (*untested.facts, *told)})) == []


def test_a_normal_sample_gets_faults_planted() -> None:
    calm = without(series(), "do_test", "seen_faults", verdict="normal", sample_p=0.6, findings=())
    assert names(calm) == ["plant_faults"]
    hopeless = Fact(id="F900", subject="sample", kind="smallest_p", value=0.2)
    assert names(calm.model_copy(update={"facts": (*calm.facts, hopeless)})) == []


@pytest.mark.parametrize(("p", "asked"), [(0.03, True), (0.09, True), (0.001, False), (0.4, False)])
def test_where_p_is_near_the_alarm_level_another_detector_is_asked(p: float, asked: bool) -> None:
    close = series().model_copy(update={"sample_p": p, "alpha": 0.05})
    assert ("second_opinion" in names(close)) == asked
    assert "second_opinion" not in names(close, hurried=True) and names(close, follow_up=True) == []
    known = Fact(id="F900", subject="sample", kind="second_p", value=0.4, qualifier="series-imputation")
    assert "second_opinion" not in names(close.model_copy(update={"facts": (*close.facts, known)}))


def test_a_question_gets_what_it_needs_and_no_more() -> None:
    untested = without(series(), "do_test")
    second = Asked(intent="second", detector="another")
    assert names(untested, asked=second, follow_up=True) == ["second_opinion"]
    assert names(untested, asked=Asked(intent="when"), follow_up=True) == []


def test_whichever_other_detector_was_asked_meets_a_wish_for_another() -> None:
    wish = Call("second_opinion", {"detector": ""})
    assert Call("second_opinion", {"detector": "series-imputation"}).meets(wish)
    assert not Call("second_opinion", {"detector": ""}).meets(Call("second_opinion", {"detector": "series-density"}))
    assert not Call("zoom", {"finding": "R1"}).meets(Call("zoom", {"finding": "R2"}))
