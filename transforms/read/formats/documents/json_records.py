"""Records of JSON and of JSON lines as rows. Looks for no header, and takes only scalars for cells."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any, TypeGuard

from transforms.dictionary.text import ascii_key
from transforms.read.formats.documents.claims import Claim, check_claims, titles_of
from transforms.read.formats.documents.records import is_nested, records_grid
from transforms.read.grid import MAX_CELLS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, quoted, refuse

MAX_WRAPPERS = 6
LIST_NAMES = frozenset(
    {"data", "items", "result", "results", "rows", "records", "list", "content", "value", "danhsach"}
)
_HEADERS = frozenset({"columns", "fields", "headers", "header", "cols", "columnnames", "fieldnames", "tieude", "cot"})
_NAMES = ("title", "label", "caption", "header", "name", "field", "key", "id")  # of a column, what people see first
_LINKS = frozenset({"links", "link"})

_Record = dict[str, Any]


@dataclass
class _Found:
    """What a document holds: its lists with their keys, header lists, the scalars beside them, tables by column."""

    records: list[tuple[str, list[_Record]]] = field(default_factory=list)
    rows: list[tuple[str, list[list[object]]]] = field(default_factory=list)
    headers: list[list[object]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    by_column: list[str] = field(default_factory=list)
    by_key: list[str] = field(default_factory=list)


def read_json(text: str, encoding: str) -> list[Grid]:
    """An array of objects or of arrays, an object that holds one (up to MAX_WRAPPERS deep), or one object a line.

    The keys are the header row, in the order they first appear; scalars beside the array become title rows.
    Numbers are read exactly as written. An empty array gives a grid without rows. Raises UnreadableError where no
    or several lists of records are found, where the document says that it holds only a part, for a table written
    column by column, and for a key that one object has twice.
    """
    if text.count(",") > MAX_CELLS or text.count("{") > MAX_ROWS or text.count("[") > MAX_ROWS:
        raise too_large()
    try:
        document = _parse(text)
    except json.JSONDecodeError as error:
        if (records := _lines(text)) is None:
            raise _damaged(error.lineno) from error
        return [records_grid([], records, Origin("ndjson", encoding))]
    if isinstance(document, dict) and len(document) > 1 and not any(map(is_nested, document.values())):
        return [records_grid([], [document], Origin("ndjson", encoding))]
    return [_only_list(document, Origin("json", encoding))]


def _parse(text: str, row: int | None = None) -> Any:
    try:
        # NaN and Infinity stay texts: they are no figures, but may stand for a rate of nothing.
        return json.loads(text, parse_int=str, parse_float=Decimal, parse_constant=str, object_pairs_hook=_unique)
    except RecursionError as error:
        raise _damaged(row) from error


def _damaged(row: int | None) -> UnreadableError:
    return refuse("tệp JSON hỏng hoặc bị cắt cụt", "the JSON file is damaged or truncated", row=row)


def _unique(pairs: list[tuple[str, Any]]) -> _Record:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse("JSON có khóa bị lặp trong một bản ghi", "the JSON has a key twice in one record", column=twice)
    return record


def _lines(text: str) -> list[_Record] | None:
    """The objects of JSON lines, or None where the text is none. A damaged line behind whole ones is refused."""
    records: list[_Record] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _parse(line, number)
        except json.JSONDecodeError as error:
            if not records:
                return None
            raise _damaged(number) from error
        if not isinstance(record, dict):
            return None
        records.append(record)
    return records


def unpacked(value: object) -> Any:
    """The document that a text holds, as .NET services write it (`{"d": "[{…}]"}`); any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        inner = _parse(value)
    except json.JSONDecodeError:
        return value
    return inner if is_nested(inner) else value


def _only_list(written: object, origin: Origin) -> Grid:
    """The one list of the document, with the scalars beside it as title rows."""
    found, document = _Found(), unpacked(written)
    if _are_records(document):
        found.records.append(("", document))
    elif _are_rows(document):
        found.rows.append(("", document))
    elif isinstance(document, dict):
        _search(document, (), found)
    else:
        raise refuse("JSON phải là danh sách các bản ghi", "the JSON must be a list of records")
    filled = [name for name, rows in (*found.records, *found.rows) if rows]
    if not filled and (found.by_column or found.by_key):
        raise _not_by_record(found)
    records = [(name, rows) for name, rows in found.records if rows] or [
        (name, rows) for name, rows in found.records if len(found.records) == 1 and _is_list_name(name)
    ]
    if len(filled) > 1 or not (records or found.rows):
        seen = ", ".join(quoted(name) for name in filled)
        raise refuse(
            "JSON phải có đúng một danh sách bản ghi" + (f", có {len(filled)}: {seen}" if seen else ""),
            "the JSON must hold exactly one list of records" + (f", there are {len(filled)}: {seen}" if seen else ""),
        )
    titles = titles_of(found.claims)
    if records:
        check_claims(found.claims, records[0][1])
        return records_grid(titles, records[0][1], origin)
    return _array_grid(titles, found, origin)


