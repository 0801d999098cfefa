"""The catalogue of possible causes and next steps: YAML files, one for each field of work, and one of the user's own.

A file is data of strangers: it is read with a bounded size and depth, without aliases and tags, and every text in it is
plain, in one line, and of a form that fits the sentences it will stand in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator

from anomalyst.errors import InputError, require
from anomalyst.evidence.facts import Model
from anomalyst.evidence.speech.speech import Speech

FieldOfWork = Literal["general", "machines", "servers", "products", "medicine"]
FIELDS: tuple[FieldOfWork, ...] = get_args(FieldOfWork)
GENERAL: FieldOfWork = "general"
ANY = "any finding"  # the kind of anomaly of entries that hold for all of them
MAX_BYTES = 256 * 2**10
MAX_DEPTH = 8
MAX_ENTRIES = 500
MAX_TEXTS = 12  # causes, or next steps, of an entry
MAX_TEXT = 160  # characters
MAX_NAME = 80  # of a kind of anomaly, a kind of data, a pattern of channels
SLOTS = ("region", "channel", "start", "at_start", "at_peak")

_SLOT = re.compile(r"\{([^{}]*)\}")
_STOP = re.compile(r"[.!?;:](?:\s|$)")
_HOLDS = "a file holds 'entries', an entry kind, data, channel, causes and next_steps, a text en and de"


def _plain(text: str) -> str:
    """The text, if it is one plain line."""
    odd = next((c for c in text if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp")), None)
    if odd is not None:
        raise ValueError(f"it holds the character U+{ord(odd):04X}; allowed is one line of plain text")
    if text != " ".join(text.split()):
        raise ValueError("it holds spaces at an end or several at once; allowed is one between words")
    if any(sign in _SLOT.sub("", text) for sign in '{}«»"'):
        raise ValueError(
            'it holds one of { } « » "; allowed are plain words, and slots such as {channel} in next steps'
        )
    return text


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_plain)]
Name = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_plain)]


class Wording(Model):
    """One text in English and, where there is one, in German."""

    en: Text
    de: Text | None = None

    def spoken(self, speech: Speech) -> str:
        """It in a language, in English where it has none of it."""
        return str(getattr(self, speech.language, None) or self.en)

    def texts(self) -> Iterator[str]:
        """What is there of it."""
        yield self.en
        if self.de is not None:
            yield self.de


class Entry(Model):
    """What may be behind a kind of anomaly, and what to do next.

    `kind`: of anomaly, or ANY; `data`: only for this kind of data; `channel`: only where a channel is to blame whose
    name fits this pattern (`*`, `?`, `[…]`); `causes`: each fits after "A possible cause is "; `next_steps`: sentences,
    which may hold the SLOTS: the finding's id, " of <channel>", when it starts, " around <start>", " around <peak>".
    """

    kind: Name
    data: Name = ""
    channel: Name = ""
    causes: Annotated[tuple[Wording, ...], Field(max_length=MAX_TEXTS)] = ()
    next_steps: Annotated[tuple[Wording, ...], Field(max_length=MAX_TEXTS)] = ()

    @field_validator("causes", "next_steps")
    @classmethod
    def _fits(cls, texts: tuple[Wording, ...], info: ValidationInfo) -> tuple[Wording, ...]:
        """Whether each text has the form that its sentences need."""
        check = _check_cause if info.field_name == "causes" else _check_step
        for number, wording in enumerate(texts, 1):
            for text in wording.texts():
                check(text, number)
        return texts

    def fits_channel(self, channel: str) -> bool:
        """Whether it speaks of a finding that `channel` ("" for none) is to blame for."""
        return not self.channel or fnmatchcase(channel, self.channel)


class CausesFile(Model):
    """What a file of the catalogue holds."""

    entries: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_ENTRIES)]


def _check_cause(text: str, number: int) -> None:
    if _SLOT.search(text):
        raise ValueError(f"cause {number}, {text!r}, holds a slot; allowed are plain words, slots only in next steps")
    if _STOP.search(text):
        allowed = "allowed is what fits after “A possible cause is ”, without a stop"
        raise ValueError(f"cause {number}, {text!r}, holds the end of a sentence; {allowed}")


def _check_step(text: str, number: int) -> None:
    if unknown := [slot for slot in _SLOT.findall(text) if slot not in SLOTS]:
        allowed = ", ".join(f"{{{slot}}}" for slot in SLOTS)
        raise ValueError(f"next step {number}, {text!r}, holds the slot {{{unknown[0]}}}; allowed are {allowed}")
    if not text.endswith(".") or not text[0].isupper() or _STOP.search(text[:-1]):
        allowed = "allowed is one that begins with a capital letter and ends with its only full stop"
        raise ValueError(f"next step {number}, {text!r}, is no sentence; {allowed}")


def check_field(field: str) -> FieldOfWork:
    """The field of work; InputError for one that is not known."""
    known = next((one for one in FIELDS if one == field), None)
    require(known is not None, "field", field, f"one of {', '.join(FIELDS)}")
    return known or GENERAL


@cache
def shipped(field: FieldOfWork) -> tuple[Entry, ...]:
    """The entries that come with Anomalyst for one field of work."""
    place = files("anomalyst").joinpath(f"data/causes/{field}.yaml")
    return _parsed(place.read_bytes(), place.name).entries


def read_causes(path: str | Path, kinds: frozenset[str]) -> tuple[Entry, ...]:
    """The entries of the user's own file; `kinds`: of anomaly, that there are.

    Raises InputError, which names the file, the entry, what was got and what is allowed.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the file of causes {path.name!r} cannot be read ({reason}); name a YAML file.") from error
    entries = _parsed(content, path.name).entries
    for number, entry in enumerate(entries, 1):
        if entry.kind not in kinds | {ANY}:
            allowed = ", ".join([ANY, *sorted(kinds)])
            raise InputError(
                f"{path.name!r}, entry {number}: got kind {entry.kind!r}; allowed are the kinds of anomaly {allowed}."
            )
    return entries


