"""A server that speaks the protocol of OpenAI's chat completions over real HTTP, and answers as badly as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel

Body = dict[str, Any]
Reply = Callable[[Body], Any]
TOKENS = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
HANG = 10_000


@dataclass
class Server:
    """What was asked (`bodies`), and where."""

    url: str = ""
    bodies: list[Body] = field(default_factory=list)

    def model(self, **settings: Any) -> BaseChatModel:
        """A chat model of `langchain-openai` that asks this server."""
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(model="fake", base_url=self.url, api_key="none", max_retries=0, **settings)


def serving(reply: Reply) -> Server:
    """A server on a free port; `reply`: of a request's body the message, or the status of an error, or None to hang."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.bodies.append(body)
            message = reply(body)
            if message is None:
                time.sleep(HANG)
            status = message if isinstance(message, int) else 200
            answer = {"error": {"message": "bad", "code": status}} if status != 200 else _completion(message)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    return server


def _completion(message: Body) -> Body:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice], "usage": TOKENS}


def says(text: str) -> Body:
    """A message of plain text."""
    return {"content": text}


def calls(*made: tuple[str, Any]) -> Body:
    """A message that calls tools: (name, arguments), which may be text that is no JSON."""
    found = [
        {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": _text(args)}}
        for n, (name, args) in enumerate(made)
    ]
    return {"content": None, "tool_calls": found}


def states(*statements: Any) -> Body:
    """An answer in statements, as structured output gives it."""
    return says(json.dumps({"statements": list(statements), "ideas": []}))


def wants_tools(body: Body) -> bool:
    """Whether calls of tools are asked for, and no statements."""
    return "tools" in body and "response_format" not in body


def _text(args: Any) -> str:
    return args if isinstance(args, str) else json.dumps(args)
