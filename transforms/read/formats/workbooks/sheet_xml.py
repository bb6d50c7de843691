"""What the XML of a workbook says beside its values: what is hidden, errors, how cells are shown, its true size.

Does not read the table: calamine does, after this check has found the parts harmless.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from transforms.read import addresses
from transforms.read.formats.shown import UNCALCULATED, runs_text, seen
from transforms.read.formats.workbooks.package import damaged
from transforms.read.formats.workbooks.shared_texts import (
    MAX_ELEMENTS,
    RunReader,
    Runs,
    SharedTexts,
    read_shared_texts,
    shared_text,
)
from transforms.read.formats.workbooks.sheet_facts import MAX_MERGED, SheetFacts, percent_text
from transforms.read.formats.workbooks.sheet_styles import MIN_POINTS, Styles, read_styles
from transforms.read.formats.workbooks.workbook_parts import workbook_parts
from transforms.read.formats.workbooks.xml_parts import (
    MAX_OTHER_ELEMENTS,
    Elements,
    elements,
    local,
    named,
    new_parser,
    parse,
    whole_number,
)
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, too_large

# A cell so far from all others is no part of a table; up to MAX_STRAYS of them are left out and named.
FAR_ROWS = 100_000
FAR_COLUMNS = 200
MAX_STRAYS = 20
MIN_WIDTH = 0.3  # of a column, in letters; what is narrower is not seen

_TAGS = 4  # of a cell with a shared text: its own and those of its value
_TAG_END = re.compile(rb">")


@dataclass(frozen=True)
class Workbook:
    """What the scan of a sheet must know of its workbook. `recalculated`: a stored 0 of a formula is a placeholder."""

    styles: Styles
    texts: SharedTexts
    texts_part: bytes
    recalculated: bool


def look_through(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[SheetFacts]]:
    """The parts that are read, without stray cells, and the facts of each sheet in the workbook's order.

    Raises UnreadableError for damaged XML, a DTD, and anything beyond the limits.
    """
    found = workbook_parts(parts)
    book = Workbook(
        read_styles(elements(found.styles)),
        read_shared_texts(found.texts),
        found.texts,
        _recalculates(found.workbook),
    )
    facts: list[SheetFacts] = []
    sheets: list[bytes | None] = []
    for part in found.sheets:
        scanned, known = (None, SheetFacts()) if part is None else _scan(part, book)
        sheets.append(scanned)
        facts.append(known)
    return found.packed(sheets), facts


def _recalculates(workbook: Elements) -> bool:
    """Whether Excel is to calculate all formulas on opening: a cached 0 is then a placeholder."""
    return any(attributes.get("fullCalcOnLoad") in {"1", "true"} for attributes in named(workbook, "calcPr"))


def _scan(part: bytes, book: Workbook) -> tuple[bytes, SheetFacts]:
    """The sheet without its stray cells, and its facts. With many far cells the sheet is wide: none is a stray."""
    scan = _SheetScan(part, book)
    if len(scan.strays) > MAX_STRAYS:
        scan = _SheetScan(part, book, every_cell=True)
    for start, end in reversed(scan.strays):
        part = part[:start] + part[end:]
    return part, scan.facts


class _SheetScan:
    """One pass over a sheet's XML. Follows calamine in where a cell without an address stands."""

    def __init__(self, part: bytes, book: Workbook, every_cell: bool = False) -> None:
        self.part = part
        self.facts = SheetFacts()
        self.book = book
        self.looks = book.styles.looks
        self.percent = book.styles.percent
        # The kinds of cells whose value must be read whatever their style.
        self.watched = {"e"}
        # One text in very many cells could fill the memory.
        longest = max(book.texts.lengths, default=0)
        if longest * (part.count(b"<") // _TAGS) > MAX_TEXT or book.texts.runs:
            self.watched.add("s")
        if b"rPr" in part:
            self.watched.add("inlineStr")
        self.inline: RunReader | None = None
        self.shown: dict[tuple[int, bool], str] = {}
        self.far_rows = MAX_ROWS if every_cell else FAR_ROWS
        self.far_columns = MAX_COLUMNS * 10 if every_cell else FAR_COLUMNS
        self.strays: list[tuple[int, int]] = []
        self.stray = False
        self.place = 0
        self.row = -1
        self.column = self.elements = self.others = self.characters = 0
        self.last_row = self.last_column = 0
        self.cell: tuple[int, int] = (0, 0)
        self.kind = self.style = ""
        self.formula = False
        self.value: list[str] = []
        self.known_columns: dict[str, int] = {}
        self.parser: expat.XMLParserType = new_parser()
        self.parser.StartElementHandler = self.start
        parse(self.parser, part)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_large(row=self.row + 1)
        if name == "v":
            self._start_value()
        elif name == "c":
            self._start_cell(attributes)
        elif ":" in name:
            self.start(local(name), attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "is":
            self._start_value()
            if self.kind == "inlineStr" and "inlineStr" in self.watched:
                self.inline = RunReader()
                self.parser.CharacterDataHandler = self.inline.data
        elif name == "f":
            self.formula = True
            self.parser.EndElementHandler = self.end
        else:
            self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        self.others += 1
        if self.others > (MAX_ELEMENTS if name in {"t", "r", "rPr"} else MAX_OTHER_ELEMENTS):
            raise too_large()
        if self.inline is not None:
            self.inline.start(name, attributes)
        elif name == "col" and (
            attributes.get("hidden") in {"1", "true"} or _below(attributes.get("width"), MIN_WIDTH)
        ):
            first, last = whole_number(attributes.get("min", "")), whole_number(attributes.get("max", ""))
            if not 0 < first <= last:
                raise damaged()
            if len(self.facts.hidden_columns) < MAX_COLUMNS:
                self.facts.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))
        elif name == "mergeCell":
            self.facts.merged += 1
            if self.facts.merged > MAX_MERGED:
                raise too_large()

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else whole_number(number) - 1
        self.column = 0
        if not 0 <= self.row < MAX_ROWS:
            raise damaged()
        if attributes.get("hidden") in {"1", "true"} or _below(attributes.get("ht"), MIN_POINTS):
            self.facts.hidden_rows.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            self.cell = (self.row, self.column)
            self.column += 1
        else:
            letters = address.rstrip("0123456789")
            column = self.known_columns.get(letters)
            if column is None:
                column = self.known_columns[letters] = _column(letters)
            row = whole_number(address[len(letters) :]) - 1
            if not 0 <= row < MAX_ROWS:
                raise damaged()
            self.cell = (row, column)
            self.column = column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = False
        row, column = self.cell
        if column >= self.last_column + self.far_columns or row > self.last_row + self.far_rows:
            self.place = self.parser.CurrentByteIndex

    def _start_value(self) -> None:
        row, column = self.cell
        if row > self.last_row or column > self.last_column:
            if row > self.last_row + self.far_rows or column >= self.last_column + self.far_columns:
                self._start_stray()
                return
            self.last_row = max(self.last_row, row)
            self.last_column = max(self.last_column, column)
            if (self.last_row + 1) * (self.last_column + 1) > MAX_CELLS or self.last_column >= MAX_COLUMNS:
                raise too_large(row=row + 1)
        if self.style in self.looks:
            self.facts.looks[self.cell] = self.looks[self.style]
        if self.formula or self.kind in self.watched or (self.style in self.percent and self.kind == "n"):
            self._read_value()

    def _start_stray(self) -> None:
        self.stray = True
        self._read_value()

    def _read_value(self) -> None:
        self.value = []
        self.parser.CharacterDataHandler = self.value.append
        self.parser.EndElementHandler = self.end

    def end(self, name: str) -> None:
        name = local(name)
        if self.inline is not None:
            self.inline.end(name)
        if name in {"v", "c"}:
            self.parser.CharacterDataHandler = None
        if name == "c":
            self.parser.EndElementHandler = None
            if self.stray:
                self._end_stray("".join(self.value).strip())
            else:
                self._end_cell("".join(self.value).strip())
            self.value = []
            self.inline, self.stray = None, False

    def _end_cell(self, value: str) -> None:
        if self.kind == "e":
            self.facts.texts[self.cell] = value
        elif self.kind == "s":
            index = whole_number(value)
            lengths, runs = self.book.texts.lengths, self.book.texts.runs
            self.characters += lengths[index] if 0 <= index < len(lengths) else 0
            if self.characters > MAX_TEXT:
                raise too_large(row=self.cell[0] + 1)
            if index in runs:
                self._put_runs(index, runs[index])
        elif self.inline is not None:
            self._put_runs(-1, self.inline.runs())
        elif self.kind == "n" and self.formula and (not value or (self.book.recalculated and value in {"0", "0.0"})):
            self.facts.texts[self.cell] = UNCALCULATED
        elif self.kind == "n" and self.style in self.percent:
            self.facts.texts[self.cell] = percent_text(value)

    def _put_runs(self, index: int, runs: Runs) -> None:
        white = (self.style or "0") in self.book.styles.white
        if index < 0 or (index, white) not in self.shown:
            text = runs_text(runs if white else seen(runs))
            self.shown[index, white] = text
        if any(not look.plain for _, look in runs):
            self.facts.texts[self.cell] = self.shown[index, white]

    def _end_stray(self, value: str) -> None:
        if self.kind == "s":
            value = shared_text(self.book.texts_part, whole_number(value)).strip()
        elif self.inline is not None:
            value = "".join(text for text, _ in self.inline.runs()).strip()
        if value:
            row, column = self.cell
            self.facts.strays[f"{addresses.letters(column)}{row + 1}"] = value
        end = _TAG_END.search(self.part, self.parser.CurrentByteIndex)
        self.strays.append((self.place, end.end() if end else len(self.part)))


def _below(text: str | None, least: float) -> bool:
    """Whether a height or width is stated and too small to be seen."""
    try:
        return text is not None and float(text) < least
    except ValueError:
        return False


def _column(letters: str) -> int:
    if not 0 < len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        raise damaged()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1
