"""Writes rows as they are into an .xlsx: for tests in which only the cells matter. Knows no table of a unit."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter


def workbook(rows: Iterable[Sequence[object]], *sheets: str) -> bytes:
    """A workbook in which each of the sheets (by default one, `Sheet1`) holds these rows."""
    rows, out = list(rows), io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in sheets or ("Sheet1",):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()
