"""The API's calls about detectors: what there is, fit one, score many files with it, forget it."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
import warnings
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
import numpy as np

from anomalyst.agent.page.api.people import caller, callers_names, fitted
from anomalyst.agent.page.api.uploads import MAX_FILES, Upload, all_received, received
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.fit_jobs import WAITING, FitOrder, Fits
from anomalyst.agent.page.desk.loading import load_libraries
from anomalyst.agent.page.desk.store import FittedRow
from anomalyst.agent.page.parts.errors import in_api
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.agent.records.scoring import Judging, whole_score
from anomalyst.detectors.registry import list_detectors, load_detector
from anomalyst.errors import AnomalystError, InputError, require
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.registry import KindName
from anomalyst.modalities.registry import modality as modality_of
from anomalyst.modalities.sources import AlarmLevel
from anomalyst.samples import Sample
from anomalyst.tools.alarms import Allowed

TICK = 0.25  # seconds between two looks at a fit
MAX_ROWS = 100_000  # rows of one series that are answered; of a longer one the whole's score only

Json = dict[str, Any]


class DetectorCalls:
    """The calls, on the desk that keeps the fitted detectors. Each one's docstring is what its callers read."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.fits = desk, Fits(desk)

    def detectors(self, request: gr.Request, modality: KindName | None = None) -> Json:
        """The detectors there are, with what each is good for, and those that you fitted.

        Args:
            modality: only those for "image", "series" or "pair".

        Returns:
            detectors: name, family, summary, cost, best_for, avoid_when and paper of each; fitted: yours, with their
            ids (only where the server has logins; elsewhere a fitted detector is known by its id alone).
        """
        own = [row for owner in callers_names(request) for row in self.desk.store.fitted(owner)]
        return {
            "detectors": [card.as_dict() for card in list_detectors(modality)],
            "fitted": [listed(row) for row in own if request.username and modality in (None, row.modality)],
        }

    async def fit(
        self,
        request: gr.Request,
        files: list[Upload],
        name: str = "",
        modality: KindName | None = None,
        detector: str | None = None,
    ) -> AsyncIterator[Json]:
        """Fit a detector on normal data, to explain or score many inputs with it.

        Args:
            files: normal images or series; for images with their texts: the images and a .txt of the same name for
            each, or a table of images and texts. Uploads, their addresses, or data: URIs.
            name: what to call it.
            modality: "image", "series" or "pair"; without it, told by the files.
            detector: a name that `detectors` lists; without it, chosen by the data.

        Returns:
            id, by which `explain`, `score` and `forget` know it, name, detector, modality, normals, created, seconds;
            why it was chosen; notes: what reading the files changed, guessed or left out. While it
            runs: status, what it is doing, how many steps of how many are done.
        """
        owner = caller(request)
        order = FitOrder(tuple(one.path for one in all_received(files)), name, modality, detector)
        while (last := self.fits.of(owner)) is not None and not last.progress.over:
            yield {"status": "waiting", "doing": WAITING}
            await asyncio.sleep(TICK)
        job = self.fits.start(owner, order)
        try:
            while not (progress := job.progress).over:
                yield {"status": progress.status, **{key: getattr(progress, key) for key in ("doing", "done", "total")}}
                await asyncio.sleep(TICK)
        finally:
            job.cancel()  # where the caller left; what is over cannot be cancelled
        if progress.row is None:
            raise AnomalystError(progress.error or "fitting was cancelled; start it again.")
        yield {"status": "done", **listed(progress.row), "why": progress.why, "notes": list(progress.notes)}

    def score(
        self,
        request: gr.Request,
        detector: str,
        files: list[Upload],
        texts: list[str] | None = None,
        alpha: float | None = None,
        alarms_per_day: float | None = None,
    ) -> Json:
        """Score files with a fitted detector, without an explanation.

        Args:
            detector: id that `fit` gave.
            files: images or series of the detector's kind.
            texts: for a detector of images with their texts: the text of each file, in the same order.
            alpha: alarm level: the share of normal samples that may raise an alarm; without it, 0.05.
            alarms_per_day: instead of alpha, false alarms to allow per day of a series; per 1,000 rows where it has no
            time stamps.

        Returns:
            results: for each file sample_p, sample_score, verdict (anomalous, normal or cannot tell), doubt, why it
            cannot tell, and alpha, the alarm level of that; of a series also rows, with time, score, p_value and
            top_channel at each time stamp; notes: what reading the file changed, guessed or left out, and why a number
            is null. A file that cannot be read has an error instead.
        """
        row = fitted(self.desk, detector, request)
        allowed = Allowed(alpha, alarms_per_day)
        require(0 < len(files) <= MAX_FILES, "files", f"{len(files):,} of them", f"1 to {MAX_FILES:,} files")
        wanted = len(files) if modality_of(row.modality).ways.texted else 0
        require(len(texts or []) == wanted, "texts", texts, f"{wanted} of them: a text for each file of a pair")
        load_libraries()
        judging = Judging(load_detector(row.folder))
        given = zip(files, texts or [""] * len(files), strict=True)
        results = [_result(judging, n, one, text or None, allowed) for n, (one, text) in enumerate(given, 1)]
        return {"detector": row.detector, "results": results}

    def forget(self, request: gr.Request, detector: str) -> Json:
        """Delete a detector that you fitted. Runs made with it keep their own copy.

        Args:
            detector: id that `fit` gave.

        Returns:
            forgotten: what was deleted.
        """
        row = fitted(self.desk, detector, request)
        self.desk.store.remove_fitted(row.owner, row.id)
        shutil.rmtree(row.folder, ignore_errors=True)
        return {"forgotten": listed(row)}


