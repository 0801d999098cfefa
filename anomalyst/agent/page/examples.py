"""The inputs that run at one click."""

from __future__ import annotations

from dataclasses import dataclass

from anomalyst.agent.page.desk import Order
from anomalyst.agent.page.home import Home
from anomalyst.agent.page.settings import Settings
from anomalyst.datasets import bundled_examples

SHOWN = {"gravel": "A photograph of gravel with something on it", "telemetry": "An hour of a server's telemetry"}


@dataclass(frozen=True)
class PageExample:
    """An example: `label` on its button, and the order that it gives."""

    name: str
    label: str


EXAMPLES = tuple(PageExample(name, label) for name, label in SHOWN.items())


def order_of(name: str, home: Home, settings: Settings) -> Order:
    """The order of an example, with the alarm level and the model that are set; its files are written first."""
    example = next(e for e in bundled_examples(home.examples) if e.name == name)
    return Order(
        example.input, f"{name} ({example.input.name})", (example.normal,), alpha=settings.alpha, llm=settings.llm
    )
