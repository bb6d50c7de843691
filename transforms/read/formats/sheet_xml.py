"""What the XML of a workbook says beside its values: what is hidden, errors, percentages, its true size.

Does not read the table: calamine does, after this check has found the parts harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from transforms.read.formats.package import damaged
from transforms.read.formats.sheet_facts import MAX_MERGED, MAX_TEXT, UNCALCULATED, SheetFacts, percent_text
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, too_large
from transforms.read.refusal import refuse

MAX_ELEMENTS = 10_000_000
MAX_OTHER_ELEMENTS = 500_000
MAX_OTHER_PART = 32 * 1024 * 1024

_LONG = 256  # only above, one text in very many cells could fill the memory
_BUILT_IN_PERCENT = frozenset({9, 10})


@dataclass(frozen=True)
class Styles:
    """What the scan of a sheet must know of the workbook: percent styles, untrusted zeros, lengths of shared texts."""

    percent: frozenset[str]
    recalculated: bool
    lengths: tuple[int, ...]


def look_through(parts: Mapping[str, bytes]) -> list[SheetFacts]:
    """The facts of each sheet in the workbook's order.

    Raises UnreadableError for damaged XML, a DTD, and anything beyond the limits.
    """
    roots = {name: _root(part) for name, part in parts.items()}
    styles = Styles(
        _percent_styles(parts.get("xl/styles.xml", b"")),
        _recalculates(parts.get("xl/workbook.xml", b"")),
        tuple(length for name, root in roots.items() if root == "sst" for length in _shared_lengths(parts[name])),
    )
    facts = {name: _scan(parts[name], styles) for name, root in roots.items() if root == "worksheet"}
    if any(len(parts[name]) > MAX_OTHER_PART for name, root in roots.items() if root not in {"sst", "worksheet"}):
        raise too_large()
    return [facts.get(part, SheetFacts()) for part in _sheet_parts(parts)]


class _SeenEnoughError(Exception):
    """Enough was seen of a part."""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_dtd(*_: object) -> None:
        raise refuse("tệp Excel chứa khai báo DTD, không được phép", "the Excel file holds a DTD, which is not allowed")

    def only_utf8(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise damaged()

    parser.StartDoctypeDeclHandler = refuse_dtd
    parser.XmlDeclHandler = only_utf8
    return parser


def _parse(parser: expat.XMLParserType, part: bytes) -> None:
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise damaged() from error


def _root(part: bytes) -> str:
    found = ""

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal found
        found = _local(name)
        raise _SeenEnoughError

    parser = _parser()
    parser.StartElementHandler = start
    try:
        _parse(parser, part[:65536] if len(part) > 65536 else part)
    except _SeenEnoughError:
        return found
    raise damaged()


def _elements(part: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part, in order: local name and attributes."""
    if len(part) > MAX_OTHER_PART:
        raise too_large()
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((_local(name), attributes))
        if len(found) > MAX_OTHER_ELEMENTS:
            raise too_large()

    if part:
        parser = _parser()
        parser.StartElementHandler = start
        _parse(parser, part)
    return found


def _percent_styles(styles: bytes) -> frozenset[str]:
    """The style indexes (`s` of a cell) whose number format shows a percentage."""
    elements = _elements(styles)
    formats = {
        attributes.get("numFmtId"): attributes.get("formatCode", "")
        for name, attributes in elements
        if name == "numFmt"
    }
    inside = False
    percent: set[str] = set()
    index = 0
    for name, attributes in elements:
        if name in {"cellXfs", "cellStyles", "cellStyleXfs", "dxfs"}:
            inside = name == "cellXfs"
        elif inside and name == "xf":
            number = attributes.get("numFmtId", "0")
            if "%" in formats.get(number, "") or (number.isdecimal() and int(number) in _BUILT_IN_PERCENT):
                percent.add(str(index))
            index += 1
    return frozenset(percent)


def _recalculates(workbook: bytes) -> bool:
    """Whether Excel is to calculate all formulas on opening: a cached 0 is then a placeholder."""
    return any(
        name == "calcPr" and attributes.get("fullCalcOnLoad") in {"1", "true"}
        for name, attributes in _elements(workbook)
    )


