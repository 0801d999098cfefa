"""The loop: who leads decides what to find out next, tools find it out, and what they give goes back to whoever leads.

A language model leads until it has finished, goes wrong too often or has used up what it may; the built-in policy then
finds out what is missing, with the same tools. Where there is no other model it leads from the start.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import ToolException
from langgraph.runtime import Runtime

from anomalyst.agent.answering.measuring import needed, settled
from anomalyst.agent.answering.replying import asked_of, remarked
from anomalyst.agent.events import Looked, LookedCloser
from anomalyst.agent.language.asking import ask_for_step
from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.policy import Situation, next_calls
from anomalyst.agent.language.prompting import prompt
from anomalyst.agent.nodes.asking import Change, ask, dump_model, refusing
from anomalyst.agent.nodes.detect import detect
from anomalyst.agent.running import doing, emit
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.units import counted
from anomalyst.evidence.wording import one
from anomalyst.modalities.registry import modality
from anomalyst.tools.budget import offers
from anomalyst.tools.toolbox import CHOOSING, FINISHING, LOOKING, Call, brief, get_tools
from anomalyst.tools.workbench import Workbench


def known_already(state: AnalysisState) -> bool:
    """Whether the evidence is there and a question is asked about it."""
    return bool(state.get("evidence"))


def look(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Profile the input that lies on the workbench."""
    bench = runtime.context.bench
    profile, sample = bench.profile(), bench.need_sample()
    normals = counted(profile["normals"], "normal example")
    size = modality(sample.modality).size(sample)
    emit(Looked(message=f"{sample.name}: {sample.modality}, {size}, {normals}", profile=profile))
    return {"profile": profile, "notes": list(bench.notes)}


def decide(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """What to find out next: as the model decides while it leads, else by the built-in policy."""
    context = runtime.context
    evidence = _evidence(state)
    calls = _of_model(state, evidence, context) or _of_policy(state, evidence, context)
    return {"calls": [asdict(call) for call in calls]}


def what_follows(state: AnalysisState) -> str:
    """Where the loop goes on: to the tools, to a question that is not understood yet, or out to the writing."""
    if state["calls"]:
        return "act"
    return "understand" if state.get("question", "").strip() and not state.get("understood") else "write"


def act(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Make the calls on the workbench, one after the other, and tell what each gives."""
    context, bench, asked = runtime.context, runtime.context.at_hand, asked_of(state)
    calls = [Call(**raw) for raw in state["calls"]]
    if bench is None:
        context.talk.over = True  # what the policy wants beside that cannot be told without the sample
        return {"calls": [], "gone": any(call.author == BUILTIN for call in calls)}
    before = bench.evidence = _evidence(state)
    for call in calls:
        given, failed = _made(call, bench, state, context)
        context.talk.told(call, given, context.left(), failed=failed)
    after = bench.evidence
    change: Change = {"calls": []}
    if after is None:
        return change
    if before is None and bench.detector is not None:
        change["notes"] = [*state.get("notes", ()), *bench.detector.notes_]
    wanted = needed(asked, before) if asked is not None and before is not None else None
    if asked and before and wanted and any(call.meets(wanted) for call in calls):
        change["asked"] = dump_model(settled(asked, before, after))
    return change | {"evidence": after.model_dump(mode="json")}


def _evidence(state: AnalysisState) -> Evidence | None:
    return Evidence.model_validate(state["evidence"]) if state.get("evidence") else None


def _of_policy(state: AnalysisState, evidence: Evidence | None, context: RunContext) -> list[Call]:
    """What the built-in policy wants found out and nobody tried yet."""
    bench, talk = context.bench, context.talk
    if state.get("gone"):
        return []
    if evidence is None and bench.detector is not None:
        return [Call("run_detector", {"detector": context.detector_name}, "it was given, fitted", BUILTIN)]
    profile = {**state.get("profile", {}), **context.means()}
    situation = Situation(
        profile,
        offers(bench.cards(), profile) if evidence is None else (),
        context.detector,
        evidence,
        asked_of(state),
        follow_up=bool(state.get("follow_up")),
        hurried=context.budget is not None,
        others=bool(bench.normals),
    )
    wanted = next_calls(situation)
    return [call for call in wanted if call.key not in talk.made and not any(one.meets(call) for one in talk.done)]


def _of_model(state: AnalysisState, evidence: Evidence | None, context: RunContext) -> list[Call]:
    """What the model wants found out; none where it does not lead, or not any more."""
    talk, refused = context.talk, refusing("investigate")
    chosen = evidence is None and context.bench.detector is not None  # by the user, who gave a fitted one
    if isinstance(context.model, BuiltinChatModel) or chosen or remarked(state):
        return []
    names = CHOOSING if evidence is None else (*LOOKING, *FINISHING)
    tools = get_tools(only=names)
    while not (talk.over or context.silent or talk.used_up(context.patience, refused)):
        doing(f"{context.llm} {'chooses a detector' if evidence is None else 'decides what to find out next'}")
        talk.messages = talk.messages or _opening(state, evidence, context)
        answer = ask(
            context,
            lambda told: ask_for_step(context.model, talk.messages, tools, told, context.patience),
            "investigate",
        )
        calls = talk.heard(answer, names, context.llm, refused)
        if calls:
            return calls
        if answer is not None and not (answer.tool_calls or answer.invalid_tool_calls):
            talk.over = evidence is not None  # who calls no tool has seen enough; before the first one, goes on later
            break
    return []


def _opening(state: AnalysisState, evidence: Evidence | None, context: RunContext) -> list[BaseMessage]:
    """What the model is told first."""
    question, profile = state.get("question", ""), {**state.get("profile", {}), **context.means()}
    follows = bool(state.get("follow_up"))
    data: dict[str, Any] = {"left": context.left()}
    if evidence is None:
        data |= {"profile": profile, "cards": offers(context.bench.cards(), profile)}
    else:
        data |= {"facts": brief(evidence)}
    words = {
        "detector": context.detector or "",
        "budget": context.budget,
        "follow_up": follows,
        "scored": evidence is not None,
    }
    return prompt("investigate", data, question=question, **words)


def _made(call: Call, bench: Workbench, state: AnalysisState, context: RunContext) -> tuple[str, bool]:
    """Make one call and tell it: (what it gave, as text, whether it failed)."""
    if call.name in CHOOSING:
        try:
            return "\n".join(brief(detect(call, state["profile"], context))), False
        except ToolException as error:
            refusing("investigate")(str(error))
            return str(error), True
    named = str(call.args.get("finding", ""))
    finding = named if named in {one.id for one in bench.need_evidence().findings} else ""  # else it may be any text
    words = f"{call.name} {finding}".strip()
    doing(words)
    (tool,) = get_tools(bench, (call.name,), context.time_left)
    given: ToolMessage = tool.invoke(ToolCall(name=call.name, args=call.args, id=call.key, type="tool_call"))
    words = words if call.name != "plant_faults" else _planted(bench)
    told: dict[str, Any] = {"tool": call.name, "args": call.args, "reason": call.reason, "author": call.author}
    emit(LookedCloser(message=words, answer=given.text, **told))
    return given.text, given.status == "error"


def _planted(bench: Workbench) -> str:
    seen = one(bench.need_evidence(), "sample", "seen_faults")
    return "no fault could be planted" if seen is None else f"planted faults that raise the alarm: {seen.value}"
