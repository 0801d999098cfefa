"""What a finding is and where: its kind, its place, who agrees on it, whether its healing passed."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched
from anomalyst.agent.verifier.readings import kinds_said, place_key
from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.healing import NOT_APPLICABLE
from anomalyst.evidence.names import key

_SIDES = frozenset({"upper", "lower", "left", "right"})
_VAGUELY = (("end", "late"), ("start", "early"))  # "at the end" of what is late is not far off
LACKING = ("gap", "missing data")
_SHARE = re.compile(r"(\d+) of (\d+)")


def kind(said: Matched) -> Judged:
    """ "R1 is a level shift": in the channel that is named, or in any of the finding's."""
    facts = spoken_of(said)
    several = len(said.evidence.about(said.about.region or "", "anomaly_kind")) > 1
    if not facts or (said.text.startswith("both ") and not several):
        return UNKNOWN
    fitting = kinds_said(said.text)
    if set(fitting) & set(LACKING) and (said.denied or not re.search(r"\bnothing\b", said.text)):
        fitting = LACKING  # a gap is one of rows as well as of values that are missing
    hits = [f for f in facts if f.value in fitting]
    if not fitting:
        return UNKNOWN
    if said.about.channel is None and not said.denied and 0 < len(hits) < len(facts):
        return UNKNOWN  # of several channels with kinds of their own: say which
    return said.judged(bool(hits), *(hits or facts)[:2])


def spoken_of(said: Matched) -> list[Fact]:
    """The kinds of the finding and channel that are named; of all findings, where "there was no gap" names none."""
    named = said.about.named or said.about.chosen
    if named or not said.denied:
        return said.facts("anomaly_kind")
    return [f for f in said.evidence.facts if f.kind == "anomaly_kind"]


def kind_in(said: Matched) -> Judged:
    """ "a level shift in cpu"."""
    named = {key(name) for name in said.names}
    facts = [f for f in said.evidence.about(said.about.region or "", "anomaly_kind")]
    own = [f for f in facts if key(f.qualifier) in named]
    if not facts:
        return UNKNOWN
    fitting = kinds_said(said.text)
    if said.denied:
        return _none_in(said, named, fitting)
    holds = len(own) == len(named) and all(f.value in fitting for f in own)
    return said.judged(holds, *(own or facts)[:2])


def _none_in(said: Matched, named: set[str], kinds: tuple[str, ...]) -> Judged:
    """ "No spike in cpu": none of the findings that the channel has a part in is one."""
    kinds = LACKING if set(kinds) & set(LACKING) else kinds
    own = [f for f in said.evidence.facts if f.kind == "anomaly_kind" and key(f.qualifier) in named]
    return Judged(not any(f.value in kinds for f in own), tuple(own[:2])) if own else UNKNOWN


def place(said: Matched) -> Judged:
    """ "lies early in the series", "in the upper left corner"."""
    facts = said.facts("place")
    if not facts:
        return UNKNOWN
    wanted = place_key(said.text)
    real = [place_key(str(f.value)) for f in facts]
    if wanted == {"centre"} and any("centre" in whole and whole != wanted for whole in real):
        return UNKNOWN  # "in the middle" of one side
    if any(wanted == {said_} and {known} in real for said_, known in _VAGUELY):
        return UNKNOWN
    part = bool(wanted & _SIDES) and len(wanted) == 1  # "in the lower part" is true of the lower centre
    return said.judged(any(whole == wanted or (part and wanted < whole) for whole in real), *facts[:1])


def agreement(said: Matched) -> Judged:
    """ "all three rules agree", "2 of 3 rules"."""
    facts = said.facts("rule_agreement")
    found = _SHARE.fullmatch(str(facts[0].value)) if facts else None
    if found is None:
        return UNKNOWN
    agree, all_ = int(found[1]), int(found[2])
    total = said.amount("total")
    which = said.group("which")
    if "«" in which:
        number = said.amount("which")
        holds = number is not None and number.is_(agree) and not number.bounded
    else:
        holds = agree == 0 if which == "none" else agree == all_
        holds = holds and (which != "both" or all_ == 2)
    if total is not None:
        holds = holds and total.value == all_
    return said.judged(holds and _are_called_so(said), facts[0])


