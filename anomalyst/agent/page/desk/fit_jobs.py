"""Fitting a detector in the background: one job a person, one at a time on the machine; it outlives a page reload."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from anomalyst.agent.fitting import chosen, of_modality, profile_of, profile_of_unread
from anomalyst.agent.page.desk.desk import DEFECT, Desk
from anomalyst.agent.page.desk.loading import load_libraries
from anomalyst.agent.page.desk.store import FittedRow, now
from anomalyst.agent.page.parts.errors import for_owner
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.agent.records.bundle import new_folder
from anomalyst.errors import AnomalystError, InputError
from anomalyst.modalities.base import Modality as Kind
from anomalyst.modalities.files import display_name
from anomalyst.modalities.reading import Normals, read_normals
from anomalyst.modalities.registry import either, refused, surest, unclear
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.samples import Modality
from anomalyst.stopping import StoppedError, check_stop, stopped_by
from anomalyst.tools.budget import Decision

MAX_FILES = 5000
WAITING, READING = "Waiting: another detector is being fitted", "Reading the normal data"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitOrder:
    """What to fit. `files`: uploaded normal data; `modality`, `detector`: None to tell by the files, to choose by them;
    `name`: "" for one made of detector and number of files."""

    files: tuple[Path, ...]
    name: str = ""
    modality: Modality | None = None
    detector: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a job is. `done` of `total` steps of what it is `doing`, 0 where it does not tell; `seconds`: since this
    began; `detector`: once it is chosen, and `why`; `row`: what came of it; `notes`: what reading the normal data
    changed, guessed or left out."""

    status: Literal["waiting", "running", "done", "failed", "cancelled"] = "waiting"
    doing: str = WAITING
    done: int = 0
    total: int = 0
    since: float = 0.0
    detector: str = ""
    why: str = ""
    error: str = ""
    row: FittedRow | None = None
    notes: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ("done", "failed", "cancelled")

    @property
    def seconds(self) -> float:
        """Seconds since it began what it is doing."""
        return time.monotonic() - self.since

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest will take if it goes on like this; None while too little is known."""
        if not self.done or self.seconds < 1:
            return None
        return self.seconds / self.done * (self.total - self.done)


class Fits:
    """The fits of one desk. `turn`: taken by the one that runs, whichever desk's it is: a machine has few cores."""

    turn = threading.Semaphore(1)

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._jobs: dict[str, FitJob] = {}
        self._lock = threading.Lock()

    def start(self, owner: str, order: FitOrder) -> FitJob:
        """Begin to fit. Raises InputError if the owner's last fit is not over, or no file was given."""
        if not order.files:
            raise InputError("got no file; give normal examples: images, or CSV, TSV, Parquet or NPY series.")
        if len(order.files) > MAX_FILES:
            raise InputError(f"got {len(order.files):,} files; at most {MAX_FILES:,} are taken here: give fewer.")
        with self._lock:
            last = self._jobs.get(owner)
            if last is not None and not last.progress.over:
                raise InputError("a detector of yours is being fitted; wait for it, or cancel it.")
            job = self._jobs[owner] = FitJob(self, owner, order)
        job.begin()
        return job

    def of(self, owner: str) -> FitJob | None:
        """The owner's last fit, if there was one since the server began."""
        return self._jobs.get(owner)


