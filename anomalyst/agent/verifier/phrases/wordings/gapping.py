"""What a second clause leaves out because the first has said it: "the latency finding lasted 70 s, the disk one 80".

The words of the first are put in again around the amount of the second, so that it is read, and judged, as any other.
"""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import NEAR
from anomalyst.agent.verifier.phrases.marked import Located, put

_WHOM = r"(?:«[rc]\d+»|other)"
_AMOUNT = rf"(?:(?:only|just|exactly|about|{NEAR}) )*«n\d+»"
_GAPPED = re.compile(
    rf"(?P<first>{_WHOM}) (?P<left>(?:[^«,;.:]|«[rc]\d+»)*?)(?P<amount>{_AMOUNT})(?P<right>(?:[^«,;.:]|«[rc]\d+»)*?)"
    rf"(?P<joint>,? (?:and|but|while|whereas)|[,;]) (?P<second>{_WHOM})(?: finding)?(?: (?:for|to|by|of))? "
    rf"(?P<other>{_AMOUNT})(?= ?[.,;)]| and |$)"
)
_MOST_CLAUSES = 4  # of one amount each
_MARK = re.compile(r"«n\d+»")


def fill_gaps(made: Located) -> None:
    """Say again what a clause of a subject and an amount leaves out."""
    for _ in range(_MOST_CLAUSES):
        found = _GAPPED.search(made.text)
        if found is None or found["first"] == found["second"] or not (found["left"] + found["right"]).strip():
            return
        whole = f"{found['first']} {found['left']}{found['amount']}{found['right']}"
        again = f"{found['second']} {found['left']}{_with_unit(made, found)}{found['right']}".rstrip()
        put(made, found, f"{whole}{found['joint']} {again}")


_ONE_OF = re.compile(r"(«n\d+») of (?=«n\d+» )")


def name_stains(made: Located) -> None:
    """ "In the test with stains, one of 10 points was seen, one of 5 was not": "one" is a stain."""
    while "stains" in made.text:
        found = next((m for m in _ONE_OF.finditer(made.text) if made.meaning(m[1]).text == "one"), None)
        if found is None:
            return
        put(made, found, "stain of ")


def _with_unit(made: Located, found: re.Match[str]) -> str:
    """The second amount, in the unit of the first where it has none of its own."""
    one, other = (_MARK.search(found[part]) for part in ("amount", "other"))
    if one is None or other is None:
        return found["other"]
    first, second = made.meaning(one.group()), made.meaning(other.group())
    if second.unit or not first.unit:
        return found["other"]
    made.meanings["n"].append(replace(second, unit=first.unit))
    return found["other"].replace(other.group(), f"«n{len(made.meanings['n']) - 1}»")
