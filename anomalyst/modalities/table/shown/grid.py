"""Rows of a table as a drawing: cells to blame marked, what normal rows hold beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

LINE, SMALL, PAD, LETTER = 20, 15, 8, 6.6  # pixels: of a line, of a line beneath, around a text, of a letter on average
MOST_LETTERS = 18  # of a cell
FIRST = 12


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
    parts, top = [_line(grid.heads, widths, 0.0, "weight")], float(LINE + 4)
    for number, row in enumerate(grid.rows):
        high = LINE + (SMALL if any(box.beneath for box in row) else 0)
        parts.append(_cells(row, widths, top, high, number >= grid.quiet))
        top += high
    width = sum(widths)
    size = Markup(' width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}"').format(width, top + 2)
    return Markup('<svg xmlns="http://www.w3.org/2000/svg"{} role="img" aria-label="{}" style="max-width:100%;'
                  'height:auto;font:12px sans-serif">{}</svg>').format(size, alt, Markup("").join(parts))  # fmt: skip


def short(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _width(texts: Sequence[str]) -> float:
    return 2 * PAD + LETTER * max((len(short(text)) for text in texts), default=1)


def _line(texts: Sequence[str], widths: Sequence[float], top: float, style: str) -> Markup:
    found, left = [], 0.0
    for text, width in zip(texts, widths, strict=True):
        found.append(_text(short(text), left + PAD, top + 14, "currentColor", bold=True))
        left += width
    found.append(Markup('<path d="M0 {0:.0f}H{1:.0f}" stroke="currentColor" stroke-opacity=".4"/>').format(LINE, left))
    return Markup("").join(found)


def _cells(row: Sequence[Box], widths: Sequence[float], top: float, high: float, quiet: bool) -> Markup:
    found, left = [], 0.0
    for box, width in zip(row, widths, strict=True):
        if box.marked:
            found.append(Markup('<rect x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="3" fill="{}" '
                                'fill-opacity=".22" stroke="{}"/>').format(
                                    left + 2, top + 1, width - 4, high - 2, MARK, MARK))  # fmt: skip
        found.append(_text(short(box.text), left + PAD, top + 14, "currentColor", bold=box.marked, faint=quiet))
        if box.beneath:
            found.append(_text(short(box.beneath), left + PAD, top + 14 + SMALL, "currentColor", faint=True))
        left += width
    return Markup("").join(found)


MARK = "#d9480f"


def _text(text: str, left: float, top: float, colour: str, *, bold: bool = False, faint: bool = False) -> Markup:
    more = Markup(' font-weight="600"' if bold else "") + Markup(' fill-opacity=".65"' if faint else "")
    return Markup('<text x="{:.0f}" y="{:.0f}" fill="{}"{}>{}</text>').format(left, top, colour, more, escape(text))
