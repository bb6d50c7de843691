"""How long a cell and a row of combining marks may be in each format; the bombs of this kind are in test_bombs.py."""

import io
import unicodedata
from collections.abc import Callable

import pytest
import xlwt

from tests.corpus.recipes import opendocument
from tests.reference import headers
from tests.writers.workbook import workbook
from transforms.dictionary.contracts import SUMMARY
from transforms.dictionary.text import MAX_MARKS, has_many_marks, normalized
from transforms.read.filings import read_filings
from transforms.read.refusal import MAX_CELL
from transforms.read.rows.table import MAX_TABLE_ROWS

HEADER = ["Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số"]
Rows = list[list[object]]


def csv(rows: Rows) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


def quoted(rows: Rows) -> bytes:
    return "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode()


def html(rows: Rows) -> bytes:
    lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table>".encode()


def json(rows: Rows) -> bytes:
    import json

    return json.dumps([dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]] * 2).encode()


def xml(rows: Rows) -> bytes:
    names = ("linhVuc", "trucTuyen", "trucTiep", "tongSo")
    record = "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(names, rows[1], strict=True))
    return f"<ds>{f'<r>{record}</r>' * 2}</ds>".encode()


def xls(rows: Rows) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(out)
    return out.getvalue()


def ods(rows: Rows) -> bytes:
    return opendocument.ods(opendocument.Sheet(rows))


WRITERS: list[Callable[[Rows], bytes]] = [csv, quoted, html, json, xml, workbook, xls, ods]


def refusal(content: bytes) -> str:
    found = read_filings({0: content}, SUMMARY, headers()).refusals
    return found[0].describe() if found else ""


def with_field(write: Callable[[Rows], bytes], field: str) -> bytes:
    return write([list(HEADER), [field, 1, 2, 3]])


@pytest.mark.parametrize("write", WRITERS)
def test_a_letter_with_more_marks_than_unicode_foresees_is_refused_by_name(write: Callable[[Rows], bytes]) -> None:
    assert refusal(with_field(write, "Đất" + "\u0323\u0301" * 15 + " đai")) == ""
    assert "quá 30 dấu ghép liền nhau" in refusal(with_field(write, "Đất" + "\u0323\u0301" * 15 + "\u0323 đai"))


@pytest.mark.parametrize("write", [write for write in WRITERS if write not in (workbook, xls)])
def test_a_cell_longer_than_excel_allows_is_refused_by_name(write: Callable[[Rows], bytes]) -> None:
    assert refusal(with_field(write, "a" * MAX_CELL)) == ""
    assert "ô dài quá 32767 ký tự" in refusal(with_field(write, "a" * (MAX_CELL + 1)))


def test_marks_that_meet_once_unseen_signs_are_removed_are_counted_together() -> None:
    field = "a" + "\u0301" * 20 + "\u200b" + "\u0301" * 20
    assert "dấu ghép" in refusal(with_field(csv, field))


def test_rows_of_dashes_dots_and_full_width_signs_are_no_marks() -> None:
    for line in ("–" * 200, "…" * 200, "─" * 200, "：" * 200, "“" * 200):
        assert not has_many_marks(line)
    assert refusal(csv([["–" * 80, "", "", ""], list(HEADER), ["Đất đai", 1, 2, 3]])) == ""


def test_a_text_with_many_marks_is_normalised_piece_by_piece_and_any_other_as_ever() -> None:
    long = "e" + "\u0302\u0323" * 400_000
    assert normalized("NFC", long).startswith("\u1ec7")
    assert max(map(len, normalized("NFD", long).split("\u034f"))) <= MAX_MARKS + 1
    for text in ("Hồ sơ đất đai", unicodedata.normalize("NFD", "Thủy sản – Nông nghiệp"), "a" + "\u0323\u0301" * 15):
        assert normalized("NFC", text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("last", ["Đất đai;1;2;3\n", '"Đất đai";1;2;3\n'])
def test_a_table_of_counts_has_at_most_so_many_rows_and_blank_ones_do_not_count(last: str) -> None:
    head, row = ";".join(HEADER) + "\n", "Hộ tịch;1;2;3\n"
    assert "bảng có 20001 dòng" in refusal((head + row * MAX_TABLE_ROWS + last).encode())
    assert refusal((head + row + ";;;\n" * MAX_TABLE_ROWS + last).encode()) == ""
