"""The checks behind statements in words: each compares one reading of a clause with the cited facts."""

from __future__ import annotations

import re

from anomalyst.agent.verify_clauses import DIRECTION_UP, Clause
from anomalyst.agent.verify_marks import key
from anomalyst.agent.verify_numbers import NUMBER_WORDS
from anomalyst.agent.verify_scope import Report, Scope, describe_all, pronounce
from anomalyst.tools.evidence import Fact, FactKind

FEW = 30  # normals up to which a calibration may be called based on few
_LEVELS = {
    "very high": "very high", "very": "very high", "highly": "very high", "high": "high", "": "high", "moderate": "moderate",
    "medium": "moderate", "moderately": "moderate", "fairly": "moderate", "reasonably": "moderate", "quite": "moderate",
    "low": "low", "not very": "low", "weak": "low", "little": "low", "great": "high", "strong": "high",
}  # fmt: skip
# The words a kind of anomaly may be called by.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"flat|stuck|frozen|constant", "flat line"), (r"missing (?:part|piece)", "missing part"), (r"missing|gap", "missing data"),
    (r"level|step", "level shift"), (r"period|frequency", "change of period"), (r"variance|variab|volatil|spread", "change of variance"),
    (r"texture", "texture change"), (r"colou?r", "colour shift"), (r"extra", "extra part"), (r"pattern", "unusual pattern"),
    (r"spik|burst", "spike"), (r"dip", "dip"), (r"drift|trend", "drift"),
)  # fmt: skip
_RISING = {"above": 1, "brighter": 1, "spike": 1, "below": -1, "darker": -1, "dip": -1}
_PLACE_WORDS = {
    "top": "upper", "bottom": "lower", "center": "centre", "central": "centre", "middle": "centre", "mid": "centre",
    "beginning": "start", "very": "", "hand": "", "most": "", "at": "", "near": "", "towards": "", "toward": "", "the": "",
    "around": "", "close": "", "to": "", "in": "", "over": "", "across": "", "covers": "", "covering": "", "of": "",
}  # fmt: skip


def _missing(scope: Scope, report: Report, what: str, *kinds: FactKind) -> None:
    """No cited fact supports a reading: say so, with the facts that could, or that speak against it."""
    known = scope.known(*kinds)
    hint = f"; known: {describe_all(known)}" if known else ""
    report.fails(
        "unverifiable", f"no cited fact says {what!r}: cite the {pronounce(kinds[:3])} or leave it out{hint}", *known
    )


def _judge(scope: Scope, report: Report, what: str, facts: list[Fact], good: bool) -> None:
    if good:
        report.holds(*facts)
    else:
        report.fails("contradicted", f"the text says {what!r}, but {describe_all(facts)}", *facts)


def _each(scope: Scope) -> list[Scope]:
    return [scope.of(r) for r in scope.regions] or [scope]


