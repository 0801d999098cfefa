"""The detector that gives the verdict: chosen, fitted, asked; each is told as it is done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from langchain_core.tools import ToolException

from anomalyst.agent.events import Fitted, Planned, Scored
from anomalyst.agent.language.planner import choose_detector, decided
from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.agent.running import doing, emit
from anomalyst.agent.state import RunContext
from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.facts import Evidence, FactRow
from anomalyst.evidence.units import counted
from anomalyst.tools.budget import Decision, already_fitted, budget_rows, offers, planned_words, training_time
from anomalyst.tools.toolbox import Call
from anomalyst.tools.workbench import choice_rows


def detect(call: Call, profile: Mapping[str, Any], context: RunContext) -> Evidence:
    """Run the detector that `call` names; a fitted one that the user gave is used as it is. ToolException where a
    model names none that may be chosen."""
    bench, profile = context.bench, {**profile, **context.means()}
    rows = _given(profile, context) if bench.detector is not None else _fit(call, profile, context)
    doing("scoring the input")
    evidence = bench.score(rows)
    found = counted(len(evidence.findings), "finding")
    alarm = "anomalous" if evidence.verdict == "anomalous" else "no alarm"  # what that is worth is found out later
    words = f"{alarm}, p {show_equals(show_whole_p(evidence.sample_p, evidence))}, {found}"
    emit(Scored(message=words, verdict=evidence.verdict, p=evidence.sample_p))
    return evidence


def _given(profile: Mapping[str, Any], context: RunContext) -> list[FactRow]:
    """What there is to say of the choice of a detector that the user gave."""
    assert context.bench.detector is not None
    decision = already_fitted(context.detector_name, profile)
    return [*choice_rows(context.bench.detector), *budget_rows(decision, context.budget)]


def _fit(call: Call, profile: Mapping[str, Any], context: RunContext) -> list[FactRow]:
    """Fit the detector; what there is to say of the choice of it."""
    bench, decision = context.bench, _decision(call, profile, context)
    name, said = decision.name, call.reason or ("no reason given" if call.author != BUILTIN else decision.reason)
    words = planned_words(decision, said, context.budget)
    emit(Planned(message=words, detector=name, said=said, author=call.author, decision=decision))
    doing(f"fitting {name} on {counted(len(bench.normals), 'normal example')}")
    rows = bench.fit(name, partial(_fitting, name), training_time(name, profile))
    count = len(bench.normals)
    told = f"learned from {counted(count, 'normal example')}" if count else "needs no normal examples"
    emit(Fitted(message=f"{name} {told}", detector=name))
    return rows + budget_rows(decision, context.budget)


def _decision(call: Call, profile: Mapping[str, Any], context: RunContext) -> Decision:
    """The choice in the words of code; ToolException where the detector is none of those that may be chosen."""
    name, bench = str(call.args.get("detector")), context.bench
    cards = offers(bench.cards(), profile)
    own = choose_detector(profile, cards, context.detector)
    if name == own.name:
        return own
    allowed = [context.detector] if context.detector else bench.candidates()
    if name not in allowed:
        raise ToolException(f"the model chose {name[:80]!r}; allowed are {', '.join(allowed)}")
    return decided(name, "the language model chose it", profile, cards)


def _fitting(name: str, done: int, total: int, loss: float | None = None, /) -> None:
    """Say how far a fit has got."""
    lost = "" if loss is None else f", loss {loss:.3g}"
    doing(f"fitting {name}: {done} of {total} steps{lost}")
