"""The built-in writer: statements made only of facts, so that it works without a language model and always holds.

They come in reading order: headline, verdict, findings, choice of detector, calibration, possible causes, next
actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from anomalyst.agent.verifier.trust import FEW, may_be_kept
from anomalyst.agent.worded import distinct
from anomalyst.agent.writer.doubts import about_remedies
from anomalyst.agent.writer.findings import about_finding
from anomalyst.agent.writer.headline import about_headline
from anomalyst.agent.writer.sample import about_calibration, about_choice, about_count, about_verdict
from anomalyst.agent.writer.slots import noun
from anomalyst.evidence.advice import ADVISED, by_telling, causes, next_steps
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import DETAIL, Said, Slot, say
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.wording import one
from anomalyst.modalities.registry import modality

MAX_CLAIMS = 40
MAX_FINDINGS, FULL_OF_MANY = (
    4,
    2,
)  # so many findings are told in full; of more, the first, and where and what the others
SPARED = ("agreement", "value", "channel", "strength", "choice")  # topics left out first where there are many findings
STATING = ("observation", "comparison")


def write_claims(evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> list[Claim]:
    """The whole explanation, in at most MAX_CLAIMS claims."""
    claims = distinct(said.claim(evidence, speech) for said in _that_fit(told(evidence, speech), evidence))
    room = MAX_CLAIMS - sum(c.kind not in STATING for c in claims)
    stating = [c for c in claims if c.kind in STATING]
    return stating[:room] + [c for c in claims if c.kind not in STATING]


def _that_fit(said: Sequence[Said], evidence: Evidence) -> list[Said]:
    """What is said unasked, MAX_CLAIMS sentences of it: of more, those that can be spared are left out from the end."""
    unasked = [one_ for one_ in said if not one_.topic.endswith(DETAIL)]
    several = [n for n, one_ in enumerate(unasked) if one_.topic in SPARED] if len(evidence.findings) > 1 else []
    order = sorted(several, key=lambda n: (SPARED.index(unasked[n].topic), -n))
    spared = set(order[: max(0, len(unasked) - MAX_CLAIMS)])
    return [one_ for n, one_ in enumerate(unasked) if n not in spared]


def told(evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> list[Said]:
    """All statements that the writer has for this evidence, in reading order."""
    return list(_everything(evidence, speech))


def _everything(evidence: Evidence, speech: Speech) -> Iterator[Said]:
    yield from about_headline(evidence, speech)
    yield from about_verdict(evidence)
    yield from modality(evidence.modality).sample_sentences(evidence)
    yield from about_count(evidence)
    yield from _findings(evidence)
    yield from _choice(evidence)
    yield from about_calibration(evidence)
    yield from _advice(evidence, causes)
    yield from _actions(evidence)


def _findings(evidence: Evidence) -> Iterator[Said]:
    """What is said of each finding: of the first in full, of others where and what; the rest if asked for."""
    full = MAX_FINDINGS if len(evidence.findings) <= MAX_FINDINGS else FULL_OF_MANY
    for number, finding in enumerate(evidence.findings):
        said = list(about_finding(evidence, finding.id))
        short = _in_short(said)
        for one_ in said:
            of_region = one_.topic == "test" and finding.id in one_.statement.findings
            is_detail = of_region or (number > 0 and one_.topic == "strength")
            is_detail = is_detail or (number >= full and one_ not in short)
            yield one_.under(one_.topic.removesuffix(DETAIL) + DETAIL) if is_detail else one_


def _advice(evidence: Evidence, told_of: Callable[[Evidence, str], Iterator[Said]]) -> Iterator[Said]:
    """Causes, or next steps, of the findings, the most telling first; of more than ADVISED only if asked for."""
    for number, region in enumerate(by_telling(evidence)):
        for one_ in told_of(evidence, region):
            yield one_ if number < ADVISED else one_.under(one_.topic + DETAIL)


def _in_short(said: Sequence[Said]) -> list[Said]:
    """Of what is said of a finding, where or when it is, and what."""
    kinds = (_SHORT[:2], _SHORT[2:])
    return [one_ for topics in kinds for one_ in [it for it in said if it.topic in topics][:1]]


_SHORT = ("where", "when", "what")


def _choice(evidence: Evidence) -> Iterator[Said]:
    """The choice of detector; where a time budget made it, the trials of its options are told only if asked for."""
    timed = one(evidence, "choice", "budget") is not None
    for said in about_choice(evidence):
        yield said.under(said.topic + DETAIL) if timed and said.statement.predicate == "trial" else said


def _actions(evidence: Evidence) -> Iterator[Said]:
    if evidence.cannot_tell:
        yield from about_remedies(evidence)
    elif evidence.verdict == "normal":
        verdict, seen = one(evidence, "sample", "verdict"), one(evidence, "sample", "seen_faults")
        how = "keep" if may_be_kept(evidence) else "first"
        slots: dict[str, Slot] = {"thing": noun(evidence, "thing")}
        yield say("action", ("what_to_do", how), slots, verdict, seen, kind="recommendation")
    yield from _advice(evidence, next_steps)
    normals = one(evidence, "sample", "calibration_normals")
    if normals is not None and float(normals.value) <= FEW:
        how = "collect-more" if float(normals.value) else "collect"
        slots = {"things": noun(evidence, "things")}
        yield say("action", ("what_to_do", how), slots, normals, kind="recommendation")
