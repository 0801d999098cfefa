"""Who makes language models: one row a provider; packages installed beside this one bring rows of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anomalyst import plugins

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel  # slow to import

    Make = Callable[[str, float], BaseChatModel]


@dataclass(frozen=True)
class Provider:
    """A provider by the prefix of its models' names: "openai" of "openai:gpt-5-mini".

    `package`: what speaks to it, "" for no other than the one that brings this row; `keys`: the variables one of which
    holds its key; `example`: a model to offer once a key is set; `patient`: it takes "timeout" and "max_retries";
    `make`: makes the chat model of a name, whose client gives a call up after so many seconds; None: LangChain does.
    """

    name: str
    package: str = ""
    keys: tuple[str, ...] = ()
    example: str = ""
    patient: bool = False
    make: Make | None = None


OPENAI = Provider("openai", "langchain_openai", ("OPENAI_API_KEY",), "gpt-5-mini", patient=True)
AZURE = Provider("azure_openai", "langchain_openai", ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"), patient=True)
ANTHROPIC = Provider("anthropic", "langchain_anthropic", ("ANTHROPIC_API_KEY",), "claude-sonnet-4-5", patient=True)
GOOGLE = Provider(
    "google_genai", "langchain_google_genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "gemini-2.5-flash", patient=True
)
OLLAMA = Provider("ollama", "langchain_ollama")


def providers() -> dict[str, Provider]:
    """Every provider by name, the built-in ones first; what a plugin calls one and is none is named and left out."""
    found = {}
    for name, row in plugins.loaded(plugins.MODELS).items():
        if isinstance(row, Provider) and row.name == name:
            found[name] = row
        else:
            plugins.warn(
                f"the plugin {row!r} is left out: it is no `Provider` with the name {name!r} of its entry point."
            )
    return found
