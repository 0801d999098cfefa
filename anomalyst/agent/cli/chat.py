"""The command `chat`: the page, its HTTP API and, where asked for, an MCP server."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from anomalyst.agent.cli.common import (
    AudienceOption,
    BackboneOption,
    CausesOption,
    FieldOption,
    LanguageOption,
    LengthOption,
    LlmLimitOption,
    LlmOption,
    NoIdeasOption,
    guarded,
)
from anomalyst.agent.language.patience import LLM_SECONDS
from anomalyst.agent.page.api.hosts import is_loopback
from anomalyst.errors import InputError, require

ACCOUNTS = "ANOMALYST_AUTH"
SIZE = re.compile(r"[1-9][0-9]{0,5}(kb|mb|gb)", re.IGNORECASE)


@guarded
def chat(  # noqa: PLR0913 - one option for each thing that can be set
    llm: LlmOption = "builtin",
    llm_limit: LlmLimitOption = LLM_SECONDS,
    backbone: BackboneOption = None,
    field: FieldOption = None,
    causes: CausesOption = None,
    no_ideas: NoIdeasOption = False,
    language: LanguageOption = "en",
    length: LengthOption = "normal",
    audience: AudienceOption = "plain",
    host: Annotated[
        str, typer.Option(help="Address to listen on. Any but this machine's own (loopback) needs --auth.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    home: Annotated[
        Path | None,
        typer.Option(help="Folder for conversations, runs and detectors. Default: $ANOMALYST_HOME, else user data."),
    ] = None,
    auth: Annotated[
        list[str] | None,
        typer.Option(
            metavar="USER:FILE",
            help="A login: a name, and a file whose first line is the password; may be given more than once. "
            f"${ACCOUNTS} ('user:password,user2:…') does the same.",
        ),
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Serve the API as MCP tools too, at /gradio_api/mcp/.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Analyses done at the same time.")] = 2,
    max_upload: Annotated[str, typer.Option(metavar="SIZE", help="Largest file taken, such as 64mb.")] = "64mb",
) -> None:
    """Open the page on this machine: upload an image or a series, ask about it, audit, fit detectors; API beside it."""
    accounts = read_accounts(auth or [], os.environ.get(ACCOUNTS, ""))
    check_host(host, bool(accounts))
    require(SIZE.fullmatch(max_upload) is not None, "--max-upload", max_upload, "a size such as 500kb, 64mb or 1gb")
    if mcp and find_spec("mcp") is None:
        raise InputError("--mcp needs a package that is not installed; run `pip install 'anomalyst[mcp]'`.")
    from anomalyst.agent.page.app import Serving, launch
    from anomalyst.agent.page.desk.advising import Advising
    from anomalyst.evidence.causes import GENERAL
    from anomalyst.evidence.speech.manner import Manner

    manner = Manner(language, cast(Any, length), cast(Any, audience))  # which refuses others
    advising = Advising(field or GENERAL, causes, not no_ideas, manner)
    advising.check()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    also = f", MCP at {address}/gradio_api/mcp/" if mcp else ""
    typer.echo(f"Anomalyst on {address}{also} (Ctrl-C stops it)", err=True)
    launch(
        llm,
        backbone=backbone,
        advising=advising,
        serving=Serving(host, port, home, accounts, mcp, workers, max_upload.lower(), llm_limit),
    )


def check_host(host: str, has_logins: bool) -> None:
    """InputError for an address that others can reach, unless they must log in."""
    if not (is_loopback(host) or has_logins):
        raise InputError(
            f"got host {host!r}, which others can reach: whoever did could see and change everything on the page; "
            f"give logins with --auth USER:FILE or ${ACCOUNTS}, or use loopback (127.0.0.1) and a tunnel (ssh -L)."
        )


def read_accounts(options: list[str], variable: str) -> list[tuple[str, str]] | None:
    """Names and passwords of --auth and of the environment; None if there are none. No password is ever shown."""
    accounts = [_from_file(option) for option in options]
    for number, part in enumerate(filter(None, variable.split(",")), 1):
        name, colon, password = part.strip().partition(":")
        if not (name and colon and password):
            raise InputError(f"part {number} of ${ACCOUNTS} is no USER:PASSWORD; write it as 'user:password,user2:…'.")
        accounts.append((name, password))
    names = [name for name, _ in accounts]
    require(len(set(names)) == len(names), "logins", names, "each name once")
    return accounts or None


def _from_file(option: str) -> tuple[str, str]:
    """The account of one USER:FILE; the file's first line is the password."""
    name, colon, place = option.partition(":")
    if not (name and colon and place):
        raise InputError(
            "got an --auth that is no USER:FILE; the password stands in the file, not on the command line."
        )
    try:
        lines = Path(place).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"the password file of {name!r} cannot be read ({reason}); --auth takes USER:FILE, not a password."
        ) from None
    if not lines or not lines[0]:
        raise InputError(f"the password file of {name!r} has an empty first line; write the password there.")
    return name, lines[0]
