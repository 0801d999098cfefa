"""The command line: `anomalyst`. Each command lives in a module of its own; heavy imports wait until one runs."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, NoReturn

import typer

from anomalyst.agent.cli import chat as cli_chat
from anomalyst.agent.cli import checks as cli_checks
from anomalyst.agent.cli import detectors as cli_detectors
from anomalyst.agent.cli import explain as cli_explain
from anomalyst.agent.cli import listing as cli_listing
from anomalyst.agent.cli.common import EPILOG, INTERRUPTED, SETTINGS, one_line
from anomalyst.errors import InputError

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]  # click's, or typer's own copy of it

app = typer.Typer(
    name="anomalyst",
    help="Finds anomalies in images and time series with diffusion models, and explains them in sentences that "
    "code has checked.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from anomalyst.agent.version import made_by

        typer.echo(made_by())
        raise typer.Exit()


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    SETTINGS.debug = debug


for _command in (
    cli_explain.explain,
    cli_explain.demo,
    cli_chat.chat,
    cli_detectors.fit,
    cli_detectors.score,
    cli_listing.detectors,
    cli_checks.audit,
    cli_checks.verify,
):
    app.command()(_command)


def main() -> None:
    """Entry point of the `anomalyst` command."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # our own progress is shown, and none with --json
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait would take the processor from other work
    try:
        code = app(prog_name="anomalyst", standalone_mode=False)
    except USAGE_ERROR as error:
        code = _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("stopped.", err=True)
        code = INTERRUPTED
    if code == INTERRUPTED:
        _leave()
    raise SystemExit(code or 0)


def _misused(error: Any) -> int:
    """One line for a wrong option or argument; without any argument the help has been shown."""
    if type(error).__name__ != "NoArgsIsHelpError":
        where = error.ctx.command_path if error.ctx else "anomalyst"
        typer.echo(one_line(f"error: {error.format_message()}; see `{where} --help`.".replace(".;", ";")), err=True)
    return InputError.exit_code


def _leave() -> NoReturn:
    """End now: the step that was interrupted may go on for minutes in its thread, and an orderly end waits for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
