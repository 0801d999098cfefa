"""All findings at once: which there are, how many are where, which is the first, what holds against all others."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.checks.compared import hardly
from anomalyst.agent.verifier.phrases.checks.kinds import LACKING, spoken_of
from anomalyst.agent.verifier.phrases.checks.sides import stamp
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, nth, the
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.readings import kinds_said
from anomalyst.evidence.names import key


def listed(said: Matched) -> Judged:
    """ "…: pressure, flue, oxygen": the channels to blame for all findings, in their order."""
    pairs = [(the(said.evidence, r, "start"), the(said.evidence, r, "top_channel")) for r in said.findings]
    told = [(at, str(top.value)) for first, top in pairs if top is not None and (at := stamp(first)) is not None]
    if len(told) != len(said.findings):
        return UNKNOWN
    if any(amount.value != len(told) for amount in said.amounts):
        return UNKNOWN
    ordered = [key(name) for _, name in sorted(told)]
    return Judged([key(name) for name in said.names] == ordered, tuple(f for pair in pairs for f in pair if f))


def count_placed(said: Matched) -> Judged:
    """ "Two of the four are late", "one is early": findings at a place of the recording."""
    some, total = said.amount("which"), said.amount("total")
    places = [(r, the(said.evidence, r, "place")) for r in said.findings]
    if some is None or some.bounded or some.unit or not places or any(fact is None for _, fact in places):
        return UNKNOWN
    word = {"middle": "in the middle"}.get(said.group("place"), said.group("place"))
    mine = [fact for _, fact in places if fact is not None and fact.value == word]
    holds = some.is_(len(mine)) and (total is None or total.is_(len(places)))
    return Judged(holds, tuple(fact for _, fact in places if fact is not None))


def none_found(said: Matched) -> Judged:
    """ "Nothing unusual was found": in the whole sample."""
    facts = [f for kind in ("verdict", "finding_count") for f in said.evidence.facts if f.kind == kind]
    if said.about.chosen or said.about.named or said.evidence.cannot_tell or said.about.healed:
        return UNKNOWN
    return Judged(said.evidence.verdict == "normal" and not said.findings, tuple(facts))


def none_other(said: Matched) -> Judged:
    """ "No other anomaly": there is one."""
    facts = said.evidence.about("sample", "finding_count")
    if not facts or said.about.chosen:
        return UNKNOWN
    return Judged(facts[0].value == 1, tuple(facts))


def kinds_listed(said: Matched) -> Judged:
    """ "A drift, a level shift and a flat line": each the kind of a finding, of the whole sample."""
    if said.about.chosen or said.about.named:
        return UNKNOWN
    facts = [f for f in said.evidence.facts if f.kind == "anomaly_kind"]
    told = [kinds_said(part) for part in re.split(r",| and ", said.text) if part.strip()]
    hits = [[f for f in facts if f.value in kinds] for kinds in told]
    return Judged(all(hits), tuple(f for some in hits for f in some[:1])) if facts else UNKNOWN


def first_kind(said: Matched) -> Judged:
    """ "The first was a pressure spike"."""
    found = nth(said.evidence, said.group("which"))
    if found is None or not said.names:
        return UNKNOWN
    facts = said.evidence.about(found[0], "anomaly_kind")
    kinds = kinds_said(re.split(r"«c\d+»", said.text)[-1])
    hits = [f for f in facts if f.value in kinds and key(f.qualifier) == key(said.names[-1])]
    return Judged(bool(hits), (*found[1], *(hits or facts)))


def flagged(said: Matched) -> Judged:
    """ "The pressure was conspicuous": a finding is about the channel."""
    if said.about.channel is None or not said.about.chosen:
        return UNKNOWN
    facts = [f for f in said.facts("observed", "anomaly_kind", "channel_share") if f.subject.startswith("R")]
    mine = [f for f in facts if key(f.qualifier) == key(said.about.channel)]
    kinds = any(f.kind == "anomaly_kind" for f in mine)
    still = not kinds and hardly(said).holds  # a colour that is as expected is no part of what is not
    return Judged(True, tuple(mine[:1])) if mine and not said.denied and not still else UNKNOWN


def flagged_because(said: Matched) -> Judged:
    """ "Flagged because it stood still": the kind of its anomaly, which is why it was flagged."""
    facts = said.facts("anomaly_kind")
    kinds = kinds_said(said.text[said.text.find("because") :])
    if not facts or not kinds or (len(said.findings) > 1 and not said.about.chosen and not said.about.named):
        return UNKNOWN
    return Judged(all(f.value in kinds for f in facts), tuple(facts))


def lacking(said: Matched) -> Judged:
    """ "Went missing", "no gap": values or rows."""
    facts = spoken_of(said)
    if not facts or any("missing" in str(f.value) and f.value not in LACKING for f in facts):
        return UNKNOWN  # a part that is missing is said in the same words
    return said.judged(any(f.value in LACKING for f in facts), *facts)


def compare_others(said: Matched) -> Judged:
    """ "Longer than the other three"."""
    mine = the(said.evidence, said.about.region, "duration")
    others = [the(said.evidence, r, "duration") for r in said.findings if r != said.about.region]
    if mine is None or not others or any(amount.value != len(others) for amount in said.amounts):
        return UNKNOWN
    lengths = [length(fact) for fact in (mine, *others)]
    if any(one is None for one in lengths):
        return UNKNOWN
    own, *rest = (one or 0.0 for one in lengths)
    holds = all(own < one for one in rest) if said.group("less") else all(own > one for one in rest)
    return Judged(holds, (mine, *(fact for fact in others if fact is not None)))


def lasts_longer_sum(said: Matched) -> Judged:
    """ "longer than the other two together"."""
    mine = the(said.evidence, said.about.region, "duration")
    others = [the(said.evidence, r, "duration") for r in said.findings if r != said.about.region]
    if mine is None or not others or any(fact is None for fact in others):
        return UNKNOWN
    if any(amount.value != len(others) for amount in said.amounts):
        return UNKNOWN
    facts = [mine, *(fact for fact in others if fact is not None)]
    lengths = [float(f.value) * (seconds(f.unit) or 0) for f in facts]
    return Judged(lengths[0] > sum(lengths[1:]), tuple(facts)) if all(lengths) else UNKNOWN


def only_word(said: Matched) -> Judged:
    """ "Only the word 'intact' is at odds with the image"."""
    facts = [f for f in said.evidence.facts if f.kind == "words"]
    if len(facts) != 1 or not said.names or any(amount.value != 1 for amount in said.amounts):
        return UNKNOWN
    return Judged(key(str(facts[0].value)) == key(said.names[0]), tuple(facts))


def first_kind_long(said: Matched) -> Judged:
    """ "The longest is the CPU step with 90": in the unit of the amount before it."""
    found = nth(said.evidence, said.group("which"))
    amount = said.amounts[-1]
    if found is None or not (amount.unit or amount.borrowed):
        return UNKNOWN
    amount = replace(amount, quantity=amount.quantity.with_unit(amount.unit or amount.borrowed))
    return both(first_kind(said), states(said, amount, said.evidence.about(found[0], "duration")))


CHECKS = {
    "first-kind-long": first_kind_long,
    "flagged": flagged,
    "count-placed": count_placed,
    "listed": listed,
    "none-found": none_found,
    "lacking": lacking,
    "none-other": none_other,
    "compare-others": compare_others,
    "first-kind": first_kind,
    "kinds-listed": kinds_listed,
    "flagged-because": flagged_because,
    "only-word": only_word,
    "longer-sum": lasts_longer_sum,
}
