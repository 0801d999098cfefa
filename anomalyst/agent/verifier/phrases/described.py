"""Findings called by what they are: "the drift in memory", "the early cpu step", "the longest finding"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from anomalyst.agent.verifier.phrases.ranks import nth
from anomalyst.agent.verifier.readings import kinds_said, place_key
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import NUMBER_WORDS, agrees_in_time

_KIND = (
    r"spikes?|dips?|level[- ]shift|step(?:[- ]?up|[- ]change)?|jump|drift|flat[- ]?line|"
    r"frozen (?:stretch|reading|signal|phase)|stuck (?:stretch|signal|reading)|lost coupling|coupling loss|"
    r"change of (?:period|variance)|noisy stretch|quiet stretch|gap|outage|extra part|added part|missing part|"
    r"data gap|texture change|colou?r shift|burst|unusual pattern|peak(?! of\b)|shift|noise|surge|flat stretch|freeze|"
    r"interruption|hole"
)
_THING = r"finding|anomaly|event|episode|region|incident|excursion|trouble|problem|stretch|patch|spot"
_ADJ = r"(?:(?P<when>early|late)|sudden|slow|short|brief|long|marked|clear|single|sharp|flagged|abnormal|upward)"
_NAME = r"(?P<name>«c\d+»)(?:'s)?"
_RANK = (
    r"(?:very )?(?:(?P<nth>second|third|fourth|fifth) (?:event|episode|incident|alarm|disturbance)"
    r"|(?P<rank>first|earliest|last|latest|longest|shortest|strongest|weakest|most abnormal|most severe)"
    rf"(?: of (?:the|all)(?: (?P<count>two|three|four|five|six|seven|\d))?)? (?:{_THING})s?(?! and)"
    r"|(?P<rank2>longest|shortest|strongest|weakest|first|last)(?=,))"
)
_ACTING = r"(?P<acting>flat|frozen|stuck|noisy|erratic|restless|drifting|missing|silent)"
_SPELL = r"(?:stretch|reading|readings|phase|period|spell|passage|signal|values?|data|line|finding|episode|event)"
_PLACE = r"central|cent(?:re|er)|middle|(?:upper|lower|top|bottom)(?:[- ](?:left|right|cent(?:re|er)))?|left|right"
_TWO = r"longer|shorter|larger|bigger|smaller|earlier|later|stronger|weaker"
_BARE = r"(?:(?<=before )|(?<=after )|(?<=during )|(?<=than )|(?<=only )|(?<=until )|(?<=since )|(?<=is )|^|(?<=: ))"
_THE = r"(?:(?:the|this|that) )"
DESCRIBED = re.compile(
    rf"(?<!\w)(?:{_THE}{_RANK}"
    rf"|{_THE}(?:{_ADJ} )*(?:{_NAME} )?(?:{_ADJ.replace('when', 'when2')} )*(?P<kind>{_KIND})"
    r"(?: (?:in|of|on) (?:the )?(?P<name2>«c\d+»))?"
    rf"|{_THE}(?:(?P<when3>early|late) )?(?P<name3>«c\d+») (?:{_THING})"
    rf"|{_THE}(?P<at>{_PLACE})(?:-hand)? (?:{_THING}|one)"
    rf"|(?:{_THE}(?:{_THING}|one)|that) (?:in|at|on) (?:the )?(?P<at2>{_PLACE})(?: corner)?(?! of)"
    rf"|{_THE}{_ACTING} {_NAME.replace('name', 'name6')} {_SPELL}"
    rf"|{_THE}(?P<two>{_TWO}) (?:of the two(?: (?:{_THING})s?)?|(?:{_THING}))"
    rf"|{_THE}(?:{_THING}) (?:in|with|of|on|at) (?:the )?(?P<name5>«c\d+»)"
    rf"|{_THE}?(?P<time>«d\d+») (?:{_THING}|(?P<kind2>{_KIND}))"
    rf"|{_BARE}(?:(?P<when4>early|late) )?(?P<name4>«c\d+») (?P<kind4>{_KIND}|{_THING}))(?![\w-])",
    re.I,
)
# Which of several is more so: each of them may lie on that side of what is expected.
OF_SEVERAL = re.compile(
    r"\b(?:(?:dark|bright|light|pal|dimm|small|larg|bigg|high|low|hott|warm|cold|cool|great|redd|green|blu)(?:er|est)"
    r"|more \w+|less \w+)(?: one| spot| patch| finding| region)? of (?:the |these |those )?(?:the )?"
    r"(?:two|both|pair|three|four|five)\b(?! (?:channels|rules|colou?rs|signals|p-values))",
    re.I,
)
_LACKS = ("gap", "missing data")
_EITHER = {
    "jump": ("level shift", "spike"), "surge": ("spike", "level shift"), "shift": ("level shift",), "burst": ("spike",),
    "peak": ("spike",), "noise": ("noisy stretch",), "freeze": ("flat line",), "outage": _LACKS, "gap": _LACKS,
    "data gap": _LACKS, "interruption": _LACKS, "hole": _LACKS, "frozen": ("flat line",), "stuck": ("flat line",),
    "flat": ("flat line",),
    "noisy": ("noisy stretch",), "erratic": ("noisy stretch",), "restless": ("noisy stretch",), "drifting": ("drift",),
    "missing": _LACKS, "silent": _LACKS,
}  # fmt: skip
_MOST = {
    "longer": "longest", "shorter": "shortest", "larger": "largest", "bigger": "largest", "smaller": "smallest",
    "earlier": "earliest", "later": "latest", "stronger": "strongest", "weaker": "weakest",
}  # fmt: skip
_NTHS = ("first", "second", "third", "fourth", "fifth")
_ASSERTS = re.compile(
    r"(?:\b(?:is|was|lasts?|lasted|ran|runs)(?: by far| also| clearly| easily| actually)?|"
    r"(?<!long )(?<!much )(?<!high )\bas|\bno|\bnot) $"
)  # "R5 is the memory drift" says so


def described(match: re.Match[str], meaning: Callable[[str], Any], evidence: Evidence) -> tuple[str, str | None] | None:
    """The one finding that a description fits, and the channel it names; None where it fits none or several."""
    parts = {name: text for name, text in match.groupdict().items() if text}
    if "nth" in parts:
        found = nth(evidence, "first", _NTHS.index(parts["nth"].lower()))
        return (found[0], None) if found is not None else None
    if at := parts.get("at") or parts.get("at2"):
        return _placed(evidence, at.lower())
    if "two" in parts:
        found = nth(evidence, _MOST[parts["two"].lower()])
        return (found[0], None) if found is not None and len(evidence.findings) == len(("one", "other")) else None
    if rank := parts.get("rank") or parts.get("rank2"):
        found = nth(evidence, rank.lower())
        if "count" in parts and read_count(parts["count"]) != len(evidence.findings):
            return None
        return (found[0], None) if found is not None and len(evidence.findings) > 1 else None
    names = [
        str(meaning(parts[name])) for name in ("name", "name2", "name3", "name4", "name5", "name6") if name in parts
    ]
    if len({key(name) for name in names}) > 1:
        return None
    words = next((parts[kind].lower() for kind in ("kind", "kind2", "kind4", "acting") if kind in parts), "")
    when = next((parts[name].lower() for name in ("when", "when2", "when3", "when4") if name in parts), "")
    hits = [r.id for r in evidence.findings if _fits(evidence, r.id, words, names[:1])]
    hits = [r for r in hits if not when or any(f.value == when for f in evidence.about(r, "place"))]
    if "time" in parts:
        hits = [r for r in hits if _begins(evidence, r, meaning(parts["time"]))]
    return (hits[0], names[0] if names else None) if len(hits) == 1 else None


def read_count(word: str) -> int:
    """A small number in words or figures."""
    return int(word) if word.isdigit() else NUMBER_WORDS.get(word.lower(), 0)


def _placed(evidence: Evidence, words: str) -> tuple[str, None] | None:
    """ "The central spot", of several findings: the only one that lies there."""
    places = [(r.id, place_key(str(f.value))) for r in evidence.findings for f in evidence.about(r.id, "place")]
    hits = [region for region, at in places if at == place_key(words)]
    return (hits[0], None) if len(hits) == 1 and len(places) > 1 else None


def _fits(evidence: Evidence, region: str, words: str, names: list[str]) -> bool:
    """Whether a finding is of the kind that words name, in the channel that is named."""
    kinds = _EITHER.get(words, kinds_said(words))
    facts = evidence.about(region, "anomaly_kind")
    if kinds:
        return any(f.value in kinds and _of(f, names) for f in facts)
    top = evidence.about(region, "top_channel")
    return all(key(str(f.value)) == key(names[0]) for f in top) if names and top else not names


def _of(fact: Fact, names: list[str]) -> bool:
    return not names or key(fact.qualifier) == key(names[0])


def _begins(evidence: Evidence, region: str, time: Any) -> bool:
    return any(isinstance(f.value, str) and agrees_in_time(time, f.value) for f in evidence.about(region, "start"))


def asserts(left: str) -> bool:
    """Whether a description after these words is what is stated, not whom it is stated of."""
    return bool(_ASSERTS.search(left))
