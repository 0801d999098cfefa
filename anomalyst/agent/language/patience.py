"""How long a run waits for its language model: one limit for all calls together, at which a call really ends."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from anomalyst.stopping import check_stop

LLM_SECONDS = 120.0  # of all calls of a run: choosing, looking closer, writing, mending

LOOK_SECONDS = 0.1  # how often a waiting run looks whether it is still followed

T = TypeVar("T")


class OutOfTimeError(Exception):
    """The model did not answer in the time that was left for it."""


class Patience:
    """What is left of the time for calls: `seconds` of waiting in all, and none after `budget` seconds from now."""

    def __init__(self, seconds: float = LLM_SECONDS, budget: float | None = None) -> None:
        self.seconds, self.budget = seconds, budget
        self.waited, self._began = 0.0, time.monotonic()

    def call(self, ask: Callable[[], T]) -> T:
        """What `ask` answers or raises; OutOfTimeError once the time is up, whatever the client waits for.

        The call works in a daemon thread, which is then left to itself: neither the run nor the process waits for it.
        """
        answers: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
        left, limit = self._left()
        if left <= 0:
            raise OutOfTimeError(f"no time is left to ask the model: {limit} is used up")
        inside = contextvars.copy_context()  # what LangChain and LangGraph keep of the run
        threading.Thread(target=inside.run, args=(_answer, ask, answers), name="anomalyst-llm", daemon=True).start()
        started = time.monotonic()
        try:
            answer = _first(answers, started + left)
        except queue.Empty:
            raise OutOfTimeError(f"the model did not answer in time: {limit} is used up") from None
        finally:
            self.waited += time.monotonic() - started
        return answer()

    def _left(self) -> tuple[float, str]:
        """Seconds left, and the limit that says so, in words."""
        left, limit = self.seconds - self.waited, f"the limit of {self.seconds:g} s for all calls of a run"
        if self.budget is None:
            return left, limit
        of_run = self.budget - (time.monotonic() - self._began)
        return (of_run, f"the time budget of {self.budget:g} s") if of_run < left else (left, limit)


def _first(answers: queue.SimpleQueue[Callable[[], T]], until: float) -> Callable[[], T]:
    """The first answer; queue.Empty at the time `until`, StoppedError once nobody follows the run any more."""
    while True:
        check_stop()
        rest = until - time.monotonic()
        try:
            return answers.get(timeout=max(0.0, min(rest, LOOK_SECONDS)))
        except queue.Empty:
            if rest <= LOOK_SECONDS:
                raise


def _answer(ask: Callable[[], T], answers: queue.SimpleQueue[Callable[[], T]]) -> None:
    """Put what returns the answer, or raises what the call raised."""
    try:
        answer = ask()
    except BaseException as error:  # raised again by whoever waits
        failed = error  # the name `error` ends with this block

        def fail() -> T:
            raise failed

        answers.put(fail)
    else:
        answers.put(lambda: answer)
