"""Follow-up questions: whether what comes back answers the question that was asked, in the language it was asked in.

    python -m benchmarks.orchestration                       # benchmarks/questions/*.json, each file a row of the table
    python -m benchmarks.orchestration --recorded --show     # of recorded runs only; what came back where it did not

A request is asked of a recorded run (tests/blind/evidence), in a conversation of its own, or of an example that ships,
in one for all that are asked of it; after the questions in `after`. Its answer must match each pattern of `has` and
none of `never`, be in the language `in`, and be no longer than `most` sentences; a `remark` is one sentence that makes
no statement.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from anomalyst import Anomalyst
from anomalyst.agent.events import Published
from anomalyst.datasets import bundled_examples
from anomalyst.evidence.claims import Explanation

QUESTIONS = Path(__file__).parent / "questions"
RUNS = Path(__file__).parent.parent / "tests" / "blind" / "evidence"
DEMOS = {"demo-series": "telemetry", "demo-image": "gravel"}
MOST = 3  # sentences, where a request says nothing else
WHOLE = 6  # more sentences than these are a report
GERMAN = re.compile(r"\b(der|die|das|ist|sind|und|von|wurde|nicht|ein|eine|liegt|lag|bei|mit|zu|im|am|gerne?)\b", re.I)
ENGLISH = re.compile(r"\b(the|is|are|was|and|of|in|at|not|an?|it|be|with|you|to|for)\b", re.I)


@dataclass(frozen=True)
class Answer:
    """What came back. `sentences`: of statements; `said`: all of it as text."""

    sentences: tuple[str, ...]
    said: str

    @classmethod
    def of(cls, explanation: Explanation) -> Answer:
        """The answer as the chat shows it: its sentences, or its summary where it makes no statement."""
        claims = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
        sentences = tuple(checked.claim.text for checked in claims)
        return cls(sentences, " ".join(sentences) or explanation.summary)

    @property
    def length(self) -> int:
        """How many sentences it has."""
        return len(self.sentences) or len(re.findall(r"[.!?](?=\s|$)", self.said))

    @property
    def language(self) -> str:
        """Which language it is in, by its small words."""
        return "de" if len(GERMAN.findall(self.said)) > len(ENGLISH.findall(self.said)) else "en"


@dataclass(frozen=True)
class Judged:
    """A request with what came back, and what is wrong with it."""

    request: dict[str, Any]
    answer: Answer
    wrong: tuple[str, ...]
    strays: bool  # it tells what was not asked
    foreign: bool  # it is in another language


@dataclass
class Conversations:
    """Where requests are asked: one analyst, in which each run is known."""

    analyst: Anomalyst = field(default_factory=lambda: Anomalyst(checkpointer=InMemorySaver()))
    asked: int = 0

    def answer(self, request: dict[str, Any]) -> Answer:
        """What comes back to the last of its questions."""
        self.asked += 1
        run = request["run"]
        thread = run if run in DEMOS else f"{run}-{self.asked}"  # an example is analysed once
        if not self.analyst.knows(thread):
            self._begin(run, thread)
        for question in (*request.get("after", ()), request["ask"]):
            answer = self._ask(question, thread)
        return answer

    def _begin(self, run: str, thread: str) -> None:
        if run in DEMOS:
            example = _examples()[DEMOS[run]]
            self.analyst.explain(example.input, example.normal, thread=thread)
            return
        evidence = json.loads((RUNS / f"{run}.json").read_text(encoding="utf-8"))
        config = {"configurable": {"thread_id": thread}}
        self.analyst.graph.update_state(config, {"evidence": evidence, "notes": []}, as_node="publish")

    def _ask(self, question: str, thread: str) -> Answer:
        last = list(self.analyst.stream_answer(question, thread))[-1]
        assert isinstance(last, Published)
        return Answer.of(last.explanation)


@cache
def _examples() -> dict[str, Any]:
    folder = tempfile.mkdtemp()
    return {example.name: example for example in bundled_examples(folder)}


def judged(request: dict[str, Any], answer: Answer) -> Judged:
    """Whether the answer is one to the request."""
    most = request.get("most", 1 if request.get("remark") else MOST)
    lacks = [pattern for pattern in request.get("has", ()) if not re.search(pattern, answer.said)]
    strays = [pattern for pattern in request.get("never", ()) if re.search(pattern, answer.said)]
    foreign = answer.language != request.get("in", "en")
    wrong = [f"lacks {pattern!r}" for pattern in lacks] + [f"tells {pattern!r}" for pattern in strays]
    wrong += ["another language"] if foreign else []
    wrong += [f"{answer.length} sentences"] if answer.length > most else []
    wrong += ["statements"] if request.get("remark") and answer.sentences else []
    return Judged(request, answer, tuple(wrong), bool(strays) or answer.length > max(most, WHOLE), foreign)


def all_judged(path: Path, conversations: Conversations, recorded: bool) -> Iterator[Judged]:
    """The requests of a file with what came back; `recorded`: those of recorded runs only."""
    for request in json.loads(path.read_text(encoding="utf-8")):
        if not (recorded and request["run"] in DEMOS):
            yield judged(request, conversations.answer(request))


def row(name: str, found: Sequence[Judged]) -> str:
    """A row of the table."""
    shares = (
        f"{100 * sum(values) / len(found):.0f} %"
        for values in ([not j.wrong for j in found], [j.strays for j in found], [j.foreign for j in found])
    )
    answered, strays, foreign = shares
    sentences = statistics.median(judged.answer.length for judged in found)
    return f"| {name} | {len(found)} | {answered} | {strays} | {sentences:g} | {foreign} |"


def main() -> None:
    """Ask everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", nargs="*", type=Path, default=sorted(QUESTIONS.glob("*.json")))
    parser.add_argument("--show", action="store_true", help="print the answers that do not hold")
    parser.add_argument("--recorded", action="store_true", help="leave out the examples, which are analysed first")
    options = parser.parse_args()
    conversations, rows = Conversations(), []
    for path in options.set:
        found = list(all_judged(path, conversations, options.recorded))
        rows.append(row(path.stem.replace("_", " "), found))
        for one in found if options.show else ():
            if one.wrong:
                print(f"{one.request['run']}: {one.request['ask']}\n    {one.answer.said}\n    {'; '.join(one.wrong)}")
    print("| requests | of them | answered | off topic | sentences, median | another language |")
    print("|---|---:|---:|---:|---:|---:|", *rows, sep="\n")


if __name__ == "__main__":
    main()
