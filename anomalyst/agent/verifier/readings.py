"""Statements about a finding: direction, kind, place, the channel to blame, inside or outside the expected band."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.clauses import DIRECTION_UP, Clause
from anomalyst.agent.verifier.lexicon import plain_kinds
from anomalyst.agent.verifier.scope import Report, Scope, each, judge, missing
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key

# The words a kind of anomaly may be called by.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"flat|stuck|froze|constant|st(?:oo|an)ds? still|\bhung\b", "flat line"),
    (r"missing (?:part|piece)|part is missing", "missing part"),
    (r"gap|nothing was recorded", "gap"),
    (r"coupl|apart", "lost coupling"),
    (r"wrong hour|at this hour", "wrong hour"),
    (r"missing", "missing data"),
    (r"level|step", "level shift"),
    (r"period|frequency|rhythm", "change of period"),
    (r"nois|fluctuat\w+ more", "noisy stretch"),
    (r"quiet|fluctuat\w+ less", "quiet stretch"),
    (r"variance|variab|volatil|spread", "change of variance"),
    (r"texture", "texture change"),
    (r"colou?r", "colour shift"),
    (r"extra|foreign|additional", "extra part"),
    (r"unsupported", "unsupported words"),
    (r"unrelated", "unrelated text"),
    (r"pattern", "unusual pattern"),
    (r"spik|burst", "spike"),
    (r"dip", "dip"),
    (r"drift|trend", "drift"),
)
_SHAPES: tuple[tuple[str, str], ...] = (
    (r"scratch|thin|narrow|elongated", "scratch-like"),
    (r"spot|round", "spot-like"),
    (r"area|broad", "area-like"),
)  # the words a shape may be called by
_NARROWER = {"change of variance": ("noisy stretch", "quiet stretch")}  # kinds that another one's words fit too
BRIGHTNESS = "brightness"
_TONES = frozenset(
    {"brighter", "lighter", "bright", "darker", "dimmer", "dark"}
)  # of the brightness, unless a colour is named
_RISING = {"above": 1, "brighter": 1, "spike": 1, "below": -1, "darker": -1, "dip": -1}
_PLACE_WORDS = {
    "upper": "upper", "top": "upper", "lower": "lower", "bottom": "lower", "left": "left", "right": "right",
    "centre": "centre", "center": "centre", "central": "centre", "middle": "centre", "early": "early", "late": "late",
    "start": "start", "beginning": "start", "end": "end", "most": "most",
}  # fmt: skip


def read_direction(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """Higher or lower than expected: against the direction, the difference, observed and expected, or the kind."""
    word = match.group().split()[-1]
    said = 1 if word in DIRECTION_UP else -1
    named = clause.name_at(match.start(), None)
    scope = scope.at(named or (BRIGHTNESS if word in _TONES else scope.channel))
    for one in each(scope):
        cited = _direction(one, known=False)
        if cited is None:
            opposite = _direction(one, known=True)
            if opposite is not None and opposite[0] != said:
                judge(report, word, opposite[1], False)
            else:
                missing(one, report, word, "direction", "difference", "observed")
            continue
        judge(report, word, cited[1], cited[0] == said)


def _direction(scope: Scope, known: bool) -> tuple[int, list[Fact]] | None:
    """(+1 or −1, the facts that say so), from the most direct fact there is."""
    get = scope.known if known else scope.find
    if scope.channel is None and len({f.value for f in get("direction")}) > 1:
        return None
    measured = get("difference") if scope.channel else []
    worded = [f for f in get("direction") if f.value in _RISING]
    for fact in [*measured, *worded, *get("difference")]:
        if fact.kind == "direction":
            return _RISING[str(fact.value)], [fact]
        if isinstance(fact.value, (int, float)) and fact.value != 0:
            return (1 if fact.value > 0 else -1), [fact]
    for seen in get("observed"):
        for normal in get("expected"):
            pair = isinstance(seen.value, (int, float)) and isinstance(normal.value, (int, float))
            if pair and key(seen.qualifier) == key(normal.qualifier) and seen.value != normal.value:
                return (1 if float(seen.value) > float(normal.value) else -1), [seen, normal]
    for fact in get("anomaly_kind"):
        if fact.value in _RISING:
            return _RISING[str(fact.value)], [fact]
    return None


def kinds_said(words: str) -> tuple[str, ...]:
    """The kinds of anomaly that words may mean; none where they name no kind."""
    own = next((kind for kind in plain_kinds() if re.search(rf"\b{re.escape(kind)}", words)), None)
    said = own or next((kind for pattern, kind in _KINDS if re.search(pattern, words)), None)
    return () if said is None else (said, *_NARROWER.get(said, ()))


_MOVING = (
    ("step", "level shift"), ("shifted", "level shift"), ("crept", "drift"), ("drift", "drift"), ("spiked", "spike"),
    ("dipped", "dip"), ("flat", "flat line"), ("noisy", "noisy stretch"),
)  # fmt: skip


def kinds_moved(words: str) -> tuple[str, ...]:
    """The kinds of anomaly that move as a verb says, or are called by a noun: "stepped up", "a flat line"."""
    return next(((kind,) for verb, kind in _MOVING if verb in words), kinds_said(words))


def kinds_spoken_of(text: str) -> set[str]:
    """The kinds of anomaly that a text names, by any of the words they may be called by."""
    own = {kind for kind in plain_kinds() if re.search(rf"\b{re.escape(kind)}", text)}
    return own | {kind for pattern, kind in _KINDS if re.search(rf"\b(?:{pattern})", text)}


def read_kind(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """The kind of anomaly, by any of the words it may be called by."""
    word = match.group()
    fitting = kinds_said(word)
    for one in each(scope.at(clause.name_at(match.start(), scope.channel))):
        cited = one.find("anomaly_kind")
        if cited:
            judge(report, word, cited, any(f.value in fitting for f in cited))
        elif any(f.value not in fitting for f in one.known("anomaly_kind")):
            judge(report, word, one.known("anomaly_kind"), False)
        else:
            missing(one, report, word, "anomaly_kind")


def shape_said(words: str) -> str:
    """The shape that words mean."""
    return next((shape for pattern, shape in _SHAPES if re.search(pattern, words)), "")


def read_shape(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "Scratch-like", "small and round": the shape of the finding's outline."""
    said = shape_said(match.group())
    for one in each(scope):
        cited = one.find("shape") or [f for f in one.known("shape") if f.value != said]
        if cited:
            judge(report, match.group(), cited, all(f.value == said for f in cited))
        else:
            missing(one, report, match.group(), "shape")


