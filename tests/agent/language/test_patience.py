"""A language model that does not answer: the run goes on at the limit, this is told, and nothing waits for the call."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from anomalyst import Anomalyst
from anomalyst.agent.language.answer import answer_schema
from anomalyst.agent.language.asking import CannotAskError, ask_for_answer
from anomalyst.agent.language.patience import OutOfTimeError, Patience
from anomalyst.errors import InputError
from tests.agent.test_agent import recording, run
from tests.helpers.places import TESTS
from tests.helpers.scripted import ScriptedModel, call
from tests.helpers.verifier_samples import series
from tests.helpers.web_models import WebModel, unanswering

LEFT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the shell that runs the tests ignores
sys.path.insert(0, {tests!r})
from tests.agent.test_agent import recording
from tests.helpers.web_models import WebModel, unanswering
from anomalyst import Anomalyst
events = Anomalyst(WebModel(url=unanswering({trickling})), llm_seconds={limit}).stream(
    recording(1, faulty=True), recording(0, faulty=False))
for event in events:
    if event.kind == {until!r} and {text!r} in event.message:
        print("seen", flush=True)
        break
{end}
"""


def program(limit: float, until: str, text: str = "", end: str = "", trickling: bool = False) -> list[str]:
    """Python that follows a run up to an event, and then comes to its end."""
    code = LEFT.format(tests=str(TESTS), limit=limit, until=until, text=text, end=end, trickling=trickling)
    return [sys.executable, "-c", code]


def test_a_server_that_never_answers_holds_a_run_for_the_limit_only() -> None:
    model = WebModel(url=unanswering())
    explanation, events = run(Anomalyst(model, llm_seconds=0.5))
    told = [e.message for e in events if e.kind == "refused"]
    assert told == [
        "the model did not answer in time: the limit of 0.5 s for all calls of a run is used up; "
        "the built-in model takes over"
    ]
    assert explanation.worded_by == "built-in (WebModel gave no usable sentence)"
    assert explanation.evidence.about("sample", "do_test") and explanation.possible_causes


@pytest.mark.parametrize("trickling", [False, True])
def test_a_call_ends_at_the_limit_also_where_statements_are_asked_for(trickling: bool) -> None:
    schema = answer_schema(series())
    started = time.monotonic()
    with pytest.raises(CannotAskError, match="did not answer in time"):
        ask_for_answer(WebModel(url=unanswering(trickling)), [], schema, lambda reason: None, Patience(0.3))
    assert time.monotonic() - started < 1


def test_the_limit_is_one_for_all_calls() -> None:
    patience = Patience(0.4)
    assert patience.call(lambda: time.sleep(0.3) or "early") == "early"
    started = time.monotonic()
    with pytest.raises(OutOfTimeError, match="limit of 0.4 s for all calls of a run is used up"):
        patience.call(lambda: time.sleep(9))
    with pytest.raises(OutOfTimeError, match="no time is left"):
        patience.call(lambda: "late")
    assert time.monotonic() - started < 0.3


def test_what_a_call_raises_is_raised_by_whoever_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        Patience(5).call(lambda: 1 / 0)


def test_a_model_gets_no_more_than_what_is_left_of_the_budget() -> None:
    with pytest.raises(OutOfTimeError, match="the time budget of 0.2 s is used up"):
        Patience(60, budget=0.2).call(lambda: time.sleep(9))
    events = Anomalyst(WebModel(url=unanswering())).stream(
        recording(1, faulty=True), recording(0, faulty=False), budget=1.5
    )
    refused = next(event for event in events if event.kind == "refused")
    assert "the time budget of 1.5 s is used up" in refused.message


def test_the_time_of_a_run_counts_writing() -> None:
    class Slow(ScriptedModel):
        def with_structured_output(self, schema: object, **kwargs: object) -> object:
            return self | (lambda message: time.sleep(0.7))

    explanation, _ = run(Anomalyst(Slow(script=[call("none")])), budget=600)
    took = explanation.evidence.about("choice", "run_time")[0]
    assert float(took.value) >= 1.4  # asked twice
    assert any(took.id in c.claim.cites and "within the time budget" in c.claim.text for c in explanation.claims)


def test_a_process_does_not_wait_for_a_call_it_left() -> None:
    done = subprocess.run(program(0.3, "refused"), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "seen\n"), done.stderr


def test_leaving_a_run_while_the_model_is_silent_ends_the_process_at_once() -> None:
    assert ended(program(500, "progress", "chooses"), None) == 0


def test_ctrl_c_while_the_model_is_silent_ends_the_process_at_once() -> None:
    asks = program(500, "progress", "chooses", end="list(events)")
    asks[-1] = asks[-1].replace("        break\n", "")
    assert ended(asks, signal.SIGINT) not in (0, None)


def ended(asks: list[str], sent: signal.Signals | None) -> int | None:
    """The exit status of a program that has said "seen" and may have got a signal; None if it goes on."""
    with subprocess.Popen(asks, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None and running.stdout.readline() == "seen\n"
        time.sleep(0.3)
        if sent is not None:
            running.send_signal(sent)
        try:
            return running.wait(30)  # a busy machine is slow; what it leaves would take 500 s
        except subprocess.TimeoutExpired:
            running.kill()
            return None


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), True])
def test_a_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(InputError, match="llm_seconds"):
        Anomalyst(llm_seconds=seconds)
