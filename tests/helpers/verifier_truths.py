"""True sentences that the built-in writer does not write: other people's phrasings of the same facts."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from anomalyst.evidence.claims import Claim, ClaimKind
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.evidence.wording import name, number, one, p_text

amount = ENGLISH_SPEECH.amount
# Each phrase is used if the facts it names are there. {x} is the fact of kind x as printed; {R} the finding.
SAMPLE = (
    ("With p = {sample_p}, the sample is flagged as anomalous.", "anomalous"),
    ("The {noun} is abnormal: p = {sample_p} lies below alpha = {alpha}.", "anomalous"),
    ("The p-value of the whole {noun} is {sample_p}.", ""),
    ("The alarm level was set to {alpha}.", ""),
    ("The sample p-value ({sample_p}) is above the alarm level ({alpha}), so no anomaly was found.", "normal-no"),
    ("Nothing unusual was found: p = {sample_p}, above the threshold of {alpha}.", "normal"),
    ("The detector's verdict is {verdict}.", "decided"),
    ("Confidence: {confidence}.", ""),
    ("We have {confidence} confidence in this verdict.", ""),
    ("The calibration used {calibration_normals} held-out normal {normals}.", "used"),
    ("The p-value rests on {calibration_normals} normals.", ""),
    ("The false-discovery rate is {fdr}.", ""),
    ("{finding_count} regions were found at a false-discovery rate of {fdr}.", "found"),
    ("{missing_share} of the values are missing.", "missing"),
    ("The sample size is {sample_size}.", ""),
    ("After healing, the p-value of the sample becomes {healed_p}.", ""),
    ("Once the regions are replaced by the expected values, p rises to {healed_p}.", "gone"),
    ("Replacing a random region of the same size gives p = {random_healed_p}.", ""),
    ("The do-test {do_test}.", ""),
    ("The detector used is {detector}.", ""),
    ("Of the planted ones, {seen_faults} planted faults raised the alarm.", ""),
    ("The alarm level allows at most {false_alarms} on normal data.", ""),
    ("No alarm was possible: the smallest p-value is {smallest_p}.", ""),
    ("It takes {normals_needed} normal {normals} to reach the level.", ""),
)  # fmt: skip
FINDING = (
    ("{R} is located in the {place} of the image.", "image"),
    ("The flagged region {R} sits in the {place} part of the picture.", "image-grid"),
    ("{R} is found {place} in the series.", "series-early"),
    ("{R} takes up {area} of the image.", ""),
    ("{R} is bounded by the box {box}.", ""),
    ("{R} began at {start} and ended at {end}.", ""),
    ("The anomaly {R} lasted {duration}, starting at {start}.", ""),
    ("From {start} to {end}, {R} stands out.", ""),
    ("In {R}, the score is highest at {peak_at}.", ""),
    ("The peak score of {R} is {peak_ratio} times the normal 95 % quantile.", ""),
    ("{R} has a smallest p-value of {peak_p}.", ""),
    ("{rule_agreement} rules agree on {R}.", ""),
    ("{R} was flagged by {rule_agreement} score rules.", ""),
    ("The channel with the largest share in {R} is {top_channel}.", ""),
    ("{R} deviates mainly in {top_channel}.", ""),
    ("The do-test on {R} {do_test}.", ""),
    ("In {R}, {moved_first} moved first.", ""),
    ("After healing, the smallest p-value in {R} is {healed_region_p}.", ""),
)  # fmt: skip
CHANNEL = (
    ("In {R}, the observed value of {c} was {observed}, compared with an expected {expected}.", ""),
    ("{c} was measured at {observed} in {R}, while {expected} would be normal.", ""),
    ("Instead of the expected {expected}, {c} read {observed} in {R}.", ""),
    ("{R}: {c} {observed} observed, {expected} expected.", ""),
    ("In {R} {c} is {gap} {way} than expected.", "gap"),
    ("{c} in {R} deviates from the expected value by {gap}.", "gap"),
    ("For {c}, {R} shows {observed}, which is {gap} {way} than the expected {expected}.", "gap"),
    ("The normal range of {c} in {R} would be {low} to {high}.", "range"),
    ("{c} in {R} was expected between {low} and {high}.", "range"),
    ("In {R}, {c} followed {lag} later.", ""),
    ("{c} contributes {channel_share} of the score of {R}.", ""),
    ("{R} is {a} {anomaly_kind} in {c}.", ""),
    ("{c} is {direction} the expected value in {R}.", "direction"),
)  # fmt: skip
MODAL: tuple[tuple[str, ClaimKind], ...] = (
    ("{R} might be the result of a worn bearing.", "hypothesis"),
    ("One explanation could be a change in the surroundings.", "hypothesis"),
    ("Possibly a cable came loose.", "hypothesis"),
    ("You should inspect {R} more closely.", "recommendation"),
    ("Consider comparing {R} with other normal samples.", "recommendation"),
)


def other_truths(evidence: Evidence, rng: Random) -> Iterator[Claim]:
    """Every phrase that fits this evidence, with the facts it states as citations."""
    for phrase, when in SAMPLE:
        yield from _fill(phrase, when, evidence, "sample" if "detector used" not in phrase else "choice", rng)
    for finding in evidence.findings:
        for phrase, when in FINDING:
            yield from _fill(phrase, when, evidence, finding.id, rng)
        for channel in dict.fromkeys(f.qualifier for f in evidence.about(finding.id, "expected")):
            for phrase, when in CHANNEL:
                yield from _fill_channel(phrase, when, evidence, finding.id, channel)
        for phrase, kind in MODAL:
            anchor = evidence.about(finding.id, "peak_p")[0]
            yield Claim(text=phrase.format(R=finding.id), cites=(anchor.id,), kind=kind)


def _fits(when: str, evidence: Evidence, place: str, count: float) -> bool:
    if when == "used":
        return True
    series_words = place in ("early", "late", "in the middle", "at the end", "at the start")
    rules = {
        "": True, "anomalous": evidence.verdict == "anomalous", "normal": evidence.verdict_word == "normal",
        "normal-no": evidence.verdict_word == "normal", "decided": not evidence.cannot_tell,
        "found": count > 1, "missing": True,
        "image": evidence.modality == "image" and not place.startswith("most"),
        "image-grid": evidence.modality == "image" and " " in place and not place.startswith("most"),
        "series-early": series_words,
        "gone": any(float(f.value) > evidence.alpha for f in evidence.about("sample", "healed_p")),
    }  # fmt: skip
    return rules[when]


def _fill(phrase: str, when: str, evidence: Evidence, subject: str, rng: Random) -> Iterator[Claim]:
    place, count = one(evidence, subject, "place"), one(evidence, "sample", "finding_count")
    if not _fits(when, evidence, str(place.value) if place else "", float(count.value) if count else 0):
        return
    facts = {kind: one(evidence, subject, kind) for kind in _kinds(phrase)}  # type: ignore[arg-type]
    if any(fact is None for fact in facts.values()):
        return
    cited = [fact for fact in facts.values() if fact is not None]
    if "anomal" in phrase or "abnormal" in phrase or "unusual" in phrase:
        cited += evidence.about("sample", "verdict")
    if "the alarm level (" in phrase or "below alpha" in phrase:
        cited += evidence.about("sample", "alpha")
    shown = {kind: shown_fact(fact, rng) for kind, fact in facts.items() if fact is not None}
    normals = {"image": "images", "series": "stretches"}[evidence.modality]
    text = phrase.format(R=subject, noun=evidence.modality, normals=normals, **shown)
    cites = tuple(dict.fromkeys(f.id for f in cited)) or (evidence.about(subject, "peak_p")[0].id,)
    yield Claim(text=text, cites=cites, kind="observation")


def _kinds(phrase: str) -> list[str]:
    import re

    return [k for k in re.findall(r"\{(\w+)\}", phrase) if k not in ("R", "noun", "normals")]


def shown_fact(fact: Fact, rng: Random) -> str:
    """A fact as another writer would print it."""
    if fact.kind in ("start", "end", "peak_at"):
        return _moment(fact)
    if fact.kind.endswith("_p") or fact.kind in ("alpha", "fdr"):
        return p_text(float(fact.value))
    if fact.kind == "finding_count":
        return ENGLISH_SPEECH.count(int(fact.value)).capitalize()
    if isinstance(fact.value, str):
        return name(fact.value) if fact.kind in ("top_channel", "moved_first", "detector") else fact.value
    if fact.unit == "%" and rng.random() < 0.3:
        return f"{number(float(fact.value))}%"
    return amount(fact)


def _fill_channel(phrase: str, when: str, evidence: Evidence, subject: str, channel: str) -> Iterator[Claim]:
    mine = {f.kind: f for f in evidence.about(subject) if f.qualifier == channel}
    wanted = [k for k in _kinds(phrase) if k not in ("c", "a", "gap", "way", "low", "high")]
    needed = [*wanted, *(["difference"] if when == "gap" else []), *(["expected"] if when == "range" else [])]
    if any(kind not in mine for kind in needed) or (when == "direction" and evidence.modality == "image"):
        return
    gap, normal = mine.get("difference"), mine.get("expected")
    words = {k: amount(mine[k]) if not isinstance(mine[k].value, str) else str(mine[k].value) for k in wanted}
    if gap is not None:
        words |= {
            "gap": f"{number(abs(float(gap.value)))} {gap.unit}".strip(),
            "way": "higher" if float(gap.value) > 0 else "lower",
        }
    if normal is not None and normal.low is not None and normal.high is not None:
        words |= {"low": number(normal.low), "high": f"{number(normal.high)} {normal.unit}".strip()}
    words["a"] = {"missing data": "case of", "unusual pattern": "an"}.get(str(words.get("anomaly_kind", "")), "a")
    if words["a"] == "case of":
        return
    spoken_name = f"the {channel}" if evidence.modality == "image" else name(channel)
    cites = tuple(dict.fromkeys(mine[k].id for k in needed))
    yield Claim(text=phrase.format(R=subject, c=spoken_name, **words), cites=cites, kind="observation")


def _moment(fact: Fact) -> str:
    """A time stamp, or "row 120"."""
    if isinstance(fact.value, str):
        return fact.value
    return f"row {fact.value}" if fact.unit.startswith("row") else number(fact.value)
