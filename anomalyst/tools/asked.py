"""What a further question may have measured: another detector, a part of the sample, another alarm level.

The verdict stays as it is: what comes of it are facts beside it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from anomalyst.errors import InputError
from anomalyst.evidence.facts import Fact, FactRow
from anomalyst.evidence.findings import FoundRegions, at_level
from anomalyst.evidence.units import p_value
from anomalyst.modalities.registry import modality
from anomalyst.tools.budget import fits, has_gpu, offers, training_time
from anomalyst.tools.workbench import Workbench

SECONDS = 20.0  # that a second opinion should take at most
DEFAULT_FDR = 0.05


def second_opinion(bench: Workbench, detector: str = "") -> list[Fact]:
    """Ask another detector about the sample, one of another family where none is named, and add what it says."""
    evidence, found = bench.need_evidence(), bench.found or FoundRegions()
    name = detector or _another(bench)
    bench.check_detector(name)
    if known := [f for f in evidence.facts if f.qualifier == name and f.kind in SECOND]:
        return known
    other = _beside(bench)
    other.fit(name, time_limit=training_time(name, _profile(bench)))
    theirs = other.score()
    facts = bench.add_facts("sample", [("second_p", p_value(theirs.sample_p, bench.alpha), "", name)])
    facts += bench.add_facts("sample", [("second_count", len(theirs.findings), "", name)])
    for finding, mask in found.masks.items():
        meets = any(_meet(mask, own) for own in (other.found or FoundRegions()).masks.values())
        facts += bench.add_facts(finding, [("second_finds", meets, "", name)])
    return facts


SECOND = ("second_p", "second_count", "second_finds")


def judge_part(bench: Workbench, start: float, stop: float, rows: bool = False) -> list[Fact]:
    """Judge a part of the sample by itself, both ends in it, by a detector of the same name, and add what it says.

    `start`, `stop`: rows, or else times on the line of `evidence/moments.py`. InputError where nothing lies there.
    """
    sample, evidence = bench.need_sample(), bench.need_evidence()
    part = modality(sample.modality).part(sample, start, stop, rows)
    if part is None:
        raise InputError(f"{sample.name!r} has no such part to judge by itself; name rows or times that it has.")
    other = _beside(bench)
    other.sample, other.detector = part.sample, bench.detector
    if other.detector is None or other.detector.card.name not in other.candidates() or not bench.normals:
        other.fit(str(next(fact.value for fact in evidence.about("choice", "detector"))))
    theirs = other.score()
    number = str(len(evidence.about("sample", "part_p")) + 1)
    ends: list[FactRow] = [("part_start", part.start, part.unit, number), ("part_end", part.end, part.unit, number)]
    said: list[FactRow] = [
        ("part_p", p_value(theirs.sample_p, bench.alpha), "", number),
        ("part_count", len(theirs.findings), "", number),
    ]
    return bench.add_facts("sample", ends + said)


def findings_at(bench: Workbench, alpha: float) -> list[Fact]:
    """Add how many findings there are at another alarm level, cut anew from the score map that there is."""
    if not 0 < alpha < 1:
        raise InputError(f"got alpha={alpha!r}; it must lie strictly between 0 and 1, e.g. 0.01.")
    if bench.score_map is None:
        raise InputError("the score map is not at hand any more; run the analysis again.")
    sample = bench.need_sample()
    found = at_level(modality(sample.modality).locate(sample, bench.score_map, alpha, bench.fdr), alpha)
    return bench.add_facts("sample", [("level_count", len(found.findings), "", f"{alpha:g}")])


def _beside(bench: Workbench) -> Workbench:
    """A workbench with the same sample, normals and settings, on which nothing was measured."""
    return replace(bench, alarms_per_day=None, detector=None, score_map=None, found=None, evidence=None, notes=())


def _profile(bench: Workbench) -> dict[str, Any]:
    return bench.profile() | {"gpu": has_gpu(), "budget_seconds": SECONDS, "spent_seconds": 0.0}


def _another(bench: Workbench) -> str:
    """The most accurate detector of another family that is quick enough, which was not asked yet."""
    evidence, profile = bench.need_evidence(), _profile(bench)
    asked = {str(fact.value) for fact in evidence.about("choice", "detector")}
    asked |= {fact.qualifier for fact in evidence.about("sample", "second_p")}
    cards = bench.cards()
    families = {card.family for card in cards if card.name in asked}
    left = [offer for offer in offers(cards, profile) if offer["name"] not in asked]
    if not left:
        raise InputError("all detectors for this input were asked already.")
    quick = [offer for offer in left if fits(offer, profile)] or left
    best = min(quick, key=lambda o: (o["family"] in families, -(o["measured_accuracy"] or 0.0), _seconds(o), o["name"]))
    return str(best["name"])


def _seconds(offer: dict[str, Any]) -> float:
    return math.inf if offer["estimated_seconds"] is None else float(offer["estimated_seconds"])


def _meet(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Whether two masks share an element of the axes that both have: one may tell channels and the other not."""
    axes = min(len(one.shape), len(other.shape))
    first, second = (mask.reshape(*mask.shape[:axes], -1).any(axis=-1) for mask in (one, other))
    return bool((first & second).any())