def _sheet_parts(parts: Mapping[str, bytes]) -> list[str]:
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for name, attributes in _elements(parts.get("xl/_rels/workbook.xml.rels", b""))
        if name == "Relationship"
    }
    found: list[str] = []
    names: set[str] = set()
    for name, attributes in _elements(parts.get("xl/workbook.xml", b"")):
        if name == "sheet":
            names.add(attributes.get("name", ""))
            link = next((value for key, value in attributes.items() if _local(key) == "id" and ":" in key), "")
            target = targets.get(link, "").lstrip("/").lower()
            found.append(target if target.startswith("xl/") else f"xl/{target}")
    if len(names) != len(found):
        raise damaged()
    return found


def _shared_lengths(part: bytes) -> list[int]:
    """The lengths of the shared texts. A count that promises more than the part can hold is a lie."""
    lengths: list[int] = []
    elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MAX_ELEMENTS:
            raise too_large()
        local = _local(name)
        if local == "si":
            lengths.append(0)
            if len(lengths) > MAX_CELLS:
                raise too_large()
        elif local == "sst" and not 0 <= _int(attributes.get("uniqueCount", "0")) <= len(part):
            raise damaged()

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser = _parser()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    _parse(parser, part)
    return lengths


def _int(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _scan(part: bytes, styles: Styles) -> SheetFacts:
    parser = _parser()
    scan = _SheetScan(styles, parser)
    _parse(parser, part)
    return scan.facts


class _SheetScan:
    """One pass over a sheet's XML. Follows calamine in where a cell without an address stands."""

    def __init__(self, styles: Styles, parser: expat.XMLParserType) -> None:
        self.facts = SheetFacts()
        self.styles = styles
        # The kinds of cells whose value must be read whatever their style.
        self.watched = {"e", "s"} if max(styles.lengths, default=0) > _LONG else {"e"}
        self.row = -1
        self.column = self.elements = self.others = self.characters = 0
        self.last_row = self.last_column = 0
        self.cell: tuple[int, int] = (0, 0)
        self.kind = self.style = ""
        self.formula = False
        self.value: list[str] = []
        self.known_columns: dict[str, int] = {}
        self.parser = parser
        parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_large(row=self.row + 1)
        if name == "v":
            self._start_value()
        elif name == "c":
            self._start_cell(attributes)
        elif ":" in name:
            self.start(_local(name), attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "is":
            self._start_value()
        elif name == "f":
            self.formula = True
            self.parser.EndElementHandler = self.end
        else:
            self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        self.others += 1
        if self.others > (MAX_ELEMENTS if name in {"t", "r", "rPr"} else MAX_OTHER_ELEMENTS):
            raise too_large()
        if name == "col" and attributes.get("hidden") in {"1", "true"}:
            first, last = _int(attributes.get("min", "")), _int(attributes.get("max", ""))
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
        self.row = self.row + 1 if number is None else _int(number) - 1
        self.column = 0
        if not 0 <= self.row < MAX_ROWS:
            raise damaged()
        if attributes.get("hidden") in {"1", "true"}:
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
            row = _int(address[len(letters) :]) - 1
            if not 0 <= row < MAX_ROWS:
                raise damaged()
            self.cell = (row, column)
            self.column = column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = False

    def _start_value(self) -> None:
        row, column = self.cell
        if row > self.last_row or column > self.last_column:
            self.last_row = max(self.last_row, row)
            self.last_column = max(self.last_column, column)
            if (self.last_row + 1) * (self.last_column + 1) > MAX_CELLS or self.last_column >= MAX_COLUMNS:
                raise too_large(row=row + 1)
        if self.formula or self.kind in self.watched or (self.style in self.styles.percent and self.kind == "n"):
            self.value = []
            self.parser.CharacterDataHandler = self.value.append
            self.parser.EndElementHandler = self.end

    def end(self, name: str) -> None:
        name = _local(name)
        if name in {"v", "c"}:
            self.parser.CharacterDataHandler = None
        if name == "c":
            self.parser.EndElementHandler = None
            self._end_cell("".join(self.value).strip())
            self.value = []

    def _end_cell(self, value: str) -> None:
        if self.kind == "e":
            self.facts.texts[self.cell] = value
        elif self.kind == "s":
            index = _int(value)
            self.characters += self.styles.lengths[index] if 0 <= index < len(self.styles.lengths) else 0
            if self.characters > MAX_TEXT:
                raise too_large(row=self.cell[0] + 1)
        elif self.kind == "n" and self.formula and (not value or (self.styles.recalculated and value in {"0", "0.0"})):
            self.facts.texts[self.cell] = UNCALCULATED
        elif self.kind == "n" and self.style in self.styles.percent:
            self.facts.texts[self.cell] = percent_text(value)


def _column(letters: str) -> int:
    if not 0 < len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        raise damaged()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1
