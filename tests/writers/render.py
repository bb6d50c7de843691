"""The one way in: a table and a way of writing in, the bytes of a file out. Writes no file."""

from datetime import date

from demo.writers.delimited import delimited_text
from demo.writers.html import html_text
from demo.writers.numbers import english
from demo.writers.style import Style
from demo.writers.xlsx import xlsx_bytes
from tests.writers import records
from tests.writers.encoding import encode
from tests.writers.sheet import lay_out
from tests.writers.table import Table
from tests.writers.way import Way
from tests.writers.xls import xls_bytes

_DAY = date(2022, 8, 5)
_SEPARATORS = {"csv_semicolon": ";", "csv_comma": ",", "csv_tab": "\t"}
_RECORDS = {
    "json_array": records.json_array,
    "json_data": records.json_data,
    "ndjson": records.ndjson,
    "xml": records.xml,
}


def write(table: Table, way: Way) -> bytes:
    """The table as a file. Raises UnicodeEncodeError where the encoding lacks a character."""
    if way.format in _RECORDS:
        return encode(_RECORDS[way.format](table, way), way)
    sheet = lay_out(table, way)
    match way.format:
        case "xlsx":
            return xlsx_bytes(sheet, _DAY)
        case "xls":
            return xls_bytes(sheet)
        case "html":
            return encode(html_text(sheet, Style("html")), way)
        case _:
            return encode(delimited_text(sheet, _SEPARATORS[way.format], english, False), way)
