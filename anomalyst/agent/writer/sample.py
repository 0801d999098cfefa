"""Built-in statements about the whole sample: verdict, confidence, calibration, findings, choice of detector."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.agent.verifier.trust import FEW
from anomalyst.agent.writer.doubts import about_doubts, about_unlike
from anomalyst.agent.writer.slots import counted, noun, number, things
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Said, Slot, amount, say, told_p
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.wording import is_sayable, name, one
from anomalyst.tools.doubts import ALONE, UNSEEN, told
from anomalyst.tools.planted import seen_enough


def about_verdict(evidence: Evidence) -> Iterator[Said]:
    """The verdict with its p-value and alarm level, then the confidence."""
    verdict, p, alpha = (one(evidence, "sample", k) for k in ("verdict", "sample_p", "alpha"))
    if evidence.cannot_tell:
        yield from about_doubts(evidence)
    elif verdict is not None and p is not None and alpha is not None:
        told_as, proof = told_p(evidence, p)
        slots = {"noun": noun(evidence, "one"), "alpha": number(alpha), **told_as}
        yield say("verdict", ("verdict", evidence.verdict), slots, verdict, *proof, alpha)
    elif verdict is not None:
        slots = {"noun": noun(evidence, "one")}
        yield say("verdict", ("verdict", f"bare-{verdict.value}"), slots, verdict)
    if (sure := one(evidence, "sample", "confidence")) is not None and not evidence.cannot_tell:
        level: Slot = lambda s: s.forms("confidence", str(sure.value))  # noqa: E731
        yield say("confidence", "confidence", {"level": level}, sure)
        yield from about_unlike(evidence)
    yield from _seen(evidence)


def _seen(evidence: Evidence) -> Iterator[Said]:
    """Of faults planted in a normal sample, how many would have been seen."""
    seen, enough = one(evidence, "sample", "seen_faults"), seen_enough(evidence)
    if seen is None or enough is None or {ALONE, UNSEEN} & set(told(evidence)):  # told with the verdict
        return
    some, _, total = str(seen.value).partition(" of ")
    share = _share(some, total)
    how = "enough" if enough else "none" if some == "0" else "few"
    yield say("confidence", ("seen", how), {"share": share, "all": total}, seen)


def about_count(evidence: Evidence) -> Iterator[Said]:
    """How many findings there are, and at which false-discovery rate."""
    count, fdr = one(evidence, "sample", "finding_count"), one(evidence, "sample", "fdr")
    rate: dict[str, Slot] = {"part": noun(evidence, "part")} | ({"fdr": number(fdr)} if fdr is not None else {})
    if evidence.findings and not any(f.significant for f in evidence.findings):
        first = evidence.findings[0].id
        proof = one(evidence, first, "peak_p") or one(evidence, first, "place")
        if fdr is not None and proof is not None:
            yield say("count", ("count", "none-significant"), rate | {"finding": first}, fdr, proof)
    elif count is not None and (n := int(float(count.value))) > 0:
        how = ("one" if n == 1 else "many") + ("-bare" if fdr is None else "")
        yield say("count", ("count", how), rate | {"count": counted(n)}, count, fdr)


def about_calibration(evidence: Evidence) -> Iterator[Said]:
    """What the p-value rests on, and how far it can be trusted."""
    normals, method = one(evidence, "sample", "calibration_normals"), one(evidence, "sample", "calibration_method")
    alone = method is not None and method.value == "self-calibrated"
    if normals is not None:
        few = "few" if 0 < float(normals.value) <= FEW else "normals"
        how = f"alone-{few}" if alone else few if method is None else f"{few}-by"
        slots = {"normals": number(normals), "things": things(evidence, float(normals.value)), "method": _word(method)}
        yield say("calibration", ("calibration", how), slots, normals, method)
    elif alone:
        yield say("calibration", ("calibration", "alone"), {}, method)
    alarms, alpha = one(evidence, "sample", "false_alarms"), one(evidence, "sample", "alpha")
    if alarms is not None and alpha is not None and not alone:  # alone, a series keeps no rate
        slots = {"alarms": amount(alarms), "alpha": number(alpha)}
        yield say("calibration", "false_alarms", slots, alarms, alpha)
    extrapolated = one(evidence, "sample", "p_extrapolated")
    if extrapolated is not None and extrapolated.value is True:
        yield say("calibration", "extrapolated", {}, extrapolated)
    missing = one(evidence, "sample", "missing_share")
    if missing is not None and float(missing.value) > 0:
        yield say("data", "missing_share", {"share": amount(missing)}, missing)


def about_choice(evidence: Evidence) -> Iterator[Said]:
    """Which detector gave the verdict and why it was chosen."""
    detector, option = one(evidence, "choice", "detector"), one(evidence, "choice", "detector_option")
    if detector is not None and is_sayable(str(detector.value)):
        named = option if option is not None and is_sayable(str(option.value)) else None
        slots: dict[str, Slot] = {"detector": name(str(detector.value))}
        if named is not None:
            slots["option"] = _option(str(named.value))
        yield say("choice", ("detector", "option" if named is not None else ""), slots, detector, named)
    yield from _about_budget(evidence)
    reason = one(evidence, "choice", "detector_reason")
    if reason is not None and str(reason.value) and len(str(reason.value)) <= 400 and '"' not in str(reason.value):
        yield say("choice", ("detector", "reason"), {"reason": str(reason.value)}, reason)
    for fact in evidence.about("choice", "synthetic_auroc")[:3]:
        named_ = fact.qualifier and is_sayable(fact.qualifier)
        slots = {"auroc": number(fact)} | ({"who": _option(fact.qualifier)} if named_ else {})
        yield say("choice", ("trial", "" if named_ else "unnamed"), slots, fact)


def _about_budget(evidence: Evidence) -> Iterator[Said]:
    """With a time budget: how many detectors fit it, which was chosen and why; then whether the run kept it."""
    budget, detector = one(evidence, "choice", "budget"), one(evidence, "choice", "detector")
    if budget is None or detector is None:
        return
    share, reason, planned = (one(evidence, "choice", k) for k in ("within_budget", "choice_reason", "estimated_time"))
    slots: dict[str, Slot] = {"budget": amount(budget), "detector": name(str(detector.value))}
    if reason is not None and is_sayable(str(detector.value)) and '"' not in str(reason.value):
        how = ("share" if share is not None else "chosen") + ("-estimated" if planned is not None else "")
        more: dict[str, Slot] = {"reason": str(reason.value)}
        more |= {"Share": _fitting(share)} if share is not None else {}
        more |= {"estimated": amount(planned)} if planned is not None else {}
        yield say("choice", ("budget", how), slots | more, share, budget, detector, planned, reason)
    took, over = one(evidence, "choice", "run_time"), one(evidence, "choice", "over_budget")
    if took is not None:
        slots |= {"took": amount(took)} | ({"over": amount(over)} if over is not None else {})
        yield say("choice", ("run_time", "within" if over is None else "over"), slots, took, over, budget)


def _fitting(share: Fact) -> Slot:
    """ "3 of 12" as "3 of 12 suitable detectors fit"."""
    some, _, total = str(share.value).partition(" of ")
    how = {"0": "none-fit", "1": "one-fits"}.get(some, "some-fit")
    return lambda speech: speech.text(f"budget-{how}", {"some": some, "all": total})


def _option(text: str) -> Slot:
    """An option of a detector: its name in a language, else as a name from the data."""
    return lambda speech: speech.term("option", text, other=name(text))


def _share(some: str, total: str) -> Slot:
    return lambda speech: speech.text("share", {"some": some, "all": total})


def _word(method: Fact | None) -> Slot:
    value = str(method.value) if method is not None else ""

    def word(speech: Speech) -> str:
        return speech.term("calibration-method", value) if value else ""

    return word
