"""A sentence that somebody else has taken apart: which words of it make which statement. The book judges the
statements; here it is seen that the words say no more than they do.

Whoever parses can make nothing true: each number, name and finding among the words must be one of the statement's, each
word that turns a sentence (up, down, not, first, a kind of anomaly, a place) must stand in what the statement says, and
every other word must be of the vocabulary. Words that belong to no statement are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from anomalyst.agent.statements.book import Book
from anomalyst.agent.verifier.clauses import DIRECTION_DOWN, DIRECTION_UP
from anomalyst.agent.verifier.lexicon import table
from anomalyst.agent.verifier.marks import Marked, mark
from anomalyst.agent.verifier.quantities import fits
from anomalyst.agent.verifier.readings import kinds_spoken_of, place_key
from anomalyst.agent.verifier.spans import Span, merged
from anomalyst.agent.verifier.statements import overruling
from anomalyst.agent.verifier.verify import CheckedSentence
from anomalyst.evidence.claims import Outcome, Verdict
from anomalyst.evidence.facts import Evidence, Fact, Model
from anomalyst.evidence.lexicon import lexicon, words_of
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import MAX_ROUNDING, Quantity
from anomalyst.evidence.sentences import Said
from anomalyst.evidence.statements import Statement

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_TURNS: dict[str, str] = {
    "not": r"\b(?:not|no|never|none|nothing|without|neither|nor|hardly|barely|fails?|failed)\b|n't\b",
    "up": rf"\b(?:{'|'.join(DIRECTION_UP)})\b",
    "down": rf"\b(?:{'|'.join(DIRECTION_DOWN)})\b",
    "before": r"\b(?:before|earlier|first|preced\w+|ahead)\b",
    "after": r"\b(?:after|later|last|follow\w*|behind)\b",
    "all": r"\b(?:all|every|each|always|whole|entire|everything|both)\b",
    "only": r"\b(?:only|alone|just|merely|sole\w*)\b",
    "most": r"\b(?:most|largest|biggest|highest|greatest|strongest|longest|main\w*)\b",
    "least": r"\b(?:least|smallest|lowest|weakest|shortest|few\w*)\b",
    "normal": r"\b(?:normal|fine|healthy|harmless|ok)\b",
    "stays": r"\b(?:stays?|remains?|persists?)\b",
    "goes": r"\b(?:goes|gone|clears?|vanish\w*|disappear\w*)\b",
}
"""Words that turn what a sentence says, by what they turn it to."""
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost|some|close to|circa)\s*$", re.I)
NEAR = 0.1  # of a number said to be about another


class Part(Model):
    """Some words of a sentence, as they stand in it, and the statement that they make."""

    words: str
    statement: Statement


def judged(sentence: str, parts: Iterable[Part], book: Book) -> CheckedSentence:
    """The sentence with what the book says of its parts, and what of it belongs to none."""
    spans, reasons = [], []
    for part in parts:
        start = sentence.find(part.words)
        if start >= 0 and part.words.strip():
            outcome, reason, facts = _judged(part, book)
            spans.append(Span(start=start, end=start + len(part.words), outcome=outcome, facts=facts))
            reasons += [reason] if reason else []
    left = list(_left(sentence, spans))
    reasons += [f"{sentence[span.start : span.end]!r} belongs to no statement" for span in left]
    outcomes = {span.outcome for span in spans}
    whole: Outcome = "contradicted" if "contradicted" in outcomes else "supported"
    if whole == "supported" and (left or not spans or "unverifiable" in outcomes):
        whole = "unverifiable"
    facts = tuple(dict.fromkeys(fact for span in spans for fact in span.facts))
    verdict = Verdict(outcome=whole, reasons=tuple(dict.fromkeys(reasons))[:6], facts=facts)
    return CheckedSentence(text=sentence, verdict=verdict, spans=merged([*spans, *left]))


def _judged(part: Part, book: Book) -> tuple[Outcome, str, tuple[str, ...]]:
    """(outcome, reason, facts) of one part."""
    judgement = book.judge(part.statement)
    if judgement.said is None:
        outcome: Outcome = "contradicted" if _is_refuted(part, judgement.outcome, book) else "unverifiable"
        return outcome, judgement.reason, part.statement.facts
    told = any(overruling(text.lower()) for text in judgement.said.wordings())
    if (words := overruling(part.words.lower())) and book.evidence.verdict == "anomalous" and not told:
        return "contradicted", f"{words!r} overrules the calibrated verdict", judgement.said.statement.facts
    reason = says_more(part.words, judgement.said, book.evidence)
    return ("unverifiable" if reason else "supported"), reason, judgement.said.statement.facts


def _is_refuted(part: Part, outcome: Outcome, book: Book) -> bool:
    """Whether the evidence refutes a part for certain: what holds in its place has all its numbers and names, and only
    its operator is another one. Else the parse may be wrong."""
    instead = book.judge(part.statement.model_copy(update={"operator": ""})).said
    if outcome != "contradicted" or not part.statement.operator or instead is None:
        return False
    reason = says_more(part.words, instead, book.evidence)
    return reason.startswith("turned ") or not reason


def says_more(words: str, said: Said, evidence: Evidence) -> str:
    """What some words say beyond a statement that holds; "" where they say no more."""
    facts = [fact for name in said.statement.facts if (fact := evidence.fact(name)) is not None]
    wordings, marked = said.wordings(), mark(words, evidence)
    known = [mark(text, evidence) for text in wordings]
    for quantity in marked.quantities:
        printed = any(_is_near(quantity, q, words) for m in known for q in m.quantities)
        if not printed and not any(fits(quantity, fact, words) for fact in facts):
            return f"{quantity.text!r} is not what the statement says"
    if other := [name for name in (*marked.names, *marked.texts, *marked.regions) if not _named(name, facts, known)]:
        return f"{other[0]!r} is not named by the statement"
    pairs = zip(wordings, known, strict=True)
    if not any(_in_order(marked, other, words) and _tells_in_order(facts, words, text) for text, other in pairs):
        return "its numbers or names stand in another order than in the statement"
    if turned := sorted(_turns(words) - _turns(" ".join(wordings))):
        return f"turned to {turned[0]!r}, it is not what the statement says"
    vocabulary = _vocabulary() | {word for text in wordings for word in _words(text)}
    return next((f"{word!r} was not understood" for word in _words(_bare(marked)) if word not in vocabulary), "")


def _in_order(marked: Marked, wording: Marked, words: str) -> bool:
    """Whether what could be taken for one another, as numbers of one unit can, comes in the order of a wording: else
    "was 5 %, where 75 % was expected" would say the same as "was 75 %, where 5 % was expected"."""
    places: dict[str, int] = {}
    for item in _items(marked):
        alike = [n for n, other in enumerate(_items(wording)) if _is_same(item, other, words)]
        sort = item.unit if isinstance(item, Quantity) else "name"
        if alike and alike[-1] < places.get(sort, 0):
            return False
        places[sort] = next((n for n in alike if n >= places.get(sort, 0)), places.get(sort, 0))
    return True


def _tells_in_order(facts: Sequence[Fact], words: str, wording: str) -> bool:
    """Likewise of the texts that facts hold, which may stand bare: the word that fits and the one that does not."""
    told, text = words.lower(), wording.lower()
    said = [value for fact in facts if isinstance(fact.value, str) and (value := fact.value.lower()) in told]
    both = [value for value in said if value in text]
    return sorted(both, key=told.find) == sorted(both, key=text.find)


def _items(marked: Marked) -> list[Quantity | str]:
    """Numbers and names of a marked sentence, in reading order."""
    lists: dict[str, Sequence[Quantity | str]] = {
        "n": marked.quantities, "c": marked.names, "t": marked.texts, "r": marked.regions,
    }  # fmt: skip
    return [lists[letter][int(number)] for letter, number in re.findall(r"«([nctr])(\d+)»", marked.text)]


def _is_same(item: Quantity | str, other: Quantity | str, words: str) -> bool:
    if isinstance(item, Quantity) and isinstance(other, Quantity):
        return _is_near(item, other, words)
    return isinstance(item, str) and isinstance(other, str) and key(item) == key(other)


def _is_near(quantity: Quantity, other: Quantity, words: str) -> bool:
    """Whether a number is another one that was printed, rounded, or near it where the words say "about"."""
    if quantity.value is None or other.value is None:
        return quantity == other
    if quantity.unit not in ("", other.unit):
        return False
    rounded = abs(quantity.value - other.value) <= 0.5 * 10.0**-quantity.decimals * (1 + 1e-6)
    near = _ABOUT.search(words[: words.find(quantity.text)]) is not None
    share = abs(quantity.value - other.value) / max(abs(other.value), 1e-12)
    return share <= (NEAR if near else MAX_ROUNDING if rounded else 0.0)


def _named(name: str, facts: Sequence[Fact], known: Sequence[Marked]) -> bool:
    """Whether a name is one of the statement's."""
    own = {key(fact.qualifier) for fact in facts} | {key(str(fact.value)) for fact in facts}
    own |= {fact.subject.lower() for fact in facts}
    own |= {key(other) for m in known for other in (*m.names, *m.texts, *m.regions)}
    return key(name) in own


