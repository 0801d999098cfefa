"""The verifier: code that lets a sentence pass only if the facts it cites say the same. No model, no randomness.

A sentence is normalised, its data become marks, it is cut into clauses, and each clause is read: quantities by the
role that the words around them give, statements by the patterns of `verify_statements`. What is read is compared with
the cited facts about the clause's own subject; what is left must be in the closed vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from anomalyst.agent.verifier.appearance import read_appearance
from anomalyst.agent.verifier.clauses import Clause, split_clauses
from anomalyst.agent.verifier.marks import Marked, mark, sentences
from anomalyst.agent.verifier.modal import (
    HEDGE,
    check_advice,
    check_cause,
    check_hypothesis,
    is_advice,
    modal_words,
    take_catalogue,
)
from anomalyst.agent.verifier.phrases.reader import read
from anomalyst.agent.verifier.phrases.wordings.denied import leaves_out_denial
from anomalyst.agent.verifier.phrases.wordings.several import speaks_of_several
from anomalyst.agent.verifier.quantities import PART_OF_WHOLE, read_quantities
from anomalyst.agent.verifier.scope import Report, Scope
from anomalyst.agent.verifier.sizes import read_sizes
from anomalyst.agent.verifier.spans import Span
from anomalyst.agent.verifier.statements import overruling, read_names, read_statements, read_texts
from anomalyst.agent.verifier.trust import check_keeping, read_shares
from anomalyst.agent.verifier.turning import is_turned
from anomalyst.agent.verifier.words import MAX_TEXT
from anomalyst.evidence.advice import catalogued, field_of, is_catalogued
from anomalyst.evidence.claims import Claim, ClaimKind, Outcome, Verdict
from anomalyst.evidence.declared import QUALIFIED
from anomalyst.evidence.facts import Evidence, Fact, Model
from anomalyst.evidence.lexicon import words_of
from anomalyst.evidence.names import key
from anomalyst.evidence.text import normalise
from anomalyst.modalities.registry import modality

MAX_CLAIM = 600

_CAUSE = re.compile(
    r"\b(?:because|caused?|causes|causing|due|owing|leads?|led|leading|results?|resulting|suggests?|suggesting|implies|"
    r"indicates?|therefore|thus|hence|since|consequence|reason|responsible|stems?|blame|means|likely|probably|probable|"
    r"presumably|may|might|could|possibly|possible|perhaps)\b"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|without|neither|nor|cannot|hardly|barely|lacks?|lacking)\b|n't\b"
)
_NO_ALARM = re.compile(r"\bno alarm (?:is|was) possible\b")  # a statement, not a guess
_LIKEWISE = re.compile(r"\b(?:as|so) (?:is|was|are|were|does|did|do|has|had) (?:also )?«[rc]\d+»")
_INVENTED_NAME = re.compile(r"(?<![«\w])[^\W\d]\w*[_\d]\w*(?![\w»])")
_QUOTED = re.compile(r"\"[^\"«~]+\"|(?<!\w)'[^'«~]+'(?!\w)")
_WORD = re.compile(r"[^\W\d_](?:[\w]|['-](?=\w))*|\w+", re.UNICODE)


class CheckedSentence(Model):
    """One sentence of anybody's text and what the facts say about it. `spans`: which of its characters are proved or
    refuted, by which facts, and which were not read (unverifiable); none where it was not looked at that closely."""

    text: str
    verdict: Verdict
    spans: tuple[Span, ...] = ()


def verify_claims(claims: Iterable[Claim], evidence: Evidence) -> list[Verdict]:
    """A verdict for each claim, in order."""
    return [verify_claim(claim, evidence) for claim in claims]


def verify_claim(claim: Claim, evidence: Evidence) -> Verdict:
    """Whether the claim's own citations prove it. Pure and deterministic."""
    cited = tuple(fact for cite in dict.fromkeys(claim.cites) if (fact := evidence.fact(cite)) is not None)
    report = _check_citations(claim, evidence, cited)
    if report.problems:
        return _verdict(report)
    regions = list(dict.fromkeys(f.subject for f in cited if f.subject.startswith("R")))
    stating = claim.kind in ("observation", "comparison")
    # An observation must name its finding where it cites several; a cause or an action may be about any of them.
    readings = [(r,) for r in regions] if len(regions) == 1 or (regions and not stating) else [()]
    verdicts = []
    for subject in readings:
        report = Report()
        _read_sentences(claim.text, claim.kind, Scope(evidence, cited, subject), report)
        verdicts.append(_verdict(report))
    best = min(verdicts, key=_rank)
    if best.outcome != "supported" and is_catalogued(claim, evidence):  # its words may be names in the data, too
        return Verdict(outcome="supported", facts=tuple(dict.fromkeys(claim.cites)))
    return best


