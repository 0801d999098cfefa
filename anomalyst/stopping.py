"""Ending a long work from outside: whoever does a part of it asks here, before the part, whether it is still wanted.

The question is a look at an event, cheap enough for every block of an array; who wants to be able to end a work puts
the event around it. A new thread knows no events but those it is given.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_STOPS: ContextVar[tuple[threading.Event, ...]] = ContextVar("anomalyst-stops", default=())


class StoppedError(BaseException):
    """Raised inside a work that nobody wants any more; no error, so `except Exception` does not take it for one."""


@contextmanager
def stopped_by(*stops: threading.Event) -> Iterator[None]:
    """What is done inside ends at its next `check_stop` once one of `stops`, or of those around this one, is set."""
    token = _STOPS.set((*_STOPS.get(), *stops))
    try:
        yield
    finally:
        _STOPS.reset(token)


def stops_here() -> tuple[threading.Event, ...]:
    """The events that end the work at hand, to hand on to a thread that does a part of it."""
    return _STOPS.get()


def check_stop() -> None:
    """Raise StoppedError if the work at hand is no longer wanted."""
    if any(stop.is_set() for stop in _STOPS.get()):
        raise StoppedError
