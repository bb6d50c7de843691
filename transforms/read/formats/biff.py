"""What the records of an Excel 97-2003 workbook say beside its values, and its stream in a fresh container.

Does not read the table: that is calamine's part, which must never see a container or record not looked through.
"""

import io
import struct

import olefile

from transforms.read.formats.package import damaged
from transforms.read.formats.sheet_facts import MAX_MERGED, MAX_TEXT, UNCALCULATED, SheetFacts, percent_text
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, too_large
from transforms.read.refusal import UnreadableError, refuse

MAX_SHEETS = 256

# Record types, after [MS-XLS].
_FORMULA, _EOF, _DATEMODE, _FILEPASS, _CONTINUE, _CODEPAGE = 0x06, 0x0A, 0x22, 0x2F, 0x3C, 0x42
_COLINFO, _BOUNDSHEET, _MULRK, _RSTRING, _XF, _MERGED = 0x7D, 0x85, 0xBD, 0xD6, 0xE0, 0xE5
_SST, _LABELSST, _NUMBER, _LABEL, _BOOLERR, _STRING = 0xFC, 0xFD, 0x203, 0x204, 0x205, 0x207
_ROW, _RK, _FORMAT, _BOF = 0x208, 0x27E, 0x41E, 0x809
_NOTHING = 0xFFFF

_CELLS = frozenset({_FORMULA, _MULRK, _RSTRING, _LABELSST, _NUMBER, _LABEL, _BOOLERR, _RK})
_SHORTEST = {
    _FORMULA: 22,
    _EOF: 0,
    _DATEMODE: 2,
    _FILEPASS: 2,
    _CONTINUE: 0,
    _CODEPAGE: 2,
    _COLINFO: 10,
    _BOUNDSHEET: 8,
    _MULRK: 12,
    _RSTRING: 8,
    _XF: 4,
    _MERGED: 2,
    _SST: 8,
    _LABELSST: 10,
    _NUMBER: 14,
    _LABEL: 8,
    _BOOLERR: 8,
    _STRING: 2,
    _ROW: 16,
    _RK: 10,
    _FORMAT: 4,
    _BOF: 4,
}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BUILT_IN_PERCENT = frozenset({9, 10})
_HIDDEN_ROW = 0x20
_RECALCULATE = 0b11  # always, or on load: a 0 kept with the formula is then a placeholder

_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_OTHERS = {"WordDocument": "Word", "PowerPoint Document": "PowerPoint", "__properties_version1.0": "Outlook"}