class FitJob:
    """One fit, in a thread of its own."""

    def __init__(self, fits: Fits, owner: str, order: FitOrder) -> None:
        self.fits, self.owner, self.order = fits, owner, order
        self.progress = Progress(since=time.monotonic())
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fit", daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def cancel(self) -> None:
        """End it at its next `check_stop`; what it has learned is dropped."""
        self._cancelled.set()

    def wait(self, timeout: float | None = None) -> Progress:
        """The progress once it is over, or as it stands after `timeout` seconds."""
        self._thread.join(timeout)
        return self.progress

    def _run(self) -> None:
        while not self.fits.turn.acquire(timeout=0.2):
            if self._cancelled.is_set():
                self._tell(status="cancelled")
                return
        try:
            with stopped_by(self._cancelled):
                row = self._fitted()
            self._tell(status="done", row=row)
        except StoppedError:
            self._tell(status="cancelled")
        except AnomalystError as error:
            self._tell(status="failed", error=without_paths(for_owner(error, self.owner), self.fits.desk.home.root))
        except Exception:  # the page must outlive a defect, and say that it was one
            log.exception("a fit of the page failed")
            self._tell(status="failed", error=DEFECT)
        finally:
            self.fits.turn.release()

    def _fitted(self) -> FittedRow:
        """Read, choose, fit, save, note."""
        from anomalyst.tools.workbench import build_detector, learned

        load_libraries()
        desk = self.fits.desk
        self._begin(READING)
        modality, read = normals_of(self.order, self._step)
        normals = read.samples
        self._tell(notes=read.notes)
        decision = decide(modality, self.order.detector, profile_of(normals, desk.backbone))
        detector = build_detector(decision.name, desk.backbone, seed=0)
        detector.on_step = self._step
        self._begin(f"Fitting {decision.name}", detector=decision.name, why=decision.reason)
        began, id = time.monotonic(), uuid.uuid4().hex
        place = desk.home.detectors / id
        with new_folder(place) as folder:
            learned(detector, normals).save_pretrained(folder)
            self._tell(notes=(*read.notes, *detector.notes_))
            self._step(1, 1)
        seconds = round(time.monotonic() - began, 2)
        name = display_name(self.order.name) or f"{decision.name}, {len(normals)} normal"
        row = FittedRow(id, self.owner, name, decision.name, modality, len(normals), now(), seconds, place)
        desk.store.add_fitted(row)
        return row

    def _begin(self, doing: str, **values: str) -> None:
        self._tell(status="running", doing=doing, done=0, total=0, since=time.monotonic(), **values)

    def _step(self, done: int, total: int, loss: float | None = None) -> None:
        """Hear how far it is, and end it here if nobody wants it any more."""
        check_stop()
        self._tell(done=done, total=total)

    def _tell(self, **values: object) -> None:
        self.progress = replace(self.progress, **values)  # type: ignore[arg-type]


def decide(modality: Modality, wanted: str | None, profile: dict[str, object]) -> Decision:
    """The detector to fit and why. Raises InputError for one of another modality."""
    return chosen(modality, of_modality(wanted, modality) if wanted else None, profile)


def planned(order: FitOrder, backbone: str | None) -> tuple[Modality, Decision]:
    """What would be fitted on these files, before it is. Where only the number of normals matters, they are counted.
    Raises InputError."""
    modality = order.modality or told_modality(order.files)
    if modality_of(modality).offer.amount.by_number:
        profile = profile_of_unread(len(order.files), modality, backbone)
    else:
        profile = profile_of(normals_of(order)[1].samples, backbone)
    return modality, decide(modality, order.detector, profile)


def told_modality(files: tuple[Path, ...]) -> Modality:
    """What the files are by their content: all of one kind, or of a kind that lies in several files; one that nobody
    knows is left to reading, which leaves it out. Raises InputError if nobody knows any, or they are of several."""
    found: dict[str, Kind] = {}
    unknown: list[Path] = []
    for file in files:
        kinds = surest(file)
        if len(kinds) > 1:
            raise unclear(file, kinds)
        found |= {kind.name: kind for kind in kinds}
        unknown += [] if kinds else [file]
    if not found:
        raise refused(unknown[0])
    together = surest(files) if len(found) > 1 else list(found.values())
    if not together:
        raise InputError(f"the files may be {either(found.values())}; give files of one kind.")
    return together[0].name


def normals_of(order: FitOrder, step: object = None) -> tuple[Modality, Normals]:
    """The normal samples of the uploaded files. Raises InputError."""
    kind = modality_of(order.modality or told_modality(order.files))
    reading = step if callable(step) else None
    if not kind.ways.beside:
        return kind.name, read_normals(list(order.files), kind.name, reading)
    with tempfile.TemporaryDirectory() as folder:  # a table names its images, which were uploaded one by one
        for file in order.files:
            place = Path(folder) / file.name
            if place.exists():
                raise InputError(f"got two files called {display_name(file.name)!r}; give each its own name.")
            shutil.copyfile(file, place)
        return kind.name, read_normals(kind.uploaded(Path(folder)), kind.name, reading)
