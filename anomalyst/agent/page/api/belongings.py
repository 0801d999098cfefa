"""Where there are logins: an upload, a visit and a waiting call belong to the login that made them.

Whoever else asks for one is answered as if it were not there.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import gradio as gr
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anomalyst.agent.page.api.guard import read_whole, refusal, replayed, route_path
from anomalyst.agent.page.api.login import login_of
from anomalyst.agent.page.api.uploads import asker
from anomalyst.agent.page.desk.store import Store
from anomalyst.agent.page.parts.paths import upload_folder

UPLOAD = re.compile(r"/gradio_api/upload/?")
FILE = re.compile(r"/gradio_api/file[=/](.*)", re.DOTALL)
IN_PATH = re.compile(r"/gradio_api/(?:call/(?:v2/)?[^/]+|heartbeat|stream)/([^/]+)")  # the id of a visit or of a call
CANCEL = "/gradio_api/cancel"
IDS = ("session_hash", "event_id")
MOST = 100_000  # visits and calls that are remembered; the oldest go first: their ids stay secrets
MAX_CANCEL = 10_000  # bytes
NOT_YOURS = "this visit is somebody else's; load the page again."


@dataclass(frozen=True)
class Asking:
    """A login that asks for files: see `Asker`. Several logins may have sent the same content."""

    store: Store
    login: str

    def has(self, place: Path) -> bool:
        """Whether the file is theirs."""
        return self.login in self.store.upload_logins(place)

    def may_take(self, place: Path) -> bool:
        """Whether it is theirs or nobody's; what lies among the uploads has to be there."""
        if place.is_relative_to(upload_folder()) and not place.is_file():
            return False
        logins = self.store.upload_logins(place)
        return not logins or self.login in logins

    def add(self, place: Path) -> None:
        """From now on it is theirs."""
        self.store.add_upload(self.login, place)


class Belongings:
    """Whose what is. Uploads are noted in `store`; visits and calls are known by random ids, while the server runs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.shared: set[str] = set()  # visits of the MCP server, which makes calls for many
        self._ids: OrderedDict[str, str] = OrderedDict()

    def claim(self, id: str, login: str) -> bool:
        """Note a visit or a call as this login's; False if it is another's."""
        owner = self._ids.setdefault(id, login)
        self._ids.move_to_end(id)
        while len(self._ids) > MOST:
            self._ids.popitem(last=False)
        return owner == login

    def is_others(self, id: str, login: str) -> bool:
        """Whether a visit or a call is another login's."""
        return self._ids.get(id, login) != login

    def attach(self, app: gr.Blocks) -> None:
        """Let a launched app ask: at each call that joins its queue, at each file that a call names or gives."""
        queue, process = app._queue, app.process_api
        push = queue.push

        async def own_push(body: Any, request: Any, username: str | None) -> Any:
            login = username or ""
            visit = body.session_hash
            if visit and visit not in self.shared and not self.claim(visit, login):
                return False, NOT_YOURS, "error"
            pushed = await push(body=body, request=request, username=username)
            if pushed[0]:
                self.claim(str(pushed[1]), login)
            return pushed

        async def own_process(*args: Any, **values: Any) -> Any:
            login = getattr(values.get("request"), "username", None) or ""
            asker.set(Asking(self.store, login))
            return await process(*args, **values)

        queue.push = own_push  # type: ignore[method-assign]
        app.process_api = own_process  # type: ignore[method-assign]


class OwnThingsOnly:
    """ASGI middleware behind `Logins`: notes whose an upload is; to others, it is not there."""

    def __init__(self, app: ASGIApp, belongings: Belongings) -> None:
        self.app, self.belongings = app, belongings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        login = login_of(scope) if scope["type"] == "http" else None
        if login is None:
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        if (file := FILE.fullmatch(path)) and not self._may_read(login, file[1]):
            await JSONResponse({"detail": f"File not allowed: {file[1]}."}, 403)(scope, receive, send)
        elif UPLOAD.fullmatch(path):
            await self.app(scope, receive, self._noting(login, send))
        elif path.rstrip("/") == CANCEL:
            await self._cancel(login, scope, receive, send)
        else:
            await self.app(self._own_ids(login, scope, path), receive, send)

    def _may_read(self, login: str, given: str) -> bool:
        try:
            return Asking(self.belongings.store, login).has(Path(given).resolve())
        except (OSError, ValueError, RuntimeError):
            return False

    def _own_ids(self, login: str, scope: Scope, path: str) -> Scope:
        """The request with ids of others' replaced by one that nothing has."""
        found = IN_PATH.match(path)
        if found and self.belongings.is_others(found[1], login):
            return {**scope, "path": path[: found.start(1)] + secrets.token_hex(16) + path[found.end(1) :]}
        if found and path.startswith("/gradio_api/heartbeat/"):
            self.belongings.claim(found[1], login)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if any(name in IDS and self.belongings.is_others(value, login) for name, value in query):
            own = [(name, secrets.token_hex(16) if name in IDS else value) for name, value in query]
            return {**scope, "query_string": urlencode(own).encode()}
        return scope

    async def _cancel(self, login: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who wants a call cancelled, if it is their own."""
        body = await read_whole(receive, MAX_CANCEL)
        try:
            named = json.loads(body or b"")
            ids = [str(named.get(name)) for name in IDS]
        except (ValueError, AttributeError):
            await refusal("got a body that is no JSON object with session_hash, event_id and fn_index.", 422)(
                scope, receive, send
            )
            return
        if any(self.belongings.is_others(id, login) for id in ids):
            await JSONResponse({"success": True})(scope, receive, send)  # as for a call that is not there
            return
        await self.app(scope, replayed(body or b"", receive), send)

    def _noting(self, login: str, send: Send) -> Send:
        """`send` that notes the files of an upload's answer before it is given."""
        answer, good = b"", False

        async def noting(message: Message) -> None:
            nonlocal answer, good
            if message["type"] == "http.response.start":
                good = message["status"] == 200
            elif good:
                answer += message.get("body", b"")
                if not message.get("more_body", False):
                    for place in json.loads(answer):
                        Asking(self.belongings.store, login).add(Path(place).resolve())
            await send(message)

        return noting
