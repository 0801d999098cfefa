"""Hypotheses and recommendations: what may be, and what to do next. Neither may state, overrule or smuggle anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.scope import Report, Scope
from anomalyst.evidence.advice import field_of, phrases, step_texts
from anomalyst.evidence.causes import FieldOfWork
from anomalyst.evidence.claims import ClaimKind
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.lexicon import words_of
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality

HEDGE = re.compile(r"\b(?:may|might|could|possible|possibly|perhaps)\b")
LIKELY = re.compile(
    r"\b(?:likely|probably|probable|presumably|certainly|surely|definitely|obviously|clearly|undoubtedly|must have|"
    r"doubtless|evidently|apparently|plausibly|almost certain)\b"
)
_ASSERTS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|do|causes?|caused|led|leads|results?|resulted|shows?|showed|means|meant|"
    r"proves?|proved|confirms?|confirmed|indicates?|happened|occurred|failed|broke|stems|stemmed|comes|came|will|"
    r"points?|suggests?)\b"
)
_BEING = frozenset({"is", "are", "was", "were", "has", "have", "had"})
NEAR = 18  # characters after "is" within which "possibly" still marks it
_PART = re.compile(
    r",(?= (?:the|it|this|that|these|they|there|we|he|she|«r\d+») )|\band (?=(?:the|it|this|there|they|we|«r\d+») )"
)
_CONDITION = re.compile(r"\b(?:if|whether|unless|until)\b")
_ADVICE = re.compile(
    r"\b(?:should|please|consider|worth|recommend(?:ed|s)?|advis(?:e|ed|able)|suggest|next step|need(?:s|ed)?|must)\b"
)
_NEGATION = re.compile(r"\b(?:not|no|never|none|nothing|nobody|without|neither|nor|cannot)\b|n't\b")
_CAUTION = re.compile(
    r"\b(?:do|should|must) not (?:ignore|discard|dismiss|rely|trust|act|use)\b|\bwithout (?:checking|inspecting)\b"
)
_ASKED = re.compile(
    r"\bask(?:ing)? (?:the |an? |another |your )?(?:operators?|persons?|someone|experts?|colleagues?)(?: else)?\b"
)
_STATES = re.compile(rf"{_ASSERTS.pattern}|\b(?:changed|made|worked|planned)\b")
_OPEN = re.compile(r"\b(?:if|whether|unless|until|what|when|where|how)\b")
_JOINT = re.compile(r"^[\s,;:-]*(?:(?:and|or|then|but|so|also|finally) )*")
_WORD = re.compile(r"[^\W\d_](?:[\w]|['-](?=\w))*|\w+")
_NAMED = ("anomaly_kind", "place", "direction")  # a cause or an action may use the words of these facts, if cited
_IMPERATIVE = frozenset({
    "correct", "exchange", "check", "inspect", "examine", "look", "compare", "review", "verify", "confirm", "measure",
    "repeat", "collect", "add", "test", "investigate", "watch", "monitor", "rerun", "run", "keep", "consider", "plot",
    "zoom", "ask", "note", "record", "retake", "save", "calibrate", "recalibrate", "provide", "gather", "visit", "open",
    "read", "trace", "track", "then", "first", "next",
})  # fmt: skip


@cache
def _action_words(field: FieldOfWork) -> frozenset[str]:
    """The words of the next steps of the catalogue."""
    return frozenset(_WORD.findall(step_texts(field).lower()))


def take_catalogue(clause: Clause, field: FieldOfWork) -> None:
    """Account for the causes of the catalogue that stand in the clause word by word."""
    for phrase in phrases(field):
        for match in list(re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", clause.text)):
            clause.take(*match.span())


def modal_words(kind: ClaimKind, scope: Scope) -> frozenset[str]:
    """All words that a cause or an action may use, as far as the cited facts give leave."""
    named = (key(str(f.value)) for f in scope.cited if f.kind in _NAMED)
    own = frozenset(_WORD.findall(" ".join(named)))
    own |= modality(scope.evidence.modality).told.words
    if kind == "hypothesis":
        return own | words_of("cause")
    kinds = {f.kind for f in scope.cited if not f.subject.startswith("R") or f.subject in scope.regions}
    return own | _action_words(field_of(scope.evidence)) | words_of("neutral", "advice", *kinds)


_CAUSAL = re.compile(
    r"\b(?:due|caus\w+|results?|resulting|com(?:es?|ing)|came|stems?|stemmed|aris\w+|explain\w*|explanations?|reasons?|because|"
    r"reflects?|lead|led|leads|originat\w+|related|source|origin)\b"
)
_THINGS = (
    "sensors?|camera|lens|light(?:ing)?|lamp|cables?|wiring|connections?|connectors?|contact|supply|power|network|server|"
    "service|process(?:es)?|machine|device|system|software|hardware|components?|bearing|surfaces?|material|coating|paint|"
    "logger|backup|job|task|setting|settings|load|demand|traffic|maintenance|mounting|part|parts|piece|object"
)
_THING_FIRST = re.compile(
    rf"^\W*(?:possibly|perhaps|maybe)?,? ?(?:(?:an?|the|some|another|its) )?(?:\w+ )?(?:{_THINGS})\b"
)
_COMPARED = re.compile(r"\b(?:higher|lower|more|less|before|after|between|during|within)\b(?P<of> (?:an? |the )?\w+)?")
_MEASURED = re.compile(
    rf"^ (?:an? |the )?(?:{_THINGS}|speed|requests|friction|vibration|wear|maintenance|calibration|restart|update)\b"
)


def check_cause(clause: Clause, report: Report) -> None:
    """A hypothesis gives a cause: by a word that joins one to a finding, or by a thing that something happened to. What
    it says of the findings or of the sample themselves is no cause, however possible."""
    text = clause.text
    if not (_CAUSAL.search(clause.whole) or _THING_FIRST.search(clause.whole)):
        report.fails("unverifiable", "a hypothesis gives a possible cause; this says what was found, which is measured")
    for match in _COMPARED.finditer(text):
        if not _MEASURED.match(match["of"] or ""):
            report.fails(
                "unverifiable", f"{match.group()!r} compares or dates something, which no cause of the catalogue does"
            )


def check_hypothesis(clause: Clause, report: Report) -> bool:
    """Whether the clause is worded as possible; if not, it may still be a supported observation beside one that is."""
    if likely := LIKELY.search(clause.whole):
        reason = f"{likely.group()!r} claims a likelihood that nobody measured: say may, might or could"
        report.fails("unverifiable", reason)
        return True
    if not HEDGE.search(clause.whole):
        return False
    report.statements += 1
    for part in _PART.split(clause.whole):
        if asserted := _asserted(part):
            report.fails("unverifiable", f"{asserted!r} is not marked as possible: say may, might or could before it")
    return True


def _asserted(part: str) -> str | None:
    """What a part of a hypothesis states as a fact: a part without a hedge, or a verb before any."""
    if not HEDGE.search(part):
        return part.strip()
    for verb in _ASSERTS.finditer(part):
        soon = verb.group() in _BEING and HEDGE.search(part[verb.end() : verb.end() + NEAR])
        own = part[: verb.start()].rsplit(",", 1)[-1].rsplit(" and ", 1)[-1]
        if not (HEDGE.search(own) or soon):
            return verb.group()
    return None


def check_advice(clause: Clause, report: Report, first: bool, cited: Iterable[Fact] = ()) -> None:
    """A recommendation begins with a verb of advice or says should, consider, worth, …; it denies nothing."""
    text = clause.whole.strip()
    words = re.findall(r"[a-z-]+", text)
    caution = _CAUTION.search(clause.text)
    advises = _ADVICE.search(text) or (words and words[0] in _IMPERATIVE) or _CONDITION.match(text) or caution
    if first and not advises:
        reason = "a recommendation begins with an action such as check, inspect or compare, or says 'should'"
        return report.fails("unverifiable", reason)
    report.statements += 1
    if caution:
        clause.take(*caution.span())
    for name in clause.names:
        if any(f.kind in ("words", "fitting_words") and key(str(f.value)) == key(name) for f in cited):
            report.fails("unverifiable", f"{name!r}: advice does not say what the text should say")
    if negation := _NEGATION.search(clause.text):
        report.fails("unverifiable", f"{negation.group()!r}: a recommendation denies nothing; say what to do")
    if stated := _stated(text, first):
        report.fails("unverifiable", f"{stated!r} states something: a recommendation only says what to do")
    for asked in list(_ASKED.finditer(clause.text)):
        clause.take(*asked.span())
    return None


def _stated(text: str, first: bool) -> str | None:
    """The verb by which a recommendation states a fact beside the advice: in a later part, and not after "whether"."""
    start = 0
    for number, part in enumerate(_PART.split(text)):
        start = text.index(part, start)
        if number == 0 and first:
            continue
        clean = _JOINT.sub("", part)
        advises = _ADVICE.search(clean) or clean.partition(" ")[0] in _IMPERATIVE
        if not advises and (verb := _STATES.search(part)) and not _OPEN.search(text, 0, start + verb.start()):
            return verb.group()
    return None


def is_advice(sentence: str) -> bool:
    """Whether an uncited sentence reads as a recommendation."""
    words = re.findall(r"[a-z-]+", sentence.lower().removeprefix("please "))
    return bool(_ADVICE.search(sentence.lower())) or (bool(words) and words[0] in _IMPERATIVE)
