"""JSON to a table: a list of objects, one object a line, or an object of columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name

if TYPE_CHECKING:
    import pandas as pd

MAX_JSON_CHARS = 200_000_000  # objects take many times the room of their text
MOST_COLUMNS = 10_000


def looks_like_json(text: str) -> bool:
    """Whether a text begins as a list or an object of JSON does."""
    start = text[:1000].lstrip()
    return start[:1] == "{" or (start[:1] == "[" and start[1:].lstrip()[:1] in ("{", "[", '"'))


def frame_of_json(text: str, name: str) -> pd.DataFrame:
    """The table that a JSON text holds; InputError if it holds none."""
    import pandas as pd  # loading it takes long: not before there is a table

    if len(text) > MAX_JSON_CHARS:
        raise InputError(f"{name}: got {len(text):,} characters of JSON; at most {MAX_JSON_CHARS:,} are read: use CSV.")
    held = _held(text, name)
    if isinstance(held, dict):
        held = _table_in(held)
    if isinstance(held, list) and held and all(isinstance(row, dict) for row in held):
        frame = pd.DataFrame.from_records(held)
    elif isinstance(held, dict) and held and all(isinstance(cells, list) for cells in held.values()):
        if len({len(cells) for cells in held.values()}) > 1:
            raise InputError(f"{name}: the JSON's columns differ in length; give each as many values.")
        frame = pd.DataFrame(held)
    else:
        raise InputError(
            f'{name}: the JSON is no table; give a list of objects, such as [{{"time": "2024-05-01", "a": 1}}], or one '
            "object a line."
        )
    if frame.shape[1] > MOST_COLUMNS:
        raise InputError(f"{name}: got {frame.shape[1]:,} columns of JSON; at most {MOST_COLUMNS:,} are read.")
    return frame


def _held(text: str, name: str) -> Any:
    """The value of a JSON text; one value a line as a list."""
    try:
        try:
            return json.loads(text)
        except ValueError:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} cannot be read as JSON ({display_name(error, 100)}); write it again.") from None


def _table_in(held: dict[str, Any]) -> Any:
    """The one list of objects that an object holds beside words about it, else the object; one row is a list of it."""
    lists = [value for value in held.values() if isinstance(value, list) and value]
    rows = [value for value in lists if all(isinstance(row, dict) for row in value)]
    return rows[0] if len(rows) == 1 == len(lists) else held
