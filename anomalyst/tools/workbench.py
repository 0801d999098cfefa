"""The workbench: one sample, its normals, the detector and all it measured. Tools act on it; arrays stay here."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anomalyst.detectors.contract import RULES, Card, Detector, OnStep, ScoreMap
from anomalyst.detectors.effort import AUTO, Trim, check_trim
from anomalyst.detectors.registry import detector_class, detector_names, list_detectors, load_detector
from anomalyst.errors import InputError
from anomalyst.evidence.advice import own_rows
from anomalyst.evidence.causes import GENERAL, Entry, FieldOfWork
from anomalyst.evidence.facts import Evidence, Fact, FactRow
from anomalyst.evidence.findings import FoundRegions, at_level
from anomalyst.modalities.notes import input_notes
from anomalyst.modalities.reading import Normals, Reading, load_sample, read_normals
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.samples import Modality, Sample
from anomalyst.tools.alarms import ALPHA, Allowed, check_share
from anomalyst.tools.doubts import decided
from anomalyst.tools.measure import build_evidence
from anomalyst.tools.suspects import suspect_notes


@dataclass
class Workbench:
    """Holds one analysis. `alpha`: alarm level of the verdict; `fdr`: false-discovery rate of the findings;
    `backbone`: folder or hub name of a transformers vision model, or None for pixel patches; `text_encoder`: of a
    sentence-transformers model, or None for the words that were learned; `trim`: share of the normals that may be
    anomalies and are left out, "auto": as the detector does unless told; `without`: names of
    detectors that are not to be used; `alarms_per_day`: false alarms to allow instead, which set `alpha` by each sample
    that is opened; `field`: of work, whose causes and next steps are told; `causes`: the user's own, told before them;
    `notes`: what reading the sample and its normals changed, guessed or left out."""

    alpha: float = ALPHA
    fdr: float = 0.05
    seed: int = 0
    backbone: str | None = None
    text_encoder: str | None = None
    trim: Trim = AUTO
    without: tuple[str, ...] = ()
    alarms_per_day: float | None = None
    field: FieldOfWork = GENERAL
    causes: tuple[Entry, ...] = ()
    sample: Sample | None = None
    normals: list[Sample] = dataclasses.field(default_factory=list)
    notes: tuple[str, ...] = ()
    detector: Detector | None = None
    score_map: ScoreMap | None = None
    found: FoundRegions | None = None
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        check_share("alpha", self.alpha)
        check_share("fdr", self.fdr)
        check_trim(self.trim, auto=True)
        self.allowed = Allowed(per_day=self.alarms_per_day) if self.alarms_per_day is not None else Allowed(self.alpha)

    def open(
        self,
        source: Any,
        normal: Any = None,
        modality: Modality | None = None,
        reading: Reading | None = None,
        text: str | None = None,
    ) -> dict[str, Any]:
        """Load the sample and its normals; returns the profile. Forgets the sample analysed before. `text`: what goes
        with an image, which makes both a pair. A normal that cannot be used is left out and noted."""
        sample = load_sample(source, modality, text)
        self.allowed.level(sample)  # refused before the normals are read; their dates may change it
        self.sample = sample
        normals = Normals() if normal is None else read_normals(normal, sample.modality, reading, like=sample)
        self.normals = normals.samples
        self.sample = modality_of(sample.modality).settled(sample, self.normals)
        level = self.allowed.level(self.sample)
        self.alpha = level.alpha
        self.notes = (
            *input_notes(self.sample),
            *(f"{self.sample.name}: {note}" for note in level.notes),
            *normals.notes,
        )
        self.score_map = self.found = self.evidence = None
        return self.profile()

    def profile(self) -> dict[str, Any]:
        """What is known of the input before any detector ran, as JSON values."""
        sample = self.need_sample()
        profile = {
            "name": sample.name,
            "modality": sample.modality,
            "normals": len(self.normals),
            "detector_ready": self.detector is not None,
        }
        return profile | modality_of(sample.modality).profile(sample, self.normals, self.backbone is not None)

    def need_sample(self) -> Sample:
        """The sample; InputError if none was opened."""
        if self.sample is None:
            raise InputError("no input is open; open an image or a series first.")
        return self.sample

    def need_evidence(self) -> Evidence:
        """The evidence; InputError if no detector has run."""
        if self.evidence is None:
            raise InputError("no detector has run on this input yet; call run_detector first.")
        return self.evidence

    def candidates(self) -> list[str]:
        """Names of the detectors that can run on the open input."""
        sample = self.need_sample()
        names = detector_names(sample.modality)
        if not self.normals:
            names = [name for name in names if detector_class(name).self_calibrating]
        if not names:
            raise InputError(
                f"{sample.name!r} is an {sample.modality} and no normal one was given to compare with; "
                "give normal examples, or a fitted detector.",
                "normal",
                "fitted",
            )
        if not set(names) - set(self.without):
            raise InputError(f"all detectors for this input are switched off; switch on one of {', '.join(names)}.")
        return [name for name in names if name not in self.without]

    def cards(self) -> list[Card]:
        """The cards of the detectors that can run on the open input."""
        names = self.candidates()
        return [card for card in list_detectors(self.need_sample().modality) if card.name in names]

    def check_detector(self, name: str) -> None:
        """InputError if the detector cannot run on the open input."""
        allowed, kind = self.candidates(), modality_of(self.need_sample().modality)
        if name not in allowed and name in detector_names(kind.name) and name not in self.without:
            raise InputError(
                f"the detector {name!r} learns from {kind.nouns.examples} and none were given; give some, or choose "
                f"{' or '.join(allowed)}, which needs none.",
                "normal",
                "detector",
            )
        if name not in allowed:
            raise InputError(f"got detector {name!r}; for this input choose one of {', '.join(allowed)}.")

    def use(self, folder: str | Path) -> None:
        """Take a saved detector instead of fitting one."""
        self.detector = load_detector(folder)

    def fit(self, name: str, on_step: OnStep | None = None, time_limit: float | None = None) -> list[FactRow]:
        """Fit the detector `name` on the normals, one that trains for `time_limit` seconds at most; returns the facts
        of the choice of it and of its options."""
        self.check_detector(name)
        detector = build_detector(
            name, self.backbone, self.seed, time_limit, trim=self.trim, text_encoder=self.text_encoder
        )
        detector.on_step = on_step
        self.detector = learned(detector, self.normals)
        return choice_rows(self.detector)

    def score(self, rows: Sequence[FactRow] = ()) -> Evidence:
        """Score the sample with the detector at hand and gather findings and facts, `rows` (of the choice) too."""
        sample, detector = self.need_sample(), self.detector
        if detector is None:
            raise InputError("no detector is fitted yet; call run_detector first.")
        if detector.card.modality != sample.modality:
            raise InputError(
                f"the detector {detector.card.name!r} reads {detector.card.modality} data and {sample.name!r} is "
                f"{sample.modality} data; choose a detector for {sample.modality}."
            )
        brought = modality_of(sample.modality).brought(sample, detector.usual_)
        told = [note for note in input_notes(brought) if note not in self.notes]
        self.sample, self.notes = brought, (*self.notes, *told)
        sample = brought
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=RuntimeWarning)  # all-NaN stretches of a series
            self.score_map = detector.score(sample)
        self.found = at_level(
            modality_of(sample.modality).locate(sample, self.score_map, self.alpha, self.fdr), self.alpha
        )
        self.evidence = decided(
            build_evidence(
                sample,
                self.score_map,
                self.found,
                alpha=self.alpha,
                fdr=self.fdr,
                detector_facts=rows,
                usual=detector.usual_,
            )
        )
        self._advise(self.evidence)
        return self.need_evidence()

    def _advise(self, evidence: Evidence) -> None:
        """Note the field of work and the user's own causes and next steps of the findings, as facts."""
        if self.field != GENERAL:
            self.add_facts("sample", [("field", self.field, "", "")])
        for finding, given in own_rows(self.causes, evidence).items():
            self.add_facts(finding, given)

    def add_facts(self, subject: str, rows: Sequence[FactRow]) -> list[Fact]:
        """Append facts about `subject`, with the next free ids; facts already there are not added twice."""
        evidence = self.need_evidence()
        fresh = [r for r in rows if not any(_same(f, subject, r) for f in evidence.facts)]
        start = len(evidence.facts) + 1
        facts = [
            Fact(id=f"F{start + i}", subject=subject, kind=kind, value=value, unit=unit, qualifier=qualifier)
            for i, (kind, value, unit, qualifier) in enumerate(fresh)
        ]
        self.evidence = evidence.model_copy(update={"facts": (*evidence.facts, *facts)})
        return facts


