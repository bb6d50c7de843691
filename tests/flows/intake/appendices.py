"""The appendices of the report of August 2022, in every format in which an office may send them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from docx import Document

FIGURES = Path(__file__).parents[3] / "reference" / "demo" / "august-2022.csv"
UNITS = Path(__file__).parents[3] / "reference" / "units.csv"
HEADER = ["TT", "Đơn vị", "Trực tuyến (1)", "Trực tiếp (2)", "Tổng số (3) = (1) + (2)", "Tỷ lệ (%) (1)/(3)"]
TITLES = {
    "departments": "Phụ lục 02. Kết quả giải quyết hồ sơ trực tuyến tại các sở, ban, ngành",
    "districts": "Phụ lục 03. Kết quả giải quyết hồ sơ trực tuyến tại UBND các huyện, thành phố",
}
SUMS = {"departments": (14500, 4357, 18857, "76,89"), "districts": (5045, 1063, 6108, "82,60")}
GROUPS = {"departments": "Sở, ban, ngành", "districts": "Huyện"}
ALL = (19545, 5420, 24965, "78,29")

Table = tuple[str, list[list[object]]]


def printed(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def tables(**changed: str) -> list[Table]:
    """Title and rows of the three appendices, figures as printed; `changed`: unit → its name in the file."""
    with UNITS.open(encoding="utf-8") as file:
        units = {row["unit_id"]: row for row in csv.DictReader(file)}
    with FIGURES.open(encoding="utf-8") as file:
        stated = list(csv.DictReader(file))
    whole: list[list[object]] = [
        [number, GROUPS[group], *map(printed, SUMS[group][:3]), SUMS[group][3]]
        for number, group in enumerate(GROUPS, start=1)
    ]
    whole.append([3, "Tổng", *map(printed, ALL[:3]), ALL[3]])
    found: list[Table] = [("Phụ lục 01. Kết quả giải quyết hồ sơ trực tuyến trên địa bàn tỉnh", whole)]
    for group, title in TITLES.items():
        rows: list[list[object]] = [["", "Tổng cộng", *map(printed, SUMS[group][:3]), SUMS[group][3]]]
        own = [row for row in stated if units[row["unit_id"]]["unit_group"] == group]
        for number, row in enumerate(own, start=1):
            name = changed.get(row["unit_id"].replace("-", "_"), units[row["unit_id"]]["name"])
            counts = [printed(int(row[column])) for column in ("online", "in_person", "total")]
            rows.append([number, name, *counts, row["printed_rate_pct"]])
        found.append((title, rows))
    return found


def as_csv(given: list[Table]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for title, rows in given:
        writer.writerows([[title], HEADER, *rows, []])
    return out.getvalue().encode()


def as_html(given: list[Table]) -> bytes:
    page = "".join(
        f"<p>{title}</p><table>{''.join(_row(row) for row in [HEADER, *rows])}</table>" for title, rows in given
    )
    return f"<html><meta charset='utf-8'><body>{page}</body></html>".encode()


def _row(row: list[object] | list[str]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"


def as_xlsx(given: list[Table]) -> bytes:
    """One sheet with all tables below one another, figures as numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Phụ lục")
        at = 0
        for title, rows in given:
            sheet.merge_range(at, 0, at, len(HEADER) - 1, title)
            for row in [HEADER, *rows]:
                at += 1
                sheet.write_row(at, 0, [_number(cell) for cell in row])
            at += 3
    return out.getvalue()


def _number(cell: object) -> object:
    text = str(cell).replace(".", "")
    return (
        int(text)
        if text.isdecimal()
        else float(text.replace(",", "."))
        if "," in text[1:] and text[0].isdigit()
        else cell
    )


def as_docx(given: list[Table]) -> bytes:
    document = Document()
    document.add_paragraph("Văn phòng UBND tỉnh báo cáo kết quả tháng 8 năm 2022 như sau:")
    for title, rows in given:
        document.add_paragraph(title)
        table = document.add_table(rows=0, cols=len(HEADER))
        for row in [HEADER, *rows]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = str(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMATS: dict[str, Callable[[list[Table]], bytes]] = {
    "csv": as_csv,
    "html": as_html,
    "xlsx": as_xlsx,
    "docx": as_docx,
}
