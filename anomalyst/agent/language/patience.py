"""What a run spends on its language model: one limit of seconds and one of tokens for all calls together.
At the limit of seconds a call really ends."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from anomalyst.stopping import check_stop

if TYPE_CHECKING:
    from langchain_core.callbacks import UsageMetadataCallbackHandler

LLM_SECONDS = 120.0  # of all calls of a run: investigating, writing, mending
LLM_TOKENS = 400_000  # likewise, read and written, as the provider counts them

LOOK_SECONDS = 0.1  # how often a waiting run looks whether it is still followed

T = TypeVar("T")


class OutOfTimeError(Exception):
    """The model did not answer in the time that was left for it, or has no tokens left."""


class Patience:
    """What is left for calls: `seconds` of waiting in all, none after `budget` seconds from now; `tokens` in all."""

    def __init__(self, seconds: float = LLM_SECONDS, budget: float | None = None, tokens: int = LLM_TOKENS) -> None:
        self.seconds, self.budget, self.tokens = seconds, budget, tokens
        self.calls, self.waited, self._began = 0, 0.0, time.monotonic()

    @cached_property
    def usage(self) -> UsageMetadataCallbackHandler:
        """What counts the tokens of each call that it is given to."""
        from langchain_core.callbacks import UsageMetadataCallbackHandler  # slow to import

        return UsageMetadataCallbackHandler()

    @property
    def read_and_written(self) -> tuple[int, int]:
        """The tokens that were read and written up to now, as far as the provider tells."""
        counts = list(self.usage.usage_metadata.values())
        return sum(one["input_tokens"] for one in counts), sum(one["output_tokens"] for one in counts)

    def left(self) -> dict[str, int]:
        """Seconds and tokens that are left."""
        return {"seconds": max(0, int(self._left()[0])), "tokens": max(0, self.tokens - sum(self.read_and_written))}

    def short(self, share: float) -> str:
        """Which limit is used up by more than `share`, in words; "" where none is."""
        left, limit = self._left()
        if left < (1 - share) * (self.seconds if self.budget is None else min(self.seconds, self.budget)):
            return f"{limit} is needed for writing"
        if sum(self.read_and_written) > share * self.tokens:
            return f"the limit of {self.tokens} tokens is needed for writing"
        return ""

    def call(self, ask: Callable[[], T]) -> T:
        """What `ask` answers or raises; OutOfTimeError once the time is up, whatever the client waits for.

        The call works in a daemon thread, which is then left to itself: neither the run nor the process waits for it.
        """
        answers: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
        left, limit = self._left()
        if sum(self.read_and_written) >= self.tokens:
            raise OutOfTimeError(f"no tokens are left to ask the model: the limit of {self.tokens} is used up")
        if left <= 0:
            raise OutOfTimeError(f"no time is left to ask the model: {limit} is used up")
        inside = contextvars.copy_context()  # what LangChain and LangGraph keep of the run
        threading.Thread(target=inside.run, args=(_answer, ask, answers), name="anomalyst-llm", daemon=True).start()
        started, self.calls = time.monotonic(), self.calls + 1
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
