"""What only chunks say of tests, trials, boxes and edges, and of two values side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.checks.compared import gap_more
from anomalyst.agent.verifier.phrases.checks.kinds import test
from anomalyst.agent.verifier.phrases.checks.values import expected, outside
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key

_SHARE = re.compile(r"(\d+) of (\d+)")
_NAMES = re.compile(r"«[rc]\d+»")
_BOX = re.compile(r"x (\d+)–(\d+), y (\d+)–(\d+)")
_CONFIDENCES = {
    "veryhigh": "very high", "verylow": "very low", "raised": "high", "moderate": "moderate", "lowered": "low",
}  # fmt: skip


def confidence_of(said: Matched) -> Judged:
    """ "Very sure about that": the confidence of the verdict."""
    facts = said.evidence.about("sample", "confidence")
    if said.about.region and said.about.named:
        return UNKNOWN  # no finding has one
    return Judged(facts[0].value == _CONFIDENCES.get(said.group("which")), tuple(facts)) if facts else UNKNOWN


def healed_test(said: Matched) -> Judged:
    """ "After every flagged passage was repaired, the log still did not pass"."""
    facts = said.evidence.about("sample", "do_test")
    if said.about.healed != "all" or not facts:
        return UNKNOWN
    return Judged(facts[0].value == ("passed" if said.way > 0 else "failed"), tuple(facts))


def test_only(said: Matched) -> Judged:
    """ "Memory alone failed the healing test": the findings that are blamed on it, and no other."""
    tests = {f.subject: f for f in said.evidence.facts if f.kind == "do_test" and f.subject in said.findings}
    tops = {f.subject: key(str(f.value)) for f in said.evidence.facts if f.kind == "top_channel"}
    if len(tests) < 2 or tests.keys() != tops.keys():
        return UNKNOWN
    wanted = "passed" if said.way > 0 else "failed"
    fits = [(f.value == wanted) == (tops[region] == key(said.names[-1])) for region, f in tests.items()]
    return Judged(all(fits), tuple(tests.values()))


def test_it(said: Matched) -> Judged:
    """ "…; the remaining four got through it", after a healing test was spoken of."""
    if "healing test" not in said.where.text[: said.match.start()] or not said.about.named:
        return UNKNOWN
    return test(said)


def pair_values(said: Matched) -> Judged:
    """ "The outlet and the inlet, at 50.2 % and 49.8 %": each has its own, all shares or all values."""
    kinds: tuple[FactKind, ...] = ("channel_share", "observed")
    for kind in kinds:
        facts = {key(f.qualifier): f for f in said.evidence.about(said.about.region or "", kind)}
        own = [facts.get(key(name)) for name in said.names]
        told = [
            states(said, amount, [fact]) for amount, fact in zip(said.amounts, own, strict=True) if fact is not None
        ]
        if len(told) == len(said.names) and all(one.holds for one in told):
            return both(*told)
    return UNKNOWN


def gap_more_by(said: Matched) -> Judged:
    """ "Strayed further from what is normal than the outlet: 16 bar against 12.7"."""
    other = said.names[-1]
    theirs = replace(said, about=replace(said.about, channel=other)).facts("difference")
    one, two = said.amounts
    mine = said.facts("difference")
    return both(gap_more(said), states(said, one, mine, absolute=True), states(said, two, theirs, absolute=True))


def _box(said: Matched) -> tuple[Fact, int, int] | None:
    facts = said.facts("box")
    found = _BOX.fullmatch(str(facts[0].value)) if facts else None
    return (facts[0], int(found[2]) - int(found[1]), int(found[4]) - int(found[3])) if found else None


def box_of(said: Matched) -> Judged:
    """ "A box 26 pixels wide and 16 tall"."""
    box = _box(said)
    if box is None or any(amount.unit not in ("", "pixels") for amount in said.amounts):
        return UNKNOWN
    wide, high = said.amounts
    if "wide" not in said.text and "pixels" not in (wide.unit, high.unit):
        return UNKNOWN
    return Judged(wide.is_(box[1]) and high.is_(box[2]), box[:1])


def box_across(said: Matched) -> Judged:
    """ "57 pixels across"."""
    box = _box(said)
    return Judged(said.amounts[0].is_(box[1]), box[:1]) if box and said.amounts[0].unit == "pixels" else UNKNOWN


def edge_value(said: Matched) -> Judged:
    """ "The top of the expected range was 26,400"."""
    upper = said.group("side") == "upper"
    facts = [f for f in said.facts("expected") if f.low is not None and f.high is not None]
    amount = replace(said.amounts[-1], near="") if said.amounts[-1].bounded else said.amounts[-1]
    hits = [f for f in facts if amount.states(float((f.high if upper else f.low) or 0), f.unit)]
    return Judged(bool(hits), tuple(hits or facts[:1])) if facts else UNKNOWN


def _seen(said: Matched) -> tuple[Fact, int, int] | None:
    facts = said.evidence.about("sample", "seen_faults")
    found = _SHARE.fullmatch(str(facts[0].value)) if facts else None
    return (facts[0], int(found[1]), int(found[2])) if found else None


def seen_missed(said: Matched) -> Judged:
    """ "Caught three of the planted faults and missed one"."""
    seen = _seen(said)
    values = [amount.value for amount in said.amounts]
    return Judged(values == [seen[1], seen[2] - seen[1]], seen[:1]) if seen else UNKNOWN


def seen_missed_of(said: Matched) -> Judged:
    """ "Missed one of the four planted faults"."""
    seen = _seen(said)
    values = [amount.value for amount in said.amounts]
    return Judged(values == [seen[2] - seen[1], seen[2]], seen[:1]) if seen else UNKNOWN


def agreement_all(said: Matched) -> Judged:
    """ "No dissent" among the rules."""
    facts = said.facts("rule_agreement")
    found = [_SHARE.fullmatch(str(f.value)) for f in facts]
    return Judged(all(one is not None and one[1] == one[2] for one in found), tuple(facts)) if facts else UNKNOWN


def agreement_none(said: Matched) -> Judged:
    """ "None of the three rules disagrees"."""
    found = [_SHARE.fullmatch(str(f.value)) for f in said.facts("rule_agreement")]
    total = said.amount("total")
    counted = total is None or all(one is not None and total.value == int(one[2]) for one in found)
    return both(agreement_all(said), Judged(counted))


def sum_of(said: Matched) -> Judged:
    """ "R1 and R3 together last 53 minutes"."""
    facts = [fact for region in said.others for fact in said.evidence.about(region, "duration")]
    lengths = [length(fact) for fact in facts]
    unit = seconds(said.amounts[-1].unit)
    if len(facts) != len(_NAMES.findall(said.text)) or len(facts) < 2 or unit is None or None in lengths:
        return UNKNOWN
    return Judged(said.amounts[-1].is_(sum(one or 0.0 for one in lengths) / unit), tuple(facts))


def _lengths(said: Matched) -> tuple[list[float], tuple[Fact, ...], float | None]:
    facts = [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "duration")]
    lengths = [one for one in map(length, facts) if one is not None]
    complete = len(lengths) == len(said.findings) > 1
    return lengths, tuple(facts), seconds(said.amounts[-1].unit) if complete else None


def length_mean(said: Matched) -> Judged:
    """ "On average the findings lasted 16 minutes"."""
    lengths, facts, unit = _lengths(said)
    return Judged(said.amounts[-1].is_(sum(lengths) / len(lengths) / unit), facts) if unit else UNKNOWN


def left_expected(said: Matched) -> Judged:
    """ "Left its usual 186 °C": that is what was expected, and it was outside of what is normal."""
    return both(expected(said), outside(said))


CHECKS = {
    "left-expected": left_expected,
    "sum-of": sum_of, "length-mean": length_mean,
    "confidence-of": confidence_of, "healed-test": healed_test, "test-only": test_only, "test-it": test_it,
    "pair-values": pair_values, "gap-more-by": gap_more_by, "box-of": box_of, "box-across": box_across,
    "edge-value": edge_value, "seen-missed": seen_missed, "seen-missed-of": seen_missed_of,
    "agreement-all": agreement_all, "agreement-none": agreement_none,
}  # fmt: skip
