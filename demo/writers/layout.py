"""Where a delivery's words and figures stand on a sheet. Knows no file format and how no number is written."""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Literal

from demo.writers.content import Content, Line
from demo.writers.style import Style


class Ordinal(int):
    """A row's own number: a number like a count, but never grouped."""


Cell = str | int | Decimal | None  # int: a count; Decimal: a rate
Kind = Literal["title", "header", "body", "totals", "footer"]

_NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_TITLE = "THỐNG KÊ HỒ SƠ THỦ TỤC HÀNH CHÍNH XỬ LÝ TRỰC TUYẾN MỨC ĐỘ 4"
_MEASURE = "Đơn vị tính: hồ sơ"
_SIGNERS = ("Người lập biểu", "Thủ trưởng đơn vị")
_SIGN_HERE = "(Ký, ghi rõ họ tên)"

_FLAT = (
    "STT",
    "Lĩnh vực",
    "Số hồ sơ trực tuyến (1)",
    "Số hồ sơ trực tiếp (2)",
    "Tổng số (3)=(1)+(2)",
    "Tỷ lệ (%)",
)
_UPPER = ("STT", "Lĩnh vực", "Số lượng hồ sơ", None, None, "Tỷ lệ (%)")
_LOWER = (None, None, "Trực tuyến", "Trực tiếp", "Tổng số", None)
_NUMBERS = ("A", "B", "(1)", "(2)", "(3)", "(4)")

_COUNTS_AT = 2  # the first of the three columns of counts
_RATE_AT = 5


@dataclass(frozen=True)
class Row:
    """One row of the sheet; all rows of a sheet have the same number of cells."""

    kind: Kind
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Merge:
    """The cell at (`row`, `column`) reaches over `rows` × `columns` cells; the others of them are None."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def hidden(self) -> frozenset[tuple[int, int]]:
        """The cells it covers, without its own."""
        reach = product(range(self.row, self.row + self.rows), range(self.column, self.column + self.columns))
        return frozenset(reach) - {(self.row, self.column)}


@dataclass(frozen=True)
class Sheet:
    """Rows from the top, and which cells are merged."""

    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()

    @property
    def hidden(self) -> frozenset[tuple[int, int]]:
        """The cells that no writer writes, because a merged cell covers them."""
        return frozenset().union(*(merge.hidden for merge in self.merges))

    def __add__(self, below: "Sheet") -> "Sheet":
        moved = tuple(replace(merge, row=merge.row + len(self.rows)) for merge in below.merges)
        return Sheet(self.rows + below.rows, self.merges + moved)


def lay_out(content: Content, style: Style) -> Sheet:
    """The sheet from the national header to the signatures, in the unit's normal form."""
    width = _RATE_AT + 1 if style.stated_rate else _RATE_AT
    sheet = _titles(content, style, width) + _header(style, width) + _body(content, width)
    if style.footer:
        sheet += _footer(width)
    return Sheet(tuple(_spelled(row, style) for row in sheet.rows), sheet.merges)


def _titles(content: Content, style: Style, width: int) -> Sheet:
    sheet = Sheet(())
    agency = f"Đơn vị báo cáo: {content.unit_name}" if style.unit_in_file else None
    if style.title_rows:
        # The office stands at the left, the nation at the right, as on every official paper.
        for left, right in zip((agency, None), _NATION, strict=True):
            halves = (Merge(0, 0, 1, 2), Merge(0, 2, 1, width - 2))
            sheet += Sheet((_row("title", width, {0: left, 2: right}),), halves)
        sheet += Sheet((_row("title", width, {}),)) + _across(_TITLE, width)
    elif agency is not None:
        sheet += _across(agency, width)
    if style.date_in_file:
        sheet += _across(_period(content, style), width)
    if style.title_rows:
        sheet += Sheet((_row("title", width, {width - 1: _MEASURE}),))
    return sheet


def _period(content: Content, style: Style) -> str:
    until = f"{content.business_date:%d/%m/%Y}"
    if style.basis == "day":
        return f"Ngày {until}"
    return f"Từ ngày {content.period_from:%d/%m/%Y} đến ngày {until}"


def _header(style: Style, width: int) -> Sheet:
    if style.header == "flat":
        header = Sheet((Row("header", _FLAT[:width]),))
    else:
        over_counts = Merge(0, _COUNTS_AT, 1, 3)
        beside = tuple(Merge(0, column, 2, 1) for column in (0, 1, _RATE_AT) if column < width)
        header = Sheet((Row("header", _UPPER[:width]), Row("header", _LOWER[:width])), (over_counts, *beside))
    if style.column_numbers:
        header += Sheet((Row("header", _NUMBERS[:width]),))
    return header


def _body(content: Content, width: int) -> Sheet:
    return Sheet(tuple(_line(line, width) for line in content.lines))


def _line(line: Line, width: int) -> Row:
    ordinal = None if line.ordinal is None else Ordinal(line.ordinal)
    cells = (ordinal, line.label, line.online, line.in_person, line.total, line.rate)
    return Row("totals" if ordinal is None else "body", cells[:width])


def _footer(width: int) -> Sheet:
    left, right = _SIGNERS
    return Sheet(
        (
            _row("footer", width, {}),
            _row("footer", width, {1: left, width - 2: right}),
            _row("footer", width, {1: _SIGN_HERE, width - 2: _SIGN_HERE}),
        )
    )


def _across(text: str, width: int) -> Sheet:
    return Sheet((_row("title", width, {0: text}),), (Merge(0, 0, 1, width),))


def _row(kind: Kind, width: int, cells: dict[int, Cell]) -> Row:
    return Row(kind, tuple(cells.get(column) for column in range(width)))


def _spelled(row: Row, style: Style) -> Row:
    # Cell by cell: across cells, a field that begins with a combining mark would melt into the markup before it.
    return replace(row, cells=tuple(style.spell(cell) if isinstance(cell, str) else cell for cell in row.cells))
