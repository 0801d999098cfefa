"""The public endpoints of the page: the same calls over HTTP and, where it is switched on, MCP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.events import api

from anomalyst.agent.page.api_detectors import DetectorCalls
from anomalyst.agent.page.api_runs import RunCalls
from anomalyst.agent.page.desk import Desk
from anomalyst.agent.page.endpoints import endpoint

HEAVY = 2  # audits, scorings and other calls that compute, done at the same time


def add_api(desk: Desk) -> None:
    """Add the endpoints to the Blocks that are being built."""
    runs, detectors = RunCalls(desk), DetectorCalls(desk)

    def add(*calls: Callable[..., Any], **limits: Any) -> None:
        for call in calls:
            api(endpoint(call, desk.home.root), api_name=call.__name__, **limits)

    add(runs.explain, runs.ask, concurrency_limit=None)  # they wait at the desk, which has its own queue
    add(runs.findings_at, runs.audit, detectors.score, concurrency_limit=HEAVY, concurrency_id="heavy")
    add(runs.verify, runs.report, runs.feedback, runs.runs, concurrency_limit=HEAVY, concurrency_id="light")
    add(detectors.detectors, detectors.forget, concurrency_limit=HEAVY, concurrency_id="light")
