"""A sentence with its data taken out, each character of what is left knowing where it stood.

Like `marks.mark`, with what people say for a name or a number besides: aliases, "half", "twice", "half an hour", scaled
units. Marks: c a name, t a quoted fact, f a fact id, r a finding, n an amount, d a date or time of day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from anomalyst.agent.verifier.marks import Entries, names_of, vocabulary
from anomalyst.agent.verifier.phrases.aliases import aliases
from anomalyst.agent.verifier.phrases.amounts import PART, TIMES
from anomalyst.agent.verifier.phrases.described import DESCRIBED, OF_SEVERAL, asserts, described
from anomalyst.agent.verifier.phrases.entities.calendar import DATE, WHEN, in_date, when
from anomalyst.agent.verifier.phrases.entities.clock import DAY, SPOKEN, in_figures, stamps, the_day
from anomalyst.agent.verifier.phrases.entities.numerals import A_UNIT, one_unit
from anomalyst.agent.verifier.phrases.entities.spelled import CHANGES
from anomalyst.agent.verifier.phrases.marked import Located, mark_all, put, rewrite
from anomalyst.agent.verifier.phrases.scaling import forms
from anomalyst.agent.verifier.phrases.tiles import Wording
from anomalyst.agent.verifier.phrases.wordings.canonical import passes
from anomalyst.agent.verifier.phrases.wordings.plain import rewrite_plainly
from anomalyst.agent.verifier.phrases.wordings.senses import SCENERY, TURNS, in_senses, merge_names, own_name
from anomalyst.agent.verifier.phrases.wordings.turned import is_turned, keep_did
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.numbers import (
    MONTHS,
    NUMBER,
    NUMBER_WORDS,
    TIME,
    UNIT_NAMES,
    Quantity,
    canonical_unit,
    read_number,
    read_time,
)
from anomalyst.modalities.registry import modality

_PARTS = {
    "half": 1 / 2, "one half": 1 / 2, "a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3, "two-thirds": 2 / 3,
    "a quarter": 1 / 4, "one quarter": 1 / 4, "three quarters": 3 / 4, "three-quarters": 3 / 4, "a fifth": 1 / 5,
    "one fifth": 1 / 5, "four fifths": 4 / 5, "a tenth": 1 / 10, "one tenth": 1 / 10,
}  # fmt: skip
_MULTIPLES = {"twice": 2, "double": 2, "thrice": 3, "triple": 3}
_SPANS = {
    "half an hour": (30, "min"),
    "half a minute": (30, "s"),
    "half a day": (12, "h"),
    "a quarter of an hour": (15, "min"),
}
_ONES = {"a second": "s", "a minute": "min", "one minute": "min", "an hour": "h", "one hour": "h", "a day": "d"}
_ONE_OF = (
    r"(?<=for |ver |out |han |der |ing |sts |ted |kes |ook |rly |ost |ely )"  # "about a minute", never "alarms a day"
)
_MONTHS = "|".join(month[:3] for month in MONTHS)
_WORDS = "|".join(sorted((re.escape(word) for word in NUMBER_WORDS), key=len, reverse=True))
_FOLD = re.compile(r"(?<![\w-])(two|three|four|five|six|seven|eight|nine|ten)[- ]?fold(?!\w)", re.I)


_OF_SIZE = re.compile(
    r"\b(?:smaller|larger|bigger)\b(?=(?: one)?(?:$|[.,;:!)]| and | but | than (?:expected|normal|usual|it |«n)))",
    re.I,
)


@dataclass(frozen=True)
class _Spoken:
    """What may be said of one evidence besides its own words."""

    aliases: Entries
    number: re.Pattern[str]
    word: re.Pattern[str]


@lru_cache(maxsize=64)
def _spoken(evidence: Evidence) -> _Spoken:
    names = names_of(evidence)
    said = {f"{form}s": name for form, name in aliases(names).items() if form[-1:].isalpha() and form[-1] != "s"}
    said |= aliases(names)
    pattern = [
        (rf"(?<![\w«-]){re.escape(form).replace(chr(92) + ' ', '[ _-]')}(?![\w»])", n) for form, n in said.items()
    ]
    units = {form for fact in evidence.facts if fact.unit for form in forms(fact.unit)}
    units |= {form for unit in ("s", "%") for form in forms(unit)} | set(UNIT_NAMES)
    either = "|".join(sorted((re.escape(unit) for unit in units if unit), key=len, reverse=True))
    behind = rf"(?:[ -]?(?P<unit>{either})(?![\w«/]))?"
    word = re.compile(rf"(?<![\w-])({_WORDS})(?![\w-]){behind}", re.I)
    return _Spoken(Entries.of(pattern), re.compile(NUMBER.pattern + behind, re.I), word)


def _unit(match: re.Match[str]) -> str:
    return canonical_unit(match["unit"] or "")


def located(sentence: str, evidence: Evidence, wording: Wording = "own") -> Located:
    """The marked text of a normalised sentence."""
    made = Located(re.sub(r"[«»]", "?", sentence), [*range(len(sentence) + 1)])
    spoken = _spoken(evidence)
    _mark_names(made, evidence)
    if wording in ("chunks", "free"):
        rewrite_plainly(made, "names", TURNS)
    mark_all(made, spoken.aliases.pattern, "c", spoken.aliases.meaning)
    if wording in ("canonical", "chunks", "free"):
        _settle_ones(made)
    if wording in ("chunks", "free"):
        merge_names(made)
        rewrite_plainly(made, "before" if wording == "chunks" else "names", TURNS)
    if wording == "free":
        rewrite(made, _BARE_HOUR, r"\1 \2 o'clock")
    if wording != "own":
        _in_figures(made, evidence)
    if wording == "free":
        _mark_days(made, evidence)
    mark_all(made, TIME, "d", lambda m: read_time(m.group()))
    if wording != "own":
        _mark_near_times(made)
        _name_former(made)
    if wording == "plain":
        rewrite_plainly(made, "words")
    _describe(made, evidence)
    _leave_comparisons(made, evidence)
    _mark_amounts(made, spoken)
    if wording == "plain":
        rewrite_plainly(made, "amounts")
        _describe(made, evidence)
    made.text = "".join(c.lower() if len(c.lower()) == 1 else c for c in made.text)
    made.turned = is_turned(made, evidence)
    _say_alike(made, evidence, wording)
    return made


def _mark_days(made: Located, evidence: Evidence) -> None:
    """Days and parts of the day, and one of a unit; what the sample is about is the sample."""
    rewrite(made, own_name(evidence.sample_name), "series")
    rewrite(made, SCENERY, "picture" if modality(evidence.modality).told.qualities else "series")
    rewrite(made, A_UNIT, one_unit)
    rewrite(made, DATE, lambda m: in_date(m, [stamp.year for stamp in stamps(evidence)]))
    mark_all(made, WHEN, "w", when)


def _leave_comparisons(made: Located, evidence: Evidence) -> None:
    """What is said beside another place, or of a size, is no side of what is expected: "the darker of the two"."""
    rewrite(made, OF_SEVERAL, "beside-another")
    if modality(evidence.modality).told.qualities:
        rewrite(made, _OF_SIZE, "sizewise")


# "Just", "a little" and the like are left out by other words, but not before a number that they bring near.
_SLIGHT = r"(?:just|slightly|a little|a bit|a touch|a shade|a hair|a whisker|a tad|somewhat)"
_JUST_UNDER = re.compile(rf"\b{_SLIGHT} (?:under|below|less than|short of|shy of)(?= (?:an? |the )?«n)")
_JUST_OVER = re.compile(rf"\b(?:{_SLIGHT}|barely|little) (?:over|above|more than)(?= (?:an? |the )?«n)")


def _say_alike(made: Located, evidence: Evidence, wording: Wording) -> None:
    """Put one word for all that mean the same."""
    if wording == "free":
        return
    if wording != "own":
        keep_did(made)
        rewrite(made, _JUST_UNDER, "justunder")
        rewrite(made, _JUST_OVER, "justover")
    if wording == "canonical":
        _in_canonical_words(made)
    if wording == "chunks":
        in_senses(made, evidence)


def _mark_names(made: Located, evidence: Evidence) -> None:
    """Texts, channels, facts and findings, by what they are called."""
    known = vocabulary(evidence)
    mark_all(made, known.texts.pattern, "t", known.texts.meaning)
    mark_all(made, known.names.pattern, "c", known.names.meaning)
    mark_all(made, re.compile(r"(?<!\w)F\d{1,5}(?!\w)"), "f", lambda m: m.group())
    mark_all(made, re.compile(r"(?<!\w)[Rr]\d{1,4}(?!\w)"), "r", lambda m: m.group().upper())
    mark_all(made, _NUMBERED, "r", _by_number)
    _mark_rows(made, evidence)
    for pattern, change in CHANGES:
        rewrite(made, pattern, change)


def _mark_rows(made: Located, evidence: Evidence) -> None:
    """ "Row 60" of data whose rows have no order: the finding whose worst row it is, of which values are told."""
    ordered = {fact.subject for fact in evidence.facts if fact.kind == "start"}
    worst = [f for f in evidence.facts if f.kind == "peak_at" and f.unit == "row" and f.subject not in ordered]
    of = {f"{f.value:g}": f.subject for f in worst if not isinstance(f.value, str)}
    if of:
        rows = re.compile(rf"(?<!at )\b(?:the )?row ({'|'.join(of)})\b(?! (?:to|and)\b)", re.I)
        mark_all(made, rows, "r", lambda m: of[m[1]])


def _settle_ones(made: Located) -> None:
    """ "One" where it is no number."""
    rewrite(made, _PRONOUN_ONE, "that")
    rewrite(made, _RANK_ONE, r"\1")
    rewrite(made, _HOURS, r"\1 \2 \5 \3 \4 \5")
    rewrite(made, _LEVEL_ONE, r"\1 level")
    rewrite(made, _IN_TURN, "in turn")


def _in_figures(made: Located, evidence: Evidence) -> None:
    """Ranges, times and days in words as figures."""
    rewrite(made, _RANGE, r"\1 to ")
    rewrite(made, SPOKEN, lambda m: in_figures(m, evidence))
    rewrite(made, DAY, lambda m: the_day(m, evidence))


def _mark_amounts(made: Located, spoken: _Spoken) -> None:
    """Numbers in figures and in words, with their units."""
    for words, make in _IN_WORDS:
        mark_all(made, words, "n", make)
    mark_all(made, spoken.number, "n", lambda m: read_number(m, m["unit"] or ""))
    _mark_parts(made)
    mark_all(made, spoken.word, "n", lambda m: Quantity(m.group(), float(NUMBER_WORDS[m[1].lower()]), 0, _unit(m)))
    _join_spans(made)


def _in_canonical_words(made: Located) -> None:
    for one in passes():
        rewrite(made, one.pattern, one.change)
        rewrite(made, _SPACES, " ")


_NUMBERED = re.compile(rf"(?<!\w)(?:region|finding|anomaly|event)s? #?(\d{{1,2}})(?![\w.:%]| (?:{_MONTHS}))", re.I)
_PRONOUN_ONE = re.compile(r"\b(?:the|this|that) one(?= (?:of|in|on|with|at|for|that)\b)", re.I)
_LEVEL_ONE = re.compile(r"\b(higher|lower|new|different|another) one\b", re.I)
_RANK_ONE = re.compile(r"\b((?:short|long|strong|weak)est|first|last|only|other|same) one\b", re.I)
_HOUR_WORD = "|".join(word for word, value in NUMBER_WORDS.items() if 1 <= value <= 12)
_HOURS = re.compile(
    rf"\b(from|between) ({_HOUR_WORD}|\d|1[0-2]) (to|and|until|till) ({_HOUR_WORD}|\d|1[0-2])"
    r" (in the (?:morning|afternoon|evening)|o'clock|at night|[ap]m)\b",
    re.I,
)
_BARE_HOUR = re.compile(
    rf"\b(by|until|till|before|after|since) ({_HOUR_WORD})"
    r"(?= ?(?:[.,;:!)]|$|(?:and|but|when|while|on|the|it|its|there)\b|«))",
    re.I,
)
_IN_TURN = re.compile(r"\bone after (?:the other|another)\b|\bone by one\b", re.I)
_SPACES = re.compile(r" {2,}")
_RANGE = re.compile(r"(?<![\d:-])(\d{1,2}:\d{2}(?::\d{2})?) ?[-–] ?(?=\d{1,2}:\d{2})")
_FORMER = re.compile(r"\bthe (former|latter)\b", re.I)


def _name_former(made: Located) -> None:
    """ "The former" and "the latter" are the last two names before."""
    while found := next((m for m in _FORMER.finditer(made.text) if _last_two(made.text[: m.start()])), None):
        former, latter = _last_two(made.text[: found.start()])
        put(made, found, f"{former} zformer" if found[1].lower() == "former" else latter)
    rewrite(made, re.compile(r" zformer"), "")


def _last_two(text: str) -> list[str]:
    marks = re.findall(r"«[cr]\d+»(?! zformer)", text)[-2:]
    return marks if len(marks) == 2 else []


_SHORTLY = r"(?:shortly|just|right|a little|a bit|a few seconds|not long|a touch)"
_NEAR_TIME = re.compile(
    rf"(?:(?:at|from|on) )?(?:(?P<after>(?:{_SHORTLY}|soon) (?:after|past))|(?P<before>{_SHORTLY} before)"
    r"|(?P<about>nearly|almost|about|around|roughly|approximately|towards?|close to|near"
    r"|some time around|at about|at around))"
    r" («d\d+»)",
    re.I,
)


def _mark_near_times(made: Located) -> None:
    """ "Shortly after 01:24" is one time, and only about so."""
    while found := _NEAR_TIME.search(made.text):
        near = next(name for name, text in found.groupdict().items() if text)
        made.meanings["d"].append(replace(made.meaning(found[4]), bound=near))
        put(made, found, f"at «d{len(made.meanings['d']) - 1}»")


def _describe(made: Located, evidence: Evidence) -> None:
    """Put the marks of findings in place of what they are called by."""
    place = 0
    while found := DESCRIBED.search(made.text, place):
        place = found.end()
        told = None if asserts(made.text[: found.start()]) else described(found, made.meaning, evidence)
        if told is None:
            place = found.start() + 1
            continue
        into = made.meanings["r"]
        into.append(told[0])
        mark = f"«r{len(into) - 1}»"
        if told[1] is not None:
            made.channels[mark] = told[1]
        place = found.start() + len(mark)
        put(made, found, mark)


_PART_OF_HUNDRED = re.compile(r"(«n\d+») part(?: of)?(?!\w)")


def _mark_parts(made: Located) -> None:
    """ "Nine tenths", written out as "90 % part", is a share in words and no printed number."""
    while found := _PART_OF_HUNDRED.search(made.text):
        printed = made.meaning(found[1])
        made.meanings["n"].append(replace(printed, value=(printed.value or 0) / 100, decimals=2, unit=PART))
        behind = " of" if found.group().endswith(" of") else ""
        put(made, found, f"«n{len(made.meanings['n']) - 1}»{behind}")


def _by_number(match: re.Match[str]) -> str:
    return f"R{match[1]}"


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _part(match: re.Match[str]) -> Quantity:
    return Quantity(match.group(), _PARTS[match.group().lower()], 2, PART)


def _multiple(match: re.Match[str]) -> Quantity:
    return Quantity(match.group(), float(_MULTIPLES[match.group().lower()]), 0, TIMES)


def _fold(match: re.Match[str]) -> Quantity:
    return Quantity(match.group(), float(NUMBER_WORDS[match[1].lower()]), 0, TIMES)


def _spoken_span(match: re.Match[str]) -> Quantity:
    value, unit = _SPANS[match.group().lower()]
    return Quantity(match.group(), float(value), -1, unit)  # nobody who says so has counted the minutes


def _one_of(match: re.Match[str]) -> Quantity:
    return Quantity(match.group(), 1.0, 0, _ONES[match.group().lower()])


_IN_WORDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Quantity]], ...] = (
    (re.compile(rf"(?<!\w)(?:{_either(_SPANS)})(?!\w)", re.I), _spoken_span),
    (re.compile(rf"(?<![\w-])(?<!first )(?<!second )(?<!other )(?<!last )(?:{_either(_PARTS)})(?![\w-])", re.I), _part),
    (re.compile(rf"(?<!\w)(?:{_either(_MULTIPLES)})(?!\w)", re.I), _multiple),
    (_FOLD, _fold),
    (re.compile(rf"{_ONE_OF}(?:{_either(_ONES)})(?!\w)", re.I), _one_of),
)


_TWO_SPANS = re.compile(r"(«n\d+»)(?: and|,)? («n\d+»)")


def _join_spans(made: Located) -> None:
    """ "1 min 20 s" is one amount."""

    def joins(match: re.Match[str]) -> bool:
        one, other = made.meaning(match[1]), made.meaning(match[2])
        ends = {("h", "min"): 60, ("min", "s"): 60, ("d", "h"): 24}
        return (one.unit, other.unit) in ends and None not in (one.value, other.value)

    while found := next((m for m in _TWO_SPANS.finditer(made.text) if joins(m)), None):
        one, other = made.meaning(found[1]), made.meaning(found[2])
        size = 24 if other.unit == "h" else 60
        made.meanings["n"].append(Quantity(found.group(), one.value * size + other.value, 0, other.unit))
        put(made, found, f"«n{len(made.meanings['n']) - 1}»")
