"""Which administrative procedures a list names, and what a code looks like. Reads no export and counts nothing."""

import re

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.csv_file import CsvFile
from transforms.dictionary.problems import raise_if_any

FILE = "procedures.csv"
# A code of the national database (1.000123, 1.000123.000.00.00.H55) or of the one before it (T-TNG-123456-TT).
CODE = r"^(\d\.\d{6}(\.[0-9A-Z]{1,3}){0,6}|[A-Z]{1,5}(-[A-Z]{2,5})?-\d{3,6}(-[A-Z]{2})?)$"
_COLUMNS = ("code", "list", "name", "valid_from", "valid_to", "source")
_LIST = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_procedures(text: str) -> pl.DataFrame:
    """The rows of reference/procedures.csv as REFERENCE["procedures"]: a procedure on a list, for some days.

    Raises ConfigurationError with all rows that are wrong: a code without the form of one, a list that is no id, no
    source, two names for one code, days on which a list has a code twice.
    """
    file = CsvFile(FILE, text, _COLUMNS)
    rows: list[tuple[object, ...]] = []
    names: dict[str, tuple[str, int]] = {}
    spans: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for line, row in file.rows:
        code, listed, name = row["code"], row["list"], row["name"]
        since, until = file.span(line, row)
        if not re.match(CODE, code):
            file.fault(line, "phải là mã thủ tục hành chính, như 1.000123", "cột code", code)
        if not _LIST.fullmatch(listed):
            file.fault(line, "phải gồm chữ thường không dấu, số và dấu -", "cột list", listed)
        if not row["source"]:
            file.fault(line, "phải ghi nguồn: không có nguồn thì không ghi mã", "cột source")
        if name and (other := names.setdefault(code, (name, line)))[0] != name:
            file.fault(line, f"khác tên ở dòng {other[1]} của cùng mã {code}", "cột name", name)
        own = (row["valid_from"], row["valid_to"] or "9999-12-31", line)
        for first, last, earlier in spans.setdefault((listed, code), []):
            if own[0] <= last and first <= own[1]:
                file.fault(line, f"trùng ngày với dòng {earlier}: cùng danh mục, cùng mã", "cột code", code)
        spans[listed, code].append(own)
        rows.append((listed, code, name or None, since, until, row["source"]))
    raise_if_any(file.problems)
    return pl.DataFrame(rows, schema=REFERENCE["procedures"].schema, orient="row")