def _parsed(content: bytes, name: str) -> CausesFile:
    """A file's entries; InputError where it is not as it should be."""
    if len(content) > MAX_BYTES:
        raise InputError(f"{name!r} is too large; allowed are {MAX_BYTES // 2**10} KiB of causes.")
    try:
        text = content.decode("utf-8")
        _check_shape(text, name)
        values: Any = yaml.load(text, Loader=_loader())
    except UnicodeDecodeError as error:
        raise InputError(f"{name!r} is no UTF-8 text ({error.reason}); save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError) as error:  # dates and numbers that cannot be are ValueErrors
        raise InputError(f"{name!r} is no YAML: {_one_line(str(error))}; {_HOLDS}.") from error
    try:
        return CausesFile.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{name!r}, {_told(error)}; {_HOLDS}.") from error


def _loader() -> Any:
    """The safe loader, in C where there is one: in a tenth of the time."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _check_shape(text: str, name: str) -> None:
    """InputError for what could grow when it is read, or hide something: aliases, tags, depth, the same key twice."""
    keys: list[set[str] | None] = []  # of each open collection: the keys seen, None for a list
    is_key: list[bool] = []  # of each: whether its next node is a key
    for event in yaml.parse(text, Loader=_loader()):
        place = f"{name!r}, line {event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise InputError(f"{place}: got an alias, an anchor or a tag; allowed are plain maps, lists and texts.")
        if isinstance(event, yaml.CollectionEndEvent):
            keys.pop(), is_key.pop()
        elif isinstance(event, yaml.NodeEvent):
            if is_key and keys[-1] is not None:
                if is_key[-1]:
                    _check_key(event, keys[-1], place)
                is_key[-1] = not is_key[-1]
            if isinstance(event, yaml.CollectionStartEvent):
                keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
                is_key.append(True)
                if len(keys) > MAX_DEPTH:
                    raise InputError(f"{place}: got more than {MAX_DEPTH} levels; {_HOLDS}.")


def _check_key(event: yaml.NodeEvent, seen: set[str], place: str) -> None:
    key = event.value if isinstance(event, yaml.ScalarEvent) else None
    if key is None or key in seen:
        raise InputError(f"{place}: got the key {_short(key)} {'twice' if key else 'that is no text'}; {_HOLDS}.")
    seen.add(key)


def _told(error: ValidationError) -> str:
    """The first thing that is wrong: in which entry, where in it, what was got."""
    first = error.errors()[0]
    place = list(first["loc"])
    where = "the file"
    if place[:1] == ["entries"] and len(place) > 1 and isinstance(place[1], int):
        where = f"entry {place[1] + 1}"
        place = place[2:]
    spot = " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in place)
    reason = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}{f', {spot}' if spot else ''}: got {_short(first['input'])}; {reason}"


def _short(value: object) -> str:
    said = repr(value)
    return said if len(said) <= MAX_NAME else said[: MAX_NAME - 1] + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
