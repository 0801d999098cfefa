"""The commands `fit` and `score`: detectors without the analyst, for many samples or other programs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anomalyst.agent.cli_common import (
    AlphaOption,
    BackboneOption,
    BudgetOption,
    ModalityChoice,
    SeedOption,
    existing,
    guarded,
    report_error,
)
from anomalyst.errors import AnomalystError, InputError, OutputError

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.base import Detector


AUTO = "auto"


@guarded
def fit(
    source: Annotated[Path, typer.Argument(metavar="NORMAL", help="File or folder of normal data to learn from.")],
    modality: Annotated[ModalityChoice, typer.Option(help="What the data is.")],
    out: Annotated[Path, typer.Option(help="Folder for the fitted detector.")],
    detector: Annotated[
        str, typer.Option(help="A name of `anomalyst detectors`, or 'auto' to choose by the data.")
    ] = AUTO,
    backbone: BackboneOption = None,
    budget: BudgetOption = None,
    seed: SeedOption = 0,
) -> None:
    """Learn from normal data and save the fitted detector."""
    existing(source)
    from anomalyst.agent.bundle import new_folder
    from anomalyst.agent.cli_render import fit_progress, working
    from anomalyst.agent.fitting import chosen, of_modality, profile_of
    from anomalyst.inputs import load_normals
    from anomalyst.tools.budget import check_budget, planned_words, training_time
    from anomalyst.tools.workbench import build_detector

    check_budget(budget)
    wanted = None if detector == AUTO else of_modality(detector, modality.value)
    with new_folder(out) as folder, working() as shown:
        task = shown.add_task("Reading the normal data", total=None)
        normals = load_normals(
            source, modality.value, reading=lambda number, count: shown.update(task, completed=number, total=count)
        )
        profile = profile_of(normals, backbone, budget)
        decision = chosen(modality.value, wanted, profile)
        if budget is not None:
            typer.echo(planned_words(decision, decision.reason, budget), err=True)
        fitting = shown.add_task(f"Fitting {decision.name}", total=None)
        built = build_detector(decision.name, backbone, seed, training_time(decision.name, profile))
        built.on_step = fit_progress(shown, fitting, decision.name)
        built.fit(normals).save_pretrained(folder)
    typer.echo(f"{decision.name} fitted on {len(normals)} normal {'sample' if len(normals) == 1 else 'samples'}: {out}")


@guarded
def score(
    sources: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Images, folders of images, or series.")],
    detector: Annotated[Path, typer.Option(help="Folder of a fitted detector.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write: .csv, .parquet or .jsonl. Default: CSV to stdout.")
    ] = None,
    alpha: AlphaOption = 0.05,
) -> None:
    """Score many inputs: a row per image, or a row per time stamp of a series."""
    write = _writer(out)
    if not 0 < alpha < 1:
        raise InputError(f"got alpha {alpha!r}; it must lie strictly between 0 and 1, e.g. 0.05.")
    for source in sources:
        existing(source)
    import pandas as pd

    from anomalyst.detectors.registry import load_detector

    frames, codes = _score_all(sources, load_detector(detector), alpha)
    if frames:
        write(pd.concat(frames, ignore_index=True))
    if codes:
        raise typer.Exit(codes[0])


def _score_all(sources: list[Path], detector: Detector, alpha: float) -> tuple[list[pd.DataFrame], list[int]]:
    """A table per input that could be scored, and the exit codes of those that could not."""
    from anomalyst.agent.cli_render import working
    from anomalyst.agent.scoring import score_rows
    from anomalyst.inputs import list_inputs, load_sample

    modality = detector.card.modality
    if modality == "pair":
        return _score_pairs(sources, detector, alpha)
    inputs = [path for source in sources for path in list_inputs(source, modality)]
    frames: list[pd.DataFrame] = []
    codes: list[int] = []
    with working() as shown:
        for path in shown.track(inputs, description="Scoring"):
            try:
                sample = load_sample(path, detector.card.modality)
                frames.append(score_rows(str(path), sample, detector.score(sample), alpha))
            except AnomalystError as error:
                report_error(error)
                codes.append(error.exit_code)
    return frames, codes


def _score_pairs(sources: list[Path], detector: Detector, alpha: float) -> tuple[list[pd.DataFrame], list[int]]:
    """A table per table or folder of pairs; a pair that cannot be read ends its own table there."""
    from anomalyst.agent.cli_render import working
    from anomalyst.agent.scoring import score_rows
    from anomalyst.inputs import iter_inputs

    frames: list[pd.DataFrame] = []
    codes: list[int] = []
    with working() as shown:
        for source in sources:
            try:
                for sample in shown.track(iter_inputs(source, "pair"), description="Scoring"):
                    frames.append(score_rows(sample.name, sample, detector.score(sample), alpha))
            except AnomalystError as error:
                report_error(error)
                codes.append(error.exit_code)
    return frames, codes


def _writer(out: Path | None) -> Callable[[pd.DataFrame], None]:
    """What writes the table; InputError for an unknown ending, before any work was done."""
    if out is None:
        return lambda table: typer.echo(table.to_csv(index=False), nl=False)
    kinds: dict[str, Callable[[pd.DataFrame, str], Any]] = {
        ".csv": lambda table, path: table.to_csv(path, index=False),
        ".parquet": lambda table, path: table.to_parquet(path, index=False),
        ".jsonl": lambda table, path: table.to_json(path, orient="records", lines=True, date_format="iso"),
    }
    if out.suffix.lower() not in kinds:
        raise InputError(f"got --out {str(out)!r}; its ending must be one of {', '.join(kinds)}.")
    from anomalyst.agent.bundle import check_parent

    check_parent(out)
    return lambda table: _write_whole(out, lambda path: kinds[out.suffix.lower()](table, path))


def _write_whole(out: Path, write: Callable[[str], Any]) -> None:
    """Write a file under a temporary name beside `out`, then move it there: never half a file."""
    from anomalyst.agent.bundle import umask

    work = ""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, work = tempfile.mkstemp(prefix=f".{out.stem}-", suffix=out.suffix, dir=out.parent)
        os.close(handle)
        write(work)
        os.chmod(work, 0o666 & ~umask())
        os.replace(work, out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {str(out)!r}: {reason}; name a writable file.") from error
    finally:
        if work and os.path.exists(work):
            os.unlink(work)
