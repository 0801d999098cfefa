"""Which kinds of data there are, and which one a source is of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from anomalyst import plugins
from anomalyst.errors import InputError, Setting
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import MAX_TABLE_BYTES, check_size, file_kind, refuse_kind, shown


def modalities() -> dict[str, Modality]:
    """Every kind of data by name, the built-in ones first; what a plugin calls one and is none is left out."""
    found = {}
    for name, kind in plugins.loaded(plugins.MODALITIES).items():
        if isinstance(kind, Modality) and kind.name == name:
            found[name] = kind
        else:
            plugins.warn(f"the plugin {kind!r} is left out: it is no kind of data with the name {name!r}.")
    return found


def modality(name: Any) -> Modality:
    """The kind of data of this name; InputError if there is none."""
    known = modalities()
    if name not in known:
        raise InputError(f"got modality {name!r}; it is one of {', '.join(map(repr, known))}.")
    return known[name]


class _NameOfAKind:
    """How pydantic reads the name of a kind of data in a call: it must be one, and a schema lists them."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_name_of_a_kind, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"enum": list(plugins.places(plugins.MODALITIES))} | handler(core_schema.str_schema())


KindName = Annotated[str, _NameOfAKind]


def _name_of_a_kind(name: str) -> str:
    if name not in (known := modalities()):
        raise ValueError(f"Input should be {' or '.join(map(repr, known))}")
    return name


def surest(source: Any) -> list[Modality]:
    """The kinds that are surest that a source is theirs (`Modality.knows`): several where it may be either, none where
    no kind knows it."""
    sure = {kind: _sureness(name, kind, source) for name, kind in modalities().items()}
    most = max(sure.values(), default=0.0)
    return [kind for kind, sureness in sure.items() if sureness == most > 0]


def _sureness(name: str, kind: Modality, source: Any) -> float:
    """How sure a kind is; one of a stranger's that cannot answer is named in a warning and passed over."""
    if name in dict(plugins.BUILT_IN[plugins.MODALITIES]):
        return kind.knows(source)
    try:
        return kind.knows(source)
    except Exception as error:  # whatever a stranger's code raises must not keep ours from reading
        plugins.warn(f"the kind of data {name!r} of a plugin cannot tell whether an input is its own: {error}")
        return 0.0


def either(kinds: Iterable[Modality]) -> str:
    """Kinds in words: "an image or a series"."""
    return " or ".join(_a(kind.nouns.one) for kind in kinds)


def unclear(path: Path, kinds: Iterable[Modality], *settings: Setting) -> InputError:
    """The error for a file that may be of several kinds; `settings`: what sets which it is."""
    what = "an NPY array" if file_kind(path) == "npy" else shown(path)
    return InputError(f"{what} may be {either(kinds)}; say which it is.", *settings)


def refused(path: Path, kind: Modality | None = None) -> InputError:
    """The error for a file that is not of this kind, or of none that there is."""
    if kind is not None and surest(path):
        return refuse_kind(path, _wanted(kind))
    known = [one for one in modalities().values() if one.ways.files]
    named = next((one for one in known if path.suffix.lower() in one.ways.suffixes), None)
    if named is None:
        return refuse_kind(path, " or ".join(map(_wanted, known)))
    check_size(path, MAX_TABLE_BYTES, "cut it into parts")
    others = either(one for one in known if one is not named)
    return refuse_kind(path, f"a real {named.ways.files} file, or rename it if it is {others}")


def _wanted(kind: Modality) -> str:
    return _a(kind.nouns.one) + (f" ({kind.ways.files})" if kind.ways.files else "")


def _a(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
