"""Numbers in words of any size, written out in figures: "a hundred and twenty-six", "two dozen", "three and a half"."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.entities.spoken_units import words
from anomalyst.evidence.numbers import NUMBER_WORDS

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_MANY = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "fortieth": 40, "fiftieth": 50, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip


def either(words: object) -> str:
    """A pattern of any of these words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_WHOLE = frozenset({"minute", "minutes", "hour", "hours", "day", "days"})  # "half an hour" is no exact 30 min
_SMALL = either(NUMBER_WORDS)
_ONES = either(word for word, value in NUMBER_WORDS.items() if 1 <= value <= 9)
_TEN = either(_TENS)
_BELOW = rf"(?:(?:{_TEN})(?:[- ](?:{_ONES}))?|{_SMALL})"  # a hundred
_FIGURES = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MULTIPLE = rf"(?:(?:{_BELOW}|{_FIGURES}|an?|half an?)[- ])?(?:{either(_MANY)})"
_REST = rf"(?:,? (?:and )?{_MULTIPLE}|,? and {_BELOW}|[- ]{_BELOW})"
_CARDINAL = rf"(?:{_MULTIPLE}{_REST}*|(?:{_TEN})(?:[- ](?:{_ONES}))?)"
_SOME = rf"(?:{_CARDINAL}|{_SMALL}|{_FIGURES})"
_NTH = either(word for word in _PARTS if word not in ("half", "halve"))
UNIT = either(word for word in words() if word not in _WHOLE and len(word) > len("min"))
SPAN = r"second|minute|hour|day|week|fortnight|month|min|h|s"


def count(text: str) -> float:
    """The number that words or figures say: "two hundred and six" is 206."""
    whole = part = 0.0
    for word in re.split(r"[- ]+|, ", text.lower().strip()):
        if word in _MANY:
            size = _MANY[word]
            part = (part or 1) * size
            if size > _MANY["hundred"]:
                whole, part = whole + part, 0.0
        elif word == "half":
            part += 0.5
        elif word not in ("and", "a", "an", ""):
            part += _TENS.get(word, NUMBER_WORDS.get(word, 0)) or float(re.sub(r"[^\d.]", "", word) or 0)
    return whole + part


def _written(number: float) -> str:
    return f"{number:.10g}"


def _and_part(match: re.Match[str]) -> str:
    """ "Three and a quarter hours" as 3.25 hours."""
    parts = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
    below = 3 * parts["quarter"] if match[2].startswith("three") else parts[re.split("[- ]", match[2])[-1]]
    return f"{count(match[1]) + below:.4g}{match[3] or ''}"


def _unit_and_part(match: re.Match[str]) -> str:
    below = {"half": 0.5, "quarter": 0.25}[match[3]]
    return f"{(1 if match[1] in ('a', 'an', 'one') else count(match[1])) + below:g} {match[2]}s"


def _share(match: re.Match[str]) -> str:
    of = match[2].lower()
    over = _PARTS[of.removesuffix("s")] if of.removesuffix("s") in _PARTS else count(of)
    number = 1.0 if match[1].lower() in ("a", "an") else count(match[1])
    return f"{100 * number / over:.4g} % part" if over else match.group()


def _ratio(match: re.Match[str]) -> str:
    return f"{count(match[1]) / count(match[2]):.6g}"


def _decimal(match: re.Match[str]) -> str:
    digits = "".join(str(NUMBER_WORDS[word]) for word in match[2].lower().split())
    return f"{_written(count(match[1]))}.{digits}"


_COUNTED = "«|rules?|score|scoring|detectors?|normals?|planted|findings?|regions?|days?|channels?"
# What comes before "and a half" may itself be of several words, so fractions are read before the numbers they are of.
CHANGES = tuple(
    (re.compile(pattern, re.I), change)
    for pattern, change in (
        (rf"\b({_SOME}) and (an? half|an? quarter|three[- ]quarters|an? third)( (?:{SPAN})s?)?\b", _and_part),
        (rf"\b(an?|one|{_SOME}) ({SPAN})s? and an? (half|quarter)\b", _unit_and_part),
        (r"\b(?:a )?half[- ]hour\b", "half an hour"), (r"\b(?:a )?half[- ](minute|day)\b", r"half a \1"),
        (r"\bhalf again as\b", "1.5 times as"),
        (r"\bhalf a dozen\b|\ba half[- ]dozen\b", "6"),
        (rf"\b({_SOME}) dozen\b", lambda m: _written(12 * count(m[1]))),
        (r"\b(?:a|one) dozen\b", "12"),
        (r"\b(?:a|the (?:last|final|first)|final|last|first) couple(?: of)?(?= \w)", "about 2"),
        (rf"\b({_SOME})[- ]odd\b", lambda m: f"about {_written(count(m[1]))}"),
        (rf"\b({_SOME}) point ((?:{_ONES}|zero)(?: (?:{_ONES}|zero))*)\b", _decimal),
        (rf"\b({_SOME}) (?:in|out of) (?:every |each |an? |one )?({_CARDINAL}|{_SMALL}|{_FIGURES})\b"
         rf"(?! (?:of|{_COUNTED}))", _ratio),
        (rf"\b(?:an?|one) (half|{_NTH}) of (?:an?|one) (?={UNIT}\b)", lambda m: f"{1 / _PARTS[m[1].lower()]:.4g} "),
        (rf"\b(an?|one|{_SOME})[ -]((?:{_NTH})s?)(?= of\b)", _share),
        (rf"\b({_SOME})[ -]((?:{either(w for w in _PARTS if w not in ('half', 'halve', 'third', 'quarter'))})s?)\b",
         _share),
        (rf"\b({_SOME}) or so(?= [a-z«])", lambda m: f"about {_written(count(m[1]))}"),
        (rf"\b(?:an? )?half[- ](?:an? )?(?={UNIT}\b)", "0.5 "),
        (rf"\b({_CARDINAL})\b(?!-?(?:fold|ieth))", lambda m: _written(count(m[1]))),
    )
)  # fmt: skip


# "For a full hour" is one hour; "13 MB a second" and "twice a day" are not.
A_UNIT = re.compile(
    rf"(?<![\w-])(?<!half )(?<!quarter of )(?:an?|one) (?:(?:full|whole|single|entire|good|solid|mere|complete) )*"
    rf"(?P<unit>{SPAN}|degree|percentage point|percent)"
    r"(?![\w-])(?! (?:and|of)\b)",
    re.I,
)
_RATE = re.compile(rf"(?:\b(?:{UNIT}|times|once|twice|alarms?|positives?|alerts?)|»|\d) $", re.I)


def one_unit(match: re.Match[str]) -> str:
    """One of a unit, as a number, unless it is what something is counted in."""
    return match.group() if _RATE.search(match.string[: match.start()]) else f"1 {match['unit']}"
