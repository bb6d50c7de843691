"""A table as records: JSON in its shapes, NDJSON, XML. Has no layout."""

import json
from xml.sax.saxutils import escape

from tests.writers.names import columns, keys
from tests.writers.numbers import count_text, rate_text
from tests.writers.table import Line, Table, lines
from tests.writers.way import Way

_Value = str | int | float | None


def json_array(table: Table, way: Way) -> str:
    """`[{…}, {…}]`."""
    return json.dumps(_records(table, way), ensure_ascii=False, indent=1)


def json_data(table: Table, way: Way) -> str:
    """`{"data": [{…}]}`, with scalars beside it where there are titles."""
    about: dict[str, object] = {"tieuDe": "Thống kê hồ sơ", "ngay": "2022-08-05"} if way.titles else {}
    return json.dumps({**about, "data": _records(table, way)}, ensure_ascii=False)


def ndjson(table: Table, way: Way) -> str:
    """One record a line."""
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in _records(table, way))


def xml(table: Table, way: Way) -> str:
    """One element a record, one child a value; no declaration, as the encoding of the bytes is chosen later."""
    body = "".join(
        "<hoSo>" + "".join(f"<{key}>{_xml_text(value)}</{key}>" for key, value in record.items()) + "</hoSo>\n"
        for record in _records(table, way)
    )
    return f"<danhSach>\n{body}</danhSach>\n"


def _xml_text(value: _Value) -> str:
    # A parser would make a bare carriage return a line feed.
    return "" if value is None else escape(str(value), {"\r": "&#13;"})


def _records(table: Table, way: Way) -> list[dict[str, _Value]]:
    return [dict(zip(keys(way), _values(line, way), strict=True)) for line in lines(table, way)]


def _values(line: Line, way: Way) -> list[_Value]:
    values: dict[str, _Value] = {
        "ordinal": line.ordinal,
        "field": line.label,
        "online": _count(line.online, way),
        "in_person": _count(line.in_person, way),
        "total": _count(line.total, way),
        "rate": None
        if line.rate is None
        else float(line.rate)
        if way.numbers == "plain"
        else rate_text(line.rate, way),
    }
    return [values[column] for column in columns(way)]


def _count(count: int | None, way: Way) -> _Value:
    if count is None or (way.numbers == "plain" and not (way.dashes and count == 0)):
        return count
    return count_text(count, way)
