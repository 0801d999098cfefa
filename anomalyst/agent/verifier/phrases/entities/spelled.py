"""Numbers in words and short forms, written out so that phrases need to know one form only."""

from __future__ import annotations

import re
from collections.abc import Callable

from anomalyst.agent.verifier.phrases.entities import numerals

Change = Callable[[re.Match[str]], str]
_SHORT: tuple[tuple[str, Change | str], ...] = (
    (r"\b(it|that|there|here|what|which|who|this|he|she)'s (?=been\b)", r"\1 has "),
    (r"\b(it|that|there|here|what|which|who|this|where)'s\b", r"\1 is"),
    (r"\b(it|that|there|which|we|they|i|you|should|would|could|must|might)'ve\b", r"\1 have"),
    (r"\b(they|we|you)'re\b", r"\1 are"), (r"\bi'm\b", "i am"), (r"\bi'd\b", "i would"), (r"\bwon't\b", "will not"),
    (r"\bcan't\b|\bcannot\b", "can not"), (r"(?<=\w)n't\b", " not"),
    (r"(?<=»)'s (?=(?:flagged|anomalous|abnormal|too|not|above|below|the|an?|at|late|early)\b)", " is "),
    (r"\b(?:a|one) fortnight\b", "2 weeks"), (r"\b50/50\b|\bfifty-fifty\b|\bhalf and half\b", "50 % each"),
)  # fmt: skip
_FIGURES: tuple[tuple[str, Change | str], ...] = (
    (r"\b(?:every|each) (?:single )?one (?=of\b)", "each "),
    (r"\bminus (?=\d)|\bnegative (?=\d)", "-"),
    (r"\b(\d+)/(\d+)(?= (?:scor|rule|detector))", r"\1 of \2"),
)  # fmt: skip


def _compiled(changes: tuple[tuple[str, Change | str], ...]) -> tuple[tuple[re.Pattern[str], Change | str], ...]:
    return tuple((re.compile(pattern, re.I), change) for pattern, change in changes)


CHANGES = (*_compiled(_SHORT), *numerals.CHANGES, *_compiled(_FIGURES))
