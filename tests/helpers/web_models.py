"""Chat models asked over real HTTP, and local servers that do not answer as they should."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable

LONG = 10_000


class WebModel(BaseChatModel):
    """Asks an address and waits for as long as it takes: its client knows no time limit."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "web"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind()

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        with urllib.request.urlopen(self.url) as answer:
            text = answer.read().decode()
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])


def unanswering(trickling: bool = False) -> str:
    """The address of a server that accepts and never answers, or whose answer never ends."""
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(server, trickling), daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def _accept(server: socket.socket, trickling: bool) -> None:
    while True:
        caller, _ = server.accept()
        threading.Thread(target=_trickle if trickling else _hold, args=(caller,), daemon=True).start()


def _hold(caller: socket.socket) -> None:
    with caller:
        time.sleep(LONG)


def _trickle(caller: socket.socket) -> None:
    with caller:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        for _ in range(LONG):
            try:
                caller.sendall(b".")
            except OSError:
                return
            time.sleep(0.1)
