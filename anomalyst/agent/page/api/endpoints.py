"""How a function becomes an endpoint: its arguments are checked against its types, its errors become one clear line."""

from __future__ import annotations

import functools
import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.route_utils import FnIndexInferError
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from anomalyst.agent.page.parts.errors import in_api
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.errors import AnomalystError, InputError
from anomalyst.modalities.files import display_name

MAX_SHOWN = 60
CALLS = "/gradio_api/call/"
BAD_CALLS = (TypeError, KeyError, FnIndexInferError)  # what Gradio raises at them
DEFECT = "this is a defect of Anomalyst, not of your request; the server's log says more: please report it."
log = logging.getLogger(__name__)

Call = Callable[..., Any]


def endpoint(call: Call, home: Path) -> Call:
    """`call` for `gr.api`: a function, or an async generator whose last value is the answer.

    Its types and its docstring are what HTTP and MCP callers see. `home`: a folder that error messages do not show.
    """
    signature = inspect.signature(call, eval_str=True)
    checks = {
        name: TypeAdapter(parameter.annotation)
        for name, parameter in signature.parameters.items()
        if parameter.annotation is not gr.Request
    }
    if inspect.isasyncgenfunction(call):

        async def served(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            with _clear_errors(home):
                values = call(**_checked(signature.bind(*args, **kwargs).arguments, checks))
                async with aclosing(values):  # a caller who leaves early closes it, and so ends the work
                    async for value in values:
                        yield value
    else:

        def served(*args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # Gradio takes either
            with _clear_errors(home):
                return call(**_checked(signature.bind(*args, **kwargs).arguments, checks))

    functools.update_wrapper(served, call)
    hints = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    served.__annotations__ = hints | {"return": signature.return_annotation}
    served.__doc__ = joined(inspect.getdoc(call) or "", set(checks))
    served.__signature__ = signature  # type: ignore[attr-defined]  # Gradio reads it, and strings tell it nothing
    return served


def joined(text: str, names: set[str]) -> str:
    """A docstring with each argument, and what is returned, on one line: Gradio reads no further than that."""
    told: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        begins = line in ("Args:", "Returns:") or line.partition(":")[0] in names or not told
        if begins or told[-1] in ("Args:", "Returns:"):
            told.append(line)
        else:
            told[-1] += f" {line}"
    return "\n".join(told)


async def bad_call(request: Request, error: Exception) -> Response:
    """The answer to an unknown call, or one with unknown or missing arguments; any other error is raised again."""
    last = traceback.extract_tb(error.__traceback__)[-1].name
    name = request.url.path.removeprefix(CALLS).removeprefix("v2/").strip("/")
    if request.url.path.startswith(CALLS) and isinstance(error, TypeError) and last == "construct_args":
        return JSONResponse({"error": f"{str(error).split('. ')[0]}."}, 422)
    if isinstance(error, FnIndexInferError) or error.args == (f"/{name}",):
        return JSONResponse({"error": f"there is no call {display_name(name)!r}; see docs/api.md."}, 404)
    raise error


def _checked(arguments: dict[str, Any], checks: dict[str, TypeAdapter[Any]]) -> dict[str, Any]:
    """The arguments as their types say; InputError for one that does not fit."""
    for name, check in checks.items():
        if name in arguments:
            try:
                arguments[name] = check.validate_python(arguments[name])
            except ValidationError as error:
                got = display_name(repr(arguments[name]), MAX_SHOWN)
                raise InputError(f"got {name}={got}: {error.errors()[0]['msg'].lower()}.") from None
    return arguments


@contextmanager
def _clear_errors(home: Path) -> Iterator[None]:
    """Errors as Gradio hands them to callers: one line, no traceback, no path of the server."""
    try:
        yield
    except AnomalystError as error:
        raise gr.Error(without_paths(in_api(error), home), print_exception=False) from None
    except gr.Error:
        raise
    except Exception as error:  # the server must outlive a defect, and say that it was one
        log.exception("an endpoint failed")
        raise gr.Error(DEFECT, print_exception=False) from error
