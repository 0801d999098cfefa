"""The commands `audit` and `verify`: whoever doubts a run, or a text about it, can check it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anomalyst.agent.cli.common import FOUND_PROBLEM, JsonOption, existing, guarded, one_line, out_console, print_json
from anomalyst.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from anomalyst.agent.verifier.verify import CheckedSentence
    from anomalyst.evidence.claims import ClaimSet, Verdict
    from anomalyst.evidence.facts import Evidence

OutArgument = Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Output folder that `anomalyst explain` wrote.")]
OUTCOMES = {
    "supported": ("✓ supported", "green"),
    "contradicted": ("✗ contradicted", "red"),
    "unverifiable": ("? not understood", "yellow"),
    "passed": ("✓ passed", "green"),
    "failed": ("✗ failed", "red"),
}
STYLES = {"supported": "green", "contradicted": "red strike", "unverifiable": "yellow underline", "": ""}
MARKS = {"contradicted": ("✗[", "]"), "unverifiable": ("?[", "]")}  # of parts of a sentence, where there is no colour


@guarded
def audit(out: OutArgument, as_json: JsonOption = False) -> None:
    """Check a run: files unchanged, claims verified again, detector replayed, explanation tested by healing."""
    existing(out)
    from anomalyst.agent.records.audit import audit_run

    result = audit_run(out)
    if as_json:
        rows = [{"check": r.check, "outcome": r.outcome, "detail": r.detail} for r in result.rows]
        print_json({"passed": result.passed, "rows": rows})
    else:
        title = f"Audit of {out}: {'passed' if result.passed else 'failed'}"
        out_console().print(_table(title, [(r.check, r.outcome, r.detail) for r in result.rows], "check"))
    if not result.passed:
        raise typer.Exit(FOUND_PROBLEM)


@guarded
def verify(
    out: OutArgument,
    text: Annotated[
        Path | None, typer.Option(help="Text to check, sentence by sentence; '-' reads standard input.")
    ] = None,
    claims: Annotated[Path | None, typer.Option(help="Claims to check: JSON of the ClaimSet schema.")] = None,
    reader: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="A language model (provider:model) that takes apart sentences of --text which the rules do not "
            "understand; code judges what it finds.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check anybody's text or claims against a run's evidence; without either, the run's own claims."""
    from anomalyst.agent.records.artifacts import read_run

    if reader is not None and text is None:
        raise InputError("got --reader without --text; a reader takes apart a text.")
    if text is not None and claims is not None:
        raise InputError("got both --text and --claims; give one of them.")
    explanation = read_run(existing(out)).explanation
    if text is not None:
        checked = _check_text(_read_text(text), explanation.evidence, reader)
    elif claims is not None:
        checked = _check_claims(_read_claims(claims), explanation.evidence)
    else:
        from anomalyst.evidence.claims import ClaimSet

        delivered = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
        checked = _check_claims(ClaimSet(claims=tuple(c.claim for c in delivered)), explanation.evidence)
    _show(checked, as_json)
    if any(one.verdict.outcome != "supported" for one in checked):
        raise typer.Exit(FOUND_PROBLEM)


def _check_text(text: str, evidence: Evidence, reader: str | None) -> list[CheckedSentence]:
    from anomalyst.agent.records.checking import verify

    checked = verify(text, evidence, reader)
    if not checked:
        raise InputError("the text holds no sentence; give at least one.")
    return checked


def _check_claims(claims: ClaimSet, evidence: Evidence) -> list[CheckedSentence]:
    from anomalyst.agent.statements.checking import check_claims
    from anomalyst.agent.verifier.verify import CheckedSentence

    verdicts = check_claims(claims.claims, evidence)
    pairs = zip(claims.claims, verdicts, strict=True)
    return [CheckedSentence(text=claim.text, verdict=verdict) for claim, verdict in pairs]


def _read_text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} cannot be read as UTF-8 text ({error}); name a text file.") from error


def _read_claims(path: Path) -> ClaimSet:
    from pydantic import ValidationError

    from anomalyst.evidence.claims import ClaimSet

    try:
        return ClaimSet.model_validate_json(_read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(
            f"{str(path)!r} is no set of claims ({place}: {first['msg']}); "
            'write {"claims": [{"text": …, "cites": ["F1"], "kind": "observation"}]}.'
        ) from error


def _show(checked: list[CheckedSentence], as_json: bool) -> None:
    good = sum(one.verdict.outcome == "supported" for one in checked)
    if as_json:
        sentences = [
            {"text": one.text, **one.verdict.model_dump(mode="json"), "spans": [s.model_dump() for s in one.spans]}
            for one in checked
        ]
        print_json({"passed": good == len(checked), "sentences": sentences})
        return
    console = out_console()
    rows = [(_marked(one, console), one.verdict.outcome, _why(one.verdict)) for one in checked]
    console.print(_table(f"{good} of {len(checked)} sentences supported", rows, "sentence"))


def _marked(sentence: CheckedSentence, console: Console) -> Text:
    """A sentence with what is refuted in it and what was not read: by colour, else between signs."""
    from rich.text import Text

    from anomalyst.agent.verifier.spans import parts

    if not sentence.spans:
        return Text(one_line(sentence.text))
    shown = Text()
    for text, outcome in parts(sentence.text, sentence.spans):
        before, after = MARKS.get(outcome, ("", "")) if console.color_system is None else ("", "")
        shown.append(f"{before}{text}{after}", style=STYLES[outcome])  # normalised: of one line
    return shown


def _why(verdict: Verdict) -> str:
    facts = f"facts {', '.join(verdict.facts)}" if verdict.facts else ""
    return "; ".join(filter(None, [*verdict.reasons, facts]))


def _table(title: str, rows: Sequence[tuple[str | Text, str, str]], first: str) -> Table:
    """Rows of (what, outcome, why) as a table; their text is never read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(one_line(title)), box=box.SIMPLE_HEAD, title_style="bold", title_justify="left")
    for column in (first, "outcome", "why"):
        table.add_column(column, overflow="fold", no_wrap=column == "outcome")
    for what, outcome, why in rows:
        word, style = OUTCOMES[outcome]
        table.add_row(
            what if isinstance(what, Text) else Text(one_line(what)), Text(word, style=style), Text(one_line(why))
        )
    return table
