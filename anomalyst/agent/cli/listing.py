"""The command `detectors`: what there is to choose from, in a table that fits 80 columns, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.agent.cli.common import JsonOption, guarded, out_console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from anomalyst.detectors.contract import Card

NAME_WIDTH = 23  # the longest name, so that both tables align


@guarded
def detectors(as_json: JsonOption = False) -> None:
    """List the detectors: what each is good for, and about how long it takes."""
    from anomalyst.detectors.registry import list_detectors

    cards = list_detectors()
    if as_json:
        print_json([card.as_dict() | _cost(card) for card in cards])
        return
    console = out_console()
    for modality in sorted({card.modality for card in cards}):
        console.print(_table(modality, [card for card in cards if card.modality == modality]), "")
    console.print("Times are of one core without a GPU. All that is known: anomalyst detectors --json")


def _table(modality: str, cards: list[Card]) -> Table:
    """One modality's detectors by family, in the order of the registry."""
    from rich.table import Table

    from anomalyst.detectors.registry import offer_of

    usual = offer_of(cards[0].name).usual
    title = f"{modality.capitalize()} detectors" + (f"; fit and score of {usual.words}" if usual else "")
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("name", no_wrap=True, min_width=NAME_WIDTH)
    table.add_column("fit", justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("best for")
    for family in dict.fromkeys(card.family for card in cards):
        table.add_row(family, style="dim italic")
        for card in (card for card in cards if card.family == family):
            cost = _cost(card)
            costs = [_told(cost[f"{part}_seconds"]) for part in ("fit", "score")]
            table.add_row(f"  {card.name}", *costs, card.best_for)
    return table


def _told(seconds: float | None) -> str:
    return "not measured" if seconds is None else f"{seconds:.2g} s"


def _cost(card: Card) -> dict[str, Any]:
    """Seconds to fit on what is usual for the kind of data and to score one sample, and the measured accuracy; None for
    what was not measured."""
    from anomalyst.detectors.cost import accuracy, estimate
    from anomalyst.detectors.registry import offer_of
    from anomalyst.evidence.units import rounded

    usual = offer_of(card.name).usual
    planned = estimate(card.name, usual.profile, gpu=False) if usual else None
    fit, score = (None, None) if planned is None else (rounded(planned.fit, 2), rounded(planned.score, 2))
    return {"fit_seconds": fit, "score_seconds": score, "measured_accuracy": accuracy(card.name)}
