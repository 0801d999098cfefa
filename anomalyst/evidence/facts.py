"""The evidence an explanation may speak from: regions, findings and typed facts, each with an id."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from anomalyst import plugins
from anomalyst.samples import Modality

FactKind = Literal[
    # about the whole sample (subject "sample")
    "verdict",  # "anomalous" | "normal" | "cannot tell"
    "sample_p",  # p-value of the whole sample
    "alpha",  # alarm level the verdict was taken at
    "false_alarms",  # how many false alarms that level allows at most on normal data, per day or per 1,000 rows
    "whole_differs",  # bool: an alarm is about a whole picture more than about any place in it; told only then
    "confidence",  # "very high" | "high" | "moderate" | "low", read off sample_p against alpha
    "doubt",  # text: why no verdict can be given, in the words of `tools/doubts.py`; "none" where one is
    "retaken",  # text: "the image is less sharp than its normals: it was held against normals made so"; told only then
    "unlike_normals",  # text: "the image is 4 times smaller than its normals"; qualifier = what was measured
    "p_bound",  # the smallest p-value of a whole sample that the normals behind it support; smaller ones are "< it"
    "region_p_bound",  # likewise of the elements of a sample
    "p_extrapolated",  # bool: sample_p was read from a fitted tail
    "calibration_normals",  # how many normal samples (or stretches) stand behind sample_p
    "smallest_p",  # the smallest p-value that a sample can get; told only where it is above alpha: no alarm is possible
    "normals_needed",  # how many normal samples can show a p-value as small as alpha, told beside smallest_p
    "seen_faults",  # text "3 of 4": of faults of the usual size planted in a normal sample, those that raised the alarm
    "planted_p",  # p-value of the sample with one of them, whose number is the qualifier
    "stain_seen",  # contrast of the faintest stain planted in a normal image that raised the alarm
    "stain_unseen",  # contrast of the strongest one below it, or of all planted, that did not
    "stain_area",  # percent of the image that it covered
    "spike_seen",  # size of the smallest spike planted in a normal series that raised the alarm; qualifier = channel
    "spike_unseen",  # size of the largest one below it, or of all planted, that did not
    "spike_rows",  # how many rows they took
    "shift_seen",  # likewise of level shifts
    "shift_unseen",
    "shift_rows",
    "calibration_method",  # "split-conformal" | "cross-conformal" | "self-calibrated"
    "fdr",  # false-discovery rate the findings were chosen at
    "finding_count",
    "sample_size",  # text such as "128 × 128 pixels" or "1,560 rows × 7 channels"
    "missing_share",  # percent of missing values in the series
    "time_span",  # text: first to last time stamp
    "information",  # nats that image and text tell of each other; of a finding, nats that its words add
    "information_error",  # ± nats of it
    "nearest_caption",  # text of a stored matching pair whose image is most like this one; qualifier = rank
    "unknown_words",  # text: words that the detector did not learn, and so does not judge
    "field",  # field of work that the user named, see evidence/causes.py; told only where it is not the general one
    # about the whole sample, measured only where a question asks for it
    "second_p",  # p-value of the whole sample by another detector, named in the qualifier
    "second_count",  # how many findings that one has
    "level_count",  # how many findings there are at another alarm level, which is the qualifier
    "part_start",  # time stamp or row where a part of the sample begins that was judged alone; qualifier = its number
    "part_end",
    "part_p",  # p-value of that part
    "part_count",  # how many findings it has
    # about the choice of detector (subject "choice")
    "detector",  # name of the detector that gave the verdict
    "detector_option",  # text such as "position-aware neighbours"
    "detector_reason",  # text: why it was chosen
    "synthetic_auroc",  # area under ROC on synthetic anomalies of the candidate named in `qualifier`
    "choice_reason",  # text, worded by code: why this detector
    "budget",  # s, the time that the user gave for the run
    "estimated_time",  # s, what the run was expected to take with this detector
    "within_budget",  # text "3 of 12": of the detectors that the normals suffice for, those estimated to keep it
    "run_time",  # s, what the whole run took, writing included
    "over_budget",  # s, by which it took longer than the budget, where it did
    # about one finding (subject "R1", "R2", ...)
    "words",  # text: the words of the text that a pair's finding is about
    "fitting_words",  # text: what would fit in their place, by the detector
    "place",  # words: "upper left", "centre"; for series "early", "middle", "late"
    "box",  # text "x 12–40, y 30–66" in pixels
    "area",  # percent of the image
    "start",  # time stamp or row where a series finding starts
    "end",
    "duration",  # with unit: s, min, h, rows
    "peak_at",  # time stamp or row, or "(x, y)" pixel, of the highest score
    "peak_p",  # smallest element p-value in the region
    "peak_ratio",  # peak score as a multiple of the normal 95 % quantile
    "heading",  # which way something moves in a video: "left to right", "leftwards and up"
    "speed_ratio",  # how many times as fast as what few motions in the normal clips there exceed
    "direction",  # image: "brighter" | "darker"; series: "above" | "below" (expected)
    "anomaly_kind",  # see ImageKind and SeriesKind
    "shape",  # of an image's finding, by its outline: "scratch-like" | "spot-like" | "area-like"
    "observed",  # in the data's own unit; qualifier = channel for series, colour band or "brightness" for images
    "expected",  # likewise, with low/high from the posterior samples
    "difference",  # observed − expected; of percentages in percentage points
    "channel_share",  # percent of the finding's score, qualifier = channel
    "top_channel",  # name of the channel with the largest share
    "moved_first",  # name of the channel that left what was expected before the others did
    "lag",  # how much later than the first one the channel in `qualifier` did so; with unit: s, min, h, rows
    "rule_agreement",  # text "3 of 3" score rules (or detectors fused) that flag the region
    "rule_p",  # smallest p in the region by the rule or detector in `qualifier`
    "normals_as_extreme",  # text "0 of 24", in runs of before: normals whose mean value here is as extreme
    "second_finds",  # bool: whether another detector, named in the qualifier, has a finding that meets this one
    "own_cause",  # text: a possible cause that the user's own file of causes gives; qualifier = rank
    "own_step",  # text: a next step that it gives, its slots filled; qualifier = rank
    # about the test of the explanation by healing (subject "R1" or "sample")
    "healed_p",  # sample p-value after the region was replaced by what was expected
    "healed_region_p",  # smallest element p in the region after healing
    "first_healed_p",  # sample p-value with only the channel that moved first replaced in this finding; qualifier = it
    "random_healed_p",  # sample p-value after a random region of the same size was replaced instead
    "do_test",  # "passed" | "failed" | "not applicable"
]

VerdictWord = Literal["anomalous", "normal", "cannot tell"]
FactRow = tuple[FactKind, bool | int | float | str, str, str]  # kind, value, unit, qualifier


class Model(BaseModel):
    """Frozen pydantic model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Model):
    """One measured or given fact. `value` is in `unit` ("" where there is none); `low` and `high` bound it."""

    id: str = Field(pattern=r"^F\d{1,5}$")
    subject: str = Field(pattern=r"^(sample|choice|R\d{1,4})$")
    kind: FactKind
    value: bool | int | float | str
    unit: str = ""
    qualifier: str = ""
    low: float | None = None
    high: float | None = None


