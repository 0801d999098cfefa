"""The catalogue of messages of a language, in Project Fluent's format (https://projectfluent.org), read by its library.

A message holds one wording of a statement and, as attributes `.v2`, `.v3`, …, others of the same. A word of a closed
set (a kind of anomaly, a noun, a colour) holds its other forms as attributes: `.a` with its article, and whatever cases
and genders the sentences of its language ask for; they fill slots named after them (`$kind-a`, `$noun-the`). Beside the
sentences stand the words around them: labels of facts, the report, the card, captions of drawings. No message holds
markup.

A further language is one file more in each folder `messages/` that has an `en.ftl`: the one beside this file and one of
each kind of data. No code names a language. What a catalogue lacks is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from anomalyst import plugins
from anomalyst.errors import InputError

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

Slots = Mapping[str, str | int]
"""What fills the slots of a message: texts as they are; counts as the language prints them, by which a message may
choose its words."""
ENGLISH = "en"
_VARIANT = "v"
_MESSAGE = re.compile(r"^([a-z][a-z0-9-]*) *=", re.MULTILINE)
_NAMED = re.compile(r"^([a-z][a-z0-9-]*) *=|^ +\.([a-z][a-z0-9-]*) *=", re.MULTILINE)  # messages and their forms


class Catalogue:
    """The messages of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    @cached_property
    def _bundle(self) -> FluentBundle:
        from fluent.runtime import FluentBundle, FluentResource  # takes long to load: not before something is said

        bundle = FluentBundle([self.language], use_isolating=False)
        for text in _texts(self.language):
            bundle.add_resource(FluentResource(text))
        return bundle

    def names(self) -> tuple[str, ...]:
        """The names of all messages."""
        return tuple(name for text in _texts(self.language) for name in _MESSAGE.findall(text))

    def has(self, message: str) -> bool:
        """Whether there is such a message in this language."""
        return bool(self._bundle.has_message(message))

    def forms(self, message: str) -> tuple[str, ...]:
        """The names of the forms of a word that there is: "" is its value, then its attributes."""
        return "", *self._bundle.get_message(message).attributes

    def forms_in(self, group: str) -> tuple[str, ...]:
        """The names of all forms that a word of a group ("anomaly") has here."""
        return self._forms_of.get(group, ("",))

    @cached_property
    def _forms_of(self) -> dict[str, tuple[str, ...]]:
        """By the first part of the names of messages, the forms that one of them has."""
        found: dict[str, dict[str, None]] = {}
        group = ""
        for text in _texts(self.language):  # read by name, as asking for each message would prepare all of them
            for message, form in _NAMED.findall(text):
                group = re.sub("-.*", "", message) if message else group
                found.setdefault(group, {})[form] = None
        return {group: tuple(forms) for group, forms in found.items()}

    def wordings(self, message: str) -> tuple[str, ...]:
        """The names of a message's wordings: "" is its value, then its attributes that are others of the same."""
        found = self._of(message)._bundle.get_message(message)
        others = tuple(name for name in found.attributes if name[:1] == _VARIANT and name[1:].isdigit())
        return ("", *others) if found.value is not None else others

    def text(self, message: str, slots: Slots | None = None, wording: str = "") -> str:
        """A message with its slots filled. KeyError if there is none, or a slot is not filled."""
        own = self._of(message)
        found = own._bundle.get_message(message)
        pattern = found.attributes[wording] if wording else found.value
        if pattern is None:
            raise KeyError(f"the message {message!r} of {own.language!r} has no text")
        text, problems = own._bundle.format_pattern(pattern, dict(slots or {}))
        if problems:
            raise KeyError(f"the message {message!r} of {own.language!r}: {problems[0]}")
        return str(text)

    def _of(self, message: str) -> Catalogue:
        return self if self.has(message) or self.language == ENGLISH else catalogue(ENGLISH)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; InputError if there is none."""
    if language not in (known := languages()):
        raise InputError(f"got the language {language!r}; there are {', '.join(known)}.")
    return Catalogue(language)


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue of, English first."""
    found = sorted(entry.name.removesuffix(".ftl") for entry in _shared().iterdir() if entry.name.endswith(".ftl"))
    return (ENGLISH, *(name for name in found if name != ENGLISH))


def _shared() -> Traversable:
    return files("anomalyst.evidence.speech").joinpath("messages")


def _texts(language: str) -> Iterator[str]:
    """The files of a language: the shared one, and those that kinds of data bring."""
    yield _shared().joinpath(f"{language}.ftl").read_text(encoding="utf-8")
    for kind in plugins.loaded(plugins.MODALITIES).values():
        package = type(kind).__module__.rpartition(".")[0]
        own = files(package).joinpath("messages", f"{language}.ftl") if package else None
        if own is not None and own.is_file():
            yield own.read_text(encoding="utf-8")
