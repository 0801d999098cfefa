"""The most telling statement on a finding of a table, and on a normal table: which row, what it holds, against what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Said, Slot, amount, quoted, same_name, say
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import capital, is_sayable, name, one

MOST_CELLS = 3


@dataclass(frozen=True)
class _Cell:
    """What is said of one cell. `message`: its wording; `slots`; `facts`: that say so."""

    message: str
    slots: dict[str, Slot]
    facts: tuple[Fact, ...]

    def text(self, speech: Speech) -> str:
        """It in a language."""
        slots = {k: v if isinstance(v, str) else str(v(speech)) for k, v in self.slots.items()}
        return speech.text(self.message, slots)


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal table (""), the fullest first."""
    if not region:
        verdict, size = one(evidence, "sample", "verdict"), one(evidence, "sample", "sample_size")
        if size is not None:
            slots: dict[str, Slot] = {"extent": str(size.value)}
            yield say("headline", ("headline", "normal-table"), slots, verdict, size)
        return
    worst, count = one(evidence, region, "peak_at"), one(evidence, region, "duration")
    if worst is None or count is None:
        return
    cells = [cell for fact in _kinds(evidence, region) if (cell := _cell(evidence, region, fact)) is not None]
    how = "row" if float(count.value) == 1 else "rows"
    for number in range(min(len(cells), MOST_CELLS), 0, -1):
        told = cells[:number]
        slots = {"Row": lambda s: capital(moment(worst, evidence, s)), "count": amount(count), "cells": _all(told)}
        facts = (worst, count, *(fact for cell in told for fact in cell.facts))
        yield say("headline", ("headline", how), slots, *facts, kind="comparison")
    yield say("headline", ("headline", f"{how}-alone"), {"Row": lambda s: capital(moment(worst, evidence, s)),
                                                         "count": amount(count)}, worst, count)  # fmt: skip


def _kinds(evidence: Evidence, region: str) -> list[Fact]:
    """The kinds of anomaly, of each column to blame one."""
    return [fact for fact in evidence.about(region, "anomaly_kind") if fact.qualifier and is_sayable(fact.qualifier)]


def _all(cells: Sequence[_Cell]) -> Slot:
    return lambda speech: speech.joined([cell.text(speech) for cell in cells])


def _cell(evidence: Evidence, region: str, kind: Fact) -> _Cell | None:
    """What the row holds in a column, and what normal rows hold there."""
    slots: dict[str, Slot] = {"column": name(kind.qualifier)}
    seen, normal, held = (same_name(evidence, region, k, kind) for k in ("observed", "expected", "words"))
    if kind.value == "missing data":
        return _Cell("cell-missing", slots, (kind,))
    if held is not None:
        return _word(evidence, region, kind, held, slots)
    if seen is None or normal is None:
        return None
    slots["seen"] = lambda s: s.beside(seen, normal)
    if normal.low is None or normal.high is None or normal.low == normal.high:
        slots["usual"] = lambda s: s.beside(normal, seen)
        return _Cell("cell-number", slots, (kind, seen, normal))
    low, high = float(normal.low), float(normal.high)
    slots |= {"low": lambda s: s.number(low), "high": lambda s: s.measure(high, normal.unit)}
    return _Cell("cell-band", slots, (kind, seen, normal))


def _word(evidence: Evidence, region: str, kind: Fact, held: Fact, slots: dict[str, Slot]) -> _Cell | None:
    """What a category holds."""
    word, usual = quoted(held), same_name(evidence, region, "fitting_words", kind)
    if word is None:
        return None
    slots["word"] = word
    if kind.value == "unseen category":
        return _Cell("cell-unseen", slots, (kind, held))
    instead = quoted(usual)
    if usual is None or instead is None:
        return _Cell("cell-holds", slots, (kind, held))
    return _Cell("cell-usual", slots | {"usual": instead}, (kind, held, usual))
