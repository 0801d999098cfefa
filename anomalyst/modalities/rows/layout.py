"""Which lines of a text table are its data: titles, comments, `sep=;` and a row of units are told apart from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anomalyst.modalities.files import display_name
from anomalyst.modalities.unit_names import known_unit

SEPARATORS = (",", ";", "\t", "|")
BLANKS = r"\s+"  # columns apart by blanks only
MOST_TITLES = 30
_LOOKED_AT = 20  # lines that show what is usual
_USUAL = 0.8  # a header has as many cells as this share of the lines below it
_SEP_LINE = re.compile(r"^\s*\"?sep=(.)\"?[^\S\n]*\r?\n", re.IGNORECASE)
_COMMENT = re.compile(r"^[^\S\n]*#[^\n]*\n", re.MULTILINE)

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE_LIKE = re.compile(
    r"^\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}T\d|\d{1,3}:\d{2}(?!\d)|\d{4}-\d{2}(?!\d)|\d{4}-?Q[1-4]\s*$"
    rf"|\d{{1,2}}[ /-]{_MONTH}[ /-]\d{{2,4}}|(?:[A-Z][a-z]{{2}},? )?{_MONTH} \d{{1,2}},? )"
)


@dataclass(frozen=True)
class Layout:
    """The data of a text table. `text`: header and rows, without what stands above or between; `names`: the header's
    cells; `units`: those of the row of units, by name; `notes`: what was taken off."""

    text: str
    separator: str
    names: list[str]
    header: bool
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def layout_of(text: str) -> Layout:
    """Find the header and the rows of a text that is not blank."""
    notes: list[str] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    text, given = _without_sep_line(text, notes)
    text = _without_comments(text, notes)
    lines = first_lines(text)
    skip, separator = _header_at(lines, given)
    if skip:
        notes.append(f"the lines above the header were left out: {_quoted(lines[:skip])}")
        text = text[_offset(text, skip) :]
    text = _without_trailing(text, separator, notes)
    lines = first_lines(text)
    names = fields(lines[0], separator)
    header = not _no_header(names, separator)
    units: dict[str, str] = {}
    if header and len(lines) > 3 and (units := _units_row(names, fields(lines[1], separator))):
        start, stop = _offset(text, 1), _offset(text, 2)
        text = text[:start] + text[stop:]
        notes.append(f"the row below the header was read as units: {', '.join(u for u in units.values())}")
    return Layout(text, separator, names, header, units, tuple(notes))


def looks_like_date(cell: object) -> bool:
    """Whether a cell is text that begins like a date or a time of day."""
    return isinstance(cell, str) and bool(_DATE_LIKE.match(cell))


def first_lines(text: str) -> list[str]:
    """The first lines that are not blank."""
    return [line for line in text[:100_000].split("\n") if line.strip()][: MOST_TITLES + _LOOKED_AT]


def sniff_separator(lines: list[str]) -> str:
    """The separator, among SEPARATORS: in the first line, and as often in the most other lines; else the comma."""
    bare = [_bare(line) for line in lines]
    first = {s: bare[0].count(s) for s in SEPARATORS}

    def rank(separator: str) -> tuple[bool, float, int]:
        agreeing = sum(line.count(separator) == first[separator] for line in bare) / len(bare)
        return first[separator] > 0, agreeing, first[separator] if separator == "," else 1000 + first[separator]

    return max(SEPARATORS, key=rank) if any(first.values()) else ","


def fields(line: str, separator: str) -> list[str]:
    """The cells of one line."""
    if separator == BLANKS:
        return line.split()
    kept = re.sub(r'"[^"]*"', lambda found: found.group().replace(separator, " "), line)
    return [cell.strip().strip('"') for cell in kept.split(separator)]


def _without_sep_line(text: str, notes: list[str]) -> tuple[str, str]:
    """(the text without a first line `sep=;`, the separator that it names or "")."""
    found = _SEP_LINE.match(text)
    if not found or found.group(1) not in SEPARATORS:
        return text, ""
    notes.append(f"the first line names the separator: {found.group(1)!r}")
    return text[found.end() :], found.group(1)


def _without_comments(text: str, notes: list[str]) -> str:
    """The text without lines that begin with #; the last one stays if it is the header of what follows."""
    if "#" not in text or '"' in text:
        return text
    comments = _COMMENT.findall(text)
    if not comments:
        return text
    kept = _COMMENT.sub("", text)
    rows, last = first_lines(kept), comments[-1].strip().lstrip("# ")
    if rows and text.lstrip().startswith(comments[0].lstrip()) and _names_columns(last, rows):
        comments, kept = comments[:-1], f"{last}\n{kept}"
    if comments:
        notes.append(f"{len(comments)} line{'s' * (len(comments) > 1)} of comment left out: {_quoted(comments)}")
    return kept


