"""Clocks of stamps: offsets and zone names, kept beside the file's own clock where there is one for all rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Names of zones that stand for one offset nearly everywhere; names with several meanings (CST, IST, BST) are left out.
_NAMED = {"UTC": "+00:00", "GMT": "+00:00", "UT": "+00:00", "CET": "+01:00", "CEST": "+02:00", "MEZ": "+01:00"}
_NAMED |= {"MESZ": "+02:00", "WET": "+00:00", "WEST": "+01:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00"}
_NAMED |= {"EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00"}
_NAMED |= {"PDT": "-07:00", "JST": "+09:00", "KST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00"}
_OFFSET = re.compile(r":\d\d(?:[.,]\d+)? ?(Z|[+-]\d\d(?::?\d\d)?)[^\S\n]*$", re.MULTILINE)  # 12:00:00+01:00
_NAME = re.compile(r"\d ?([A-Z]{2,4})[^\S\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Clock:
    """`offset`: of the stamps from UTC where it is the same for all, else None; `offsets`: all that were found."""

    offset: str | None
    offsets: tuple[str, ...] = ()


def with_offsets(joined: str, first: str) -> str:
    """Stamps (one a line) with names of zones, such as CET, written as offsets, if the first one has such a name."""
    name = _NAME.search(first)
    if name is None or name[1] not in _NAMED:
        return joined
    return _NAME.sub(lambda found: found.group().replace(found[1], _NAMED.get(found[1], found[1])), joined)


def clock_of(joined: str, rows: int) -> Clock:
    """The clock of stamps, one a line."""
    may_have = "+" in joined or "Z" in joined or joined.count("-") not in (0, 2 * rows)
    found = _OFFSET.findall(joined) if may_have else []
    if not found:
        return Clock(None)
    kinds = tuple(dict.fromkeys("+00:00" if text == "Z" else _full(text) for text in found))
    return Clock(kinds[0] if len(kinds) == 1 and len(found) == rows else None, kinds)


def _full(text: str) -> str:
    digits = text[1:].replace(":", "").ljust(4, "0")
    return "+00:00" if digits == "0000" else f"{text[0]}{digits[:2]}:{digits[2:]}"


def zone_name(offset: str) -> str:
    """An offset as it is shown: UTC for none."""
    return "UTC" if offset == "+00:00" else offset


def local(stamps: NDArray[np.generic], offset: str) -> NDArray[np.generic]:
    """Stamps in UTC by the clock of an offset."""
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    shift = (1 if offset[0] == "+" else -1) * (60 * hours + minutes)
    return np.asarray(stamps.astype("datetime64[ns]") + np.timedelta64(shift, "m"))


def own_offset(aware: pd.Series[pd.Timestamp]) -> tuple[str, ...]:
    """The offsets that stamps with a zone have, in their order."""
    naive = aware.dt.tz_localize(None)
    shifts = (naive - aware.dt.tz_convert("UTC").dt.tz_localize(None)).dt.total_seconds() / 60
    return tuple(
        f"{'-' if m < 0 else '+'}{abs(int(m)) // 60:02d}:{abs(int(m)) % 60:02d}" for m in dict.fromkeys(shifts.tolist())
    )
