"""What an answer looks like: the card of a finished run, the reply to a question, what another alarm level changes.

Each is one fragment of HTML for `gr.HTML`, in the language of the answer, filled in by templates that escape
everything. It needs `page_head` of `parts/assets.py` on the page: the style, and the script that opens the proofs.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from anomalyst.agent.page.answer.sentences import HEALING, fact_view, groups, of_choice, of_kinds, page_id, sentences
from anomalyst.agent.page.answer.words import finding_name, p_words, plain_text, sections, titles
from anomalyst.agent.report.facts import calibration_words, healing_rows
from anomalyst.agent.report.templating import environment
from anomalyst.agent.worded import ideas_title, worded_by
from anomalyst.agent.writer.selection import shown
from anomalyst.evidence.claims import CheckedClaim, Explanation
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import Card
from anomalyst.tools.doubts import told

PACKAGES = ("anomalyst.agent.page", "anomalyst.agent.report")


def answer_card(record: RunRecord, run_id: str) -> str:
    """The card of a finished run."""
    explanation, evidence, speech = record.explanation, record.explanation.evidence, record.speech
    uid = page_id(run_id)
    sure = shown(explanation).sure
    found, healing, measured = _shares([c for c in explanation.claims if c not in sure], evidence)
    return _fill(
        "card.html.j2",
        speech,
        e=explanation,
        evidence=evidence,
        run=run_id,
        uid=uid,
        p_words=p_words(evidence, record.score_map, speech),
        author=worded_by(explanation, speech),
        seen=modality(record.sample.modality).card(record, uid),
        notes=record.notes,
        titles=titles(explanation),
        found=groups(found, evidence, uid, speech),
        sure=sentences(sure, evidence, uid, speech),
        healing=sentences(healing, evidence, uid, speech),
        measured=sentences(measured, evidence, uid, speech),
        causes=sentences(explanation.possible_causes, evidence, uid, speech),
        actions=sentences(explanation.next_actions, evidence, uid, speech),
        ideas_title=ideas_title(explanation, speech),
        tests=healing_rows(evidence),
        calibration=calibration_words(record.score_map),
        facts=[fact_view(fact, evidence, speech) for fact in evidence.facts],
        plain=plain_text(explanation),
    )


def reply_card(explanation: Explanation, run_id: str) -> str:
    """The sentences that answer a question about a run, with their facts; its pictures are on the run's own card."""
    asked = zlib.crc32(f"{explanation.question}|{explanation.summary}".encode())
    uid, speech, evidence = page_id(run_id, f"{asked:x}"), Speech(explanation.language), explanation.evidence
    parts = [(title, sentences(said, evidence, uid, speech)) for title, said in sections(explanation) if said]
    return _fill(
        "reply.html.j2",
        speech,
        seen=Card(),
        evidence=evidence,
        summary=explanation.summary,
        run=run_id,
        uid=uid,
        parts=parts,
        titles=titles(explanation),
        ideas_title=ideas_title(explanation, speech),
        ideas=explanation.ideas,
        plain=plain_text(explanation),
    )


def alpha_panel(record: RunRecord, alpha: float, folder: Path | None = None) -> str:
    """What the alarm level `alpha` would make of a run, recorded in `folder`: verdict, findings, and where they lie."""
    from anomalyst.agent.records.reassess import reassess  # slow to import: not before the page is up

    now, recorded = reassess(record, alpha, folder), record.explanation.evidence
    evidence, uid = now.explanation.evidence, page_id("alpha", f"{zlib.crc32(repr(alpha).encode()):x}")
    found = [
        {"id": f.id, "name": finding_name(evidence, f, now.speech), "p": f.peak_p, "significant": f.significant}
        for f in evidence.findings
    ]
    return _fill(
        "alpha.html.j2",
        now.speech,
        evidence=evidence,
        recorded=recorded,
        changed=evidence.verdict_word != recorded.verdict_word,
        confidence=now.explanation.confidence,
        run="",
        uid=uid,
        seen=modality(now.sample.modality).card(now, uid, brief=True),
        doubts=[now.speech.term("doubt", doubt) for doubt in told(evidence)],
        findings=found,
    )


def _fill(template: str, speech: Speech, **values: Any) -> str:
    return environment(*PACKAGES, language=speech.language).get_template(template).render(values)


def _shares(
    claims: list[CheckedClaim], evidence: Evidence
) -> tuple[list[CheckedClaim], list[CheckedClaim], list[CheckedClaim]]:
    """The claims on what was found, on the healing test, and on how it was measured."""
    healing = of_kinds(claims, evidence, HEALING)
    measured = [claim for claim in of_choice(claims, evidence) if claim not in healing]
    return [claim for claim in claims if claim not in healing and claim not in measured], healing, measured
