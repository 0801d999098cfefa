"""How the command line shows a run and its explanation. Text from data is shown as it is, never as markup."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from anomalyst.agent.cli.common import err_console, one_line
from anomalyst.agent.events import Event, Published
from anomalyst.agent.events import Progress as Advanced
from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.agent.report.steps import step_name, step_words
from anomalyst.agent.worded import ideas_title, worded_by
from anomalyst.agent.writer.selection import shown
from anomalyst.detectors.contract import OnStep
from anomalyst.errors import AnomalystError
from anomalyst.evidence.claims import CheckedClaim, Explanation
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech

STYLES = {"anomalous": "bold dark_orange3", "normal": "bold green", "cannot tell": "bold yellow"}
MARKS = {"refused": ("✗", "yellow")}


def follow(events: Iterable[Event], name: str, speech: Speech = ENGLISH_SPEECH, *, quiet: bool) -> Explanation:
    """Show each event as a line on stderr while it runs, in the language of the answer; returns the explanation of the
    last one."""
    console = err_console()
    explanation: Explanation | None = None
    with (
        nullcontext() if quiet else console.status(Text(speech.text("step-begun", {"name": one_line(name)}))) as status
    ):
        for event in events:
            if isinstance(event, Published):
                explanation = event.explanation
            if status is None or isinstance(event, Published):
                continue
            if isinstance(event, Advanced):
                status.update(Text(f"{one_line(name)}: {one_line(event.message)}"))
                continue
            line = one_line(step_words(event.kind, event.message, event.data, speech))
            mark, style = MARKS.get(event.kind, ("✓", "green"))
            console.print(Text.assemble((mark, style), (f" {step_name(event.kind, speech):<14}", "bold"), line))
    if explanation is None:
        raise AnomalystError("the run ended without an explanation; this is a defect, please report it.")
    return explanation


def working() -> Progress:
    """A line with what is done, a bar, the count, the time passed and left, on stderr where that is a terminal."""
    console = err_console()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    times = TimeElapsedColumn(), TimeRemainingColumn()
    return Progress(*columns, *times, console=console, disable=not console.is_terminal, transient=True)


def fit_progress(shown: Progress, task: TaskID, name: str) -> OnStep:
    """What keeps the line of a detector's fit true: how far it is, and the loss while a network is trained."""

    def told(done: int, total: int, loss: float | None = None, /) -> None:
        words = f"Fitting {name}" if loss is None else f"Fitting {name}, loss {loss:.3g}"
        shown.update(task, completed=done, total=total, description=words)

    return told


def explanation_view(explanation: Explanation) -> RenderableType:
    """The explanation for a terminal: summary, then as much as its length asks for, what reading changed, where the
    report is."""
    speech, rest = Speech(explanation.language), shown(explanation)
    parts: list[RenderableType] = [Text(one_line(explanation.summary))]
    for title, claims in (
        ("title-measured", rest.told),
        ("title-causes", rest.causes),
        ("title-steps", rest.steps),
        ("title-sure", rest.sure),
    ):
        if claims:
            told = (_claim(checked, cited=explanation.audience == "expert") for checked in claims)
            parts += [Text(), Text(speech.text(title), style="bold"), *told]
    if explanation.ideas and explanation.length != "short":
        parts += [Text(), _ideas(explanation)]
    if explanation.notes:
        heading = Text(speech.text("title-reading"), style="bold")
        parts += [Text(), heading, *(_note(note) for note in explanation.notes)]
    who = one_line(worded_by(explanation, speech))
    parts += [Text(), Text.assemble((speech.text("title-worded"), "bold"), " ", who)]
    if explanation.out:
        report = Path(explanation.out) / "report.html"
        parts += [Text.assemble((speech.text("title-report"), "bold"), " ", str(report))]
    evidence = explanation.evidence
    style = STYLES[evidence.verdict_word]
    label = Text(f" {one_line(_label(explanation, speech))} ", style=style)
    return Panel(Group(*parts), title=label, title_align="left", border_style=style, padding=(1, 2))


def _label(explanation: Explanation, speech: Speech) -> str:
    """What was looked at, and the verdict in short."""
    evidence = explanation.evidence
    slots = {
        "name": evidence.sample_name,
        "outcome": speech.term("outcome", evidence.verdict_word),
        "eq": show_equals(show_whole_p(explanation.p_value, evidence, speech)),
        "level": speech.term("confidence", explanation.confidence),
    }
    return speech.text("label-cannot-tell" if evidence.cannot_tell else "label", slots)


def summary_table(explanations: list[Explanation]) -> Table:
    """One row per explained input, the most abnormal first, in the language of the answers."""
    speech = Speech(explanations[0].language) if explanations else ENGLISH_SPEECH
    table = Table(title=speech.text("several-title"))
    for message in ("several-input", "label-verdict", "several-p", "report-count", "several-report"):
        table.add_column(speech.text(message), overflow="fold")
    for e in sorted(explanations, key=lambda e: e.p_value):
        report = str(Path(e.out) / "report.html") if e.out else ""
        word = e.evidence.verdict_word
        cells = [
            e.evidence.sample_name,
            speech.term("outcome", word),
            show_whole_p(e.p_value, e.evidence, speech),
            str(len(e.evidence.findings)),
            report,
        ]
        table.add_row(*(Text(one_line(cell)) for cell in cells), style=STYLES[word].removeprefix("bold "))
    return table


def _ideas(explanation: Explanation) -> RenderableType:
    """What the model added of its own, in a box apart: no mark says that it was checked."""
    lines = Text("\n").join(Text(f"? {one_line(idea)}") for idea in explanation.ideas)
    title = Text(one_line(ideas_title(explanation, Speech(explanation.language))), style="bold yellow")
    return Panel(lines, title=title, title_align="left", border_style="yellow", box=box.SQUARE)


def _note(note: str) -> RenderableType:
    return Padding(Text.assemble(("! ", "yellow"), one_line(note)), (0, 0, 0, 2))


def _claim(checked: CheckedClaim, *, cited: bool) -> RenderableType:
    supported = checked.verdict.outcome == "supported"
    mark = ("✓ ", "green") if supported else ("✗ ", "red")
    cites = f"  [{', '.join(checked.claim.cites)}]" if cited and checked.claim.cites else ""
    return Padding(Text.assemble(mark, one_line(checked.claim.text), (cites, "dim")), (0, 0, 0, 2))
