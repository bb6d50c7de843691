"""What a page says around its tables, line by line: titles, periods, units of measure. Understands none of it."""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from transforms.read.formats.documents.page_styles import Element
from transforms.read.formats.merged import covered

MAX_LINES = 60  # around a table, the nearest
_MAX_LETTERS = 400  # a longer line is no title
_MAX_ROWS = 30  # a longer table is no letterhead
_MAX_KEPT = 20_000
# What is there to be pressed or chosen, and not said of the table.
_CONTROLS = frozenset({"a", "aside", "button", "datalist", "footer", "label", "li", "menu", "nav", "option", "select"})
# The clock of a portal: `Thứ hai, ngày 06/09/2022`.
_CLOCK = re.compile(r"(?:hôm nay|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)\b", re.IGNORECASE)


class PageLines:
    """Collects letters outside of cells. `lines`: each behind the number of tables that began before it."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.pieces: list[str] = []

    def add(self, text: str, element: Element) -> None:
        """Letters inside this element, where they are shown and no control."""
        if text.strip() and not element.gone and element.look.unseen is False and not _is_control(element):
            self.pieces.append(html.unescape(text))

    def break_line(self, tables: int) -> None:
        """The line ends here, behind the beginning of so many tables."""
        if self.pieces:
            line = " ".join("".join(self.pieces).split())
            self.pieces = []
            if not _CLOCK.match(line):
                self.keep(line, tables)

    def keep(self, line: str, tables: int) -> None:
        """Keep a whole line behind the beginning of so many tables, unless it is blank or too long for a title."""
        if line and len(line) <= _MAX_LETTERS and len(self.lines) < _MAX_KEPT:
            self.lines.append((tables, line))


def _is_control(element: Element) -> bool:
    around: Element | None = element
    while around is not None:
        if around.name in _CONTROLS:
            return True
        around = around.parent
    return False


@dataclass(frozen=True)
class Said:
    """All lines of a page in their order (place, line, whether it stands in the table of that number).

    `tables`: the numbers of the tables with figures; a line between two of them is said of the second.
    """

    lines: list[tuple[int, str, bool]]
    tables: list[int]


def said_by_all(lines: Iterable[tuple[int, str]], tables: Sequence[tuple[int, Sequence[Sequence[str]]]]) -> Said:
    """The lines outside of tables, and the rows of short tables without figures; `tables`: number and texts of each."""
    said = [(place, line, False) for place, line in lines]
    said += ((number, line, True) for number, rows in tables for line in _letterhead(rows))
    return Said(sorted(said, key=itemgetter(0)), [number for number, rows in tables if _has_figures(rows)])


def around(said: Said, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines above and below the table of this number, without its own rows."""
    at = bisect_left(said.tables, number)
    start = bisect_right(said.lines, said.tables[at - 1], key=itemgetter(0)) if at else 0
    end = bisect_right(said.lines, number, key=itemgetter(0))
    above: list[str] = []
    for place, line, in_table in reversed(said.lines[max(end - MAX_LINES - _MAX_ROWS, start) : end]):
        if not (in_table and place == number) and len(above) < MAX_LINES:
            above.append(line)
    is_last = not said.tables or said.tables[-1] <= number
    below = said.lines[end : end + MAX_LINES] if is_last else []
    return tuple(reversed(above)), tuple(line for _, line, _ in below)


def _has_figures(rows: Iterable[Sequence[str]]) -> bool:
    """Whether two rows or more have a figure: a year or a number in a letterhead makes no table of figures."""
    return len(list(islice((row for row in rows if any(cell and covered(cell) == "" for cell in row)), 2))) == 2


def _letterhead(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of a short table that have no figure."""
    if len(rows) > _MAX_ROWS:
        return
    for row in rows:
        cells = [cell for cell in row if cell]
        cells = [cell for place, cell in enumerate(cells) if not place or cells[place - 1] != cell]
        if cells and not any(covered(cell) == "" for cell in cells):
            line = "\t".join(cells)
            if len(line) <= _MAX_LETTERS:
                yield line
