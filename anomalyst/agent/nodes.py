"""The nodes of the graph: each takes the state, does one thing on the workbench or with the model, and tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from langchain_core.messages import BaseMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import BaseTool
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from anomalyst.agent.answering.asked import Asked
from anomalyst.agent.answering.measuring import needed, settled
from anomalyst.agent.answering.replying import asked_of, manner_of_answer, remarked, replies
from anomalyst.agent.answering.understand import understand
from anomalyst.agent.events import (
    Checked,
    Fitted,
    Looked,
    LookedCloser,
    Planned,
    Published,
    Refused,
    Scored,
    Understood,
    Wrote,
)  # fmt: skip
from anomalyst.agent.ideas import ideas
from anomalyst.agent.language.answer import Answered, answer_schema, menu, read_answer
from anomalyst.agent.language.asking import CannotAskError, OnRefused, ask_for_answer, ask_for_calls
from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.planner import choose_detector, decided, missing_looks
from anomalyst.agent.language.prompting import prompt
from anomalyst.agent.publishing import assemble, complete
from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.agent.running import doing, emit
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.chosen import Chosen
from anomalyst.agent.statements.paraphrase import worded
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Verdict
from anomalyst.evidence.facts import Evidence, Model
from anomalyst.evidence.units import counted
from anomalyst.modalities.registry import modality
from anomalyst.tools.budget import (
    Decision,
    already_fitted,
    budget_rows,
    offers,
    planned_words,
    time_rows,
    training_time,
)  # fmt: skip
from anomalyst.tools.looking import plant_faults
from anomalyst.tools.toolbox import ASKING, CHOOSING, LOOKING, describe, get_tools
from anomalyst.tools.workbench import Workbench, choice_rows

MAX_REPAIRS = 2
MAX_LOOKS = 12

Change = dict[str, Any]
T = TypeVar("T")


def _refused(where: str) -> OnRefused:
    return lambda reason: emit(Refused(message=reason, where=where))


def _calls(context: RunContext, messages: list[BaseMessage], tools: list[BaseTool], where: str) -> list[ToolCall]:
    """The model's tool calls; none where it does not answer."""
    return (
        _ask(context, lambda refused: ask_for_calls(context.model, messages, tools, refused, context.patience), where)
        or []
    )


def _answer(context: RunContext, messages: list[BaseMessage], evidence: Evidence, where: str, tries: int) -> Answered:
    """The statements that the model makes, and its ideas; none where it gives none."""
    schema = answer_schema(evidence)
    answer = _ask(
        context,
        lambda refused: ask_for_answer(context.model, messages, schema, refused, context.patience, tries),
        where,
    )
    if answer is None:
        return Answered()
    found = read_answer(answer)
    for reason in found.unread:
        _refused(where)(f"a statement cannot be read: {reason}")
    return found


def _ask(context: RunContext, ask: Callable[[OnRefused], T], where: str) -> T | None:
    """What the model answers; once it does not answer, it is not asked again in this run."""
    refused = _refused(where)
    if context.silent:
        return None
    try:
        return ask(refused)
    except CannotAskError as error:
        context.silent.append(str(error))
        refused(f"{error}; the built-in model takes over")
        return None


def known_already(state: AnalysisState) -> bool:
    """Whether the evidence is there and only words are asked for."""
    return bool(state.get("evidence"))


