"""The inputs that run at one click: an image, a series, a table, an image with its text."""

from __future__ import annotations

from dataclasses import replace

from anomalyst.agent.page.chat.settings import Settings
from anomalyst.agent.page.desk.desk import Order
from anomalyst.agent.page.desk.home import Home
from anomalyst.datasets import bundled_examples
from anomalyst.datasets.pairs_example import pair_example

BOLT = "bolt"
EXAMPLES = {
    "gravel": "Gravel with something on it",
    "telemetry": "An hour of a server's telemetry",
    "payments": "Card payments, some of them fraud",
    BOLT: "A bolt and a note that does not fit",
}
"""What each one's button says, by name."""


def order_of(name: str, home: Home, settings: Settings) -> Order:
    """The order of an example, with the alarm level, the model, the field of work, the wish for ideas and the manner
    that are set; its files are written first."""
    if name == BOLT:
        pair = pair_example(home.examples / BOLT)
        order = Order(pair.input, pair.input.name, text=pair.text)
    else:
        example = next(e for e in bundled_examples(home.examples) if e.name == name)
        order = Order(example.input, f"{name} ({example.input.name})", (example.normal,))
    return replace(
        order, alpha=settings.alpha, llm=settings.llm, field=settings.field, ideas=settings.ideas,
        manner=settings.manner,
    )  # fmt: skip