def listed(row: FittedRow) -> Json:
    """A fitted detector without where it lies and whose it is."""
    shown = ("id", "name", "detector", "modality", "normals", "created", "seconds")
    return {name: getattr(row, name) for name in shown}


def _result(judging: Judging, number: int, given: Upload, text: str | None, allowed: Allowed) -> Json:
    """The scores of one file, the `number`th, or why it has none."""
    name = f"file {number}"
    try:
        one = received(given)
        name = one.name
        sample = load_sample(one.path, None if text else judging.detector.card.modality, text)
        return {"input": name, **_scored(judging, sample, allowed.level(sample))}
    except InputError as error:
        return {"input": name, "error": without_paths(in_api(error))}


def _scored(judging: Judging, sample: Sample, level: AlarmLevel) -> Json:
    """The scores of one sample as JSON values."""
    sample = modality_of(sample.modality).brought(sample, judging.detector.usual_)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # all-NaN stretches of a series
        score_map = judging.score(sample)
    answer, notes = numbers(whole_score(sample, score_map, level.alpha, judging) | {"alpha": level.alpha})
    notes = [*sample.notes, *level.notes, *judging.detector.notes_, *notes]
    table = modality_of(sample.modality).rows(sample, score_map)
    if table is None:
        return answer | {"notes": notes}
    if len(table) > MAX_ROWS:
        notes.append(f"{len(table):,} rows; of more than {MAX_ROWS:,} only the whole is told")
        return answer | {"rows": [], "notes": notes}
    if unscored := int((~np.isfinite(score_map.scores)).sum()):
        notes.append(f"score and p_value are null where no value could be scored: {unscored:,} of {len(table):,} rows")
    rows = json.loads(table.to_json(orient="records", date_format="iso", double_precision=10))
    return answer | {"rows": rows, "notes": notes}


def numbers(values: Json) -> tuple[Json, list[str]]:
    """The values with numbers of any kind as JSON numbers; one that is not finite is null, and a note says so."""
    plain = {name: float(v) if isinstance(v, float | np.number) else v for name, v in values.items()}
    lost = {name: v for name, v in plain.items() if isinstance(v, float) and not math.isfinite(v)}
    notes = [f"{name} is null: the detector gave {value}, which is no finite number" for name, value in lost.items()]
    return plain | dict.fromkeys(lost), notes
