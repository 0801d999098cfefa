"""What a clause says besides numbers: direction, kind, place, channel, confidence, agreement, tests, verdict.

Each reader is a pattern and a check. Readers run in order, negated forms first; what a reader has read is taken out
of the clause, and the words left at the end must be in the closed vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from anomalyst.agent.verify_clauses import Clause
from anomalyst.agent.verify_marks import key
from anomalyst.agent.verify_readings import (
    read_agreement, read_alarm, read_band, read_calibration_few, read_confidence, read_direction, read_do_test,
    read_extrapolated, read_kind, read_p_against_alpha, read_place, read_significance, read_top_channel, read_verdict,
)  # fmt: skip
from anomalyst.agent.verify_scope import Report, Scope, describe_all

Check = Callable[[re.Match[str], Clause, Scope, Report], None]


@dataclass(frozen=True)
class Reader:
    """A pattern over the clause's remaining text, and what checks a match."""

    pattern: re.Pattern[str]
    check: Check


def _reader(pattern: str, check: Check) -> Reader:
    return Reader(re.compile(pattern), check)


def read_statements(clause: Clause, scope: Scope, report: Report, readers: tuple[Reader, ...]) -> None:
    """Apply readers in order; each match is checked once and taken out of the clause."""
    for reader in readers:
        for match in list(reader.pattern.finditer(clause.text)):
            reader.check(match, clause, scope, report)
            clause.take(match.start(), match.end())


def read_names(clause: Clause, scope: Scope, report: Report) -> None:
    """Each name in the clause must be in a cited fact about its subject."""
    for match in list(re.finditer(r"«c\d+»", clause.text)):
        name = clause.marked.meaning(match.group())
        cited = [f for f in scope.cited if _names(f.qualifier, name) or _names(str(f.value), name)]
        about = [f for f in cited if not f.subject.startswith("R") or not scope.regions or f.subject in scope.regions]
        if about:
            report.support.extend(f.id for f in about[:1])
        else:
            where = " and ".join(scope.regions) or "the sample"
            report.fails("unverifiable", f"no cited fact about {where} names {name!r}", *cited[:2])
        clause.take(match.start(), match.end())


def _names(text: str, name: str) -> bool:
    return bool(text) and key(text) == key(name)


def read_texts(clause: Clause, scope: Scope, report: Report) -> None:
    """Each text quoted from the data must be the value of a cited fact about the subject, or the sample's name."""
    for match in list(re.finditer(r"«t\d+»", clause.text)):
        text = clause.marked.meaning(match.group())
        same = [f for f in scope.cited if isinstance(f.value, str) and key(f.value) == key(text)]
        about = [f for f in same if not f.subject.startswith("R") or f.subject in scope.regions]
        if about:
            report.holds(about[0])
        elif key(text) != key(scope.evidence.sample_name):
            known = [f for f in scope.evidence.facts if str(f.value) == text]
            report.fails(
                "unverifiable", f"{text!r} is not in a cited fact about the subject; {describe_all(known)}", *known
            )
        clause.take(match.start(), match.end())


_ANOMALY = r"(?:anomalous|anomal(?:y|ies)|abnormal|unusual|unexpected|outliers?|suspicious|irregular(?:ity|ities)?)"
_NORMAL = (
    r"(?:normal|fine|ok|okay|healthy|good|usual|ordinary|unremarkable|harmless|safe|benign|unproblematic|acceptable|"
    r"typical|insignificant|regular|clean|as expected)"
)
_SPOT = r"(?:regions?|findings?|places?|areas?|spots?|intervals?|stretch(?:es)?|parts?|segments?|values?)"
_NOT = r"(?:not|never|isn't|aren't|wasn't|weren't|cannot be|can't be|neither|hardly|barely|no longer)"


def _says(what: str) -> Check:
    return lambda m, c, s, r: read_verdict(m, c, s, r, what)


