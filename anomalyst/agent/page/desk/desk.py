"""The desk: analyses wait in one queue and are done by a few workers. A job outlives the page that asked for it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomalyst.agent.events import Event, Progress, Published
from anomalyst.agent.language.patience import LLM_SECONDS
from anomalyst.agent.page.desk.advising import Advising
from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.desk.loading import load_libraries
from anomalyst.agent.page.desk.store import RunRow, Store, now
from anomalyst.agent.page.desk.turns import Turn, as_step, thumbnail_of
from anomalyst.agent.page.parts.errors import for_owner
from anomalyst.errors import AnomalystError, InputError
from anomalyst.evidence.claims import BUILTIN, Explanation
from anomalyst.evidence.speech.manner import PLAIN, Manner
from anomalyst.stopping import StoppedError, stopped_by
from anomalyst.tools.budget import check_seconds

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver

    from anomalyst.agent.analyst import Anomalyst
    from anomalyst.tools.workbench import Workbench

MAX_WAITING = 200
RESTARTED = "The server was stopped while this ran. Nothing else was lost: press “Retry”."
DEFECT = "This is a defect of Anomalyst, not of your data. The server's log says more; please report it."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """An analysis to do. `source`, `normals`: files that were uploaded; `name`: of the input, for people; `detector`: a
    registered name or the folder of a fitted one, None to choose; `skip_detectors`: not to be chosen; `llm`: None for
    the page's own; `alpha`: None where `alarms_per_day` sets the alarm level, or for the usual one; `field`: of work,
    None for the page's own; `ideas`: whether those of a language model are wanted; `manner`: how it is told."""

    source: Path
    name: str
    normals: tuple[Path, ...] = ()
    text: str | None = None
    question: str = ""
    detector: str | None = None
    alpha: float | None = None
    budget: float | None = None
    llm: str | None = None
    skip_detectors: tuple[str, ...] = ()
    alarms_per_day: float | None = None
    field: str | None = None
    ideas: bool = True
    manner: Manner = PLAIN

    def as_json(self) -> dict[str, Any]:
        """The order as JSON values."""
        return asdict(self) | {"source": str(self.source), "normals": [str(path) for path in self.normals]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Order:
        """What `as_json` gave."""
        paths = {"source": Path(values["source"]), "normals": tuple(Path(path) for path in values["normals"])}
        told: dict[str, Any] = {"manner": Manner(**values.get("manner", {}))}  # earlier versions noted none
        return cls(**{**values, **paths, **told, "skip_detectors": tuple(values["skip_detectors"])})


class Job:
    """One turn in the making. Its turn changes until it is over; `version` counts the changes."""

    def __init__(
        self,
        desk: Desk,
        owner: str,
        turn: Turn,
        work: Order | str,
        llm: str | None = None,
        ideas: bool = True,
        manner: Manner = PLAIN,
    ) -> None:
        self.desk, self.owner, self.work = desk, owner, work
        self.llm, self.ideas, self.manner = llm, ideas, manner
        self.turn_id, self.version = turn.id, 0
        self._turn, self._changed = turn, threading.Condition()
        self.left = threading.Event()  # nobody wants it any more: its work ends at the next `check_stop`

    def turn(self) -> Turn:
        """The turn as it stands."""
        return self._turn

    def done(self) -> bool:
        """Whether the turn is over."""
        return self._turn.over

    def position(self) -> int:
        """0 when running or over, else the place in the queue."""
        return self.desk.place_of(self)

    def stop(self) -> None:
        """End it now, its work at the next `check_stop`; what it had found so far is kept as steps."""
        self.change(status="stopped", doing="", ended=time.time())
        self.left.set()

    def wait(self, timeout: float | None = None) -> Turn:
        """The turn once it is over, or as it stands after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(self.done, timeout)
        return self._turn

    def change(self, save: bool = True, **values: Any) -> None:
        """Change the turn, unless it is over."""
        with self._changed:
            if self._turn.over:
                return
            self._turn = self._turn.model_copy(update=values)
            self.version += 1
            if save:
                self.desk.store.save_turn(self._turn)
            self._changed.notify_all()

    def hear(self, event: Event, since: float, bench: Workbench) -> None:
        """Take in one event of the run on `bench`, `since` the one before."""
        if isinstance(event, Progress):
            self.change(save=False, doing=event.message)
            return
        steps = (*self._turn.steps, as_step(event, time.time() - since, thumbnail_of(event, bench)))
        self.change(steps=steps, doing="", first_step=self._turn.first_step or time.time())


class Desk:
    """Takes orders and questions, does them in the order they came, `workers` at a time.

    `llm`, `backbone`, `llm_seconds`: as for `Anomalyst`; `advising`: where causes and next steps come from, and how
    answers are told. Raises ModelError for a model that cannot be used.
    """

    def __init__(
        self,
        home: Home,
        llm: str = BUILTIN,
        backbone: str | None = None,
        workers: int = 2,
        llm_seconds: float = LLM_SECONDS,
        advising: Advising | None = None,
    ) -> None:
        self.advising = advising or Advising()
        self.home, self.llm, self.backbone = home, llm, backbone
        self.llm_seconds = check_seconds("llm_seconds", llm_seconds)
        if (llm, backbone) != (BUILTIN, None):
            _analyst_class()(llm, backbone=backbone)  # refuses a bad model before anybody waits for it
        self.store = Store(home)
        self._threads = sqlite3.connect(home.threads, check_same_thread=False, timeout=30)
        self._saver: SqliteSaver | None = None
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._free = threading.Condition()
        self._closed = False
        for turn in self.store.unfinished():
            self.store.save_turn(turn.model_copy(update={"status": "failed", "error": RESTARTED, "doing": ""}))
        self._workers = [threading.Thread(target=self._serve, name=f"desk-{n}", daemon=True) for n in range(workers)]
        for worker in self._workers:
            worker.start()

    def submit(self, owner: str, conversation: str, order: Order) -> Job:
        """Queue an analysis as a new turn of the conversation."""
        count = len(order.normals)
        files = (order.name, f"{count} normal example{'s' * (count > 1)}") if count else (order.name,)
        turn = _new_turn(conversation, question=order.question, text=order.text, files=files)
        self.store.begin_conversation(conversation, owner, order.name)
        self.store.save_turn(turn, {"order": order.as_json()})
        return self._enqueue(Job(self, owner, turn, order, order.llm, order.ideas, order.manner))

    def ask(
        self,
        owner: str,
        conversation: str,
        run_id: str,
        question: str,
        llm: str | None = None,
        ideas: bool = True,
        manner: Manner = PLAIN,
    ) -> Job:
        """Queue a question about a run that is over; it is answered from that run's evidence, and what was not measured
        is measured on its sample."""
        self.store.run(run_id)
        if not question.strip():
            raise InputError("got an empty question; ask something, e.g. “which channel?”, or send a file.")
        turn = _new_turn(conversation, question=question, about=run_id)
        self.store.begin_conversation(conversation, owner, question)
        self.store.save_turn(turn, {"ask": run_id, "question": question})
        return self._enqueue(Job(self, owner, turn, run_id, llm, ideas, manner))

    def job(self, turn_id: str) -> Job | None:
        """The job of a turn, while this server knows it."""
        return self._jobs.get(turn_id)

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, those in the making as they stand."""
        return [job.turn() if (job := self._jobs.get(t.id)) else t for t in self.store.turns(conversation)]

    def place_of(self, job: Job) -> int:
        """The job's place in the queue, from 1; 0 if it does not wait."""
        with self._free:
            waiting = [other for other in self._queue if not other.done()]
        return waiting.index(job) + 1 if job in waiting else 0

    def close(self) -> None:
        """Stop all jobs and the workers."""
        with self._free:
            self._closed = True
            self._queue.clear()
            self._free.notify_all()
        for job in self._jobs.values():
            job.change(status="failed", error=RESTARTED, doing="", ended=time.time())
            job.left.set()
        for worker in self._workers:
            worker.join(timeout=5)
        self.store.close()

    def _enqueue(self, job: Job) -> Job:
        with self._free:
            if len(self._queue) >= MAX_WAITING:
                job.change(status="failed", error=f"{MAX_WAITING} analyses are waiting already; try again later.")
                return job
            self._jobs = {k: j for k, j in self._jobs.items() if not j.done()} | {job.turn_id: job}
            self._queue.append(job)
            self._free.notify()
        return job

    def _serve(self) -> None:
        """What a worker does until the desk closes."""
        while True:
            with self._free:
                self._free.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    return
                job = self._queue.popleft()
            if not job.done():
                self._do(job)

    def _do(self, job: Job) -> None:
        job.change(status="running")
        try:
            with stopped_by(job.left):
                self._follow(job)
        except StoppedError:
            log.info("a job was stopped")  # its turn says so
        except AnomalystError as error:
            job.change(
                status="failed",
                error=_without_paths(for_owner(error, job.owner), job.work),
                doing="",
                ended=time.time(),
            )
        except Exception:  # the page must outlive a defect, and say that it was one
            log.exception("a job of the page failed")
            job.change(status="failed", error=DEFECT, doing="", ended=time.time())

    def _follow(self, job: Job) -> None:
        """Do the job and let it hear what happens."""
        load_libraries()
        since = began = time.time()
        run_id = uuid.uuid4().hex
        events, bench = self._events(job, run_id)
        with closing(events):  # type: ignore[type-var]  # they are generators
            for event in events:
                if job.done():
                    shutil.rmtree(self.home.runs / run_id, ignore_errors=True)  # it was stopped as it was recorded
                    return
                if isinstance(event, Published):
                    self._publish(job, event.explanation, run_id, time.time() - began)
                    return
                job.hear(event, since, bench)
                since = since if isinstance(event, Progress) else time.time()

    def _events(self, job: Job, run_id: str) -> tuple[Iterator[Event], Workbench]:
        """The run that does the job, and where it lays what it measures."""
        llm = job.llm or self.llm
        if isinstance(job.work, str):
            return self._answers(job, job.work, llm)
        order = job.work
        analyst = self._analyst(llm, job.ideas, order)
        bench = analyst.workbench(order.skip_detectors)
        events = analyst.stream(
            order.source,
            list(order.normals) or None,
            detector=order.detector,
            question=order.question,
            text=order.text,
            out=self.home.runs / run_id,
            thread=run_id,
            budget=order.budget,
            manner=job.manner,
            bench=bench,
        )
        return events, bench

    def _answers(self, job: Job, run_id: str, llm: str) -> tuple[Iterator[Event], Workbench]:
        """The answer to a question about a run, and the workbench on which its sample is laid again if it must be."""
        kept = self.store.job_of_run(run_id)
        order = Order.from_json(kept["order"]) if "order" in kept else None
        analyst = self._analyst(llm, job.ideas, order)
        bench = analyst.workbench(order.skip_detectors if order else ())

        def again() -> Workbench | None:
            from anomalyst.agent.records.reopened import reopen  # slow to import: not before it is asked for

            return reopen(self.home.runs / run_id, order.normals if order else (), bench)

        return analyst.stream_answer(job.turn().question, run_id, job.manner, again), bench

    def _analyst(self, llm: str, ideas: bool, order: Order | None = None) -> Anomalyst:
        from langgraph.checkpoint.sqlite import SqliteSaver

        with self._free:
            self._saver = self._saver or SqliteSaver(self._threads)
        return _analyst_class()(
            llm,
            alpha=order.alpha if order else None,
            alarms_per_day=order.alarms_per_day if order else None,
            field=(order and order.field) or self.advising.field,
            causes=self.advising.causes,
            ideas=ideas and self.advising.ideas,
            backbone=self.backbone,
            checkpointer=self._saver,
            llm_seconds=self.llm_seconds,
        )

    def _publish(self, job: Job, explanation: Explanation, run_id: str, seconds: float) -> None:
        """Note what came of the job."""
        if isinstance(job.work, str):
            answer = explanation.model_dump(mode="json", exclude={"out"})
            job.change(status="done", answer=answer, doing="", ended=time.time())
            return
        evidence = explanation.evidence
        row = RunRow(
            run_id, job.owner, job.turn().conversation, job.work.name, evidence.modality, evidence.verdict_word,
            explanation.p_value, explanation.detector, explanation.llm, now(), round(seconds, 2),
            self.home.runs / run_id,
        )  # fmt: skip
        self.store.add_run(row)
        job.change(status="done", run=run_id, doing="", ended=time.time())


def new_id() -> str:
    """A new id that nobody can guess."""
    return uuid.uuid4().hex


def _analyst_class() -> type[Anomalyst]:
    from anomalyst.agent.analyst import Anomalyst  # slow to import: not before the page is up

    return Anomalyst


def _new_turn(conversation: str, **values: Any) -> Turn:
    return Turn(id=new_id(), conversation=conversation, began=time.time(), **values)


def _without_paths(text: str, work: Order | str) -> str:
    """The text without folders of the server: of what was uploaded only the names."""
    for path in (work.source, *work.normals) if isinstance(work, Order) else ():
        text = text.replace(str(path.parent) + "/", "")
    return text
