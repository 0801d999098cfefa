"""What the detectors tab shows and does, without its components: fitted detectors, thresholds, cards, progress."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.fit_jobs import FitOrder, Progress, planned
from anomalyst.agent.page.desk.store import FittedRow
from anomalyst.agent.page.detectors.calibration import LEVELS, Judge, judges, threshold
from anomalyst.agent.page.parts.kinds import nouns_of
from anomalyst.agent.page.parts.picker import Entry, entries_html
from anomalyst.agent.page.parts.views import part, show_seconds, show_time
from anomalyst.detectors.registry import detector_class, detector_names, list_detectors
from anomalyst.errors import InputError
from anomalyst.modalities.registry import modalities, modality

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TEMPLATE = "detectors_tab.html.j2"
FITTED = "fitted:"
NONE_FITTED = "None yet. Fit one below, and every analysis with it starts at once."


@dataclass(frozen=True)
class Opened:
    """A fitted detector as it is shown: its numbers, its judges by name, the picture of the one that is chosen."""

    html: str
    names: list[str]
    figure: Figure | None


def choices(desk: Desk, owner: str) -> list[tuple[str, str]]:
    """What can be chosen for an analysis: (label, value), the owner's fitted detectors first as "fitted:<id>", then the
    registered names."""
    own = [(f"{row.name} (fitted {row.detector})", FITTED + row.id) for row in desk.store.fitted(owner)]
    return own + [(name, name) for name in detector_names()]


def fitted_list(rows: list[FittedRow], current: str = "") -> str:
    """The fitted detectors as rows to pick from."""
    return entries_html("Fitted detectors", [_entry(row) for row in rows], NONE_FITTED, current)


def _entry(row: FittedRow) -> Entry:
    nouns = nouns_of(row.modality)
    count = f"{row.normals:,} {nouns.many if nouns else row.modality}"
    return Entry(row.id, row.name, (row.detector, count, show_time(row.created)), show_seconds(row.seconds))


def fitted_row(desk: Desk, owner: str, id: str) -> FittedRow:
    """One fitted detector of the owner. Raises InputError if there is none of this id."""
    row = next((row for row in desk.store.fitted(owner) if row.id == id), None)
    if row is None:
        raise InputError("this fitted detector is no longer there; pick another one.")
    return row


def remove(desk: Desk, owner: str, id: str) -> FittedRow:
    """Delete a fitted detector and its folder; runs made with it keep their own copy. Raises InputError."""
    row = fitted_row(desk, owner, id)
    desk.store.remove_fitted(owner, id)
    shutil.rmtree(row.folder, ignore_errors=True)
    return row


def opened(row: FittedRow, judged_by: str = "") -> Opened:
    """A fitted detector with its thresholds, by the judge of this name, else by the one that gives the verdict.

    Raises ModelError if its folder cannot be read.
    """
    from anomalyst.agent.page.detectors.calibration_figure import calibration_figure

    found = judges(row.folder)
    judge: Judge | None = next((one for one in found if one.name == judged_by), found[0] if found else None)
    levels = [threshold(judge.conformal, alpha) for alpha in LEVELS] if judge else []
    figure = calibration_figure(judge, levels) if judge else None
    return Opened(
        part(TEMPLATE, "fitted", row, modality(row.modality).nouns, judge, levels), [one.name for one in found], figure
    )


def cards_html(kind: str, family: str) -> str:
    """The cards of the registered detectors, of one kind and family if given."""
    shown = [card for card in list_detectors(kind or None) if family in ("", card.family)]
    data_of = {name: kind.nouns.data for name, kind in modalities().items()}
    return part(TEMPLATE, "cards", shown, data_of)


def card_html(order: FitOrder, backbone: str | None) -> str:
    """The card of the detector that would be fitted, and why; "" while there is nothing to tell. Raises InputError."""
    if order.detector:
        return _one_card(order.detector, "")
    if not order.files:
        return ""
    _, decision = planned(order, backbone)
    return _one_card(decision.name, decision.reason)


def _one_card(name: str, why: str) -> str:
    card = detector_class(name).card
    return part(TEMPLATE, "one_card", card, modality(card.modality).nouns.data, why)


def progress_html(progress: Progress) -> str:
    """How far a fit is, or what came of it."""
    return part(TEMPLATE, "progress", progress)


def detectors_of(kind: Any) -> list[tuple[str, str]]:
    """Choices of a detector to fit: automatic first."""
    return [("Automatic", ""), *((name, name) for name in detector_names(kind or None))]