# Sentences that wave an anomaly away, however politely; with a normal verdict they say more than was measured.
OVERRULE = (
    r"\bfalse (?:alarms?|positives?)|\bharmless\b|\bbenign\b|\binnocuous\b|\bnothing (?:to worry|wrong|serious|of concern)\b"
    r"|\bno (?:cause|reason|need) (?:for|to) (?:concern|alarm|worry)\b|\bno (?:real )?(?:problem|issue|concern|danger|worry)\b"
    r"|\bnot (?:a )?(?:real|actual|genuine|true)\b|\bnot (?:worrying|serious|important|relevant|meaningful)\b"
    r"|\b(?:just|only|merely|mere|simply|pure|random|ordinary|normal|natural|usual|common|typical|everyday) "
    r"(?:\w+ )?(?:noise|variations?|fluctuations?|variability|wear|behaviou?r|operation|artifacts?|artefacts?|coincidence|chance)\b"
    r"|\b(?:statistical|sampling) (?:fluke|noise|fluctuation|accident)\b|\bfluke\b|\bby chance\b|\bcoincidence\b"
    r"|\b(?:can|could|may|might|should|to) (?:\w+ )?(?:ignore|disregard|dismiss)\b|\b(?:be|safely) (?:ignored|disregarded|dismissed)\b"
    r"|^(?:please )?(?:ignore|disregard|dismiss)\b|\bno (?:further )?action (?:is |was )?(?:needed|required|necessary)\b"
    r"|\b(?:all|everything|every thing) (?:is|looks|seems|appears|was)? ?(?:\w+ )?(?:good|well|fine|ok|okay|clear|normal|right)\b"
    r"|\bnormal after all\b|\bwithin (?:the )?(?:normal|usual|expected|acceptable)\b|\bexpected behaviou?r\b|\bacceptable\b"
)

NEGATED: tuple[Reader, ...] = (
    _reader(rf"\bno (?:\w+ )?(?:sign of )?(?:an? |any )?(?:significant )?(?:{_ANOMALY}|alarm)(?: {_SPOT})?\b", _says("normal")),
    _reader(rf"\bnothing (?:\w+ )?(?:is |was |looks )?{_ANOMALY}", _says("normal")),
    _reader(rf"\bnothing (?:stands|stood) out\b", _says("normal")),
    _reader(rf"\bno (?:\w+ )?{_SPOT} (?:is|was|were|are|has been|have been|stands?|stood)? ?(?:found|flagged|marked|reported|out)?", _says("none")),
    _reader(rf"\b(?:is|are|was|were|looks?|does|do|did)? ?{_NOT} (?:\w+ )?(?:{_ANOMALY}|deviate|stand out|differ)", _says("normal")),
    _reader(rf"\b(?:free of|without|lacks?|lacking) (?:any |an )?{_ANOMALY}", _says("normal")),
    _reader(rf"\b(?:is|are|was|were|looks?|does|do|did)? ?{_NOT} (?:look |be |seem |appear )?(?:\w+ )?{_NORMAL}\b", _says("anomalous")),
    _reader(r"\b(?:is|was|were|are)? ?not extrapolated\b|\bread (?:off )?directly\b|\bwithout extrapolation\b", lambda m, c, s, r: read_extrapolated(s, r, False)),
    _reader(r"\b(?:no|without) missing (?:values?|data)\b|\bno values? (?:is|are|was|were) missing\b", lambda m, c, s, r: _read_none_missing(s, r)),
    _reader(r"\b(?:did|does|has|have)(?:n't| not) pass(?:ed)?\b", lambda m, c, s, r: read_do_test(s, r, "failed")),
    _reader(r"\b(?:did|does|has|have)(?:n't| not) fail(?:ed)?\b", lambda m, c, s, r: read_do_test(s, r, "passed")),
    _reader(r"\b(?:alarm|it) (?:does|did)(?:n't| not) (?:go|clear|disappear|vanish|stop)(?: away)?\b", lambda m, c, s, r: read_alarm(c, s, r, False)),
    _reader(r"\b(?:alarm|it) (?:does|did)(?:n't| not) (?:stay|remain)\b", lambda m, c, s, r: read_alarm(c, s, r, True)),
    _reader(rf"\b(?:no|none of the) (?:\w+ )?{_SPOT} (?:passes|passed|reaches|reached|is significant)", lambda m, c, s, r: read_significance(c, s, r, False)),
    _reader(r"\b(?:is |are |was |were |does |did )?(?:not|n't) (?:\w+ )?(?:significant|pass|reach)\w*", lambda m, c, s, r: read_significance(c, s, r, False)),
    _reader(r"\bnot all (?:of )?(?:the )?(?:\w+ )?rules\b|\bdisagree\b|\b(?:do|did) not (?:all )?agree\b", lambda m, c, s, r: read_agreement(m, c, s, r, "some")),
    _reader(r"\b(?:smaller|lower|less) than (?:any|anything|all|every)\b[^~«]*", lambda m, c, s, r: read_extrapolated(s, r, True)),
)  # fmt: skip

