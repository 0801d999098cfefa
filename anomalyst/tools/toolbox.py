"""What a language model may call: one typed function each, all acting on one workbench."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, Field, ValidationError, create_model

from anomalyst.errors import AnomalystError
from anomalyst.evidence.facts import Evidence, Fact, FactRow
from anomalyst.modalities.registry import KindName
from anomalyst.tools.asked import findings_at, judge_part, second_opinion
from anomalyst.tools.looking import compare, counterfactual, plant_faults, relate, zoom
from anomalyst.tools.workbench import Workbench

CHOOSING = ("run_detector",)
LOOKING = ("zoom", "compare", "relate", "counterfactual", "plant_faults", "second_opinion", "judge_part", "findings_at")
FINISHING = ("finish",)
REASON = (str, Field("", max_length=2000, description="One short plain sentence: what you want to find out."))


@dataclass(frozen=True)
class Call:
    """A call of a tool, and why it is made, in the words of `author`; `id`: what its author calls it."""

    name: str
    args: dict[str, Any]
    reason: str = ""
    author: str = ""
    id: str = ""

    @property
    def key(self) -> str:
        """What tells it from other calls."""
        return json.dumps([self.name, self.args], sort_keys=True, default=repr)

    def meets(self, wanted: Call) -> bool:
        """Whether it gives what `wanted` would, which may leave open which detector is asked."""
        return self.key == wanted.key or (self.name == wanted.name and wanted.args == {"detector": ""})


class Toolbox:
    """The tools as plain methods; their docstrings are the schemas the model reads."""

    def __init__(self, bench: Workbench, seconds: Callable[[], float | None] = lambda: None) -> None:
        self.bench, self.seconds = bench, seconds  # what is left for work that may be cut short

    def open_input(
        self, source: str, normal: str | None = None, modality: KindName | None = None, text: str | None = None
    ) -> str:
        """Open an image, a series, or an image with its text for analysis and describe it.

        Args:
            source: path of an image (PNG, JPEG, TIFF, BMP, WebP) or a series (CSV, Parquet, NPY).
            normal: path of a normal example, or of a folder of them; needed for images.
            modality: "image", "series" or "pair", where the file alone does not tell.
            text: caption, title or note that goes with the image; both together are a pair.
        """
        profile = self.bench.open(source, normal, modality, text=text)
        return "\n".join(f"{key}: {value}" for key, value in profile.items())

    def detector_cards(self) -> str:
        """List the detectors that can run on the open input: name, family, cost, best for, avoid when."""
        return "\n".join(
            f"{c.name} ({c.family}, {c.cost}): best for {c.best_for}; avoid when {c.avoid_when}"
            for c in self.bench.cards()
        )

    def run_detector(self, detector: str) -> str:
        """Fit the detector on the normal examples, score the open input and return verdict, findings and facts.

        Args:
            detector: name from the detector cards.
        """
        rows: list[FactRow] = self.bench.fit(detector)
        return describe(self.bench.score(rows).facts)

    def zoom(self, finding: str) -> str:
        """Read all facts about one finding.

        Args:
            finding: id of the finding, e.g. "R1".
        """
        return describe(zoom(self.bench, finding))

    def compare(self, finding: str) -> str:
        """Compare a finding with what the nearest normal examples have in its place.

        Args:
            finding: id of the finding, e.g. "R1".
        """
        return describe(compare(self.bench, finding))

    def relate(self, finding: str) -> str:
        """Tell which channels, colours or columns take part in a finding, which moved first, and which moved together.

        Args:
            finding: id of the finding, e.g. "R1".
        """
        return describe(relate(self.bench, finding))

    def counterfactual(self, finding: str) -> str:
        """Test a finding: replace its region by what normal would have been and score again; the alarm must go.

        Args:
            finding: id of the finding, e.g. "R1".
        """
        return describe(counterfactual(self.bench, finding))

    def finish(self) -> str:
        """Call this when enough is known to answer."""
        return "finished"

    def plant_faults(self) -> str:
        """Where there is no alarm: plant faults in the sample and count those that raise one."""
        return describe(plant_faults(self.bench, self.seconds()))

    def second_opinion(self, detector: str = "") -> str:
        """Ask another detector about the sample; the verdict stays as it is.

        Args:
            detector: name from the detector cards; without it, one of another family is taken.
        """
        return describe(second_opinion(self.bench, detector))

    def judge_part(self, start: float, stop: float, rows: bool = False) -> str:
        """Judge a part of a series by itself.

        Args:
            start: first row, or first time in seconds since 1970 by the clock of the series.
            stop: last row or time, which belongs to the part.
            rows: whether these are rows.
        """
        return describe(judge_part(self.bench, start, stop, rows))

    def findings_at(self, alpha: float) -> str:
        """Count the findings that there would be at another alarm level.

        Args:
            alpha: the alarm level, a share such as 0.01.
        """
        return describe(findings_at(self.bench, alpha))


def get_tools(
    bench: Workbench | None = None,
    only: tuple[str, ...] | None = None,
    seconds: Callable[[], float | None] = lambda: None,
) -> list[BaseTool]:
    """Anomalyst's tools as LangChain tools, for its own graph or anybody's agent.

    `bench`: the workbench they act on (a new one by default); `only`: names, all by default; `seconds`: tells what is
    left for work that may be cut short.
    """
    box = Toolbox(bench or Workbench(), seconds)
    return [_tool(getattr(box, name)) for name in only or ("open_input", "detector_cards", *CHOOSING, *LOOKING)]


def _tool(method: Callable[..., str]) -> BaseTool:
    """A method as a tool, which also takes the reason why it is called."""
    made = StructuredTool.from_function(
        _polite(method),
        name=method.__name__,
        parse_docstring=True,
        handle_tool_error=True,
        handle_validation_error=_bad_arguments,
    )
    arguments = cast(type[BaseModel], made.args_schema)
    made.args_schema = create_model(made.name, __base__=arguments, __doc__=made.description, reason=REASON)
    return made


def _bad_arguments(error: object) -> str:
    """What a model reads that called a tool with arguments of the wrong kind."""
    first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
    return f"the argument {'.'.join(map(str, first['loc']))} is wrong: {first['msg']}; call again with the right one."


def _polite(function: Callable[..., str]) -> Callable[..., str]:
    """The model's own mistakes (AnomalystError) go back to it as text; anything else is ours and is raised."""

    @wraps(function)
    def call(*args: Any, reason: str = "", **kwargs: Any) -> str:
        try:
            return function(*args, **kwargs)
        except AnomalystError as error:
            raise ToolException(str(error)) from error

    return call


def describe(facts: tuple[Fact, ...] | list[Fact]) -> str:
    """Facts as lines: id, subject, kind, qualifier, value and unit."""
    return "\n".join(describe_fact(fact) for fact in facts) or "nothing new was found"


def brief(evidence: Evidence) -> list[str]:
    """Facts as lines: all on the sample and the choice of detector, of each finding what, where and how strong."""
    told = (f for f in evidence.facts if not f.subject.startswith("R") or f.kind in _BRIEF)
    return [describe_fact(fact) for fact in told]


_BRIEF = ("anomaly_kind", "place", "start", "end", "duration", "area", "peak_p", "peak_ratio", "top_channel", "words")


def describe_fact(fact: Fact) -> str:
    """One fact as a line, e.g. `F7 R1 observed (latency_ms): 41.2 ms [38.0 to 44.1]`."""
    name = f"{fact.kind} ({fact.qualifier})" if fact.qualifier else fact.kind
    spread = f" [{fact.low:g} to {fact.high:g}]" if fact.low is not None and fact.high is not None else ""
    return f"{fact.id} {fact.subject} {name}: {fact.value} {fact.unit}".rstrip() + spread
