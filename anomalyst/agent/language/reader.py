"""A language model as a reader: it takes sentences apart into statements, which code judges; it makes nothing true."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from anomalyst.agent.language.answer import menu, statement_schema
from anomalyst.agent.language.asking import CannotAskError, ask_for_answer
from anomalyst.agent.language.patience import Patience
from anomalyst.agent.language.prompting import prompt
from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.parsed import Part, judged
from anomalyst.agent.verifier.verify import CheckedSentence, verify_text
from anomalyst.errors import ModelError
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.statements import Statement

MAX_SENTENCES = 40  # that a model is asked about at once


def read_text(text: str, evidence: Evidence, model: BaseChatModel, patience: Patience) -> list[CheckedSentence]:
    """The text sentence by sentence: read by the rules and, where these do not understand, as the model parses it.

    Raises ModelError if the model cannot be asked.
    """
    checked = verify_text(text, evidence)
    open_ = [n for n, one in enumerate(checked) if one.verdict.outcome == "unverifiable"]
    for start in range(0, len(open_), MAX_SENTENCES):
        asked = open_[start : start + MAX_SENTENCES]
        parses = _parsed([checked[n].text for n in asked], Book(evidence), model, patience)
        for n, parts in zip(asked, parses, strict=True):
            read = judged(checked[n].text, parts, Book(evidence)) if parts else checked[n]
            checked[n] = read if read.verdict.outcome != "unverifiable" else checked[n]
    return checked


def _parsed(texts: Sequence[str], book: Book, model: BaseChatModel, patience: Patience) -> list[list[Part]]:
    """Of each sentence the parts that the model finds in it."""
    data = {
        "evidence": book.evidence.model_dump(mode="json", exclude_none=True),
        "sentences": list(texts),
        **menu(book),
    }
    refused: list[str] = []
    try:
        answer = ask_for_answer(model, prompt("read", data), reading_schema(book), refused.append, patience)
    except CannotAskError as error:
        raise ModelError(f"{error}; leave the reader out, or name another model.") from error
    return [[] for _ in texts] if answer is None else parts_of(answer, len(texts))


def parts_of(answer: BaseModel, count: int) -> list[list[Part]]:
    """The parts that an answer of `reading_schema` finds in each of so many sentences."""
    parts: list[list[Part]] = [[] for _ in range(count)]
    for entry in answer.model_dump()["parts"]:
        if 0 <= entry["sentence"] < count:
            parts[entry["sentence"]] += _part(entry)
    return parts


def _part(entry: dict[str, object]) -> list[Part]:
    """A part of the answer, if it is one."""
    arguments = {name: value for name, value in entry.items() if name not in ("sentence", "words", "wording")}
    try:
        return [Part(words=str(entry["words"]), statement=Statement.model_validate(arguments))]
    except ValidationError:
        return []


def reading_schema(book: Book) -> type[BaseModel]:
    """The class of the answer: parts of sentences, each with its statement."""
    part = create_model(
        "Part",
        __base__=statement_schema(book),
        sentence=(int, Field(description="Number of the sentence in the list, from 0.")),
        words=(str, Field(description="The words of the sentence that make the statement, copied exactly.")),
    )
    return create_model(
        "Reading",
        __config__=ConfigDict(extra="ignore"),
        __doc__="What the sentences state.",
        parts=(list[part], Field(max_length=400)),  # type: ignore[valid-type]
    )