EARLY: tuple[Reader, ...] = (
    _reader(OVERRULE, _says("overrule")),
    _reader(r"\b(below|under|beneath|above|over|smaller than|less than|lower than|higher than|greater than|larger than|exceeds|at most) (?:the |its )?(?:stated )?(?:alarm level|alpha|α|threshold|significance level|level|«n\d+» level)\b", read_p_against_alpha),
    _reader(r"\ball (?:of )?(?:the )?(?:«n\d+» )?(?:score )?rules(?: agree| flag)?\b|\bevery (?:score )?rule\b|\brules (?:all )?agree\b|\bunanimous(?:ly)?\b|\ball agree\b|\bagree(?:s|ment)?\b", lambda m, c, s, r: read_agreement(m, c, s, r, "all")),
)  # fmt: skip

AFFIRMED: tuple[Reader, ...] = (
    _reader(r"\bas (?:would be |was |were )?expected\b", _says("normal")),
    _reader(r"\b(?:within|inside|in) (?:its |the )?(?:normal|expected|usual) (?:range|band|interval|limits)\b|\bconsistent with (?:the )?normal\b", lambda m, c, s, r: read_band(c, s, r, inside=True)),
    _reader(r"\b(?:outside|out|beyond) (?:of )?(?:its |the )?(?:normal|expected|usual) (?:range|band|interval|limits)\b", lambda m, c, s, r: read_band(c, s, r, inside=False)),
    _reader(r"\b(?:in )?(?:with )?(?:a )?(?:(very|highly|quite|fairly|moderately|reasonably|extremely|absolutely|completely|not very) )?(confident|sure|certain)\b|\b(very high|very low|high|moderate|medium|low|full|complete|absolute|great|strong|weak|little) (?:statistical )?(?:confidence|certainty)\b|\b(?:confidence|certainty)(?: level)?(?: in (?:this|the) \w+)?(?: is| was|:| =)? ?(very high|very low|high|moderate|medium|low)\b", read_confidence),
    _reader(r"\bextrapolat(?:ed|es|ion|ing)\b|\bfitted tail\b", lambda m, c, s, r: read_extrapolated(s, r, True)),
    _reader(r"\b(?:do-test|test|healing|explanation|finding)?(?: has| have)? ?(?:passed|passes)\b(?! the)|\bpass the (?:do-)?test\b", lambda m, c, s, r: read_do_test(s, r, "passed")),
    _reader(r"\b(?:do-test|test|healing)?(?: has| have)? ?(?:failed|fails|failure)\b", lambda m, c, s, r: read_do_test(s, r, "failed")),
    _reader(r"\balarm (?:goes|went|clears|cleared|disappears|disappeared|vanishes|vanished|stops|stopped|is gone|ends)(?: away)?\b", lambda m, c, s, r: read_alarm(c, s, r, True)),
    _reader(r"\balarm (?:stays|stayed|remains|remained|persists|persisted)\b", lambda m, c, s, r: read_alarm(c, s, r, False)),
    _reader(r"\bfew\b|\bsmall number\b|\blittle\b", lambda m, c, s, r: read_calibration_few(s, r)),
    _reader(r"\bsignificant(?:ly)?\b|\bstatistically\b|\b(?:passes|passed|reaches) the (?:stated )?(?:false[- ]discovery rate|threshold)\b", lambda m, c, s, r: read_significance(c, s, r, True)),
    _reader(r"\bmost suspicious\b", lambda m, c, s, r: r.holds(*s.find("place", "start", "box", "peak_p", "area")[:1])),
    _reader(r"\b(?:most of (?:the|its) (?:anomaly |deviation )?(?:score|anomaly|deviation)|mainly|mostly|chiefly|primarily|largely|(?:the )?(?:largest|biggest|highest|main|dominant|top|leading|greatest|major)(?: \w+)? (?:share|part|contribution|contributor|channel|column|score share)|(?:contributes|contributed|deviates|deviated) (?:the )?most|most (?:to blame|abnormal|affected|deviant))\b", read_top_channel),
    _reader(r"\b(?:highest|strongest|largest|peak|maximum) (?:anomaly )?(?:score|deviation|point)\b|\bpeak(?:s|ed)?\b|\bscore is highest\b|\bstrongest\b", lambda m, c, s, r: _read_peak(s, r)),
    _reader(r"\b(?:anomaly|deviation) score\b", lambda m, c, s, r: None),
)  # fmt: skip