def _array_grid(titles: list[list[object]], found: _Found, origin: Origin) -> Grid:
    """Rows that are arrays: their header is a list beside them, or their first row."""
    rows = found.rows[0][1]
    width = max(map(len, rows))
    header = next((names for names in found.headers if len(names) == width), None)
    by_name = [dict(zip(map(str, header or rows[0]), row, strict=False)) for row in rows]
    check_claims(found.claims, by_name, headers=0 if header else 1)
    turned = next((c for c in found.claims if c.key == "majordimension" and str(c.value).upper() != "ROWS"), None)
    if turned:
        raise _by_column(turned.name)
    if width * len(rows) > MAX_CELLS:
        raise too_large()
    return make_grid("", chain(titles, [header] if header else [], rows), origin, keys=tuple(map(str, header or ())))


def _search(document: _Record, path: tuple[str, ...], found: _Found) -> None:
    """Add what `document` holds; a record inside a list is not searched."""
    if len(path) > MAX_WRAPPERS:
        return
    if _is_by_column(document):
        found.by_column.extend(document)
    elif _is_by_key(document):
        records = {key: value for key, value in document.items() if is_nested(value)}
        if all(key.isdecimal() for key in records):
            found.records.append((".".join(path), list(records.values())))
        else:
            found.by_key.extend(next(iter(records.values())))  # the keys of the records may be persons' names
    for key, written in document.items():
        here, value = (*path, key), unpacked(written)
        if not is_nested(value):
            found.claims.append(Claim(here, value))
        elif isinstance(value, list):
            _add_list(value, here, found)
        elif not key.isdecimal():  # a record under its number is one of a list
            _search(value, here, found)


def _add_list(value: list[Any], path: tuple[str, ...], found: _Found) -> None:
    key, name = ascii_key(path[-1]), ".".join(path)
    if key in _HEADERS and (names := _column_names(value)):
        found.headers.append(names)
    elif _are_records(value) and key in _LINKS:
        found.claims.extend(Claim((*path, str(link["rel"])), link.get("href")) for link in value if "rel" in link)
    elif _are_records(value):
        found.records.append((name, value))
    elif _are_rows(value):
        found.rows.append((name, value))
    else:  # a list of texts: of interest are errors alone
        found.claims.extend(Claim(path, text) for text in value[:1] if key == "errors")


def _is_list_name(name: str) -> bool:
    return not name or name.rpartition(".")[2].lower() in LIST_NAMES


def _column_names(value: list[Any]) -> list[object] | None:
    """The names of columns in a list of texts, or of objects with a title or name each."""
    if value and all(isinstance(name, str) for name in value):
        return list(value)
    if not value or not all(isinstance(column, dict) for column in value):
        return None
    key = next((key for key in _NAMES if all(isinstance(column.get(key), str) for column in value)), None)
    # As long as it holds counts, it is a list of records that is named like one of columns.
    return [column[key] for column in value] if key else None


def _is_by_column(document: _Record) -> bool:
    """Whether each value is a column: lists of one length, or objects with the same row numbers."""
    columns = [value for value in document.values() if is_nested(value)]
    if len(columns) < 2:
        return False
    if all(isinstance(column, list) and column and not any(map(is_nested, column)) for column in columns):
        return len({len(column) for column in columns}) == 1
    return _are_alike(columns) and all(str(key).isdecimal() for key in columns[0])


def _is_by_key(document: _Record) -> bool:
    """Whether each value is a record of the same keys: the keys of the document number or name them."""
    values = [value for value in document.values() if is_nested(value)]
    return len(values) > 1 and _are_alike(values) and len(values[0]) > 1


def _are_alike(values: list[Any]) -> bool:
    first = values[0]
    return isinstance(first, dict) and all(
        isinstance(value, dict) and value.keys() == first.keys() and not any(map(is_nested, value.values()))
        for value in values
    )


def _not_by_record(found: _Found) -> UnreadableError:
    if found.by_column:
        return _by_column(*found.by_column)
    seen = ", ".join(quoted(key) for key in found.by_key[:6])
    return refuse(
        f"JSON đặt mỗi bản ghi (có {seen}) dưới một khóa riêng: hãy xuất thành danh sách các bản ghi",
        f"the JSON has each record (of {seen}) under a key of its own: export a list of records",
    )


def _by_column(*names: str) -> UnreadableError:
    seen = ", ".join(quoted(name) for name in names[:12])
    return refuse(
        f"JSON xếp theo cột ({seen}), không theo dòng: hãy xuất thành danh sách các bản ghi (pandas: orient='records')",
        f"the JSON is written column by column ({seen}): export a list of records (pandas: orient='records')",
    )


def _are_records(value: object) -> TypeGuard[list[_Record]]:
    return isinstance(value, list) and all(isinstance(record, dict) for record in value)


def _are_rows(value: object) -> TypeGuard[list[list[object]]]:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(row, list) and not any(map(is_nested, row)) for row in value)
    )
