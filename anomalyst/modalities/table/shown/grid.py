"""Rows of a table as a drawing: cells to blame marked, what normal rows hold beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

LINE, SMALL, PAD, LETTER = 20, 15, 8, 7.2  # pixels: of a line, of a line beneath, around a text, of a letter on average
MOST_LETTERS = 18  # of a cell
LEAST_WIDTH = 800  # pixels
MARK = "#d9480f"


@dataclass(frozen=True)
class Box:
    """A cell. `beneath`: what is usual instead; `marked`: it is to blame."""

    text: str
    beneath: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Grid:
    """Cells by row, below `heads`; rows from `quiet` on are drawn in grey."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]
    quiet: int = 10**9


def drawn(grid: Grid, alt: str) -> Markup:
    """The grid as an SVG drawing in the page's colours."""
    widths = [_width([head, *(t for row in grid.rows for t in (row[k].text, row[k].beneath))])
              for k, head in enumerate(grid.heads)]  # fmt: skip
    parts, top = [_heads(grid.heads, widths)], float(LINE + 4)
    for number, row in enumerate(grid.rows):
        high = LINE + (SMALL if any(box.beneath for box in row) else 0)
        parts.append(_cells(row, widths, top, high, number >= grid.quiet))
        top += high
    width = max(sum(widths), LEAST_WIDTH)  # where it is drawn as wide as a page, letters are no larger than others
    size = Markup(' width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}"').format(width, top + 2)
    told = Markup(' role="img" aria-label="{}" font-size="12" font-family="sans-serif"').format(alt)
    return Markup('<svg xmlns="http://www.w3.org/2000/svg"{}{}>{}</svg>').format(size, told, Markup("").join(parts))


def short(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _width(texts: Sequence[str]) -> float:
    return 2 * PAD + LETTER * max((len(short(text)) for text in texts), default=1)


def _heads(texts: Sequence[str], widths: Sequence[float]) -> Markup:
    """The heads of the columns, and the line beneath them."""
    found, left = [], 0.0
    for text, width in zip(texts, widths, strict=True):
        found.append(_text(short(text), left + PAD, 14, "currentColor", bold=True))
        left += width
    rule = '<path d="M0 {0:.0f}H{1:.0f}" stroke="currentColor" stroke-opacity=".4"/>'
    return Markup("").join([*found, Markup(rule).format(LINE, left)])


def _cells(row: Sequence[Box], widths: Sequence[float], top: float, high: float, quiet: bool) -> Markup:
    found, left = [], 0.0
    for box, width in zip(row, widths, strict=True):
        if box.marked:
            found.append(_mark(left + 2, top + 1, width - 4, high - 2))
        found.append(_text(short(box.text), left + PAD, top + 14, "currentColor", bold=box.marked, faint=quiet))
        if box.beneath:
            found.append(_text(short(box.beneath), left + PAD, top + 14 + SMALL, "currentColor", faint=True))
        left += width
    return Markup("").join(found)


def _mark(left: float, top: float, width: float, high: float) -> Markup:
    place = Markup('x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="3"').format(left, top, width, high)
    return Markup('<rect {} fill="{}" fill-opacity=".22" stroke="{}"/>').format(place, MARK, MARK)


def _text(text: str, left: float, top: float, colour: str, *, bold: bool = False, faint: bool = False) -> Markup:
    more = Markup(' font-weight="600"' if bold else "") + Markup(' fill-opacity=".65"' if faint else "")
    return Markup('<text x="{:.0f}" y="{:.0f}" fill="{}"{}>{}</text>').format(left, top, colour, more, escape(text))
