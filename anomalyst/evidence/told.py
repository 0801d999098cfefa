"""How facts are told, each kind once: its names, where it stands in tables, and what it proves.

Report, page, verifier and audit read this table. How a fact is named inside a sentence stands in the catalogues of
messages (`fact-…`, `speech/messages/`); words that it gives leave to use, in `words.txt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anomalyst.evidence.facts import FactKind


@dataclass(frozen=True)
class Told:
    """How a kind of fact is told. `label`: in tables; `role`: what a reason calls it, the label where ""; `column`: of
    the report's table of findings; `proves`: that something is abnormal, as only an anomalous sample has it or as it
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


FACTS: Mapping[FactKind, Told] = {
    "verdict": Told("verdict", proves=True),
    "sample_p": Told("p-value of the whole sample", role="p-value of the sample", proves=True),
    "alpha": Told("alarm level α", role="alarm level"),
    "false_alarms": Told("what this level allows at most on normal data", role="number of false alarms on normal data"),
    "confidence": Told("confidence", proves=True),
    "doubt": Told(
        "what keeps a sample without an alarm from being called normal", role="reason why no verdict can be given"
    ),
    "unlike_normals": Told("in what the sample is unlike its normals", role="difference from the normals", quoted=True),
    "p_bound": Told("smallest p-value of a sample that is told", role="p bound"),
    "region_p_bound": Told("smallest p-value of an element that is told", role="region p bound"),
    "p_extrapolated": Told("p-value read from a fitted tail", role="p extrapolated"),
    "calibration_normals": Told("normal samples behind the p-value", role="number of normals"),
    "smallest_p": Told(
        "smallest p-value that a sample can get here", role="smallest p-value that the normals can show"
    ),
    "normals_needed": Told("normal samples needed to show the alarm level", role="number of normals needed"),
    "seen_faults": Told(
        "planted faults of usual size that raise the alarm", role="planted faults that raised the alarm"
    ),
    "planted_p": Told("p-value with a planted fault, by its number", role="planted p"),
    "stain_seen": Told(
        "contrast of the faintest planted stain that raises the alarm",
        role="contrast of the faintest planted stain that raised the alarm",
    ),
    "stain_unseen": Told(
        "contrast of the strongest planted stain that passes unnoticed",
        role="contrast of the strongest planted stain that passed unnoticed",
    ),
    "stain_area": Told("share of the image under the planted stain"),
    "spike_seen": Told(
        "smallest planted spike that raises the alarm",
        role="smallest planted spike that raised the alarm",
        qualified=True,
    ),
    "spike_unseen": Told(
        "largest planted spike that passes unnoticed",
        role="largest planted spike that passed unnoticed",
        qualified=True,
    ),
    "spike_rows": Told("length of the planted spikes", qualified=True),
    "shift_seen": Told(
        "smallest planted level shift that raises the alarm",
        role="smallest planted level shift that raised the alarm",
        qualified=True,
    ),
    "shift_unseen": Told(
        "largest planted level shift that passes unnoticed",
        role="largest planted level shift that passed unnoticed",
        qualified=True,
    ),
    "shift_rows": Told("length of the planted level shifts", qualified=True),
    "calibration_method": Told("calibration method", quoted=True),
    "fdr": Told("false-discovery rate of the findings", role="false-discovery rate"),
    "finding_count": Told("number of findings", proves=True),
    "sample_size": Told("sample size", role="size of the sample", quoted=True),
    "missing_share": Told("missing values"),
    "time_span": Told("time span", quoted=True),
    "information": Told("information shared by image and text", role="information", column="Information"),
    "information_error": Told("error of the information, ±", role="error of the information", column="Error, ±"),
    "nearest_caption": Told("text of a similar matching pair, by rank", role="text of a similar pair", quoted=True),
    "unknown_words": Told("words not learned, not judged", role="unknown words", quoted=True),
    "field": Told("field of work, as given", role="field"),
    "detector": Told("detector", quoted=True),
    "detector_option": Told("detector option", quoted=True),
    "detector_reason": Told("detector reason", quoted=True),
    "synthetic_auroc": Told("AUROC on synthetic anomalies", qualified=True),
    "choice_reason": Told("why this detector", role="reason of the choice", quoted=True),
    "budget": Told("time budget"),
    "estimated_time": Told("time that the run was expected to take", role="estimated time of the run"),
    "within_budget": Told(
        "suitable detectors expected to keep the time budget", role="number of detectors within the budget"
    ),
    "run_time": Told("time that the run took, up to the healing test", role="time that the run took"),
    "over_budget": Told("time over the budget"),
    "words": Told("words", column="Words"),
    "fitting_words": Told("words that would fit instead", role="fitting words", column="Would fit"),
    "place": Told("place", column="Where", proves=True),
    "box": Told("box", column="Where", proves=True, quoted=True),
    "area": Told("area", column="Size", proves=True),
    "start": Told("start", column="Where", proves=True),
    "end": Told("end", column="Where", proves=True),
    "duration": Told("duration", column="Size", proves=True),
    "peak_at": Told("peak at", column="Where", proves=True, quoted=True),
    "peak_p": Told("smallest p-value", role="smallest p", proves=True),
    "peak_ratio": Told("peak score, as a multiple of the normal 95 % quantile", role="peak ratio", proves=True),
    "anomaly_kind": Told("kind of anomaly", column="Kind", proves=True, qualified=True),
    "direction": Told("direction", column="Kind", proves=True, qualified=True),
    "observed": Told("observed", column="Observed", proves=True, qualified=True),
    "expected": Told("expected", column="Expected", proves=True, qualified=True),
    "difference": Told("difference", proves=True, qualified=True),
    "channel_share": Told("share of the score", column="Share", proves=True, qualified=True),
    "top_channel": Told("channel most to blame", role="channel with the largest share", proves=True),
    "moved_first": Told("channel that moved first", proves=True),
    "lag": Told("how much later a channel moved", role="time from the first move", proves=True, qualified=True),
    "rule_agreement": Told(
        "score rules or detectors that agree", role="agreement of the rules", column="Rules", proves=True
    ),
    "rule_p": Told("smallest p-value by rule or detector", role="smallest p by rule", proves=True, qualified=True),
    "normals_as_extreme": Told("normals as extreme", role="number of normals as extreme", proves=True),
    "own_cause": Told("possible cause, from the file of causes given", role="own cause"),
    "own_step": Told("next step, from the file of causes given", role="own step"),
    "healed_p": Told("p-value of the sample after healing the region", role="p-value after healing", proves=True),
    "healed_region_p": Told(
        "smallest p-value in the region after healing", role="smallest p in the healed region", proves=True
    ),
    "first_healed_p": Told(
        "p-value of the sample after healing the first channel alone",
        role="p-value after healing the first channel alone",
        proves=True,
        qualified=True,
    ),
    "random_healed_p": Told(
        "p-value of the sample after healing a random region", role="p-value after healing a random region", proves=True
    ),
    "do_test": Told("test by healing", role="healing test", proves=True),
}
QUALIFIED = frozenset(kind for kind, told in FACTS.items() if told.qualified)
QUOTED = frozenset(kind for kind, told in FACTS.items() if told.quoted)
PROVES_ANOMALY: tuple[FactKind, ...] = tuple(kind for kind, told in FACTS.items() if told.proves)
COLUMNS = (
    "Words", "Would fit", "Where", "Kind", "Size", "Observed", "Expected", "Share", "Information", "Error, ±", "Rules",
)  # fmt: skip
"""Columns of the report's table of findings, in their order."""
