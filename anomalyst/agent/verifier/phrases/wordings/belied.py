"""Small words that belie the sentence they stand in: read before other readings leave them out.

"148 MB above the observed 71 MB", where 71 MB was expected; "in the lower corner", where no corner was found; "far from
53 %", where it was 53 %; "at a stricter level of 80 %"; "the density channel", where density is a rule.
"""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.readings import place_key
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import agrees_in_time

_SEEN = r"(?:observed|measured|recorded|actual|actually (?:seen|measured|observed))"
_ABNORMAL = r"(?:abnormal|anomalous|unusual)(?: (?:would be|would have been|is|was|values?|readings?|levels?))*"
_NORMAL = r"(?:expected|normal|usual|typical|predicted)"
_ONLY_NEAR = r"(?:(?:value|reading|level|brightness|about|around|roughly|nearly|only|just|some|of|at|a|an) )*"
_SIDES: tuple[tuple[re.Pattern[str], FactKind, FactKind], ...] = (
    (re.compile(rf"\b(?:{_SEEN}|{_ABNORMAL}) {_ONLY_NEAR}(?P<n>«n\d+»)"), "observed", "expected"),
    (re.compile(rf"(?P<n>«n\d+»)(?: (?:that|which))?(?: (?:was|were|is|are))? {_SEEN}\b"), "observed", "expected"),
    (re.compile(rf"\b(?:the|an?|its|usual|of|from) {_NORMAL} {_ONLY_NEAR}(?P<n>«n\d+»)"), "expected", "observed"),
)
_WHAT = r"(?:what|it|was|is|had|been|the|its|were|values?)"
# What was seen differs from what is expected, never from itself; and nothing is healed by it.
_FROM_ITSELF = re.compile(
    rf"\b(?:(?:above|below|over|under|beneath|beyond|than|as) (?:{_WHAT} )*{_SEEN}"
    rf"(?! {_ONLY_NEAR}(?:in |at )?«[nd])|"
    r"(?:replac|swap|heal|substitut|exchang|fill|correct|repair)\w*[^,.;]*? (?:by|with|for|to) "
    rf"(?:{_WHAT} )*{_SEEN})\b"
)
_FAR_FROM = re.compile(r"\b(?:far|a long way|nowhere near|miles)(?: away)? (?:from )?(?:an? |the |about )*«n\d+»")
_CORNER = re.compile(r"\bcorners?\b")
_BOTH_WAYS = (frozenset({"upper", "lower"}), frozenset({"left", "right"}))
_STRICTER = re.compile(r"\b(?:strict|tight)er\b[^.;]*?(?P<n>«n\d+»)")
_RANDOM = re.compile(r"\brandom(?:ly chosen)? (?:patch|spot|region|place|area|finding|stretch|part)\b")
_HEALS = re.compile(
    r"\b(?:heal|repair|replac|swap|paint|patch(?:ed|ing)|substitut|correct|fill|fix|restor|remov|mend)\w*|"
    r"\bput(?:ting)? right\b"
)
# "Peaks at 04:00", "its end, at 11:20": at what moment of a finding a time is said to be.
_MOMENTS: tuple[tuple[re.Pattern[str], FactKind], ...] = (
    (re.compile(r"\bpeak(?:s|ed|ing)?(?: was| is| came| comes| right)?(?:,)? (?:at|around) (?P<d>«d\d+»)"), "peak_at"),
    (re.compile(r"\bend(?:,| was| came)? at (?P<d>«d\d+»)"), "end"),
    (re.compile(r"\b(?:start|beginning|onset)(?:,| was| came)? at (?P<d>«d\d+»)"), "start"),
)
_CALLED = re.compile(r"(?P<c>«c\d+») (?:(?P<rule>rule|method)|(?P<channel>channel|sensor|signal|gauge|probe))s?\b")


def is_belied(made: Located, evidence: Evidence) -> bool:
    """Whether small words of a marked text say what the facts do not."""
    text = made.text
    random = _RANDOM.search(text) is not None and _HEALS.search(text) is None
    return (
        random
        or any(pattern.search(text) for pattern in (_FROM_ITSELF, _FAR_FROM))
        or _swaps_sides(made, evidence)
        or _at_other_moment(made, evidence)
        or _in_no_corner(text, evidence)
        or _is_not_stricter(made, evidence)
        or _is_misnamed(made, evidence)
    )


def _swaps_sides(made: Located, evidence: Evidence) -> bool:
    """Whether a number is called observed that was expected only, or the other way round."""
    for pattern, said, other in _SIDES:
        for found in pattern.finditer(made.text):
            amount = next(iter(made.amounts(*found.span("n"))), None)
            if amount is not None and not _is_of(amount, said, evidence) and _is_of(amount, other, evidence):
                return True
    return False


def _is_of(amount: Amount, kind: FactKind, evidence: Evidence) -> bool:
    plain = Amount(amount.quantity, "", amount.borrowed)
    facts = [f for f in evidence.facts if f.kind == kind]
    numbers = [(n, f.unit) for f in facts for n in (f.value, f.low, f.high) if isinstance(n, int | float)]
    return any(plain.states(float(number), unit) for number, unit in numbers)


def _at_other_moment(made: Located, evidence: Evidence) -> bool:
    """Whether a time is called the peak, the start or the end of a finding that is another moment of one."""
    for pattern, said in _MOMENTS:
        for found in pattern.finditer(made.text):
            time = made.meaning(found["d"])
            kinds = {f.kind for f in evidence.facts if isinstance(f.value, str) and agrees_in_time(time, f.value)}
            if said not in kinds and kinds & {"start", "end", "peak_at"}:
                return True
    return False


def _in_no_corner(text: str, evidence: Evidence) -> bool:
    """Whether a corner is spoken of where no finding lies in one."""
    places = [place_key(str(f.value)) for f in evidence.facts if f.kind == "place"]
    return _CORNER.search(text) is not None and not any(all(way & at for way in _BOTH_WAYS) for at in places)


def _is_not_stricter(made: Located, evidence: Evidence) -> bool:
    """Whether a level is called stricter that is not lower than the one in use."""
    for found in _STRICTER.finditer(made.text):
        amount = made.meaning(found["n"])
        level = None if amount.value is None else amount.value / (100 if amount.unit == "%" else 1)
        if level is not None and level >= evidence.alpha:
            return True
    return False


def _is_misnamed(made: Located, evidence: Evidence) -> bool:
    """Whether a channel is called a rule, or a rule a channel."""
    rules = {key(f.qualifier) for f in evidence.facts if f.kind == "rule_p"}
    return any(
        (key(str(made.meaning(found["c"]))) in rules) == bool(found["channel"]) for found in _CALLED.finditer(made.text)
    )
