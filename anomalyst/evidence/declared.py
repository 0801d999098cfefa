"""How facts are told, each kind once: its names, where it stands in tables, and what it proves.

Report, page, verifier and audit read this table. How a fact is named inside a sentence stands in the catalogues of
messages (`fact-…`, `speech/messages/`); words that it gives leave to use, in `words.txt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anomalyst.evidence.facts import FactKind


@dataclass(frozen=True)
class Declared:
    """How a kind of fact is declared. `label`: in tables; `role`: what a reason calls it, the label where ""; `column`:
    of the report's table of findings; `proves`: that something is abnormal, as only an anomalous sample has it or as it
    states the verdict; `qualified`: told apart by a channel, band, rule or candidate; `quoted`: its text is quoted word
    for word or not at all."""

    label: str
    role: str = ""
    column: str = ""
    proves: bool = False
    qualified: bool = False
    quoted: bool = False

    @property
    def name(self) -> str:
        """What a reason calls it."""
        return self.role or self.label


FACTS: Mapping[FactKind, Declared] = {
    "verdict": Declared("verdict", proves=True),
    "sample_p": Declared("p-value of the whole sample", role="p-value of the sample", proves=True),
    "alpha": Declared("alarm level α", role="alarm level"),
    "false_alarms": Declared(
        "what this level allows at most on normal data", role="number of false alarms on normal data"
    ),
    "whole_differs": Declared("whole picture more unusual than any place", role="alarm of the whole", proves=True),
    "confidence": Declared("confidence", proves=True),
    "doubt": Declared(
        "what keeps a sample without an alarm from being called normal", role="reason why no verdict can be given"
    ),
    "unlike_normals": Declared(
        "in what the sample is unlike its normals", role="difference from the normals", quoted=True
    ),
    "p_bound": Declared("smallest p-value of a sample that is told", role="p bound"),
    "region_p_bound": Declared("smallest p-value of an element that is told", role="region p bound"),
    "p_extrapolated": Declared("p-value read from a fitted tail", role="p extrapolated"),
    "calibration_normals": Declared("normal samples behind the p-value", role="number of normals"),
    "smallest_p": Declared(
        "smallest p-value that a sample can get here", role="smallest p-value that the normals can show"
    ),
    "normals_needed": Declared("normal samples needed to show the alarm level", role="number of normals needed"),
    "seen_faults": Declared(
        "planted faults of usual size that raise the alarm", role="planted faults that raised the alarm"
    ),
    "planted_p": Declared("p-value with a planted fault, by its number", role="planted p"),
    "stain_seen": Declared(
        "contrast of the faintest planted stain that raises the alarm",
        role="contrast of the faintest planted stain that raised the alarm",
    ),
    "stain_unseen": Declared(
        "contrast of the strongest planted stain that passes unnoticed",
        role="contrast of the strongest planted stain that passed unnoticed",
    ),
    "stain_area": Declared("share of the image under the planted stain"),
    "spike_seen": Declared(
        "smallest planted spike that raises the alarm",
        role="smallest planted spike that raised the alarm",
        qualified=True,
    ),
    "spike_unseen": Declared(
        "largest planted spike that passes unnoticed",
        role="largest planted spike that passed unnoticed",
        qualified=True,
    ),
    "spike_rows": Declared("length of the planted spikes", qualified=True),
    "shift_seen": Declared(
        "smallest planted level shift that raises the alarm",
        role="smallest planted level shift that raised the alarm",
        qualified=True,
    ),
    "shift_unseen": Declared(
        "largest planted level shift that passes unnoticed",
        role="largest planted level shift that passed unnoticed",
        qualified=True,
    ),
    "shift_rows": Declared("length of the planted level shifts", qualified=True),
    "calibration_method": Declared("calibration method", quoted=True),
    "fdr": Declared("false-discovery rate of the findings", role="false-discovery rate"),
    "finding_count": Declared("number of findings", proves=True),
    "sample_size": Declared("sample size", role="size of the sample", quoted=True),
    "missing_share": Declared("missing values"),
    "time_span": Declared("time span", quoted=True),
    "information": Declared("information shared by image and text", role="information", column="Information"),
    "information_error": Declared("error of the information, ±", role="error of the information", column="Error, ±"),
    "nearest_caption": Declared("text of a similar matching pair, by rank", role="text of a similar pair", quoted=True),
    "unknown_words": Declared("words not learned, not judged", role="unknown words", quoted=True),
    "field": Declared("field of work, as given", role="field"),
    "detector": Declared("detector", quoted=True),
    "detector_option": Declared("detector option", quoted=True),
    "detector_reason": Declared("detector reason", quoted=True),
    "synthetic_auroc": Declared("AUROC on synthetic anomalies", qualified=True),
    "choice_reason": Declared("why this detector", role="reason of the choice", quoted=True),
    "budget": Declared("time budget"),
    "estimated_time": Declared("time that the run was expected to take", role="estimated time of the run"),
    "within_budget": Declared(
        "suitable detectors expected to keep the time budget", role="number of detectors within the budget"
    ),
    "run_time": Declared("time that the run took, up to the healing test", role="time that the run took"),
    "over_budget": Declared("time over the budget"),
    "words": Declared("words", column="Words"),
    "fitting_words": Declared("words that would fit instead", role="fitting words", column="Would fit"),
    "place": Declared("place", column="Where", proves=True),
    "box": Declared("box", column="Where", proves=True, quoted=True),
    "area": Declared("area", column="Size", proves=True),
    "start": Declared("start", column="Where", proves=True),
    "end": Declared("end", column="Where", proves=True),
    "duration": Declared("duration", column="Size", proves=True),
    "peak_at": Declared("peak at", column="Where", proves=True, quoted=True),
    "peak_p": Declared("smallest p-value", role="smallest p", proves=True),
    "peak_ratio": Declared("peak score, as a multiple of the normal 95 % quantile", role="peak ratio", proves=True),
    "anomaly_kind": Declared("kind of anomaly", column="Kind", proves=True, qualified=True),
    "direction": Declared("direction", column="Kind", proves=True, qualified=True),
    "observed": Declared("observed", column="Observed", proves=True, qualified=True),
    "expected": Declared("expected", column="Expected", proves=True, qualified=True),
    "difference": Declared("difference", proves=True, qualified=True),
    "channel_share": Declared("share of the score", column="Share", proves=True, qualified=True),
    "top_channel": Declared("channel most to blame", role="channel with the largest share", proves=True),
    "moved_first": Declared("channel that moved first", proves=True),
    "lag": Declared("how much later a channel moved", role="time from the first move", proves=True, qualified=True),
    "rule_agreement": Declared(
        "score rules or detectors that agree", role="agreement of the rules", column="Rules", proves=True
    ),
    "rule_p": Declared("smallest p-value by rule or detector", role="smallest p by rule", proves=True, qualified=True),
    "normals_as_extreme": Declared("normals as extreme", role="number of normals as extreme", proves=True),
    "own_cause": Declared("possible cause, from the file of causes given", role="own cause"),
    "own_step": Declared("next step, from the file of causes given", role="own step"),
    "healed_p": Declared("p-value of the sample after healing the region", role="p-value after healing", proves=True),
    "healed_region_p": Declared(
        "smallest p-value in the region after healing", role="smallest p in the healed region", proves=True
    ),
    "first_healed_p": Declared(
        "p-value of the sample after healing the first channel alone",
        role="p-value after healing the first channel alone",
        proves=True,
        qualified=True,
    ),
    "random_healed_p": Declared(
        "p-value of the sample after healing a random region", role="p-value after healing a random region", proves=True
    ),
    "do_test": Declared("test by healing", role="healing test", proves=True),
}
QUALIFIED = frozenset(kind for kind, declared in FACTS.items() if declared.qualified)
QUOTED = frozenset(kind for kind, declared in FACTS.items() if declared.quoted)
PROVES_ANOMALY: tuple[FactKind, ...] = tuple(kind for kind, declared in FACTS.items() if declared.proves)
COLUMNS = (
    "Words", "Would fit", "Where", "Kind", "Size", "Observed", "Expected", "Share", "Information", "Error, ±", "Rules",
)  # fmt: skip
"""Columns of the report's table of findings, in their order."""