def read_direction(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """Higher or lower than expected: against the direction, the difference, observed and expected, or the kind."""
    word = match.group().split()[-1]
    said = 1 if word in DIRECTION_UP else -1
    scope = scope.at(clause.name_at(match.start(), scope.channel))
    for each in _each(scope):
        cited = _direction(each, known=False)
        if cited is None:
            opposite = _direction(each, known=True)
            if opposite is not None and opposite[0] != said:
                _judge(each, report, word, opposite[1], False)
            else:
                _missing(each, report, word, "direction", "difference", "observed")
            continue
        _judge(each, report, word, cited[1], cited[0] == said)


def _direction(scope: Scope, known: bool) -> tuple[int, list[Fact]] | None:
    """(+1 or −1, the facts that say so), from the most direct fact there is."""
    get = scope.known if known else scope.find
    measured = get("difference") if scope.channel else []
    worded = [f for f in get("direction") if f.value in _RISING]
    for fact in [*measured, *worded, *get("difference")]:
        if fact.kind == "direction":
            return _RISING[str(fact.value)], [fact]
        if isinstance(fact.value, (int, float)) and fact.value != 0:
            return (1 if fact.value > 0 else -1), [fact]
    for seen in get("observed"):
        for normal in get("expected"):
            pair = isinstance(seen.value, (int, float)) and isinstance(normal.value, (int, float))
            if pair and key(seen.qualifier) == key(normal.qualifier) and seen.value != normal.value:
                return (1 if float(seen.value) > float(normal.value) else -1), [seen, normal]
    for fact in get("anomaly_kind"):
        if fact.value in _RISING:
            return _RISING[str(fact.value)], [fact]
    return None


def read_kind(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """The kind of anomaly, by any of the words it may be called by."""
    word = match.group()
    said = next(kind for pattern, kind in _KINDS if re.search(pattern, word))
    for each in _each(scope.at(clause.name_at(match.start(), scope.channel))):
        cited = each.find("anomaly_kind")
        if cited:
            _judge(each, report, word, cited, any(f.value == said for f in cited))
        elif any(f.value != said for f in each.known("anomaly_kind")):
            _judge(each, report, word, each.known("anomaly_kind"), False)
        else:
            _missing(each, report, word, "anomaly_kind")


def place_key(words: str) -> frozenset[str]:
    """A place as a set of its parts, whatever the order and synonyms: "top-left corner" is {"upper", "left"}."""
    if re.search(r"most of the", words):
        return frozenset({"most"})
    parts = {_PLACE_WORDS.get(w, w) for w in re.findall(r"[a-z]+", words.lower())} - {""}
    return frozenset(parts if parts == {"centre"} else parts)


def read_place(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """Where a finding lies, in the words of its place fact."""
    said = place_key(match.group())
    if len(scope.regions) > 1 and re.search(r"\b(?:of|from|than)\s*$|\b(?:of|from|than) «r", clause.whole):
        report.fails(
            "unverifiable", "where regions lie relative to each other was not measured; name each one's own place"
        )
        return
    for each in _each(scope):
        cited = each.find("place")
        if cited:
            _judge(each, report, match.group(), cited, any(place_key(str(f.value)) == said for f in cited))
        elif each.known("place") and all(place_key(str(f.value)) != said for f in each.known("place")):
            _judge(each, report, match.group(), each.known("place"), False)
        else:
            _missing(each, report, match.group(), "place")


def read_confidence(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """How sure the verdict is, in the words of the confidence fact."""
    adverb, sure, before, after = match.groups()
    said = _LEVELS.get((adverb or "") if sure else (before or after or ""), "stronger than any")
    facts = scope.find("confidence")
    if facts:
        _judge(scope, report, match.group().strip(), facts, all(f.value == said for f in facts))
    else:
        _missing(scope, report, match.group().strip(), "confidence")


def _count(fact: Fact) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+) of (\d+)", str(fact.value))
    return (int(found[1]), int(found[2])) if found else (0, -1)


def read_agreement(match: re.Match[str], clause: Clause, scope: Scope, report: Report, what: str) -> None:
    """Whether all score rules flag the region, or not all."""
    for each in _each(scope):
        facts = each.find("rule_agreement")
        if not facts:
            _missing(each, report, match.group(), "rule_agreement")
            continue
        agree, total = _count(facts[0])
        number = re.search(r"«n\d+»", match.group())
        right = number is None or clause.quantity(number.group()).value == total
        _judge(each, report, match.group(), facts, right and (agree == total) == (what == "all"))


_SHARES = re.compile(r"(«n\d+») (?:out )?of (?:the |all )?(«n\d+»)")


def read_shares(clause: Clause, scope: Scope, report: Report) -> None:
    """ "2 of 3 rules", "0 of 24 normals": read before single numbers, taken out together."""
    for match in list(_SHARES.finditer(clause.text)):
        pair = clause.quantity(match[1]).value, clause.quantity(match[2]).value
        normals = re.search(r"\bnormals?\b|extreme", clause.whole)
        kind: FactKind = "normals_as_extreme" if normals else "rule_agreement"
        for each in _each(scope):
            facts = each.find(kind)
            if facts:
                text = f"{clause.quantity(match[1]).text} of {clause.quantity(match[2]).text}"
                _judge(each, report, text, facts, any(_count(f) == pair for f in facts))
            else:
                _missing(each, report, pronounce([kind]), kind)
        clause.take(match.start(), match.end())
        if not normals:
            agree = re.compile(r"\b(?:agree|agrees|agreed)\b").search(clause.text, match.end())
            clause.take(*(agree.span() if agree else (match.end(), match.end())))


def read_do_test(scope: Scope, report: Report, said: str) -> None:
    """Whether the do-test passed or failed."""
    facts = scope.find("do_test")
    if facts:
        _judge(scope, report, said, facts, all(f.value == said for f in facts))
    else:
        _missing(scope, report, said, "do_test")


def read_alarm(clause: Clause, scope: Scope, report: Report, gone: bool) -> None:
    """Whether the alarm goes when a region is healed: the healed p-value against the alarm level."""
    kind: FactKind = "random_healed_p" if re.search(r"\brandom|elsewhere", clause.whole) else "healed_p"
    facts = scope.find(kind)
    word = "goes" if gone else "stays"
    if facts:
        right = all((float(f.value) > scope.evidence.alpha) == gone for f in facts)
        _judge(scope, report, f"the alarm {word}", facts, right)
    elif scope.find("do_test") and kind == "healed_p":
        _judge(
            scope,
            report,
            f"the alarm {word}",
            scope.find("do_test"),
            all((f.value == "passed") == gone for f in scope.find("do_test")),
        )
    else:
        _missing(scope, report, f"the alarm {word}", kind, "do_test")


def read_extrapolated(scope: Scope, report: Report, said: bool) -> None:
    """Whether the p-value was read from a fitted tail."""
    facts = scope.find("p_extrapolated")
    if facts:
        _judge(
            scope, report, "extrapolated" if said else "not extrapolated", facts, all(f.value is said for f in facts)
        )
    else:
        _missing(scope, report, "extrapolated", "p_extrapolated")


def read_calibration_few(scope: Scope, report: Report) -> None:
    """ "Few normals": at most FEW."""
    facts = scope.find("calibration_normals")
    if facts:
        _judge(scope, report, "few", facts, all(float(f.value) <= FEW for f in facts))
    else:
        _missing(scope, report, "few", "calibration_normals")


def read_significance(clause: Clause, scope: Scope, report: Report, said: bool) -> None:
    """Whether a finding was chosen at the false-discovery rate; without a region: any of them, and the sample."""
    findings = (
        scope.evidence.findings
        if re.search(r"\bno(?:ne)?\b", clause.whole)
        else [scope.finding(r) for r in scope.regions]
    )
    cited = scope.find("fdr", "peak_p", "sample_p", "verdict")
    truths = [f.significant for f in findings if f is not None] or [scope.anomalous]
    if not cited:
        return _missing(scope, report, "significant" if said else "not significant", "fdr", "peak_p")
    if all(t == said for t in truths):
        return report.holds(*cited[:1])
    word = "significant" if said else "not significant"
    return report.fails("contradicted", f"the text says {word!r}, which the run decided otherwise", *cited)


def read_top_channel(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "Most of the score comes from X": X must be the top channel."""
    name = clause.name_at(match.start(), scope.channel)
    if name is None:
        return report.fails("unverifiable", f"{match.group()!r}: name the channel it is about")
    for each in _each(scope):
        facts = each.find("top_channel")
        shares = each.at(None).find("channel_share")
        if facts:
            _judge(each, report, f"{match.group()} {name}", facts, all(key(str(f.value)) == key(name) for f in facts))
        elif len(shares) > 1:
            best = max(shares, key=lambda f: float(f.value))
            _judge(each, report, f"{match.group()} {name}", [best], key(best.qualifier) == key(name))
        else:
            _missing(each, report, match.group(), "top_channel")
    return None


def read_band(clause: Clause, scope: Scope, report: Report, inside: bool) -> None:
    """Whether the observed value lies within the band of expected values."""
    scope = scope.at(clause.last_name or scope.channel)
    word = "inside" if inside else "outside"
    for seen in scope.find("observed"):
        for normal in scope.find("expected"):
            if key(seen.qualifier) == key(normal.qualifier) and normal.low is not None and normal.high is not None:
                within = normal.low <= float(seen.value) <= normal.high
                return _judge(scope, report, f"{word} the expected range", [seen, normal], within == inside)
    if inside and scope.anomalous:
        return report.fails(
            "contradicted", "the text says all is within the normal range, but the verdict is anomalous"
        )
    return _missing(scope, report, f"{word} the expected range", "observed", "expected")


def read_p_against_alpha(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "p is below the alarm level": the p-value the clause is about against alpha."""
    kinds: tuple[FactKind, ...] = ("sample_p",)
    if re.search(r"heal|replac", clause.whole):
        kinds = ("random_healed_p",) if "random" in clause.whole else ("healed_p",)
    facts, alphas = scope.find(*kinds), scope.find("alpha")
    if not facts or not alphas:
        return _missing(scope, report, match.group(), *kinds, "alpha")
    low = match[1] in ("below", "under", "beneath", "smaller than", "less than", "lower than", "at most")
    right = all((float(f.value) <= float(alphas[0].value)) == low for f in facts)
    return _judge(scope, report, match.group(), [*facts, *alphas], right)


def read_verdict(match: re.Match[str], clause: Clause, scope: Scope, report: Report, said: str) -> None:
    """Anything that says normal or abnormal, about the sample or about a finding."""
    text = match.group().strip()
    if said == "overrule":
        outcome = "contradicted" if scope.anomalous else "unverifiable"
        return report.fails(
            outcome, f"{text!r} overrules or goes beyond the calibrated verdict ({scope.evidence.verdict})"
        )  # type: ignore[arg-type]
    if said == "none":
        return _read_no_findings(text, scope, report)
    if (said == "normal") == scope.anomalous:
        reason = f"{text!r} contradicts the calibrated verdict: the sample is {scope.evidence.verdict}"
        return report.fails("contradicted", reason, *scope.known("verdict"))
    if said == "deviates":
        said = "anomalous"
    proof = scope.find("verdict", "sample_p", "finding_count") if said == "normal" else scope.find(*_PROVES_ANOMALY)
    if not proof:
        return _missing(scope, report, text, "verdict", "finding_count")
    if said == "normal" and re.search(
        r"fine|ok|okay|healthy|good|harmless|safe|benign|clean|acceptable|unproblematic", text
    ):
        return report.fails("unverifiable", f"{text!r} says more than the verdict 'normal'; say 'normal'")
    return report.holds(proof[0])


_PROVES_ANOMALY: tuple[FactKind, ...] = (
    "verdict", "sample_p", "finding_count", "confidence", "place", "box", "area", "start", "end", "duration", "peak_at", "peak_p",
    "peak_ratio", "direction", "anomaly_kind", "observed", "expected", "difference", "channel_share", "top_channel",
    "rule_agreement", "rule_p", "healed_p", "healed_region_p", "random_healed_p", "do_test", "normals_as_extreme",
)  # fmt: skip


def _read_no_findings(text: str, scope: Scope, report: Report) -> None:
    if scope.evidence.findings:
        return report.fails("contradicted", f"{text!r}, but there are {len(scope.evidence.findings)} findings")
    if not scope.find("finding_count", "verdict"):
        return _missing(scope, report, text, "finding_count", "verdict")
    return report.holds(*scope.find("finding_count", "verdict")[:1])


def number_word(value: int) -> str:
    """A small number in words, as the writer prints it."""
    return next((w for w, v in NUMBER_WORDS.items() if v == value), str(value))
