"""The public endpoints of the page: the same calls over HTTP and, where it is switched on, MCP.

`add_api` while the page is built, `Access.options` for its launch, `Access.finish` once it is launched.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.events import api
from starlette.middleware import Middleware

from anomalyst.agent.page.api.belongings import Belongings, OwnThingsOnly
from anomalyst.agent.page.api.detectors import DetectorCalls
from anomalyst.agent.page.api.endpoints import BAD_CALLS, bad_call, endpoint
from anomalyst.agent.page.api.guard import Fenced, OwnHostOnly, OwnSiteOnly, ReadableHeaders, outermost
from anomalyst.agent.page.api.login import MESSAGE, Logins
from anomalyst.agent.page.api.runs import RunCalls
from anomalyst.agent.page.api.uploads import take_only_uploads
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.store import Store

HEAVY = 2  # audits, scorings and other calls that compute, done at the same time


def add_api(desk: Desk) -> None:
    """Add the endpoints to the Blocks that are being built."""
    runs, detectors = RunCalls(desk), DetectorCalls(desk)

    def add(*calls: Callable[..., Any], **limits: Any) -> None:
        for call in calls:
            api(endpoint(call, desk.home.root), api_name=call.__name__, **limits)

    add(runs.explain, runs.ask, detectors.fit, concurrency_limit=None)  # they wait in queues of their own
    add(runs.findings_at, runs.audit, detectors.score, concurrency_limit=HEAVY, concurrency_id="heavy")
    add(runs.verify, runs.report, runs.feedback, runs.runs, concurrency_limit=HEAVY, concurrency_id="light")
    add(detectors.detectors, detectors.forget, concurrency_limit=HEAVY, concurrency_id="light")


class Access:
    """Who may call, and what a malformed call is answered. `accounts`: names and passwords; None for no logins."""

    def __init__(self, accounts: Sequence[tuple[str, str]] | None, store: Store) -> None:
        self.accounts = list(accounts or [])
        self.inner = secrets.token_urlsafe(32)
        self.belongings = Belongings(store)

    def options(self) -> dict[str, Any]:
        """What Gradio's `launch` is to be told."""
        guards = [Middleware(Fenced), Middleware(ReadableHeaders)]
        guards += [] if self.accounts else [Middleware(OwnHostOnly)]
        guards += [Middleware(OwnSiteOnly)]
        server: dict[str, Any] = {"exception_handlers": dict.fromkeys(BAD_CALLS, bad_call)}
        if not self.accounts:
            return {"app_kwargs": server | {"lifespan": outermost(guards)}}
        guards += [Middleware(Logins, accounts=self.accounts, inner=self.inner)]
        server["middleware"] = [Middleware(OwnThingsOnly, belongings=self.belongings)]
        return {
            "auth": self.accounts,
            "auth_message": MESSAGE,
            "app_kwargs": server | {"lifespan": outermost(guards)},
        }

    def finish(self, app: gr.Blocks) -> None:
        """Make the launched app take no file but uploads, and its MCP server, if it has one, ready."""
        take_only_uploads(app)
        if self.accounts:
            self.belongings.attach(app)
        if app.mcp_server_obj is not None:
            from anomalyst.agent.page.api.mcp_server import make_ready  # needs the extra `mcp`

            self.belongings.shared.add(make_ready(app, self.inner if self.accounts else None))
