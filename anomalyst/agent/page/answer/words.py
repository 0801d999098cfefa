"""What the card says besides the checked sentences: the p-value in words, names of findings, who worded what."""

from __future__ import annotations

from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.agent.worded import ideas_title, worded_by
from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.claims import BUILTIN, CheckedClaim, Explanation
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.units import rounded
from anomalyst.evidence.wording import number
from anomalyst.modalities.registry import modality

OFTEN = 0.1  # from here on "62 of 100" reads better than "1 of 1.6"


def p_words(evidence: Evidence, score_map: ScoreMap) -> str:
    """What the p-value means, where the calibration can say it; else why it cannot."""
    p, normals = evidence.sample_p, score_map.calibration.normals
    nouns = modality(evidence.modality).nouns
    if score_map.calibration.method == "self-calibrated" or not normals:
        return f"no normal data was given: the {nouns.one} is compared with the rest of itself"
    if score_map.extrapolated:
        return (
            f"read from a fitted tail, as {number(normals)} normal {nouns.normals} alone cannot show less than "
            f"1 in {number(normals + 1)}"
        )
    if p >= OFTEN:
        return f"about {round(100 * p)} of 100 {nouns.alike} look at least this abnormal"
    return f"about 1 of {number(rounded(1 / p, 2))} {nouns.alike} looks at least this abnormal"


def finding_name(evidence: Evidence, finding: Finding) -> str:
    """What a finding is, in a few words: "extra part, upper left", "spike in disk_write, late"."""
    return modality(evidence.modality).finding_name(evidence, finding)


def author_name(author: str) -> str:
    """Who worded a sentence."""
    return "the built-in writer" if author == BUILTIN else author


def plain_text(explanation: Explanation) -> str:
    """The whole explanation as text to take along: every sentence with the facts it cites, or the summary where it
    cites none."""
    evidence = explanation.evidence
    p = show_equals(show_whole_p(explanation.p_value, evidence))
    lines = [
        f"{evidence.sample_name}: {evidence.verdict_word}, p {p}, "
        f"alarm level {evidence.alpha:g}, detector {explanation.detector}, worded by {worded_by(explanation)}"
    ]
    for title, claims in sections(explanation):
        if claims:
            lines += ["", title, *(_line(checked) for checked in claims)]
    if explanation.ideas:
        lines += ["", ideas_title(explanation), *(f"- {idea}" for idea in explanation.ideas)]
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
