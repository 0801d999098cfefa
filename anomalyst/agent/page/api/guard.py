"""What stands before every request, outside of Gradio: headers that can be read, answers that a browser fences in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anomalyst.agent.page.api.hosts import from_elsewhere, is_host, is_loopback

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's page is made of both
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
ON_ALL = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
HOSTS = ("host", "x-forwarded-host")
HEEDED = {
    *HOSTS,
    "authorization",
    "content-type",
    "cookie",
    "origin",
    "range",
    "x-anomalyst-inner",
    "x-forwarded-proto",
}
CROSS_SITE = "another web site sent this request, so it is refused; a proxy has to pass on the Host header as it came."
NO_LOGINS = "This page has no logins, so it answers only as 127.0.0.1 or localhost. Give it logins with --auth."


def refusal(told: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """One line that says why."""
    return JSONResponse({"error": told}, status, headers)


def route_path(scope: Scope) -> str:
    """The path that is looked up, without the prefix that the page is served below."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


async def read_whole(receive: Receive, most: int) -> bytes | None:
    """The body of a request; None if it is longer than `most` bytes, or its sender left."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > most:
            return None
        if not message.get("more_body", False):
            return body


def replayed(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class Fenced:
    """ASGI middleware: every answer tells the browser to load nothing from elsewhere and to be framed by nobody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def fenced(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in ON_ALL.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, fenced)


class Guard:
    """ASGI middleware that answers what it refuses, and passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def refused(self, scope: Scope) -> Response | None:
        """The answer to what is refused; None where nothing is."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.refused(scope) if scope["type"] in ("http", "websocket") else None
        await (answer or self.app)(scope, receive, send)


class ReadableHeaders(Guard):
    """Headers hold ASCII, and hosts are hosts. Everything behind this may rely on it; a header that nobody heeds is
    left away if it does not."""

    def refused(self, scope: Scope) -> Response | None:
        """What holds a header that cannot be read."""
        if told := _unreadable(scope["headers"]):
            return refusal(told, 400)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if value.isascii()]
        return None


class OwnSiteOnly(Guard):
    """Refuses what another web site has a browser send; it needs no answer to change things."""

    def refused(self, scope: Scope) -> Response | None:
        """What comes from elsewhere."""
        return refusal(CROSS_SITE, 403) if from_elsewhere(Headers(scope=scope)) else None


class OwnHostOnly(Guard):
    """For a page without logins: answers only requests made to this machine's own addresses.

    A web site may let its name point to 127.0.0.1 (DNS rebinding); the browser then takes the page for a part of the
    site, and lets the site's scripts read it.
    """

    def refused(self, scope: Scope) -> Response | None:
        """What asks for another host."""
        host = Headers(scope=scope).get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return None if is_loopback(name) else PlainTextResponse(NO_LOGINS, 403)


def _unreadable(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """What is wrong with the headers; "" if nothing is."""
    for name, value in headers:
        shown = name.decode("ascii", "replace")[:60]
        if shown in HEEDED and not value.isascii():
            return f"the header {shown!r} holds bytes that are not ASCII; encode them, or leave the header away."
        if shown in HOSTS and not all(is_host(one.strip()) for one in value.decode("ascii").split(",")):
            return f"the header {shown!r} names no host; send a name or an address, with a port where it needs one."
    return ""


def outermost(guards: Sequence[Middleware]) -> Callable[[Any], Any]:
    """A lifespan that puts `guards` before a server's whole stack, the first outermost, before it takes a request.

    Gradio puts its own middleware before any that it is given, and that one trusts the headers.
    """

    @asynccontextmanager
    async def lifespan(server: Any) -> AsyncIterator[None]:
        stack = server.middleware_stack
        for guard in reversed(guards):
            stack = guard.cls(stack, *guard.args, **guard.kwargs)
        server.middleware_stack = stack
        yield

    return lifespan
