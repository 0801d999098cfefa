"""A sentence in few words for its chunks: what says the same by one word, what only binds others left out.

`lexicon/senses.txt` holds the words, `lexicon/chunks.txt` the chunks that are read of them, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from anomalyst.agent.verifier.phrases.amounts import NEAR
from anomalyst.agent.verifier.phrases.canonical import Pass, told
from anomalyst.agent.verifier.phrases.marked import Change, Located, put
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import NUMBER_WORDS

_NUMBER = rf"(?:{'|'.join(NUMBER_WORDS)}|\d+(?:\.\d+)?)"
_UNIT = "second|minute|hour|day|week|month|year|degree|point|percent"
_WORD = re.compile(r"[^\W\d_]{3,}")
_SPACES = re.compile(r" {2,}")
_BEFORE_COMMA = re.compile(r" +([,.;:])")
_HOUR = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NTHS = {"sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "fiftieth": 50,
         "hundredth": 100}  # fmt: skip


def _nth(match: re.Match[str]) -> str:
    return f"{100 / _NTHS[match[1].lower()]:.4g} % part"


BEFORE_NAMES: tuple[tuple[re.Pattern[str], Change | str], ...] = (
    (re.compile(r"\bdesaturation\b", re.I), "drop in saturation"),
    (re.compile(r"\bdesaturated\b", re.I), "saturation dropped"),
)
_BYTES = {"mega": "MB", "kilo": "kB", "giga": "GB"}
_TENS = {"ten": 10, "twenty": 20, "hundred": 100, "thousand": 1000}


def _in_hundred(match: re.Match[str]) -> str:
    many = _TENS[match[2].lower()]
    word = match[1].lower()
    some = NUMBER_WORDS.get(word, float(word) if word.replace(".", "").isdigit() else 0)
    return f"{100 * some / many:.4g} % of values"


BEFORE_AMOUNTS: tuple[tuple[re.Pattern[str], Change | str], ...] = tuple(
    (re.compile(pattern, re.I), change)
    for pattern, change in (
        (rf"\b({_NUMBER})-({_UNIT})s?(?:-(?:long|high|old))?\b", r"\1 \2s"),
        (r"\b(?:an? )?half[- ](hour|minute|day)\b(?!-)", r"half an \1"),
        (r"\bhalf an (minute|day)\b", r"half a \1"),
        (rf"\b(?:a few minutes|minutes|shortly|just|a little|a bit|not long) (before|after) ({_HOUR})\b(?! (?:{_UNIT}|of|o'))",
         r"just \1 \2 o'clock"),
        (r"\b(twice|three times|four times) as (?:much|many|high|large|big|strong)\b", r"\1 ashigh"),
        (r"\b(tripled|trebled)\b", "rose 3 times normal"), (r"\bdoubled\b", "rose 2 times normal"),
        (r"\bquadrupled\b", "rose 4 times normal"),
        (r"(\w)['’]s (?=(?:off|too|not|above|below|gone|been|flat|high|low|up|down|stuck|frozen|missing|silent|over)\b)", r"\1 "),
        (r"\ban? (sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|fiftieth|hundredth)(?= of\b)", _nth),
        (r"\ban? (?:full |whole )(degree|percentage point|point|percent|bar|minute|hour)\b", r"1 \1"),
        (r"(?<=almost )an? (?=degree|percentage point|point)|(?<=nearly )an? (?=degree|percentage point|point)", "1 "),
        (rf"\b(till|until|at|about|nearly|around|by|almost) (\d{{1,2}}) to ({_HOUR})\b", r"\1 \2 minutes to \3"),
        (rf"\b(past ({_HOUR})\b[a-z ]{{1,12}}\b(?:till|until|to) (?:about |nearly |around )?[\w-]+ past)(?= ?[.,;]|$)", r"\1 \2"),
        (r"\b(\d+(?:\.\d+)?) (mega|kilo|giga)bytes? (?:every|each|a|per) second\b", lambda m: f"{m[1]} {_BYTES[m[2].lower()]}/s"),
        (rf"\b({_NUMBER}) (?:value|reading|row|measurement|data point)s? (?:in|out of) (?:every |each |an? )?(ten|twenty|hundred|thousand)\b", _in_hundred),
        (r"\bnot (?:a single|one|a) (?=(?:value|reading|row|sample|measurement|data point|channel)s?\b)", "no "),
        (r",? and only(?: one\b)?,", ""),
        (rf"\bacross (?=(?:the |all )?(?:{_NUMBER}|whole|entire|night)\b)", "over "),
        (r"\bno (?:value|reading|row|measurement|data point|sample)s? (?:(?:is|was|were|went|are|got|has been|have been) )?(?:missing|lost)\b",
         "no missing data"),
        (r"\bthree[- ]quarters of an hour\b", "45 minutes"), (r"\ba quarter hour\b", "15 minutes"),
        (r"\b(observed|measured|actual|expected|normal|usual|recorded|real|second|same|lower|upper|early|late|marked) one\b", r"\1"),
        (r"\b(within|under|over|in|after|about|around|roughly|close to|almost|nearly|barely|only|more than|less than|at least|exactly|lasts|lasting|lasted|took|takes|for|of|than) an? (second|minute|hour|day|week)\b(?! and)",
         r"\1 1 \2"),
        (r"\ban? (second|minute|hour|day|week) (later|after|before|earlier|long)\b", r"1 \1 \2"),
        (r"\bas (?:busy|active|warm|hot|loaded|intense|heavy|powerful|bright) (?=as\b)", "as high "),
        (r"\b(least|most) ([a-z]+) one\b", r"\1 \2"),
        (r"\bhalf an? (percentage point|point|percent|degree)\b", r"0.5 \1"),
        (r"\b(false (?:alarms?|positives?)) (?:an?|per|each|every) (week|month|year)\b", r"\1 per 1 \2s"),
        (r"\bover (in|within|after)\b", r"lasted \1"),
    )
)  # fmt: skip
_RATED = (
    "judged|rated|classified|classed|graded|labell?ed|called|deemed|considered|declared|reported|treated|marked|ranked|"
    "regarded|seen|viewed|tagged|ruled|found|held|assessed|put down|flagged|counted|counts|passes|stands|calling|calls"
)
_OF_RECORDING = "recording|log|data|record|series|run|file|trace|session|capture|observation|measurement"
_NORMAL = "normal|usual|expected|typical|ordinary|regular|customary|predicted|baseline|forecast|anticipated"
_AROUND: tuple[tuple[str, Change | str], ...] = (
    (
        rf"\b(?:right |all the way |clear |straight )?(?:up )?(?:to|until|till|through to|at|by) the (?:very )?(?:end|close)"
        rf"(?: of (?:the |this )?(?:whole )?(?:{_OF_RECORDING})s?)?\b(?! of)",
        "untilend",
    ),
    (
        rf"\b(?:{_RATED})(?: to be| as)? (?=(?:not )?(?:anomalous|abnormal|unusual|suspicious|irregular|atypical|normal|unremarkable|"
        r"inconspicuous)\b(?! «))",
        "",
    ),
    (
        rf"\b(top|upper (?:end|edge|limit)|bottom|lower (?:end|edge|limit)) of (?:the |its |what is )?(?:{_NORMAL})(?: range| band)?\b",
        lambda m: f"{'upper' if m[1][0] in 'tuTU' else 'lower'} end normal range",
    ),
    (
        rf"\b({_NORMAL}) (?:load|usage|footprint|strength|size|pace|speed|behaviou?r|output|volume|mark|consumption|rate|count|number|"
        r"amount|demand|reading|figure|position|state|height|length|flow|temperature|pressure)\b(?! range)",
        r"\1",
    ),
    (r"\b(?:is|was|were|are|be|been|all|things) over(?! (?:[a-z]+ ){0,3}«n)", "ended"),
)


_BEGAN = re.compile(
    r"\bbegan (?:to )?((?:rose|fell|crept up|crept down|spiked up|stepped up|stepped down|flat|noisy|was drifting|was missing|"
    r"flagged|moved|agree)(?: (?:up|down)wards)?)\b",
    re.I,
)


_OF_FOR = re.compile(
    rf"\b(?:of|for)\b(?! (?:(?:the|an?|its|some|only|just|exactly) )*(?:(?:{NEAR}) )?(?:an? )?«n)", re.I
)


def around_amounts(evidence: Evidence) -> Iterator[tuple[re.Pattern[str], Change | str]]:
    """The changes to a marked text, in order."""
    openers, fixed, asides, glue, words, light = passes()
    yield openers.pattern, openers.change
    yield from _around()
    for one in (fixed, asides):
        yield one.pattern, one.change
    yield _OF_FOR, " "
    yield _own_name(evidence), "series"
    if len({f.qualifier for f in evidence.facts if f.kind == "observed"}) == 1:
        yield _ONLY_ONE, " "
    yield _SCENERY, " "
    for one in (glue, words):
        yield _SPACES, " "
        yield one.pattern, one.change
    yield _SPACES, " "
    yield _BEGAN, r"\1 began"
    yield light.pattern, light.change
    yield _SPACES, " "
    yield _BEFORE_COMMA, r"\1"


_HEADS = (
    "readings?|values?|levels?|signals?|sensors?|gauges?|traces?|curves?|lines?|graphs?|series|channels?|columns?|metrics?|usage|"
    "use|load|utili[sz]ation|consumption|activity|traffic|counts?|numbers?|figures?|rates?|measurements?|data|trends?|gas|"
    "temperatures?|temp|pressures?|flow|meters?|probes?|feeds?|throughput|intensity|content|concentration|component|amount|"
    "parameters?|variables?|rules?|quantity|time|times|plots?|ones?|outputs?|volumes?|footprint|streams?|side|logs?|monitors?|records?"
)
_NAMED = re.compile(rf"(«c\d+»)(?:'s|’s)?(?: (?:{_HEADS})(?![\w'’-]))+", re.I)
_TWICE = re.compile(r"(«c\d+») (?:(?:of|in|for|at|on) (?:the )?)?(«c\d+»)")


def merge_names(made: Located) -> None:
    """ "The flue gas temperature reading" is one name, however many words it has."""
    while found := _NAMED.search(made.text) or next((m for m in _TWICE.finditer(made.text) if _same(made, m)), None):
        put(made, found, found[1])


def _same(made: Located, match: re.Match[str]) -> bool:
    return key(str(made.meaning(match[1]))) == key(str(made.meaning(match[2])))


@cache
def _around() -> tuple[tuple[re.Pattern[str], Change | str], ...]:
    return tuple((re.compile(pattern, re.I), change) for pattern, change in _AROUND)


_PLACES = (
    "server|machine|device|equipment|host|logger|pump|motor|engine|valve|turbine|fan|compressor|conveyor|plant|"
    "bottle|bolt|screw|board|plate|panel|tile|gravel|wood|leather|carpet|cable|metal|capsule|pill|tablet|"
    "concrete|patient|ward|bed|grid|city|boiler|impeller|wheel|shaft|gear|nut|furnace|kiln|oven|reactor|tank|pipe|chiller|drive|robot|rack|"
    "network|cluster|node|building|house|room|ward|hospital|taxi|cab|truck|car|train|vehicle|bike"
)


_NO_SCENERY = frozenset({"test", "data", "train", "sample", "normal", "defective", "good", "series", "image", "gap"})


# What data are about, as such things are called: it states nothing.
_SCENERY = re.compile(rf"(?<![\w«'’-])(?:{_PLACES})(?:'s|’s)?(?![\w»'’-])", re.I)


# What is measured, where only one thing is.
_ONLY_ONE = re.compile(
    r"\b(?:demand|ridership|traffic|usage|load|consumption|activity|numbers?|counts?|signal|curve|reading|value|level)\b",
    re.I,
)


@cache
def _own_name(evidence: Evidence) -> re.Pattern[str]:
    """The sample by its own name: "the boiler log"."""
    own = "|".join(
        re.escape(word)
        for word in _WORD.findall(evidence.sample_name.rpartition(".")[0])
        if word.lower() not in _NO_SCENERY
    )
    return re.compile(rf"(?<![\w«'’-])(?:{own or '(?!)'})(?:'s|’s)?(?![\w»'’-])", re.I)


@cache
def passes() -> tuple[Pass, ...]:
    """The passes of the table; the words of [senses] are looked for without those of [glue]."""
    openers, fixed, asides, glue, senses, light = told("senses.txt")
    bound = _either(glue, "")
    bare: dict[str, str] = {}
    for form, word in senses.items():
        for one in _as_left(form, bound):
            if one == form or " " in one or senses.get(one) == word or (word in _SAFE_ALONE and one not in senses):
                bare.setdefault(one, word)
    return tuple(Pass(_either(some), some) for some in (openers, fixed, asides, glue, bare, light))


_SAFE_ALONE = frozenset({"rests on", "agree", "disagree", "began", "flat", "healed", "early", "late", "reported"})


def _as_left(form: str, bound: re.Pattern[str]) -> Iterator[str]:
    """A form as it is left once the small words are out, also without "of" and "for", which stand before numbers only."""
    left = _SPACES.sub(" ", bound.sub("", form)).strip() or form
    yield left
    yield _SPACES.sub(" ", re.sub(r"\b(?:of|for)\b", "", left)).strip() or left


def _either(words: dict[str, str], more: str = "") -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        rf"(?<![\w«'’-])(?:{'|'.join(re.escape(word) for word in longest_first)}){more}(?![\w»'’-])", re.I
    )
