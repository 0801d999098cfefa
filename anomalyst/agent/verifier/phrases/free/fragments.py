"""A sentence cut at its joints, each part with whom it names: channels, findings, all of them, or the whole sample."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from anomalyst.agent.verifier.phrases.amounts import TIMES, Amount
from anomalyst.agent.verifier.phrases.free.tokens import STOPS, Token
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.phrases.wordings.canonical import told

_LISTED = frozenset({"and", ",", "&", "as well as", "or", "nor"})
_SMALL = frozenset({"the", "a", "an", "its", "in", "on", "both", "this", "that"})
MARKS = frozenset("nd")


@dataclass(frozen=True)
class Fragment:
    """The tokens of one part. `joint`: what joins it to the part before; `amounts`: by the place of a token."""

    tokens: tuple[Token, ...]
    joint: Token | None = None
    amounts: dict[int, Amount] = field(default_factory=dict)
    gap: Amount | None = None  # how long after the part before, or before it

    @property
    def names(self) -> tuple[str, ...]:
        """The channels that are named, each once."""
        return tuple(dict.fromkeys(str(t.meaning) for t in self.tokens if t.letter == "c"))

    @property
    def regions(self) -> tuple[str, ...]:
        """The findings that are named, each once."""
        return tuple(dict.fromkeys(str(t.meaning) for t in self.tokens if t.letter == "r"))

    def has(self, *concepts: str) -> bool:
        """Whether a token may stand for one of these concepts."""
        return any(token.is_(*concepts) for token in self.tokens)

    def find(self, *concepts: str) -> list[Token]:
        """The tokens that may stand for one of these concepts."""
        return [token for token in self.tokens if token.is_(*concepts)]

    def left(self, at: int, stop: Iterable[str] = MARKS) -> list[Token]:
        """The tokens before one, the nearest first, up to the number or time before it."""
        found = []
        for token in reversed(self.tokens[:at]):
            if token.letter in stop:
                break
            found.append(token)
        return found

    def right(self, at: int, stop: Iterable[str] = MARKS) -> list[Token]:
        """The tokens after one, up to the number or time after it."""
        found = []
        for token in self.tokens[at + 1 :]:
            if token.letter in stop:
                break
            found.append(token)
        return found

    def next_to(self, tokens: Iterable[Token], *concepts: str) -> bool:
        """Whether the first of these tokens that says anything stands for one of these concepts."""
        for token in tokens:
            if token.is_(*concepts):
                return True
            if not token.is_("neutral", "c", "r", "agent", "of") and not (
                token.is_("near") and not token.is_("high", "low")
            ):
                return False
        return False


def cut(tokens: list[Token], made: Located) -> list[Fragment]:
    """The parts of a sentence."""
    parts: list[tuple[Token | None, list[Token]]] = [(None, [])]
    for at, token in enumerate(tokens):
        if not _joins(token, at, tokens):
            parts[-1][1].append(token)
        elif token.is_("before", "after", *COMPARED) or parts[-1][1] or parts[-1][0] is None:
            parts.append((token, []))
        else:
            parts[-1] = (token if parts[-1][0] is None or parts[-1][0].text in STOPS else parts[-1][0], [])
    made_of = [_with_amounts(tuple(part), joint, made) for joint, part in parts if part]
    return _with_gaps(_led_in(_merged(made_of, made)))


def _led_in(fragments: list[Fragment]) -> list[Fragment]:
    """ "While X fell, Y rose": what the first part begins with joins the second one to it."""
    if len(fragments) > 1 and fragments[0].joint is not None and (second := fragments[1].joint) is not None:
        first = fragments[0].joint
        turned = {"before": "after", "after": "before"}
        says = frozenset(turned.get(one, one) for one in first.says)
        if second.text in STOPS:
            fragments[1] = replace(fragments[1], joint=replace(first, says=says))
    return fragments


def _merged(fragments: list[Fragment], made: Located) -> list[Fragment]:
    """ "… above | where it should have been": what only says so belongs to the part before it."""
    found: list[Fragment] = []
    for fragment in fragments:
        bare = all(token.is_("expected", "neutral", "near", "instead") for token in fragment.tokens)
        if found and bare and fragment.has("expected") and not fragment.amounts:
            found[-1] = _with_amounts((*found[-1].tokens, *fragment.tokens), found[-1].joint, made)
        else:
            found.append(fragment)
    return found


def _with_gaps(fragments: list[Fragment]) -> list[Fragment]:
    """ "… five minutes | before …", "… | an hour later …": the time between two parts belongs to the second."""
    found: list[Fragment] = []
    for fragment in fragments:
        before = found[-1] if found else None
        gap = (
            _trailing(before)
            if before is not None and fragment.joint is not None and fragment.joint.is_("before", "after", *COMPARED)
            else None
        )
        if before is not None and gap is not None:
            at, amount = gap
            kept = before.tokens[: at - 1] if at and before.tokens[at - 1].is_("near") else before.tokens[:at]
            found[-1] = _of_tokens(kept, before)
            fragment = replace(fragment, gap=amount)
        elif found and (later := _leading(fragment)) is not None:
            at, amount = later
            joint = fragment.tokens[at + 1]
            rest = tuple(fragment.tokens[at + 2 :])
            fragment = replace(
                _of_tokens(rest, fragment, at + 2), gap=amount, joint=replace(joint, says=frozenset({"before"}))
            )
        found.append(fragment)
    return [fragment for fragment in found if fragment.tokens]


def _of_tokens(tokens: tuple[Token, ...], old: Fragment, shift: int = 0) -> Fragment:
    amounts = {at - shift: a for at, a in old.amounts.items() if 0 <= at - shift < len(tokens)}
    return replace(old, tokens=tokens, amounts=amounts)


def _trailing(fragment: Fragment) -> tuple[int, Amount] | None:
    at = len(fragment.tokens) - 1
    amount = fragment.amounts.get(at)
    return (at, amount) if amount is not None and (seconds(amount.unit) is not None or amount.unit == TIMES) else None


def _leading(fragment: Fragment) -> tuple[int, Amount] | None:
    at = next((n for n, token in enumerate(fragment.tokens) if not token.is_("neutral", "near")), -1)
    amount = fragment.amounts.get(at)
    later = fragment.tokens[at + 1 : at + 2]
    return (at, amount) if amount is not None and seconds(amount.unit) and later and later[0].is_("later") else None


def _joins(token: Token, at: int, tokens: list[Token]) -> bool:
    """Whether a token cuts; not between names, numbers or sides that belong together."""
    if token.text in _LISTED:
        return not _in_list(at, tokens)
    if token.text in STOPS or token.text == "and":
        return True
    if compares(token, tokens[at + 1 :]):
        return True
    if token.is_("before", "after"):
        following = [t for t in tokens[at + 1 : at + 6] if not t.is_("neutral", "near")]
        return bool(following) and not following[0].is_("d", "w", "n", "sample", "end", "untilend")
    return token.is_("joint")


COMPARED = ("longer", "shorter", "stronger", "weaker", "larger", "smaller", "as long", "more", "less")


def compares(token: Token, rest: list[Token]) -> bool:
    """Whether a word compares what stands before it with the finding or channel that is named after it."""
    following = next((t for t in rest if not t.is_("neutral", "of", "than")), None)
    return token.is_(*COMPARED) and following is not None and following.letter in ("c", "r")


def _in_list(at: int, tokens: list[Token]) -> bool:
    small = ("near", "at", "of", "to", "by", "from")
    before = next((t for t in reversed(tokens[:at]) if not t.is_(*small) and t.text not in _SMALL), None)
    after = next((t for t in tokens[at + 1 :] if not t.is_(*small) and t.text not in _LISTED | _SMALL), None)
    if before is None or after is None:
        return False
    same = before.letter == after.letter != "" and before.letter in "crdwt"
    numbers = before.letter == after.letter == "n" and any(t.is_("between") for t in tokens[max(0, at - 4) : at])
    sides = before.is_("place") and after.is_("place")
    return same or numbers or sides


def _with_amounts(part: tuple[Token, ...], joint: Token | None, made: Located) -> Fragment:
    amounts = {}
    for at, token in enumerate(part):
        if token.letter == "n":
            amount = made.amounts(token.place, token.place + len(token.text))[0]
            units = [t.meaning.unit for t in (*reversed(part[:at]), *part[at:]) if t.letter == "n" and t.meaning.unit]
            amounts[at] = replace(amount, borrowed=next(iter(units), ""))
    return Fragment(part, joint, amounts)


_OR_SO = re.compile(r"(«n\d+»),? (?:or so|or thereabouts|give or take|more or less|or more or less)\b")


# What senses.txt puts for how near a number is meant → how a number is read (`amounts.NEAR`).
_NEAR = {"just over": "just over", "nearly": "nearly", "about": "about", "more than": "more than",
         "less than": "less than",         "≥": "at least", "≤": "at most"}  # fmt: skip


@cache
def _near_words() -> dict[str, str]:
    found = {form: word for section in told("senses.txt") for form, word in section.items() if word in _NEAR}
    extra = {
        "nearly": ("the better part of", "the best part of", "close on", "knocking on", "next to"),
        "about": ("a matter of", "something like"),
    }
    return found | {form: word for word, forms in extra.items() for form in forms}


@cache
def _nearness() -> re.Pattern[str]:
    either = "|".join(sorted((re.escape(form) for form in _near_words()), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({either}) (the |an? )?(«n\d+»)", re.I)


def written_plainly(made: Located) -> None:
    """Numbers that are only about so say it before them, and hyphens bind nothing."""
    made.text = _nearness().sub(lambda m: f"{_NEAR[_near_words()[m[1].lower()]]} {m[2] or ''}{m[3]}", made.text)
    while found := _OR_SO.search(made.text):
        made.text = f"{made.text[: found.start()]}about {found[1]}{made.text[found.end() :]}"
    made.text = re.sub(r"(?<=»)['’]s\b", "", made.text)
    made.text = re.sub(r"\b(?:i\.e\.|e\.g\.)", ",", made.text)
    made.text = re.sub(r"\bnot even (?:(\w+) )?(?=«n\d+»)", lambda m: f"{m[1] or ''} less than ", made.text)
    for mark in re.findall(r"«n\d+»", made.text):
        if made.meaning(mark).text.lower() == "one" and not made.meaning(mark).unit:
            made.text = made.text.replace(mark, "one")
    made.text = re.sub(r"(?<=[\w»])-(?=[\w«])", " ", made.text)
