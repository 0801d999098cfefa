"""Built-in statements about one finding: what its kind of data says of it, how strong it is, who agrees, what the
healing test showed."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.sentences import Said, Slot, say, told_p
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import at
from anomalyst.evidence.wording import one
from anomalyst.modalities.registry import modality


def about_finding(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from modality(evidence.modality).finding_sentences(evidence, region)
    yield from _strength(evidence, region)
    yield from _agreement(evidence, region)
    yield from _test(evidence, region)


def _strength(evidence: Evidence, region: str) -> Iterator[Said]:
    peak, ratio, p = (one(evidence, region, k) for k in ("peak_at", "peak_ratio", "peak_p"))
    if ratio is not None:
        times, slots = float(ratio.value), dict[str, Slot](finding=region)
        slots["ratio"] = lambda speech: speech.number(times)
        if peak is not None:
            slots["where"] = lambda speech: at(peak, evidence, speech)
        yield say("strength", ("peak", "at" if peak is not None else ""), slots, ratio, peak)
    if p is not None:
        told, proof = told_p(evidence, p)
        yield say("strength", "smallest_p", {"finding": region, **told}, *proof)


def _agreement(evidence: Evidence, region: str) -> Iterator[Said]:
    fact = one(evidence, region, "rule_agreement")
    if fact is None:
        return
    agree, _, total = str(fact.value).partition(" of ")
    if not total.isdigit() or int(total) < 2:
        return
    count: Slot = (lambda s: s.count(int(total))) if agree == total else total
    how = ("both" if total == "2" else "all") if agree == total else "one" if agree == "1" else "some"
    voting = slug(raters(f.qualifier for f in evidence.facts if f.kind == "rule_p"))
    slots = {"finding": region, "agree": agree, "total": count}
    yield say("agreement", ("agreement", f"{how}-{voting}"), slots, fact)


def _test(evidence: Evidence, region: str) -> Iterator[Said]:
    """What healing showed: of the whole sample once, with the first finding; of each finding, what is left of it."""
    if region == evidence.findings[0].id:
        healing = modality(evidence.modality).told.healing
        yield from _healed(evidence, "healed_p", ("healed", healing.how))
        yield from _healed(evidence, "random_healed_p", ("healed_random", healing.how))
        if (result := one(evidence, "sample", "do_test")) is not None:
            yield say("test", ("test", slug(str(result.value))), {}, result)
    if (left := one(evidence, region, "healed_region_p")) is not None:
        told, proof = told_p(evidence, left)
        yield say("test", "healed_region", {"finding": region, **told}, *proof)
    if (result := one(evidence, region, "do_test")) is not None:
        yield say("test", ("test_of", str(result.value)), {"finding": region}, result)


def _healed(evidence: Evidence, kind: FactKind, message: tuple[str, str]) -> Iterator[Said]:
    healed, (predicate, how) = one(evidence, "sample", kind), message
    if healed is not None:
        fate = "goes" if float(healed.value) > evidence.alpha else "stays"
        operator = f"{how}-{fate}" if how else fate
        told, proof = told_p(evidence, healed)
        yield say("test", (predicate, operator), told, *proof, one(evidence, "sample", "alpha"))
