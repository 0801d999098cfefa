"""Tables of patterns: a line each, with macros."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from anomalyst.modalities.registry import modalities


def _text(name: str) -> str:
    return files("anomalyst.agent.verifier").joinpath("lexicon", name).read_text(encoding="utf-8")


def table(name: str) -> tuple[list[str], dict[str, str]]:
    """The lines of a table of patterns without comments, and its macros (lines "NAME = pattern")."""
    lines = [line for line in _text(name).splitlines() if line.strip() and not line.startswith("#")]
    defined = {line: re.fullmatch(r"([A-Z]+) = (.*)", line) for line in lines}
    macros = {m[1]: m[2] for m in defined.values() if m}
    own = "|".join(rf"{re.escape(kind)}s?" for kind in plain_kinds()) or "(?!)"
    macros |= {"PLAINLY": own} | ({"KIND": f"(?:{own}|{macros['KIND']})"} if "KIND" in macros else {})
    return [line for line in lines if not defined[line]], macros


@cache
def plain_kinds() -> tuple[str, ...]:
    """The kinds of anomaly that kinds of data bring, which are called by their name alone."""
    return tuple(dict.fromkeys(name for kind in modalities().values() for name in kind.told.kinds))


def expand(pattern: str, macros: dict[str, str]) -> str:
    """A pattern with each {NAME} replaced by its macro, which may name others."""
    while (wider := re.sub(r"\{([A-Z]+)\}", lambda m: macros[m[1]], pattern)) != pattern:
        pattern = wider
    return pattern


@cache
def _sections(name: str) -> dict[str, frozenset[str]]:
    sections: dict[str, frozenset[str]] = {}
    title = ""
    for line in _text(name).splitlines():
        if line.startswith("["):
            title = line.strip("[]")
        elif not line.startswith("#"):
            sections[title] = sections.get(title, frozenset()) | frozenset(line.split())
    return sections


def words_in(name: str, section: str) -> frozenset[str]:
    """The words of a section of a list of words: its name in brackets, then words; `#` begins a comment."""
    return _sections(name)[section]
