"""Logins for programs: name and password with each request (HTTP Basic, RFC 7617), where a browser has its cookie.

Gradio knows cookies only, and leaves its MCP server open to everybody; behind this, both take the same logins.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from http.cookies import SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MCP_PATH = "/gradio_api/mcp"
INNER = "x-anomalyst-inner"  # by which the MCP server, which calls the HTTP API of its own process, is known there
INNER_USER = "mcp"


class HeaderLogin:
    """ASGI middleware: turns a good `Authorization` header into Gradio's cookie, and guards the MCP server.

    `accounts`: names and passwords; `inner`: secret of the MCP server.
    """

    def __init__(self, app: ASGIApp, accounts: Sequence[tuple[str, str]], inner: str) -> None:
        self.app, self.inner = app, inner
        self.accounts = dict(accounts)
        self.tokens = {name: secrets.token_urlsafe(32) for name in (*self.accounts, INNER_USER)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            user = self._user(headers)
            if user is not None:
                self._log_in(user, scope)
            elif scope["path"].startswith(MCP_PATH) or "authorization" in headers:
                wanted = {"WWW-Authenticate": 'Basic realm="Anomalyst"'}
                refusal = JSONResponse({"error": "name and password are needed"}, 401, wanted)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _user(self, headers: Headers) -> str | None:
        """Who asks, by the header; None if nobody, or with a wrong password."""
        given = headers.get("authorization")
        if given is None:
            return INNER_USER if secrets.compare_digest(headers.get(INNER, ""), self.inner) else None
        kind, _, code = given.partition(" ")
        try:
            name, _, password = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = self.accounts.get(name, "")
        good = secrets.compare_digest(password.encode(), known.encode()) and bool(known)
        return name if good and kind.lower() == "basic" else None

    def _log_in(self, user: str, scope: Scope) -> None:
        """Give the request the cookie that Gradio looks for."""
        server: Any = scope["app"]
        server.tokens[self.tokens[user]] = user
        cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        cookies[f"access-token-{server.cookie_id}"] = self.tokens[user]
        MutableHeaders(scope=scope)["cookie"] = cookies.output(attrs=[], header="", sep=";").strip()
