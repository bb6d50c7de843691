"""Records of JSON and of JSON lines as rows. Looks for no header, and takes only scalars for cells."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, TypeGuard

from transforms.read.grid import MAX_CELLS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, refuse

MAX_WRAPPERS = 3
LIST_NAMES = frozenset(
    {"data", "items", "result", "results", "rows", "records", "list", "content", "value", "danhsach"}
)

_Record = dict[str, Any]


def read_json(text: str, encoding: str) -> list[Grid]:
    """An array of objects, an object that holds one (up to MAX_WRAPPERS deep), or one object a line.

    The keys are the header row, in the order they first appear; scalars beside the array become title rows.
    Numbers are read exactly as written. An empty array gives a grid without rows. Raises UnreadableError where no
    or several lists of records are found, and for a key that one object has twice.
    """
    if text.count(",") > MAX_CELLS or text.count("{") > MAX_ROWS or text.count("[") > MAX_ROWS:
        raise too_large()
    try:
        document = _parse(text)
    except json.JSONDecodeError as error:
        if (records := _lines(text)) is None:
            raise _damaged(error.lineno) from error
        return [_grid([], records, Origin("ndjson", encoding))]
    if isinstance(document, dict) and len(document) > 1 and not any(map(_is_nested, document.values())):
        return [_grid([], [document], Origin("ndjson", encoding))]
    titles, records = _find(document)
    return [_grid(titles, records, Origin("json", encoding))]


def _parse(text: str, row: int | None = None) -> Any:
    try:
        return json.loads(
            text, parse_int=str, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_unique
        )
    except RecursionError as error:
        raise _damaged(row) from error


def _damaged(row: int | None) -> UnreadableError:
    return refuse("tệp JSON hỏng hoặc bị cắt cụt", "the JSON file is damaged or truncated", row=row)


def _no_constant(text: str) -> None:
    raise refuse("JSON có giá trị không phải là số", "the JSON holds a value that is no number", value=text)


def _unique(pairs: list[tuple[str, Any]]) -> _Record:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse("JSON có khóa bị lặp trong một bản ghi", "the JSON has a key twice in one record", column=twice)
    return record


def _is_nested(value: object) -> bool:
    return isinstance(value, list | dict)


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


def _find(document: object) -> tuple[list[list[object]], list[_Record]]:
    """Title rows and records of a document."""
    if _are_records(document):
        return [], document
    if isinstance(document, dict):
        lists = list(_lists(document, [], MAX_WRAPPERS))
        filled = [found for found in lists if found[2]] or [
            found for found in lists if len(lists) == 1 and found[1].lower() in LIST_NAMES
        ]
        if len(filled) == 1:
            return filled[0][0], filled[0][2]
        raise refuse("JSON phải có đúng một danh sách bản ghi", "the JSON must hold exactly one list of records")
    raise refuse("JSON phải là danh sách các bản ghi", "the JSON must be a list of records")


def _lists(
    document: _Record, titles: list[list[object]], depth: int
) -> Iterator[tuple[list[list[object]], str, list[_Record]]]:
    """Every list of records with its key and the scalars beside and above it."""
    titles = [*titles, *([key, value] for key, value in document.items() if not _is_nested(value))]
    for key, value in document.items():
        if _are_records(value):
            yield titles, key, value
        elif isinstance(value, dict) and depth > 1:
            yield from _lists(value, titles, depth - 1)


def _are_records(value: object) -> TypeGuard[list[_Record]]:
    return isinstance(value, list) and all(isinstance(record, dict) for record in value)


def _grid(titles: list[list[object]], records: list[_Record], origin: Origin) -> Grid:
    if not records:
        return make_grid("", [], origin)
    keys = list(dict.fromkeys(chain.from_iterable(records)))
    if len(keys) * len(records) > MAX_CELLS:
        raise too_large()
    body = ([None if _is_nested(value := record.get(key)) else value for key in keys] for record in records)
    return make_grid("", chain(titles, [keys], body), origin)
