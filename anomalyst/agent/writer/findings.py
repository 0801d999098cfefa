"""Built-in sentences about one finding: what its kind of data says of it, how strong it is, who agrees, what the
healing test showed."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.sentences import Said, say
from anomalyst.evidence.times import at
from anomalyst.evidence.wording import number, one, p_is, spoken
from anomalyst.modalities.registry import modality


def about_finding(evidence: Evidence, region: str) -> Iterator[Said]:
    """All sentences about one finding, in reading order."""
    yield from modality(evidence.modality).finding_sentences(evidence, region)
    yield from _strength(evidence, region)
    yield from _agreement(evidence, region)
    yield from _test(evidence, region)


def _strength(evidence: Evidence, region: str) -> Iterator[Said]:
    peak, ratio, p = (one(evidence, region, k) for k in ("peak_at", "peak_ratio", "peak_p"))
    if ratio is not None:
        where = f" {at(peak, evidence)}" if peak is not None else ""
        text = f"The score of {region} peaks{where} and reaches {number(float(ratio.value))} times the normal limit."
        yield say("strength", text, ratio, peak)
    if p is not None:
        told, proof = p_is(evidence, p)
        yield say("strength", f"The smallest p-value in {region} is {told}.", *proof)


def _agreement(evidence: Evidence, region: str) -> Iterator[Said]:
    fact = one(evidence, region, "rule_agreement")
    if fact is None:
        return
    agree, _, total = str(fact.value).partition(" of ")
    voting = raters(f.qualifier for f in evidence.facts if f.kind == "rule_p")
    if agree == total and total.isdigit() and int(total) > 1:
        every = "Both" if int(total) == 2 else f"All {spoken(int(total))}"
        yield say("agreement", f"{every} {voting} flag {region}.", fact)
    elif total.isdigit() and int(total) > 1:
        yield say("agreement", f"{fact.value} {voting} {'flag' if agree != '1' else 'flags'} {region}.", fact)


def _test(evidence: Evidence, region: str) -> Iterator[Said]:
    """What healing showed: of the whole sample once, with the first finding; of each finding, what is left of it."""
    if region == evidence.findings[0].id:
        healing = modality(evidence.modality).told.healing
        yield from _healed(evidence, "healed_p", f"{healing.findings}, p becomes")
        yield from _healed(evidence, "random_healed_p", f"{healing.elsewhere}, p is")
        if (result := one(evidence, "sample", "do_test")) is not None:
            yield say("test", f"The healing test {result.value}.", result)
    if (left := one(evidence, region, "healed_region_p")) is not None:
        told, proof = p_is(evidence, left)
        yield say("test", f"After healing, the smallest p-value in {region} is {told}.", *proof)
    if (result := one(evidence, region, "do_test")) is not None:
        yield say("test", f"The healing test {result.value} on {region}.", result)


def _healed(evidence: Evidence, kind: FactKind, opening: str) -> Iterator[Said]:
    healed = one(evidence, "sample", kind)
    if healed is not None:
        goes = "goes" if float(healed.value) > evidence.alpha else "stays"
        told, proof = p_is(evidence, healed)
        yield say("test", f"{opening} {told} and the alarm {goes}.", *proof, one(evidence, "sample", "alpha"))
