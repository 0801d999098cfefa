"""Language models from one string: `builtin`, or a `provider:model` of ours, of a plugin or of LangChain's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.agent.language.patience import LLM_SECONDS
from anomalyst.agent.language.providers import Provider, providers
from anomalyst.errors import ModelError
from anomalyst.evidence.claims import BUILTIN

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel  # slow to import

MAX_RETRIES = 1


def load_model(spec: str | BaseChatModel, seconds: float = LLM_SECONDS) -> BaseChatModel:
    """The chat model named by `spec`. API keys are read from the environment by the provider's own package.

    `seconds`: after these its client gives a call up too; with the providers' defaults it would hold on for longer.

    Raises ModelError if the string is malformed, the provider's package is missing or its key is not set.
    """
    if not isinstance(spec, str):
        return spec
    if spec == BUILTIN:
        from anomalyst.agent.language.builtin import BuiltinChatModel

        return BuiltinChatModel()
    provider, _, name = spec.partition(":")
    if not provider or not name:
        raise ModelError(
            f"got language model {spec!r}; allowed are 'builtin' or 'provider:model' such as 'ollama:qwen3' or "
            "'openai:gpt-5-mini'."
        )
    try:
        return _made(providers().get(provider) or Provider(provider), name, seconds)
    except ImportError as error:
        raise ModelError(
            f"language model {spec!r} needs a package that is not installed ({error}); "
            "run `pip install 'anomalyst[llm]'`, or use the built-in one.",
            "llm",
        ) from error
    except Exception as error:  # each provider raises its own class for a missing key or a bad name
        raise ModelError(
            f"language model {spec!r} cannot be made ({type(error).__name__}: {_first_line(error)}); "
            "check the name and the provider's API key in the environment, or use the built-in one.",
            "llm",
        ) from error


def _made(maker: Provider, name: str, seconds: float) -> BaseChatModel:
    """The model of this name, by the provider's own maker or by LangChain."""
    if maker.make is not None:
        return maker.make(name, seconds)
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {"timeout": seconds, "max_retries": MAX_RETRIES} if maker.patient else {}
    model: BaseChatModel = init_chat_model(name, model_provider=maker.name, temperature=0, **settings)
    return model


def model_name(spec: str | BaseChatModel) -> str:
    """A name for the audit: the string itself, or the class of a model object."""
    return spec if isinstance(spec, str) else type(spec).__name__


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
