"""The commands `fit` and `score`: detectors without the analyst, for many samples or other programs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anomalyst.agent.cli.common import (
    KINDS,
    AlarmsOption,
    AlphaOption,
    BackboneOption,
    BudgetOption,
    SeedOption,
    TextEncoderOption,
    TrimOption,
    existing,
    guarded,
    known_kind,
    report_error,
    tell_notes,
)
from anomalyst.errors import AnomalystError, InputError, OutputError

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.agent.records.scoring import Judging
    from anomalyst.detectors.contract import Detector
    from anomalyst.modalities.sources import Parts
    from anomalyst.samples import Modality, Sample
    from anomalyst.tools.alarms import Allowed

    Named = tuple[str, Sample]

AUTO = "auto"


@guarded
def fit(  # noqa: PLR0913 - the parameters of a command are its options
    source: Annotated[Path, typer.Argument(metavar="NORMAL", help="File or folder of normal data to learn from.")],
    modality: Annotated[str, typer.Option(callback=known_kind, metavar=KINDS, help="What the data is.")],
    out: Annotated[Path, typer.Option(help="Folder for the fitted detector.")],
    detector: Annotated[
        str, typer.Option(help="A name of `anomalyst detectors`, or 'auto' to choose by the data.")
    ] = AUTO,
    backbone: BackboneOption = None,
    text_encoder: TextEncoderOption = None,
    trim: TrimOption = AUTO,
    budget: BudgetOption = None,
    seed: SeedOption = 0,
) -> None:
    """Learn from normal data and save the fitted detector. What cannot be used is left out and named."""
    existing(source)
    from anomalyst.agent.cli.render import fit_progress, working
    from anomalyst.agent.fitting import chosen, of_modality, profile_of
    from anomalyst.agent.records.bundle import new_folder
    from anomalyst.detectors.effort import trim_of
    from anomalyst.modalities.reading import read_normals
    from anomalyst.tools.budget import check_budget, planned_words, training_time
    from anomalyst.tools.workbench import build_detector, learned

    check_budget(budget)
    share = trim_of(trim)
    wanted = None if detector == AUTO else of_modality(detector, modality)
    with new_folder(out) as folder, working() as shown:
        task = shown.add_task("Reading the normal data", total=None)
        read = read_normals(
            source, modality, reading=lambda number, count: shown.update(task, completed=number, total=count)
        )
        normals = read.samples
        tell_notes(read.notes)
        profile = profile_of(normals, backbone, budget)
        decision = chosen(modality, wanted, profile)
        if budget is not None:
            typer.echo(planned_words(decision, decision.reason, budget), err=True)
        fitting = shown.add_task(f"Fitting {decision.name}", total=None)
        limit = training_time(decision.name, profile)
        built = build_detector(decision.name, backbone, seed, limit, trim=share, text_encoder=text_encoder)
        built.on_step = fit_progress(shown, fitting, decision.name)
        learned(built, normals).save_pretrained(folder)
        tell_notes(built.notes_)
    typer.echo(f"{decision.name} fitted on {len(normals)} normal {'sample' if len(normals) == 1 else 'samples'}: {out}")


@guarded
def score(
    sources: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Images, folders of images, or series.")],
    detector: Annotated[Path, typer.Option(help="Folder of a fitted detector.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write: .csv, .parquet or .jsonl. Default: CSV to stdout.")
    ] = None,
    alpha: AlphaOption = None,
    alarms_per_day: AlarmsOption = None,
) -> None:
    """Score many inputs: a row per image, or per time stamp of a series. One that cannot be used is named, exit 2."""
    write = _writer(out)
    from anomalyst.tools.alarms import Allowed

    allowed = Allowed(alpha, alarms_per_day)
    import pandas as pd

    from anomalyst.detectors.registry import load_detector

    fitted = load_detector(detector)
    tell_notes(fitted.notes_)
    frames, codes = _score_all(sources, fitted, allowed)
    if frames:
        write(pd.concat(frames, ignore_index=True))
    if codes:
        raise typer.Exit(codes[0])


def _score_all(sources: list[Path], detector: Detector, allowed: Allowed) -> tuple[list[pd.DataFrame], list[int]]:
    """A table per input that could be scored, and the exit codes of those that could not."""
    from anomalyst.agent.cli.render import working
    from anomalyst.agent.records.scoring import Judging
    from anomalyst.modalities.notes import merged_notes

    judging = Judging(detector)
    frames: list[pd.DataFrame] = []
    codes: list[int] = []
    noted: list[tuple[str, tuple[str, ...]]] = []
    count, inputs = _inputs(sources, detector.card.modality)
    with working() as shown:
        for one in shown.track(inputs, description="Scoring", total=count):
            try:
                if isinstance(one, AnomalystError):
                    raise one
                level = allowed.level(one[1])
                noted.append((one[1].name, (*one[1].notes, *level.notes)))
                frames.append(_scored(*one, judging, level.alpha))
            except AnomalystError as error:
                report_error(error)
                codes.append(error.exit_code)
    tell_notes(merged_notes(noted, "input"))
    return frames, codes


def _scored(name: str, sample: Sample, judging: Judging, alpha: float) -> pd.DataFrame:
    """The rows of one sample; an error of the detector's names the sample."""
    from anomalyst.agent.records.scoring import score_rows
    from anomalyst.modalities.registry import modality as modality_of

    try:
        sample = modality_of(sample.modality).brought(sample, judging.detector.usual_)
        return score_rows(name, sample, judging.score(sample), alpha, judging)
    except InputError as error:
        raise InputError(str(error) if sample.name in str(error) else f"{sample.name!r}: {error}") from None


def _inputs(sources: list[Path], modality: Modality) -> tuple[int | None, Iterator[Named | AnomalystError]]:
    """(how many there are, where that is known; name and sample of each, read one at a time, or why it has none)."""
    found = [_parts(source, modality) for source in sources]
    counts = [parts.count for parts in found if parts.count is not None]
    count = sum(counts) if len(counts) == len(found) else None
    return count, (one for parts in found for one in _each(parts, modality))


def _parts(source: Path, modality: Modality) -> Parts:
    """The samples that a source holds, not yet read, or why it holds none; what was left out of it is told."""
    from anomalyst.modalities.reading import find_parts
    from anomalyst.modalities.sources import Parts

    try:
        found = find_parts(existing(source), modality)
    except InputError as error:
        return Parts([error], count=1)
    tell_notes(found.notes)
    return found


def _each(parts: Parts, modality: Modality) -> Iterator[Named | AnomalystError]:
    """Name and sample of each part, or why it has none: a file's own name, or that of what a table holds."""
    from anomalyst.modalities.reading import load_sample

    try:
        for part in parts.parts:
            if isinstance(part, Path):
                yield _read(part, modality)
            else:
                yield part if isinstance(part, AnomalystError) else (part.name, load_sample(part, modality))
    except AnomalystError as error:  # the table or folder as a whole
        yield error


def _read(file: Path, modality: Modality) -> Named | AnomalystError:
    """Name and sample of a file, or why it has none."""
    from anomalyst.modalities.reading import load_sample

    try:
        return str(file), load_sample(file, modality)
    except AnomalystError as error:
        return error


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
    from anomalyst.agent.records.bundle import check_parent

    check_parent(out)
    return lambda table: _write_whole(out, lambda path: kinds[out.suffix.lower()](table, path))


def _write_whole(out: Path, write: Callable[[str], Any]) -> None:
    """Write a file under a temporary name beside `out`, then move it there: never half a file."""
    from anomalyst.agent.records.bundle import umask

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
