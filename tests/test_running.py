"""Following a run: it is heard while a step is silent, its errors are raised, and it ends when nobody follows."""

from __future__ import annotations

import threading
import time

import pytest

from anomalyst.agent.events import Event
from anomalyst.agent.running import Tell, followed, working
from anomalyst.errors import InputError


def test_a_silent_step_is_heard_with_the_time_it_takes() -> None:
    def run(tell: Tell) -> None:
        tell(working("fitting"))
        time.sleep(0.3)
        tell(Event(kind="fitted", message="done"))
        time.sleep(0.3)

    events = list(followed(run, beat=0.05))
    beats = [e for e in events[1:] if e.kind == "progress"]
    assert events[0].message == "fitting" and events[-1].kind == "fitted"  # nothing is said of steps without a name
    assert 2 <= len(beats) <= 6 and beats[0].message == "fitting (0 s)" and beats[0].data["doing"] == "fitting"


def test_errors_of_the_run_are_raised_by_the_follower() -> None:
    def run(tell: Tell) -> None:
        tell(working("reading"))
        raise InputError("no such file")

    events = followed(run)
    assert next(events).message == "reading"
    with pytest.raises(InputError, match="no such file"):
        list(events)


def test_leaving_does_not_wait_and_ends_the_run_at_its_next_event() -> None:
    ended, steps = threading.Event(), 0

    def run(tell: Tell) -> None:
        nonlocal steps
        try:
            for _ in range(100):
                tell(working("step"))
                steps += 1
                time.sleep(0.1)
        finally:
            ended.set()

    events = followed(run)
    next(events)
    start = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 0.1
    assert ended.wait(5) and steps < 10
