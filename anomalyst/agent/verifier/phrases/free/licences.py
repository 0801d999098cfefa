"""What each concept states, one line a statement: the word is licensed by the facts that a check returns.

None: the facts do not say so. An empty list: it states nothing by itself.
"""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.amounts import Said
from anomalyst.agent.verifier.phrases.free.findings import (
    both,
    each,
    faults,
    final,
    finding,
    first,
    group,
    is_about,
    is_clean,
    is_defective,
    is_finding,
    kind,
    nothing_else,
    once,
    one,
    only,
    rank,
    second,
    seen,
    single,
)
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.moments import day_told, time_told
from anomalyst.agent.verifier.phrases.free.outcomes import (
    agree,
    alarm,
    confidence,
    false_alarm,
    heals,
    is_confident,
    of_test,
    p_told,
    test,
    text_fact,
    unfit,
)
from anomalyst.agent.verifier.phrases.free.places import (
    extent,
    long,
    place,
    sample,
    series_place,
    shaped,
    until_end,
    wide,
)
from anomalyst.agent.verifier.phrases.free.roles import amount_role
from anomalyst.agent.verifier.phrases.free.shares import carries, equal_shares, lag, most, together
from anomalyst.agent.verifier.phrases.free.sides import (
    as_high,
    as_low,
    expected,
    gap,
    inside,
    left_behind,
    marked,
    named,
    none_expected,
    outside,
    quantity,
    slight,
    tone,
    way,
)
from anomalyst.agent.verifier.phrases.free.small import (
    before,
    by,
    in_time,
    long_lasting,
    moment,
    near,
    next_token,
    side,
    than,
)

LICENCES: dict[str, Check] = {
    "long": long_lasting,
    "than": than,
    "up": way(1, True),
    "down": way(-1, True),
    "high": way(1, False),
    "low": way(-1, False),
    "bright": tone(1),
    "dark": tone(-1),
    "kind": kind,
    "flagged": is_finding,
    "clean": is_clean,
    "defective": is_defective,
    "place": place,
    "early": series_place("early"),
    "late": series_place("late"),
    "middle": series_place("middle"),
    "longest": rank("longest"),
    "shortest": rank("shortest"),
    "strongest": rank("strongest"),
    "weakest": rank("weakest"),
    "first": first,
    "final": final,
    "largest": rank("largest"),
    "smallest": rank("smallest"),
    "lag": lag,
    "runner up": second,
    "simultaneous": together,
    "alarm": alarm,
    "most": most(1),
    "least": most(-1),
    "equal": equal_shares,
    "share": carries,
    "slight": slight,
    "marked": marked,
    "confidence": is_confident,
    "very high": confidence("very high"),
    "high level": confidence("high"),
    "moderate": confidence("moderate"),
    "low level": confidence("low", "very low"),
    "agree": agree,
    "pass": test(True),
    "fail": test(False),
    "heal": heals,
    "random": of_test,
    "test": heals,
    "until end": until_end(False),
    "from start": until_end(True),
    "single": single,
    "once": once,
    "quantity": quantity,
    "near": near,
    "one": one,
    "nothing else": nothing_else,
    "only": only,
    "all": group,
    "each": each,
    "both": both,
    "neither": both,
    "faults": faults,
    "planted": faults,
    "seen": seen,
    "unseen": seen,
    "expected": expected,
    "range": expected,
    "outside": outside,
    "left behind": left_behind,
    "none expected": none_expected,
    "day long": long(1),
    "week long": long(7),
    "fortnight long": long(14),
    "month long": long(30.4),
    "full width": wide,
    "full height": wide,
    "wide": extent,
    "tall": extent,
    "upright": shaped(True),
    "lying": shaped(False),
    "unfit": unfit,
    "until": before("d", "w", "begin", "end"),
    "by": by,
    "before": side,
    "after": side,
    "begin": in_time,
    "end": in_time,
    "gap": gap,
    "as low": as_low,
    "as high": as_high,
    "false alarm": false_alarm,
    "p": p_told,
    "inside": inside,
    "moment": moment,
    "c": named,
    "t": text_fact,
    "r": is_about,
    "finding": finding,
    "findings": finding,
    "off": marked,
    "n": lambda fragment, at, about: amount_role(Said(fragment, at, about)),
    "d": time_told,
    "w": day_told,
} | dict.fromkeys(("picture", "series", "any sample"), sample)


_OUTCOMES = {"pass": "pass", "fail": "fail", "flagged": "fail", "clean": "pass"}  # what healing leaves


_OF_ALARMS = {
    "last": "fail",
    "end": "pass",
    "still": "fail",
    "missing data": "pass",
    "down": "pass",
}  # an alarm that lasts after healing, or is over


LEVELS = frozenset({"very high", "high level", "moderate", "low level"})


# Words that give others their role, or bind them, and state nothing.
SILENT = frozenset(
    {
        "neutral",
        "still",
        "from",
        "to",
        "at",
        "of",
        "between",
        "instead",
        "against",
        "peak",
        "and",
        "joint",
        "rules",
        "channels",
        "normals",
        "values",
        "words",
        "text",
        "agent",
        "every",
        "area",
        "later",
        "behind",
        "itself",
        "together",
        "whole",
        "limit",
        "alarm level",
        "last",
        "fitting",
        "other",
        "use",
        "stain",
    }
)


def _is_outcome(fragment: Fragment, at: int) -> bool:
    """Whether a word stands where what healing gave is told: not before what is healed."""
    if not fragment.has("heal"):
        return True
    following = next_token(fragment, at, "joint")
    healed = next(n for n, token in enumerate(fragment.tokens) if token.is_("heal"))
    return at > healed and not (following is not None and following.is_("finding", "findings", "kind", "r", "c"))


def licence(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The facts that license a token: those of the first of its concepts of which all parts hold."""
    says = fragment.tokens[at].says
    if fragment.has("confidence") and says & LEVELS:
        says = says & LEVELS
    if about.told.healed and _is_outcome(fragment, at):
        outcomes = {_OUTCOMES[one] for one in says if one in _OUTCOMES}
        says = frozenset(outcomes) or says
    if about.told.tested and fragment.has("alarm"):
        says = frozenset(_OF_ALARMS.get(one, one) for one in says)
    for concept in sorted(says, key=lambda one: one in SILENT):
        found: Facts | None = []
        for part in concept.split("+"):
            facts = _part(part, fragment, at, about)
            found = None if found is None or facts is None else [*found, *facts]
        if found is not None:
            return found
    return None


def _part(part: str, fragment: Fragment, at: int, about: About) -> Facts | None:
    if part in SILENT:
        return []
    return LICENCES.get(part, kind)(fragment, at, about)
