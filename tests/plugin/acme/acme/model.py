"""`acme:…`: a chat model of somebody else's, here one that answers as the built-in one does and says who it is."""

from __future__ import annotations

from langchain_core.language_models import BaseChatModel

from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.providers import Provider


class AcmeModel(BuiltinChatModel):
    """The built-in model under another name."""

    model: str
    seconds: float

    @property
    def _llm_type(self) -> str:
        return f"acme-{self.model}"


def make(name: str, seconds: float) -> BaseChatModel:
    """The model of this name, which gives up after so many seconds."""
    if name != "parrot":
        raise ValueError(f"acme has no model {name!r}; it has parrot")
    return AcmeModel(model=name, seconds=seconds)


ACME = Provider("acme", keys=("ACME_API_KEY",), example="parrot", make=make)
