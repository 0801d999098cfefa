"""How a check fails: with what was found and what must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def must(holds: bool | np.bool_, words: str) -> None:
    """AssertionError with these words unless it holds."""
    if not holds:
        raise AssertionError(words)


def must_refuse(work: Callable[[], Any], error: type[Exception], what: str) -> None:
    """AssertionError unless the work raises this error."""
    try:
        work()
    except error:
        return
    raise AssertionError(f"{what} must be refused with {error.__name__}, and was taken.")
