"""What an answer looks like: the card of a finished run, the reply to a question, what another alarm level changes.

Each is one fragment of HTML for `gr.HTML`, filled in by templates that escape everything. It needs `page_head` of
`parts/assets.py` on the page: the style, and the script that opens the proofs.
"""

from __future__ import annotations

import zlib
from typing import Any

from markupsafe import Markup

from anomalyst.agent.page.answer.pictures import maps, stage
from anomalyst.agent.page.answer.sentences import HEALING, fact_view, groups, of_choice, of_kinds, page_id, sentences
from anomalyst.agent.page.answer.words import finding_name, p_words, plain_text, sections
from anomalyst.agent.report.facts import calibration_words, do_tests
from anomalyst.agent.report.templating import environment
from anomalyst.agent.worded import worded_by
from anomalyst.evidence.claims import CheckedClaim, Explanation
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.pair.pictures import spoken_words
from anomalyst.modalities.series.figure import blamed_first
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.spark import HEIGHT, WIDTH, Window, close_up, spark

PACKAGES = ("anomalyst.agent.page", "anomalyst.agent.report")
MAX_CHANNELS = 3
ALPHA_SIDE = 360  # longest side of the picture beside the alarm level, pixels


def answer_card(record: RunRecord, run_id: str) -> str:
    """The card of a finished run."""
    explanation, evidence, uid = record.explanation, record.explanation.evidence, page_id(run_id)
    found, healing, measured = _shares(explanation)
    return _fill(
        "card.html.j2",
        e=explanation,
        evidence=evidence,
        run=run_id,
        uid=uid,
        p_words=p_words(evidence, record.score_map),
        author=worded_by(explanation),
        words=spoken_words(record.sample, record.score_map, evidence.findings),
        stage=stage(record),
        sparks=_sparks(record, uid),
        whole=_whole(record),
        box=f"0 0 {WIDTH} {HEIGHT}",
        maps=maps(record),
        notes=record.notes,
        found=groups(found, evidence, uid),
        healing=sentences(healing, evidence, uid),
        measured=sentences(measured, evidence, uid),
        causes=sentences(explanation.possible_causes, evidence, uid),
        actions=sentences(explanation.next_actions, evidence, uid),
        tests=do_tests(evidence),
        calibration=calibration_words(record.score_map),
        facts=[fact_view(fact, evidence) for fact in evidence.facts],
        plain=plain_text(explanation),
    )


def reply_card(explanation: Explanation, run_id: str) -> str:
    """The sentences that answer a question about a run, with their facts; its pictures are on the run's own card."""
    asked = zlib.crc32(f"{explanation.question}|{explanation.summary}".encode())
    uid = page_id(run_id, f"{asked:x}")
    parts = [(title, sentences(said, explanation.evidence, uid)) for title, said in sections(explanation) if said]
    return _fill(
        "reply.html.j2",
        evidence=explanation.evidence,
        summary=explanation.summary,
        run=run_id,
        uid=uid,
        parts=parts,
        plain=plain_text(explanation),
    )


def alpha_panel(record: RunRecord, alpha: float) -> str:
    """What the alarm level `alpha` would make of a run: verdict, findings, and where they lie."""
    from anomalyst.agent.records.reassess import reassess  # slow to import: not before the page is up

    now, recorded = reassess(record, alpha), record.explanation.evidence
    evidence = now.explanation.evidence
    found = [
        {"id": f.id, "name": finding_name(evidence, f), "p": f.peak_p, "significant": f.significant}
        for f in evidence.findings
    ]
    at_level = zlib.crc32(repr(alpha).encode())
    return _fill(
        "alpha.html.j2",
        evidence=evidence,
        recorded=recorded,
        changed=evidence.verdict_word != recorded.verdict_word,
        confidence=now.explanation.confidence,
        run="",
        uid=page_id("alpha", f"{at_level:x}"),
        stage=stage(now, ALPHA_SIDE, compared=False),
        sparks=_whole(now),
        heading=_counted(evidence),
        findings=found,
    )


def _fill(template: str, **values: Any) -> str:
    return environment(*PACKAGES).get_template(template).render(values)


def _shares(explanation: Explanation) -> tuple[list[CheckedClaim], list[CheckedClaim], list[CheckedClaim]]:
    """The claims on what was found, on the healing test, and on how it was measured."""
    claims, evidence = explanation.claims, explanation.evidence
    healing = of_kinds(claims, evidence, HEALING)
    measured = [claim for claim in of_choice(claims, evidence) if claim not in healing]
    return [claim for claim in claims if claim not in healing and claim not in measured], healing, measured


def _whole(record: RunRecord) -> list[Markup]:
    """The whole span of the channels of a series most to blame, every finding shaded."""
    sample, findings = record.sample, record.explanation.evidence.findings
    if not isinstance(sample, SeriesSample):
        return []
    names = _names(record.explanation.evidence)
    shown = blamed_first(sample, record.score_map, findings)[:MAX_CHANNELS]
    windows = [Window(channel, 0, sample.shape[0]) for channel in shown]
    return [spark(sample, record.score_map, findings, window, names) for window in windows]


def _sparks(record: RunRecord, uid: str) -> dict[str, Markup]:
    """A close-up of each finding of a series, by its id."""
    sample, evidence = record.sample, record.explanation.evidence
    if not isinstance(sample, SeriesSample):
        return {}
    names = _names(evidence)
    return {
        finding.id: close_up(sample, record.score_map, finding, names, f"{uid}-{finding.id}")
        for finding in evidence.findings
    }


def _names(evidence: Evidence) -> dict[str, str]:
    return {finding.id: finding_name(evidence, finding) for finding in evidence.findings}


def _counted(evidence: Evidence) -> str:
    count = len(evidence.findings)
    return f"{count} finding{'s' if count != 1 else ''}" if count else "No finding"
