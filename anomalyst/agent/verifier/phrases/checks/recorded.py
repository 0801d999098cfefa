"""What is said of what was recorded: how many rows and channels, and how much of it is missing."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.amounts import ABOUT
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, states

_SIZES = re.compile(r"[\d,]+")


def size(said: Matched) -> Judged:
    """ "1,560 rows of 7 channels"."""
    facts = said.evidence.about("sample", "sample_size")
    text = str(facts[0].value) if facts else ""
    if "row" not in text:
        return UNKNOWN
    sizes = [float(n.replace(",", "")) for n in _SIZES.findall(text)]
    rows, columns = said.amount("rows"), said.amount("columns")
    if rows is not None and rows.unit != "rows":
        return UNKNOWN
    if rows is None and columns is None:
        return UNKNOWN
    held = (rows is None or rows.is_(sizes[0])) and (columns is None or (len(sizes) > 1 and columns.is_(sizes[1])))
    return Judged(held, (facts[0],), () if held else tuple(said.amounts))


def none_missing(said: Matched) -> Judged:
    """ "no values are missing"."""
    facts = said.evidence.about("sample", "missing_share")
    return Judged(facts[0].value == 0, (facts[0],)) if facts else UNKNOWN


def missing_rate(said: Matched) -> Judged:
    """ "one value in twelve is missing"."""
    some, total = said.amounts[:2]
    facts = said.evidence.about("sample", "missing_share")
    if not facts or not some.value or not total.value or some.unit or total.unit:
        return UNKNOWN
    share = 100 * some.value / total.value
    return Judged(abs(share - float(facts[0].value)) <= ABOUT * share, (facts[0],))


def missing_share(said: Matched) -> Judged:
    """ "8 % of the values are missing", "the missing share is nil"."""
    facts = said.evidence.about("sample", "missing_share")
    if said.group("zero"):
        return Judged(facts[0].value == 0, (facts[0],)) if facts else UNKNOWN
    return states(said, said.amounts[-1], facts)


CHECKS = {
    "size": size, "missing": missing_share, "none-missing": none_missing, "missing-rate": missing_rate,
}  # fmt: skip
