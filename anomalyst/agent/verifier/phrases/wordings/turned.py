"""What turns a sentence into its opposite by words that other readings leave out: read before they are."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.marked import Located, put
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key

_WAY = re.compile(
    r"\b(?P<way>up|down|upwards?|downwards?) from (?:the |an? |its |normal |usual |expected |about |nearly )*"
    r"(?P<one>«n\d+»)"
    r"(?: to (?:about |nearly |only )*(?P<two>«n\d+»))?"
)
_LEFT_HANGING = re.compile(
    r"(?:^|[,;]|\b(?:but|and|while|whereas)\b) ?(?:(?!\b(?:not|than|so|neither|nor|what|which|that)\b)[^,;.])+"
    r"\b(?:did|does|do)(?= ?[.;,]|$)"
)
_UNEXPECTED = re.compile(r"\bnot (?:to be|be) expected\b")
_THERE = re.compile(
    r"\b(?:recorded|delivered|logged|measured|transmitted|arrived|available|sent|received|stored|readings?|values?|data|"
    r"got|there (?:is|are|was|were))\b"
)
_NOT_THERE = re.compile(
    r"\b(?:no|not|nothing|none|never|without|missing|gaps?|outages?|holes?|lost|loss|lacks?|lacking|lacked|silent|silence|absent|"
    r"stopped|ceased|dropped|failed|interrupt\w*|blank|empty|dead|offline|mute|stops?|neither|nor)\b"
)
_LACKING = ("gap", "missing data")


def is_turned(made: Located, evidence: Evidence) -> bool:
    """Whether a marked text goes the wrong way between two numbers, or tells of data that are there where data lack."""
    return _goes_wrong(made) or _UNEXPECTED.search(made.text) is not None or _is_there(made, evidence)


def keep_did(made: Located) -> None:
    """ "…, although the image as a whole did": a verb that stands for another is none of the small words."""
    while found := _LEFT_HANGING.search(made.text):
        end = found.end()
        verb = re.compile(r"\w+$").search(made.text, found.start(), end)
        if verb is None:
            return
        put(made, verb, "alsodid")


def _goes_wrong(made: Located) -> bool:
    """ "Down from 186 to 200", "200, down from 186"."""
    for found in _WAY.finditer(made.text):
        before = re.findall(r"«n\d+»", made.text[: found.start()])
        last = found["two"] or next(iter(before[-1:]), "")
        one, two = (made.meaning(mark) if mark else None for mark in (found["one"], last))
        if (
            one is None
            or two is None
            or None in (one.value, two.value)
            or (one.unit and two.unit and one.unit != two.unit)
        ):
            continue
        if (two.value - one.value) * (1 if found["way"].startswith("up") else -1) < 0:
            return True
    return False


def _is_there(made: Located, evidence: Evidence) -> bool:
    """ "The feed flow was recorded for ten minutes", of a feed flow that lacks."""
    lacking = [f for f in evidence.facts if f.kind == "anomaly_kind" and f.value in _LACKING]
    if not lacking or not _THERE.search(made.text) or _NOT_THERE.search(made.text):
        return False
    named = {key(name) for name in made.names(made.text)}
    of = {key(f.qualifier) for f in lacking if f.qualifier}
    return bool(named & of) if named else len({f.subject for f in lacking}) == len(evidence.findings)