def _are_called_so(said: Matched) -> bool:
    """Whether opinions called rules are those of rules, and called detectors, of detectors."""
    called = re.search(r"\b(?:(rules?)|detectors?)\b", said.text)
    voting = raters(fact.qualifier for fact in said.evidence.facts if fact.kind == "rule_p")
    return called is None or (called[1] is not None) == (voting == "score rules")


def tested(said: Matched) -> str | None:
    """The finding whose healing test is spoken of: the one that is named, also by the channel that no other has."""
    region, channel = said.about.region, said.about.channel if said.about.chosen else None
    tops = [
        f.subject for f in said.evidence.facts if f.kind == "top_channel" and key(str(f.value)) == key(channel or "")
    ]
    return region if said.about.named or (channel and tops == [region]) else None


_SAMPLE = "series|recording|image|picture|sample|photo|pair"
# "…, although the series failed it": what is spoken of right before the words that tell of a test.
_OF_SAMPLE = re.compile(rf"\b(?:{_SAMPLE})(?: (?:as (?:a )?whole|overall|itself|in total))? ?$")


def test(said: Matched) -> Judged:
    """ "the healing test passed", "R5 failed it": of the finding that is named, else of the sample."""
    of_it = said.evidence.about(said.about.region, "do_test") if said.about.region else []
    whole = re.search(rf"overall|whole|{_SAMPLE}", said.text) or _OF_SAMPLE.search(
        said.where.text[: said.match.start()]
    )
    named = (tested(said) or said.regions) and not whole
    facts: list[Fact] = of_it if named else said.evidence.about("sample", "do_test")
    if not facts or (said.way < 0 and any(f.value == NOT_APPLICABLE for f in facts)):  # that did not pass either
        return UNKNOWN
    wanted = "passed" if said.way > 0 else "failed"
    return said.judged(all(f.value == wanted for f in facts), *facts)


def no_test(said: Matched) -> Judged:
    """ "the healing test does not apply"."""
    facts = said.evidence.about("sample", "do_test")
    return said.judged(facts[0].value == NOT_APPLICABLE, facts[0]) if facts and not said.about.named else UNKNOWN


def test_but(said: Matched) -> Judged:
    """ "every finding except R5 passed its healing test"."""
    tests = {r: next(iter(said.evidence.about(r, "do_test")), None) for r in said.findings}
    total = said.amount("total")
    if len(said.regions) != 1 or len(tests) < 2 or any(test is None for test in tests.values()):
        return UNKNOWN
    if total is not None and total.value != len(tests):
        return UNKNOWN
    facts = {r: fact for r, fact in tests.items() if fact is not None}
    if "exception" in said.text:  # to what was said before of all others
        own_test = facts[said.regions[0]].value
        return Judged(all(f.value != own_test for r, f in facts.items() if r != said.regions[0]), tuple(facts.values()))
    others, own = ("passed", "failed") if said.way > 0 else ("failed", "passed")
    holds = all(f.value == (own if r == said.regions[0] else others) for r, f in facts.items())
    return Judged(holds, tuple(facts.values()))


def test_all_but(said: Matched) -> Judged:
    """ "all findings but one passed the healing test"."""
    tests = [f for r in said.findings for f in said.evidence.about(r, "do_test")]
    others = [f for f in tests if f.value != ("passed" if said.way > 0 else "failed")]
    amount = said.amounts[0]
    if len(tests) < 2 or amount.unit or amount.bounded:
        return UNKNOWN
    return Judged(amount.is_(len(others)), tuple(tests))