class Region(Model):
    """Where a finding lies; each kind of data has a class of its own, whose `kind` is the name of the kind of data."""

    kind: str

    def names(self) -> tuple[str, ...]:
        """Names from the data that it holds."""
        return ()

    def meets(self, first: int, last: int) -> bool | None:
        """Whether it holds one of these rows, numbered as people are told; None where that is not known."""
        return None


class _AnyRegion:
    """How pydantic reads a region: as the class of the kind of data that it names. Kinds come in through the doors, so
    that none is named here."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_region, serialization=core_schema.plain_serializer_function_ser_schema(BaseModel.model_dump)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        choices: dict[Any, CoreSchema] = {n: region.__pydantic_core_schema__ for n, region in _regions().items()}
        return handler(core_schema.tagged_union_schema(choices, discriminator="kind"))


def _regions() -> dict[str, type[Region]]:
    """The class of regions of each kind of data; what a plugin calls one and has none is none."""
    kinds = plugins.loaded(plugins.MODALITIES).items()
    return {name: kind.region for name, kind in kinds if isinstance(getattr(kind, "region", None), type)}


def _read_region(value: Any) -> Region:
    """A region as it is, or from its JSON values."""
    if isinstance(value, Region):
        return value
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind not in (known := _regions()):
        raise ValueError(f"got a region of kind {kind!r}; known are {', '.join(known)}")
    return known[kind].model_validate(value)


class Finding(Model):
    """One region found abnormal. `significant`: chosen at the stated false-discovery rate; a finding that is not
    is only the sample's most suspicious place, shown because the whole sample is abnormal."""

    id: str = Field(pattern=r"^R\d{1,4}$")
    region: Annotated[Region, _AnyRegion]
    peak_p: float
    peak_score: float
    significant: bool = True


class Evidence(Model):
    """All that a run measured and may speak about. Arrays (maps, masks, expected sample) lie beside it."""

    modality: Modality
    sample_name: str
    verdict: VerdictWord
    sample_p: float
    alpha: float
    findings: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()

    def fact(self, fact_id: str) -> Fact | None:
        """The fact with this id, if there is one."""
        return next((f for f in self.facts if f.id == fact_id), None)

    @property
    def cannot_tell(self) -> bool:
        """Whether there was no alarm and it cannot be told that one was not due."""
        return self.verdict_word == "cannot tell"

    @property
    def verdict_word(self) -> VerdictWord:
        """The verdict as it is shown. Runs recorded before there were three called a sample normal at a level at which
        no alarm was possible."""
        impossible = self.verdict == "normal" and any(fact.kind == "smallest_p" for fact in self.facts)
        return "cannot tell" if impossible else self.verdict

    def about(self, subject: str, kind: FactKind | None = None) -> list[Fact]:
        """Facts about a subject, of one kind if given."""
        return [f for f in self.facts if f.subject == subject and kind in (None, f.kind)]
