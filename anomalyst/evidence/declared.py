"""How facts are told, each kind once: its names, where it stands in tables, and what it proves.

Report, page, verifier and audit read this table. How a fact is named in tables and inside sentences stands in the
catalogues of messages (`label-…`, `fact-…`, `column-…`; `speech/messages/`); words that it gives leave to use, in
`words.txt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anomalyst.evidence.facts import FactKind


@dataclass(frozen=True)
class Declared:
    """How a kind of fact is declared. `name`: what a reason calls it; `column`: of the report's table of findings;
    `proves`: that something is abnormal, as only an anomalous sample has it or as it states the verdict; `qualified`:
    told apart by a channel, band, rule or candidate; `quoted`: its text is quoted word for word or not at all."""

    name: str
    column: str = ""
    proves: bool = False
    qualified: bool = False
    quoted: bool = False


FACTS: Mapping[FactKind, Declared] = {
    "verdict": Declared("verdict", proves=True),
    "sample_p": Declared("p-value of the sample", proves=True),
    "alpha": Declared("alarm level"),
    "false_alarms": Declared("number of false alarms on normal data"),
    "whole_differs": Declared("alarm of the whole", proves=True),
    "confidence": Declared("confidence", proves=True),
    "doubt": Declared("reason why no verdict can be given"),
    "retaken": Declared("normals made like the sample", quoted=True),
    "unlike_normals": Declared("difference from the normals", quoted=True),
    "p_bound": Declared("p bound"),
    "region_p_bound": Declared("region p bound"),
    "p_extrapolated": Declared("p extrapolated"),
    "calibration_normals": Declared("number of normals"),
    "smallest_p": Declared("smallest p-value that the normals can show"),
    "normals_needed": Declared("number of normals needed"),
    "seen_faults": Declared("planted faults that raised the alarm"),
    "planted_p": Declared("planted p"),
    "stain_seen": Declared("contrast of the faintest planted stain that raised the alarm"),
    "stain_unseen": Declared("contrast of the strongest planted stain that passed unnoticed"),
    "stain_area": Declared("share of the image under the planted stain"),
    "spike_seen": Declared("smallest planted spike that raised the alarm", qualified=True),
    "spike_unseen": Declared("largest planted spike that passed unnoticed", qualified=True),
    "spike_rows": Declared("length of the planted spikes", qualified=True),
    "shift_seen": Declared("smallest planted level shift that raised the alarm", qualified=True),
    "shift_unseen": Declared("largest planted level shift that passed unnoticed", qualified=True),
    "shift_rows": Declared("length of the planted level shifts", qualified=True),
    "calibration_method": Declared("calibration method", quoted=True),
    "fdr": Declared("false-discovery rate"),
    "finding_count": Declared("number of findings", proves=True),
    "sample_size": Declared("size of the sample", quoted=True),
    "missing_share": Declared("missing values"),
    "time_span": Declared("time span", quoted=True),
    "information": Declared("information", column="Information"),
    "information_error": Declared("error of the information", column="Error, ±"),
    "nearest_caption": Declared("text of a similar pair", quoted=True),
    "unknown_words": Declared("unknown words", quoted=True),
    "field": Declared("field"),
    "detector": Declared("detector", quoted=True),
    "detector_option": Declared("detector option", quoted=True),
    "detector_reason": Declared("detector reason", quoted=True),
    "synthetic_auroc": Declared("AUROC on synthetic anomalies", qualified=True),
    "choice_reason": Declared("reason of the choice", quoted=True),
    "budget": Declared("time budget"),
    "estimated_time": Declared("estimated time of the run"),
    "within_budget": Declared("number of detectors within the budget"),
    "run_time": Declared("time that the run took"),
    "over_budget": Declared("time over the budget"),
    "words": Declared("words", column="Words"),
    "fitting_words": Declared("fitting words", column="Would fit"),
    "place": Declared("place", column="Where", proves=True),
    "box": Declared("box", column="Where", proves=True, quoted=True),
    "area": Declared("area", column="Size", proves=True),
    "start": Declared("start", column="Where", proves=True),
    "end": Declared("end", column="Where", proves=True),
    "duration": Declared("duration", column="Size", proves=True),
    "peak_at": Declared("peak at", column="Where", proves=True, quoted=True),
    "peak_p": Declared("smallest p", proves=True),
    "peak_ratio": Declared("peak ratio", proves=True),
    "anomaly_kind": Declared("kind of anomaly", column="Kind", proves=True, qualified=True),
    "shape": Declared("shape", column="Kind", proves=True),
    "heading": Declared("way that something moves", column="Kind", proves=True),
    "speed_ratio": Declared("speed, as a multiple of what few normal motions exceed", proves=True),
    "direction": Declared("direction", column="Kind", proves=True, qualified=True),
    "observed": Declared("observed", column="Observed", proves=True, qualified=True),
    "expected": Declared("expected", column="Expected", proves=True, qualified=True),
    "difference": Declared("difference", proves=True, qualified=True),
    "channel_share": Declared("share of the score", column="Share", proves=True, qualified=True),
    "top_channel": Declared("channel with the largest share", proves=True),
    "moved_first": Declared("channel that moved first", proves=True),
    "lag": Declared("time from the first move", proves=True, qualified=True),
    "rule_agreement": Declared("agreement of the rules", column="Rules", proves=True),
    "rule_p": Declared("smallest p by rule", proves=True, qualified=True),
    "normals_as_extreme": Declared("number of normals as extreme", proves=True),
    "second_p": Declared("p-value by another detector", qualified=True),
    "second_count": Declared("number of findings of another detector", qualified=True),
    "second_finds": Declared("whether another detector finds it too", qualified=True),
    "level_count": Declared("number of findings at another alarm level", qualified=True),
    "part_start": Declared("start of the part that was judged alone", qualified=True),
    "part_end": Declared("end of the part that was judged alone", qualified=True),
    "part_p": Declared("p-value of the part that was judged alone", qualified=True),
    "part_count": Declared("number of findings in that part", qualified=True),
    "own_cause": Declared("own cause"),
    "own_step": Declared("own step"),
    "healed_p": Declared("p-value after healing", proves=True),
    "healed_region_p": Declared("smallest p in the healed region", proves=True),
    "first_healed_p": Declared("p-value after healing the first channel alone", proves=True, qualified=True),
    "random_healed_p": Declared("p-value after healing a random region", proves=True),
    "do_test": Declared("healing test", proves=True),
}
QUALIFIED = frozenset(kind for kind, declared in FACTS.items() if declared.qualified)
QUOTED = frozenset(kind for kind, declared in FACTS.items() if declared.quoted)
PROVES_ANOMALY: tuple[FactKind, ...] = tuple(kind for kind, declared in FACTS.items() if declared.proves)
COLUMNS = (
    "Words", "Would fit", "Where", "Kind", "Size", "Observed", "Expected", "Share", "Information", "Error, ±", "Rules",
)  # fmt: skip
"""Columns of the report's table of findings, in their order."""
