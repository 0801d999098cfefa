"""Numbers in words and short forms, written out so that phrases need to know one form only."""

from __future__ import annotations

import re
from collections.abc import Callable

from anomalyst.evidence.numbers import NUMBER_WORDS

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = [word for word, value in NUMBER_WORDS.items() if 1 <= value <= 9]
_TEENS = [word for word in NUMBER_WORDS if word != "zero"]
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NTHS = {
    "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "twelfth": 12, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100,
    "thousandth": 1000,
}  # fmt: skip
_SMALL = rf"(?:{'|'.join(_TEENS)})"
_TEN = rf"(?:{'|'.join(_TENS)})"
_SOME = rf"(?:{_TEN}(?:[- ](?:{'|'.join(_ONES)}))?|{_SMALL}|\d+)"


def _count(text: str) -> int:
    words = re.split(r"[- ]", text.lower())
    return sum(_TENS.get(w, NUMBER_WORDS.get(w, int(w) if w.isdigit() else 0)) for w in words)


def _tens(match: re.Match[str]) -> str:
    return str(_count(match[1]) * (_BIG[match[2].lower()] if match[2] else 1))


def _in_many(match: re.Match[str]) -> str:
    many = match[2].lower()
    count = _BIG[many] if many in _BIG else _count(many) if not match[3] else _count(many) * _BIG[match[3].lower()]
    return f"{_count(match[1]) / count:.6g}"


def _halves(match: re.Match[str]) -> str:
    return f"{_count(match[1])}.5{match[2] or ''}"


def _one_half(match: re.Match[str]) -> str:
    return f"1.5 {match[1]}"


def _nth(match: re.Match[str]) -> str:
    return f"{100 * _count(match[1]) / _NTHS[match[2].lower().rstrip('s')]:.4g} % part"


def _hundreds(match: re.Match[str]) -> str:
    return str(_count(match[1]) * _BIG[match[2].lower()] + (_count(match[3]) if match[3] else 0))


Change = Callable[[re.Match[str]], str]
_UNIT = r"minute|hour|second|day|min|h|s"
_CHANGES: tuple[tuple[str, Change | str], ...] = (
    (r"\b(it|that|there|here|what|which|who|this|he|she)'s (?=been\b)", r"\1 has "),
    (r"\b(it|that|there|here|what|which|who|this|where)'s\b", r"\1 is"),
    (r"\b(it|that|there|which|we|they|i|you|should|would|could|must|might)'ve\b", r"\1 have"),
    (r"\b(they|we|you)'re\b", r"\1 are"), (r"\bi'm\b", "i am"), (r"\bi'd\b", "i would"), (r"\bwon't\b", "will not"),
    (r"\bcan't\b|\bcannot\b", "can not"), (r"(?<=\w)n't\b", " not"),
    (r"(?<=»)'s (?=(?:flagged|anomalous|abnormal|too|not|above|below|the|an?|at|late|early)\b)", " is "),
    (rf"\b({_SMALL}) (hundred|thousand)(?:(?: and)? ({_SOME}))?\b(?! (?:hundred|thousand|and a half))", _hundreds),
    (rf"\b({_TEN}(?:[- ](?:{'|'.join(_ONES)}))?)(?: (hundred|thousand))?\b(?!-?(?:fold|ieth))", _tens),
    (rf"\b({_SOME}) (?:in|out of) (?:an? |one )?({_SOME}|hundred|thousand|million)(?: (hundred|thousand))?\b"
     r"(?! (?:of|«|rules?|score|scoring|detectors?|normals?|planted|findings?|regions?|days?|channels?))", _in_many),
    (rf"\ban? ({_UNIT}) and a half\b", _one_half),
    (rf"\b({_SOME}) and a half( (?:{_UNIT})s?)?\b", _halves),
    (rf"\b({_SOME}) ({_UNIT})s and a half\b", lambda m: f"{_count(m[1])}.5 {m[2]}s"),
    (rf"\b({_SOME})[ -]((?:{'|'.join(k for k in _NTHS if k not in ('third', 'quarter'))})s?)\b", _nth),
    (r"\b(?:every|each) (?:single )?one (?=of\b)", "each "),
    (r"\bminus (?=\d)|\bnegative (?=\d)", "-"),
    (r"\b50/50\b|\bfifty-fifty\b|\bhalf and half\b", "50 % each"),
    (r"\b(\d+)/(\d+)(?= (?:scor|rule|detector))", r"\1 of \2"),
)  # fmt: skip
CHANGES = tuple((re.compile(pattern, re.I), change) for pattern, change in _CHANGES)
