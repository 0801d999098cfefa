"""Which characters of a sentence are proved, which are refuted, and which were not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Model

Part = tuple[str, Outcome | Literal[""]]


class Span(Model):
    """Characters [start, end) of a sentence: proved or refuted by these facts, or (unverifiable) not read."""

    start: int
    end: int
    outcome: Outcome
    facts: tuple[str, ...] = ()


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, what was not read in a row as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        last = found[-1] if found else None
        if last is not None and last.outcome == span.outcome == "unverifiable" and span.start - last.end <= 1:
            found[-1] = last.model_copy(update={"end": max(last.end, span.end)})
        else:
            found.append(span)
    return tuple(found)


def parts(text: str, spans: Iterable[Span]) -> Iterator[Part]:
    """The whole text in pieces: (characters, what the facts say of them, or "" where nothing is said)."""
    done = 0
    for span in spans:
        if span.start > done:
            yield text[done : span.start], ""
        yield text[max(span.start, done) : span.end], span.outcome
        done = max(done, span.end)
    if done < len(text):
        yield text[done:], ""
