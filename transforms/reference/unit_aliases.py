"""Adds a name to a unit in the text of units.csv, which otherwise stays as it is. Reads and writes no file."""

import csv
import io

from transforms.dictionary.problems import ConfigurationError, Problem
from transforms.dictionary.text import fold, tidy
from transforms.reference.unit_file import FILE, listed

_COLUMN = "aliases"


def with_alias(text: str, unit_id: str, name: str) -> str:
    """The text of units.csv with `name` among the aliases of `unit_id`; all other lines are as they were.

    Raises ConfigurationError where the name cannot be an alias, or the file has no such unit.
    """
    name = tidy(name)
    if not any(map(str.isalpha, name)) or any(mark in name for mark in '|"'):
        raise _refused(f'tên {name!r} phải có chữ, không có dấu | hay "')
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).splitlines(keepends=True)
    reader = csv.reader(io.StringIO("".join(lines), newline=""))
    header = next(reader, [])
    if "unit_id" not in header:
        raise _refused("tệp không có cột unit_id: hãy thêm cột unit_id và aliases, rồi ghi tên vào aliases")
    if _COLUMN not in header:
        return mark + _with_column(lines, header, unit_id, name)
    start = reader.line_num
    for cells in reader:
        end = reader.line_num
        if cells and dict(zip(header, cells, strict=False)).get("unit_id", "").strip() == unit_id:
            at = header.index(_COLUMN)
            known = listed(cells[at])
            if fold(name) in map(fold, known):
                raise _refused(f"{unit_id} đã có tên {name}")
            cells[at] = "|".join([*known, name])
            return mark + "".join([*lines[:start], _line(cells, lines[end - 1]), *lines[end:]])
        start = end
    raise _refused(f"không có đơn vị {unit_id}")


def _with_column(lines: list[str], header: list[str], unit_id: str, name: str) -> str:
    """The same for a file without the column, which gets it as its last one."""
    at = header.index("unit_id")
    found: list[str] = []
    is_there = False
    reader = csv.reader(io.StringIO("".join(lines), newline=""))
    for number, cells in enumerate(reader):
        if not cells:
            continue
        own = number > 0 and cells[at].strip() == unit_id
        is_there |= own
        found.append(_line([*cells, _COLUMN if number == 0 else name if own else ""], lines[reader.line_num - 1]))
    if not is_there:
        raise _refused(f"không có đơn vị {unit_id}")
    return "".join(found)


def _line(cells: list[str], before: str) -> str:
    """A line of these cells that ends as the one before did."""
    end = before[len(before.rstrip("\r\n")) :]
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow(cells)
    return out.getvalue()


def _refused(why: str) -> ConfigurationError:
    return ConfigurationError([Problem(FILE, None, why)])
