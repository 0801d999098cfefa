"""What all commands share: exit codes, one-line errors, consoles, and options used more than once."""

from __future__ import annotations

import errno
import functools
import json
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer

from anomalyst.errors import AnomalystError, InputError, OutputError, Setting, named
from anomalyst.plugins import PluginWarning

if TYPE_CHECKING:
    from rich.console import Console

P = ParamSpec("P")
T = TypeVar("T")

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
FOUND_PROBLEM = 5
INTERRUPTED = 130
EXIT_CODES = {
    0: "done, whatever the verdict",
    1: "failed",
    2: "bad input or option",
    3: "cannot write the result",
    4: "a model or detector cannot be loaded",
    FOUND_PROBLEM: "audit or verify found a problem",
    INTERRUPTED: "stopped with Ctrl-C",
}
EPILOG = "Exit codes: " + " · ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."


KINDS = "<image|series|pair|…>"  # more where a package brings some


def known_kind(name: str | None) -> str | None:
    """The name of a kind of data, if there is such a kind; which there are is looked up only here, as packages may
    bring some."""
    if name is None:
        return None
    from anomalyst.modalities.registry import modality

    try:
        return modality(name).name
    except InputError as error:
        raise typer.BadParameter(str(error)) from None


NormalOption = Annotated[
    list[Path] | None,
    typer.Option("--normal", help="File or folder of normal data to compare with; may be given more than once."),
]
ModalityOption = Annotated[
    str | None,
    typer.Option(
        callback=known_kind,
        metavar=KINDS,
        help="What the input is, where the file does not tell it.",
    ),
]
BackboneOption = Annotated[
    str | None, typer.Option(help="Vision model for images: a folder or hub name. Without it: pixel patches.")
]
TextEncoderOption = Annotated[
    str | None,
    typer.Option(
        help="Encoder for the texts of pairs: a sentence-transformers folder or hub name. Without it: the words that "
        "were learned."
    ),
]
AlphaOption = Annotated[
    float | None,
    typer.Option(help="Alarm level: the share of normal samples that may raise an alarm. Default: 0.05."),
]
AlarmsOption = Annotated[
    float | None,
    typer.Option(
        "--alarms-per-day",
        metavar="N",
        help="Instead of --alpha: false alarms to allow per day of a series; per 1,000 rows if it has no time stamps.",
    ),
]
TrimOption = Annotated[
    str,
    typer.Option(
        "--trim",
        metavar="SHARE|auto",
        help="Share of the normals that may hide anomalies: the most unlike are left out, and named. auto: image "
        "detectors in closed form leave out those that are unlike beyond doubt; 0: none.",
    ),
]
SeedOption = Annotated[int, typer.Option(help="Seed of everything random; recorded for the replay.")]
LlmOption = Annotated[
    str,
    typer.Option(
        help="Who investigates and words: 'builtin' (no download), or provider:model, such as 'anthropic:<model>' or "
        "'ollama:<model>'."
    ),
]
LlmLimitOption = Annotated[
    float,
    typer.Option(
        "--llm-limit",
        metavar="SECONDS",
        help="Most time for all calls to the language model together; then 'builtin' takes over.",
    ),
]
BudgetOption = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Time to be done in; the detector is chosen to keep it. Default: no limit."),
]
LanguageOption = Annotated[
    str, typer.Option(metavar="CODE", help="Language of the answer: en or de, or any that has a catalogue.")
]
LengthOption = Annotated[
    str,
    typer.Option(metavar="short|normal|full", help="The headline, up to eight sentences, or all that was measured."),
]
AudienceOption = Annotated[
    str, typer.Option(metavar="plain|expert", help="Leave methods and p-values behind “How sure?”, or tell them.")
]
FieldOption = Annotated[
    str | None,
    typer.Option(
        "--field",
        metavar="FIELD",
        help="Field of work, whose causes and next steps are told: machines, servers, products or medicine. Default: "
        "general ones.",
    ),
]
CausesOption = Annotated[
    Path | None,
    typer.Option(
        "--causes", metavar="FILE", help="Your own causes and next steps (YAML), told before those of the catalogue."
    ),
]
NoIdeasOption = Annotated[
    bool,
    typer.Option(
        "--no-ideas", help="Leave out what a language model adds of its own, which is shown apart and not checked."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines to stdout, and nothing else.")]


OPTIONS: Mapping[Setting, str] = {
    "normal": "--normal PATH",
    "text encoder": "--text-encoder NAME",
    "detector": "--detector NAME",
    "fitted": "--detector DIR, which `anomalyst fit --out DIR` wrote",
    "modality": "--modality image|series",
    "text": "--text TEXT",
    "several": "`anomalyst score`",
    "llm": "--llm builtin",
    "out": "--out DIR",
    "run": "`anomalyst explain --out DIR` wrote it",
}
"""What sets what an error asks for."""


class _Settings:
    """The one switch all commands see: whether to show tracebacks."""

    debug = False


SETTINGS = _Settings()


def _note(message: Warning | str, *where: Any, **others: Any) -> None:
    """Tell a warning in one line on stderr."""
    typer.echo(f"note: {message}", err=True)


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Let a command fail in one line on stderr, with its documented exit code and no traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with warnings.catch_warnings():
                if not SETTINGS.debug:
                    warnings.simplefilter("ignore")
                    warnings.simplefilter("default", PluginWarning)
                    warnings.showwarning = _note
                return command(*args, **kwargs)
        except KeyboardInterrupt:
            raise _stop("stopped; nothing half-written is left.", INTERRUPTED) from None
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if SETTINGS.debug or _reader_left(error):
                raise
            if isinstance(error, AnomalystError):
                raise _stop(f"error: {named(error, OPTIONS)}", error.exit_code) from None
            if isinstance(error, OSError) and error.errno in FULL:
                line = f"error: cannot write the result: {error.strerror}; free some space or send it elsewhere."
                raise _stop(line, OutputError.exit_code) from None
            line = f"error: a defect in Anomalyst ({type(error).__name__}: {error})"
            raise _stop(f"{line}; run `anomalyst --debug …` for the traceback and report it.", 1) from None

    return run


def report_error(error: AnomalystError) -> None:
    """One line on stderr for a failure that does not end the command."""
    typer.echo(one_line(f"error: {named(error, OPTIONS)}"), err=True)


def tell_notes(notes: Iterable[str]) -> None:
    """What reading changed, guessed or left out: a line each on stderr."""
    for note in notes:
        typer.echo(one_line(f"note: {note}"), err=True)


def one_line(text: str) -> str:
    """Text as one line without control characters, fit for any terminal."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def out_console() -> Console:
    """Console for results."""
    from rich.console import Console

    return Console(highlight=False)


def err_console() -> Console:
    """Console for progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Machine-readable output: JSON on stdout."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def existing(path: Path) -> Path:
    """The path if something is there, else InputError."""
    if not path.exists():
        raise InputError(f"got {str(path)!r}, but there is no such file or folder; check the path.")
    return path


def _stop(line: str, code: int) -> typer.Exit:
    typer.echo(one_line(line), err=True)
    return typer.Exit(code)


def _reader_left(error: Exception) -> bool:
    """Whether stdout was closed by its reader, as by `| head`: not ours to report."""
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        sys.stderr.close()
        return True
    return False
