"""The business date as files state it. All figures are ordinary."""

from datetime import date, datetime

from tests.corpus.recipes.tools import Page, text, xls, xlsx
from tests.corpus.recipes.usual import CSV, HEADER, ROWS, TABLE

_BY_ROW = (*HEADER, "Ngày báo cáo")


def _title(line: str) -> bytes:
    return text(f"{line};;;;", *CSV)


def _column(value: str) -> bytes:
    return text(";".join(_BY_ROW), f"1;Đất đai;1489;11;1500;{value}", f"2;Hộ tịch;0;5;5;{value}")


def _typed(value: object) -> Page:
    return Page((_BY_ROW, *((*row, value) for row in ROWS)))


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return {
        "day-month-year.csv": _column("5/8/2022"),
        "with-time.csv": _column("05/08/2022 14:05:00"),
        "compact-with-time.csv": _column("20220805140500"),
        "iso.csv": _column("2022-08-05"),
        "iso-with-offset.csv": _column("2022-08-05T14:05:00+07:00"),
        "dashes.csv": _column("05-08-2022"),
        "excel-serial-as-text.csv": _column("44778"),
        "excel-serial.xlsx": xlsx(_typed(44778)),
        "date-cells.xlsx": xlsx(_typed(date(2022, 8, 5))),
        "date-and-time-cells.xlsx": xlsx(_typed(datetime(2022, 8, 5, 14, 5))),
        "date-cells.xls": xls(_typed(date(2022, 8, 5))),
        "title-day.csv": _title("Ngày 05/08/2022"),
        "title-in-words.csv": _title("Số liệu tính đến ngày 05 tháng 8 năm 2022"),
        "title-period.csv": _title("(Từ ngày 01/08/2022 đến hết ngày 05/08/2022)"),
        "title-date-cell.xlsx": xlsx(Page((("Ngày báo cáo", date(2022, 8, 5)), *TABLE))),
        "place-and-day-of-writing.csv": _title("Thái Nguyên, ngày 08 tháng 8 năm 2022"),
        "another-day.csv": _title("Ngày 06/08/2022"),
        "another-day-in-one-row.csv": text(
            ";".join(_BY_ROW), "1;Đất đai;1489;11;1500;05/08/2022", "2;Hộ tịch;0;5;5;04/08/2022"
        ),
        "month-before-day.csv": _column("8/5/2022"),
        "no-such-day.csv": _column("31/02/2022"),
        "two-digit-year.csv": _column("05/08/22"),
    }
