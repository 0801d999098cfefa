"""The command `detectors`: what there is to choose from, in a table that fits 80 columns, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.agent.cli.common import JsonOption, guarded, out_console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from anomalyst.detectors.contract import Card

# What a cost is told for: usual sizes.
EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "image": ("50 normal images and one more", {"normals": 50}),
    "pair": ("1000 matching pairs and one more", {"normals": 1000}),
    "series": (
        "5000 normal rows of 5 channels",
        {"normals": 1, "rows": 2000, "normal_rows": 5000, "channels": "abcde"},
    ),
}
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
    for modality in EXAMPLES:
        console.print(_table(modality, [card for card in cards if card.modality == modality]), "")
    console.print("Times are of one core without a GPU. All that is known: anomalyst detectors --json")


def _table(modality: str, cards: list[Card]) -> Table:
    """One modality's detectors by family, in the order of the registry."""
    from rich.table import Table

    title = f"{modality.capitalize()} detectors; fit and score of {EXAMPLES[modality][0]}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("name", no_wrap=True, min_width=NAME_WIDTH)
    table.add_column("fit", justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("best for")
    for family in dict.fromkeys(card.family for card in cards):
        table.add_row(family, style="dim italic")
        for card in (card for card in cards if card.family == family):
            cost = _cost(card)
            costs = [f"{cost[f'{part}_seconds']:.2g} s" for part in ("fit", "score")]
            table.add_row(f"  {card.name}", *costs, card.best_for)
    return table


def _cost(card: Card) -> dict[str, Any]:
    """Seconds to fit on the example of the modality and to score one sample, and the measured accuracy."""
    from anomalyst.detectors.cost import MEASURED, estimate
    from anomalyst.evidence.units import rounded

    planned = estimate(card.name, EXAMPLES[card.modality][1], gpu=False)
    costs = {"fit_seconds": rounded(planned.fit, 2), "score_seconds": rounded(planned.score, 2)}
    return costs | {"measured_accuracy": MEASURED[card.name].accuracy}
