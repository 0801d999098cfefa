"""The errors Anomalyst raises on purpose: each says what was got, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Setting = Literal["normal", "detector", "fitted", "modality", "text", "several", "llm", "out", "run", "text encoder"]
"""What can be set to mend an error: normal examples, the detector, one fitted before, what the data is, the image's
text, many inputs at once, the language model, where to write, a recorded run, what reads the texts of pairs."""


class AnomalystError(Exception):
    """Base of all expected failures; the CLI prints its one line and exits with `exit_code`.

    The line names no option of the command line, argument of the API or field of the page: `settings` are what it asks
    for, and whoever shows it says where they are (`worded`).
    """

    exit_code = 1

    def __init__(self, line: str = "", *settings: Setting) -> None:
        super().__init__(line)
        self.settings = settings


class InputError(AnomalystError):
    """The user's input (file, array, option) cannot be used."""

    exit_code = 2


class OutputError(AnomalystError):
    """The result cannot be written where it was asked for."""

    exit_code = 3


class ModelError(AnomalystError):
    """A language model, backbone or saved detector cannot be loaded or used."""

    exit_code = 4


def worded(error: AnomalystError, where: str) -> str:
    """The error's line, with where what it asks for is set."""
    return f"{str(error).removesuffix('.')} ({where})." if where else str(error)


def named(error: AnomalystError, names: Mapping[Setting, str]) -> str:
    """The error's line, with what it asks for by the names it has here; what has none is not named."""
    return worded(error, ", ".join(names[setting] for setting in error.settings if setting in names))


def require(holds: bool, name: str, got: object, allowed: str) -> None:
    """InputError that says what was got and what is allowed, unless `holds`."""
    if not holds:
        raise InputError(f"got {name}={got!r}; give {allowed}.")


def first_line(error: BaseException) -> str:
    """The first line of what another library says of its error; the error's name where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
