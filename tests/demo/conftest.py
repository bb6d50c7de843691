"""The demo month once for all tests, and readers that share no code with the writers."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from unicodedata import normalize

import lxml.html
import pytest
from python_calamine import CalamineWorkbook

from demo.month import FIRST, LAST, DemoFile, Month, deliveries_of, plan_month
from demo.reference import Reference, load_reference

Grid = list[list[object]]
Counts = list[tuple[str, int, int, int]]


def read_grid(content: bytes, file_format: str) -> Grid:
    """Every row of the file as its cells; JSON records as the row a table would have."""
    match file_format:
        case "xlsx":
            return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        case "html":
            page = lxml.html.document_fromstring(content)
            return [[cell.text_content() for cell in row] for row in page.iter("tr")]
        case "json":
            document = json.loads(content.decode("utf-8-sig"))
            records = document["data"] if isinstance(document, dict) else document
            # Without row numbers only the name distinguishes a row from a total.
            return [["" if normalize("NFC", r["linhVuc"]) == "Tổng cộng" else "1", *r.values()] for r in records]
        case _:
            delimiter = ";" if file_format == "csv_semicolon" else ","
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_counts(content: bytes, file_format: str) -> Counts:
    """(field, online, in_person, total) of every row that has a number of its own."""
    rows = [row for row in read_grid(content, file_format) if str(row[0]).removesuffix(".0").isdigit()]
    return [(str(row[1]), *(whole(cell) for cell in row[2:5])) for row in rows]


def whole(cell: object) -> int:
    return int(cell) if isinstance(cell, int | float) else int(str(cell).replace(".", "").replace(",", ""))


@pytest.fixture(scope="session")
def grid_of() -> Callable[[bytes, str], Grid]:
    return read_grid


@pytest.fixture(scope="session")
def counts_of() -> Callable[[bytes, str], Counts]:
    return read_counts


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference()


@pytest.fixture(scope="session")
def month(reference: Reference) -> Month:
    return plan_month(reference)


@pytest.fixture(scope="session")
def arrivals(month: Month) -> dict[date, list[DemoFile]]:
    """What arrives on each day of the demo."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return {day: deliveries_of(day, month) for day in days}