def _check_citations(claim: Claim, evidence: Evidence, cited: tuple[Fact, ...]) -> Report:
    report = Report()
    unknown = [cite for cite in claim.cites if evidence.fact(cite) is None]
    if unknown:
        report.fails("unverifiable", f"there is no fact {', '.join(unknown)}; cite ids from the list of facts")
    if not cited and claim.kind in ("observation", "comparison"):
        report.fails("unverifiable", f"a claim of kind {claim.kind!r} must cite at least one fact")
    return report


def _read_sentences(text: str, kind: ClaimKind, scope: Scope, report: Report) -> None:
    if len(text) > MAX_CLAIM:
        report.fails("unverifiable", _too_long(text))
        return
    for sentence in sentences(normalise(text), scope.evidence) or [text]:
        regions = read_sentence(sentence, kind, scope, report)
        scope = replace(scope, regions=regions or scope.regions)


def _too_long(text: str) -> str:
    return f"the sentence has {len(text)} characters; at most {MAX_CLAIM} are allowed"


def read_sentence(
    sentence: str, kind: ClaimKind, scope: Scope, report: Report, each_states: bool = False
) -> tuple[str, ...]:
    """Read one sentence into `report`; returns the findings it was about, for the sentence after it. `each_states`:
    whether each of its clauses must state something, as a name proves nothing of what is said beside it."""
    before = report.statements
    marked = mark(sentence, scope.evidence)
    if marked.text.rstrip("\"') ").endswith("?"):
        report.fails("unverifiable", "a question states nothing; say what was measured")
        return ()
    if likewise := _LIKEWISE.search(marked.text):
        report.fails("unverifiable", f"{likewise.group()!r}: say it of each finding by itself")
        return ()
    if not _ids_are_known(marked, scope, report):
        return ()
    clauses = split_clauses(marked, scope.regions)
    for number, clause in enumerate(clauses):
        stated = report.statements
        read_clause(clause, kind, replace(scope, regions=clause.regions), report, number == 0)
        if each_states and kind == "observation" and report.statements == stated:
            report.fails("unverifiable", f"{clause.whole.strip()!r} states nothing that a fact can prove")
    if report.statements == before:
        report.fails("unverifiable", "the sentence states nothing that a cited fact can prove")
    return clauses[-1].regions if clauses else ()


def _ids_are_known(marked: Marked, scope: Scope, report: Report) -> bool:
    ids = {f.id for f in scope.evidence.findings} | {f.subject for f in scope.evidence.facts if f.subject[0] == "R"}
    listed = ", ".join(sorted(ids)) or "none"
    for region in dict.fromkeys(marked.regions):
        if region not in ids:
            report.fails(
                "unverifiable",
                f"there is no finding {region}; the findings are {listed}",
            )
        elif not any(f.subject == region for f in scope.cited):
            report.fails("unverifiable", f"the text speaks of {region}, but no cited fact is about {region}")
    cited = {f.id for f in scope.cited}
    for fact in dict.fromkeys(marked.fact_ids):
        if fact not in cited:
            report.fails("unverifiable", f"the text names {fact}, which is not among the cited facts")
    return not report.problems


def read_clause(clause: Clause, kind: ClaimKind, scope: Scope, report: Report, first: bool) -> None:
    """Read one clause as the kind of sentence it stands in."""
    if kind in ("observation", "comparison"):
        return _read_observation(clause, scope, report)
    overruled = overruling(clause.whole)
    if overruled and (scope.anomalous or kind == "hypothesis"):
        report.fails("contradicted", f"{overruled!r} overrules the calibrated verdict ({scope.evidence.verdict})")
    if kind == "recommendation":
        check_advice(clause, report, first, scope.cited)
        check_keeping(clause, scope, report)
        _read_measured(clause, scope, report)
        return _check_words(clause, modal_words(kind, scope), report, kind)
    if not scope.anomalous:
        report.fails(
            "unverifiable",
            "there was no alarm: there is no anomaly to give a possible cause for",
        )
    if not check_hypothesis(clause, report):
        return _read_beside_hypothesis(clause, scope, report)
    take_catalogue(clause, field_of(scope.evidence))
    check_cause(clause, report)
    _read_measured(clause, scope, report)
    return _check_words(clause, modal_words(kind, scope), report, kind)


def _read_beside_hypothesis(clause: Clause, scope: Scope, report: Report) -> None:
    inner = Report()
    _read_observation(clause, scope, inner)
    if inner.problems:
        reason = "a hypothesis must say may, might, could, possible, possibly or perhaps in each of its parts"
        report.fails(inner.problems[0].outcome, f"{reason}; as a statement it fails: {inner.problems[0].reason}")
    report.support.extend(inner.support)


