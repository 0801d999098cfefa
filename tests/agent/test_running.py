"""Following a run: it is heard while a step is silent, its errors are raised, and it ends when nobody follows."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from anomalyst.agent.events import (
    Event,
    EventKind,
    Fitted,
    Looked,
    LookedCloser,
    Planned,
    Refused,
    as_json,
)
from anomalyst.agent.page.desk.turns import TITLES
from anomalyst.agent.running import Tell, followed, working
from anomalyst.errors import InputError
from anomalyst.tools.budget import Decision


def test_a_silent_step_is_heard_with_the_time_it_takes() -> None:
    def run(tell: Tell) -> None:
        tell(working("fitting"))
        time.sleep(0.3)
        tell(Fitted(message="done", detector="series-density"))
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


def test_each_kind_of_event_has_a_class_and_stands_in_the_log_with_its_fields_alone() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(get_args(Event)[0])}
    assert set(kinds) == set(get_args(EventKind)) == set(TITLES)
    decision = Decision("series-density", "it is quick", 3, 2, 1.5)
    told: list[Event] = [
        Looked(message="seen", profile={"rows": 3, "backbone": None}),
        Planned(message="m", detector="series-density", said="s", author="builtin", decision=decision),
        LookedCloser(message="m", answer="F1"),
        LookedCloser(message="m", tool="zoom", args={"finding": "R2", "most": None}, answer="F1"),
        Refused(message="why", where="verify"),
    ]
    assert [as_json(one)["data"] for one in told] == [
        {"rows": 3, "backbone": None},
        {"detector": "series-density", "said": "s", "author": "builtin", **asdict(decision)},
        {"answer": "F1"},
        {"tool": "zoom", "args": {"finding": "R2", "most": None}, "answer": "F1"},
        {"where": "verify"},
    ]
    read = TypeAdapter(Event).validate_python(told[3].model_dump())
    assert isinstance(read, LookedCloser) and read.finding == "R2" and read == told[3]
    with pytest.raises(ValidationError):
        Refused(message="why", where="verify", thumbnail="data:")  # type: ignore[call-arg]
