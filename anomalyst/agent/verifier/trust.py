"""Statements about how far to trust: confidence, significance, calibration, agreement of rules, the healing test."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.scope import Report, Scope, each, judge, judge_all, missing, pronounce
from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.healing import FAILED, NOT_APPLICABLE
from anomalyst.tools import doubts
from anomalyst.tools.planted import seen_enough

_STRONGER = "stronger than any level"  # certainty, which no calibration gives
FEW = 30  # normals up to which a calibration may be called based on few
_LEVELS = {
    "very high": "very high", "very": "very high", "highly": "very high", "high": "high", "great": "high",
    "strong": "high", "": "high", "moderate": "moderate", "medium": "moderate", "moderately": "moderate",
    "fairly": "moderate", "reasonably": "moderate", "quite": "moderate", "low": "low", "weak": "low", "little": "low",
    "not very": "low",
}  # fmt: skip


def read_confidence(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """How sure the verdict is, in the words of the confidence fact."""
    if "«r" in clause.whole:
        return report.fails(
            "unverifiable", "the confidence is that of the verdict on the whole sample, not of a finding"
        )
    said = _LEVELS.get(match[1] or "", _STRONGER)  # "sure" alone has no adverb: high
    if "certain" in match.group():
        said = _STRONGER
    return judge_all(scope, report, match.group().strip(), "confidence", lambda f: f.value == said)


def _count(fact: Fact) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+) of (\d+)", str(fact.value))
    return (int(found[1]), int(found[2])) if found else (0, -1)


def may_be_kept(evidence: Evidence) -> bool:
    """Whether a sample is proved normal enough to be one of the normal examples."""
    unsure = any(fact.value == "low" for fact in evidence.about("sample", "confidence"))
    return evidence.verdict == "normal" and not unsure and seen_enough(evidence) is True


def check_keeping(clause: Clause, scope: Scope, report: Report) -> None:
    """Advice to keep the sample as a normal example: not where an anomaly could have passed unnoticed. Of runs recorded
    before faults were planted this is not known, and the confidence alone decides."""
    evidence = scope.evidence
    sure = [str(fact.value) for fact in evidence.about("sample", "confidence")]
    of_before = not evidence.about("sample", "seen_faults") and sure != ["low"] and evidence.verdict == "normal"
    if (advised := _KEEPING.search(clause.whole)) and not (may_be_kept(evidence) or of_before):
        reason = f"{advised.group()!r}: an anomaly may have passed unnoticed; advise to inspect instead"
        report.fails("contradicted", reason, *evidence.about("sample", "seen_faults"))


def read_unnoticed(scope: Scope, report: Report, said: bool) -> None:
    """ "An anomaly of the usual size can pass unnoticed": too few of the planted faults raised the alarm."""
    word = "unnoticed" if said else "would have been seen"
    judge_all(scope, report, word, "seen_faults", lambda _: seen_enough(scope.evidence) is (not said))


def read_cannot_tell(match: re.Match[str], scope: Scope, report: Report) -> None:
    """ "Cannot tell", "no verdict can be given": there is a doubt; "no alarm was possible": the smallest p-value there
    is lies above the alarm level."""
    kinds: tuple[FactKind, ...] = ("smallest_p",) if "possible" in match.group() else ("doubt", "verdict", "smallest_p")
    facts = scope.find(*kinds)
    if not scope.evidence.cannot_tell:
        report.fails("contradicted", f"{match.group()!r}, but the verdict is {scope.evidence.verdict}")
    elif facts:
        report.holds(*facts)
    else:
        missing(scope, report, match.group(), *kinds)


def _read_doubt(match: re.Match[str], scope: Scope, report: Report, doubt: str) -> None:
    """One of the doubts, which the fact on them must name."""
    judge_all(scope, report, match.group().strip(), "doubt", lambda fact: doubt in str(fact.value).split(", "))


def read_close(match: re.Match[str], scope: Scope, report: Report) -> None:
    """ "Close to the alarm level"."""
    _read_doubt(match, scope, report, doubts.CLOSE_BY)


def read_lowest_shown(match: re.Match[str], scope: Scope, report: Report) -> None:
    """ "As low as 10 normals show": they are too few to show less."""
    _read_doubt(match, scope, report, doubts.FEW)


def read_untried(match: re.Match[str], scope: Scope, report: Report) -> None:
    """ "No anomaly was planted"."""
    _read_doubt(match, scope, report, doubts.UNTRIED)


def read_alone(match: re.Match[str], scope: Scope, report: Report) -> None:
    """ "Compared with itself only": no normals stand behind the p-value."""
    judge_all(scope, report, match.group().strip(), "calibration_method", lambda fact: fact.value == "self-calibrated")


def read_agreement(match: re.Match[str], clause: Clause, scope: Scope, report: Report, all_agree: bool) -> None:
    """Whether all score rules flag the region, or not all."""
    for one in each(scope):
        facts = one.find("rule_agreement")
        if not facts:
            missing(one, report, match.group(), "rule_agreement")
            continue
        agree, total = _count(facts[0])
        number = re.search(r"«n\d+»", match.group())
        right = number is None or clause.quantity(number.group()).value == total
        right = right and (total == 2 or not re.search(r"\bboth\b", match.group())) and _right_noun(match.group(), one)
        judge(report, match.group(), facts, right and (agree == total) == all_agree)


def _right_noun(text: str, scope: Scope) -> bool:
    """Whether opinions called rules are those of rules, and called detectors, of detectors."""
    said = re.search(r"\b(?:(rules?)|detectors?)\b", text)
    voting = raters(f.qualifier for f in scope.evidence.facts if f.kind == "rule_p")
    return said is None or (said[1] is not None) == (voting == "score rules")


def read_healing_test(clause: Clause, scope: Scope, report: Report, said: str) -> None:
    """Whether the healing test passed or failed: of the finding the clause names, else of the sample."""
    facts = scope.find("do_test")
    named = [f for f in facts if (f.subject in scope.regions) == ("«r" in clause.whole)]
    facts = named or facts
    if said == FAILED and any(f.value == NOT_APPLICABLE for f in facts):
        report.fails("unverifiable", f"{said!r}, but the healing test does not apply")  # it did not pass either
    elif facts:
        judge(report, said, facts, all(f.value == said for f in facts))
    else:
        missing(scope, report, said, "do_test")


def read_alarm(clause: Clause, scope: Scope, report: Report, gone: bool) -> None:
    """Whether the alarm goes when a region is healed: the healed p-value against the alarm level."""
    kind: FactKind = "random_healed_p" if re.search(r"\brandom|elsewhere", clause.context) else "healed_p"
    kind = "first_healed_p" if re.search(r"\balone\b", clause.context) else kind
    facts = scope.find(kind)
    word = "goes" if gone else "stays"
    if facts:
        right = all((float(f.value) > scope.evidence.alpha) == gone for f in facts)
        judge(report, f"the alarm {word}", facts, right)
    elif scope.find("do_test") and kind == "healed_p":
        tests = scope.find("do_test")
        judge(report, f"the alarm {word}", tests, all((f.value == "passed") == gone for f in tests))
    else:
        missing(scope, report, f"the alarm {word}", kind, "do_test")


def read_extrapolated(scope: Scope, report: Report, said: bool) -> None:
    """Whether the p-value was read from a fitted tail."""
    word = "extrapolated" if said else "not extrapolated"
    judge_all(scope, report, word, "p_extrapolated", lambda f: f.value is said)


def read_few(scope: Scope, report: Report) -> None:
    """ "Few normals": at most FEW."""
    judge_all(scope, report, "few", "calibration_normals", lambda f: float(f.value) <= FEW)


def read_none_extreme(scope: Scope, report: Report) -> None:
    """ "No normal image is as extreme": 0 of them are."""
    for one in each(scope):
        judge_all(one, report, "no normal as extreme", "normals_as_extreme", lambda f: _count(f)[0] == 0)


def read_none_missing(scope: Scope, report: Report) -> None:
    """ "No values are missing": the missing share is 0."""
    judge_all(scope, report, "no missing values", "missing_share", lambda f: f.value == 0)


def read_significance(clause: Clause, scope: Scope, report: Report, said: bool) -> None:
    """Whether a finding was chosen at the false-discovery rate; without a region: any of them, and the sample."""
    of_all = re.search(r"\bno(?:ne)?\b", clause.whole)
    findings = scope.evidence.findings if of_all else [scope.finding(r) for r in scope.regions]
    cited = scope.find("fdr", "peak_p", "sample_p", "verdict")
    truths = [f.significant for f in findings if f is not None] or [scope.anomalous]
    if not cited:
        return missing(scope, report, "significant" if said else "not significant", "fdr", "peak_p")
    if all(t == said for t in truths):
        return report.holds(*cited[:1])
    word = "significant" if said else "not significant"
    return report.fails("contradicted", f"the text says {word!r}, which the run decided otherwise", *cited)


def read_p_against_alpha(match: re.Match[str], clause: Clause, scope: Scope, report: Report) -> None:
    """ "p is below the alarm level": the p-value the clause is about against alpha."""
    kinds: tuple[FactKind, ...] = ("sample_p",)
    if re.search(r"heal|replac", clause.context):
        kinds = ("random_healed_p",) if "random" in clause.context else ("healed_p",)
    facts, alphas = scope.find(*kinds), scope.find("alpha")
    if not facts or not alphas:
        return missing(scope, report, match.group(), *kinds, "alpha")
    low = match[1] in ("below", "under", "beneath", "smaller than", "less than", "lower than", "at most")
    right = all((float(f.value) <= float(alphas[0].value)) == low for f in facts)
    return judge(report, match.group(), [*facts, *alphas], right)


_EXPECTED = re.compile(r"estimat|\bfit|\bkeeps?\b|\bwould\b|\bexpected to\b")


def read_budget(match: re.Match[str], clause: Clause, scope: Scope, report: Report, within: bool) -> None:
    """ "Within the budget", "over the budget": what the run took, or was estimated to take, against the budget."""
    kind: FactKind = "estimated_time" if _EXPECTED.search(clause.whole) else "run_time"
    times, budgets = scope.find(kind), scope.find("budget")
    if not times or not budgets:
        return missing(scope, report, match.group(), kind, "budget")
    right = (float(times[0].value) <= float(budgets[0].value)) == within
    return judge(report, match.group(), [*times, *budgets], right)


_SHARES = re.compile(r"(«n\d+»|\bnone) (?:(?:(?:score )?rules?|detectors?) )?(?:out )?of (?:the |all )?(«n\d+»)")
_PLANTED = re.compile(
    r" planted (?:anomal(?:y|ies)|faults?|defects?|ones?)(?: of (?:the )?usual size)?"
    r" (?:raise[sd]?|would have raised|triggere?[sd]?) (?:the |an )?alarm\b"
)
_KEEPING = re.compile(
    r"\bkeep\b.*\bnormals?\b|\b(?:add|use|save|store|take|record)\b.*\b(?:as|to|among|with) (?:(?:an?|the|your|another|"
    r"other|further) )*normals?\b"
)
_NOUN = re.compile(r" (?:score )?(?:rules?|detectors?)\b")
_KEEP = re.compile(
    r"(?:(?: suitable)? detectors?)? (?:(?:would|are|were|is|was|estimated|expected|to) )*"
    r"(?:fits?|fitted|keeps?|kept|stays?|within)"
    r"(?: within)?(?= (?:the |its |this )?(?:time )?budget)"
)


def read_shares(clause: Clause, scope: Scope, report: Report) -> None:
    """ "2 of 3 rules", "0 of 24 normals", "3 of 12 detectors fit the budget": read before single numbers, taken out
    together."""
    for match in list(_SHARES.finditer(clause.text)):
        agree = 0.0 if match[1] == "none" else clause.quantity(match[1]).value
        pair = agree, clause.quantity(match[2]).value
        keep = _KEEP.match(clause.text, match.end())
        planted = _PLANTED.match(clause.text, match.end())
        kind = _shared(clause, keep is not None, planted is not None)
        noun = _NOUN.match(clause.text, match.end())
        words = match.group() + (noun.group() if noun else "")
        for one in each(scope):
            facts = one.find(kind)
            if facts:
                text = " of ".join("none" if v is None else f"{v:g}" for v in pair)
                right = kind != "rule_agreement" or _right_noun(words, one)
                judge(report, text, facts, right and any(_count(f) == pair for f in facts))
            else:
                missing(one, report, pronounce([kind]), kind)
        clause.take(match.start(), max(m.end() for m in (match, keep, planted) if m))
        if kind == "rule_agreement":
            verb = re.compile(r"\bagree[sd]?\b").search(clause.text, match.end())
            clause.take(*(verb.span() if verb else (match.end(), match.end())))


def _shared(clause: Clause, keep: bool, planted: bool) -> FactKind:
    """What a share is of."""
    if keep or planted:
        return "within_budget" if keep else "seen_faults"
    return "normals_as_extreme" if re.search(r"\bnormals?\b|extreme", clause.whole) else "rule_agreement"
