"""The report of a run as a file: for its owner where there are logins, else for who knows the run's id, a secret."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute

from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.records.artifacts import REPORT_HTML, REPORT_JSON
from anomalyst.errors import InputError

PRINT = "addEventListener('load', () => print())"
_HASH = b64encode(sha256(PRINT.encode()).digest()).decode()
FENCE = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{_HASH}'; {FENCE}"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
}
NOT_THERE = "There is no run of this id."


def add_downloads(app: FastAPI, desk: Desk) -> None:
    """Serve `runs/<id>/report.html`, `runs/<id>/report.json` and `runs/<id>/print`."""

    def report(request: Request, run_id: str, form: str, download: bool = False) -> Response:
        if form not in (REPORT_HTML, REPORT_JSON, "print"):
            return PlainTextResponse("There is report.html, report.json and print.", 404)
        try:
            row = desk.store.run(run_id, getattr(request.state, "owners", None))
        except InputError:
            return PlainTextResponse(NOT_THERE, 404)
        file = row.folder / (REPORT_JSON if form == REPORT_JSON else REPORT_HTML)
        if not file.is_file():
            return PlainTextResponse(NOT_THERE, 404)
        if form == "print":
            text = file.read_text(encoding="utf-8").replace("</body>", f"<script>{PRINT}</script></body>")
            return HTMLResponse(text, headers=HEADERS)
        name = f"anomalyst-{re.sub(r'[^A-Za-z0-9.-]+', '-', row.name)[:60]}-{form}" if download else None
        kind = "attachment" if download else "inline"
        return FileResponse(file, headers=HEADERS, filename=name, content_disposition_type=kind)

    route = APIRoute("/runs/{run_id}/{form}", report, methods=["GET"], include_in_schema=False)
    app.router.routes.insert(0, route)  # before Gradio's own routes, one of which takes every address
