"""What a pattern must hold and may begin with, read off its parsed form, so that most phrases need not be tried."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ANY = frozenset({"any"})  # may begin with anything


def first_letters(pattern: str) -> frozenset[str]:
    """The characters that a match may begin with, ANY if that cannot be told."""
    letters, empty = _first(_parsed(pattern))
    return ANY if empty or letters & ANY else letters


def needed_marks(pattern: str) -> frozenset[str]:
    """The letters of the marks («n, «r) that every match holds."""
    return _marks(_parsed(pattern))


def _parsed(pattern: str) -> Any:
    return re._parser.parse(pattern)  # type: ignore[attr-defined]


def _first(items: Iterable[Any]) -> tuple[frozenset[str], bool]:
    """(first characters, whether it may be empty) of a sequence."""
    letters: frozenset[str] = frozenset()
    for kind, value in items:
        some, empty = _first_of(str(kind), value)
        letters |= some
        if not empty:
            return letters, False
    return letters, True


def _first_of(kind: str, value: Any) -> tuple[frozenset[str], bool]:
    if kind == "LITERAL":
        return frozenset({chr(value)}), False
    if kind == "SUBPATTERN":
        return _first(value[3])
    if kind == "BRANCH":
        parts = [_first(branch) for branch in value[1]]
        return frozenset().union(*(p for p, _ in parts)), any(e for _, e in parts)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        letters, empty = _first(value[2])
        return letters, empty or value[0] == 0
    if kind == "IN" and all(str(k) == "LITERAL" for k, _ in value):
        return frozenset(chr(v) for _, v in value), False
    return (frozenset(), True) if kind in ("AT", "ASSERT", "ASSERT_NOT") else (ANY, False)


def _marks(items: Any) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    before = ""
    for kind, value in items:
        name = str(kind)
        if name == "LITERAL":
            found |= frozenset({chr(value)}) if before == "«" else frozenset()
        elif name == "SUBPATTERN":
            found |= _marks(value[3])
        elif name == "BRANCH":
            parts = [_marks(branch) for branch in value[1]]
            found |= frozenset.intersection(*parts)
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] > 0:
            found |= _marks(value[2])
        before = chr(value) if name == "LITERAL" else ""
    return found