def workbook_stream(content: bytes) -> bytes:
    """The workbook's stream in an OLE container. Raises UnreadableError for a password, other documents and damage."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            for stream, program in _OTHERS.items():
                if container.exists(stream):
                    raise refuse(f"tệp là tài liệu {program}, không phải Excel", f"the file is of {program}, not Excel")
            if container.exists("EncryptedPackage"):
                raise password()
            name = next((name for name in _STREAMS if container.exists(name)), None)
            if name is None or container.get_size(name) > len(content):
                raise damaged()
            return bytes(container.openstream(name).read())
    except (OSError, ValueError, struct.error, IndexError, TypeError, AttributeError, MemoryError) as error:
        raise damaged() from error


def password() -> UnreadableError:
    """The refusal of an encrypted workbook."""
    return refuse("tệp Excel có mật khẩu; hãy bỏ mật khẩu", "the Excel file has a password; remove it")


def look_through_biff(stream: bytes) -> tuple[bytes, list[SheetFacts]]:
    """The stream without the records that are not needed, and the facts of each sheet in the workbook's order.

    Formulas are emptied, their values stay. Raises UnreadableError for damage and beyond the limits.
    """
    scan = _BiffScan(stream)
    scan.run()
    return bytes(scan.stream), scan.facts


class _BiffScan:
    """One pass over all records, which must be framed and nested as they should."""

    def __init__(self, stream: bytes) -> None:
        self.stream = bytearray(stream)
        self.facts: list[SheetFacts] = []
        self.places: dict[int, int] = {}  # offset of a sheet's first record → number of the sheet
        self.names: set[bytes] = set()
        self.depth = self.cells = self.merged = self.last_row = self.last_column = 0
        self.part: SheetFacts | str = ""  # which part of the workbook the pass is in
        self.percent_formats = dict.fromkeys(_BUILT_IN_PERCENT, True)
        self.styles: list[int] = []
        self.shared: list[bytes] = []
        self.previous = 0
        self.labels: list[int] = []

    def run(self) -> None:
        stream = bytes(self.stream)
        place = 0
        while place + 4 <= len(stream):
            kind, size = struct.unpack_from("<HH", stream, place)
            if place + 4 + size > len(stream):
                break
            self._record(place, kind, stream[place + 4 : place + 4 + size])
            place += 4 + size
        if self.depth or self.places:
            raise damaged()
        if self.shared and len(self.labels) * min(sum(map(len, self.shared)), 32767) > MAX_TEXT:
            lengths = shared_lengths(self.shared)
            if sum(lengths[label] if label < len(lengths) else 0 for label in self.labels) > MAX_TEXT:
                raise too_large()

    def _record(self, place: int, kind: int, data: bytes) -> None:
        if len(data) < _SHORTEST.get(kind, 0) or (place == 0 and kind != _BOF):
            raise damaged()
        if kind not in _SHORTEST:
            struct.pack_into("<H", self.stream, place, _NOTHING)
        if kind == _BOF:
            self.depth += 1
            if self.depth == 1:
                self.part = "globals" if place == 0 else self._sheet_at(place)
        elif kind == _EOF:
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and self.part == "globals":
            self._global(kind, data)
        elif self.depth == 1 and isinstance(self.part, SheetFacts):
            self._of_sheet(place, kind, data, self.part)
        self.previous = kind if kind != _CONTINUE else self.previous

    def _sheet_at(self, place: int) -> SheetFacts | str:
        self.last_row = self.last_column = 0
        number = self.places.pop(place, None)
        return "" if number is None else self.facts[number]

    def _global(self, kind: int, data: bytes) -> None:
        match kind:
            case 0x2F if any(data[:2]):
                raise password()
            case 0x85:
                (place,) = struct.unpack_from("<I", data)
                if place in self.places or data[6:] in self.names or len(self.facts) >= MAX_SHEETS:
                    raise damaged()
                self.places[place] = len(self.facts)
                self.names.add(data[6:])
                self.facts.append(SheetFacts())
            case 0x41E:
                self.percent_formats[struct.unpack_from("<H", data)[0]] = b"%" in data
            case 0xE0:
                self.styles.append(struct.unpack_from("<H", data, 2)[0])
            case 0xFC:
                self.shared = [data[8:]]
            case 0x3C if self.previous == _SST:
                self.shared.append(data)

    def _of_sheet(self, place: int, kind: int, data: bytes, facts: SheetFacts) -> None:
        if kind in _CELLS:
            self._cell(place, kind, data, facts)
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", data)
            if flags & _HIDDEN_ROW:
                facts.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, _, _, flags = struct.unpack_from("<5H", data)
            if flags & 1 and len(facts.hidden_columns) < MAX_COLUMNS:
                facts.hidden_columns.update(range(first, min(last + 1, MAX_COLUMNS)))
        elif kind == _MERGED:
            (areas,) = struct.unpack_from("<H", data)
            self.merged += areas
            if len(data) < 2 + 8 * areas:
                raise damaged()
            if self.merged > MAX_MERGED:
                raise too_large()

    def _cell(self, place: int, kind: int, data: bytes, facts: SheetFacts) -> None:
        row, column, style = struct.unpack_from("<3H", data)
        last = column
        if kind == _MULRK:
            last = struct.unpack_from("<H", data, len(data) - 2)[0]
            if len(data) != 6 + 6 * (last - column + 1):
                raise damaged()
        self.cells += last - column + 1
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, last)
        too_wide = self.last_column >= MAX_COLUMNS
        if self.cells > MAX_CELLS or too_wide or (self.last_row + 1) * (self.last_column + 1) > MAX_CELLS:
            raise too_large(row=row + 1)
        match kind:
            case 0xFD:
                self.labels.append(struct.unpack_from("<I", data, 6)[0])
            case 0x205 if data[7]:
                facts.texts[row, column] = _ERRORS.get(data[6], "#N/A")
            case 0x203:
                self._number(row, column, style, struct.unpack_from("<d", data, 6)[0], facts)
            case 0x27E:
                self._number(row, column, style, _rk(data[6:10]), facts)
            case 0xBD:
                for index in range(last - column + 1):
                    style = struct.unpack_from("<H", data, 4 + 6 * index)[0]
                    self._number(row, column + index, style, _rk(data[6 + 6 * index : 10 + 6 * index]), facts)
            case 0x06:
                self._formula(row, column, style, data, facts)
                # The formula itself is not needed, and long texts can hide in it: it becomes one of no tokens.
                struct.pack_into("<H", self.stream, place + 4 + 20, 0)

    def _formula(self, row: int, column: int, style: int, data: bytes, facts: SheetFacts) -> None:
        (flags,) = struct.unpack_from("<H", data, 14)
        if data[12:14] == b"\xff\xff":
            if data[6] == 2:
                facts.texts[row, column] = _ERRORS.get(data[8], "#N/A")
            return
        (number,) = struct.unpack_from("<d", data, 6)
        if number == 0 and flags & _RECALCULATE:
            facts.texts[row, column] = UNCALCULATED
        else:
            self._number(row, column, style, number, facts)

    def _number(self, row: int, column: int, style: int, number: float, facts: SheetFacts) -> None:
        if style < len(self.styles) and self.percent_formats.get(self.styles[style]):
            facts.texts[row, column] = percent_text(repr(number))


def _rk(data: bytes) -> float:
    """A number in four bytes: the upper half of a double or 30 bits of an integer, perhaps hundredfold."""
    (raw,) = struct.unpack("<i", data)
    number = float(raw >> 2) if raw & 2 else struct.unpack("<d", bytes(4) + struct.pack("<i", raw & ~3))[0]
    return float(number / 100 if raw & 1 else number)


def shared_lengths(pieces: list[bytes]) -> list[int]:
    """The lengths in characters of the shared texts of SST and its continuations. Raises UnreadableError."""
    lengths: list[int] = []
    piece, place = 0, 0

    def skip(size: int) -> None:
        nonlocal piece, place
        while size > len(pieces[piece]) - place:
            size -= len(pieces[piece]) - place
            piece, place = piece + 1, 0
        place += size

    try:
        while piece < len(pieces):
            if place >= len(pieces[piece]):
                piece, place = piece + 1, 0
                continue
            left, flags = struct.unpack_from("<HB", pieces[piece], place)
            lengths.append(left)
            place += 3
            runs = struct.unpack_from("<H", pieces[piece], place)[0] if flags & 8 else 0
            place += 2 if flags & 8 else 0
            extra = struct.unpack_from("<I", pieces[piece], place)[0] if flags & 4 else 0
            place += 4 if flags & 4 else 0
            while left > (fits := (len(pieces[piece]) - place) // (2 if flags & 1 else 1)):
                left -= fits
                piece, place = piece + 1, 1  # a continued text says anew how wide its characters are
                flags = flags & ~1 | pieces[piece][0] & 1
            place += left * (2 if flags & 1 else 1)
            skip(4 * runs + extra)
    except (IndexError, struct.error) as error:
        raise damaged() from error
    return lengths


_SECTOR = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def wrap(stream: bytes) -> bytes:
    """An OLE container (version 4) that holds the workbook's stream and nothing else."""
    count = max(-(-len(stream) // _SECTOR), 1)
    per_sector = _SECTOR // 4
    tables = -(-(count + 1) // (per_sector - 1))
    if tables > 109:
        raise too_large()
    chain = [*range(1, count), _END, _END, *[_FAT] * tables]
    chain.extend([_FREE] * (tables * per_sector - len(chain)))
    header = struct.pack(
        "<8s16x5H6x9I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 4, 0xFFFE, 12, 6),
        *(1, tables, count, 0, _SECTOR, _END, 0, _END, 0),
    )
    places = [*range(count + 1, count + 1 + tables), *[_FREE] * (109 - tables)]
    return b"".join(
        [
            (header + struct.pack("<109I", *places)).ljust(_SECTOR, b"\0"),
            stream.ljust(count * _SECTOR, b"\0"),
            (_entry("Root Entry", 5, 1, 0, 0) + _entry("Workbook", 2, _FREE, 0, count * _SECTOR)).ljust(_SECTOR, b"\0"),
            struct.pack(f"<{len(chain)}I", *chain),
        ]
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack("<64sHBB3I36xIQ", text, len(text) + 2, kind, 1, _FREE, _FREE, child, start, size)
