"""What the page remembers, in one SQLite file: conversations and their turns, runs, fitted detectors, feedback.

Everything has an owner, and is read by owner. Where there are no logins a run may also be opened by its id alone: ids
are 128-bit secrets.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.desk.turns import Turn
from anomalyst.errors import InputError

TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS turns (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL, began REAL NOT NULL, status TEXT NOT NULL, turn TEXT NOT NULL,
    job TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation, began);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, conversation TEXT NOT NULL, name TEXT NOT NULL, modality TEXT NOT NULL,
    verdict TEXT NOT NULL, p_value REAL NOT NULL, detector TEXT NOT NULL, llm TEXT NOT NULL, created TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS runs_of ON runs (owner, created);
CREATE TABLE IF NOT EXISTS fitted (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, detector TEXT NOT NULL, modality TEXT NOT NULL,
    normals INTEGER NOT NULL, created TEXT NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS feedback (
    run TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL, box TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS uploads (place TEXT NOT NULL, login TEXT NOT NULL, PRIMARY KEY (place, login));
"""
TITLE_LENGTH = 60
MAX_NOTE = 2000

FeedbackKind = Literal["right", "false alarm", "missed"]


@dataclass(frozen=True)
class Conversation:
    """A chat: `began` in seconds since 1970."""

    id: str
    owner: str
    title: str
    began: float


@dataclass(frozen=True)
class RunRow:
    """One recorded run; `verdict`: "anomalous", "normal" or "cannot tell"; `created`: UTC,
    ISO 8601; `folder`: where it lies."""

    id: str
    owner: str
    conversation: str
    name: str
    modality: str
    verdict: str
    p_value: float
    detector: str
    llm: str
    created: str
    seconds: float
    folder: Path


@dataclass(frozen=True)
class FittedRow:
    """One fitted detector, called `name` by its owner; `detector`: its registered name; `seconds`: fitting took."""

    id: str
    owner: str
    name: str
    detector: str
    modality: str
    normals: int
    created: str
    seconds: float
    folder: Path


@dataclass(frozen=True)
class Feedback:
    """What a person said of a run; `box`: the place that was missed, pixels or rows."""

    run: str
    kind: FeedbackKind
    note: str = ""
    box: dict[str, int] | None = None
    created: str = ""


