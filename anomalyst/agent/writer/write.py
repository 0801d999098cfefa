"""The built-in writer: plain English made only of facts, so that it works without a language model and always holds.

Claims come in reading order: headline, verdict, findings, choice of detector, calibration, possible causes, next
actions. Each is held against the verifier before it is given, so that whatever is said here is proved there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anomalyst.agent.verifier.trust import FEW, may_be_kept
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.agent.worded import distinct
from anomalyst.agent.writer.doubts import about_remedies
from anomalyst.agent.writer.findings import about_finding
from anomalyst.agent.writer.headline import HEADLINE, about_headline
from anomalyst.agent.writer.questions import is_understood, names_in, topics_of
from anomalyst.agent.writer.sample import about_calibration, about_choice, about_count, about_verdict
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, say
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import is_sayable, name, one, pick
from anomalyst.modalities.registry import modality

MAX_CLAIMS = 40
DETAIL = "+"  # ends the topic of what is only said if asked for
FEW_NORMALS_ACTION = "Collect {more}normal {samples} and run the analysis again."
NORMAL_ACTION = "Keep the {sample} as another normal example for comparing."
DOUBTFUL_ACTION = "Inspect the {sample} before relying on the verdict."
MAX_FINDINGS, FULL_OF_MANY = (
    4,
    2,
)  # so many findings are told in full; of more, the first, and where and what the others
SPARED = ("agreement", "value", "channel", "strength", "choice")  # topics left out first where there are many findings


def write_claims(evidence: Evidence, question: str = "") -> list[Claim]:
    """The whole explanation, or what answers `question`: nothing if it is not understood; at most MAX_CLAIMS claims."""
    if not is_understood(question, evidence):
        return []
    said = list(_everything(evidence))
    topics = topics_of(question, names_in(evidence))
    answer = [claim for topic in topics for t, claim in said if t.removesuffix(DETAIL) == topic]
    chosen = answer if answer else [claim for _, claim in _that_fit(said, evidence)]
    proved = distinct(c for c in chosen if verify_claim(c, evidence).outcome == "supported")
    room = MAX_CLAIMS - sum(c.kind not in _STATING for c in proved)
    stating = [c for c in proved if c.kind in _STATING]
    return stating[:room] + [c for c in proved if c.kind not in _STATING]


def _that_fit(said: Sequence[Said], evidence: Evidence) -> list[Said]:
    """What is said unasked, MAX_CLAIMS sentences of it: of more, those that can be spared are left out from the end."""
    told = [one_ for one_ in said if not one_[0].endswith(DETAIL)]
    several = [n for n, (topic, _) in enumerate(told) if topic in SPARED] if len(evidence.findings) > 1 else []
    spared = set(sorted(several, key=lambda n: (SPARED.index(told[n][0]), -n))[: max(0, len(told) - MAX_CLAIMS)])
    return [one_ for n, one_ in enumerate(told) if n not in spared]


def every_claim(evidence: Evidence) -> list[Claim]:
    """All sentences the writer has for this evidence, in reading order, before any is held against the verifier."""
    return [claim for _, claim in _everything(evidence)]


def _everything(evidence: Evidence) -> Iterator[Said]:
    yield from about_headline(evidence)
    yield from about_verdict(evidence)
    yield from modality(evidence.modality).sample_sentences(evidence)
    yield from about_count(evidence)
    full = MAX_FINDINGS if len(evidence.findings) <= MAX_FINDINGS else FULL_OF_MANY
    for number, finding in enumerate(evidence.findings[:full]):
        for topic, claim in about_finding(evidence, finding.id):
            of_region = topic == "test" and any(f.subject == finding.id for f in evidence.facts if f.id in claim.cites)
            is_detail = of_region or (number > 0 and topic == "strength")
            yield (topic + DETAIL if is_detail else topic), claim
    for finding in evidence.findings[full:]:
        yield from _in_short(evidence, finding.id)
    yield from _choice(evidence)
    yield from about_calibration(evidence)
    for finding in evidence.findings[:2]:
        yield from _causes(evidence, finding.id)
    yield from _actions(evidence)


def _in_short(evidence: Evidence, region: str) -> Iterator[Said]:
    """Of a finding that is not told in full: where or when it is, and what."""
    said = [one_ for one_ in about_finding(evidence, region) if one_[0] in _SHORT]
    for topics in (_SHORT[:2], _SHORT[2:]):
        yield from [one_ for one_ in said if one_[0] in topics][:1]


_SHORT = ("where", "when", "what")


def _choice(evidence: Evidence) -> Iterator[Said]:
    """The choice of detector; where a time budget made it, the trials of its options are told only if asked for."""
    timed = one(evidence, "choice", "budget") is not None
    trials = {fact.id for fact in evidence.about("choice", "synthetic_auroc")}
    for topic, claim in about_choice(evidence):
        yield (topic + DETAIL if timed and trials & set(claim.cites) else topic), claim


def _causes(evidence: Evidence, region: str) -> Iterator[Said]:
    kind = one(evidence, region, "anomaly_kind")
    if kind is None or evidence.verdict != "anomalous":
        return
    for cause in modality(evidence.modality).told.advice.causes.get(str(kind.value), ())[:2]:
        options = ("A possible cause of {r} is {c}.", "{r} may come from {c}.", "{r} could be due to {c}.")
        yield say("cause", pick(options, evidence, cause).format(r=region, c=cause), kind, kind="hypothesis")


def _actions(evidence: Evidence) -> Iterator[Said]:
    if evidence.cannot_tell:
        yield from about_remedies(evidence)
    elif evidence.verdict == "normal":
        verdict, seen = one(evidence, "sample", "verdict"), one(evidence, "sample", "seen_faults")
        noun = modality(evidence.modality).nouns.thing
        action = NORMAL_ACTION if may_be_kept(evidence) else DOUBTFUL_ACTION
        yield say("action", action.format(sample=noun), verdict, seen, kind="recommendation")
    for finding in evidence.findings[:2]:
        yield from _actions_for(evidence, finding.id)
    normals = one(evidence, "sample", "calibration_normals")
    if normals is not None and float(normals.value) <= FEW:
        things = modality(evidence.modality).nouns.things
        more = "more " if float(normals.value) else ""
        yield say("action", FEW_NORMALS_ACTION.format(more=more, samples=things), normals, kind="recommendation")


def _actions_for(evidence: Evidence, region: str) -> Iterator[Said]:
    """What to do about a finding, and what to do about its kind of anomaly."""
    advice = modality(evidence.modality).told.advice
    start, peak, kind = (one(evidence, region, k) for k in ("start", "peak_at", "anomaly_kind"))
    if (reason := one(evidence, region, advice.rests_on)) is not None:
        said = advice.first.format(region=region, start="" if start is None else moment(start, evidence))
        yield say("action", said, reason, kind="recommendation")
    template = advice.actions.get(str(kind.value)) if kind is not None else None
    if template is None:
        return
    top = one(evidence, region, "top_channel")
    parts = {
        "region": region,
        "channel": f" of {name(str(top.value))}" if top is not None and is_sayable(str(top.value)) else "",
        "at_start": f" around {moment(start, evidence)}" if start is not None else "",
        "at_peak": f" around {moment(peak, evidence)}" if peak is not None else "",
    }
    cited = [
        kind,
        top if parts["channel"] and "{channel}" in template else None,
        start if "{at_start}" in template else None,
        peak if "{at_peak}" in template else None,
    ]
    yield say("action", template.format(**parts), *cited, kind="recommendation")


def fallback_claim(claim: Claim, evidence: Evidence) -> Claim | None:
    """The built-in sentence nearest to a refused claim: most cited facts in common, then subject, then kind.

    None where nothing built in speaks of the same facts, subjects or kind.
    """
    wanted, subjects = set(claim.cites), {f.subject for f in evidence.facts if f.id in claim.cites}
    best: tuple[tuple[int, int, int], Claim] | None = None
    for topic, candidate in _everything(evidence):
        if (
            topic == HEADLINE
            or (candidate.kind in _STATING) != (claim.kind in _STATING)
            or (claim.kind not in _STATING and candidate.kind != claim.kind)
        ):
            continue
        about = {f.subject for f in evidence.facts if f.id in candidate.cites}
        rank = (len(wanted & set(candidate.cites)), len(subjects & about), int(candidate.kind == claim.kind))
        if (
            rank[:2] != (0, 0)
            and (best is None or rank > best[0])
            and verify_claim(candidate, evidence).outcome == "supported"
        ):
            best = rank, candidate
    return best[1] if best is not None else None


_STATING = ("observation", "comparison")
