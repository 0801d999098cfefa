"""Which addresses are this machine's own, and how to tell web sites that pretend to be one, or reach over to one."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.datastructures import Headers

_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_PORTS = {"http": "80", "https": "443"}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`, a name or an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_host(value: str) -> bool:
    """Whether it is a name or an address, with a port or without."""
    return _HOST.fullmatch(value) is not None


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another web site has it send this request. A program says nothing of the kind.

    A proxy may tell the name that it is reached by: no site can have a browser send that header without asking first.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
    scheme, _, place = origin.partition("://")
    if scheme not in _PORTS or not is_host(place):
        return True
    hosts = [headers.get("host", ""), *headers.get("x-forwarded-host", "").split(",")]
    return _with_port(place, scheme) not in {_with_port(host.strip(), scheme) for host in hosts if host.strip()}


def _with_port(host: str, scheme: str) -> str:
    """A host with its port, also where it goes without saying; in lower case."""
    parts = urlsplit(f"//{host}")
    port = host.rpartition(":")[2] if not host.endswith("]") and ":" in host else _PORTS[scheme]
    return f"{parts.hostname}:{port}"
