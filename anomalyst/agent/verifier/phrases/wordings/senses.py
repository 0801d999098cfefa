"""A sentence in few words for its chunks: what says the same by one word, what only binds others left out.

`lexicon/senses.txt` holds the words, `lexicon/chunks.txt` the chunks that are read of them, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from anomalyst.agent.verifier.phrases.amounts import NEAR
from anomalyst.agent.verifier.phrases.marked import Located, put, rewrite
from anomalyst.agent.verifier.phrases.wordings.canonical import Pass, told
from anomalyst.agent.verifier.phrases.wordings.gapping import fill_gaps, name_stains
from anomalyst.agent.verifier.phrases.wordings.plain import rewrite_plainly
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality

_WORD = re.compile(r"[^\W\d_]{3,}")
_SPACES = re.compile(r" {2,}")
_BEFORE_COMMA = re.compile(r" +([,.;:])")
TURNS = "turns.txt"
_OF_FOR = re.compile(
    rf"\b(?:of|for)\b(?! (?:(?:the|an?|its|some|only|just|exactly) )*(?:(?:{NEAR}) )?(?:an? )?«n)", re.I
)


def in_senses(made: Located, evidence: Evidence) -> None:
    """Write a marked text in the words of the table."""
    openers, fixed, asides, glue, words, light = passes()
    alone = len({f.qualifier for f in evidence.facts if f.kind == "observed"}) == 1
    _pass(made, openers)
    rewrite_plainly(made, "around", TURNS)
    _pass(made, fixed)
    _pass(made, asides)
    rewrite(made, _OF_FOR, " ")
    rewrite(made, own_name(evidence.sample_name), "series")
    rewrite(made, _ONLY_ONE if alone else _NOTHING, " ")
    rewrite(made, SCENERY, " ")
    if modality(evidence.modality).told.qualities:
        rewrite(made, _THIS_PART, "picture")
        rewrite(made, _SURFACE, " ")
    if evidence.about("sample", "information"):
        rewrite(made, _PAIR, "series")
    _pass(made, glue)
    _pass(made, words)
    rewrite_plainly(made, "after", TURNS)
    _pass(made, light)
    rewrite(made, _BEFORE_COMMA, r"\1")
    fill_gaps(made)
    name_stains(made)


def _pass(made: Located, one: Pass) -> None:
    rewrite(made, _SPACES, " ")
    rewrite(made, one.pattern, one.change)
    rewrite(made, _SPACES, " ")


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


_PLACES = (
    "server|machine|device|equipment|host|plant|patient|city|"
    "bottle|bolt|screw|board|plate|panel|tile|gravel|wood|leather|carpet|cable|metal|capsule|pill|tablet|concrete"
)


_PARTS = frozenset({
    "logger", "pump", "motor", "engine", "valve", "turbine", "fan", "compressor", "conveyor", "ward", "bed",
    "grid", "boiler", "impeller", "wheel", "shaft", "gear", "nut", "furnace", "kiln", "oven", "reactor",
    "tank", "pipe", "chiller", "drive", "robot", "rack", "network", "cluster", "node", "building", "house",
    "room", "hospital", "taxi", "cab", "truck", "car", "train", "vehicle", "bike", "fabric", "paper",
})  # fmt: skip


# What data are about, as such things are called: it states nothing. A part that a machine may have or not ("pump")
# is none of them, but for the sample's own name, as what is said of it would be proved by what befell another part.
SCENERY = re.compile(rf"(?<![\w«'’-])(?:{_PLACES})(?:'s|’s)?(?![\w»'’-])", re.I)


# What a picture is full of, so that nothing is said by its name.
_SURFACE = re.compile(r"(?<![\w«'’-])(?:fabric|paper|sheet|textile|pavement|slab|swatch)(?![\w»'’-])", re.I)
# What a picture shows, where it is "this" one: no part of it that another could be taken for.
_THIS_PART = re.compile(rf"(?<![\w«'’-])this (?:{'|'.join(sorted(_PARTS))})(?![\w»'’-])", re.I)
_PAIR = re.compile(r"(?<![\w«'’-])pair(?![\w»'’-])", re.I)  # what is judged: a picture with its text
_NOTHING = re.compile(r"(?!)")
# What is measured, where only one thing is.
_ONLY_ONE = re.compile(
    r"(?<![\w-])(?:demand|ridership|traffic|usage|load|consumption|activity|numbers?|counts?|signal|curve|reading|value|level)\b",
    re.I,
)


@lru_cache(maxsize=64)
def own_name(sample_name: str) -> re.Pattern[str]:
    """The sample by its own name, where it is that of such a thing: "the boiler log"."""
    own = "|".join(word for word in _WORD.findall(sample_name.rpartition(".")[0].lower()) if word in _PARTS)
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
    """A form as it is left without the small words, also without "of" and "for", which stand before numbers only."""
    left = _SPACES.sub(" ", bound.sub("", form)).strip() or form
    yield left
    yield _SPACES.sub(" ", re.sub(r"\b(?:of|for)\b", "", left)).strip() or left


def _either(words: dict[str, str], more: str = "") -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        rf"(?<![\w«'’-])(?:{'|'.join(re.escape(word) for word in longest_first)}){more}(?![\w»'’-])", re.I
    )
