"""Which Anomalyst made this."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def made_by() -> str:
    """Name and version of this program."""
    try:
        return f"anomalyst {version('anomalyst')}"
    except PackageNotFoundError:
        return "anomalyst (not installed)"