def _read_none_missing(scope: Scope, report: Report) -> None:
    facts = scope.find("missing_share")
    if facts and all(f.value == 0 for f in facts):
        return report.holds(*facts)
    return report.fails(
        "contradicted" if facts else "unverifiable", f"missing values: {describe_all(facts) or 'no cited fact'}", *facts
    )


def _read_peak(scope: Scope, report: Report) -> None:
    if not scope.find("peak_at", "peak_p", "peak_ratio"):
        report.fails("unverifiable", "no cited fact is about the peak of the score; cite one or leave it out")


_UP = r"(?:{0})".format  # noqa: UP032
LOCAL: tuple[Reader, ...] = (
    _reader(r"\b(?:flat[- ]?lin(?:e|es|ed|ing)|level[- ]shifts?|shifts? (?:of|in) (?:the )?level|steps?|changes? (?:of|in) (?:the )?(?:period|variance|frequency|variability|volatility|spread|texture|colou?r|level)|(?:period|variance|frequency|texture|colou?r|level)[- ](?:changes?|shifts?)|missing (?:data|values|parts?|piece)|extra parts?|unusual patterns?|spikes?|spiked|dips?|dipped|drift(?:s|ed|ing)?|trends?|gaps?|stuck|frozen|constant|discolou?r\w*|bursts?)\b", read_kind),
    _reader(r"(?:\b(?:over |covers |covering |across )?most of the (?:image|series|picture|recording)\b|\b(?:(?:at|near|towards|toward|around|close to) )?(?:the )?(?:upper|lower|top|bottom|left|right|cent(?:re|er|ral)|middle|mid|early|late|beginning|very start|very end)(?:[- ](?:hand|most))?(?:[- ,](?:upper|lower|top|bottom|left|right|cent(?:re|er|ral)|middle|early|late)(?:[- ]hand)?)*\b|\b(?:at|near|towards|toward|close to) the (?:start|end)\b)", read_place),
    _reader(r"\b(?:slightly |somewhat |much |far |too |well |clearly )?(?:" + "|".join(
        "above higher greater rises rise rose risen rising increase increases increased increasing exceed exceeds exceeded exceeding elevated upward upwards climb climbs climbed jump jumps jumped surge surges surged more larger high excess brighter lighter bright raised below lower drop drops dropped dropping fall falls fell fallen falling decrease decreases decreased decreasing reduced reduction downward downwards decline declines declined sink sinks sank less smaller low shortfall darker dimmer dark lowered under".split()
    ) + r")\b", read_direction),
)  # fmt: skip

PREDICATES: tuple[Reader, ...] = (
    _reader(r"\b(?:what|how) (?:is |was )?normal\b|\bnormal (?:images?|samples?|stretch(?:es)?|examples?|recordings?|series|quantile|values?|ranges?|level|picture|ones?|would|data|limit|«n\d+»)\b|\b(?:than|from|of|to|held-out|as|with) (?:the |is )?normals?\b|\bnormals\b", lambda m, c, s, r: None),
    _reader(rf"\b(?:raises?|raised|triggers?|triggered|rings?) (?:an |the )?alarm\b", _says("anomalous")),
    _reader(rf"\b(?:differs?|deviates?|departs?|stands? out|stood out)(?: from)?(?: the| what is)?(?: normal| expected)?\b", _says("deviates")),
    _reader(rf"\b{_ANOMALY}\b", _says("anomalous")),
    _reader(rf"\b{_NORMAL}\b", _says("normal")),
    _reader(r"\b(?:found|flagged|marked|reported)\b", lambda m, c, s, r: _read_found(s, r)),
)  # fmt: skip


def _read_found(scope: Scope, report: Report) -> None:
    """ "R1 was flagged": the finding exists, which was checked with its id."""
    if scope.regions and any(f.subject in scope.regions for f in scope.cited):
        report.statements += 1
