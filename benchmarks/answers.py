"""What of a language model's answers is delivered: recorded ones in `tests/blind`, judged by today's code.

    python -m benchmarks.answers

`statements`: answers to the prompt of `explain` (tests/blind/statements): how many statements hold and are delivered,
and of the wordings given with them, how many stand in the model's own words. `parses`: sentences that the rules did not
understand, as a model took them apart for `verify --reader` (tests/blind/parses): what was made of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from anomalyst.agent.language.answer import answer_schema, read_answer
from anomalyst.agent.language.reader import parts_of, reading_schema
from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.paraphrase import worded
from anomalyst.agent.statements.parsed import judged
from benchmarks.blind import FOLDER, OUTCOMES, evidence_of


def statements() -> Counter[str]:
    """Counts of statements made, delivered, worded by the model, and delivered in its words."""
    counts: Counter[str] = Counter()
    for recorded in _recorded("statements"):
        book = Book(evidence_of(recorded["run"]))
        answer = read_answer(answer_schema(book.evidence).model_validate(recorded["answer"]))
        counts["made"] += len(answer.made) + len(answer.unread)
        for one in answer.made:
            claim, author, _ = worded(one, book, "model")
            counts["delivered"] += claim is not None
            counts["worded"] += bool(one.wording)
            counts["in its words"] += author == "model"
    return counts


def parses() -> Counter[tuple[bool, str]]:
    """Counts of parsed sentences by truth and outcome."""
    counts: Counter[tuple[bool, str]] = Counter()
    for recorded in _recorded("parses"):
        book, sentences = Book(evidence_of(recorded["run"])), recorded["sentences"]
        answer = reading_schema(book).model_validate({"parts": recorded["parts"]})
        for sentence, parts in zip(sentences, parts_of(answer, len(sentences)), strict=True):
            outcome = judged(sentence["text"], parts, book).verdict.outcome if parts else "unverifiable"
            counts[sentence["truth"], outcome] += 1
    return counts


def _recorded(kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted((FOLDER / kind).glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    """Judge the answers and print the tables."""
    made = statements()
    print(f"{made['delivered']} of {made['made']} statements are delivered,")
    print(f"{made['in its words']} of {made['worded']} wordings stand.\n")
    read = parses()
    print("| parsed sentences | supported | not understood | contradicted |\n|---|---:|---:|---:|")
    for truth in (True, False):
        print(f"| {'true' if truth else 'false'} | {' | '.join(str(read[truth, outcome]) for outcome in OUTCOMES)} |")


if __name__ == "__main__":
    main()
