"""What healing gave, p-values, confidence, agreement, false alarms, and words that do not fit."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.amounts import p_facts
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.rates import rate_told
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key


def confidence(*levels: str) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = [] if fragment.regions or fragment.names else about.sample("confidence")
        return facts if facts and fragment.has("confidence") and all(f.value in levels for f in facts) else None

    return check


def is_confident(fragment: Fragment, at: int, about: About) -> Facts | None:
    """How confident is told beside it: "the detector is certain" claims more than any level."""
    return [] if fragment.has("very high", "high level", "moderate", "low level") else None


def agree(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The rules agree: all of them, unless a number says how many do."""
    facts = about.facts("rule_agreement")
    counts = [re.fullmatch(r"(\d+) of (\d+)", str(f.value)) for f in facts]
    every = all(m is not None and m[1] == m[2] for m in counts)
    return facts if facts and fragment.has("rules", "all", "single") and every else None


def test(passed: bool) -> Check:
    """What the healing test gave, of whom the words are about."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if not (about.told.tested or about.told.healed):
            return None
        facts = tested(fragment, about)
        return facts if facts and all(_passed(f, about) == passed for f in facts) else None

    return check


def tested(fragment: Fragment, about: About) -> Facts:
    """The outcomes of the healing test that a part of a sentence may be about; all where it does not tell which."""
    if fragment.has("random") or about.told.healed == "random":
        return about.sample("random_healed_p")
    if about.whole and fragment.regions:
        return [*about.sample("do_test"), *about.facts("do_test")]
    if (
        about.whole
        or fragment.has("alarm")
        or (about.told.healed == "all" and not fragment.regions and not fragment.has("each"))
    ):
        return about.sample("do_test")
    own = about.facts("do_test")
    if about.told.named or fragment.regions or fragment.names or fragment.has("finding", "findings", "itself"):
        return own
    return [*own, *about.sample("do_test")]


def _passed(fact: Fact, about: About) -> bool:
    if fact.kind == "random_healed_p":
        return float(fact.value) >= about.evidence.alpha
    return fact.value == "passed"


def heals(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Healing states nothing by itself: there must have been a test."""
    return [] if about.evidence.about("sample", "do_test") else None


def text_fact(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A quoted word is the one that does not fit, or the one that would, as the words beside it say."""
    said = fragment.tokens[at].meaning
    fitting = fragment.has("fitting")
    facts = about.facts("fitting_words" if fitting else "words")
    return facts if facts and all(key(str(f.value)) == key(str(said)) for f in facts) else None


def unfit(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.sample("information")
    return facts if facts and all(float(f.value) < 0 for f in facts) else None


def false_alarm(fragment: Fragment, at: int, about: About) -> Facts | None:
    return rate_told(fragment, about.evidence) or _from_amounts(fragment, about)


def _from_amounts(fragment: Fragment, about: About) -> Facts | None:
    """ "2.8 false alarms per day", as one amount."""
    facts = about.sample("false_alarms")
    told = [a for a in fragment.amounts.values() if any(a.states(float(f.value), f.unit) for f in facts)]
    return facts if told else None


def p_told(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A p-value is told as a number, or as on one side of the alarm level."""
    if not fragment.has("alarm level"):
        return [] if fragment.amounts else None
    facts = p_facts(fragment, about)
    below, above = fragment.has("low"), fragment.has("high")
    if not facts or below == above:
        return None
    return facts if all((float(f.value) < about.evidence.alpha) == below for f in facts) else None


def alarm(fragment: Fragment, at: int, about: About) -> Facts | None:
    return about.sample("verdict") if about.evidence.verdict == "anomalous" else None


def of_test(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if about.told.healed or fragment.has("heal") else None