def _read_measured(clause: Clause, scope: Scope, report: Report) -> None:
    """Numbers, names, quoted texts and places: facts wherever they stand."""
    stated = report.statements
    read_sizes(clause, scope, report)
    read_shares(clause, scope, report)
    read_quantities(clause, scope, report)
    read_texts(clause, scope, report)
    read_names(clause, scope, report)
    read_statements(clause, scope, report, "place-plane")
    for word in [*_INVENTED_NAME.findall(clause.text), *_QUOTED.findall(clause.text)]:
        report.fails("unverifiable", f"{word!r} names nothing that a cited fact names")
    report.statements = max(stated, report.statements)


def _read_observation(clause: Clause, scope: Scope, report: Report) -> None:
    about = modality(scope.evidence.modality).told
    _check_channel(clause, scope, report)
    read_appearance(clause, scope, report)
    read_sizes(clause, scope, report)
    read_shares(clause, scope, report)
    read_statements(clause, scope, report, "overrule", "negated", "early")
    read_quantities(clause, scope, report)
    read_statements(clause, scope, report, "affirmed")
    read_texts(clause, scope, report)
    read_statements(clause, scope, report, f"place-{about.places}", "local", "predicates")
    read_names(clause, scope, report)
    kinds = {f.kind for f in scope.cited if not f.subject.startswith("R") or f.subject in scope.regions}
    allowed = words_of("neutral", *kinds) | about.words
    _check_words(clause, allowed, report, "observation")


def _check_channel(clause: Clause, scope: Scope, report: Report) -> None:
    """Facts of several channels and none named: whose number it is cannot be told."""
    named = clause.names or clause.name_before or clause.name_after or scope.channel
    if named or "«n" not in PART_OF_WHOLE.sub("", clause.whole):
        return
    kinds = {"observed", "expected", "difference", "channel_share"}
    facts = [f for f in scope.cited if f.kind in kinds and f.subject in scope.regions]
    channels = sorted({f.qualifier for f in facts if f.qualifier})
    if len(channels) > 1:
        report.fails(
            "unverifiable", f"the cited facts are about {', '.join(channels)}; name which one each number belongs to"
        )


def _check_words(clause: Clause, allowed: frozenset[str], report: Report, kind: ClaimKind) -> None:
    left = re.sub(r"«[a-z]\d+»|~+", " ", clause.text)
    for number in re.findall(r"«n\d+»", clause.text):
        report.fails("unverifiable", f"{clause.quantity(number).text} was not understood; say what it is")
    for name in _QUOTED.findall(clause.text):
        report.fails("unverifiable", f"{name} quotes what no cited fact says")
    for word in dict.fromkeys(w.removesuffix("'s") for w in _WORD.findall(left)):
        if word not in allowed:
            _refuse_word(word, report, kind)


def _refuse_word(word: str, report: Report, kind: ClaimKind) -> None:
    if _NEGATION.fullmatch(word) or word.endswith("n't"):
        report.fails("unverifiable", f"the negation {word!r} cannot be verified here; say what was measured instead")
    elif kind != "hypothesis" and _CAUSE.fullmatch(word):
        report.fails(
            "unverifiable",
            f"{word!r} gives a cause or guess: an unmarked hypothesis; make it a claim of kind 'hypothesis'",
        )
    elif kind in ("hypothesis", "recommendation"):
        what = "causes" if kind == "hypothesis" else "actions"
        general = "such as sensor, setting, load or surface"
        reason = f"{word!r} is no word of the catalogue of {what} and in no cited fact; use general words {general}"
        report.fails("unverifiable", reason)
    else:
        report.fails("unverifiable", f"{word!r} is not in any cited fact; say only what the cited facts say")


def _verdict(report: Report) -> Verdict:
    if not report.problems:
        return Verdict(outcome="supported", facts=tuple(dict.fromkeys(report.support)))
    refuted = [p for p in report.problems if p.outcome == "contradicted"]
    outcome: Outcome = "contradicted" if refuted else "unverifiable"
    reasons = tuple(dict.fromkeys(p.reason for p in [*refuted, *report.problems]))
    return Verdict(
        outcome=outcome, reasons=reasons[:6], facts=tuple(dict.fromkeys(f for p in report.problems for f in p.facts))
    )


def verify_text(text: str, evidence: Evidence) -> list[CheckedSentence]:
    """Check anybody's text, sentence by sentence, against all facts; what is worded as possible or as advice, as such.

    A sentence that names no finding is held against the finding spoken of before it, then against each one, and the
    best outcome counts. A text of more than MAX_TEXT characters is not read.
    """
    if len(text) > MAX_TEXT:
        reason = f"the text has {len(text)} characters; at most {MAX_TEXT} are read: split it"
        return [CheckedSentence(text=text[:200], verdict=Verdict(outcome="unverifiable", reasons=(reason,)))]
    checked: list[CheckedSentence] = []
    subject: tuple[str, ...] = ()
    for sentence in sentences(text, evidence):
        one, subject = _check_sentence(sentence, evidence, subject)
        if one.verdict.outcome != "supported" and (known := catalogued(sentence, evidence)) is not None:
            one = CheckedSentence(text=sentence, verdict=Verdict(outcome="supported", facts=known.cites))
        checked.append(one)
    return checked


