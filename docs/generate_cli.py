"""Writes docs/cli.md from the program's own help, and docs/explanation.schema.json: `python docs/generate_cli.py`.

A test checks that both are current.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
SCHEMA = Path(__file__).with_name("explanation.schema.json")
WIDTH = "100"

HEAD = """# The command line

*This page is generated: run `python docs/generate_cli.py` after a change of the commands.*

Results go to standard output, steps and errors to standard error. `--json` prints JSON and nothing else.
An error is one line; `anomalyst --debug COMMAND …` shows the traceback. An output folder appears whole or not at
all, and replaces only an empty folder or an earlier run. On a terminal, long steps show what they are at and for how
long.

`--json` of `explain`, and `report.json`, follow [explanation.schema.json](explanation.schema.json) (`schema_version`).

What reading changed, guessed or left out ("dates were read month-first", "2 links left out", "1 of 20 normals could not
be used") stands under "When it was read", in the field `notes`, and as `note: …` on standard error of `fit` and
`score`. One row or file that cannot be used does not end the others: `score`, and `explain` of a folder, name it on
standard error, do the rest and end with exit code 2; among normals it is left out and noted, unless none remains.

A language model that does not answer, or answers nonsense, is no failure: its sentences are replaced by built-in ones,
and each claim names its author.

## Exit codes

| code | meaning |
|---|---|
"""

EXAMPLES = {
    "explain": """anomalyst explain bad.csv --normal normal.csv --out run
anomalyst explain part.png --normal good --question "Is there a scratch?" --out part
anomalyst explain bad.csv --alpha 0.01 --json
anomalyst explain bad.csv --normal normal.csv --alarms-per-day 0.5 --out quiet""",
    "fit": """anomalyst fit normal.csv --modality series --out detector
anomalyst fit good --modality image --detector image-density --out image-detector""",
    "score": """anomalyst score bad.csv --detector detector --out scores.parquet
anomalyst score bad.csv --detector detector --alarms-per-day 1
anomalyst score part.png good --detector image-detector""",
    "detectors": "anomalyst detectors --json",
    "audit": "anomalyst audit run",
    "verify": """anomalyst verify run
echo "The series is anomalous." | anomalyst verify run --text -""",
}


def page() -> str:
    """The whole page."""
    os.environ |= {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1"}
    from typer.testing import CliRunner

    from anomalyst.agent.cli.common import EXIT_CODES
    from anomalyst.agent.cli.main import app

    def help_of(*command: str) -> str:
        text = CliRunner().invoke(app, [*command, "--help"], prog_name="anomalyst").stdout
        return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())

    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    parts = [HEAD + codes, f"\n## anomalyst\n\n```text\n{help_of()}\n```\n"]
    names = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    for name in names:
        parts.append(f"\n## anomalyst {name}\n\n```text\n{help_of(name)}\n```\n")
        if name in EXAMPLES:
            parts.append(f"\n```console\n{EXAMPLES[name]}\n```\n")
    return "".join(parts)


def schema() -> str:
    """The JSON schema of an explanation."""
    from anomalyst import Explanation

    return json.dumps(Explanation.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def words(text: str) -> list[str]:
    """The page without the lines and boxes that differ from one version of the help's renderer to the next."""
    return re.sub(r"[│╭╮╰╯─]+", " ", text).split()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
