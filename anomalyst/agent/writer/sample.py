"""Built-in sentences about the whole sample: verdict, confidence, calibration, findings, choice of detector."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.agent.verifier.trust import FEW
from anomalyst.agent.writer.doubts import about_doubts, about_unlike
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, say
from anomalyst.evidence.wording import amount, capital, is_sayable, name, number, one, p_equals, p_is, pick, spoken
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import ALONE, UNSEEN, told
from anomalyst.tools.planted import seen_enough


def about_verdict(evidence: Evidence) -> Iterator[Said]:
    """The verdict with its p-value and alarm level, then the confidence."""
    verdict, p, alpha = (one(evidence, "sample", k) for k in ("verdict", "sample_p", "alpha"))
    noun = modality(evidence.modality).nouns.one
    if evidence.cannot_tell:
        yield from about_doubts(evidence)
    elif verdict is not None and p is not None and alpha is not None:
        less, proof = p_is(evidence, p)
        said = {"p": less, "eq": p_equals(less), "a": number(float(alpha.value)), "noun": noun}
        phrases = _ANOMALOUS if evidence.verdict == "anomalous" else _NORMAL
        yield say("verdict", pick(phrases, evidence).format(**said), verdict, *proof, alpha)
    elif verdict is not None:
        yield say("verdict", f"The {noun} is {verdict.value}.", verdict)
    if (sure := one(evidence, "sample", "confidence")) is not None and not evidence.cannot_tell:
        options = ("The confidence in this verdict is {0}.", "This verdict is given with {0} confidence.")
        yield say("confidence", pick(options, evidence).format(sure.value), sure)
        yield from about_unlike(evidence)
    yield from _seen(evidence)


def _seen(evidence: Evidence) -> Iterator[Said]:
    """Of faults planted in a normal sample, how many would have been seen."""
    seen, enough = one(evidence, "sample", "seen_faults"), seen_enough(evidence)
    if seen is None or enough is None or {ALONE, UNSEEN} & set(told(evidence)):  # told with the verdict
        return
    if enough:
        text = f"{seen.value} planted anomalies of the usual size raised the alarm."
    else:
        some, _, all_ = str(seen.value).partition(" of ")
        share = f"none of {all_}" if some == "0" else f"only {seen.value}"
        text = f"An anomaly of the usual size can pass unnoticed here: {share} planted ones raised the alarm."
    yield say("confidence", text, seen)


_ANOMALOUS = (
    "The {noun} is anomalous: its p-value is {p}, below the alarm level of {a}.",
    "This {noun} is abnormal (p {eq}, below the alarm level of {a}).",
    "The {noun} as a whole is anomalous, with p {eq} at an alarm level of {a}.",
)
_NORMAL = (
    "The {noun} is normal: its p-value is {p}, above the alarm level of {a}.",
    "No anomaly was found in this {noun} (p {eq}, above the alarm level of {a}).",
    "This {noun} is normal at the alarm level of {a} (p {eq}).",
)


def about_count(evidence: Evidence) -> Iterator[Said]:
    """How many findings there are, and at which false-discovery rate."""
    count, fdr = one(evidence, "sample", "finding_count"), one(evidence, "sample", "fdr")
    rate = f" at a false-discovery rate of {number(float(fdr.value))}" if fdr is not None else ""
    if evidence.findings and not any(f.significant for f in evidence.findings):
        first = evidence.findings[0].id
        proof = one(evidence, first, "peak_p") or one(evidence, first, "place")
        if fdr is not None and proof is not None:
            noun = modality(evidence.modality).nouns.part
            text = f"No {noun} is significant{rate}; {first} is only the most suspicious place."
            yield say("count", text, fdr, proof)
    elif count is not None and int(float(count.value)) > 0:
        n = int(float(count.value))
        noun = modality(evidence.modality).nouns.part
        text = f"{spoken(n)} {noun}{'s' if n > 1 else ''} {'stand' if n > 1 else 'stands'} out{rate}."
        yield say("count", capital(text), count, fdr if rate else None)


def about_calibration(evidence: Evidence) -> Iterator[Said]:
    """What the p-value rests on, and how far it can be trusted."""
    normals, method = one(evidence, "sample", "calibration_normals"), one(evidence, "sample", "calibration_method")
    alone = method is not None and method.value == "self-calibrated"
    if normals is not None:
        n = int(float(normals.value))
        based = f"based on {'only ' if 0 < n <= FEW else ''}{number(n)} normal {_things(evidence, n)}"
        by = f", by {method.value} calibration" if method is not None else ""
        text = f"The p-value is self-calibrated, {based}." if alone else f"The p-value is {based}{by}."
        yield say("calibration", text, normals, method)
    elif alone:
        yield say("calibration", "The p-value is self-calibrated.", method)
    alarms, alpha = one(evidence, "sample", "false_alarms"), one(evidence, "sample", "alpha")
    if alarms is not None and alpha is not None and not alone:  # alone, a series keeps no rate
        level = f"the alarm level of {number(float(alpha.value))}"
        text = f"By its calibration, normal data raise at most {amount(alarms)} on average at {level}."
        yield say("calibration", text, alarms, alpha)
    extrapolated = one(evidence, "sample", "p_extrapolated")
    if extrapolated is not None and extrapolated.value is True:
        yield say("calibration", "The p-value is extrapolated: it was read from a fitted tail.", extrapolated)
    missing = one(evidence, "sample", "missing_share")
    if missing is not None and float(missing.value) > 0:
        yield say("data", f"{amount(missing)} of the values are missing.", missing)


def _things(evidence: Evidence, count: int) -> str:
    """What normals are called."""
    nouns = modality(evidence.modality).nouns
    return nouns.normal if count == 1 else nouns.normals


def about_choice(evidence: Evidence) -> Iterator[Said]:
    """Which detector gave the verdict and why it was chosen."""
    detector, option = one(evidence, "choice", "detector"), one(evidence, "choice", "detector_option")
    if detector is not None and is_sayable(str(detector.value)):
        named = option is not None and is_sayable(str(option.value))
        with_option = f", with the option {name(str(option.value))}" if option is not None and named else ""
        text = f"The verdict comes from the detector {name(str(detector.value))}{with_option}."
        yield say("choice", text, detector, option if with_option else None)
    yield from _about_budget(evidence)
    reason = one(evidence, "choice", "detector_reason")
    if reason is not None and str(reason.value) and len(str(reason.value)) <= 400 and '"' not in str(reason.value):
        yield say("choice", f'The reason given for this choice: "{reason.value}".', reason)
    tried = evidence.about("choice", "synthetic_auroc")[:3]
    for fact in tried:
        who = f"{name(fact.qualifier)} " if fact.qualifier and is_sayable(fact.qualifier) else "the detector "
        yield say("choice", f"On synthetic anomalies, {who}reached an AUROC of {number(float(fact.value))}.", fact)


def _about_budget(evidence: Evidence) -> Iterator[Said]:
    """With a time budget: how many detectors fit it, which was chosen and why; then whether the run kept it."""
    budget, detector = one(evidence, "choice", "budget"), one(evidence, "choice", "detector")
    if budget is None or detector is None:
        return
    share, reason, planned = (one(evidence, "choice", k) for k in ("within_budget", "choice_reason", "estimated_time"))
    limit = f"the time budget of {amount(budget)}"
    if reason is not None and is_sayable(str(detector.value)) and '"' not in str(reason.value):
        start = f"{_counted(str(share.value))} {limit}; " if share is not None else f"for {limit}, "
        estimated = "" if planned is None else f", with an estimated time of {amount(planned)}"
        text = f"{start}{name(str(detector.value))} was chosen{estimated}: "
        yield say("choice", capital(f'{text}"{reason.value}".'), share, budget, detector, planned, reason)
    took, over = one(evidence, "choice", "run_time"), one(evidence, "choice", "over_budget")
    if took is not None:
        how = f"{amount(over)} over {limit}" if over is not None else f"within {limit}"
        yield say("choice", f"The run took {amount(took)}, {how}.", took, over, budget)


def _counted(share: str) -> str:
    """ "3 of 12" as "3 of 12 suitable detectors fit"."""
    some, _, all_ = share.partition(" of ")
    return f"{'none' if some == '0' else some} of {all_} suitable detectors {'fits' if some == '1' else 'fit'}"
