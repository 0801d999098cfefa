"""Logins: a program gives name and password with each request (HTTP Basic, RFC 7617), a browser has its cookie.

Gradio knows cookies only, leaves some of its routes and its MCP server open to everybody, and takes any number of
guesses; before it stands this, and all of it takes the same logins.
"""

from __future__ import annotations

import base64
import math
import re
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anomalyst.agent.page.api.attempts import Attempts
from anomalyst.agent.page.api.guard import read_whole, refusal, replayed, route_path
from anomalyst.agent.page.desk.people import names_of

MCP_PATH = "/gradio_api/mcp"
LOGIN = ("/login", "/login/")
INNER = "x-anomalyst-inner"  # by which the MCP server, which calls the HTTP API of its own process, is known there
INNER_USER = "mcp"
MAX_FORM = 64_000  # bytes of a name and a password
OPEN = re.compile(  # what the page that asks for a login is made of; nothing of anybody's is there
    r"/|/logout|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json|/pwa_icon(/\w+)?|/(assets|static|svelte)/.*"
    r"|/gradio_api/(theme\.css|user/?|token/?|app_id/?|login_check/?|startup-events)"
)
NEEDED = "name and password are needed"
BAD_FORM = "got a login that is no form with a username and a password; send these two."
SLOWED = "too many wrong passwords; wait {} s before the next try."
MESSAGE = "After some wrong passwords the next tries are refused for a while, half a minute at most."


class Logins:
    """ASGI middleware: only who is logged in gets past it, and what it passes on has Gradio's cookie.

    `accounts`: names and passwords; `inner`: secret of the MCP server. The owners whose things a request may open are
    told to what comes after it as `request.state.owners`.
    """

    def __init__(
        self, app: ASGIApp, accounts: Sequence[tuple[str, str]], inner: str, attempts: Attempts | None = None
    ) -> None:
        self.app, self.inner, self.attempts = app, inner, attempts or Attempts()
        self.accounts = {name: _digest(password) for name, password in accounts}
        self.tokens = {name: secrets.token_urlsafe(32) for name in (*self.accounts, INNER_USER)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), route_path(scope)
        if path in LOGIN and scope["method"] == "POST":
            await self._form(scope, receive, send)
            return
        user: str | None = None
        if "authorization" in headers:
            given = _basic(headers["authorization"])
            wait = self.attempts.wait(given[0], _address(scope)) if given else 0.0
            if wait:
                await _slowed(wait)(scope, receive, send)
                return
            user = self._known(given, scope) if given else None
        elif INNER in headers:
            good = secrets.compare_digest(headers[INNER].encode(), self.inner.encode())
            user = INNER_USER if good else None
        elif not _is_mcp(path):  # its calls go on with the headers they came with, and a cookie is no password
            user = login_of(scope)
        if user is None and ("authorization" in headers or not OPEN.fullmatch(path)):
            await refusal(NEEDED, 401, _challenge(headers))(scope, receive, send)
            return
        scope.setdefault("state", {})["owners"] = names_of(user) or ()
        if user is not None and login_of(scope) != user:
            self._log_in(user, scope)
        await self.app(scope, receive, send)

    def _known(self, given: tuple[str, str], scope: Scope) -> str | None:
        """The name, if the password is its own."""
        name, password = given
        good = secrets.compare_digest(_digest(password), self.accounts.get(name, b"-" * 32))
        (self.attempts.succeeded if good else self.attempts.failed)(name, _address(scope))
        return name if good else None

    def _log_in(self, user: str, scope: Scope) -> None:
        """Give the request the cookie that Gradio looks for."""
        server: Any = scope["app"]
        server.tokens[self.tokens[user]] = user
        kept = Headers(scope=scope).get("cookie")
        own = f"access-token-{server.cookie_id}={self.tokens[user]}"  # of two of a name, the last one counts
        MutableHeaders(scope=scope)["cookie"] = f"{kept}; {own}" if kept else own

    async def _form(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the form by which a browser logs in, unless it came too soon after wrong ones."""
        body = await read_whole(receive, MAX_FORM)
        form = await _read_form(scope, body) if body is not None else None
        name, password = (form.get("username"), form.get("password")) if form else (None, None)
        if body is None or not isinstance(name, str) or not isinstance(password, str):
            await refusal(BAD_FORM, 400)(scope, receive, send)
            return
        name = name.strip()  # as Gradio does
        wait = self.attempts.wait(name, _address(scope))
        if wait:
            await _slowed(wait)(scope, receive, send)
            return
        self._known((name, password), scope)
        await self.app(scope, replayed(body, receive), send)


def login_of(scope: Scope) -> str | None:
    """Whose cookie the request has."""
    server: Any = scope["app"]
    cookies = Request(scope).cookies
    names = (f"access-token-{server.cookie_id}", f"access-token-unsecure-{server.cookie_id}")
    token = next((cookies[name] for name in names if cookies.get(name)), None)
    user: str | None = server.tokens.get(token)
    return user


def _basic(header: str) -> tuple[str, str] | None:
    """Name and password of an Authorization header; None if it has none that can be read."""
    kind, _, code = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(code, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon and kind.lower() == "basic" else None


async def _read_form(scope: Scope, body: bytes) -> FormData | None:
    """The fields of a form; None if it is none."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        bare = {name: value for name, value in scope.items() if name != "app"}
        return await Request(bare, receive).form(max_files=0, max_fields=20)
    except (MultiPartException, ValueError):
        return None


def _is_mcp(path: str) -> bool:
    return path.startswith(MCP_PATH)


def _digest(password: str) -> bytes:
    """Of one size, so that comparing tells nothing of the length."""
    return sha256(password.encode("utf-8", "surrogatepass")).digest()


def _address(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def _challenge(headers: Headers) -> dict[str, str]:
    """Asks for a name and a password, except of a script of the page: a browser would open a window for it."""
    by_script = headers.get("sec-fetch-mode", "navigate") != "navigate"
    return {} if by_script else {"WWW-Authenticate": 'Basic realm="Anomalyst"'}


def _slowed(wait: float) -> Any:
    seconds = max(1, math.ceil(wait))
    return refusal(SLOWED.format(seconds), 429, {"Retry-After": str(seconds)})
