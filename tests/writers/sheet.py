"""Where a table stands on a sheet, titles and signatures included. Knows no file format."""

from decimal import Decimal

from demo.writers.layout import Cell, Merge, Ordinal, Row, Sheet
from tests.writers.names import columns, header
from tests.writers.numbers import count_text, rate_text
from tests.writers.table import Line, Table, lines
from tests.writers.way import BINARY, Way

_TITLES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "THỐNG KÊ HỒ SƠ THỦ TỤC HÀNH CHÍNH XỬ LÝ TRỰC TUYẾN",
    "Ngày 05/08/2022",
    "Đơn vị tính: hồ sơ",
)
_SIGNERS = ("Người lập biểu", "Thủ trưởng đơn vị")


def lay_out(table: Table, way: Way) -> Sheet:
    """The whole sheet, from the national header to the signatures."""
    width = len(columns(way))
    sheet = Sheet(())
    if way.titles:
        for title in _TITLES:
            sheet += Sheet((Row("title", (way.spell(title), *[None] * (width - 1))),), (Merge(0, 0, 1, width),))
    sheet += _header(way)
    if way.column_numbers:
        sheet += Sheet((Row("header", tuple(f"({number})" for number in range(1, width + 1))),))
    sheet += Sheet(tuple(Row("body", _cells(line, way)) for line in lines(table, way)))
    if way.footer:
        blank: tuple[Cell, ...] = (None,) * width
        signers: list[Cell] = [None] * width
        signers[0], signers[-1] = map(way.spell, _SIGNERS)
        sheet += Sheet((Row("footer", blank), Row("footer", tuple(signers))))
    return sheet


def _header(way: Way) -> Sheet:
    """One row per level; equal neighbours are one wide cell, a name with nothing below reaches down."""
    paths = header(way)
    levels = len(paths[0])
    cells: list[list[Cell]] = [[path[level] or None for path in paths] for level in range(levels)]
    merges: list[Merge] = []
    for level in range(levels):
        column = 0
        while column < len(paths):
            path = paths[column]
            if not path[level]:
                column += 1
                continue
            wide = 1
            while column + wide < len(paths) and paths[column + wide][: level + 1] == path[: level + 1]:
                cells[level][column + wide] = None
                wide += 1
            deep = 1
            while level + deep < levels and not path[level + deep]:
                deep += 1
            if wide > 1 or deep > 1:
                merges.append(Merge(level, column, deep, wide))
            column += wide
    return Sheet(tuple(Row("header", tuple(row)) for row in cells), tuple(merges))


def _cells(line: Line, way: Way) -> tuple[Cell, ...]:
    cells: dict[str, Cell] = {
        "ordinal": Ordinal(line.ordinal) if isinstance(line.ordinal, int) else line.ordinal,
        "field": line.label,
        "online": _count(line.online, way),
        "in_person": _count(line.in_person, way),
        "total": _count(line.total, way),
        "rate": _rate(line.rate, way),
    }
    return tuple(cells[column] for column in columns(way))


def _count(count: int | None, way: Way) -> Cell:
    typed = way.format in BINARY and way.numbers == "plain" and not (way.dashes and count == 0)
    return count if count is None or typed else count_text(count, way)


def _rate(rate: Decimal | None, way: Way) -> Cell:
    return rate if rate is None or (way.format in BINARY and way.numbers == "plain") else rate_text(rate, way)
