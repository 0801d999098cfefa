"""Understanding a question, writing, checking, mending and publishing: what follows once all is found out."""

from __future__ import annotations

from collections.abc import Sequence

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from anomalyst.agent.answering.asked import Asked
from anomalyst.agent.answering.replying import asked_of, manner_of_answer, remarked, replies
from anomalyst.agent.answering.understand import understand
from anomalyst.agent.events import Checked, Published, Refused, Spent, Understood, Wrote
from anomalyst.agent.ideas import ideas
from anomalyst.agent.language.answer import Answered, menu
from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.prompting import prompt
from anomalyst.agent.nodes.asking import Change, ask_for_statements, dump, dump_model
from anomalyst.agent.publishing import assemble, complete
from anomalyst.agent.running import doing, emit
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.chosen import Chosen
from anomalyst.agent.statements.paraphrase import worded
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Verdict
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.units import counted
from anomalyst.tools.budget import time_rows

MAX_REPAIRS = 2


def understand_question(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Make of the question, where there is one, what is asked for; the one before it tells what "it" is."""
    question = state.get("question", "")
    if not question.strip():
        return {"asked": {}, "understood": True}
    before = Asked.model_validate(state["asked"]) if state.get("asked") else None
    evidence = Evidence.model_validate(state["evidence"])
    asked = understand(question, evidence, before, runtime.context.manner.language)
    shown = asked.model_dump(mode="json", exclude_defaults=True)
    # Not the names: they are words of files and persons, and the page shows a step's line as Markdown.
    about = ", ".join([*asked.findings, *([asked.detector] if asked.detector else [])])
    emit(Understood(message=f"{asked.intent.replace('_', ' ')}{f' ({about})' if about else ''}", asked=shown))
    return {"asked": dump_model(asked), "understood": True}


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
        answer = ask_for_statements(context, prompt("write", data, question=question), evidence, "write", tries=2)
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
    answer = ask_for_statements(runtime.context, prompt("repair", data), evidence, "repair", tries=1)
    return {"chosen": [dump_model(one) for one in answer.made], "repairs": state["repairs"] + 1}


def publish(state: AnalysisState, runtime: Runtime[RunContext]) -> Change:
    """Add in built-in sentences what was left unsaid, and publish."""
    context = runtime.context
    _tell_spent(context)
    evidence = _timed(Evidence.model_validate(state["evidence"]), context)
    checked = complete(state, evidence, manner_of_answer(state, context.manner))
    explanation = assemble(checked, evidence, context, state)
    explanation = explanation.model_copy(update={"ideas": tuple(state.get("ideas", ()))})
    get_stream_writer()(Published(message=explanation.summary, explanation=explanation))
    return {"evidence": evidence.model_dump(mode="json"), "explanation": explanation.model_dump(mode="json")}


def _tell_spent(context: RunContext) -> None:
    """Tell what the language model took, if one was asked."""
    calls, seconds = context.patience.calls, round(context.patience.waited, 1)
    read, written = context.patience.read_and_written
    if calls:
        tokens = f", {read:,} tokens read, {written:,} written" if read else ""
        words = f"{context.llm}: {counted(calls, 'answer')}{tokens}, {seconds:g} s"
        emit(Spent(message=words, calls=calls, read=read, written=written, seconds=seconds))


def _timed(evidence: Evidence, context: RunContext) -> Evidence:
    """The evidence with what the whole run took, writing included, if the user gave it a budget."""
    if context.budget is None:
        return evidence
    context.bench.add_facts("choice", time_rows(context.spent(), context.budget))
    return context.bench.need_evidence()
