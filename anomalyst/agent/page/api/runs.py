"""The API's calls about runs: explain an input, ask on, move the alarm level, check a text, replay, give feedback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import gradio as gr

from anomalyst.agent.language.providers import providers
from anomalyst.agent.page.api.people import caller, callers_names, fitted
from anomalyst.agent.page.api.uploads import Upload, normal_paths, received
from anomalyst.agent.page.desk.desk import Desk, Job, Order, new_id
from anomalyst.agent.page.desk.people import names_of
from anomalyst.agent.page.desk.store import Feedback, FeedbackKind, RunRow
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.checking import verify
from anomalyst.detectors.registry import detector_names
from anomalyst.errors import AnomalystError, InputError, require
from anomalyst.evidence.causes import check_field
from anomalyst.evidence.claims import BUILTIN, Explanation
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.catalogue import ENGLISH
from anomalyst.evidence.speech.manner import Audience, Length, Manner
from anomalyst.modalities.files import display_name
from anomalyst.modalities.registry import KindName, modality
from anomalyst.samples import Modality
from anomalyst.tools.alarms import Allowed
from anomalyst.tools.budget import check_budget

TICK = 0.1  # seconds between two looks at a job
MAX_SENTENCES = 20_000  # characters of a text to verify

Json = dict[str, Any]


class RunCalls:
    """The calls, on the desk that does the work. Each one's docstring is what its callers read."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def explain(  # noqa: PLR0913 - one argument for each thing a run can be told
        self,
        request: gr.Request,
        file: Upload,
        normals: list[Upload] | None = None,
        text: str | None = None,
        question: str = "",
        detector: str | None = None,
        without: list[str] | None = None,
        alpha: float | None = None,
        budget: float | None = None,
        llm: str | None = None,
        alarms_per_day: float | None = None,
        field: str | None = None,
        ideas: bool = True,
        language: str = ENGLISH,
        length: Length = "normal",
        audience: Audience = "plain",
    ) -> AsyncIterator[Json]:
        """Find what is abnormal in an image, a time series, or an image with its text, and explain it in sentences
        that code has checked against what was measured.

        Args:
            file: an image (PNG, JPEG, BMP, TIFF, WebP) or a series (CSV, TSV, Parquet, NPY), as an upload, the address
            of one on this server, or a data: URI.
            normals: files of the same kind known to be normal; images need some, a series can do without. For an image
            with its text: images and a .txt of the same name for each, or a table of images and texts.
            text: what goes with the image, a caption or a note; then image and text are judged as a pair.
            question: what you want to know; the answer goes into the summary.
            detector: name of a detector, or id of one that `fit` gave; without it, the analyst chooses.
            without: names of detectors not to be chosen.
            alpha: alarm level: the share of normal samples that may raise an alarm; without it, 0.05.
            budget: seconds to be done in; the detector is chosen to keep it.
            llm: who plans and words: "builtin", or provider:model; without it, the server's own.
            alarms_per_day: instead of alpha, false alarms to allow per day of a series; per 1,000 rows where it has no
            time stamps.
            field: field of work, whose possible causes and next steps are told: machines, servers, products, medicine
            or general; without it, the server's own.
            ideas: whether to give what a language model adds of its own, apart in `ideas`, which nobody checked.
            language: of the sentences: en, de, or another that there is a catalogue of.
            length: "short" (the headline), "normal" (at most eight sentences) or "full" (all that was measured).
            audience: "plain" leaves p-values, ids and methods behind "How sure?", "expert" tells them.

        Returns:
            run_id, by which every other call knows the run; explanation: verdict, p-value, facts and checked sentences;
            report: addresses of the report. While it runs: status, place in the queue, steps done.
        """
        source, allowed = received(file), Allowed(alpha, alarms_per_day)
        order = Order(
            source=source.path,
            name=source.name,
            normals=normal_paths(normals or [], pairs=text is not None),
            text=text,
            question=question,
            detector=self._detector(detector, request),
            alpha=allowed.alpha,
            alarms_per_day=allowed.per_day,
            budget=check_budget(budget),
            llm=self._llm(llm),
            skip_detectors=tuple(_known(name) for name in without or []),
            field=None if field is None else check_field(field),
            ideas=ideas,
            manner=Manner(language, length, audience),
        )
        job = self.desk.submit(caller(request), new_id(), order)
        async for state in _followed(job):
            yield state
        run_id = str(job.turn().run)
        record = await asyncio.to_thread(self._record, run_id, request)
        yield {
            "status": "done",
            "run_id": run_id,
            "explanation": _plain(record.explanation),
            "report": _addresses(run_id, request),
        }

    async def ask(  # noqa: PLR0913 - one argument for each thing an answer can be told
        self,
        request: gr.Request,
        run_id: str,
        question: str,
        llm: str | None = None,
        ideas: bool = True,
        language: str = ENGLISH,
        length: Length = "normal",
        audience: Audience = "plain",
    ) -> AsyncIterator[Json]:
        """Ask on about an earlier run, in English or German: the question is answered from what that run measured, and
        what it did not measure (another detector, a part of a series, a looser alarm level) is measured then.

        Args:
            run_id: id that `explain` gave.
            question: such as "When was R2?", "Compare R1 with R3", "What if alpha were 0.01?", "Use another detector",
            "What happened at 14:30?", "Und auf Deutsch?"; it may refer to what was asked before ("it", "the second").
            llm: who words the answer: "builtin", or provider:model; without it, the server's own.
            ideas: whether to give what a language model adds of its own, apart in `ideas`, which nobody checked.
            language: of the sentences where the question does not tell: en, de, or another with a catalogue.
            length: "short" (one sentence), "normal" (at most three) or "full" (at most eight).
            audience: "plain" leaves p-values, ids and methods behind "How sure?", "expert" tells them.

        Returns:
            explanation: the answer as checked sentences; where none answers, its summary says so.
        """
        run, manner = self._row(run_id, request).id, Manner(language, length, audience)
        job = self.desk.ask(caller(request), new_id(), run, question, self._llm(llm), ideas, manner)
        async for state in _followed(job):
            yield state
        yield {"status": "done", "run_id": run_id, "explanation": job.turn().answer}

    def findings_at(self, request: gr.Request, run_id: str, alpha: float) -> Json:
        """What the run would have found at another alarm level; nothing is fitted again.

        Args:
            run_id: id that `explain` gave.
            alpha: alarm level: the share of normal samples that may raise an alarm.

        Returns:
            verdict, p_value, alpha, findings, and the explanation at this level.
        """
        from anomalyst.agent.records.reassess import reassess

        folder = self._row(run_id, request).folder
        again = reassess(read_run(folder), _level(alpha), folder).explanation
        return {
            "run_id": run_id,
            "alpha": again.evidence.alpha,
            "verdict": again.verdict,
            "p_value": again.p_value,
            "findings": [finding.model_dump(mode="json") for finding in again.evidence.findings],
            "explanation": _plain(again),
        }

    def verify(self, request: gr.Request, run_id: str, text: str) -> Json:
        """Check anybody's text about a run, sentence by sentence, against the facts that were measured.

        Args:
            run_id: id that `explain` gave.
            text: plain English; a sentence may name findings (R1) and facts (F7).

        Returns:
            passed: whether all sentences are supported; sentences: each with outcome (supported, contradicted or
            unverifiable: not understood, or measured by no fact), reasons, the ids of the facts, and spans: which
            characters are proved or refuted, by which facts, and which were not read.
        """
        require(len(text) <= MAX_SENTENCES, "text", f"{len(text):,} characters", f"at most {MAX_SENTENCES:,}")
        checked = verify(text, self._record(run_id, request).explanation)
        if not checked:
            raise InputError("the text holds no sentence; give at least one.")
        sentences = [
            {"text": one.text, **one.verdict.model_dump(mode="json"), "spans": [s.model_dump() for s in one.spans]}
            for one in checked
        ]
        return {"passed": all(one["outcome"] == "supported" for one in sentences), "sentences": sentences}

    def audit(self, request: gr.Request, run_id: str) -> Json:
        """Check a run: files unchanged, claims verified again, detector replayed, explanation tested by healing.

        Args:
            run_id: id that `explain` gave.

        Returns:
            passed: whether every check passed; rows: check, outcome and detail of each.
        """
        from anomalyst.agent.records.audit import audit_run  # slow to import: not before the page is up

        result = audit_run(self._row(run_id, request).folder)
        home = self.desk.home.root
        rows = [{**asdict(row), "detail": without_paths(row.detail, home)} for row in result.rows]
        return {"run_id": run_id, "passed": result.passed, "rows": rows}

    def report(self, request: gr.Request, run_id: str) -> Json:
        """Where the report of a run is: a page for people, JSON for machines, a page that prints itself.

        Args:
            run_id: id that `explain` gave.

        Returns:
            html, json, print: addresses on this server.
        """
        return _addresses(self._row(run_id, request).id, request)

    def feedback(
        self, request: gr.Request, run_id: str, kind: FeedbackKind, note: str = "", box: dict[str, int] | None = None
    ) -> Json:
        """Say whether a run was right; it is kept with the run.

        Args:
            run_id: id that `explain` gave.
            kind: "right", "false alarm", or "missed".
            note: a remark.
            box: the place that was missed: x0, y0, x1, y1 in pixels of the image, or start, stop in rows of the series.

        Returns:
            how many times feedback was given on this run.
        """
        row = self._row(run_id, request)
        if box is not None:
            _check_box(box, row.modality)
        self.desk.store.add_feedback(None, Feedback(row.id, kind, note, box))
        return {"run_id": row.id, "given": len(self.desk.store.feedback(row.id))}

    def runs(
        self, request: gr.Request, name: str = "", modality: KindName | None = None, verdict: str | None = None
    ) -> list[Json]:
        """Your own runs, newest first. Only where the server has logins: elsewhere a run is known by its id alone.

        Args:
            name: only runs whose input's name holds this.
            modality: only "image", "series" or "pair".
            verdict: only "anomalous", "normal" or "cannot tell".

        Returns:
            run_id, name, modality, verdict, p_value, detector, llm, created and seconds of each.
        """
        if not request.username:
            raise InputError(
                "this server has no logins, so it cannot tell whose runs are whose; keep the run_id of each run."
            )
        rows = [
            row
            for owner in callers_names(request)
            for row in self.desk.store.runs(owner, name, modality or "", verdict or "")
        ]
        return [_listed(row) for row in sorted(rows, key=lambda row: row.created, reverse=True)]

    def _row(self, run_id: str, request: gr.Request) -> RunRow:
        """The run; InputError if it is not there, or, where there are logins, not the caller's."""
        return self.desk.store.run(run_id, names_of(request.username))

    def _record(self, run_id: str, request: gr.Request) -> RunRecord:
        return read_run(self._row(run_id, request).folder)

    def _detector(self, wanted: str | None, request: gr.Request) -> str | None:
        """A registered name as it is; the id of a fitted detector as its folder."""
        if wanted is None or wanted in detector_names():
            return wanted
        return str(fitted(self.desk, wanted, request).folder)

    def _llm(self, wanted: str | None) -> str | None:
        """The model, if it is one that is asked over its provider's interface: nothing is loaded from a path."""
        makers = providers()
        known = wanted in (None, BUILTIN, self.desk.llm) or str(wanted).partition(":")[0] in makers
        require(known, "llm", wanted, f"'{BUILTIN}', or provider:model of {', '.join(makers)}")
        return wanted