def count_kind(said: Matched) -> Judged:
    """ "two of them are flat lines"."""
    fitting = kinds_said(said.text)
    if said.group("which") == "no" and set(fitting) & set(LACKING):
        fitting = LACKING
    findings = [said.evidence.about(r, "anomaly_kind") for r in said.findings]
    if not all(findings) or not findings:
        return UNKNOWN
    facts = [f for own in findings for f in own[:1] if any(g.value in fitting for g in own)]
    number = said.amount("which")
    wanted = 0.0 if number is None and said.group("which") == "no" else None if number is None else number.value
    if wanted is None or (number is not None and number.bounded):
        return UNKNOWN
    others = [a.value for a in said.amounts if number is None or a.quantity is not number.quantity]
    holds = len(facts) == wanted and all(v == len(findings) for v in others)
    return said.judged(holds, *(facts or [f for own in findings for f in own[:1]]))


def count(said: Matched) -> Judged:
    """ "five findings", "no anomaly"."""
    facts = said.evidence.about("sample", "finding_count")
    number = said.amount("which")
    which = said.group("which")
    if not facts or (number is None and which not in ("no", "a", "an", "one")):
        return UNKNOWN
    total = float(facts[0].value)
    if number is not None and number.value is not None and number.value % 1:
        return UNKNOWN  # "the global one 0.991" counts nothing
    if which == "no" and said.evidence.cannot_tell:
        return UNKNOWN
    holds = total == 0 if which == "no" else total >= 1 if number is None else number.is_(total) and not number.unit
    if which == "no" and total == 0 and said.evidence.verdict == "anomalous":
        return UNKNOWN
    return Judged(holds, (facts[0],))


def kind_moved(said: Matched) -> Judged:
    """ "cpu stepped up": a level shift upwards."""
    facts, gaps = said.facts("anomaly_kind"), said.facts("difference")
    if not facts or not gaps or said.about.channel is None:
        return UNKNOWN
    shifted = any(f.value == "level shift" for f in facts)
    return Judged(shifted and (float(gaps[0].value) > 0) == (said.way > 0), (facts[0], gaps[0]))


def count_of(said: Matched) -> Judged:
    """ "cpu was flagged twice": the findings whose largest share, or kind, is the channel's."""
    if said.about.channel is None:
        return UNKNOWN
    facts = [f for f in said.evidence.facts if f.kind == "top_channel"]
    mine = [f for f in facts if key(str(f.value)) == key(said.about.channel)]
    number = said.amount("which")
    wanted = {"once": 1.0, "twice": 2.0, "three times": 3.0}.get(said.group("which"), number.value if number else None)
    others = [
        f for f in said.evidence.facts if f.kind == "anomaly_kind" and key(f.qualifier) == key(said.about.channel)
    ]
    if wanted is None or not facts or len({f.subject for f in others}) != len(mine):
        return UNKNOWN
    return Judged(len(mine) == wanted, tuple(mine or facts))


def count_in(said: Matched) -> Judged:
    """ "two of them in the processor load": findings that are blamed on the channel."""
    facts = [f for f in said.evidence.facts if f.kind == "top_channel"]
    number = said.amount("which")
    if number is None or number.bounded or number.unit or not facts or not said.names:
        return UNKNOWN
    mine = [f for f in facts if key(str(f.value)) == key(said.names[-1])]
    return Judged(number.is_(len(mine)), tuple(mine or facts))


def of_total(said: Matched) -> Judged:
    """ "of the five findings": there are as many."""
    facts, total = said.evidence.about("sample", "finding_count"), said.amount("total")
    return Judged(total.is_(float(facts[0].value)), (facts[0],)) if facts and total and not total.unit else UNKNOWN


CHECKS = {
    "kind": kind, "kind-in": kind_in, "place": place, "agreement": agreement, "test": test, "count-kind": count_kind,
    "no-test": no_test, "count": count,
    "kind-moved": kind_moved, "count-of": count_of, "of-total": of_total, "count-in": count_in,
    "test-but": test_but, "test-all-but": test_all_but,
}  # fmt: skip
