"""The commands `explain` and `demo`: run the analyst, show its steps, print what it found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from anomalyst.agent.cli.common import (
    AlarmsOption,
    AlphaOption,
    AudienceOption,
    BackboneOption,
    BudgetOption,
    CausesOption,
    FieldOption,
    JsonOption,
    LanguageOption,
    LengthOption,
    LlmLimitOption,
    LlmOption,
    ModalityOption,
    NoIdeasOption,
    NormalOption,
    SeedOption,
    TextEncoderOption,
    TrimOption,
    existing,
    guarded,
    out_console,
    print_json,
    report_error,
    tell_notes,
)
from anomalyst.agent.language.patience import LLM_SECONDS
from anomalyst.errors import AnomalystError

if TYPE_CHECKING:
    from anomalyst.agent.analyst import Anomalyst
    from anomalyst.evidence.claims import Explanation
    from anomalyst.evidence.speech.manner import Manner

DEFAULT_OUT = Path("anomalyst-out")
DEMO = ("gravel", "telemetry", "payments")
BOLT = "bolt"


@dataclass(frozen=True)
class Task:
    """One input to explain and how."""

    source: Path
    out: Path
    normal: list[Path] | None
    modality: str | None = None
    detector: str | None = None
    question: str = ""
    text: str | None = None
    budget: float | None = None
    notes: tuple[str, ...] = ()
    manner: Manner | None = None


@guarded
def explain(  # noqa: PLR0913 - the parameters of a command are its options
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="An image, a folder of images, or a CSV, Parquet or NPY series.")
    ],
    normal: NormalOption = None,
    modality: ModalityOption = None,
    detector: Annotated[
        str | None, typer.Option(help="Detector to use: a name of `anomalyst detectors`, or a folder written by fit.")
    ] = None,
    backbone: BackboneOption = None,
    text_encoder: TextEncoderOption = None,
    trim: TrimOption = "auto",
    llm: LlmOption = "builtin",
    llm_limit: LlmLimitOption = LLM_SECONDS,
    text: Annotated[
        str | None, typer.Option(help="The caption, title or note that goes with the image: does it fit, word by word?")
    ] = None,
    question: Annotated[str, typer.Option(help="Something you want to know; the answer goes into the summary.")] = "",
    alpha: AlphaOption = None,
    alarms_per_day: AlarmsOption = None,
    budget: BudgetOption = None,
    field: FieldOption = None,
    causes: CausesOption = None,
    no_ideas: NoIdeasOption = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report and the evidence. Default: anomalyst-out/<name>-<n>.")
    ] = None,
    language: LanguageOption = "en",
    length: LengthOption = "normal",
    audience: AudienceOption = "plain",
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Explain what is abnormal in an image, each image of a folder, a time series, or an image with its text."""
    existing(source)
    from anomalyst.agent.analyst import Anomalyst
    from anomalyst.agent.records.bundle import check_place
    from anomalyst.detectors.effort import trim_of
    from anomalyst.evidence.causes import GENERAL
    from anomalyst.evidence.speech.manner import Manner
    from anomalyst.modalities.reading import find_inputs
    from anomalyst.tools.budget import check_budget

    inputs = find_inputs(source, modality)
    sources = inputs.files
    check_budget(budget)
    manner = Manner(language, cast(Any, length), cast(Any, audience))  # which refuses others
    analyst = Anomalyst(
        llm, alpha=alpha, alarms_per_day=alarms_per_day, backbone=backbone, text_encoder=text_encoder,
        trim=trim_of(trim), seed=seed,
        llm_seconds=llm_limit,
        field=field or GENERAL, causes=causes, ideas=not no_ideas,
    )  # fmt: skip
    for path in normal or []:
        existing(path)
    place = out or _free_folder(source)
    single = sources == [source]
    folders = [place] if single else _folders(place, sources)
    for folder in folders:
        check_place(folder)
    tasks = [
        Task(path, folder, normal, modality, detector, question, text, budget, inputs.notes, manner)
        for path, folder in zip(sources, folders, strict=True)
    ]
    if single:
        _print(_run(analyst, tasks[0], quiet=as_json), as_json)
        return
    _explain_many(analyst, tasks, as_json)


@guarded
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the reports.")] = DEFAULT_OUT / "demo",
) -> None:
    """Explain four inputs that come with Anomalyst: a photograph with a defect, a server's telemetry, card payments
    with fraud among them, and a drawn bolt whose inspection note does not fit."""
    from anomalyst.agent.analyst import Anomalyst
    from anomalyst.datasets import bundled_examples
    from anomalyst.datasets.pairs_example import pair_example

    analyst, pair = Anomalyst(), pair_example(out / "inputs" / BOLT)
    examples = [e for e in bundled_examples(out / "inputs") if e.name in DEMO]
    tasks = [Task(example.input, out / example.name, [example.normal]) for example in examples]
    for task in [*tasks, Task(pair.input, out / BOLT, None, text=pair.text)]:
        _print(_run(analyst, task, quiet=False), as_json=False)


def _run(analyst: Anomalyst, task: Task, *, quiet: bool, place: str = "") -> Explanation:
    """Run one analysis, its steps shown on stderr unless `quiet`."""
    from anomalyst.agent.cli.render import follow
    from anomalyst.evidence.speech.manner import PLAIN

    manner = task.manner or PLAIN
    events = analyst.stream(
        task.source,
        task.normal,
        modality=task.modality,
        detector=task.detector,
        question=task.question,
        text=task.text,
        budget=task.budget,
        out=task.out,
        manner=manner,
        notes=task.notes,
    )
    return follow(events, place + task.source.name, manner.speech, quiet=quiet)


def _print(explanation: Explanation, as_json: bool) -> None:
    if as_json:
        print_json(explanation.model_dump(mode="json"))
        return
    from anomalyst.agent.cli.render import explanation_view

    out_console().print(explanation_view(explanation))


def _explain_many(analyst: Anomalyst, tasks: list[Task], as_json: bool) -> None:
    """Explain each input of a folder with one fitted detector; a bad one does not stop the others."""
    from anomalyst.agent.cli.render import summary_table

    done: list[Explanation] = []
    codes: list[int] = []
    for number, task in enumerate(_sharing_detector(tasks, lambda: done), 1):
        try:
            done.append(_run(analyst, task, quiet=as_json, place=f"{number} of {len(tasks)}, "))
        except AnomalystError as error:
            report_error(error)
            codes.append(error.exit_code)
    if as_json:
        print_json([explanation.model_dump(mode="json") for explanation in done])
    else:
        out_console().print(summary_table(done))
        tell_notes(dict.fromkeys(note for explanation in done for note in explanation.notes))
    if codes:
        raise typer.Exit(codes[0])


def _sharing_detector(tasks: list[Task], done: Callable[[], list[Explanation]]) -> Iterable[Task]:
    """The tasks, those after the first explained one with the detector that it fitted."""
    from dataclasses import replace

    for task in tasks:
        first = next((e.out for e in done() if e.out), None)
        yield replace(task, detector=str(Path(first) / "detector")) if first else task


def _free_folder(source: Path) -> Path:
    """anomalyst-out/<name>-<n> with the first n that is free."""
    stem = source.resolve().stem
    return next(p for n in itertools.count(1) if not (p := DEFAULT_OUT / f"{stem}-{n}").exists())


def _folders(place: Path, sources: list[Path]) -> list[Path]:
    """One folder per input under `place`, named after the input; a name that occurs twice gets its ending too."""
    stems = [path.stem for path in sources]
    return [place / (path.stem if stems.count(path.stem) == 1 else path.name) for path in sources]
