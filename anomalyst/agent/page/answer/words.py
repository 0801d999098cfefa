"""What the card says besides the checked sentences: the p-value in words, names of findings, who worded what."""

from __future__ import annotations

from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.agent.worded import ideas_title, worded_by
from anomalyst.agent.writer.slots import noun
from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Explanation
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.sentences import filled
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.units import rounded
from anomalyst.modalities.registry import modality

OFTEN = 0.1  # from here on "62 of 100" reads better than "1 of 1.6"


def p_words(evidence: Evidence, score_map: ScoreMap, speech: Speech = ENGLISH_SPEECH) -> str:
    """What the p-value means, where the calibration can say it; else why it cannot."""
    p, normals = evidence.sample_p, score_map.calibration.normals
    nouns = {name: noun(evidence, which) for name, which in _NOUNS.items()}

    def told(message: str, **counts: float) -> str:
        numbers = {name: speech.number(count) for name, count in counts.items()}
        return speech.text(f"card-p-{message}", filled(nouns, speech) | numbers)

    if score_map.calibration.method == "self-calibrated" or not normals:
        return told("alone")
    if score_map.extrapolated:
        return told("tail", normals=normals, least=normals + 1)
    if p >= OFTEN:
        return told("often", count=round(100 * p))
    return told("seldom", count=rounded(1 / p, 2))


_NOUNS = {"noun": "one", "things": "normals", "alike": "alike"}


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, in a few words: "extra part, upper left", "spike in disk_write, late"."""
    return modality(evidence.modality).finding_name(evidence, finding, speech)


def author_name(author: str, speech: Speech) -> str:
    """Who worded a sentence."""
    return speech.text("writer-the-built-in-writer") if author == BUILTIN else author


def plain_text(explanation: Explanation) -> str:
    """The whole explanation as text to take along: every sentence with the facts it cites, or the summary where it
    cites none."""
    evidence, speech = explanation.evidence, Speech(explanation.language)
    slots = {
        "name": evidence.sample_name,
        "outcome": speech.term("outcome", evidence.verdict_word),
        "eq": show_equals(show_whole_p(explanation.p_value, evidence, speech)),
        "alpha": speech.local(f"{evidence.alpha:g}"),
        "detector": explanation.detector,
        "author": worded_by(explanation, speech),
    }
    lines = [speech.text("card-plain", slots)]
    for title, claims in sections(explanation):
        if claims:
            lines += ["", title, *(_line(checked) for checked in claims)]
    if explanation.ideas:
        lines += ["", ideas_title(explanation, speech), *(f"- {idea}" for idea in explanation.ideas)]
    if explanation.notes:
        lines += ["", titles(explanation)["reading"], *(f"- {note}" for note in explanation.notes)]
    return "\n".join(lines if len(lines) > 1 else [*lines, "", explanation.summary])


def sections(explanation: Explanation) -> list[tuple[str, tuple[CheckedClaim, ...]]]:
    """The three parts of an explanation with their titles."""
    title = titles(explanation)
    return [
        (title["measured"], explanation.claims),
        (title["causes"], explanation.possible_causes),
        (title["steps"], explanation.next_actions),
    ]


def titles(explanation: Explanation) -> dict[str, str]:
    """The headings of an answer by what stands below them, in its language."""
    speech = Speech(explanation.language)
    return {name: speech.text(f"title-{name}") for name in ("measured", "causes", "steps", "sure", "reading")}


def _line(checked: CheckedClaim) -> str:
    cites = f" [{', '.join(checked.claim.cites)}]" if checked.claim.cites else ""
    return f"- {checked.claim.text}{cites}"
