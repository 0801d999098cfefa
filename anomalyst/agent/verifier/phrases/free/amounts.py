"""What role a number has by the words beside it, and whether it is the fact of that role.

A role is a line of the table: the words that give it, and the facts that it is then held against.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.phrases.amounts import PART, TIMES, Amount
from anomalyst.agent.verifier.phrases.checks.times import span_of
from anomalyst.agent.verifier.phrases.free.about import About
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.rates import rate_told
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Fact

Facts = list[Fact]
_FAR = 1.5  # times, by which a bound may miss what it bounds: "more than four" of five, not of fifty


@dataclass(frozen=True)
class Said:
    """A number of a fragment, with whom the fragment is about."""

    fragment: Fragment
    at: int
    about: About

    @property
    def amount(self) -> Amount:
        """The number."""
        return self.fragment.amounts[self.at]

    def after(self, *concepts: str) -> bool:
        """Whether the next word that says anything stands for one of these concepts."""
        return self.fragment.next_to(self.fragment.right(self.at), *concepts)

    def before(self, *concepts: str) -> bool:
        """The same of the word before."""
        return self.fragment.next_to(self.fragment.left(self.at), *concepts)

    def near(self, *concepts: str) -> bool:
        """Whether a word between this number and the ones beside it stands for one of these concepts."""
        beside = [*self.fragment.left(self.at), *self.fragment.right(self.at)]
        return any(token.is_(*concepts) for token in beside)

    @property
    def is_of_sample(self) -> bool:
        """ "Sixty days of readings"."""
        right = self.fragment.right(self.at)
        return bool(right) and right[0].is_("of") and self.after("series", "any sample", "values")

    @property
    def is_time(self) -> bool:
        """Whether it is a length of time."""
        return seconds(self.amount.unit) is not None

    @property
    def is_count(self) -> bool:
        """Whether it has no unit."""
        return not self.amount.unit


def matches(said: Said, facts: Facts, absolute: bool = False) -> Facts | None:
    """The facts that a number states, all of them; None where it does not."""
    amount = said.amount
    if not facts or amount.value is None:
        return None
    for fact in facts:
        value = value_of(fact)
        if (
            value is None
            or not amount.states(abs(value) if absolute else value, fact.unit)
            or (amount.bounded and _is_far(amount, value, fact))
        ):
            return None
    return facts


def _is_far(amount: Amount, value: float, fact: Fact) -> bool:
    """Whether a bound says far too little of the value."""
    low = replace(amount, near=">=" if amount.near.startswith("<") else "<=")
    factor = 2 * _FAR if amount.near.startswith("<") else 1 / _FAR
    return not low.states(abs(value) * factor, fact.unit)


def is_expected(said: Said) -> bool:
    """Whether a number is told as what was expected: by a word of expectation beside it, by "instead of", "from"."""
    fragment, at = said.fragment, said.at
    left, right = fragment.left(at), fragment.right(at)
    if fragment.next_to(left, "expected", "instead", "against", "range"):
        return True
    if left and left[0].is_("to", "and") and len(left) < at and fragment.tokens[at - 2].letter == "n":
        moves = any(t.is_("up", "down", "high", "low") for t in fragment.tokens)
        return (fragment.has("range", "between") or not moves) and is_expected(Said(fragment, at - 2, said.about))
    if _leads_expected(fragment, at):
        return True
    words = [t for t in left if not t.is_("neutral", "near")]
    if words and words[0].is_("from") and fragment.has("up", "down"):
        return True
    joint = fragment.joint
    if joint is not None and joint.is_("instead", "against") and not words:
        return True
    return fragment.next_to(right, "expected") and said.amount.unit not in (TIMES, PART) and not said.before("by")


def _leads_expected(fragment: Fragment, at: int) -> bool:
    """ "The expected latency in R1 was 3.1 ms": nothing between moves away from it."""
    for token in reversed(fragment.tokens[:at]):
        if token.is_("expected"):
            return True
        if token.letter in ("d", "n") or token.is_("up", "down", "high", "low", "to", "instead", "against"):
            return False
    return False


def value(said: Said) -> Facts | None:
    if said.amount.unit in (TIMES, PART) or said.is_time and not _measures_time(said):
        return None
    expected = is_expected(said)
    if not expected and said.before("from"):
        return None
    if said.after("high", "low", "off") or said.before("by", "share", "area"):
        return None
    if said.fragment.has("picture", "any sample") and not (
        said.fragment.has("finding", "kind", "r", "flagged") or said.about.told.named
    ):
        return None  # of the whole picture, where it was measured within a finding
    facts = said.about.of_channels("expected" if expected else "observed")
    return matches(said, facts) or (_band(said) if expected else None)


def _band(said: Said) -> Facts | None:
    """ "Between 4.7 and 5.9 %": the ends of what is expected."""
    facts = said.about.of_channels("expected")
    ends = [(f, end) for f in facts for end in (f.low, f.high) if end is not None and f.low != f.high]
    second = bool(said.fragment.left(said.at)) and said.fragment.left(said.at)[0].is_("to", "and")
    fits = [f for f, end in ends if said.amount.states(end, f.unit) and (end == f.high) == second]
    return fits[:1] if said.near("between", "range", "to") and fits and len(facts) == 1 else None


def _measures_time(said: Said) -> bool:
    return any(seconds(f.unit) for f in said.about.of_channels("observed"))


def difference(said: Said) -> Facts | None:
    fragment = said.fragment
    points = said.amount.unit == "percentage points" or said.amount.quantity.unit in ("points", "point")
    moved = fragment.next_to(fragment.left(said.at), "up", "down", "by", "gap")
    apart = said.after("high", "low", "off", "up", "down")
    if is_expected(said) or not (points or moved or apart):
        return None
    if not apart and fragment.next_to(fragment.left(said.at), "to", "at", "expected"):
        return None
    return matches(said, said.about.of_channels("difference"), absolute=True)


def ratio(said: Said) -> Facts | None:
    """ "Three times the usual", "a quarter of what was expected", "half again as high as expected"."""
    if said.amount.unit not in (TIMES, PART) or not (said.near("expected", "as high") or said.before("expected")):
        return None
    pairs = list(zip(said.about.of_channels("observed"), said.about.of_channels("expected"), strict=False))
    for one, other in pairs:
        seen, normal = value_of(one), value_of(other)
        if seen is None or not normal or normal < 0 or seen < 0:
            return None
        amount = replace(said.amount, quantity=replace(said.amount.quantity, unit=""), borrowed="")
        share = replace(said.amount) if said.amount.unit == PART else amount
        if not (share.states(100 * seen / normal, "%") if said.amount.unit == PART else amount.is_(seen / normal)):
            return None
        if amount.bounded and not 1 / _FAR < seen / normal / (said.amount.value or 1) < _FAR:
            return None
    return [f for pair in pairs for f in pair] or None


def relative(said: Said) -> Facts | None:
    """ "58 % more than expected", of what is not measured in %."""
    gaps, normal = said.about.of_channels("difference"), said.about.of_channels("expected")
    if (
        said.amount.unit not in ("%", PART)
        or not (said.after("high", "low") or said.fragment.has("up", "down"))
        or any(f.unit == "%" for f in normal)
    ):
        return None
    for gap, other in zip(gaps, normal, strict=False):
        if not value_of(other) or not said.amount.states(abs(100 * float(gap.value) / float(other.value)), "%"):
            return None
    return [*gaps, *normal] or None


def share(said: Said) -> Facts | None:
    if said.amount.unit not in ("%", PART) or not said.near("share"):
        return None
    return matches(said, said.about.of_channels("channel_share"))


def area(said: Said) -> Facts | None:
    """ "Covers 6 % of the picture", of several findings together as well."""
    if (
        said.amount.unit not in ("%", PART)
        or not (said.near("area") or said.after("picture", "any sample"))
        or said.near("share")
    ):
        return None
    facts = said.about.facts("area")
    if said.fragment.has("together") or said.about.whole and len(facts) > 1:
        total = sum(float(f.value) for f in facts)
        return (
            facts
            if facts
            and said.amount.states(total, "%")
            and not (said.amount.bounded and _is_far(said.amount, total, facts[0]))
            else None
        )
    return matches(said, facts)


def duration(said: Said) -> Facts | None:
    if (
        not said.is_time
        or said.after("after", "before", "later", "behind")
        or said.is_of_sample
        or said.before("first", "every")
    ):
        return None
    if said.before("final") and not _at_end(said.about):
        return None
    if said.fragment.has("lag", "false alarm") or any(t.is_("every") for t in said.fragment.right(said.at)[:1]):
        return None
    return matches(said, said.about.facts("duration"))


def _at_end(about: About) -> bool:
    """ "The last 2.7 hours of the recording"."""
    whole = span_of(about.evidence)
    return whole is not None and all(str(f.value)[:16] == whole[1].isoformat(" ")[:16] for f in about.facts("end"))


def lag(said: Said) -> Facts | None:
    """ "Trailed it by five minutes"."""
    if not said.is_time or not (said.near("lag") or said.after("later", "behind")):
        return None
    return matches(said, said.about.of_channels("lag"))


def whole_length(said: Said) -> Facts | None:
    """ "Sixty days of readings"."""
    whole, unit = span_of(said.about.evidence), seconds(said.amount.unit)
    if whole is None or not unit or not said.is_of_sample:
        return None
    length = (whole[1] - whole[0]).total_seconds() / unit
    slack = replace(said.amount, near=said.amount.near or "about")
    return [whole[2]] if slack.is_(length) or said.amount.is_(round(length)) else None


def score(said: Said) -> Facts | None:
    """ "A bit more than twice the normal limit"."""
    return (
        matches(said, said.about.facts("peak_ratio"))
        if said.amount.unit == TIMES and said.fragment.has("limit")
        else None
    )


def p_facts(fragment: Fragment, about: About) -> Facts:
    """The p-values that are spoken of: of the whole or a finding, before or after healing; of no channel."""
    if fragment.names:
        return []
    if about.told.healed or fragment.has("heal", "test"):
        if fragment.has("random"):
            return about.sample("random_healed_p")
        return about.sample("healed_p") if about.whole or not about.told.named else about.facts("healed_region_p")
    return about.facts("peak_p") if about.told.named or fragment.regions else about.sample("sample_p")


def p_value(said: Said) -> Facts | None:
    """A p-value, as a number."""
    level = said.before("alarm level") or said.after("alarm level")
    if said.amount.unit not in ("", "%") or not said.fragment.has("p") or level:
        return None
    return matches(said, p_facts(said.fragment, said.about))


def level(said: Said) -> Facts | None:
    """The alarm level, as a number or in %."""
    if said.amount.unit not in ("", "%") or not (said.before("alarm level") or said.after("alarm level")):
        return None
    value = (said.amount.value or 0) / (100 if said.amount.unit == "%" else 1)
    return said.about.sample("alpha") if abs(value - said.about.evidence.alpha) < 1e-9 else None


def false_alarms(said: Said) -> Facts | None:
    return rate_told(said.fragment, said.about.evidence) if said.fragment.has("false alarm") else None


def missing(said: Said) -> Facts | None:
    if said.amount.unit not in ("%", PART) or not said.fragment.has("missing data", "values"):
        return None
    return matches(said, said.about.sample("missing_share")) if said.fragment.has("missing data") else None


def box(said: Said) -> Facts | None:
    """ "Forty pixels from top to bottom"."""
    facts = said.about.facts("box")
    found = re.fullmatch(r"x (\d+)–(\d+), y (\d+)–(\d+)", str(facts[0].value)) if len(facts) == 1 else None
    if said.amount.unit not in ("pixels", "px", "pixel") or found is None:
        return None
    x1, x2, y1, y2 = (int(n) for n in found.groups())
    size = y2 - y1 if said.near("tall") else x2 - x1 if said.near("wide") else None
    return facts if size is not None and said.amount.is_(size) else None
