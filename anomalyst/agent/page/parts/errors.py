"""What errors ask for, by the names it has on the page and in the API."""

from __future__ import annotations

from collections.abc import Mapping

from anomalyst.errors import AnomalystError, Setting, named, worded

API = "api:"  # what the names begin with that programs' things are kept under
BESIDE: Mapping[Setting, str] = {
    "normal": "“Normal examples”",
    "detector": "“Detector”",
    "fitted": "“Detector”",
    "llm": "“Language model”",
}
"""The fields in the settings beside the chat."""
ELSEWHERE: Mapping[Setting, str] = {
    "modality": "“Kind of input” under “Detectors”; in the chat, send a PNG or a CSV file instead",
    "text encoder": "only the command line takes one: `anomalyst fit`, whose folder is then a “Detector”",
    "text": "write it as the message, and tick “My message is the image's text” beside the chat",
}
ARGUMENTS: Mapping[Setting, str] = {
    "normal": "`normals`",
    "detector": "`detector`",
    "fitted": "`detector`, with the id that `fit` gave",
    "modality": "`modality` of `fit`; for `explain`, a PNG or a CSV file",
    "text": "`text`",
    "text encoder": "`detector`, the folder of one that was fitted with it on the command line",
    "several": "`score`",
    "llm": "`llm`",
    "run": "`run_id`",
}
"""The arguments of the API's calls, and the calls themselves."""


def on_page(error: AnomalystError) -> str:
    """The error's line, with where on the page what it asks for is set."""
    fields = " or ".join(dict.fromkeys(BESIDE[one] for one in error.settings if one in BESIDE))
    places = [f"{fields} in the settings beside the chat"] if fields else []
    return worded(error, "; ".join([*places, *(ELSEWHERE[one] for one in error.settings if one in ELSEWHERE)]))


def in_api(error: AnomalystError) -> str:
    """The error's line, with the arguments that set what it asks for."""
    return named(error, ARGUMENTS)


def for_owner(error: AnomalystError, owner: str) -> str:
    """The error's line for whoever the work was done for: a program or a person."""
    return in_api(error) if owner.startswith(API) else on_page(error)
