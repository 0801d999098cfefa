"""Numbers without a unit: how many findings, rules, faults, words and channels there are."""

from __future__ import annotations

import re
from collections.abc import Callable

from anomalyst.agent.verifier.phrases.amounts import TIMES
from anomalyst.agent.verifier.phrases.free.about import Facts
from anomalyst.agent.verifier.phrases.free.amounts import Said, matches
from anomalyst.evidence.names import key

_OF = re.compile(r"(\d+) of (\d+)")


def findings(said: Said) -> Facts | None:
    """How many findings there are, or are spoken of."""
    if not said.is_count or not said.after(
        "finding", "findings", "kind", "dark", "bright", "place", "flagged", "single", "test"
    ):
        return None
    evidence = said.about.evidence
    kinds = [t for t in said.fragment.right(said.at)[:3] if t.is_("kind")]
    if kinds and not said.fragment.has("findings"):
        found = {
            f.subject
            for f in evidence.facts
            if f.kind == "anomaly_kind" and any(fits_kind(t.says, str(f.value)) for t in kinds)
        }
        return said.about.sample("finding_count") if said.amount.is_(len(found)) else None
    if said.amount.value == len(evidence.findings) and said.amount.near in ("", ">=", "<="):
        return said.about.sample("finding_count")
    return None


def fits_kind(says: frozenset[str], kind: str) -> bool:
    """Whether one of the concepts names a kind of anomaly."""
    wanted = {part for concept in says for part in concept.split("+")}
    return kind in wanted or (kind == "gap" and "missing data" in wanted)


def others(said: Said) -> Facts | None:
    """ "The other four": as many as were not spoken of before."""
    if not said.is_count or not said.before("other"):
        return None
    return said.about.sample("finding_count") if said.amount.value == len(said.about.regions) else None


def mine(said: Said) -> Facts | None:
    """ "Two of them in the processor load": as many findings are of the channel."""
    tops = [f for f in said.about.evidence.facts if f.kind == "top_channel"]
    names = said.fragment.names
    if said.amount.unit == TIMES and len(names) == 1 and not said.fragment.has("expected", "as high", "high", "low"):
        mine = [f for f in tops if key(str(f.value)) == key(names[0])]
        return mine if said.amount.value == len(mine) else None  # "acted up twice"
    if not said.is_count or len(names) != 1 or not (said.after("of") or said.after("finding", "findings")):
        return None
    mine = [f for f in tops if key(str(f.value)) == key(names[0])]
    return mine if mine and said.amount.value == len(mine) else None


def counted(kind: str, *concepts: str) -> Callable[[Said], Facts | None]:
    """A number of what concepts name."""

    def check(said: Said) -> Facts | None:
        if not said.is_count or not said.after(*concepts):
            return None
        return matches(said, said.about.sample(kind))  # type: ignore[arg-type]

    return check


def rules(said: Said) -> Facts | None:
    """ "All three methods", "two of the three"."""
    if not said.is_count or not said.fragment.has("rules"):
        return None
    facts = [f for f in said.about.facts("rule_agreement") if _OF.fullmatch(str(f.value))]
    return facts if facts and _of_total(said, facts) else None


def _of_total(said: Said, facts: Facts) -> bool:
    """Whether a number is the total where all or so many of it are spoken of, else the part."""
    value = said.amount.value
    parts = [_OF.fullmatch(str(f.value)).groups() for f in facts]  # type: ignore[union-attr]
    total = said.before("of") or said.fragment.has("all")
    return all(value == int(whole if total else part) for part, whole in parts)


def faults(said: Said) -> Facts | None:
    """ "Of the four planted faults, three were caught"."""
    facts = [f for f in said.about.sample("seen_faults") if _OF.fullmatch(str(f.value))]
    if not said.is_count or not facts:
        return None
    part, whole = (int(n) for n in _OF.fullmatch(str(facts[0].value)).groups())  # type: ignore[union-attr]
    if said.before("of") or said.after("faults", "planted"):
        return (
            facts if said.amount.value == whole or (said.fragment.has("seen") and said.amount.value == part) else None
        )
    if said.fragment.has("seen"):
        return facts if said.amount.value == part else None
    return facts if said.fragment.has("unseen") and said.amount.value == whole - part else None


def stain(said: Said) -> Facts | None:
    """ "A stain of ten points gets noticed, of five it slips by"."""
    kind = "stain_seen" if said.fragment.has("seen") else "stain_unseen" if said.fragment.has("unseen") else None
    return matches(said, said.about.sample(kind)) if kind else None  # type: ignore[arg-type]


def words(said: Said) -> Facts | None:
    facts = said.about.sample("sample_size")
    found = re.search(r"(\d+) words", str(facts[0].value)) if facts else None
    return facts if found and said.is_count and said.after("words") and said.amount.value == int(found[1]) else None


def columns(said: Said) -> Facts | None:
    """ "The five channels", of the recording or of a finding."""
    facts = said.about.sample("sample_size")
    found = re.search(r"× (\d+) channels?", str(facts[0].value)) if facts else None
    if not said.is_count or not said.after("channels"):
        return None
    if len(said.about.channels) > 1:
        return facts if said.amount.value == len(said.about.channels) else None
    colours = {f.qualifier for f in said.about.facts("observed")} & {"red", "green", "blue"}
    return facts if found and said.amount.value == int(found[1]) or said.amount.value == len(colours) else None
