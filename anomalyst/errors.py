"""The errors Anomalyst raises on purpose: each says what was got, what is allowed and what to do."""


class AnomalystError(Exception):
    """Base of all expected failures; the CLI prints its one line and exits with `exit_code`."""

    exit_code = 1


class InputError(AnomalystError):
    """The user's input (file, array, option) cannot be used."""

    exit_code = 2


class OutputError(AnomalystError):
    """The result cannot be written where it was asked for."""

    exit_code = 3


class ModelError(AnomalystError):
    """A language model, backbone or saved detector cannot be loaded or used."""

    exit_code = 4


def require(holds: bool, name: str, got: object, allowed: str) -> None:
    """InputError that says what was got and what is allowed, unless `holds`."""
    if not holds:
        raise InputError(f"got {name}={got!r}; give {allowed}.")
