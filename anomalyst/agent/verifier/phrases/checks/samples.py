"""What is said of the whole sample: verdict, p-values, level, confidence, calibration, size, detector, healing."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.amounts import TIMES, Amount
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import plain
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.units import PER_DAY, PER_ROWS

_SHARE = re.compile(r"(\d+) of (\d+)")


def verdict(said: Matched) -> Judged:
    """ "the series is anomalous", "R1 is anomalous", "the image is normal"."""
    evidence = said.evidence
    if said.about.healed:
        return _healed_verdict(said)
    if said.about.named and said.about.region:
        flagged = next((f for f in evidence.findings if f.id == said.about.region), None)
        if flagged is None or not flagged.significant or said.way < 0:
            return UNKNOWN
        return said.judged(True, *evidence.about(flagged.id, "peak_p")[:1])
    if evidence.cannot_tell or said.about.chosen:
        return UNKNOWN
    return said.judged((evidence.verdict == "anomalous") == (said.way > 0), *evidence.about("sample", "verdict"))


def _healed_verdict(said: Matched) -> Judged:
    facts = said.evidence.about("sample", _healed_kind(said))
    if not facts:
        return UNKNOWN
    alarms = float(facts[0].value) <= said.evidence.alpha
    return said.judged(alarms == (said.way > 0), *facts[:1])


def healed_verdict(said: Matched) -> Judged:
    """ "back to normal again", once healing is spoken of. "It" may be the finding or the sample: where a finding is
    named, both must agree."""
    if not said.about.healed:
        return UNKNOWN
    whole = _healed_verdict(said)
    tests = said.evidence.about(said.about.region, "do_test") if said.about.region and said.about.named else []
    if re.search(r"series|recording|image|picture|sample|photo|log|pair|whole", said.text):
        return whole if said.about.healed != "one" else UNKNOWN
    if not tests:
        return whole
    own = said.judged((tests[0].value == "passed") == (said.way < 0), tests[0])
    return own if own.holds == whole.holds or said.about.healed == "one" else UNKNOWN


def alarm(said: Matched) -> Judged:
    """ "an alarm was raised"."""
    evidence = said.evidence
    if evidence.cannot_tell or (said.about.named and said.about.region and not said.about.healed):
        return UNKNOWN
    if said.about.healed:
        facts = evidence.about("sample", _healed_kind(said))
        return said.judged(float(facts[0].value) <= evidence.alpha, facts[0]) if facts else UNKNOWN
    return said.judged(evidence.verdict == "anomalous", *evidence.about("sample", "verdict"))


def _healed_kind(said: Matched) -> FactKind:
    return "random_healed_p" if said.about.healed == "random" else "healed_p"


def _p_kind(said: Matched) -> FactKind:
    if said.about.healed:
        return _healed_kind(said)
    whole = re.search(r"series|recording|image|picture|sample|whole|overall|photo|global", said.text)
    return "peak_p" if said.about.region and said.about.named and not whole else "sample_p"


def p(said: Matched) -> Judged:
    """ "p = 0.0012": of the finding where one is the subject, after healing where that is spoken of."""
    amount = said.amounts[-1]
    if amount.unit:
        return UNKNOWN
    own = said.facts("healed_region_p") if said.about.healed in ("all", "one") and said.about.named else []
    return states(said, amount, [*said.facts(_p_kind(said)), *own])


def p_under(said: Matched) -> Judged:
    """ "clearly below the one percent level": the p-value of the sample against a level that is not the one in use."""
    facts, level = said.evidence.about("sample", "sample_p"), _bare(said.amounts[-1])
    value = None if level.value is None or level.unit not in ("", "%") else level.value / (100 if level.unit else 1)
    if not facts or value is None or not 0 < value < 1 or said.about.healed:
        return UNKNOWN
    return said.judged((float(facts[0].value) <= value) == (said.way < 0), facts[0])


def p_level(said: Matched) -> Judged:
    """ "p = 0.0012, below the alarm level of 0.05"."""
    first, *rest = said.amounts
    facts = said.facts(_p_kind(said))
    alpha = said.evidence.about("sample", "alpha")
    held = states(said, first, facts)
    level = states(said, _bare(rest[-1]), alpha) if rest else Judged(bool(alpha), tuple(alpha))
    return both(held, level, _against(said, facts))


def p_against(said: Matched) -> Judged:
    """ "below the alarm level (of 0.05)"."""
    level = said.amount("level")
    alpha = said.evidence.about("sample", "alpha")
    told = re.search(r"alarm|level|threshold|alpha|α|limit|cut|alert", said.text)
    if level is not None and not told and not said.text.startswith(("p", "the p", "its p")):
        return UNKNOWN
    named = Judged(True, tuple(alpha)) if level is None else states(said, _bare(level), alpha)
    against = _against(said, said.facts(_p_kind(said)))
    if said.denied:
        return said.judged(against.holds, *against.facts) if named.holds else UNKNOWN
    return both(named, against)


def _bare(amount: Amount) -> Amount:
    """A number whose "below" was read as a relation, and bounds nothing."""
    return Amount(amount.quantity, "" if amount.bounded else amount.near)


def _against(said: Matched, facts: list[Fact]) -> Judged:
    value = value_of(facts[0]) if facts else None
    if value is None:
        return UNKNOWN
    return Judged((value <= said.evidence.alpha) == (said.way < 0), (facts[0],))


def times_below(said: Matched) -> Judged:
    """ "40 times below the alarm level"."""
    facts, alpha = said.facts(_p_kind(said)), said.evidence.about("sample", "alpha")
    amount = said.amounts[0]
    if not facts or not alpha or not value_of(facts[0]) or amount.unit not in ("times", ""):
        return UNKNOWN
    holds = amount.is_(float(alpha[0].value) / float(facts[0].value))
    rest = [states(said, a, alpha) for a in said.amounts[1:]]
    return both(Judged(holds, (facts[0], alpha[0]), () if holds else (amount,)), *rest)


def at_level(said: Matched) -> Judged:
    """ "at a level of 0.01 it would still be an alarm": the p-value of the sample against that level."""
    facts = said.evidence.about("sample", "sample_p")
    level = said.amount("level") or said.amounts[-1]
    used = said.amount("used")
    if used is not None and not _is_alpha(said, used).holds:
        return UNKNOWN
    if level.value is None or not facts or said.evidence.cannot_tell or level.bounded or level.near:
        return UNKNOWN
    value = level.value / 100 if level.unit == "%" else level.value if not level.unit else None
    if value is None or not 0 < value < 1 or said.about.healed:
        return UNKNOWN
    alarms = said.evidence.sample_p <= value
    wanted = said.way
    if "the same" in said.text:
        wanted = 1 if said.evidence.verdict == "anomalous" else -1
    denied = said.denied or bool(said.group("negb"))
    return Judged((alarms == (wanted > 0)) != denied, (facts[0],))


def alpha(said: Matched) -> Judged:
    """ "the alarm level is 0.05"."""
    return _is_alpha(said, said.amounts[-1])


def _is_alpha(said: Matched, amount: Amount) -> Judged:
    value = amount.value
    facts = said.evidence.about("sample", "alpha")
    if amount.unit == "%" and value is not None and facts:
        holds = abs(value / 100 - float(facts[0].value)) < 1e-9
        return Judged(holds, (facts[0],), () if holds else (amount,))
    return states(said, amount, facts) if not amount.unit else UNKNOWN


def _one(kind: FactKind, subject: str = "sample"):  # type: ignore[no-untyped-def]
    def check(said: Matched) -> Judged:
        return states(said, said.amounts[-1], said.evidence.about(subject, kind))

    return check


def confidence(said: Matched) -> Judged:
    """ "with very high confidence": of the verdict."""
    facts = said.evidence.about("sample", "confidence")
    if not facts or (said.about.region and said.about.named):
        return UNKNOWN
    word = {"medium": "moderate"}.get(said.group("which"), said.group("which"))
    return said.judged(facts[0].value == word, facts[0])


def tail(said: Matched) -> Judged:
    """ "the p-value is extrapolated"."""
    facts = said.evidence.about("sample", "p_extrapolated")
    return said.judged(facts[0].value is True, facts[0]) if facts else UNKNOWN


def whole(said: Matched) -> Judged:
    """ "the picture as a whole is more unusual than any place in it"."""
    facts = said.evidence.about("sample", "whole_differs")
    return said.judged(facts[0].value is True, facts[0]) if facts else UNKNOWN


def false_alarms(said: Matched) -> Judged:
    """ "allows at most 2.8 false alarms per day on normal data"; no finding is one, or has any."""
    if said.about.region is not None and said.about.named:
        return UNKNOWN
    amount = said.amounts[-1]
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == plain(amount.unit)]
    if plain(amount.unit) not in (PER_DAY, PER_ROWS) or not facts or amount.near not in ("<=", "<", "about", "nearly"):
        return UNKNOWN
    near = "" if amount.near in ("<=", "<") else amount.near
    return states(said, Amount(amount.quantity, near), facts)


def same_p(said: Matched) -> Judged:
    """ "at random places it left p where it was": healed there, the p-value is that of the sample."""
    kinds: tuple[FactKind, ...] = (_healed_kind(said), "sample_p")
    facts = [f for kind in kinds for f in said.evidence.about("sample", kind)]
    if len(facts) != 2 or not said.about.healed:
        return UNKNOWN
    same = Judged(facts[0].value == facts[1].value, tuple(facts))
    return both(same, *(states(said, a, facts[:1]) for a in said.amounts))


NEARLY = 1.25  # times, within which a p-value has hardly changed


def nearly_same_p(said: Matched) -> Judged:
    """ "Hardly changed the p-value": healed there, it is about that of the sample."""
    kinds: tuple[FactKind, ...] = (_healed_kind(said), "sample_p")
    facts = [f for kind in kinds for f in said.evidence.about("sample", kind)]
    values = [float(f.value) for f in facts]
    if len(facts) != 2 or not said.about.healed or min(values) <= 0:
        return UNKNOWN
    return Judged(max(values) <= NEARLY * min(values), tuple(facts))


def _named(kind: FactKind):  # type: ignore[no-untyped-def]
    def check(said: Matched) -> Judged:
        facts = said.evidence.about("choice", kind)
        told = said.names or [str(said.where.meaning(mark)) for mark in re.findall(r"«t\d+»", said.text)]
        if not facts or not told:
            return UNKNOWN
        value, named = key(str(facts[0].value)), key(told[-1])
        return Judged(value == named or (kind == "detector" and value.endswith(f"-{named}")), (facts[0],))

    return check


def auroc(said: Matched) -> Judged:
    """ "short windows reached an AUROC of 0.81 on synthetic anomalies"."""
    name = said.names[-1] if said.names else said.about.channel
    facts = [f for f in said.evidence.about("choice", "synthetic_auroc") if name and key(f.qualifier) == key(name)]
    return states(said, said.amounts[-1], facts)


def method(said: Matched) -> Judged:
    """ "by cross-conformal calibration"."""
    facts = said.evidence.about("sample", "calibration_method")
    if not facts:
        return UNKNOWN
    quoted = [str(said.where.meaning(m)) for m in re.findall(r"«t\d+»", said.text)]
    word = quoted[0] if quoted else next((w for w in _METHODS if w in said.text), "")
    named = any(key(word) == key(name) for name in (*_METHODS, str(facts[0].value)))
    return Judged(key(word) == key(str(facts[0].value)), (facts[0],)) if word and named else UNKNOWN


_METHODS = ("cross-conformal", "split-conformal", "self-calibrated")


def rule_p(said: Matched) -> Judged:
    """ "the density rule gives a smallest p of 3e-05"."""
    facts = [f for f in said.facts("rule_p") if said.names and key(f.qualifier) == key(said.names[0])]
    own = said.evidence.about(said.about.region or "", "rule_p")
    facts = facts or [f for f in own if said.names and key(f.qualifier) == key(said.names[0])]
    return states(said, said.amounts[-1], facts)


def peak_ratio(said: Matched) -> Judged:
    """ "the score reaches 3.7 times the normal limit"."""
    amounts = [a for a in said.amounts if not (a.value == 95 and a.unit in ("%", ""))]
    if not amounts or amounts[0].unit not in ("times", ""):
        return UNKNOWN
    amount = Amount(amounts[0].quantity.with_unit(TIMES), amounts[0].near)
    facts = said.facts("peak_ratio")
    held = [f for f in facts if amount.is_(float(f.value))]
    return UNKNOWN if not facts else Judged(True, (held[0],)) if held else Judged(False, tuple(facts[:1]), (amount,))


def healed(said: Matched) -> Judged:
    """ "p rises to 0.41", once healing is spoken of."""
    if not said.about.healed and said.group("up") == "" and "heal" not in said.text:
        return UNKNOWN
    kind: FactKind = _healed_kind(said) if said.about.healed else "healed_p"
    facts = said.evidence.about("sample", kind)
    amounts = said.amounts
    parts = [states(said, amounts[-1], facts)]
    if len(amounts) > 1:
        parts.append(states(said, amounts[0], said.evidence.about("sample", "sample_p")))
    if said.way and facts:
        parts.append(Judged((float(facts[0].value) > said.evidence.sample_p) == (said.way > 0), (facts[0],)))
    return both(*parts)


def alarm_moves(said: Matched) -> Judged:
    """ "the alarm goes", once healing is spoken of."""
    facts = said.evidence.about("sample", _healed_kind(said))
    if not facts or not said.about.healed:
        return UNKNOWN
    gone = float(facts[0].value) > said.evidence.alpha
    return said.judged(gone == (said.way > 0), facts[0])


def healed_region(said: Matched) -> Judged:
    """ "inside it the smallest p becomes 0.12" after healing."""
    if not said.about.healed and "heal" not in said.text:
        return UNKNOWN
    return states(said, said.amounts[-1], said.facts("healed_region_p"))


def seen_faults(said: Matched) -> Judged:
    """ "3 of 4 planted faults raised the alarm"."""
    facts = said.evidence.about("sample", "seen_faults")
    found = _SHARE.fullmatch(str(facts[0].value)) if facts else None
    agreed, total = said.amount("agreed"), said.amount("total")
    if found is None or total is None:
        return UNKNOWN
    seen = (
        0.0
        if said.group("agreed") == "none"
        else float(found[2])
        if said.group("agreed") == "all"
        else agreed.value
        if agreed is not None
        else None
    )
    return Judged((seen, total.value) == (float(found[1]), float(found[2])), (facts[0],))


def no_alarm(said: Matched) -> Judged:
    """ "no alarm was possible"."""
    return Judged(said.evidence.cannot_tell, tuple(said.evidence.about("sample", "smallest_p")))


def level_named(said: Matched) -> Judged:
    """ "It would not have been reported at a level of 0.001", "had the level been 0.001 instead of 0.05, …"."""
    first, *rest = said.amounts
    own = [states(said, amount, said.evidence.about("sample", "alpha")) for amount in rest]
    facts = said.evidence.about("sample", "sample_p")
    value = first.value / 100 if first.unit == "%" and first.value is not None else None if first.unit else first.value
    if value is None or not 0 < value < 1 or not facts or said.evidence.cannot_tell or first.near or said.about.healed:
        return UNKNOWN
    alarms = said.evidence.sample_p <= value
    return both(Judged(alarms != said.denied, (facts[0],)), *own)


def auroc_best(said: Matched) -> Judged:
    """ "long windows did best on the synthetic anomalies"."""
    facts = said.evidence.about("choice", "synthetic_auroc")
    name = said.names[0] if said.names else said.about.channel if said.about.chosen else None
    mine = [f for f in facts if name and key(f.qualifier) == key(name)]
    if len(facts) < 2 or not mine:
        return UNKNOWN
    counted = [said.where.meaning(mark).value for mark in re.findall(r"(«n\d+») synthetic", said.text)]
    tried = re.search(
        r"(\d+) synthetic", " ".join(str(f.value) for f in said.evidence.about("choice", "detector_reason"))
    )
    if any(tried is None or count != float(tried[1]) for count in counted):
        return UNKNOWN
    others = [float(f.value) for f in facts if f is not mine[0]]
    best = said.group("which") in ("best", "highest")
    ranked = all(float(mine[0].value) > v for v in others) if best else all(float(mine[0].value) < v for v in others)
    return both(
        Judged(ranked, tuple(facts)), *(states(said, a, mine) for a in said.amounts[-1:] if "with «" in said.text)
    )


CHECKS = {
    "verdict": verdict, "alarm": alarm, "p": p, "p-level": p_level, "p-against": p_against,
    "times-below": times_below, "at-level": at_level, "at-level-after": at_level, "alpha": alpha, "fdr": _one("fdr"),
    "confidence": confidence, "tail": tail, "whole": whole, "normals": _one("calibration_normals"),
    "false-alarms": false_alarms,
    "detector": _named("detector"), "option": _named("detector_option"), "auroc": auroc, "method": method,
    "peak-p": lambda said: states(said, said.amounts[-1], said.facts("peak_p")), "rule-p": rule_p,
    "peak-ratio": peak_ratio, "healed": healed, "healed-p": healed, "alarm-moves": alarm_moves,
    "healed-region": healed_region, "seen-faults": seen_faults, "no-alarm": no_alarm,
    "healed-verdict": healed_verdict, "at-level-bare": level_named, "same-p": same_p, "p-under": p_under,
    "nearly-same-p": nearly_same_p, "auroc-best": auroc_best,
}  # fmt: skip
