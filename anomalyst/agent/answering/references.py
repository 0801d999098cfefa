"""Which findings a question is about: by id, order, rank, channel, word, kind, place or time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from anomalyst.agent.answering.asked import Rank, Window
from anomalyst.agent.answering.lexicon import Words
from anomalyst.agent.statements.absent import is_of
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.moments import ends_of, holding, within
from anomalyst.evidence.wording import one

SHORTEST = 2  # letters of a part of a name that is told from other words
NAMING: tuple[FactKind, ...] = ("observed", "channel_share", "anomaly_kind", "top_channel", "words")


@dataclass(frozen=True)
class Meant:
    """What a question refers to, as `Asked` holds it; `given`: whether it refers to anything."""

    findings: tuple[str, ...] = ()
    unknown: str = ""
    names: tuple[str, ...] = ()
    strange: bool = False
    kind: str = ""
    place: str = ""
    rank: Rank | None = None

    @property
    def given(self) -> bool:
        return bool(self.findings or self.unknown or self.names or self.strange or self.kind or self.place)


def meant(text: str, words: Words, evidence: Evidence, window: Window | None) -> Meant:
    """What a question refers to; the first of these ways that it uses counts."""
    ids = [finding.id for finding in evidence.findings]
    said = [name.upper() for name in re.findall(r"\br\d{1,4}\b", text)]
    if said:
        known = tuple(name for name in dict.fromkeys(said) if name in ids)
        return Meant(known, unknown=next((name for name in said if name not in ids), ""))
    if ranks := words.which("ranks", text):
        return Meant(_ranked(ranks[0], evidence), rank=ranks[0])
    kinds = _kinds(text, words, evidence)
    names, strange = _names(text, words, evidence)
    if names and not kinds:
        return Meant(_of_names(names, evidence), names=names)
    if kinds:
        return Meant(_of_fact("anomaly_kind", kinds[0], evidence), kind=kinds[0], names=names)
    if ordinals := [n for n in words.which("ordinals", text) if window is None]:
        return Meant(tuple(ids[n - 1] for n in ordinals if n <= len(ids)), unknown=_missing(ordinals, ids))
    if place := _place(text, words, evidence):
        return Meant(_of_fact("place", place, evidence), place=place)
    if window is not None:
        met = holding if window.rows else within
        return Meant(tuple(met(evidence, window.start, window.stop)))
    return Meant(strange=strange)


def _missing(ordinals: Iterable[int], ids: list[str]) -> str:
    return next((f"R{n}" for n in ordinals if n > len(ids)), "")


def _ranked(rank: str, evidence: Evidence) -> tuple[str, ...]:
    """The finding that ranks so; none where that is not known."""
    kind, largest = RANKED.get(rank, ("peak_p", False))
    sizes = {finding.id: _size(evidence, finding.id, rank, kind) for finding in evidence.findings}
    known = {name: size for name, size in sizes.items() if size is not None}
    if not known:
        return tuple(finding.id for finding in evidence.findings[:1])
    return (max(known, key=lambda n: known[n]) if largest else min(known, key=lambda n: known[n]),)


RANKED: dict[str, tuple[FactKind, bool]] = {
    "first": ("start", False),
    "last": ("start", True),
    "longest": ("duration", True),
    "shortest": ("duration", False),
    "largest": ("area", True),
    "smallest": ("area", False),
    "worst": ("peak_ratio", True),
    "mildest": ("peak_ratio", False),
}


def _size(evidence: Evidence, finding: str, rank: str, kind: FactKind) -> float | None:
    if kind in ("start", "duration"):  # durations are told in several units
        ends = ends_of(evidence, finding)
        return None if ends is None else ends[0] if kind == "start" else ends[1] - ends[0]
    fact = one(evidence, finding, kind)
    if fact is None and kind == "area":
        ends = ends_of(evidence, finding)
        return None if ends is None else ends[1] - ends[0]
    return None if fact is None or isinstance(fact.value, str) else float(fact.value)


def _kinds(text: str, words: Words, evidence: Evidence) -> list[str]:
    """Kinds of anomaly that are named; of several those that were found first, then those that may be."""
    found = {str(fact.value) for fact in evidence.facts if fact.kind == "anomaly_kind"}
    return sorted(words.which("kinds", text), key=lambda kind: kind not in found)


def _of_fact(kind: FactKind, word: str, evidence: Evidence) -> tuple[str, ...]:
    return tuple(
        finding.id
        for finding in evidence.findings
        if any(is_of(word, str(fact.value)) for fact in evidence.about(finding.id, kind))
    )


def _place(text: str, words: Words, evidence: Evidence) -> str:
    """A place as facts of a plane name it: "upper left", "upper"; "" where findings lie in time or none is named."""
    if any(finding.id for finding in evidence.findings if one(evidence, finding.id, "start")):
        return ""
    named = words.which("places", text)
    across = [word for word in named if word in ("left", "right")]
    down = [word for word in named if word in ("upper", "lower", "centre")]
    return " ".join([*down[:1], *across[:1]])


def known_names(evidence: Evidence) -> dict[str, set[str]]:
    """The names from the data that findings bear, with the findings."""
    found: dict[str, set[str]] = {}
    for finding in evidence.findings:
        own = {*finding.region.names()}
        for fact in evidence.about(finding.id):
            if fact.kind in NAMING:
                own |= {fact.qualifier} if fact.qualifier else set()
                own |= {str(fact.value)} if fact.kind in ("top_channel", "words") else set()
        for name in own:
            found.setdefault(name, set()).add(finding.id)
    return found


def _names(text: str, words: Words, evidence: Evidence) -> tuple[tuple[str, ...], bool]:
    """Names from the data that a question uses, and whether it names something that no finding bears."""
    known = known_names(evidence)
    whole = [name for name in known if _word(name.lower(), text)]
    if whole:
        return tuple(whole), False
    said = set(re.findall(r"[^\W_]+", text))
    of_file = _parts(PurePath(evidence.sample_name).stem)  # "which payments": what the rows of payments.csv are
    parted = [name for name in known if _parts(name) & said - words.marks - of_file]
    if parted:
        return tuple(parted), False
    called = words.parts_called(text)
    meant_ = [name for name in known if _parts(name) & called]
    return tuple(meant_), bool(called) and not meant_


def _parts(name: str) -> set[str]:
    """The parts of a name, without its unit: "drum", "pressure"."""
    bare = re.sub(r"[(\[].*?[)\]]", "", name.lower())
    return {part for part in re.findall(r"[^\W_]+", bare) if len(part) >= SHORTEST and not part.isdigit()}


def _word(name: str, text: str) -> bool:
    return len(name) >= SHORTEST and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _of_names(names: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """The findings that bear one of these names: those that it is to blame for, if there are any."""
    known = known_names(evidence)
    bearing = {finding for name in names for finding in known[name]}
    return tuple(finding.id for finding in evidence.findings if finding.id in bearing)
