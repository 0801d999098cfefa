"""What an idea of a language model may not hold, as nobody checks if it is true: names, addresses, numbers, quotes.

A name of a person or a firm is told by its form, without a model: any word with a capital letter that is neither from
the data nor on a short list, also at the beginning of a sentence unless it is a plain word there; legal forms, titles,
what follows "operator" or "supplier"; common names in any letter case. What is in doubt counts as a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from anomalyst.agent.verifier.lexicon import words_in
from anomalyst.agent.verifier.statements import overruling
from anomalyst.evidence.declared import QUALIFIED
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.lexicon import is_plain_word, words_of
from anomalyst.evidence.numbers import NUMBER_WORD
from anomalyst.evidence.text import normalise

MAX_IDEA = 200  # characters
_LETTERS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ſẞµμαβΔσΩ]")  # of Latin script, and of a few signs
_WORD = re.compile(r"[^\W\d_](?:[\w'/-]*\w)?")
_STARTS = re.compile(r"(?:^|[.!?]['\")]*\s+)\W*$")  # what stands before the first word of a sentence
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|approx|vs)\.", re.I)
_ADDRESS = re.compile(
    r"@|://|\bwww\b|\w\.\w|\\|(?<!\w)/\w|\w/\w+/\w|::|\bdot\s+(?:com|org|net|de|io|eu|uk|edu|gov)\b|[(\[]at[)\]]|"
    r"\b(?:street|avenue|boulevard|postcode|zip code|post box|mailbox|homepage|web ?site|e-?mail)\b|"
    r"\w+(?:straße|strasse|gasse)\b",
    re.I,
)
_QUOTED = re.compile(r"\"|(?<!\w)'|'(?!\w)")
_TITLE = re.compile(
    r"\b(?:mrs?|mister|dr|prof|professor|sir|madam|herr|frau|doktor|incorporated|inc|gmbh|ltd|llc|corp|corporation|"
    r"holdings|called|named|nicknamed|manufactured by|made by)\b",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:operators?|technicians?|engineers?|nurses?|doctors?|physicians?|workers?|colleagues?|mechanics?|electricians?|"
    r"managers?|leaders?|supervisors?|drivers?|patients?|suppliers?|vendors?|makers?|manufacturers?|contractors?|"
    r"brands?|company|companies|firms?)"
    r"\s+([\w'-]+)",
    re.I,
)
_OPENS_A_NAME = frozenset({"may", "mark", "will", "bill", "long", "small", "young", "page", "stone", "rose", "light"})
_UNIT_OF_NUMBER = re.compile(r"\bdouble-check", re.I)
_MARKUP = re.compile(r"[<>\[\]{}|*#=]")


def refusal(text: str, evidence: Evidence) -> str:
    """Why an idea is not shown; "" where it is. The reason repeats nothing of it."""
    if len(text) > MAX_IDEA:
        return f"it has {len(text)} characters; at most {MAX_IDEA} are shown"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") for c in text):
        return "it holds characters that cannot be seen"
    plain = normalise(text)
    if not re.search(r"\w", plain):
        return "it says nothing"
    return _refused(_without_data(plain, evidence))


def _refused(text: str) -> str:
    """Why a text, its names from the data taken out, is not shown."""
    checks: tuple[tuple[Callable[[str], object], str], ...] = (
        (_odd_letter, "it holds letters of another script"),
        (_MARKUP.search, "it holds markup"),
        (_QUOTED.search, "it quotes somebody"),
        (_has_address, "it may hold an address"),
        (_has_number, "it holds a number that nobody measured"),
        (_has_name, "it may name a person or a firm"),
        (lambda said: overruling(said.lower()), "it overrules the calibrated verdict"),
    )
    return next((reason for found, reason in checks if found(text)), "")


def _without_data(text: str, evidence: Evidence) -> str:
    """The text without what stands in it as in the data, letter by letter: channels, ids of findings and facts."""
    names = {f.qualifier for f in evidence.facts if f.kind in QUALIFIED}
    names |= {str(f.value) for f in evidence.facts if f.kind in ("top_channel", "moved_first")}
    names |= {name for finding in evidence.findings for name in finding.region.names()}
    names |= {finding.id for finding in evidence.findings} | {fact.id for fact in evidence.facts}
    for name in sorted(map(normalise, names), key=len, reverse=True):
        if re.search(r"\w", name):
            inner = re.escape(name)
            text = re.sub(rf"\"{inner}\"|'{inner}'|(?<![\w-]){inner}(?![\w-])", "~", text)
    return text


def _odd_letter(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LM" and not _LETTERS.match(c) for c in text)


def _has_address(text: str) -> bool:
    return bool(_ADDRESS.search(_ABBREVIATED.sub(" ", text)))


def _has_number(text: str) -> bool:
    if any(unicodedata.category(c)[0] == "N" for c in text):
        return True
    spaced = _UNIT_OF_NUMBER.sub("check", text).replace("-", " ")
    return bool(NUMBER_WORD.search(spaced)) or any(w.lower() in _listed("numbers") for w in _WORD.findall(spaced))


def _has_name(text: str) -> bool:
    if _TITLE.search(text):
        return True
    if any(not _is_plain(role[1]) for role in _ROLE.finditer(text) if role[1] != "~"):
        return True
    words = list(_WORD.finditer(text))
    if any(part.lower() in _listed("given") | _listed("firms") for word in words for part in _parts(word.group())):
        return True
    return any(_is_name(word, text) for word in words if word.group() != word.group().lower())


def _is_name(word: re.Match[str], text: str) -> bool:
    """Whether a word with a capital letter may be a name."""
    said = word.group()
    if said in _listed("capitals"):
        return False
    begins = _STARTS.search(text[: word.start()]) is not None
    return not (begins and said == said.capitalize() and _is_plain(said))


def _parts(word: str) -> list[str]:
    """The word, it without a possessive, and what it is made of."""
    return [word, word.removesuffix("'s"), *_pieces(word)]


def _pieces(word: str) -> list[str]:
    return re.split(r"[-'/]", word)


def _is_plain(word: str) -> bool:
    """Whether a word is one of plain language, and no name."""
    clean = word.lower().removesuffix("'s")
    if clean in _OPENS_A_NAME:
        return False
    known = _listed("openers") | words_of("cause")
    return clean in known or all(part in known or is_plain_word(part) for part in _pieces(clean))


@cache
def _listed(section: str) -> frozenset[str]:
    return words_in("ideas.txt", section)
