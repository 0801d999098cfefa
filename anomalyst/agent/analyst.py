"""The analyst from Python: give it a sample, get an explanation, or follow the run as events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from anomalyst.agent.events import Event, Progress, Published, Told
from anomalyst.agent.graph import build_graph
from anomalyst.agent.language.models import load_model, model_name
from anomalyst.agent.language.patience import LLM_SECONDS, LLM_TOKENS, Patience
from anomalyst.agent.records.recording import record_run
from anomalyst.agent.running import Tell, followed, working
from anomalyst.agent.state import AnalysisState, RunContext
from anomalyst.detectors.effort import AUTO, Trim
from anomalyst.detectors.registry import detector_names
from anomalyst.errors import AnomalystError, InputError
from anomalyst.evidence.advice import known_kinds
from anomalyst.evidence.causes import GENERAL, check_field, read_causes
from anomalyst.evidence.claims import BUILTIN, Explanation
from anomalyst.evidence.speech.manner import PLAIN, Manner
from anomalyst.modalities.files import display_name
from anomalyst.samples import Modality
from anomalyst.tools.alarms import Allowed
from anomalyst.tools.budget import check_budget, check_seconds
from anomalyst.tools.workbench import Workbench

MAX_QUESTION = 1000
MAX_NODES = 100  # of the graph that a run passes; its own limits end it long before
KEPT = 4  # conversations whose samples stay at hand; a sample may be large


class Anomalyst:
    """An analyst with a language model, an alarm level and a seed.

    `llm`: "builtin", a `provider:model` string of LangChain's `init_chat_model`, or a LangChain chat model;
    `alpha`: alarm level of the verdict (0.05), or instead `alarms_per_day`: false alarms to allow per day of a series
    (per 1,000 rows where it has no time stamps); `fdr`: false-discovery rate of the findings; `backbone`: folder or hub
    name of a transformers vision model for images (None: pixel patches); `text_encoder`: of a sentence-transformers
    model for the texts of pairs (None: the words that were learned); `trim`: share of the normals that may hide
    anomalies and are left out ("auto": as the detector does unless told); `checkpointer`: a LangGraph one, to
    keep conversations longer than this process (None: in memory); `llm_seconds`: most seconds that all calls to the
    language model may take in a run, after which the built-in model takes over; `llm_tokens`: likewise most tokens,
    read and written, as far as its provider counts them; `field`: of work ("machines", "servers", "products",
    "medicine" or "general"), whose causes and next steps are told; `causes`: a YAML file with causes and next steps of
    your own, told before those; `ideas`: whether what a language model adds of its own is shown, apart and not checked.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing that can be set
        self,
        llm: str | BaseChatModel = BUILTIN,
        *,
        alpha: float | None = None,
        alarms_per_day: float | None = None,
        fdr: float = 0.05,
        backbone: str | None = None,
        text_encoder: str | None = None,
        trim: Trim = AUTO,
        seed: int = 0,
        checkpointer: BaseCheckpointSaver[str] | None = None,
        llm_seconds: float = LLM_SECONDS,
        llm_tokens: int = LLM_TOKENS,
        field: str = GENERAL,
        causes: str | Path | None = None,
        ideas: bool = True,
    ) -> None:
        self.llm, self.llm_seconds = model_name(llm), check_seconds("llm_seconds", llm_seconds)
        self.llm_tokens = llm_tokens
        self.model = load_model(llm, self.llm_seconds)
        allowed = Allowed(alpha, alarms_per_day)
        self.settings: dict[str, Any] = {"alpha": allowed.share, "alarms_per_day": alarms_per_day}
        self.settings |= {"fdr": fdr, "backbone": backbone, "trim": trim, "seed": seed, "field": check_field(field)}
        self.settings["text_encoder"] = text_encoder
        self.settings["causes"] = () if causes is None else read_causes(causes, known_kinds())
        self.ideas = ideas
        self.workbench()  # refuses bad settings now rather than at the first run
        self.graph, self._fleeting = build_graph(checkpointer or InMemorySaver()), build_graph()
        self._benches: dict[str, Workbench] = {}

    def workbench(self, without: tuple[str, ...] = ()) -> Workbench:
        """An empty workbench for one analysis. `without`: names of detectors that are not to be chosen."""
        return Workbench(**self.settings, without=without)

    def explain(self, source: Any, normal: Any = None, **options: Any) -> Explanation:
        """Analyse one sample and explain it; takes what `stream` takes.

        `source`: path, array, PIL image, DataFrame or Sample; `normal`: one or more of the same, known to be normal.
        """
        return _published(self.stream(source, normal, **options))

    def ask(self, question: str, thread: str, manner: Manner = PLAIN) -> Explanation:
        """Answer a further question about the sample that was explained with this `thread`; see `stream_answer`."""
        return _published(self.stream_answer(question, thread, manner))

    def stream(  # noqa: PLR0913 - one keyword for each thing a run can be told
        self,
        source: Any,
        normal: Any = None,
        *,
        modality: Modality | None = None,
        detector: str | None = None,
        question: str = "",
        text: str | None = None,
        out: str | Path | None = None,
        thread: str | None = None,
        budget: float | None = None,
        manner: Manner = PLAIN,
        notes: tuple[str, ...] = (),
        bench: Workbench | None = None,
    ) -> Iterator[Event]:
        """The events of one analysis, "published" last; while a step takes long, "progress" every second.

        `detector`: a registered name, or the folder of a saved detector; `text`: what goes with an image; `out`: folder
        for the report and the evidence; `thread`: name under which the checkpointer keeps the conversation; `budget`:
        seconds that the run should take, from reading to writing: the detector is chosen by it, a language model gets
        no more than what is left of it, and whether it was kept is a fact; `manner`: in which language, how long and
        for whom the answer is told; `notes`: what finding the input left out, put before what reading it changed;
        `bench`: where all is laid, from `workbench`, for whoever wants to see sample and score map while it runs.
        Raises InputError, ModelError or OutputError.
        """
        bench, seconds = bench or self.workbench(), check_budget(budget)
        named = detector if detector in detector_names() else None
        start: AnalysisState = {"question": display_name(question, MAX_QUESTION), "follow_up": False}
        start |= {"evidence": {}, "asked": {}, "understood": False, "gone": False, "calls": []}

        patience = Patience(self.llm_seconds, seconds, self.llm_tokens)
        context = RunContext(bench, self.model, self.llm, named, seconds, patience, manner, self.ideas)

        def run(tell: Tell) -> None:
            if detector is not None and named is None:
                bench.use(_saved(detector))
            tell(working("reading the input"))
            bench.open(source, normal, modality, lambda done, all_: _tell_reading(tell, done, all_), text)
            bench.notes = (*notes, *bench.notes)
            if named is not None:
                bench.check_detector(named)
            self._run(start, context, thread, tell)

        log: list[Event] = []
        for event in followed(run):
            if not isinstance(event, Progress):
                log.append(event)
            if isinstance(event, Published) and thread is not None:
                self._keep(thread, bench)
            if isinstance(event, Published) and out is not None:
                event = record_run(event, log, bench, source, Path(out))
            yield event

    def stream_answer(
        self, question: str, thread: str, manner: Manner = PLAIN, reopen: Callable[[], Workbench | None] | None = None
    ) -> Iterator[Event]:
        """The events of answering a further question about the sample analysed in `thread`, "published" last, from the
        evidence kept there; where it asks
        for what was not measured (another detector, a part, a looser alarm level), that is measured first.

        `manner`: how it is told where the question does not say; `reopen`: lays the sample on a workbench again, where
        it was analysed elsewhere or the last KEPT conversations left it behind. Raises InputError where nothing was
        analysed in `thread`.
        """
        if not self.knows(thread):
            raise InputError(
                f"no analysis is kept under {thread!r}; call `explain(…, thread={thread!r})` first, then "
                f"`ask(question, thread={thread!r})`."
            )
        bench, patience = (
            self._benches.get(thread) or self.workbench(),
            Patience(self.llm_seconds, None, self.llm_tokens),
        )
        context = RunContext(
            bench, self.model, self.llm, patience=patience, manner=manner, ideas=self.ideas, reopen=reopen
        )
        start: AnalysisState = {"question": display_name(question, MAX_QUESTION), "follow_up": True}
        start |= {"understood": False, "gone": False, "calls": []}
        yield from followed(lambda tell: self._run(start, context, thread, tell))

    def _keep(self, thread: str, bench: Workbench) -> None:
        """Keep what lies on the workbench of a conversation, of the last KEPT ones: it may be asked about."""
        self._benches.pop(thread, None)
        self._benches[thread] = bench
        for left in list(self._benches)[:-KEPT]:
            del self._benches[left]

    def knows(self, thread: str) -> bool:
        """Whether the checkpointer holds an analysis under `thread`."""
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        return bool(self.graph.get_state(config).values.get("evidence"))

    def _run(self, start: AnalysisState, context: RunContext, thread: str | None, tell: Tell) -> None:
        """Run the graph and tell its events."""
        graph = self._fleeting if thread is None else self.graph
        config: RunnableConfig = {"configurable": {"thread_id": thread}, "recursion_limit": MAX_NODES}
        for event in graph.stream(start, config, context=context, stream_mode="custom"):
            if isinstance(event, Told):
                tell(cast(Event, event))


def _tell_reading(tell: Tell, done: int, count: int) -> None:
    """Progress of reading the normal examples, some fifty times at most."""
    if done % max(1, count // 50) == 0:
        tell(working(f"reading normal example {done} of {count}"))


def _saved(detector: str) -> str:
    """The folder of a saved detector; InputError if there is none of that name."""
    if not Path(detector).is_dir():
        raise InputError(
            f"got detector {detector!r}, which is neither registered nor a folder; known are "
            f"{', '.join(detector_names())}, or give a folder that a detector was saved in.",
            "fitted",
        )
    return detector


def _published(events: Iterator[Event]) -> Explanation:
    """What a run ends with."""
    for event in events:
        if isinstance(event, Published):
            return event.explanation
    raise AnomalystError("the run ended without an explanation; this is a defect, please report it.")