async def _followed(job: Job) -> AsyncIterator[Json]:
    """How the job stands, at each change, until it is over; AnomalystError if nothing came of it. A caller who leaves
    ends it."""
    seen = None
    try:
        while not job.done():
            state = (job.version, job.position())
            if state != seen:
                seen = state
                yield _state(job)
            await asyncio.sleep(TICK)
    finally:
        job.stop()  # of a job that is over nothing is left to stop
    turn = job.turn()
    if turn.status != "done":
        raise AnomalystError(turn.error or "the run was stopped; start it again.")


def _state(job: Job) -> Json:
    turn = job.turn()
    steps = [{"title": step.title, "seconds": round(step.seconds, 2)} for step in turn.steps]
    return {"status": turn.status, "position": job.position(), "doing": turn.doing, "steps": steps}


def _plain(explanation: Explanation) -> Json:
    """The explanation for machines, without the place where the server keeps it."""
    return explanation.model_dump(mode="json", exclude={"out"})


def _level(alpha: float) -> float:
    require(0 < alpha < 1, "alpha", alpha, "a number between 0 and 1, e.g. 0.05")
    return alpha


def _known(name: str) -> str:
    require(name in detector_names(), "without", display_name(name), "names of detectors, as `detectors` lists them")
    return name


def _addresses(run_id: str, request: gr.Request) -> Json:
    """Where the server's report of a run is."""
    server = str(request.request.base_url) if request.request else "/"
    place = f"{server.rstrip('/')}/runs/{run_id}"
    return {"html": f"{place}/report.html", "json": f"{place}/report.json", "print": f"{place}/print"}


def _check_box(box: dict[str, int], kind: Modality) -> None:
    """InputError unless the box is a place in such data."""
    marking = modality(kind).marking
    names = ", ".join(sorted(marking.edges))
    require(marking.holds(box), "box", box, f"whole numbers {names}, from 0, the first below the last")


def _listed(row: RunRow) -> Json:
    """A run without where it lies and whose it is."""
    shown = ("name", "modality", "verdict", "p_value", "detector", "llm", "created", "seconds")
    return {"run_id": row.id, **{name: getattr(row, name) for name in shown}}