def build_detector(
    name: str,
    backbone: str | None,
    seed: int,
    time_limit: float | None = None,
    *,
    trim: Trim = AUTO,
    text_encoder: str | None = None,
) -> Detector:
    """A detector with every score rule computed, so that their agreement can be told; it gets what it can take.

    `time_limit`: most seconds of training, for one that trains; `trim`: share of the normals that may be anomalies,
    "auto": as the detector does unless told.
    InputError if there is a text encoder and it reads no text.
    """
    kind = detector_class(name)
    if trim != AUTO and trim and "trim" not in kind.defaults():
        raise InputError(f"the detector {name!r} leaves out no normals (trim={trim:g}); choose another, or leave trim.")
    options: dict[str, Any] = {"seed": seed, "witnesses": [rule for rule in RULES if rule != kind.card.family]}
    if time_limit is not None:
        options["time_limit"] = time_limit
    if backbone is not None:
        options["backbone"] = backbone
    if trim != AUTO:
        options["trim"] = trim
    taken = kind.defaults()
    if text_encoder is not None:
        if "text_encoder" not in taken:
            raise InputError(f"got a text encoder, but {name} reads no text; leave the encoder out.", "text encoder")
        options["text_encoder"] = text_encoder
    return kind(**{key: value for key, value in options.items() if key in taken})


def learned(detector: Detector, normals: Sequence[Sample]) -> Detector:
    """The detector, fitted on normals; it also knows what is usual among them."""
    fitted = detector.fit(normals)
    fitted.usual_ = modality_of(fitted.card.modality).usual(normals)
    fitted.notes_ = (*fitted.notes_, *suspect_notes(fitted.held_out_, normals))
    return fitted


def choice_rows(detector: Detector) -> list[FactRow]:
    """Facts of the choice of a fitted detector: its name, the option taken, why, and each candidate's trial."""
    rows: list[FactRow] = [("detector", detector.card.name, "", "")]
    choice = detector.choice_
    if choice is None:
        return rows
    rows += [("detector_option", choice.option, "", ""), ("detector_reason", choice.reason, "", "")]
    return rows + [("synthetic_auroc", round(value, 3), "", name) for name, value in choice.auroc.items()]


def _same(fact: Fact, subject: str, row: FactRow) -> bool:
    return (fact.subject, fact.kind, fact.qualifier) == (subject, row[0], row[3])