def _turns(text: str) -> set[str]:
    """What turns a text: directions, order, negation, kinds of anomaly, places."""
    low = text.lower()
    found = {name for name, pattern in _TURNS.items() if re.search(pattern, low)}
    return found | set(kinds_spoken_of(low)) | set(place_key(low))


def _bare(marked: Marked) -> str:
    """The text of a marked sentence without its marks."""
    return re.sub(r"«[a-z]\d+»", " ", marked.text)


def _words(text: str) -> list[str]:
    return [word.lower().removesuffix("'s") for word in _WORD.findall(text)]


@cache
def _vocabulary() -> frozenset[str]:
    """All words that carry no statement of their own, or one that is checked."""
    sections = (words for name, words in lexicon().items() if name not in ("cause", "advice"))
    phrases = (word for line in table("phrases.txt")[0] for word in _WORD.findall(line))
    return frozenset().union(*sections) | {word.lower() for word in phrases}


def _left(sentence: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Words of a sentence that belong to no part of it, but for those that say nothing."""
    for match in _WORD.finditer(sentence):
        inside = any(span.start <= match.start() and match.end() <= span.end for span in spans)
        if not inside and match.group().lower() not in words_of("neutral"):
            yield Span(start=match.start(), end=match.end(), outcome="unverifiable")
