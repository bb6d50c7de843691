"""The door of the readers: any file's bytes to grids of text. One module per format; none searches for a header."""

import re

from transforms.dictionary.text import has_many_marks
from transforms.read.encoding.decode import decode, letters_lost, old_encoding
from transforms.read.encoding.mojibake import FOREIGN, garbled, lost_letters
from transforms.read.formats.delimited import read_csv
from transforms.read.grid import Grid, Row
from transforms.read.refusal import MAX_CELL, long_cell, many_marks, refuse
from transforms.read.sniff import sniff, sniff_text, without_prefix

_SURROGATE = re.compile("[\ud800-\udfff]")
ODD = re.compile(f"{FOREIGN.pattern}|{_SURROGATE.pattern}")

_BINARY = ("xlsx", "ods", "xls", "docx")


def grids(content: bytes) -> list[Grid]:
    """The tables of a file, whatever its name: its content says what it is.

    Raises UnreadableError for what is no table, damaged, beyond the limits, or written in an old encoding.
    """
    content = without_prefix(content)
    kind = sniff(content)
    if kind in _BINARY:
        found = _read_binary(kind, content)
    else:
        text, encoding = decode(content, markup=content.lstrip()[:1] == b"<")
        found = _read_text(sniff_text(text), text, encoding)
    for grid in found:
        _check_lengths(grid)
        _check_letters(grid)
    return found


def _read_binary(kind: str, content: bytes) -> list[Grid]:
    """Each reader is imported where there is such a file: with lxml and xlrd that is a tenth of a day's imports."""
    match kind:
        case "xlsx":
            from transforms.read.formats.workbooks.xlsx import read_xlsx

            return read_xlsx(content)
        case "ods":
            from transforms.read.formats.workbooks.opendocument import read_ods

            return read_ods(content)
        case "xls":
            from transforms.read.formats.workbooks.xls import read_xls

            return read_xls(content)
        case _:
            from transforms.read.formats.documents.word_tables import read_docx

            return read_docx(content)


def _read_text(kind: str, text: str, encoding: str) -> list[Grid]:
    match kind:
        case "csv":
            return read_csv(text, encoding)
        case "html":
            from transforms.read.formats.documents.html_tables import read_html

            return read_html(text, encoding)
        case "spreadsheetml":
            from transforms.read.formats.workbooks.spreadsheetml import read_spreadsheetml

            return read_spreadsheetml(text, encoding)
        case "fods":
            from transforms.read.formats.workbooks.opendocument import read_fods

            return read_fods(text, encoding)
        case "xml":
            from transforms.read.formats.documents.xml_records import read_xml

            return read_xml(text, encoding)
        case _:
            from transforms.read.formats.documents.json_records import read_json

            return read_json(text, encoding)


_INVALID = ("ô có ký tự không hợp lệ", "a cell holds an invalid character")


def _check_lengths(grid: Grid) -> None:
    """Refuse what stands in no cell and is longer than a cell: the name of a sheet, a key, a line of a page."""
    for text in (grid.sheet, *grid.keys, *grid.above, *grid.below, *grid.strays.values()):
        if len(text) > MAX_CELL:
            raise long_cell()
        if has_many_marks(text):
            raise many_marks()
        if "\0" in text or _SURROGATE.search(text):
            raise refuse(*_INVALID)


def _has_lost_letters(row: Row) -> bool:
    """Whether half or more of the texts of a row have a question mark inside a word: `D??c ph?m`, `T?ng s?`."""
    texts = [cell for cell in row if any(map(str.isalpha, cell))]
    return 2 * sum(1 for cell in texts if lost_letters(cell)) >= max(len(texts), 1)


def _check_letters(grid: Grid) -> None:
    """Refuse a table with a row whose marked texts are half or more garbled: one garbled note is no such row.

    The text is not shown: it may be a person's name.
    """
    for number, row in enumerate(grid.rows, start=1):
        together = "\n".join(row)
        if "\0" in together:  # many programs that read the lake take it for the end of a text
            raise refuse(*_INVALID, row=number)
        if "?" in together and _has_lost_letters(row):
            raise letters_lost(row=number)
        if together.isascii() or not ODD.search(together):
            continue
        if _SURROGATE.search(together):
            raise refuse(*_INVALID, row=number)
        marked = {cell for cell in row if not cell.isascii()}
        named = [name for cell in sorted(marked) if (name := garbled(cell))]
        if named and 2 * len(named) >= len(marked):
            raise old_encoding(named[0], row=number)
