"""Reads reference/units.csv into a checked frame; an error names the row at fault. Resolves no stated name."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from transforms.reference.unit_names import registered_keys

UNITS = pl.Schema(
    {
        "unit_id": pl.String,
        "name": pl.String,
        "unit_type": pl.String,
        "unit_group": pl.String,
        "report_order": pl.Int32,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "code": pl.String,
        "calendar": pl.String,
        "aliases": pl.String,
        "successors": pl.String,
    }
)
PENDING = "pending"  # the code of a unit whose official one is not public
RATED_GROUPS = ("departments", "districts", "communes")
# The one-stop centres. They send `processing` alone, and only where tyle.toml says so; no rate and no appendix knows
# them (flows/settings/workspace.py, warehouse/marts/intermediate/valid_units.sql).
CENTRES = "centres"
GROUPS = (*RATED_GROUPS, CENTRES)
_ALLOWED = {
    "unit_type": ("so", "ban", "ubnd-huyen", "ubnd-thanh-pho", "xa", "phuong", "trung-tam"),
    "unit_group": GROUPS,
    "calendar": ("every_day", "working_days"),
}
_OPTIONAL = ("valid_to", "aliases", "successors")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")  # it names folders, deliveries and settings

_Row = dict[str, Any]  # a row of UNITS


def read_units(text: str) -> pl.DataFrame:
    """UNITS: all units through time, a row per unit. Raises ValueError naming the row and what is wrong."""
    rows: dict[int, _Row] = {}
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        _check_header(reader.fieldnames or [])
        for cells in reader:
            rows[reader.line_num] = _typed(reader.line_num, cells)
    except csv.Error as error:
        raise ValueError(f"units.csv: dòng {reader.line_num + 1}: không đọc được CSV ({error})") from error
    _check_ids(rows)
    _check_names(rows)
    return pl.DataFrame(list(rows.values()), schema=UNITS)


def listed(cell: str | None) -> list[str]:
    """What a cell holds that lists several things, separated by `|`."""
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def _check_header(header: Sequence[str]) -> None:
    for what, columns in (("thiếu", set(UNITS) - set(header)), ("không biết", set(header) - set(UNITS))):
        if columns:
            raise ValueError(f"units.csv: dòng 1: {what} cột {', '.join(sorted(columns))}")
    if len(header) > len(UNITS):
        raise ValueError("units.csv: dòng 1: một cột có hai lần")


def _typed(line: int, cells: Mapping[str | None, str | None]) -> _Row:
    """One row with its types; raises ValueError for the first cell that is not what its column holds."""
    row: _Row = {}
    if None in cells or None in cells.values():
        raise ValueError(f"units.csv: dòng {line}: phải có {len(UNITS)} ô như dòng tiêu đề")
    for column, dtype in UNITS.items():
        cell = (cells[column] or "").strip()
        row[column] = cell or None
        fault = ""
        if not cell:
            fault = "" if column in _OPTIONAL else "không được để trống"
            fault += f" (chưa có mã thì ghi {PENDING})" if fault and column == "code" else ""
        elif column in _ALLOWED and cell not in _ALLOWED[column]:
            fault = f"phải là một trong {', '.join(_ALLOWED[column])}"
        elif column == "unit_id" and not _ID.fullmatch(cell):
            fault = "chỉ gồm chữ thường không dấu, chữ số và dấu -"
        elif dtype == pl.Date:
            fault, row[column] = _date(cell)
        elif dtype == pl.Int32:
            fault, row[column] = ("", int(cell)) if cell.isdecimal() else ("phải là số nguyên không âm", None)
        if fault:
            shown = f", giá trị “{cell}”" if cell else ""
            raise _fault(line, cells["unit_id"], f"cột {column}{shown}: {fault}")
    if row["valid_to"] and row["valid_to"] < row["valid_from"]:
        raise _fault(line, row["unit_id"], f"valid_to {row['valid_to']} trước valid_from {row['valid_from']}")
    return row


def _date(cell: str) -> tuple[str, date | None]:
    try:
        return "", date.fromisoformat(cell)
    except ValueError:
        return "phải là ngày dạng YYYY-MM-DD", None


def _check_ids(rows: Mapping[int, _Row]) -> None:
    first: dict[object, int] = {}
    for line, row in rows.items():
        if first.setdefault(row["unit_id"], line) != line:
            raise _fault(line, row["unit_id"], f"unit_id trùng với dòng {first[row['unit_id']]}")
    for line, row in rows.items():
        for successor in listed(row["successors"]):
            if successor not in first or successor == row["unit_id"]:
                raise _fault(line, row["unit_id"], f"successors: “{successor}” không phải một đơn vị khác trong tệp")


def _check_names(rows: Mapping[int, _Row]) -> None:
    """No name, alias or code may mean two units on one day."""
    holders: dict[str, list[int]] = {}  # the rows that have a key
    for line, row in rows.items():
        for column, value in _callings(row):
            keys = {f"code {value}"} if column == "code" else set(registered_keys(value).full)
            if not keys:
                raise _fault(line, row["unit_id"], f"cột {column}, giá trị “{value}”: không phải tên của một đơn vị")
            for other in (other for key in keys for other in holders.get(key, [])):
                if other != line and _overlap(row, rows[other]):
                    why = f"trùng với dòng {other} ({rows[other]['unit_id']}) trong cùng thời gian hiệu lực"
                    raise _fault(line, row["unit_id"], f"cột {column}, giá trị “{value}”: {why}")
            for key in keys:
                holders.setdefault(key, []).append(line)


def _callings(row: _Row) -> Iterator[tuple[str, str]]:
    yield "name", row["name"]
    yield from (("aliases", alias) for alias in listed(row["aliases"]))
    if row["code"] != PENDING:
        yield "code", row["code"]


def _overlap(one: _Row, other: _Row) -> bool:
    ends = [row["valid_to"] or date.max for row in (one, other)]
    return bool(one["valid_from"] <= ends[1] and other["valid_from"] <= ends[0])


def _fault(line: int, unit_id: object, why: str) -> ValueError:
    return ValueError(f"units.csv: dòng {line} ({unit_id}): {why}")
