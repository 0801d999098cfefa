"""Which addresses are this machine's own, and a guard against web sites that pretend to be one of them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`, a name or an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class OwnHostOnly:
    """ASGI middleware for a page without logins: answers only requests made to this machine's own addresses.

    A web site may let its name point to 127.0.0.1 (DNS rebinding); the browser then takes the page for a part of the
    site, and lets the site's scripts read it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse

        if scope["type"] in ("http", "websocket"):
            host = Headers(scope=scope).get("host", "")
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if not is_loopback(name):
                told = (
                    "This page has no logins, so it answers only as 127.0.0.1 or localhost. Give it logins with --auth."
                )
                await PlainTextResponse(told, 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)