_NO_CHANNEL: list[str | None] = [None]
_BACKWARD = re.compile(
    r"^(?:it|its|this|that|these|they|their|there|the (?:region|finding|place|anomaly)|here)\b", re.I
)


def _check_sentence(
    sentence: str, evidence: Evidence, before: tuple[str, ...]
) -> tuple[CheckedSentence, tuple[str, ...]]:
    """The sentence read as phrases; where that leaves anything open, clause by clause, which may still prove it."""
    if len(sentence) > MAX_CLAIM:
        verdict = Verdict(outcome="unverifiable", reasons=(_too_long(sentence),))
        return CheckedSentence(text=sentence, verdict=verdict), before
    reading = read(sentence, evidence, before)
    verdict, regions = (
        Verdict(outcome=reading.outcome, reasons=reading.reasons[:6], facts=reading.facts),
        reading.regions,
    )
    if reading.outcome != "unverifiable":
        return CheckedSentence(text=sentence, verdict=verdict, spans=reading.spans), regions or before
    other, after = _check_clauses(sentence, evidence, before)
    if (
        other.outcome == "supported"
        and not reading.denies
        and not is_turned(sentence, evidence)
        and not _leaves_out(sentence, evidence, before)
    ):
        whole = Span(start=0, end=len(sentence), outcome="supported", facts=other.facts)
        return CheckedSentence(text=sentence, verdict=other, spans=(whole,)), after
    reasons = tuple(dict.fromkeys((*verdict.reasons, *other.reasons)))[:6]
    verdict = Verdict(outcome="unverifiable", reasons=reasons, facts=other.facts)
    return CheckedSentence(text=sentence, verdict=verdict, spans=reading.spans), regions or after


def _leaves_out(sentence: str, evidence: Evidence, before: tuple[str, ...]) -> bool:
    """Whether a sentence would be proved without what denies in it, too."""

    def supports(other: str) -> bool:
        by_clauses, _ = _check_clauses(other, evidence, before)
        return "supported" in (by_clauses.outcome, read(other, evidence, before).outcome)

    return leaves_out_denial(sentence, supports)


def _check_clauses(sentence: str, evidence: Evidence, before: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
    """The best verdict on a sentence over all findings and channels that it may be about."""
    said = mark(sentence, evidence).text  # what stands in the data is neither advice nor a guess
    kind: ClaimKind = "observation"
    if is_advice(said):
        kind = "recommendation"
    elif HEDGE.search(_NO_ALARM.sub("", said.lower())):
        kind = "hypothesis"
    best: tuple[Verdict, tuple[str, ...]] | None = None
    for regions, channel in _readings(sentence, evidence, before):
        scope, report = Scope(evidence, evidence.facts, regions, channel), Report()
        after = read_sentence(sentence, kind, scope, report, each_states=True)
        verdict = _verdict(report)
        if best is None or _rank(verdict) < _rank(best[0]):
            best = verdict, after or regions
        if verdict.outcome == "supported":
            break
    return best if best is not None else (Verdict(outcome="unverifiable"), before)


def _rank(verdict: Verdict) -> tuple[int, int]:
    return ({"supported": 0, "contradicted": 1, "unverifiable": 2}[verdict.outcome], len(verdict.reasons))


def _readings(sentence: str, evidence: Evidence, before: tuple[str, ...]) -> list[tuple[tuple[str, ...], str | None]]:
    """Whom an uncited sentence may be about: (findings, channel), the nearest reading first."""
    ids = [(f.id,) for f in evidence.findings]
    marked = mark(sentence, evidence)
    if marked.regions:
        subjects: list[tuple[str, ...]] = [tuple(marked.regions[:1])]
    elif speaks_of_several(marked.text):
        subjects = [before if len(before) > 1 else tuple(finding.id for finding in evidence.findings)]
    elif before and _BACKWARD.match(sentence):
        subjects = [before]
    else:
        subjects = list(dict.fromkeys([*([before] if before else []), *ids])) or [()]
    if marked.names:
        return [(s, None) for s in subjects]
    channels = sorted(
        {f.qualifier for f in evidence.facts if f.kind in QUALIFIED and f.subject.startswith("R") and f.qualifier},
        key=key,
    )
    return [(s, c) for s in subjects for c in (channels or _NO_CHANNEL)]
