"""What the audit tab shows and does, without its components: past runs, one run opened, replayed, checked, packed."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from anomalyst.agent.page.api.uploads import new_place
from anomalyst.agent.page.desk.loading import load_libraries
from anomalyst.agent.page.desk.store import Feedback, RunRow
from anomalyst.agent.page.parts.kinds import nouns_of
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.agent.page.parts.picker import Entry, Tone, entries_html
from anomalyst.agent.page.parts.views import part, show_time
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.checking import verify
from anomalyst.agent.report.facts import show_label, show_p, show_value
from anomalyst.errors import AnomalystError, InputError
from anomalyst.evidence.claims import CheckedClaim
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.stopping import stopped_by

if TYPE_CHECKING:
    from anomalyst.agent.records.audit import AuditResult
    from anomalyst.agent.verifier.verify import CheckedSentence

TEMPLATE = "audit_tab.html.j2"
MAX_TEXT = 20_000  # characters of a text to verify
MOST_LISTED = 200
BEAT = 0.5  # seconds between two signs of life
NO_RUNS = "No run yet. What the analyst explains in the chat is kept here."
NO_MATCH = "No run like that. Change the filter to see the others."
TONES: dict[str, Tone] = {"anomalous": "anomalous", "normal": "normal", "cannot tell": "cannot-tell"}


@dataclass(frozen=True)
class CitedFact:
    """A fact that a sentence cites, in words."""

    id: str
    words: str


@dataclass(frozen=True)
class ClaimRow:
    """One delivered sentence and what it rests on."""

    checked: CheckedClaim
    facts: tuple[CitedFact, ...]


def run_list(runs: list[RunRow], filtered: bool, current: str = "") -> str:
    """The runs as rows to pick from, newest first; of very many only the newest."""
    entries = [_entry(run) for run in runs[:MOST_LISTED]]
    if len(runs) > MOST_LISTED:
        note = f"{len(runs) - MOST_LISTED} earlier runs are not listed; filter to find them."
        return entries_html("Past runs", entries, NO_MATCH, current) + f'<p class="empty">{escape(note)}</p>'
    return entries_html("Past runs", entries, NO_MATCH if filtered else NO_RUNS, current)


def _entry(run: RunRow) -> Entry:
    tone = TONES.get(run.verdict, "")
    nouns = nouns_of(run.modality)
    details = (run.verdict, nouns.input if nouns else run.modality, run.detector, show_time(run.created))
    return Entry(run.id, run.name, details, f"p = {show_p(run.p_value)}", tone)


def claim_table(record: RunRecord) -> str:
    """Every delivered sentence: what it cites, the verifier's verdict, who worded it, what was refused before."""
    explanation = record.explanation
    delivered = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    rows = [ClaimRow(checked, _facts(record, checked.claim.cites)) for checked in delivered]
    return part(TEMPLATE, "claims", rows)


def _facts(record: RunRecord, cites: tuple[str, ...]) -> tuple[CitedFact, ...]:
    found = [(cited, record.explanation.evidence.fact(cited)) for cited in cites]
    return tuple(
        CitedFact(cited, _words(fact, record.explanation.evidence) if fact else "is not among the facts")
        for cited, fact in found
    )


def _words(fact: Fact, evidence: Evidence) -> str:
    """A fact as in the report: what it is about, what it is, its value."""
    about = "" if fact.subject in ("sample", "choice") else f"{fact.subject}, "
    return (
        f"{about}{show_label(fact.kind)}{f', {fact.qualifier}' if fact.qualifier else ''}: {show_value(fact, evidence)}"
    )


def feedback_list(given: list[Feedback]) -> str:
    """What people said of the run."""
    return part(TEMPLATE, "feedback", given)


def links(run: RunRow) -> str:
    """The run's reports, to open, to keep and to print."""
    return part(TEMPLATE, "links", run)


def replayed(folder: Path, left: threading.Event | None = None, beat: float = BEAT) -> Iterator[str]:
    """The audit of a run: signs of life while it is replayed, then its table. Raises what the audit raises.

    It works in a thread of its own, which ends at its next `check_stop` when nobody waits for it any more: once `left`
    is set.
    """
    found: list[AuditResult | BaseException] = []
    left = left or threading.Event()

    def work() -> None:
        try:
            load_libraries()
            from anomalyst.agent.records.audit import audit_run

            with stopped_by(left):
                found.append(audit_run(folder))
        except BaseException as error:  # raised again below, in the thread of whoever waits
            found.append(error)

    began = time.monotonic()
    worker = threading.Thread(target=work, name="replay", daemon=True)
    worker.start()
    while worker.is_alive() and not left.is_set():
        yield part(TEMPLATE, "waiting", "Scoring, explaining and healing again", time.monotonic() - began)
        worker.join(beat)
    if left.is_set():  # asked after the wait too: a worker that has just stopped has nothing to show
        yield ""
        return
    result = found[0]
    if isinstance(result, BaseException):
        raise result
    rows = [replace(row, detail=without_paths(row.detail, folder)) for row in result.rows]
    yield part(TEMPLATE, "checks", replace(result, rows=rows), time.monotonic() - began)


def verified(text: str, record: RunRecord) -> str:
    """Somebody's text, sentence by sentence, with the verifier's verdict on each. Raises InputError."""
    if len(text) > MAX_TEXT:
        raise InputError(
            f"got a text of {len(text):,} characters; at most {MAX_TEXT:,} are checked: paste a part of it."
        )
    checked: list[CheckedSentence] = verify(text, record.explanation)
    if not checked:
        raise InputError("got a text without a sentence; paste what was said about this run.")
    return part(TEMPLATE, "sentences", checked)


def opened(run: RunRow) -> RunRecord:
    """The record of a run. Raises InputError if its folder is gone or was changed beyond reading."""
    if not run.folder.is_dir():
        raise InputError("the folder of this run is no longer there; explain the input again.")
    return read_run(run.folder)


def packed(run: RunRow) -> Path:
    """The run's whole folder as a ZIP archive among the files that may be downloaded, for `anomalyst audit`."""
    opened(run)
    place = new_place(f"anomalyst-{Path(run.name).stem}-{run.id[:8]}.zip")
    with tempfile.TemporaryDirectory() as work:  # so that no half-written archive can be downloaded
        made = shutil.make_archive(str(Path(work) / "run"), "zip", root_dir=run.folder)
        shutil.move(made, place)
    return place


def healing_pictures(record: RunRecord, folder: Path) -> str:
    """The healing test in pictures, as HTML. Raises AnomalystError."""
    from anomalyst.agent.page.answer.healing import healed_states

    try:
        states = healed_states(record, folder)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise AnomalystError(f"the recorded detector cannot heal this sample again ({error}).") from error
    return part(TEMPLATE, "pictures", modality(record.sample.modality).healing_shown(record, states))
