"""What a kind of data finds, measures, heals, says and shows: held against what each answer must be."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.evidence.advice import first_step
from anomalyst.evidence.units import Measure
from anomalyst.modalities.shown import Card, Healed, HealedPicture, Pictures, ToMark
from anomalyst.testing.asked import ALPHA, Asked
from anomalyst.testing.saying import must

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 96  # pixels of a thumbnail


def findings(it: Asked) -> None:
    """A faulty sample has findings in its fault, with places of the kind's own; a normal one has none."""
    found, shape = it.found, it.score_map.scores.shape
    must(bool(found.findings), f"{it.name}: nothing is found in {it.sample.name!r}, p {it.score_map.sample_p:.3g}.")
    for finding in found.findings:
        must(isinstance(finding.region, it.kind.region), f"{it.name}: a finding lies in {finding.region!r}.")
        must(finding.region.kind == it.name, f"{it.name}: a finding's region says {finding.region.kind!r}.")
        must(
            found.masks[finding.id].shape == shape, f"{it.name}: the mask of {finding.id} is not of the shape {shape}."
        )
    must(bool((found.union(shape) & it.trial.faults[0]).any()), f"{it.name}: no finding touches the fault.")
    normal = it.kind.locate(it.sample, replace(it.score_map, sample_p=1.0), ALPHA, ALPHA)
    must(not normal.findings, f"{it.name}: a sample whose p-value is 1 has findings.")


def facts(it: Asked) -> None:
    """Facts are measures of the sample, or of the finding that was asked about."""
    whole = [*it.kind.sample_facts(it.sample, it.score_map), *it.kind.alarm_facts(it.sample, it.score_map, ALPHA)]
    must(all(isinstance(one, Measure) and one.subject == "sample" for one in whole), f"{it.name}: facts say {whole}.")
    for finding in it.found.findings:
        told = list(it.kind.finding_facts(it.sample, it.score_map, it.found, finding))
        must(all(one.subject == finding.id for one in told), f"{it.name}: facts of {finding.id} are of others: {told}.")


def healed(it: Asked) -> None:
    """The findings healed, the sample is another one of its kind and less abnormal; as much elsewhere is elsewhere."""
    found, elsewhere = it.kind.healed(it.detector, it.sample, it.score_map, it.found, 0)
    if found.sample is not None:
        must(isinstance(found.sample, it.kind.sample), f"{it.name}: a healed sample is {found.sample!r}.")
        left, was = it.detector.score(found.sample).sample_p, it.score_map.sample_p
        must(left > was, f"{it.name}: once healed the sample's p-value is {left:.3g}, and was {was:.3g}.")
    if elsewhere is not None and elsewhere.mask is not None:
        touching = bool((elsewhere.mask & it.found.union(elsewhere.mask.shape)).any())
        must(not touching, f"{it.name}: what is healed elsewhere touches a finding.")


def said(it: Asked) -> None:
    """Every sentence of its own agrees with the facts of a whole run, as the verifier reads it."""
    explanation = it.record.explanation
    must(explanation.verdict == "anomalous", f"{it.name}: a run on a faulty sample says {explanation.verdict!r}.")
    evidence = explanation.evidence
    told = [*it.kind.sample_sentences(evidence)]
    told += [said for finding in evidence.findings for said in it.kind.finding_sentences(evidence, finding.id)]
    for claim in (one.claim(evidence) for one in told):
        verdict = verify_claim(claim, evidence)
        must(verdict.outcome == "supported", f"{it.name}: {claim.text!r} is {verdict.outcome}: {verdict.reasons}")


def advice(it: Asked) -> None:
    """There is something to do about any finding."""
    told = first_step(it.record.explanation.evidence)
    must(told is not None and bool(told.en.strip()), f"{it.name}: there is nothing to do about a finding.")


def pictures(it: Asked) -> None:
    """Report, card, thumbnail and what a place is marked on are of the classes that others lay out."""
    record, kind = it.record, it.kind
    evidence = record.explanation.evidence
    for finding in evidence.findings:
        must(bool(kind.finding_name(evidence, finding, record.speech).strip()), f"{it.name}: a finding has no name.")
        size = _size(kind.thumbnail(record.sample, record.score_map, finding))
        must(0 < max(size) <= LONGEST, f"{it.name}: a thumbnail has {size} pixels, not up to {LONGEST}.")
    must(isinstance(kind.report(record, 3), Pictures), f"{it.name}: what the report shows is no Pictures.")
    for brief in (False, True):
        must(isinstance(kind.card(record, "x", brief=brief), Card), f"{it.name}: what a card shows is no Card.")
    kind.figure(record, "run")
    mark = kind.to_mark(record)
    must(isinstance(mark, ToMark), f"{it.name}: what a place is marked on is no ToMark.")
    axes = len(kind.marking.axes)
    must(len(mark.extent) == axes, f"{it.name}: places have {axes} axes, and {mark.extent} are given.")


def states(it: Asked) -> None:
    """The healing test can be looked at, from its start to the findings healed."""
    shape = it.record.score_map.scores.shape
    mask = np.zeros(shape, dtype=bool)
    mask.flat[: max(1, mask.size // 50)] = True
    told = [
        Healed("As it was", "p 0.001", it.record.sample, None),
        Healed("Findings healed", "p 0.5", it.record.sample, mask),
    ]
    shown = it.kind.healing_shown(it.record, told)
    must(all(isinstance(one, HealedPicture) for one in shown), f"{it.name}: a state is shown by no HealedPicture.")


def _size(small: Image | Markup) -> tuple[float, ...]:
    """Width and height in pixels; of lines as they are written in the SVG, (0, 0) where they are not."""
    if not isinstance(small, Markup):
        return small.size
    found = re.match(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"', small)
    return tuple(float(edge) for edge in found.groups()) if found else (0.0, 0.0)