def _names_columns(line: str, rows: list[str]) -> bool:
    """Whether a comment is the header of rows that have none."""
    separator = sniff_separator(rows)
    cells = fields(rows[0], separator)
    return len(cells) > 1 and _no_header(cells, separator) and len(fields(line, separator)) == len(cells)


def _header_at(lines: list[str], given: str) -> tuple[int, str]:
    """(the line of the header, the separator): the first line with as many cells as the lines below it."""
    for skip in range(min(MOST_TITLES, len(lines) - 3) + 1 if len(lines) > 3 else 1):
        rest = lines[skip : skip + _LOOKED_AT]
        separator = given or sniff_separator(rest)
        counts = [_bare(line).count(separator) for line in rest]
        usual = sum(count == counts[0] for count in counts) >= _USUAL * len(counts)
        if counts[0] and usual and (not skip or not _no_header(fields(rest[0], separator), separator)):
            return skip + _is_title(rest, separator), separator
    if not given and _apart_by_blanks(lines):
        return 0, BLANKS
    return 0, given or sniff_separator(lines[:_LOOKED_AT])


def _is_title(lines: list[str], separator: str) -> bool:
    """Whether the first line is a title that was padded to the width of the table: names stand in the next one."""
    if len(lines) < 4:
        return False
    first, second, *rest = (fields(line, separator) for line in lines[:6])
    words = all(second) and not any(_is_number(cell) or looks_like_date(cell) for cell in second)
    padded = sum(bool(cell) for cell in first) == 1 < len(first)
    return words and padded and any(_is_number(cell) for row in rest for cell in row)


def _apart_by_blanks(lines: list[str]) -> bool:
    """Whether lines without any separator hold columns of numbers that are apart by blanks."""
    cells = [line.split() for line in lines[:_LOOKED_AT]]
    alike = len(lines) > 2 and len(cells[0]) > 1 and len({len(row) for row in cells}) == 1
    none = not any(separator in line for line in lines[:_LOOKED_AT] for separator in SEPARATORS)
    return alike and none and all(_is_number(cell) for row in cells[1:] for cell in row)


def _without_trailing(text: str, separator: str, notes: list[str]) -> str:
    """The text without a separator at the end of each row that the header does not have."""
    lines = first_lines(text)
    if separator == BLANKS or len(lines) < 2 or separator not in lines[0]:
        return text
    width, rows = _bare(lines[0]).count(separator), lines[1:_LOOKED_AT]
    if not all(row.rstrip(" ").endswith(separator) and _bare(row).count(separator) == width + 1 for row in rows):
        return text
    notes.append("a separator at the end of each row was left out")
    return re.sub(re.escape(separator) + r" *$", "", text, flags=re.MULTILINE)


def _units_row(names: list[str], cells: list[str]) -> dict[str, str]:
    """The units of a row that holds nothing else, by column name; {} if it is no row of units."""
    if len(names) != len(cells) or not any(cells):
        return {}
    units = {name: known_unit(cell.strip("()[] ")) for name, cell in zip(names, cells, strict=True) if cell.strip("- ")}
    dated = [name for name, cell in zip(names, cells, strict=True) if name in units and not units[name]]
    words = all(re.search(r"[a-z]{2}", cell, re.IGNORECASE) for n, cell in zip(names, cells, strict=True) if n in dated)
    found = {name: unit for name, unit in units.items() if unit}
    return found if found and len(dated) <= 1 and (not dated or (dated == names[:1] and words)) else {}


def _offset(text: str, count: int) -> int:
    """Where in the text the first `count` lines that are not blank end."""
    at = 0
    while count:
        end = text.index("\n", at) + 1
        count -= bool(text[at:end].strip())
        at = end
    return at


def _bare(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _quoted(lines: list[str]) -> str:
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
    return ", ".join(repr(display_name(line.strip(), 40)) for line in lines[:3]) + more


def _no_header(cells: list[str], separator: str) -> bool:
    """Whether every cell is a number or a date, as in a file without header."""
    filled = [cell.replace(",", ".") if separator != "," else cell for cell in cells if cell]
    numbers: list[str] = list(filter(_is_number, filled))
    return bool(numbers) and all(_is_number(cell) or looks_like_date(cell) for cell in filled)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