def now() -> str:
    """The time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Store:
    """The tables of one home. Safe to use from many threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = threading.RLock()
        self._base = sqlite3.connect(home.database, check_same_thread=False, timeout=30)
        self._base.row_factory = sqlite3.Row
        with self._writing() as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    # Conversations and turns

    def begin_conversation(self, id: str, owner: str, title: str) -> None:
        """Note a conversation at its first turn."""
        with self._writing() as base:
            row = (id, owner, title[:TITLE_LENGTH], time.time())
            base.execute("INSERT OR IGNORE INTO conversations VALUES (?, ?, ?, ?)", row)

    def conversations(self, owner: str, most: int = 100) -> list[Conversation]:
        """The owner's conversations, newest first."""
        rows = self._rows("SELECT * FROM conversations WHERE owner = ? ORDER BY began DESC LIMIT ?", owner, most)
        return [Conversation(**row) for row in rows]

    def owns(self, owner: str, conversation: str) -> bool:
        """Whether the conversation is the owner's, or nobody's yet."""
        rows = self._rows("SELECT owner FROM conversations WHERE id = ?", conversation)
        return not rows or rows[0]["owner"] == owner

    def forget(self, owner: str, conversation: str) -> None:
        """Delete a conversation with its turns; its runs stay in the audit."""
        with self._writing() as base:
            done = base.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner))
            if done.rowcount:
                base.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))

    def save_turn(self, turn: Turn, job: dict[str, Any] | None = None) -> None:
        """Write a turn, new or changed; `job`: what it takes to do it again."""
        with self._writing() as base:
            values = (turn.status, turn.model_dump_json())
            done = base.execute("UPDATE turns SET status = ?, turn = ? WHERE id = ?", (*values, turn.id))
            if not done.rowcount:
                row = (turn.id, turn.conversation, turn.began, *values, json.dumps(job or {}))
                base.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", row)

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, oldest first."""
        rows = self._rows("SELECT turn FROM turns WHERE conversation = ? ORDER BY began", conversation)
        return [Turn.model_validate_json(row["turn"]) for row in rows]

    def job_of(self, turn: str) -> dict[str, Any]:
        """What `save_turn` was told it takes to do a turn again; {} if nothing."""
        rows = self._rows("SELECT job FROM turns WHERE id = ?", turn)
        return dict(json.loads(rows[0]["job"])) if rows else {}

    def job_of_run(self, run_id: str) -> dict[str, Any]:
        """What it took to make a run; {} if that is not known."""
        rows = self._rows("SELECT conversation FROM runs WHERE id = ?", run_id)
        turns = self.turns(rows[0]["conversation"]) if rows else []
        return next((self.job_of(turn.id) for turn in turns if turn.run == run_id), {})

    def unfinished(self) -> list[Turn]:
        """Turns that were waiting or running when they were last written."""
        rows = self._rows("SELECT turn FROM turns WHERE status IN ('waiting', 'running')")
        return [Turn.model_validate_json(row["turn"]) for row in rows]

    # Runs

    def add_run(self, row: RunRow) -> None:
        """Note a recorded run."""
        self._insert("runs", row)

    def runs(self, owner: str, text: str = "", modality: str = "", verdict: str = "") -> list[RunRow]:
        """The owner's runs, newest first; only those whose name holds `text`, of a modality, of a verdict."""
        rows = self._rows("SELECT * FROM runs WHERE owner = ? ORDER BY created DESC, rowid DESC", owner)
        return [
            self._run(row)
            for row in rows
            if text.strip().lower() in row["name"].lower()
            and modality in ("", row["modality"])
            and verdict in ("", _verdict(row["verdict"]))
        ]

    def run(self, run_id: str, owners: Collection[str] | None = None) -> RunRow:
        """One run; InputError if there is none of this id, or it is none of these owners'. None: its id is enough."""
        rows = self._rows("SELECT * FROM runs WHERE id = ?", str(run_id))
        if not rows or (owners is not None and rows[0]["owner"] not in owners):
            raise InputError("there is no run of this id; take an id that an explanation gave you.")
        return self._run(rows[0])

    def _run(self, row: dict[str, Any]) -> RunRow:
        return RunRow(**{**row, "verdict": _verdict(row["verdict"])}, folder=self.home.runs / row["id"])

    # Fitted detectors

    def add_fitted(self, row: FittedRow) -> None:
        """Note a fitted detector."""
        self._insert("fitted", row)

    def fitted(self, owner: str) -> list[FittedRow]:
        """The owner's fitted detectors, newest first."""
        rows = self._rows("SELECT * FROM fitted WHERE owner = ? ORDER BY created DESC, rowid DESC", owner)
        return [FittedRow(**row, folder=self.home.detectors / row["id"]) for row in rows]

    def remove_fitted(self, owner: str, id: str) -> None:
        """Forget a fitted detector; its folder is the caller's business."""
        with self._writing() as base:
            base.execute("DELETE FROM fitted WHERE id = ? AND owner = ?", (id, owner))

    # Feedback

    def add_feedback(self, owners: Collection[str] | None, feedback: Feedback) -> None:
        """Note what was said of a run. Raises InputError as `run` does."""
        self.run(feedback.run, owners)
        row = (feedback.run, feedback.kind, feedback.note[:MAX_NOTE], json.dumps(feedback.box), now())
        with self._writing() as base:
            base.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", row)

    def feedback(self, run_id: str) -> list[Feedback]:
        """What was said of a run, oldest first."""
        rows = self._rows("SELECT * FROM feedback WHERE run = ? ORDER BY rowid", run_id)
        return [Feedback(**{**row, "box": json.loads(row["box"])}) for row in rows]

    # Uploads, where there are logins

    def add_upload(self, login: str, place: Path) -> None:
        """Note that a login sent, or was given, the file at `place`; several may have sent the same content."""
        with self._writing() as base:
            base.execute("INSERT OR IGNORE INTO uploads VALUES (?, ?)", (str(place), login))

    def upload_logins(self, place: Path) -> set[str]:
        """The logins whose the file at `place` is."""
        return {row["login"] for row in self._rows("SELECT login FROM uploads WHERE place = ?", str(place))}

    def _insert(self, table: Literal["runs", "fitted"], row: RunRow | FittedRow) -> None:
        values = {name: value for name, value in asdict(row).items() if name != "folder"}
        marks = ", ".join("?" * len(values))
        with self._writing() as base:
            base.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))

    def _rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._base.execute(query, values).fetchall()]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The connection for a change, kept if the block ends well and undone if not."""
        with self._lock, self._base:
            yield self._base


def _verdict(noted: str) -> str:
    """A verdict in today's words; earlier versions noted one that could not be told as undecided."""
    return "cannot tell" if noted == "undecided" else noted