def look(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Profile the input that lies on the workbench."""
    bench = runtime.context.bench
    profile, sample = bench.profile(), bench.need_sample()
    normals = counted(profile["normals"], "normal example")
    size = modality(sample.modality).size(sample)
    emit(Looked(message=f"{sample.name}: {sample.modality}, {size}, {normals}", profile=profile))
    return {"profile": profile, "notes": list(bench.notes)}


def choose(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Let the model choose a detector and run it; a fitted one that the user gave is used as it is."""
    context, bench = runtime.context, runtime.context.bench
    profile = state["profile"] | context.means()
    if bench.detector is None:
        doing(f"{context.llm} chooses a detector")
        decision, said, author = _choice(profile, context)
        name, words = decision.name, planned_words(decision, said, context.budget)
        emit(Planned(message=words, detector=name, said=said, author=author, decision=decision))
        doing(f"fitting {name} on {counted(len(bench.normals), 'normal example')}")
        rows = bench.fit(name, partial(_fitting, name), training_time(name, profile))
        rows += budget_rows(decision, context.budget)
        count = len(bench.normals)
        told = f"learned from {counted(count, 'normal example')}" if count else "needs no normal examples"
        emit(Fitted(message=f"{name} {told}", detector=name))
    else:
        name = bench.detector.card.name
        rows = [*choice_rows(bench.detector), *budget_rows(already_fitted(name, profile), context.budget)]
    doing("scoring the input")
    evidence = bench.score(rows)
    found = counted(len(evidence.findings), "finding")
    alarm = "anomalous" if evidence.verdict == "anomalous" else "no alarm"  # what that is worth is found out later
    words = f"{alarm}, p {show_equals(show_whole_p(evidence.sample_p, evidence))}, {found}"
    emit(Scored(message=words, verdict=evidence.verdict, p=evidence.sample_p))
    left_out = () if bench.detector is None else bench.detector.notes_
    notes = [*state.get("notes", ()), *left_out]
    return {"evidence": evidence.model_dump(mode="json"), "notes": notes}


def _fitting(name: str, done: int, total: int, loss: float | None = None, /) -> None:
    """Say how far a fit has got."""
    lost = "" if loss is None else f", loss {loss:.3g}"
    doing(f"fitting {name}: {done} of {total} steps{lost}")


def _choice(profile: dict[str, Any], context: RunContext) -> tuple[Decision, str, str]:
    """(decision, the author's own reason, author): the model's, or the built-in planner's where the model's cannot be
    used."""
    bench = context.bench
    cards = offers(bench.cards(), profile)
    data = {"profile": profile, "cards": cards, "wanted": context.detector or ""}
    messages = prompt("choose", data, detector=context.detector or "", budget=context.budget)
    refused, own = _refused("choose"), choose_detector(profile, cards, context.detector)
    for call in _calls(context, messages, get_tools(bench, CHOOSING), "choose")[:1]:
        name, said = str(call["args"].get("detector")), str(call["args"].get("reason", ""))[:300]
        if name == own.name:
            return own, said or own.reason, context.llm
        if name in bench.candidates() and not context.detector:
            return decided(name, "the language model chose it", profile, cards), said or "no reason given", context.llm
        allowed = [context.detector] if context.detector else bench.candidates()
        refused(f"the model chose {name!r}; allowed are {', '.join(allowed)}")
    return own, own.reason, "builtin"


def look_closer(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Let the model call the looking tools on the findings, each call at most once."""
    bench = runtime.context.bench
    evidence = bench.need_evidence()
    if not evidence.findings:
        _plant(runtime.context)
        return {"evidence": bench.need_evidence().model_dump(mode="json")}
    tools = {tool.name: tool for tool in get_tools(bench, LOOKING)}
    messages = prompt("closer", {"evidence": dump(evidence)})
    doing(f"{runtime.context.llm} looks closer")
    calls = _calls(runtime.context, messages, list(tools.values()), "look_closer")
    for call in calls[:MAX_LOOKS]:
        _look(bench, tools, call["name"], call["args"])
    seen = dump(bench.need_evidence())
    for missing in missing_looks(seen["findings"], seen["facts"]):  # the healing test, if the model left it out
        _look(bench, tools, missing["name"], missing["args"])
    return {"evidence": bench.need_evidence().model_dump(mode="json")}


def _plant(context: RunContext) -> None:
    """Find out whether a fault would have been seen in a normal sample, in the time that is left."""
    doing("planting faults: would they have been seen?")
    facts = plant_faults(context.bench, None if context.budget is None else context.budget - context.spent())
    if facts:
        emit(LookedCloser(message=f"planted faults that raise the alarm: {facts[0].value}", answer=describe(facts)))


def _look(bench: Workbench, tools: dict[str, BaseTool], name: str, args: dict[str, Any]) -> None:
    """Call one tool and tell what it answered."""
    subject = str(args.get("finding", ""))[:20]
    doing(f"{name} {subject}")
    answer = str(tools[name].invoke(args))
    emit(LookedCloser(message=f"{name} {subject}", tool=name, args=args, answer=answer))


def understand_question(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Make of the question, where there is one, what is asked for; the one before it tells what "it" is."""
    question = state.get("question", "")
    if not question.strip():
        return {"asked": {}}
    before = Asked.model_validate(state["asked"]) if state.get("asked") else None
    evidence = Evidence.model_validate(state["evidence"])
    asked = understand(question, evidence, before, runtime.context.manner.language)
    shown = asked.model_dump(mode="json", exclude_defaults=True)
    # Not the names: they are words of files and persons, and the page shows a step's line as Markdown.
    about = ", ".join([*asked.findings, *([asked.detector] if asked.detector else [])])
    emit(Understood(message=f"{asked.intent.replace('_', ' ')}{f' ({about})' if about else ''}", asked=shown))
    return {"asked": dump_model(asked)}


def measure(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Have measured what the question needs and nobody measured yet, where the sample is still at hand."""
    asked, evidence = asked_of(state), Evidence.model_validate(state["evidence"])
    call = None if asked is None else needed(asked, evidence)
    if call is None:
        return {"gone": False}
    bench = runtime.context.at_hand()
    if bench is None:
        return {"gone": True}
    bench.evidence = evidence
    tools = {tool.name: tool for tool in get_tools(bench, ASKING)}
    _look(bench, tools, call.name, call.args)
    measured = bench.need_evidence()
    kept = {} if asked is None else dump_model(settled(asked, evidence, measured))
    return {"gone": False, "asked": kept, "evidence": measured.model_dump(mode="json")}


def write(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Ask the model for statements; the built-in writer steps in where it makes none. A further question that
    statements do not answer gets a remark instead."""
    context, asked = runtime.context, asked_of(state)
    evidence, question = Evidence.model_validate(state["evidence"]), state.get("question", "")
    manner = manner_of_answer(state, context.manner)
    own = replies(asked, evidence, manner) if asked is not None else []
    own = own or ([] if state.get("follow_up") else write_claims(evidence, manner.speech))
    answer = Answered()
    doing(f"{context.llm} writes")
    if own or not (isinstance(context.model, BuiltinChatModel) or remarked(state)):
        data = {"evidence": dump(evidence), "question": question, "language": manner.language, **menu(Book(evidence))}
        data |= {"asked": state.get("asked") or None, "length": manner.length}
        answer = _answer(context, prompt("write", data, question=question), evidence, "write", tries=2)
    author = context.llm if answer.made else BUILTIN
    made = answer.made or [Chosen(statement=claim.statement) for claim in own if claim.statement is not None]
    emit(Wrote(message=f"{author} made {counted(len(made), 'statement')}", author=author))
    kept = _ideas(answer.ideas, evidence, context)
    return {"chosen": [dump_model(one) for one in made], "checked": [], "author": author, "ideas": kept, "repairs": 0}


def _ideas(texts: Sequence[str], evidence: Evidence, context: RunContext) -> list[str]:
    """What the model added of its own and may be shown, if that is wanted; why the rest is not, is told."""
    sorted_out = ideas(texts if context.ideas else (), evidence)
    for reason in sorted_out.dropped:  # not what was dropped: it may name somebody
        emit(Refused(message=f"an idea of {context.llm} is not shown: {reason}", where="ideas"))
    return list(sorted_out.kept)


def verify(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Judge every statement, and word those that hold."""
    evidence = Evidence.model_validate(state["evidence"])
    speech = manner_of_answer(state, runtime.context.manner).speech
    book, checked, refused = Book(evidence, speech), list(state["checked"]), []
    for raw in state["chosen"]:
        one = Chosen.model_validate(raw)
        claim, author, reason = worded(one, book, state["author"])
        if claim is None:
            refused.append({"statement": raw["statement"], "reason": reason})
            emit(Refused(message=f"{one.statement.predicate}: {reason}", where="verify"))
            continue
        if reason:
            emit(Refused(message=f"“{one.wording}”: {reason}; the built-in wording stands", where="verify"))
        verdict = Verdict(outcome="supported", facts=claim.cites)
        checked.append(dump_model(CheckedClaim(claim=claim, verdict=verdict, author=author, chosen_by=state["author"])))
    words = f"{len(state['chosen']) - len(refused)} of {counted(len(state['chosen']), 'statement')} hold"
    emit(Checked(message=words, failed=len(refused)))
    return {"checked": checked, "refused": refused, "chosen": []}


def needs_repair(state: AnalysisState) -> bool:
    """Whether a statement failed and may still go back to the model."""
    return bool(state["refused"]) and state["repairs"] < MAX_REPAIRS


def repair(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Send the statements that failed back with the reasons, and ask for others."""
    evidence = Evidence.model_validate(state["evidence"])
    data = {"evidence": state["evidence"], "refused": state["refused"], **menu(Book(evidence))}
    doing(f"{runtime.context.llm} mends {counted(len(state['refused']), 'statement')}")
    answer = _answer(runtime.context, prompt("repair", data), evidence, "repair", tries=1)
    return {"chosen": [dump_model(one) for one in answer.made], "repairs": state["repairs"] + 1}


def publish(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Add in built-in sentences what was left unsaid, and publish."""
    context = runtime.context
    evidence = _timed(Evidence.model_validate(state["evidence"]), context)
    checked = complete(state, evidence, manner_of_answer(state, context.manner))
    explanation = assemble(checked, evidence, context, state)
    explanation = explanation.model_copy(update={"ideas": tuple(state.get("ideas", ()))})
    get_stream_writer()(Published(message=explanation.summary, explanation=explanation))
    return {"evidence": evidence.model_dump(mode="json"), "explanation": explanation.model_dump(mode="json")}


def _timed(evidence: Evidence, context: RunContext) -> Evidence:
    """The evidence with what the whole run took, writing included, if the user gave it a budget."""
    if context.budget is None:
        return evidence
    context.bench.add_facts("choice", time_rows(context.spent(), context.budget))
    return context.bench.need_evidence()


def dump(evidence: Evidence) -> dict[str, Any]:
    """Evidence as JSON values without missing bounds, for prompts."""
    return evidence.model_dump(mode="json", exclude_none=True)


def dump_model(model: Model) -> dict[str, Any]:
    """A model as JSON values, for the state."""
    return model.model_dump(mode="json")
