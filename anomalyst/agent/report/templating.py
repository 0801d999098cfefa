"""Jinja environments: a missing variable is an error, whatever is filled in is escaped, and words are a language's."""

from __future__ import annotations

from functools import cache, partial

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from anomalyst.agent.report.facts import (
    show_equals,
    show_label,
    show_number,
    show_p,
    show_qualifier,
    show_region_p,
    show_value,
    show_whole_p,
)
from anomalyst.evidence.speech.catalogue import ENGLISH
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.wording import capital


@cache
def environment(*packages: str, language: str = ENGLISH) -> Environment:
    """The environment of the templates that lie in `templates/` of these packages, the first one's taken first. In it
    `say` gives a message of the language, and the filters show facts and numbers as the language does."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speech = Speech(language)
    made.globals |= {"language": language, "say": partial(_said, speech)}
    made.filters |= {
        "value": partial(show_value, speech=speech),
        "number": partial(show_number, speech=speech),
        "label": partial(show_label, speech=speech),
        "qualifier": partial(show_qualifier, speech=speech),
        "p": partial(show_p, speech=speech),
        "whole_p": partial(show_whole_p, speech=speech),
        "region_p": partial(show_region_p, speech=speech),
        "equals": show_equals,
        "local": lambda number: speech.local(str(number)),
        "term": lambda word, group: speech.term(group, word),
        "capital": capital,
    }
    return made


def _said(speech: Speech, message: str, **slots: object) -> Markup:
    """A message, which holds no markup, with slots that are escaped unless they are markup."""
    return Markup(speech.text(message, {k: v if isinstance(v, int) else str(escape(v)) for k, v in slots.items()}))