def read_heading(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "Left to right": the way that something moves."""
    for one in each(scope):
        cited = one.find("heading") or [f for f in one.known("heading") if f.value != match.group()]
        if cited:
            judge(report, match.group(), cited, all(f.value == match.group() for f in cited))
        else:
            missing(one, report, match.group(), "heading")


def read_support(match: re.Match[str], clause: Clause, scope: Scope, report: Report, said: bool) -> None:
    """ "The image speaks against it": the information must be negative; positive where it supports it."""
    for one in each(scope):
        facts = one.find("information")
        if scope.regions:
            facts = [f for f in facts if f.subject in one.regions]
        if facts:
            judge(report, match.group(), facts, all((float(f.value) > 0) == said for f in facts))
        else:
            missing(one, report, match.group(), "information")


def read_fitting(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "X would fit": X must be what the detector found to fit in the place of the finding's words."""
    said = clause.marked.meaning(match[1])
    for one in each(scope):
        facts = one.find("fitting_words")
        if facts:
            judge(report, f"{said} would fit", facts, any(key(str(f.value)) == key(said) for f in facts))
        else:
            missing(one, report, match.group(), "fitting_words")


def read_unfitting(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "The words X do not fit the picture": X must be the finding's words, which the image speaks against; "the text
    does not", without words, must be the kind of the finding."""
    read_support(match, clause, scope, report, False)
    for one in each(scope):
        facts = one.find("words") if clause.names else one.find("anomaly_kind")
        named = {key(name) for name in clause.names} or {"unrelated text"}
        if facts:
            judge(report, match.group(), facts, {key(str(f.value)) for f in facts} == named)
        else:
            missing(one, report, match.group(), "words", "anomaly_kind")


def read_lacking(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "No values of X and Y": data must be missing in each."""
    for mark in re.findall(r"«c\d+»", match[1]):
        name = clause.marked.meaning(mark)
        for one in each(scope.at(name)):
            facts = one.find("anomaly_kind")
            if facts:
                judge(report, f"no values of {name}", facts, all(_lacks(f, name) for f in facts))
            else:
                missing(one, report, f"no values of {name}", "anomaly_kind")


def _lacks(fact: Fact, name: str) -> bool:
    return fact.value == "missing data" and key(fact.qualifier) == key(name)


def place_key(words: str) -> frozenset[str]:
    """A place as a set of its parts, whatever the order and synonyms: "top-left corner" is {"upper", "left"}."""
    found = re.findall(r"[a-z]+", re.sub(r"(?:hand|most)\b(?! of)", "", words.lower()))
    return frozenset(_PLACE_WORDS[w] for w in found if w in _PLACE_WORDS)


def read_place(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """Where a finding lies, in the words of its place fact."""
    said = place_key(match.group())
    if len(scope.regions) > 1 and re.search(r"\b(?:of|from|than)\s*$|\b(?:of|from|than) «r", clause.whole):
        report.fails(
            "unverifiable", "where regions lie relative to each other was not measured; name each one's own place"
        )
        return
    for one in each(scope):
        cited = one.find("place")
        if cited:
            judge(report, match.group(), cited, any(place_key(str(f.value)) == said for f in cited))
        elif one.known("place") and all(place_key(str(f.value)) != said for f in one.known("place")):
            judge(report, match.group(), one.known("place"), False)
        else:
            missing(one, report, match.group(), "place")


def read_top_channel(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "Most of the score comes from X": X must be the top channel."""
    name = clause.name_at(match.start(), None)
    if name is None:
        return report.fails("unverifiable", f"{match.group()!r}: name the channel it is about")
    for one in each(scope):
        facts = one.find("top_channel")
        shares = one.at(None).find("channel_share")
        if facts:
            judge(report, f"{match.group()} {name}", facts, all(key(str(f.value)) == key(name) for f in facts))
        elif len(shares) > 1:
            best = max(shares, key=lambda f: float(f.value))
            judge(report, f"{match.group()} {name}", [best], key(best.qualifier) == key(name))
        else:
            missing(one, report, match.group(), "top_channel")
    return None


def read_moved_first(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "X moved first": X must be the one channel that left what was expected before the others did."""
    said = clause.marked.meaning(match[1])
    for one in each(scope):
        facts = one.find("moved_first")
        if facts:
            judge(report, f"{said} moved first", facts, all(key(str(f.value)) == key(said) for f in facts))
        else:
            missing(one, report, match.group(), "moved_first")


def read_moved_together(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "X and Y moved at the same time": each as much later than the first one as the other."""
    names = {key(name) for name in clause.names}
    for one in each(scope.at(None)):
        facts = [f for f in one.find("lag") if key(f.qualifier) in names]
        if len(names) > 1 and len(facts) == len(names):
            judge(report, match.group(), facts, len({(f.value, f.unit) for f in facts}) == 1)
        else:
            missing(one, report, match.group(), "lag")


def read_band(clause: Clause, scope: Scope, report: Report, inside: bool) -> None:
    """Whether the observed value lies within the band of expected values."""
    scope = scope.at(clause.last_name or scope.channel)
    word = "inside" if inside else "outside"
    for seen in scope.find("observed"):
        for normal in scope.find("expected"):
            if key(seen.qualifier) == key(normal.qualifier) and normal.low is not None and normal.high is not None:
                within = normal.low <= float(seen.value) <= normal.high
                return judge(report, f"{word} the expected range", [seen, normal], within == inside)
    if inside and scope.anomalous:
        return report.fails(
            "contradicted", "the text says all is within the normal range, but the verdict is anomalous"
        )
    return missing(scope, report, f"{word} the expected range", "observed", "expected")


def read_located(scope: Scope, report: Report) -> None:
    """ "The most suspicious place": the finding is told where there is one."""
    facts = scope.find("place", "start", "box", "peak_p", "area")
    if facts:
        report.holds(facts[0])
    else:
        missing(scope, report, "most suspicious", "place", "peak_p")


def read_peak(scope: Scope, report: Report) -> None:
    """Anything about the peak of the score needs a fact about it; its numbers are read by their own roles."""
    kinds: tuple[FactKind, ...] = ("peak_at", "peak_p", "peak_ratio")
    if not scope.find(*kinds):
        missing(scope, report, "peak", *kinds)
