"""The role of each number or time in a clause, read from the words around it by `lexicon/roles.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from anomalyst.agent.verifier.lexicon import expand, table
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.numbers import Quantity

P_KINDS: tuple[FactKind, ...] = ("sample_p", "peak_p")
TIME_KINDS: tuple[FactKind, ...] = ("start", "end", "peak_at")
TIME_UNITS = frozenset({"ns", "us", "ms", "s", "min", "h", "d", "rows"})
_LINE = re.compile(r"([a-z_,]+)(?:\[(.+?)\])? (before|after) (.*)")


@dataclass(frozen=True)
class Role:
    """Kinds of facts a quantity of `unit` ("" for any) may state if the words before or after it match `pattern` and
    the clause matches `where`."""

    kinds: tuple[FactKind, ...]
    unit: str
    before: bool
    pattern: re.Pattern[str]
    where: re.Pattern[str]

    def may_play(self, quantity: Quantity) -> bool:
        """Whether a quantity of this sort and unit can have this role."""
        if quantity.is_time:
            return self.kinds[0] in TIME_KINDS
        if self.unit == "time":
            return quantity.unit in TIME_UNITS
        return not self.unit or self.unit == quantity.unit


@cache
def roles() -> tuple[Role, ...]:
    """All lines of the table, in order."""
    lines, macros = table("roles.txt")
    found, where = [], re.compile("")
    for line in lines:
        if line.startswith("[where "):
            where = re.compile(line.removeprefix("[where ").removesuffix("]"))
        elif match := _LINE.fullmatch(line):
            kinds = cast(tuple[FactKind, ...], tuple(match[1].split(",")))
            pattern = re.compile(expand(match[4], macros))
            found.append(Role(kinds, match[2] or "", match[3] == "before", pattern, where))
    return tuple(found)


def role_of(quantity: Quantity, left: str, right: str) -> tuple[tuple[FactKind, ...], tuple[int, int] | None]:
    """Kinds of facts the quantity may state, and the span of the cue that says so: (start, end) in `left`, or
    (−1, length) in `right`; without a cue it is taken as observed, a time as any time of the finding."""
    for role in roles():
        if not role.may_play(quantity):
            continue
        cue = role.pattern.search(left if role.before else right)
        if cue and role.where.search(left + right):
            return role.kinds, ((cue.start(), cue.end()) if role.before else (-1, cue.end()))
    return (TIME_KINDS if quantity.is_time or quantity.unit == "rows" else ("observed",)), None
